"""
/w/<workspace>/tools/                the tools kept in the workspace
/w/<workspace>/tools/<tool>/         one of them: its definition and its saved results
/w/<workspace>/tools/<tool>/delete/  with Undo
/w/<workspace>/tools/<tool>/results/ forget or change a saved result
"""

from django.urls import path

from workbench.prompts import tool_views

urlpatterns = [
    path("", tool_views.tools, name="tools"),
    path("<int:tool_id>/", tool_views.tool, name="tool"),
    path("<int:tool_id>/delete/", tool_views.delete, name="tool_delete"),
    path("<int:tool_id>/results/", tool_views.results, name="tool_results"),
]
