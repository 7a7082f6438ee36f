"""
/livez, /readyz            is the process up; may it be sent work
/accounts/…                sign in, password, second factor, sessions
/w/<workspace>/            the playground, and every room below it
"""

from django.urls import include, path
from django.views.generic import RedirectView

from workbench.health import livez, readyz

handler400 = "workbench.errors.bad_request"
handler403 = "workbench.errors.permission_denied"
handler404 = "workbench.errors.not_found"
handler429 = "workbench.errors.too_many_requests"
handler500 = "workbench.errors.server_error"

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("", include("workbench.teams.urls")),
    # allauth's page for further addresses: people here have one.
    path("accounts/email/", RedirectView.as_view(pattern_name="account_change_password"), name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("w/<slug:workspace>/", include("workbench.playground.urls")),
    path("w/<slug:workspace>/files/", include("workbench.files.urls")),
    path("w/<slug:workspace>/prompts/", include("workbench.prompts.urls")),
    path("w/<slug:workspace>/tools/", include("workbench.prompts.tool_urls")),
    path("w/<slug:workspace>/runs/", include("workbench.runs.urls")),
    path("w/<slug:workspace>/settings/", include("workbench.connections.urls")),
]
