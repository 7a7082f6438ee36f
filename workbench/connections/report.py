"""The words of a connection's test: what each step was, and what each failure means and asks for.

A report is stored in codes and worded when it is shown, so that everyone reads it in their own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from workbench.claude import ClaudeError, errors

# Of what a server says about its error, so much is kept (characters).
LONGEST_DETAIL = 300


class StepName(StrEnum):
    """What a test tries, in this order; or what a run tried."""

    READY = "ready"
    REACHABLE = "reachable"
    KEY = "key"
    MODELS = "models"
    STREAMING = "streaming"
    COUNT = "count"
    RUN = "run"


class Result(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    NOT_OFFERED = "not_offered"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `error`: the class of what went wrong; `detail`: the words of the server, or what was found."""

    name: StepName
    result: Result
    error: str = ""
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        """For storing with the connection."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in words. `result` is the code, for colours."""

    title: str
    result: str
    outcome: str
    words: str
    detail: str


TITLES: Mapping[str, str | Promise] = {
    StepName.READY: _("Ready"),
    StepName.REACHABLE: _("Reachable"),
    StepName.KEY: _("Key accepted"),
    StepName.MODELS: _("Models"),
    StepName.STREAMING: _("Streaming"),
    StepName.COUNT: _("Token count"),
    StepName.RUN: _("Last run"),
}
OUTCOMES: Mapping[str, str | Promise] = {
    Result.OK: _("works"),
    Result.FAILED: _("failed"),
    Result.NOT_OFFERED: _("not offered"),
    Result.SKIPPED: _("not tried"),
}
WITHOUT_FAILURE: Mapping[tuple[str, str], str | Promise] = {
    (StepName.MODELS, Result.NOT_OFFERED): _("This server has no list of models. Add them by hand."),
    (StepName.STREAMING, Result.SKIPPED): _("There is no model to try it with. Add one, then test again."),
    (StepName.COUNT, Result.NOT_OFFERED): _("This server does not count tokens: before a run they are estimated."),
}
UNAVAILABLE: Mapping[str, str | Promise] = {
    "ConnectionLocked": _("The stored key cannot be opened: the secret keys of the server changed. Enter it again."),
    "ConnectionMisconfigured": _("The base URL or the proxy cannot be used. Correct it."),
    "LocalModelOff": _("The local model is switched off, or cannot run on this machine."),
    "LocalModelStarting": _("The local model does not answer yet. It starts within seconds: test again."),
}
# From the particular to the general: the first that an error is an instance of gives its words.
MEANINGS: tuple[tuple[type[ClaudeError], str | Promise], ...] = (
    (errors.UnsendableError, _("The key holds characters that cannot be sent. Paste it again.")),
    (errors.InvalidAddressError, _("The base URL or the proxy cannot be used. Correct it.")),
    (errors.LookupFailedError, _("There is no such host. Check the base URL for a typing mistake.")),
    (
        errors.AddressRefusedError,
        _("It leads to a private address. The operator can allow it in WORKBENCH_PRIVATE_HOSTS."),
    ),
    (errors.ConnectRefusedError, _("Nothing listens there. Is the server running, and is the port right?")),
    (errors.ConnectTimeoutError, _("No connection in time. Is the host right? A firewall may be in between.")),
    (
        errors.TLSFailedError,
        _("No secure connection. The certificate was not accepted, or the server speaks http only."),
    ),
    (errors.ProxyFailedError, _("The proxy could not be used. Check its address.")),
    (
        errors.ServerHungUpError,
        _("The server closed the connection without an answer. Should the address begin with https?"),
    ),
    (errors.ConnectionFailedError, _("No connection. Check the base URL, and whether the server is running.")),
    (errors.TimeLimitError, _("The server did not answer in time. It may be busy: test again.")),
    (
        errors.StreamInterruptedError,
        _("The stream broke off before its end. A proxy in between may cut long answers: test again."),
    ),
    (
        errors.AnswerError,
        _("What came back is not an answer of the Messages API. Does this address speak it? Check the base URL."),
    ),
    (errors.RedirectError, _("The server points elsewhere. Redirects are not followed: enter the final address.")),
    (errors.AuthenticationError, _("The key was not accepted, or is missing. Enter a valid one.")),
    (errors.BillingError, _("The provider asks for payment. Look at the billing page of the account.")),
    (errors.SpendLimitError, _("The spend limit of the account is reached. Raise it, or wait for the next month.")),
    (errors.RateLimitError, _("Too many requests just now. Test again in a minute.")),
    (errors.PermissionDeniedError, _("The key is known, but may not do this. Use another, or ask for the right.")),
    (errors.NotFoundError, _("The server has nothing at this address, or does not know the model.")),
    (errors.RequestTooLargeError, _("The server, or a proxy before it, refuses even small requests.")),
    (errors.RequestTimeoutError, _("The server gave up waiting. Test again.")),
    (errors.ConflictError, _("The server is busy with something that excludes this. Test again.")),
    (errors.NotOfferedError, _("The server does not offer this.")),
    (errors.OverloadedError, _("The provider is overloaded just now. Test again in a few minutes.")),
    (errors.UnavailableError, _("The server is not available just now. Test again in a few minutes.")),
    (errors.GatewayTimeoutError, _("A server in between waited too long. Test again.")),
    (errors.ServerError, _("The server has an error of its own. Its log tells more.")),
    (errors.UnprocessableError, _("The server does not understand the request. It may speak another API.")),
    (errors.BadRequestError, _("The server refused the request. Check API version and beta headers.")),
)


def step_of(name: StepName, error: ClaudeError) -> Step:
    """A step that ended with this error."""
    kind = next((kind for kind, _words in MEANINGS if isinstance(error, kind)), ClaudeError)
    detail = "".join(character for character in error.message if character.isprintable()).strip()
    return Step(name, Result.FAILED, error=kind.__name__, detail=detail[:LONGEST_DETAIL])


def meaning_of(error: str) -> str:
    """What an error means for a connection and what to do about it, by the name of its class."""
    known = {**{kind.__name__: words for kind, words in MEANINGS}, **UNAVAILABLE}
    return str(known[error]) if error in known else gettext("It failed.")


def steps_in_words(report: Iterable[Mapping[str, Any]]) -> list[StepView]:
    """A stored report for a page."""
    return [_view(row) for row in report if row.get("name") in TITLES and row.get("result") in OUTCOMES]


def failure_in_words(report: Iterable[Mapping[str, Any]]) -> str:
    """What a stored report says went wrong first; empty if nothing did."""
    return next((view.words for view in steps_in_words(report) if view.result == Result.FAILED), "")


def _view(row: Mapping[str, Any]) -> StepView:
    name, result, detail = row["name"], row["result"], str(row.get("detail", ""))
    words = str(WITHOUT_FAILURE.get((name, result), ""))
    if result == Result.FAILED:
        words = meaning_of(str(row.get("error", "")))
    elif name == StepName.MODELS and detail.isdecimal():
        words, detail = ngettext("%(number)s found.", "%(number)s found.", int(detail)) % {"number": detail}, ""
    elif name == StepName.STREAMING and detail:
        words, detail = gettext("Tried with %(model)s.") % {"model": detail}, ""
    return StepView(str(TITLES[name]), result, str(OUTCOMES[result]), words, detail)
