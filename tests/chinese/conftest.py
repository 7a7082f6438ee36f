"""Browsers of people who read Chinese, and what they look at: all with Chinese names."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.chinese.reading import PASSWORD, anyone
from tests.conftest import MakeConnection
from tests.translations import compile_catalogue
from workbench.connections.models import Connection, Health, Lifecycle
from workbench.teams.actions import ensure_first_owner
from workbench.teams.models import Member, User, Workspace


@pytest.fixture(autouse=True)
def chinese_texts(settings: Settings, tmp_path: Path) -> None:
    """The texts as the catalogue holds them now, compiled or not."""
    cache.clear()  # earlier tries to sign in are counted there
    compile_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def reader(owner: Member) -> Client:
    """The browser of an owner who reads Chinese and whose things have Chinese names."""
    return _reading_chinese(owner, "小林")


@pytest.fixture
def reader_without_rights(viewer: Member) -> Client:
    """The browser of a viewer who reads Chinese."""
    return _reading_chinese(viewer, "小王")


@pytest.fixture
def reader_by_password(reader: Client, owner: Member) -> Client:
    """The owner's browser after the password was asked for once more, as pages about the account want it."""
    ensure_first_owner(owner.user.email, PASSWORD)
    reader.force_login(User.objects.get())
    assert reader.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return reader


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    """A tested connection with a model that is about to be retired."""
    made = make_connection(models=("模型",), name="服务器", health=Health.FAILING, health_checked_at=timezone.now())
    made.report = [
        {"name": "reachable", "result": "ok"},
        {"name": "models", "result": "ok", "detail": "3"},
        {"name": "streaming", "result": "failed", "error": "OverloadedError"},
        {"name": "count", "result": "not_offered"},
    ]
    made.save()
    made.models.update(lifecycle=Lifecycle.DEPRECATED, retires_at=timezone.now(), is_own=True)
    return made


def _reading_chinese(member: Member, name: str) -> Client:
    Workspace.objects.update(name="工作室")
    member.user.name = name
    member.user.save()
    browser = anyone()
    browser.force_login(member.user)
    return browser
