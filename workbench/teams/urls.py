"""
/                                                   the person's first workspace
/language/setlang/                                  choose a language
/workspaces/new/                                    make a workspace
/invitations/<invitation>/                          accept an invitation
/accounts/link/<token>/                             sign in by a one-time link
/accounts/theme/                                    choose a theme
/accounts/profile/                                  name, language, theme, and the ways to the rest of the account
/accounts/sessions/<session>/end/                   sign out one's other browser
/w/<workspace>/settings/members/                    who is here, and who is invited
/w/<workspace>/settings/members/invite/             invite
/w/<workspace>/settings/members/leave/              leave the workspace
/w/<workspace>/settings/members/<member>/role/      change a role
/w/<workspace>/settings/members/<member>/remove/    remove a member
/w/<workspace>/settings/members/<member>/transfer/  make a member owner in one's place
/w/<workspace>/settings/invitations/<id>/revoke/    withdraw an invitation
/w/<workspace>/settings/workspace/                  the workspace's name
/w/<workspace>/settings/audit/                      who did what when
"""

from django.conf import settings
from django.urls import include, path

from workbench.teams import account_views, audit_views, invitation_views, member_views, views, workspace_views

settings_urls = [
    path("members/", member_views.members, name="members"),
    path("members/invite/", invitation_views.invite, name="member_invite"),
    path("members/leave/", member_views.leave, name="member_leave"),
    path("members/<int:member_id>/role/", member_views.set_role, name="member_role"),
    path("members/<int:member_id>/remove/", member_views.remove, name="member_remove"),
    path("members/<int:member_id>/transfer/", member_views.transfer, name="member_transfer"),
    path("invitations/<int:invitation_id>/revoke/", invitation_views.revoke, name="invitation_revoke"),
    path("workspace/", workspace_views.workspace_settings, name="workspace"),
    path("audit/", audit_views.audit, name="audit"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("language/setlang/", views.set_language, name="set_language"),
    path("workspaces/new/", workspace_views.new_workspace, name="workspace_new"),
    path("invitations/<str:invitation>/", invitation_views.accept, name="invitation"),
    path("accounts/link/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("accounts/theme/", views.set_theme, name="set_theme"),
    path("accounts/profile/", account_views.profile, name="profile"),
    path("accounts/sessions/<int:session_id>/end/", account_views.end_session, name="session_end"),
    path("w/<slug:workspace>/settings/", include(settings_urls)),
]

if settings.ENVIRONMENT.has_oidc:
    from workbench.teams import oidc

    urlpatterns.append(path("accounts/oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"))
