"""Every page of the application in the states that people see it in: what accessibility and narrow screens are
checked on. A page that is added belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.playground import Playground
from tests.upstream import Script, Upstream

MARKDOWN = """# Title

Text with `code`, a [link](https://example.org/).

| a | b |
|---|---|
| 1 | 2 |

- one

> said

```python
x = 1  # one
```
"""
RUN_TABS = ("answer", "request", "response", "headers", "timing", "attempts")

type Look = Callable[[str], None]


def visit_signed_out(page: Page, look: Look) -> None:
    """The pages before signing in."""
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"):
        page.goto(path)
        look(path)


def visit_playground(page: Page, upstream: Upstream, look: Look) -> str:
    """The playground in each of its states. Returns the id of an answered run."""
    page.goto("/w/main/")
    playground = Playground(page)
    look("playground, empty")
    page.get_by_text("Parameters").click()
    look("playground, parameters")
    page.keyboard.press("Escape")
    answer = playground.run("Stream [[n=3000 delay_ms=20]]")
    answer.shows("·5»")
    look("playground, streaming")
    page.keyboard.press("Escape")
    answer.ends("stopped")
    look("playground, stopped")
    upstream.then(Script(status=400, message="messages: too bad"))
    playground.run("Fail").ends("failed")
    look("playground, failed")
    upstream.then(Script(text=MARKDOWN, n=5, headers=(("request-id", "req_1"), ("anthropic-organization-id", "org_1"))))
    answered = playground.run("Answer")
    answered.ends()
    expect(answered.text.get_by_role("button", name="Copy")).to_be_visible()
    look("playground, answered")
    answered.article.get_by_text("IDs").click()
    look("playground, ids")
    page.keyboard.press("Escape")
    playground.message.fill("")
    page.keyboard.press("Control+Enter")
    expect(playground.message).to_be_focused()
    look("playground, field errors")
    playground.message.fill("Again")
    page.get_by_role("button", name="Message", exact=True).click()
    page.locator("#turns .turn").last.hover()
    page.locator("#turns .turn").last.get_by_role("button", name="Remove").click()
    look("playground, message removed")
    return answered.run


def visit_prompts(page: Page, look: Look) -> None:
    """A prompt with variables, saved twice: the playground's dialogs and menus, and the prompt's own pages."""
    page.goto("/w/main/")
    playground = Playground(page)
    playground.system.fill("You answer for {{company}} in {{language}}.")
    playground.message.fill("Sort this: {{mail}}")
    page.get_by_role("textbox", name="company", exact=True).fill("Tent & Co")
    look("playground, variables")
    page.get_by_label("Settings of language").click()
    page.get_by_role("combobox", name="Kind").locator("visible=true").select_option("choice")
    look("playground, a variable's settings")
    page.keyboard.press("Escape")
    page.get_by_text("Parameters", exact=True).click()
    page.get_by_text("Save these settings").click()
    page.get_by_label("As a new set, named").fill(f"Calm {uuid4()}")
    look("playground, saving settings")
    page.get_by_label("As a new set, named").press("Enter")
    expect(page.locator("#lane-0-set-tag")).to_contain_text("Calm")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("playground, preview")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    look("playground, saving")
    page.get_by_role("dialog").get_by_label("Name").fill("Mail triage")
    page.get_by_role("dialog").get_by_label("Folder").fill("support/mail")
    page.get_by_role("dialog").get_by_label("Tags").fill("mail")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail triage")
    playground.system.fill("You answer kindly for {{company}} in {{language}}.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    visit_saved_prompt(page, look)


def visit_saved_prompt(page: Page, look: Look) -> None:
    """The saved prompt that is open: its menus, its own pages, the palette, lists, and the ways in."""
    for menu in ("Share", "More ways to save", "Save values"):
        page.locator("summary", has_text=menu).or_(page.get_by_label(menu, exact=True)).first.click()
        look(f"playground, {menu}")
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Mail triage").click()
    look("prompt")
    prompt = page.url
    for path in ("versions/1/", "compare/", "compare/?view=inline", "edit/"):
        page.goto(f"{prompt}{path}")
        look(f"prompt {path}")
    page.goto(f"{prompt}")
    page.get_by_label("More", exact=True).click()
    look("prompt, more")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    look("prompts, one archived")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    look("palette")
    page.keyboard.press("Escape")
    for path in (
        "prompts/import/",
        "prompts/paste/",
        "parameter-sets/",
        "palette/",
        "palette/?q=nothing-like-it",
        "prompts/?archived",
        "prompts/?favourites",
        "prompts/drafts/",
    ):
        page.goto(f"/w/main/{path}")
        look(path)


def visit_rooms(page: Page, run: str, look: Look) -> None:
    """Prompts, runs, a run's tabs, connections."""
    paths = [
        "/w/main/prompts/",
        "/w/main/prompts/?q=nothing-like-it",
        "/w/main/runs/",
        "/w/main/runs/?q=nothing-like-it",
    ]
    paths += [f"/w/main/runs/{run}/?tab={tab}" for tab in RUN_TABS]
    paths += ["/w/main/tools/", "/w/main/settings/connections/", "/w/main/settings/connections/add/"]
    for path in paths:
        page.goto(path)
        look(path)
    page.goto("/w/main/settings/connections/")
    connection = page.locator("a.row-title").first.get_attribute("href")
    for path in ("", "models/", "delete/"):
        page.goto(f"{connection}{path}")
        look(f"connection {path}")
    page.goto(f"{connection}")
    page.get_by_role("button", name="Test", exact=True).click()
    page.wait_for_load_state("networkidle")
    look("connection, tested")


def visit_account(page: Page, look: Look) -> None:
    """A person's own pages, and one that is not there."""
    for path in ("password/change/", "2fa/", "sessions/", "logout/", "reauthenticate/"):
        page.goto(f"/accounts/{path}")
        look(path)
    page.goto("/w/main/")
    page.get_by_label("Account").click()
    look("account menu")
    page.goto("/w/nowhere/")
    look("not found")
