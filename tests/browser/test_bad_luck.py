"""Keys held down, posts that overtake each other, a network that is away: nothing is lost, nothing runs unseen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server


def prompt_of(playground: Playground) -> str:
    return playground.page.locator("[name=prompt]").first.input_value().replace("-", "")


def stored_text(server: Server, playground: Playground) -> str:
    """What the draft of the open prompt holds."""
    query = "SELECT content FROM prompts_draft WHERE prompt_id = ? AND thrown_away_at IS NULL AND put_aside_at IS NULL"
    rows = server.rows(query, prompt_of(playground))
    return str(json.loads(rows[0]["content"])["turns"][0]["text"]) if rows else ""


def holding(routes: list[Route]) -> Callable[[Route], None]:
    """A handler that lets nothing pass, and keeps what wanted to."""

    def hold(route: Route) -> None:
        routes.append(route)

    return hold


def until_stored(server: Server, playground: Playground, text: str) -> None:
    deadline = time.monotonic() + 10
    while stored_text(server, playground) != text:
        assert time.monotonic() < deadline, f"stored is {stored_text(server, playground)[:80]!r}"
        time.sleep(0.02)


def live_runs(server: Server, playground: Playground) -> int:
    query = "SELECT count(*) FROM runs_run WHERE prompt_id = ? AND status IN ('queued', 'running')"
    return int(server.rows(query, prompt_of(playground))[0][0])


def test_keys_held_down_start_one_run(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.message.fill("Hold [[n=500 delay_ms=20]]")
    page = playground.page
    page.keyboard.down("Control")
    for _repeat in range(10):
        page.keyboard.down("Enter")
        page.wait_for_timeout(40)
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect(playground.articles).to_have_count(1)
    assert server.rows("SELECT count(*) FROM runs_run WHERE prompt_id = ?", prompt_of(playground))[0][0] == 1
    page.keyboard.press("Escape")
    playground.answer().ends("stopped")


def test_a_run_that_is_replaced_is_stopped(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.run("One [[n=500 delay_ms=20]]").shows("·3»")
    playground.run("Two [[n=500 delay_ms=20]]").shows("·3»")
    deadline = time.monotonic() + 5
    while live_runs(server, playground) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    playground.page.keyboard.press("Escape")
    playground.answer().ends("stopped")
    assert live_runs(server, playground) == 0


def test_stop_reaches_the_server_although_the_socket_is_dead(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    # A socket that takes everything and hands on nothing, as after a change of networks.
    playground.page.evaluate("WebSocket.prototype.send = function () {}")
    answer = playground.run("Stop me [[n=500 delay_ms=20]]")
    playground.page.keyboard.press("Escape")
    with playground.page.expect_response(f"**/runs/{answer.run}/stop/"):
        pass


def test_an_older_draft_that_arrives_later_is_dropped(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    playground.page.route("**/draft/", hold_first)
    playground.message.fill("older")
    deadline = time.monotonic() + 5
    while not held:
        assert time.monotonic() < deadline
        playground.page.wait_for_timeout(50)
    playground.message.fill("newer")
    # Leaving sends at once, beside the save that hangs.
    playground.page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    until_stored(server, playground, "newer")
    held[0].continue_()
    playground.page.wait_for_timeout(500)
    assert stored_text(server, playground) == "newer"


def test_saves_do_not_pile_up_while_one_hangs(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    posts: list[Route] = []
    playground.page.route("**/draft/", holding(posts))
    for number in range(12):
        playground.message.fill(f"text {number}")
        playground.page.wait_for_timeout(250)
    assert len(posts) == 1
    posts[0].continue_()
    playground.page.unroute("**/draft/")
    until_stored(server, playground, "text 11")


def test_a_draft_under_way_does_not_bring_back_what_was_thrown_away(
    open_playground: OpenPlayground, server: Server
) -> None:
    playground = open_playground()
    page = playground.page
    held: list[Route] = []
    page.route("**/draft/", holding(held))
    playground.message.fill("unwanted")
    deadline = time.monotonic() + 5
    while not held:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    page.get_by_label("More ways to save").click()
    page.get_by_role("button", name="Throw my changes away").click()
    expect(page.get_by_text("Your changes were thrown away.")).to_be_visible()
    expect(playground.message).to_have_value("")
    assert stored_text(server, playground) == ""


def test_a_large_prompt_is_not_lost_on_leaving(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.message.fill("base")
    until_stored(server, playground, "base")
    large = "x" * 300_000
    playground.message.fill(large)
    # Where the text is too long to be sent while leaving, the browser asks; whoever stays loses nothing.
    playground.page.on("dialog", lambda dialog: dialog.dismiss())
    playground.page.get_by_role("link", name="Runs", exact=True).click()
    until_stored(server, playground, large)


def test_a_network_that_is_away_is_said_and_nothing_is_lost(open_playground: OpenPlayground, watch: Watch) -> None:
    playground = open_playground()
    watch.expect("runs/", "draft/", "estimate/", "htmx:")
    playground.page.route("**/runs/", lambda route: route.abort())
    playground.message.fill("Not sent")
    playground.page.keyboard.press("Control+Enter")
    expect(playground.page.locator("#notices")).to_contain_text("The server was not reached")
    expect(playground.message).to_have_value("Not sent")


def test_what_is_typed_while_parameters_come_stays(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    held: list[Route] = []
    page.route("**/lanes/0/?*", holding(held))
    page.get_by_role("combobox", name="Model").dispatch_event("change")
    deadline = time.monotonic() + 5
    while not held:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    page.get_by_role("spinbutton", name="Temperature").fill("0.7")
    with page.expect_response("**/lanes/0/?*"):
        held[0].continue_()
    page.wait_for_timeout(200)
    expect(page.get_by_role("spinbutton", name="Temperature")).to_have_value("0.7")


def test_what_was_typed_before_a_run_was_brought_back_is_put_aside(
    open_playground: OpenPlayground, server: Server
) -> None:
    playground = open_playground()
    run = playground.run("Ran [[n=3]]")
    run.ends()
    playground.message.fill("Precious words")
    until_stored(server, playground, "Precious words")
    page = playground.page
    page.goto(f"/w/main/?run={run.run}")
    playground.message.press("Control+End")
    page.keyboard.type(" and more")
    until_stored(server, playground, "Ran [[n=3]] and more")
    page.goto("/w/main/prompts/drafts/")
    expect(page.get_by_text("Precious words")).to_be_visible()


def test_two_tabs_lose_nothing_of_each_other(open_playground: OpenPlayground, server: Server) -> None:
    one = open_playground()
    other = open_playground(device=one.page.context)
    one.message.fill("typed in one")
    until_stored(server, one, "typed in one")
    other.message.fill("typed in the other")
    until_stored(server, one, "typed in the other")
    one.page.goto("/w/main/prompts/drafts/")
    expect(one.page.get_by_text("typed in one")).to_be_visible()
    expect(one.page.get_by_text("typed in the other")).to_be_visible()


def test_every_removed_message_can_be_brought_back(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    for text in ("one", "two", "three"):
        if text != "one":
            count = page.locator("#turns .turn").count()
            page.get_by_role("button", name="Message", exact=True).click()
            expect(page.locator("#turns .turn")).to_have_count(count + 1)
        page.locator("#turns textarea").last.fill(text)
    for _turn in range(2):
        page.locator("#turns .turn").last.hover()
        page.locator("#turns .turn").last.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_role("button", name="Undo").last.click()
    texts = page.locator("#turns textarea").evaluate_all("areas => areas.map((area) => area.value)")
    assert texts == ["one", "two", "three"]


def test_the_keyboards_place_outlives_the_end_of_a_run(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    answer = playground.run("Stay [[n=30 delay_ms=20]]")
    answer.part("scroll").focus()
    answer.ends()
    expect(answer.part("scroll")).to_be_focused()
    expect(playground.page.locator("#said")).to_have_text("end turn")
