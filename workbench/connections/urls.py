"""
/w/<workspace>/settings/                                    to the connections
/w/<workspace>/settings/connections/                        the list
/w/<workspace>/settings/connections/add/                    add one
/w/<workspace>/settings/connections/<connection>/           look at it, change it
/w/<workspace>/settings/connections/<connection>/test/      test it
/w/<workspace>/settings/connections/<connection>/models/    its models: prices, models added by hand
/w/<workspace>/settings/connections/<connection>/refresh/   ask the server for its models again
/w/<workspace>/settings/connections/<connection>/delete/    delete it
"""

from django.urls import path

from workbench.connections import models_views, views

urlpatterns = [
    path("", views.settings_home, name="settings"),
    path("connections/", views.connections, name="connections"),
    path("connections/add/", views.add, name="connection_add"),
    path("connections/<uuid:connection_id>/", views.edit, name="connection_edit"),
    path("connections/<uuid:connection_id>/test/", views.test, name="connection_test"),
    path("connections/<uuid:connection_id>/models/", models_views.models, name="connection_models"),
    path("connections/<uuid:connection_id>/refresh/", models_views.refresh, name="connection_refresh"),
    path("connections/<uuid:connection_id>/delete/", views.delete, name="connection_delete"),
]
