"""One lane before it is run, in words: how full its context window would be, what it costs, why it would be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbench.playground.estimate import Estimate
from workbench.runs.lane_form import LaneRequest
from workbench.runs.money import dollars
from workbench.runs.presenting import count


@dataclass(frozen=True, slots=True)
class LaneBefore:
    """What the page says of a lane. `window` and `used` in tokens, `room`: what its answer leaves of the window.

    `words`: tokens of the window; `cost`: its range; `how`: how it was estimated; `refusals`: why it would be refused.
    """

    index: int
    used: int | None = None
    window: int | None = None
    room: int = 0
    words: str = ""
    cost: str = ""
    how: str = ""
    warning: str = ""
    refusals: Sequence[str] = ()


def lane_before(index: int, lane: LaneRequest | None, found: Estimate, wrong: Sequence[str]) -> LaneBefore:
    """What is said of a lane, whose request was estimated if it is complete and right."""
    if lane is None or found.input_tokens is None:
        return LaneBefore(index, refusals=wrong)
    used, window = found.input_tokens, lane.rules.capabilities.max_input_tokens
    answer = lane.parameters.get("max_tokens", 0)
    return LaneBefore(
        index=index,
        used=used,
        window=window,
        room=max(window - answer, 0) if window else 0,
        words=_of_window(used, window, found.is_about),
        cost=_cost(found),
        how=_how(found),
        warning=_warning(used, window, answer),
        refusals=[*wrong, *_refusals(lane, found)],
    )


def tokens_in_words(number: int, is_about: bool) -> str:
    """A number of tokens; `is_about`: nobody counted them."""
    words = ngettext("%(count)s token", "%(count)s tokens", number)
    if is_about:
        words = ngettext("about %(count)s token", "about %(count)s tokens", number)
    return words % {"count": count(number)}


def _of_window(used: int, window: int | None, is_about: bool) -> str:
    if window is None:
        return tokens_in_words(used, is_about)
    words = _("about %(used)s of %(window)s tokens") if is_about else _("%(used)s of %(window)s tokens")
    return words % {"used": count(used), "window": count(window)}


def _cost(found: Estimate) -> str:
    low, high = dollars(found.low), dollars(found.high)
    return low if low == high else f"{low} – {high}"


def _how(found: Estimate) -> str:
    if not found.is_about:
        return ""
    if not found.is_counted:
        return _("Estimated: four bytes of text as one token, images by their size, documents by their pages.")
    return _("Counted, but for what no server counts: files by their size and pages, provider’s tools not at all.")


def _warning(used: int, window: int | None, answer: int) -> str:
    """That the answer may find no room: legal, and worth knowing."""
    if window is None or used > window or used + answer <= window:
        return ""
    words = _("With %(answer)s max tokens this is %(over)s more than the context window: a long answer will be cut.")
    return words % {"answer": count(answer), "over": count(used + answer - window)}


def _refusals(lane: LaneRequest, found: Estimate) -> list[str]:
    messages = [_("The provider refuses this: %(message)s") % {"message": found.refusal}] if found.refusal else []
    window = lane.rules.capabilities.max_input_tokens
    if window is not None and found.input_tokens is not None and found.input_tokens > window:
        words = _("The input is larger than the context window of %(model)s. Shorten it, or choose another model.")
        messages.append(words % {"model": lane.model.label})
    return messages
