"""
/w/<workspace>/settings/                                    to the connections
/w/<workspace>/settings/connections/                        the list
/w/<workspace>/settings/connections/add/                    add one
/w/<workspace>/settings/connections/<connection>/           change it, its models and prices
/w/<workspace>/settings/connections/<connection>/test/      test it
/w/<workspace>/settings/connections/<connection>/models/    add a model by hand, set prices
/w/<workspace>/settings/connections/<connection>/delete/    delete it
"""

from django.urls import path

from workbench.connections import views

urlpatterns = [
    path("", views.settings_home, name="settings"),
    path("connections/", views.connections, name="connections"),
    path("connections/add/", views.add, name="connection_add"),
    path("connections/<uuid:connection_id>/", views.edit, name="connection_edit"),
    path("connections/<uuid:connection_id>/test/", views.test, name="connection_test"),
    path("connections/<uuid:connection_id>/models/", views.models, name="connection_models"),
    path("connections/<uuid:connection_id>/delete/", views.delete, name="connection_delete"),
]
