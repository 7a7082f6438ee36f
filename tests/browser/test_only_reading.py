"""Whoever may only read changes nothing: not by the pages, which offer it to nobody who may not; not by posting to any
address; not by a command through the socket. As an editor the same person may: it is the role that holds them back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.apps import apps
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice
from tests.browser.people import join, set_role
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server

pytestmark = pytest.mark.security

# Posts a form from the page, as any script in it could. Gives the status of the answer, or of what it leads to.
POST = """async ([path, form]) => {
  const token = document.cookie.match(/workbench_csrf=([^;]+)/)[1];
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token);
  for (const [name, value] of Object.entries(form))
    if (name === "file") body.append(name, new Blob([value], { type: "application/json" }), "prompts.json");
    else body.append(name, value);
  return (await fetch(path, { method: "POST", body })).status;
}"""
# Sends one command through a socket of its own. Gives the first frame that comes back, or the code of the closing.
COMMAND = """(command) => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/ws/w/main/`);
  socket.onopen = () => socket.send(JSON.stringify(command));
  socket.onmessage = ({ data }) => { resolve(JSON.parse(data)); socket.close(); };
  socket.onclose = ({ code }) => resolve(code);
})"""
# The names of everything that can be pressed or followed, what is in closed menus included.
OFFERED = """() => [...document.querySelectorAll("a, button, summary")].filter((e) => !e.disabled && !e.hidden)
  .map((e) => (e.ariaLabel ?? e.textContent).trim().replace(/\\s+/g, " "))"""
CHANGING = {
    *("Run", "Save", "More ways to save", "Throw my changes away", "Save as a new prompt …", "New prompt", "Message"),
    *("Import a file", "Paste a request", "Name, folder, tags", "Archive", "Delete", "Set label", "Restore"),
    *("Remove the label staging", "Delete “Shared”", "Throw away", "Make a link", "Add connection"),
}
NOT_A_COMMAND = 4400  # workbench.runs.consumers


@pytest.fixture
def owner(new_device: MakeDevice) -> Page:
    """A page of the owner's."""
    return new_device().new_page()


@pytest.fixture
def owner_client(server: Server) -> Iterator[httpx.Client]:
    """The owner without a browser."""
    with closing(server.browser()) as client:
        yield client


def stored(server: Server) -> dict[str, list[str]]:
    """Everything of the prompts, runs and files, and who is in which workspace."""
    models = [model for room in ("prompts", "runs", "files") for model in apps.get_app_config(room).get_models()]
    models += [apps.get_model("teams", name) for name in ("Workspace", "Member", "Invitation")]
    tables = [model._meta.db_table for model in models]
    rows = {table: server.rows(f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - our own tables
    return {table: sorted(str(list(row)) for row in found) for table, found in rows.items()}


def newest(server: Server, table: str) -> str:
    """The id of what was made last."""
    return str(server.rows(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 1")[0]["id"])  # noqa: S608 - our own tables


def prompt_named(server: Server, name: str) -> str:
    """A prompt's id, as it stands in addresses."""
    return str(UUID(str(server.rows("SELECT id FROM prompts_prompt WHERE name = ?", name)[0]["id"])))


def membership_of(server: Server, email: str) -> str:
    """The id of a person's membership."""
    query = "SELECT m.id FROM teams_member m JOIN teams_user u ON u.id = m.user_id WHERE u.email = ?"
    return str(server.rows(query, email)[0]["id"])


def words(prompt: str, text: str, **fields: str) -> dict[str, str]:
    """What the playground posts about its texts."""
    return {"prompt": prompt, "base": "2", "system": text, "role": "user", "text": "Hi {{who}}", **fields}


def posts_of(page: Page, server: Server) -> list[tuple[str, dict[str, Any]]]:
    """Makes one of everything as an editor. Gives a post for each way of changing something, in an order that works."""

    def post(path: str, form: dict[str, str]) -> None:
        assert page.evaluate(POST, [path, form]) == 200, path

    post("/w/main/save/new/", words("", "One", name="Ours"))
    ours = prompt_named(server, "Ours")
    post("/w/main/save/", words(ours, "Two", base="1"))
    post("/w/main/save/", words(ours, "Aside", conflict="theirs"))
    aside = newest(server, "prompts_draft")
    post("/w/main/values/", words(ours, "Two", **{"set-name": "Usual"}))
    values = newest(server, "prompts_valueset")
    post("/w/main/lanes/0/set/", {"set-name": "Calm", "lane-0-max_tokens": "5"})
    settings = newest(server, "prompts_parameterset")
    post("/workspaces/new/", {"name": "Hers"})
    for name in ("Copied", "Carried"):
        post("/w/hers/save/new/", words("", name, name=name))
    copied, carried = (prompt_named(server, name) for name in ("Copied", "Carried"))
    file = page.evaluate("async (path) => (await fetch(path)).text()", f"/w/hers/prompts/export/?prompt={carried}")
    return [
        ("/w/main/draft/", words(ours, "Typed")),
        ("/w/main/draft/discard/", words(ours, "Thrown away")),
        ("/w/main/save/", words(ours, "Three")),
        ("/w/main/save/new/", words(ours, "Four", name="Theirs")),
        ("/w/main/values/", words(ours, "Two", **{"set-name": "Unusual"})),
        (f"/w/main/values/?remove={values}", words(ours, "Two")),
        ("/w/main/lanes/0/set/", {"set-name": "Wild", "lane-0-max_tokens": "7"}),
        ("/w/main/lanes/0/set/?back", {"lane-0-parameter_set": settings, "lane-0-max_tokens": "8"}),
        (f"/w/main/parameter-sets/{settings}/delete/", {}),
        ("/w/main/prompts/import/", {"file": file}),
        ("/w/main/prompts/paste/", {"text": json.dumps({"messages": [{"role": "user", "content": "Pasted"}]})}),
        (f"/w/main/prompts/drafts/{aside}/take-up/", {}),
        (f"/w/main/prompts/drafts/{aside}/throw-away/", {}),
        (f"/w/main/prompts/{ours}/edit/", {"name": "Renamed", "folder": "theirs", "tags": "theirs"}),
        (f"/w/main/prompts/{ours}/versions/1/restore/", {}),
        (f"/w/main/prompts/{ours}/labels/", {"name": "production", "number": "1"}),
        (f"/w/hers/prompts/{copied}/copy/", {"to": "main"}),
        (f"/w/main/prompts/{ours}/archive/", {}),
        (f"/w/main/prompts/{ours}/archive/?undo", {}),
        (f"/w/main/prompts/{ours}/delete/", {}),
        (f"/w/main/prompts/{ours}/delete/?undo", {}),
    ]


def test_no_post_of_a_viewer_is_taken_and_the_same_posts_of_an_editor_are(
    owner: Page, new_device: MakeDevice, server: Server, owner_client: httpx.Client, watch: Watch
) -> None:
    watch.expect("403")
    page = join(owner, new_device, "Editor", "Dora")
    page.goto("/w/main/prompts/")
    posts = posts_of(page, server)
    run = {"lane-0-model": server.first_model(owner_client), "lane-0-max_tokens": "5", "submission": str(uuid4())}
    posts.append(("/w/main/runs/", {**words("", "Hello"), "text": "Hello", **run}))

    set_role(owner, "Dora", "Editor", "Viewer")
    before = stored(server)
    answers = {path: page.evaluate(POST, [path, form]) for path, form in posts}
    assert set(answers.values()) == {403}, answers
    assert stored(server) == before

    set_role(owner, "Dora", "Viewer", "Editor")
    for path, form in posts:
        before = stored(server)
        assert page.evaluate(POST, [path, form]) == 200, path
        assert stored(server) != before, f"{path} changed nothing"
    server.wait_for(newest(server, "runs_run"))


def test_what_only_owners_may_is_taken_of_nobody_else(
    owner: Page, new_device: MakeDevice, server: Server, watch: Watch
) -> None:
    watch.expect("403")
    page = join(owner, new_device, "Viewer", "Emil")
    page.goto("/w/main/prompts/")
    mine, owners = (membership_of(server, f"{name}@example.org") for name in ("emil", "owner"))
    connection = str(UUID(newest(server, "connections_connection")))
    before = stored(server)
    for path, form in (
        ("members/invite/", {"role": "owner"}),
        (f"members/{mine}/role/", {"role": "owner"}),
        (f"members/{owners}/role/", {"role": "viewer"}),
        (f"members/{owners}/remove/", {}),
        (f"members/{mine}/transfer/", {}),
        ("workspace/", {"name": "Emil's"}),
        ("connections/add/", {"name": "Emil's", "base_url": "http://127.0.0.1:9"}),
        (f"connections/{connection}/", {"name": "Emil's", "base_url": "http://127.0.0.1:9"}),
        (f"connections/{connection}/delete/", {}),
    ):
        assert page.evaluate(POST, [f"/w/main/settings/{path}", form]) == 403, path
    assert stored(server) == before
    names = server.rows("SELECT name FROM connections_connection")
    assert "Emil's" not in [row["name"] for row in names]


def offered(page: Page, paths: list[str]) -> set[str]:
    """The names of everything that these pages offer."""
    names: set[str] = set()
    for path in paths:
        page.goto(path)
        names |= set(page.evaluate(OFFERED))
    return names


def test_the_pages_offer_a_viewer_nothing_that_changes(
    owner: Page, new_device: MakeDevice, server: Server, home: str, owner_client: httpx.Client
) -> None:
    prompt = home.partition("prompt=")[2]
    server.post(owner_client, "/w/main/save/", words(prompt, "Two", base="1"))
    server.post(owner_client, f"/w/main/prompts/{prompt}/labels/", {"name": "staging", "number": "1"})
    server.post(owner_client, "/w/main/lanes/0/set/", {"set-name": "Shared", "lane-0-max_tokens": "5"})
    server.post(owner_client, "/w/main/draft/", words(prompt, "Unsaved"))
    pages = [home] + [
        f"/w/main/prompts/{path}"
        for path in ("", "drafts/", f"{prompt}/", f"{prompt}/versions/1/", f"{prompt}/versions/2/")
    ]
    pages += [f"/w/main/{path}" for path in ("parameter-sets/", "settings/members/", "settings/connections/")]
    viewer = join(owner, new_device, "Viewer", "Fay")
    assert offered(owner, pages) >= CHANGING
    seen = offered(viewer, pages)
    assert seen & CHANGING == set()
    assert seen >= {"Share", "Export", "Export all", "Favourite", "What it changed", "Open in playground"}, (
        "reading is theirs"
    )
    viewer.goto(home)
    playground = Playground(viewer)
    expect(playground.system).to_have_value("Two")
    expect(playground.system).not_to_be_editable()
    expect(playground.message).not_to_be_editable()
    expect(playground.run_button).to_be_disabled()
    why = "Your role reads only. Ask an owner of the workspace to make you an editor."
    expect(playground.run_button).to_have_attribute("title", why)


def test_who_is_made_a_viewer_while_typing_is_told_and_keeps_what_is_typed(
    owner: Page, new_device: MakeDevice, home: str, server: Server, watch: Watch
) -> None:
    watch.expect("403")
    page = join(owner, new_device, "Editor", "Gil")
    page.goto(home)
    playground = Playground(page)
    with page.expect_response("**/draft/"):
        playground.system.fill("Typed as an editor")
    set_role(owner, "Gil", "Editor", "Viewer")
    playground.system.fill("Typed as an editor, and then as a viewer")
    expect(page.locator("#draft-unsaved")).to_have_text("cannot be saved here: copy what you typed")
    page.keyboard.press("Control+s")
    expect(page.locator("#notices")).to_contain_text("Your role in this workspace is “Viewer”, which may not do this.")
    expect(playground.system).to_have_value("Typed as an editor, and then as a viewer")
    assert server.rows("SELECT count(*) FROM prompts_promptversion WHERE system LIKE 'Typed as an editor%'")[0][0] == 0
    page.reload()
    expect(playground.system).to_have_value("Typed as an editor")
    expect(playground.system).not_to_be_editable()


def test_no_command_of_a_viewer_stops_or_changes_anything(
    owner: Page, new_device: MakeDevice, server: Server, owner_client: httpx.Client, home: str, watch: Watch
) -> None:
    watch.expect("403")
    prompt = home.partition("prompt=")[2]
    page = join(owner, new_device, "Viewer", "Hal")
    page.goto("/w/main/prompts/")
    before = stored(server)
    for name in ("save", "draft", "run", "restore", "label", "archive", "delete", "import", "copy"):
        assert page.evaluate(COMMAND, {name: prompt}) == NOT_A_COMMAND, name
    assert stored(server) == before
    run = server.run(owner_client, "Long [[n=5000 delay_ms=20]]")
    server.wait_for(run, "running")
    assert page.evaluate(COMMAND, {"stop": run}) == {"run": run, "error": 403}
    assert page.evaluate(POST, [f"/w/main/runs/{run}/stop/", {}]) == 403
    assert server.status_of(run) == "running"
    assert server.stored_run(run)["stop_requested_at"] is None
    owner.goto("/w/main/prompts/")
    assert owner.evaluate(POST, [f"/w/main/runs/{run}/stop/", {}]) == 200
    server.wait_for(run, "stopped")
