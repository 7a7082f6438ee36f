"""
/w/<workspace>/files/                     the list; uploading
/w/<workspace>/files/<file>/              one file: what a model sees of it, where it is used
/w/<workspace>/files/<file>/content/      the image itself
/w/<workspace>/files/<file>/download/
/w/<workspace>/files/<file>/rename/ delete/
"""

from django.urls import path

from workbench.files import content_views, upload_views, views

urlpatterns = [
    path("", views.files, name="files"),
    path("upload/", upload_views.upload, name="file_upload"),
    path("<uuid:file_id>/", views.file, name="file"),
    path("<uuid:file_id>/content/", content_views.content, name="file_content"),
    path("<uuid:file_id>/download/", content_views.download, name="file_download"),
    path("<uuid:file_id>/rename/", views.rename, name="file_rename"),
    path("<uuid:file_id>/delete/", views.delete, name="file_delete"),
]
