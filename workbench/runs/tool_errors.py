"""Why a tool that the provider runs failed, in words. Such errors come inside an answer with status 200."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# API reference, error codes of server tools.
BY_CODE: dict[str, str | Promise] = {
    "invalid_tool_input": _("The model called it with an input that it does not take."),
    "unavailable": _("It is not available at the provider right now."),
    "too_many_requests": _("It was called too often in a short time."),
    "max_uses_exceeded": _("It was used as often as the request allows. Raise its limit to allow more."),
    "query_too_long": _("What the model searched for is too long."),
    "request_too_large": _("The request became too large for it."),
    "url_too_long": _("The address is too long."),
    "url_not_allowed": _("The address is not allowed by the request’s domains."),
    "url_not_in_prior_context": _("Only addresses that occurred in the conversation may be fetched; this one did not."),
    "url_not_accessible": _("The page could not be read."),
    "unsupported_content_type": _("What is there is neither text nor PDF."),
    "content_too_large": _("What is there is too large."),
    "execution_time_exceeded": _("It ran too long and was ended."),
    "output_file_too_large": _("What it made is too large."),
    "file_not_found": _("There is no such file."),
    "string_not_found": _("The text that it should replace is not in the file."),
}


def error_code(content: Any) -> str:  # noqa: ANN401 - whatever a result holds
    """The error code of a tool's result; empty if it did not fail."""
    if not isinstance(content, dict):
        return ""
    code = content.get("error_code")
    if isinstance(code, str) and code:
        return code
    kind = content.get("type")
    return "unknown" if isinstance(kind, str) and kind.endswith("_error") else ""


def words_for_error(content: Any) -> str:  # noqa: ANN401 - whatever a result holds
    """Why it failed, with the code; empty if it did not."""
    code = error_code(content)
    if not code:
        return ""
    words = BY_CODE.get(code)
    said = content.get("error_message")
    said = said.strip() if isinstance(said, str) else ""
    words = said or words or gettext("It failed.")
    return f"{words} ({code})"
