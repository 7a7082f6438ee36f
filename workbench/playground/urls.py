"""
/w/<workspace>/                  the playground
/w/<workspace>/draft/            keeps what is typed
/w/<workspace>/draft/discard/    throws it away, with Undo
/w/<workspace>/save/             saves it as a version, of a new prompt or of the one that is open
/w/<workspace>/variables/        the variables in what is typed
/w/<workspace>/values/           saves their values as a set
/w/<workspace>/preview/          the prompt with their values
/w/<workspace>/attach/           files for its messages: picked, added, shown as a model sees them
/w/<workspace>/continue/<run>/   the answer becomes the next message
/w/<workspace>/schema/           the schema of the answer: checked, and made of fields
/w/<workspace>/palette/          prompts, runs, pages and actions by their names
/w/<workspace>/tools/typed/ …    the prompt's tools: their list and their forms
/w/<workspace>/estimate/         tokens and cost before running
/w/<workspace>/lanes/<n>/        a lane's parameters, for the model or set picked
/w/<workspace>/lanes/<n>/set/    saves them as a set
/w/<workspace>/parameter-sets/   the saved sets
"""

from django.urls import path

from workbench.playground import (
    attaching,
    continuing,
    estimate_views,
    lane_views,
    mock_views,
    saving,
    schema_views,
    tools_views,
    variable_views,
    views,
)

urlpatterns = [
    path("", views.playground, name="playground"),
    path("draft/", views.draft, name="draft"),
    path("draft/discard/", views.draft_discard, name="draft_discard"),
    path("attach/", attaching.attach, name="attach"),
    path("attach/pick/", attaching.pick, name="attach_pick"),
    path("attach/add/", attaching.add, name="attach_add"),
    path("attach/seen/", attaching.seen, name="attach_seen"),
    path("continue/<uuid:run_id>/", continuing.continue_run, name="continue_run"),
    path("save/", saving.save, name="save"),
    path("save/new/", saving.save_new, name="save_new"),
    path("variables/", variable_views.variables, name="variables"),
    path("values/", variable_views.values, name="values"),
    path("preview/", variable_views.preview, name="preview"),
    path("tools/mock/", mock_views.mock_take, name="mock_take"),
    path("tools/mock/name/", mock_views.mock_name, name="mock_name"),
    path("tools/mock/keep/", mock_views.mock_keep, name="mock_keep"),
    path("tools/typed/", tools_views.tools_typed, name="tools_typed"),
    path("tools/form/", tools_views.tool_form, name="tool_form"),
    path("tools/put/", tools_views.tool_put, name="tool_put"),
    path("tools/keep/", tools_views.tool_keep, name="tool_keep"),
    path("schema/", schema_views.schema, name="schema"),
    path("palette/", views.palette, name="palette"),
    path("estimate/", estimate_views.estimate, name="estimate"),
    path("lanes/<int:index>/", lane_views.lane_parameters, name="lane_parameters"),
    path("lanes/<int:index>/set/", lane_views.lane_set, name="lane_set"),
    path("parameter-sets/", lane_views.parameter_sets, name="parameter_sets"),
    path("parameter-sets/<int:set_id>/delete/", lane_views.parameter_set_delete, name="parameter_set_delete"),
]
