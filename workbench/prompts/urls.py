"""
/w/<workspace>/prompts/                              the list
/w/<workspace>/prompts/export/ import/ paste/        in and out
/w/<workspace>/prompts/drafts/                       one's unsaved work
/w/<workspace>/prompts/drafts/<n>/…                  throw one away, take one up again
/w/<workspace>/prompts/<prompt>/                     one prompt with its versions
/w/<workspace>/prompts/<prompt>/edit/                name, description, folder, tags
/w/<workspace>/prompts/<prompt>/versions/<n>/        one version
/w/<workspace>/prompts/<prompt>/versions/<n>/restore/
/w/<workspace>/prompts/<prompt>/compare/             the difference between two versions
/w/<workspace>/prompts/<prompt>/labels/              move or remove a label
/w/<workspace>/prompts/<prompt>/copy/ archive/ delete/ favourite/
"""

from django.urls import path

from workbench.prompts import draft_views, label_views, transfer_views, views

urlpatterns = [
    path("", views.prompts, name="prompts"),
    path("export/", transfer_views.export, name="prompts_export"),
    path("import/", transfer_views.import_file, name="prompts_import"),
    path("paste/", transfer_views.paste, name="prompts_paste"),
    path("drafts/", draft_views.drafts, name="drafts"),
    path("drafts/<int:draft_id>/throw-away/", draft_views.draft_throw_away, name="draft_throw_away"),
    path("drafts/<int:draft_id>/take-up/", draft_views.draft_take_up, name="draft_take_up"),
    path("<uuid:prompt_id>/", views.prompt, name="prompt"),
    path("<uuid:prompt_id>/edit/", views.edit, name="prompt_edit"),
    path("<uuid:prompt_id>/versions/<int:number>/", views.version, name="prompt_version"),
    path("<uuid:prompt_id>/versions/<int:number>/restore/", views.restore, name="prompt_restore"),
    path("<uuid:prompt_id>/compare/", views.compare, name="prompt_compare"),
    path("<uuid:prompt_id>/labels/", label_views.labels, name="prompt_labels"),
    path("<uuid:prompt_id>/copy/", transfer_views.copy_to, name="prompt_copy"),
    path("<uuid:prompt_id>/archive/", views.archive, name="prompt_archive"),
    path("<uuid:prompt_id>/delete/", views.delete, name="prompt_delete"),
    path("<uuid:prompt_id>/favourite/", views.favourite, name="prompt_favourite"),
]
