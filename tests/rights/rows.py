"""How a row of the table of rights is written: what each kind of person gets, and whether that changes anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase

from tests.rights.things import Things

# A stranger owns another workspace; the last three are in the one that is asked about.
PEOPLE = ("anonymous", "stranger", "viewer", "editor", "owner")
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# A status; or "302 <address>", where {run_id} stands for that id, and … for the id of something new.
type Outcome = int | str
SIGN_IN: Outcome = "302 to the sign-in"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a method gives each of PEOPLE.

    `writes`: whose asking changes the database; None: everyone's who posts and is not refused. `form`: what is posted.
    `has_threads`: the view asks the database from another thread, which sees only what was committed.
    """

    outcomes: Mapping[str, Outcome]
    form: Mapping[str, object] = field(default_factory=dict)
    writes: Collection[str] | None = None
    has_threads: bool = False

    def is_refused(self, person: str) -> bool:
        """Whether this person gets nothing but a refusal."""
        return self.outcomes[person] in (SIGN_IN, 403, 404, 405)

    def posted(self, things: Things) -> dict[str, Any]:
        """The form, with the ids of these things in it; bytes are a file."""
        return {name: _filled(value, things) for name, value in self.form.items()}


def _filled(value: object, things: Things) -> object:
    if isinstance(value, bytes):
        return SimpleUploadedFile("prompts.json", value)
    return things.filled(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Row:
    """What may be asked of a route. A method that is not here is answered with 405 by everyone's first check."""

    get: Asking | None = None
    post: Asking | None = None
    needs_sign_in: bool = True

    @property
    def has_threads(self) -> bool:
        """Whether a view of it works on other threads."""
        return any(asking is not None and asking.has_threads for asking in (self.get, self.post))

    def outcome(self, method: str, person: str) -> Outcome:
        """What this person gets for this method."""
        asking = {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)
        if asking is not None:
            return asking.outcomes[person]
        return SIGN_IN if self.needs_sign_in and person == "anonymous" else 405

    def writes(self, method: str, person: str) -> bool:
        """Whether this person changes something by it."""
        asking = {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)
        if asking is None or asking.is_refused(person):
            return False
        return method == "POST" if asking.writes is None else person in asking.writes


def everybody(outcome: Outcome, form: Mapping[str, object] | None = None, **rest: Any) -> Asking:  # noqa: ANN401
    """Who is not signed in, too. What some get instead is named after them."""
    return _asking(dict.fromkeys(PEOPLE, outcome), form, rest)


def signed_in(outcome: Outcome, form: Mapping[str, object] | None = None, **rest: Any) -> Asking:  # noqa: ANN401
    """Everyone who is signed in: it is about themselves."""
    return _asking({**dict.fromkeys(PEOPLE, outcome), "anonymous": SIGN_IN}, form, rest)


def viewers(outcome: Outcome, form: Mapping[str, object] | None = None, **rest: Any) -> Asking:  # noqa: ANN401
    """All members."""
    return _asking({**dict.fromkeys(PEOPLE, outcome), "anonymous": SIGN_IN, "stranger": 404}, form, rest)


def editors(outcome: Outcome, form: Mapping[str, object] | None = None, **rest: Any) -> Asking:  # noqa: ANN401
    """Members who may write."""
    return viewers(outcome, form, **{"viewer": 403, **rest})


def owners(outcome: Outcome, form: Mapping[str, object] | None = None, **rest: Any) -> Asking:  # noqa: ANN401
    """Members who may manage."""
    return editors(outcome, form, **{"editor": 403, **rest})


def _asking(outcomes: dict[str, Outcome], form: Mapping[str, object] | None, rest: dict[str, Any]) -> Asking:
    others = {person: rest.pop(person) for person in PEOPLE if person in rest}
    return Asking({**outcomes, **others}, form or {}, **rest)


def assert_fits(answer: HttpResponseBase, outcome: Outcome, things: Things, path: str) -> None:
    """Fail unless an answer has exactly this status and leads to exactly this place."""
    location = answer.headers.get("Location", "")
    said = f"{path}: {answer.status_code} {location}"
    if isinstance(outcome, int):
        assert (answer.status_code, location) == (outcome, ""), said
    else:
        place = f"/accounts/login/?next={path}" if outcome == SIGN_IN else things.filled(outcome).partition(" ")[2]
        assert answer.status_code == 302, said
        assert re.fullmatch(re.escape(place).replace("…", ID), location), f"{said}, not {place}"
