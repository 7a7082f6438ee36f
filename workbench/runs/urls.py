"""
/w/<workspace>/runs/                 history; POST starts runs
/w/<workspace>/runs/<run>/           one run
/w/<workspace>/runs/<run>/answer/    its answer alone
/w/<workspace>/runs/<run>/stop/      stop it
"""

from django.urls import path

from workbench.runs import views

urlpatterns = [
    path("", views.runs, name="runs"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/answer/", views.answer, name="run_answer"),
    path("<uuid:run_id>/stop/", views.stop, name="run_stop"),
]
