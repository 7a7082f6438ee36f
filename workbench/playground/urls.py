"""
/w/<workspace>/                  the playground
/w/<workspace>/draft/            keeps what is typed
/w/<workspace>/estimate/         tokens and cost before running
/w/<workspace>/lanes/<n>/        a lane's parameters, for the model picked
"""

from django.urls import path

from workbench.playground import views

urlpatterns = [
    path("", views.playground, name="playground"),
    path("draft/", views.draft, name="draft"),
    path("estimate/", views.estimate, name="estimate"),
    path("lanes/<int:index>/", views.lane_parameters, name="lane_parameters"),
]
