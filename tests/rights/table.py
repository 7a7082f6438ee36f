"""Who may do what: every address of ours with every kind of person. A route without a row fails the tests."""

from __future__ import annotations

import json
from uuid import uuid4

from tests.rights.rows import Row, editors, everybody, owners, signed_in, viewers
from workbench.prompts.export_format import FORMAT, VERSION

# What the playground's page posts, without and with an open prompt.
TYPED = {
    "submission": str(uuid4()),
    "system": "For {{{{who}}}}",
    "role": "user",
    "text": "Hello",
    "variable-0-name": "who",
    "variable-0-value": "Ines",
    "lane-0-model": "{connection_id}:test-model",
    "lane-0-max_tokens": "5",
}
OPEN = {**TYPED, "prompt": "{prompt_id}", "base": "2"}
ONE_FILE = {"turn": "turn-0", "file": "{file_id}"}
WITH_FILE = {"turn": "turn-0", "role": "user", "text": "Read", "turn-0-file": "{file_id}"}
EXPORT = json.dumps({"format": FORMAT, "version": VERSION, "prompts": [
    {"id": str(uuid4()), "name": "Imported", "versions": [
        {"number": 1, "created_at": "2026-11-23T00:00:00+00:00", "messages": [{"role": "user", "text": "Hi"}]}
    ]}
]})  # fmt: skip
NEW_ACCOUNT = {"name": "Nina", "email": "nina@example.org", "password": "a-long-enough-password"}
CONNECTION = {"name": "Another", "base_url": "http://127.0.0.1:9", "api_version": "", "idle_timeout": "60",
              "deadline": "600", "max_retries": "1", "proxy": ""}  # fmt: skip

TOOLS = '[{{"name": "secret_tool", "input_schema": {{"type": "object"}}}}]'

PROMPT = "302 /w/main/prompts/{prompt_id}/"
SETTINGS = "302 /w/main/settings"
NOBODY: tuple[str, ...] = ()

TABLE: dict[str, Row] = {
    # The process
    "livez": Row(everybody(200), needs_sign_in=False),
    "readyz": Row(everybody(200), needs_sign_in=False),
    # Oneself
    "home": Row(signed_in("302 /w/main/", stranger="302 /w/other/")),
    "sign_in_link": Row(
        everybody("302 /", writes=("anonymous", "stranger", "viewer", "editor", "owner")), needs_sign_in=False
    ),
    "invitation": Row(
        # Who is not signed in is remembered with the link; members of the workspace are led into it.
        everybody(200, viewer="302 /w/main/", editor="302 /w/main/", owner="302 /w/main/", writes=("anonymous",)),
        everybody("302 /w/main/", NEW_ACCOUNT, writes=("anonymous", "stranger")),
        needs_sign_in=False,
    ),
    "set_language": Row(
        post=everybody("302 /", {"language": "zh-hans", "next": "/"}, writes=("stranger", "viewer", "editor", "owner")),
        needs_sign_in=False,
    ),
    "set_theme": Row(post=signed_in("302 /", {"theme": "dark"})),
    "profile": Row(
        signed_in(200), signed_in("302 /accounts/profile/", {"name": "New", "theme": "dark", "language": ""})
    ),
    # Of the owner: nobody else ends it, and nobody is told whether it is there.
    "session_end": Row(post=signed_in("302 /accounts/sessions/", writes=("owner",))),
    "workspace_new": Row(signed_in(200), signed_in("302 /w/new/", {"name": "New"})),
    # Playground
    "playground": Row(viewers(200)),
    "draft": Row(post=editors(200, TYPED)),
    "draft_discard": Row(post=editors("302 /w/main/?prompt={prompt_id}", OPEN)),
    "estimate": Row(post=editors(200, TYPED, writes=NOBODY, has_threads=True)),
    "variables": Row(post=editors(200, OPEN, writes=NOBODY)),
    "schema": Row(post=editors(200, {**TYPED, "output_schema": "{{}}"}, writes=NOBODY)),
    "preview": Row(post=editors(200, TYPED, writes=NOBODY)),
    "values": Row(post=editors(200, {**OPEN, "set-name": "Ines"})),
    "attach": Row(post=editors("302 /w/main/attach/pick/?turn=0", TYPED)),
    "attach_pick": Row(editors(200)),
    "attach_add": Row(post=editors("302 /w/main/?prompt={prompt_id}", {"prompt": "{prompt_id}", **ONE_FILE})),
    "attach_seen": Row(post=editors(200, {**WITH_FILE, "seen": "turn-0-{file_id}"}, writes=NOBODY)),
    "continue_run": Row(post=editors("302 /w/main/", TYPED)),
    "save": Row(post=editors("302 /w/main/?prompt={prompt_id}", OPEN)),
    "save_new": Row(post=editors("302 /w/main/?prompt=…", {**TYPED, "name": "New"})),
    "lane_parameters": Row(viewers(200)),
    "lane_set": Row(post=editors(200, {"lane-0-max_tokens": "7", "set-name": "New"})),
    "parameter_sets": Row(viewers(200)),
    "parameter_set_delete": Row(post=editors("302 /w/main/parameter-sets/")),
    "palette": Row(viewers(200)),
    # Prompts
    "prompts": Row(viewers(200)),
    # Owners can look up who took something away.
    "prompts_export": Row(viewers(200, writes=("viewer", "editor", "owner"))),
    "prompts_import": Row(editors(200), editors(200, {"file": EXPORT.encode()})),
    "prompts_paste": Row(editors(200), editors("302 /w/main/", {"text": '[{{"role": "user", "content": "Hi"}}]'})),
    "prompt": Row(viewers(200)),
    "prompt_version": Row(viewers(200)),
    "prompt_compare": Row(viewers(200)),
    "prompt_edit": Row(editors(200), editors(PROMPT, {"name": "New"})),
    "prompt_restore": Row(post=editors(PROMPT)),
    "prompt_labels": Row(post=editors(PROMPT, {"name": "production", "number": "1"})),
    # Into the same workspace: the right to write is asked there.
    "prompt_copy": Row(post=editors(PROMPT, {"to": "main"})),
    "prompt_archive": Row(post=editors("302 /w/main/prompts/")),
    "prompt_delete": Row(post=editors("302 /w/main/prompts/")),
    # One's own: a viewer has favourites, and nobody has the editor's draft.
    "prompt_favourite": Row(post=viewers(PROMPT, {"on": "1"})),
    "drafts": Row(viewers(200)),
    "draft_throw_away": Row(post=editors("302 /w/main/prompts/drafts/", owner=404)),
    "draft_take_up": Row(post=editors("302 /w/main/?prompt={prompt_id}", owner=404)),
    # Tools: in the prompt that is open, and kept in the workspace
    "tools_typed": Row(post=editors(200, {"tools": TOOLS}, writes=NOBODY)),
    "tool_form": Row(post=editors(200, {"tools": TOOLS}, writes=NOBODY)),
    "tool_put": Row(post=editors(200, {"tools": TOOLS, "form": "paste", "pasted": TOOLS}, writes=NOBODY)),
    # Without a place nothing is kept, and that is said.
    "tool_keep": Row(post=editors(200, {"tools": TOOLS}, writes=NOBODY)),
    "mock_take": Row(post=editors(200, {"tools": TOOLS}, writes=NOBODY)),
    "mock_name": Row(post=editors(200, {"tools": TOOLS}, writes=NOBODY)),
    "mock_keep": Row(post=editors(200, {"-result-name": "secret_tool", "mock-name": "Rain"})),
    "tools": Row(viewers(200)),
    "tool": Row(viewers(200), editors("302 /w/main/tools/{tool_id}/", {"definition": TOOLS})),
    "tool_delete": Row(post=editors("302 /w/main/tools/")),
    "tool_results": Row(post=editors("302 /w/main/tools/{tool_id}/", {"name": "New", "text": "Rain"})),
    # Files
    "files": Row(viewers(200)),
    "file": Row(viewers(200)),
    "file_content": Row(viewers(200)),
    "file_download": Row(viewers(200)),
    "file_upload": Row(post=editors("302 /w/main/files/…/", {"file": b'{"a": 1}', "end": "1"})),
    "file_rename": Row(post=editors("302 /w/main/files/{file_id}/", {"name": "New"})),
    "file_delete": Row(post=editors("302 /w/main/files/")),
    # Runs
    "runs": Row(viewers(200), editors("302 /w/main/runs/…/", TYPED)),
    "run": Row(viewers(200)),
    "run_answer": Row(viewers(200)),
    "run_answer_view": Row(viewers(200)),
    "run_answer_file": Row(viewers(200)),
    # For development, and here turned off.
    "answer_gallery": Row(viewers(404)),
    "run_stop": Row(post=editors("302 /w/main/runs/{run_id}/", has_threads=True)),
    # Connections
    "settings": Row(viewers(f"{SETTINGS}/connections/")),
    "connections": Row(viewers(200)),
    "connection_add": Row(owners(200), owners(f"{SETTINGS}/connections/…/", CONNECTION)),
    "connection_edit": Row(viewers(200), owners(SETTINGS + "/connections/{connection_id}/", CONNECTION)),
    "connection_test": Row(post=owners(SETTINGS + "/connections/{connection_id}/")),
    "connection_models": Row(
        viewers(200), owners(SETTINGS + "/connections/{connection_id}/models/", {"add": "1", "model_id": "own"})
    ),
    "connection_refresh": Row(post=owners(SETTINGS + "/connections/{connection_id}/models/")),
    "connection_delete": Row(owners(200), owners(f"{SETTINGS}/connections/")),
    # Members, the workspace
    "members": Row(viewers(200)),
    "member_invite": Row(post=owners(200, {"role": "viewer"})),
    # The only owner stays.
    "member_leave": Row(viewers(200), viewers("302 /", owner=f"{SETTINGS}/members/", writes=("viewer", "editor"))),
    "member_role": Row(post=owners(f"{SETTINGS}/members/", {"role": "viewer"})),
    "member_remove": Row(owners(200), owners(f"{SETTINGS}/members/")),
    "member_transfer": Row(owners(200), owners(f"{SETTINGS}/members/")),
    "invitation_revoke": Row(post=owners(f"{SETTINGS}/members/")),
    "workspace": Row(viewers(200), owners(f"{SETTINGS}/workspace/", {"name": "New"})),
    "audit": Row(owners(200)),
}
