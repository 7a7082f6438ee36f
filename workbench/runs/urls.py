"""
/w/<workspace>/runs/                 history; POST starts runs
/w/<workspace>/runs/gallery/         every kind of answer, for development (WORKBENCH_GALLERY)
/w/<workspace>/runs/<run>/           one run
/w/<workspace>/runs/<run>/answer/    its answer alone; …/tree/ and …/raw/ show it in other ways
/w/<workspace>/runs/<run>/answer.md  the answer as a file; .txt and .json, too
/w/<workspace>/runs/<run>/stop/      stop it
"""

from django.urls import path

from workbench.runs import answer_views, gallery, views

urlpatterns = [
    path("", views.runs, name="runs"),
    path("gallery/", gallery.gallery, name="answer_gallery"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/answer/", views.answer, name="run_answer"),
    path("<uuid:run_id>/answer/<slug:name>/", answer_views.view, name="run_answer_view"),
    path("<uuid:run_id>/answer.<slug:kind>", answer_views.download, name="run_answer_file"),
    path("<uuid:run_id>/stop/", views.stop, name="run_stop"),
]
