"""Runs for readers of Chinese: every tab and every end; moments, amounts and prices as Chinese writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.chinese.reading import check
from tests.chinese.runs import make_run
from tests.translations import shown_on
from workbench.runs.models import Run, Status
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db

TABS = ["answer", "request", "response", "headers", "timing", "attempts"]


@pytest.mark.parametrize("tab", TABS)
def test_the_page_of_a_run_is_chinese(tab: str, reader: Client, owner: Member) -> None:
    check(reader, f"/w/main/runs/{make_run(owner).id}/?tab={tab}")


@pytest.mark.parametrize("status", Status)
def test_every_way_a_run_can_stand_is_said_in_chinese(status: Status, reader: Client, owner: Member) -> None:
    run = make_run(owner, status, error_type="ConnectRefused", stop_reason="end_turn")
    check(reader, f"/w/main/runs/{run.id}/")
    check(reader, "/w/main/runs/")


def test_moments_are_written_as_chinese_writes_them(reader: Client, owner: Member) -> None:
    earlier = make_run(owner, created_at=timezone.now() - timedelta(minutes=5))
    assert ">5 分钟前<" in check(reader, "/w/main/runs/").replace("\xa0", " ")
    Run.objects.update(created_at=datetime(2026, 11, 3, 9, 5, tzinfo=UTC))
    assert "2026年11月3日 09:05" in check(reader, f"/w/main/runs/{earlier.id}/")


def test_what_a_run_took_and_cost_is_said_in_chinese(reader: Client, owner: Member) -> None:
    shown = shown_on(check(reader, f"/w/main/runs/{make_run(owner, output_tokens=60, cost=0).id}/"))
    assert {"首 token", "4 ms", "1.9 s", "12", "输入", "60", "输出", "免费"} <= set(shown)
