"""What the page says of a prompt's marks for the cache: how many there are, and for which models they do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workbench.prompts.cache_marks import MOST_MARKS, Mark
from workbench.runs.lane_form import LaneForm, LaneRequest
from workbench.runs.presenting import count


@dataclass(frozen=True, slots=True)
class CacheTold:
    """`is_kept`: whether a model of the page keeps anything, so that marks can be set; `lines` for people."""

    is_kept: bool
    lines: Sequence[str] = ()


def keeps_any(lanes: Sequence[LaneForm]) -> bool:
    """Whether any chosen model keeps what is marked."""
    return any(lane.rules.capabilities.caching for lane in lanes if lane.rules)


def tell_marks(lanes: Sequence[LaneForm], marks: Sequence[Mark], first: Sequence[tuple[LaneRequest, int]]) -> CacheTold:
    """What is said of these marks of a prompt.

    Args:
        first: for each lane that was counted, about how many tokens stand before the end of its first mark.
    """
    if not marks:
        return CacheTold(keeps_any(lanes))
    lines = [_("%(number)s of %(most)s cache marks are set.") % {"number": len(marks), "most": MOST_MARKS}]
    for lane in lanes:
        if lane.chosen and lane.rules and not lane.rules.capabilities.caching:
            words = _("%(model)s keeps nothing: it gets no marks.")
            lines.append(words % {"model": lane.chosen.label})
    for request, tokens in first:
        least = request.rules.capabilities.cache_minimum
        if least is not None and tokens < least:
            words = _(
                "%(model)s keeps nothing below %(least)s tokens; up to the first mark there are about %(tokens)s."
            )
            about = {"model": request.model.label, "least": count(least), "tokens": count(tokens)}
            lines.append(words % about)
    return CacheTold(keeps_any(lanes), list(dict.fromkeys(lines)))
