"""What went wrong with a run, for the person before it: what happened, what was kept, what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workbench.runs.models import Run, Status
from workbench.runs.stop_reasons import Problem, explain_stop

type Words = tuple[str | Promise, str | Promise]

# What happened and what to do, by the provider's error code, then its type or our class of it, then the status.
BY_CODE: dict[str, Words] = {
    "enforced_spend_limit_reached": (
        _("The account’s monthly spend limit is reached"),
        _("Waiting does not help: raise the limit with the provider, or use another connection."),
    ),
    "contract_spend_limit_reached": (
        _("The contract’s spend limit is reached"),
        _("Ask whoever looks after the provider’s contract, or use another connection."),
    ),
    "ramp_limit_exceeded": (
        _("The account’s usage grew faster than its tier allows"),
        _("Use another connection, or ask the provider to raise the tier."),
    ),
    "organization_on_hold": (
        _("The provider has put the organization on hold"),
        _("Ask the provider’s support, or use another connection."),
    ),
    "image_dimensions_too_large": (_("An image is too large"), _("Make it smaller and run again.")),
}
BY_TYPE: dict[str, Words] = {
    "server_lost": (
        _("Workbench ended while this answer was coming"),
        _("Run again for a whole answer."),
    ),
    "server_stopping": (_("Workbench was shut down while this answer was coming"), _("Run again for a whole answer.")),
    "internal_error": (
        _("Workbench failed"),
        _("This is a fault of ours; the server’s log has it. Try again, and tell your operator."),
    ),
    "connection_unavailable": (
        _("The connection cannot be used"),
        _("Look at the connection’s settings, or choose another model."),
    ),
    "file_gone": (
        _("A file of the prompt could not be sent"),
        _("It was removed, or its storage has lost it. Take it out of the message, or upload it again, then run."),
    ),
    "StreamInterrupted": (
        _("The connection broke before the answer was complete"),
        _("Run again for a whole answer. If it happens often, look at the network between here and the server."),
    ),
    "EventTooLarge": (
        _("The server sent a piece larger than 1 MiB"),
        _("This is not how the Messages API answers. Look at what answers at this address."),
    ),
    "MalformedAnswer": (
        _("The server’s answer could not be read"),
        _("Something at this address does not speak the Messages API. Test the connection."),
    ),
    "IdleTimeout": (
        _("The server fell silent"),
        _("Nothing came for longer than the connection’s idle limit. Run again, or raise the limit."),
    ),
    "Deadline": (
        _("The answer took too long"),
        _("It passed the connection’s total deadline. Lower max tokens, or raise the deadline."),
    ),
    "ConnectTimeout": (
        _("The server could not be reached in time"),
        _("Test the connection, or try again later."),
    ),
    "ConnectRefused": (
        _("Nothing listens at the connection’s address"),
        _("Is the server running? Check the base URL, then test the connection."),
    ),
    "LookupFailed": (
        _("The server’s name could not be found"),
        _("Check the base URL for a typing mistake, and this machine’s name service."),
    ),
    "AddressRefused": (
        _("This address may not be reached from here"),
        _("Private addresses are refused unless the operator allows them (WORKBENCH_PRIVATE_HOSTS)."),
    ),
    "InvalidAddress": (_("The base URL cannot be used"), _("Correct it in the connection’s settings.")),
    "TLSFailed": (
        _("No safe connection to the server"),
        _("Its certificate was not accepted. Check the base URL and the server’s certificate."),
    ),
    "ProxyFailed": (_("The proxy refused"), _("Check the proxy in the connection’s settings.")),
    "ServerHungUp": (
        _("The server closed the connection without an answer"),
        _("Try again. If it stays so, look at the server’s own log."),
    ),
    "Redirect": (
        _("The server pointed to another address"),
        _("Redirects are not followed, so that the key stays where it belongs. Correct the base URL."),
    ),
    "overloaded_error": (
        _("The provider is overloaded"),
        _("It was tried several times. Try again in a while, or use another model."),
    ),
    "rate_limit_error": (
        _("Too many requests or tokens in a short time"),
        _("Wait a moment and run again, or use another connection."),
    ),
    "billing_error": (_("The provider asks for payment"), _("Look at the account’s billing page.")),
    "exceed_context_size_error": (
        _("The prompt is longer than this model can read"),
        _("Shorten it, or choose a model with a larger context."),
    ),
}
BY_STATUS: dict[int, Words] = {
    400: (_("The server refused the request"), _("Its own words say what to change.")),
    401: (
        _("The key was not accepted"),
        _("An owner can enter a valid key in the connection’s settings. The connection is marked."),
    ),
    402: (_("The provider asks for payment"), _("Look at the account’s billing page.")),
    403: (_("The key may not do this"), _("Use another key or another model.")),
    404: (
        _("The model or address does not exist"),
        _("It may be retired or misspelt. Choose another model, or refresh the connection’s list."),
    ),
    408: (_("The server gave up waiting"), _("Run again.")),
    409: (_("The server reports a conflict"), _("Run again.")),
    413: (_("The request is too large"), _("Shorten the prompt.")),
    422: (_("The server could not make sense of the request"), _("Its own words say what to change.")),
    429: BY_TYPE["rate_limit_error"],
    500: (_("The server had an error"), _("Run again. If it stays so, its operator must look.")),
    501: (_("The server does not offer this"), _("Use another connection.")),
    502: (_("A gateway before the server failed"), _("Run again in a moment.")),
    503: (_("The server is not available"), _("Run again in a moment.")),
    504: (_("The server took too long"), _("Run again, or lower max tokens.")),
    529: BY_TYPE["overloaded_error"],
}
# What our libraries say of these adds nothing to the title; the attempts list it.
TECHNICAL = {"StreamInterrupted", "ServerHungUp"}
UNKNOWN: Words = (
    _("The run failed"),
    _("The server’s own words may say more. Run again, or test the connection."),
)


def problem_of(run: Run) -> Problem | None:
    """What to tell about how a run ended; None if it came to its natural end."""
    kept = _kept(run)
    if run.status == Status.STOPPED:
        how = gettext("Stopped by you") if run.message else gettext("Stopped before an answer came")
        return Problem(how, "", kept, "", "stopped")
    if run.status not in (Status.FAILED, Status.INTERRUPTED):
        return explain_stop(run.stop_reason, run.message or {})
    title, advice = words_for(run.error_code, run.error_type, run.error_status)
    detail = "" if run.error_type in TECHNICAL else run.error_message
    return Problem(str(title), detail, kept, str(advice), "bad" if run.status == Status.FAILED else "warn")


def words_for(code: str, kind: str, status: int | None) -> Words:
    """Title and advice for an error: the most exact that we have."""
    return BY_CODE.get(code) or BY_TYPE.get(kind) or BY_STATUS.get(status or 0) or UNKNOWN


def _kept(run: Run) -> str:
    if run.message and run.message.get("content"):
        return gettext("What came before is kept and shown here; it is not complete.")
    return gettext("Your prompt is kept. No answer came.")
