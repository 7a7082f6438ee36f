"""
/                          the person's first workspace
/accounts/link/<token>/    sign in by a one-time link
/accounts/theme/           choose a theme
"""

from django.urls import path

from workbench.teams import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/link/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("accounts/theme/", views.set_theme, name="set_theme"),
]
