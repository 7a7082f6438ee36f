"""The table of rights, asked over HTTP: each person gets exactly what stands there, and a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests.rights.conftest import BrowserOf
from tests.rights.rows import PEOPLE, assert_fits
from tests.rights.stored import everything_stored
from tests.rights.table import TABLE
from tests.rights.test_account_pages import OF_THE_LIBRARY
from tests.rights.things import Things, routes

pytestmark = pytest.mark.security
METHODS = ("HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST")
ASKED = [
    # What other threads are to see must be committed, which takes longer.
    pytest.param(name, person, marks=pytest.mark.django_db(transaction=TABLE[name].has_threads))
    for name in TABLE
    for person in PEOPLE
]


def test_every_route_has_a_row() -> None:
    assert set(routes()) == set(TABLE) | set(OF_THE_LIBRARY)


@pytest.mark.parametrize(("name", "person"), ASKED)
def test_a_person_gets_what_the_table_says_and_changes_nothing_else(
    name: str, person: str, things: Things, browser_of: BrowserOf
) -> None:
    row, path, browser = TABLE[name], things.address(name), browser_of(person)
    # Those who change something come last: everybody asks about what is there.
    for method in sorted(METHODS, key=lambda method: row.writes(method, person)):
        if method == "HEAD" and row.writes("GET", person):
            continue  # would use up what GET is to use
        before = everything_stored()
        answer = ask(browser, method, path, row.post.posted(things) if row.post else {})
        assert_fits(answer, row.outcome(method, person), things, path)
        assert (everything_stored() != before) == row.writes(method, person), f"{method} {path} by {person}"


def ask(browser: Client, method: str, path: str, form: dict[str, Any]) -> HttpResponseBase:
    """An answer to any method; forms are posted as browsers do."""
    if method == "POST":
        return browser.post(path, form)
    return browser.generic(method, path)
