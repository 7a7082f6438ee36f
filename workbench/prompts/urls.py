"""
/w/<workspace>/prompts/    the list
"""

from django.urls import path

from workbench.prompts import views

urlpatterns = [path("", views.prompts, name="prompts")]
