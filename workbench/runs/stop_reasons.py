"""Why an answer that came well ended where it did, and what to do about it (API reference, stop reasons)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Problem:
    """`title` says what happened, `detail` quotes the server, `kept` what was saved, `next` what to do.

    `tone` is how it is shown: bad, warn, stopped, or empty for what is no fault at all.
    """

    title: str
    detail: str
    kept: str
    next: str
    tone: str = "warn"


# What ended it, what to do next, and the tone.
WORDS: dict[str, tuple[str | Promise, str | Promise, str]] = {
    "max_tokens": (
        _("The answer was cut at its limit of tokens"),
        _("Let it go on, or raise max tokens and run again."),
        "warn",
    ),
    "tool_use": (
        _("The model waits for its tools"),
        _("Give each call its result, and the model goes on with them."),
        "",
    ),
    "pause_turn": (
        _("The provider paused a long answer"),
        _("Send it back as it is, and the model goes on where it stopped."),
        "",
    ),
    "model_context_window_exceeded": (
        _("The model’s context window is full"),
        _("Shorten the prompt or the conversation, or choose a model that reads more."),
        "warn",
    ),
    "compaction": (
        _("The conversation was summed up to make room"),
        _("Send it back as it is, and the model goes on from the summary."),
        "",
    ),
}
# After these one press sends the answer back and lets the model go on.
GOES_ON = ("max_tokens", "pause_turn", "compaction")
# The categories of refusals (API reference, stop reasons).
CATEGORIES: dict[str, str | Promise] = {
    "cyber": _("Attacks on computers"),
    "bio": _("Dangerous biology"),
    "frontier_llm": _("Building the most capable language models"),
    "reasoning_extraction": _("Getting at the model’s hidden reasoning"),
    "general_harms": _("Harm to people"),
}


def explain_stop(reason: str, message: Mapping[str, Any]) -> Problem | None:
    """Why an answer ended, and what to do next; None if it just came to its end.

    Args:
        message: the answer as it is stored.
    """
    if reason in ("", "end_turn"):
        return None
    if reason == "refusal":
        return _refusal(message)
    if reason == "stop_sequence":
        sequence = message.get("stop_sequence")
        detail = sequence if isinstance(sequence, str) else ""
        advice = gettext("This is an end that the request asked for; the sequence itself is not part of the answer.")
        return Problem(gettext("The answer reached a stop sequence"), detail, "", advice, "")
    if words := WORDS.get(reason):
        title, what_next, tone = words
        return Problem(str(title), "", "", str(what_next), tone)
    advice = gettext("Workbench does not know this reason. The provider’s documentation may tell what it means.")
    return Problem(gettext("The answer ended for another reason"), reason, "", advice)


def _refusal(message: Mapping[str, Any]) -> Problem:
    details = message.get("stop_details")
    details = details if isinstance(details, dict) else {}
    category, explanation = details.get("category"), details.get("explanation")
    said = [str(CATEGORIES.get(category, category))] if isinstance(category, str) and category else []
    said += [explanation] if isinstance(explanation, str) and explanation else []
    advice = gettext("Rephrase the prompt, or use another model.")
    return Problem(gettext("The model refused to go on"), ": ".join(said), "", advice)
