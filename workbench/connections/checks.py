"""Testing a connection: what works, step by step, and what each failure means."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workbench.claude import Client, ClaudeError, errors
from workbench.connections.capabilities import choose_api_version
from workbench.connections.catalog import NO_SUCH_ENDPOINT, refresh_catalog
from workbench.connections.clients import ConnectionLocked, ConnectionUnavailable, client_for, open_connection
from workbench.connections.models import CatalogModel, Connection, Health


class Result(StrEnum):
    """How a step of the test ended."""

    OK = "ok"
    FAILED = "failed"
    NOT_OFFERED = "not_offered"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, how it ended, and words that say what that means."""

    name: str
    result: Result
    words: str = ""


@dataclass(slots=True)
class Report:
    """What a test found. `health` is stored with the connection."""

    steps: list[Step] = field(default_factory=list)
    health: Health = Health.OK
    features: dict[str, bool] = field(default_factory=dict)

    def add(self, name: str | Promise, result: Result, words: str = "") -> None:
        """Note how a step ended."""
        self.steps.append(Step(str(name), result, words))

    @property
    def message(self) -> str:
        """The words of what failed; empty if nothing did."""
        return " ".join(step.words for step in self.steps if step.result == Result.FAILED)


MEANINGS: tuple[tuple[type[ClaudeError], str | Promise], ...] = (
    (errors.InvalidAddressError, lazy("The base URL cannot be used. Correct it.")),
    (errors.LookupFailedError, lazy("No such host. Check the base URL for a typing mistake.")),
    (errors.AddressRefusedError, lazy("A private address that the operator has not allowed (WORKBENCH_PRIVATE_HOSTS).")),
    (errors.ConnectRefusedError, lazy("Nothing listens there. Is the server running, and is the port right?")),
    (errors.ConnectTimeoutError, lazy("No connection in time. A firewall may be in between.")),
    (errors.TLSFailedError, lazy("No safe connection: the server’s certificate was not accepted.")),
    (errors.ProxyFailedError, lazy("The proxy could not be used. Check its address.")),
    (errors.ServerHungUpError, lazy("The server closed the connection without an answer. Is it http where it should be https?")),
    (errors.TimeLimitError, lazy("The server did not answer in time.")),
    (errors.RedirectError, lazy("The server points elsewhere. Redirects are not followed: enter the final address.")),
    (errors.AuthenticationError, lazy("The key was not accepted. Enter a valid one.")),
    (errors.SpendLimitError, lazy("The account’s spend limit is reached.")),
    (errors.BillingError, lazy("The provider asks for payment.")),
    (errors.PermissionDeniedError, lazy("The key is valid, but may not do this.")),
    (errors.RateLimitError, lazy("Too many requests just now. Test again in a minute.")),
    (errors.NotFoundError, lazy("The server has nothing at this address, or does not know the model.")),
    (errors.RequestTooLargeError, lazy("The server refuses requests of this size.")),
    (errors.OverloadedError, lazy("The provider is overloaded just now.")),
    (errors.ServerError, lazy("The server has an error of its own.")),
    (errors.StreamInterruptedError, lazy("The stream broke off before its end.")),
    (errors.AnswerError, lazy("What came back is not an answer of the Messages API. Does this address speak it?")),
    (errors.BadRequestError, lazy("The server refused the request.")),
)


def meaning_of(error: ClaudeError) -> str:
    """What an error means for a connection, with the server's own words."""
    words = next((str(words) for kind, words in MEANINGS if isinstance(error, kind)), _("It failed."))
    own = error.message.strip()
    return f"{words} ({own[:300]})" if own else words


async def check_connection(connection: Connection) -> Report:
    """Try everything that the playground needs, with one token of a real answer, and store what was found."""
    report = Report()
    try:
        access = await sync_to_async(open_connection)(connection)
    except ConnectionUnavailable as error:
        report.health = Health.LOCKED if isinstance(error, ConnectionLocked) else Health.STARTING
        report.add(_("Ready"), Result.FAILED, str(error))
    else:
        client = client_for(access, choose_api_version(connection, "", {}))
        await _check_models(connection, client, report)
        if report.health == Health.OK:
            await _check_messages(connection, client, report)
    await sync_to_async(_store)(connection, report)
    return report


async def _check_models(connection: Connection, client: Client, report: Report) -> None:
    """The list of models tells whether the server is there and takes the key."""
    try:
        found = await refresh_catalog(connection, client)
    except ClaudeError as error:
        is_reached = error.http_status is not None
        report.add(_("Reachable"), Result.OK if is_reached else Result.FAILED, "" if is_reached else meaning_of(error))
        if is_reached:
            is_key = isinstance(error, errors.AuthenticationError | errors.PermissionDeniedError)
            report.add(_("Key accepted") if is_key else _("Models"), Result.FAILED, meaning_of(error))
        report.health = Health.KEY_REFUSED if isinstance(error, errors.AuthenticationError) else Health.UNREACHABLE
        return
    report.add(_("Reachable"), Result.OK)
    report.features["models"] = found > 0
    if found:
        report.add(_("Models"), Result.OK, _("%(number)s found.") % {"number": found})
    else:
        report.add(_("Models"), Result.NOT_OFFERED, _("This server has no list. Add models by hand."))


async def _check_messages(connection: Connection, client: Client, report: Report) -> None:
    model = await sync_to_async(CatalogModel.objects.filter(connection=connection, is_listed=True).first)()
    if model is None:
        report.add(_("Streaming"), Result.SKIPPED, _("There is no model to try it with."))
        return
    question = {"model": model.model_id, "messages": [{"role": "user", "content": "Hi"}]}
    try:
        await client.messages.stream({**question, "max_tokens": 1}).final_message()
    except ClaudeError as error:
        report.add(_("Streaming"), Result.FAILED, f"{model}: {meaning_of(error)}")
        report.health = Health.KEY_REFUSED if isinstance(error, errors.AuthenticationError) else Health.UNREACHABLE
        return
    report.add(_("Key accepted"), Result.OK)
    report.add(_("Streaming"), Result.OK, _("Tried with %(model)s.") % {"model": model})
    await _check_count(client, question, report)


async def _check_count(client: Client, question: dict[str, Any], report: Report) -> None:
    try:
        await client.messages.count_tokens(question)
    except ClaudeError as error:
        report.features["count_tokens"] = False
        if error.http_status in NO_SUCH_ENDPOINT:
            report.add(_("Token count"), Result.NOT_OFFERED, _("Estimates before running are not shown for this server."))
        else:
            report.add(_("Token count"), Result.FAILED, meaning_of(error))
    else:
        report.features["count_tokens"] = True
        report.add(_("Token count"), Result.OK)


def _store(connection: Connection, report: Report) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        health=report.health, health_message=report.message, health_checked_at=timezone.now(), features=report.features
    )


def mark_key_refused(connection_id: UUID) -> None:
    """A run found that the key is not accepted (401)."""
    words = _("A run was refused: the key was not accepted.")
    Connection.objects.filter(pk=connection_id).update(
        health=Health.KEY_REFUSED, health_message=words, health_checked_at=timezone.now()
    )
