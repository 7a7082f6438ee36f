"""What went wrong with a run, for the person before it: what happened, what was kept, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from workbench.runs.models import Run, Status

type Words = tuple[str | Promise, str | Promise]


@dataclass(frozen=True, slots=True)
class Problem:
    """`title` says what happened, `detail` quotes the server, `kept` what was saved, `next` what to do."""

    title: str
    detail: str
    kept: str
    next: str


# What happened and what to do, by the provider's error code, then its type or our class of it, then the status.
BY_CODE: dict[str, Words] = {
    "enforced_spend_limit_reached": (
        lazy("The account’s monthly spend limit is reached"),
        lazy("Waiting does not help: raise the limit with the provider, or use another connection."),
    ),
    "contract_spend_limit_reached": (
        lazy("The contract’s spend limit is reached"),
        lazy("Ask whoever looks after the provider’s contract, or use another connection."),
    ),
    "ramp_limit_exceeded": (
        lazy("The account’s usage grew faster than its tier allows"),
        lazy("Use another connection, or ask the provider to raise the tier."),
    ),
    "organization_on_hold": (
        lazy("The provider has put the organization on hold"),
        lazy("Ask the provider’s support, or use another connection."),
    ),
    "image_dimensions_too_large": (lazy("An image is too large"), lazy("Make it smaller and run again.")),
}
BY_TYPE: dict[str, Words] = {
    "server_lost": (
        lazy("The server ended while it was receiving this answer"),
        lazy("Run again for a whole answer."),
    ),
    "server_stopping": (lazy("The server was shut down"), lazy("Run again for a whole answer.")),
    "internal_error": (
        lazy("Workbench failed"),
        lazy("This is a fault of ours; the server’s log has it. Try again, and tell your operator."),
    ),
    "connection_unavailable": (
        lazy("The connection cannot be used"),
        lazy("Look at the connection’s settings, or choose another model."),
    ),
    "StreamInterrupted": (
        lazy("The connection broke before the answer was complete"),
        lazy("Run again for a whole answer. If it happens often, look at the network between here and the server."),
    ),
    "EventTooLarge": (
        lazy("The server sent a piece larger than 1 MiB"),
        lazy("This is not how the Messages API answers. Look at what answers at this address."),
    ),
    "MalformedAnswer": (
        lazy("The server’s answer could not be read"),
        lazy("Something at this address does not speak the Messages API. Test the connection."),
    ),
    "IdleTimeout": (
        lazy("The server fell silent"),
        lazy("Nothing came for longer than the connection’s idle limit. Run again, or raise the limit."),
    ),
    "Deadline": (
        lazy("The answer took too long"),
        lazy("It passed the connection’s total deadline. Lower max tokens, or raise the deadline."),
    ),
    "ConnectTimeout": (
        lazy("The server could not be reached in time"),
        lazy("Test the connection, or try again later."),
    ),
    "ConnectRefused": (
        lazy("Nothing listens at the connection’s address"),
        lazy("Is the server running? Check the base URL, then test the connection."),
    ),
    "LookupFailed": (
        lazy("The server’s name could not be found"),
        lazy("Check the base URL for a typing mistake, and this machine’s name service."),
    ),
    "AddressRefused": (
        lazy("This address may not be reached from here"),
        lazy("Private addresses are refused unless the operator allows them (WORKBENCH_PRIVATE_HOSTS)."),
    ),
    "InvalidAddress": (lazy("The base URL cannot be used"), lazy("Correct it in the connection’s settings.")),
    "TLSFailed": (
        lazy("No safe connection to the server"),
        lazy("Its certificate was not accepted. Check the base URL and the server’s certificate."),
    ),
    "ProxyFailed": (lazy("The proxy refused"), lazy("Check the proxy in the connection’s settings.")),
    "ServerHungUp": (
        lazy("The server closed the connection without an answer"),
        lazy("Try again. If it stays so, look at the server’s own log."),
    ),
    "Redirect": (
        lazy("The server pointed to another address"),
        lazy("Redirects are not followed, so that the key stays where it belongs. Correct the base URL."),
    ),
    "overloaded_error": (
        lazy("The provider is overloaded"),
        lazy("It was tried several times. Try again in a while, or use another model."),
    ),
    "rate_limit_error": (
        lazy("Too many requests or tokens in a short time"),
        lazy("Wait a moment and run again, or use another connection."),
    ),
    "billing_error": (lazy("The provider asks for payment"), lazy("Look at the account’s billing page.")),
    "exceed_context_size_error": (
        lazy("The prompt is longer than this model can read"),
        lazy("Shorten it, or choose a model with a larger context."),
    ),
}
BY_STATUS: dict[int, Words] = {
    400: (lazy("The server refused the request"), lazy("Its own words say what to change.")),
    401: (
        lazy("The key was not accepted"),
        lazy("An owner can enter a valid key in the connection’s settings. The connection is marked."),
    ),
    402: (lazy("The provider asks for payment"), lazy("Look at the account’s billing page.")),
    403: (lazy("The key may not do this"), lazy("Use another key or another model.")),
    404: (
        lazy("The model or address does not exist"),
        lazy("It may be retired or misspelt. Choose another model, or refresh the connection’s list."),
    ),
    408: (lazy("The server gave up waiting"), lazy("Run again.")),
    409: (lazy("The server reports a conflict"), lazy("Run again.")),
    413: (lazy("The request is too large"), lazy("Shorten the prompt.")),
    422: (lazy("The server could not make sense of the request"), lazy("Its own words say what to change.")),
    429: BY_TYPE["rate_limit_error"],
    500: (lazy("The server had an error"), lazy("Run again. If it stays so, its operator must look.")),
    501: (lazy("The server does not offer this"), lazy("Use another connection.")),
    502: (lazy("A gateway before the server failed"), lazy("Run again in a moment.")),
    503: (lazy("The server is not available"), lazy("Run again in a moment.")),
    504: (lazy("The server took too long"), lazy("Run again, or lower max tokens.")),
    529: BY_TYPE["overloaded_error"],
}
UNKNOWN: Words = (
    lazy("The run failed"),
    lazy("The server’s own words may say more. Run again, or test the connection."),
)


def problem_of(run: Run) -> Problem | None:
    """What to tell about a run that did not end well; None if it did."""
    kept = _kept(run)
    if run.status == Status.STOPPED:
        return Problem(_("Stopped by you") if run.message else _("Stopped before an answer came"), "", kept, "")
    if run.status not in (Status.FAILED, Status.INTERRUPTED):
        return _refusal(run)
    title, advice = words_for(run.error_code, run.error_type, run.error_status)
    return Problem(str(title), run.error_message, kept, str(advice))


def words_for(code: str, kind: str, status: int | None) -> Words:
    """Title and advice for an error: the most exact that we have."""
    return BY_CODE.get(code) or BY_TYPE.get(kind) or BY_STATUS.get(status or 0) or UNKNOWN


def _kept(run: Run) -> str:
    if run.message and run.message.get("content"):
        return _("What came before is kept and shown here; it is not complete.")
    return _("Your prompt is kept. No answer came.")


def _refusal(run: Run) -> Problem | None:
    if run.stop_reason != "refusal":
        return None
    details = (run.message or {}).get("stop_details") or {}
    explanation = details.get("explanation") or details.get("category") or ""
    return Problem(
        _("The model refused to go on"), str(explanation), "", _("Rephrase the prompt, or use another model.")
    )
