"""Times are told as they are where their reader is."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPlayground

PLACE = "Asia/Shanghai"


def local(time: Locator, form: str) -> str:
    """What the time is there."""
    moment = datetime.fromisoformat(time.get_attribute("datetime") or "")
    return moment.astimezone(ZoneInfo(PLACE)).strftime(form)


def test_a_version_and_a_run_tell_when_they_were_made(open_playground: OpenPlayground) -> None:
    playground = open_playground(timezone_id=PLACE, locale="en-GB")
    page = playground.page
    prompt = page.url.partition("prompt=")[2]
    answer = playground.run("When?")
    answer.ends()
    page.goto(f"/w/main/prompts/{prompt}/versions/1/")
    made = page.locator("time[data-local]")
    expect(made).to_contain_text(re.compile(rf"\b0?{int(local(made, '%I'))}:{local(made, '%M')}\b"))
    expect(made).not_to_contain_text("UTC")
    page.goto(f"/w/main/runs/{answer.run}/?tab=attempts")
    begun = page.locator("td time")
    expect(begun).to_contain_text(re.compile(rf"\b0?{int(local(begun, '%I'))}:{local(begun, '%M:%S')}\b"))


def test_what_was_long_ago_tells_when_to_who_points_at_it(open_playground: OpenPlayground) -> None:
    page = open_playground(timezone_id=PLACE).page
    page.goto("/w/main/prompts/")
    time = page.locator(".row time").first
    time.hover()
    expect(time).to_have_attribute("title", re.compile(rf"\b0?{int(local(time, '%I'))}:{local(time, '%M')}\b"))
