"""A run as people see it: blocks of the answer as safe HTML, figures as words, and what to do about a failure.

Pure reading: nothing here stores or sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workbench.rendering.highlight import showable
from workbench.runs.answer_schema import verdict_of
from workbench.runs.blocks import blocks_of, content_of, plain_texts
from workbench.runs.cited_files import cited_files
from workbench.runs.models import Run, Status
from workbench.runs.money import dollars
from workbench.runs.problems import problem_of
from workbench.runs.schema_ways import Way
from workbench.runs.stop_reasons import GOES_ON
from workbench.runs.usage import Usage, usage_of


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers in an answer's foot, formatted; empty when unknown."""

    first: str = ""
    duration: str = ""
    input: str = ""
    output: str = ""
    speed: str = ""
    cost: str = ""
    wait: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """The race strip: shares in percent of the longest time shown."""

    queue: float
    first: float
    stream: float


def answer_html(run: Run) -> str:
    """The answer's article, the same on the playground, on the run page and over the socket."""
    return render_to_string("runs/answer.html", answer_context(run))


def answer_context(run: Run) -> dict[str, Any]:
    """What the answer's template needs."""
    verdict = verdict_of(run)
    is_answered = verdict is not None and verdict.way == Way.TOOL and verdict.is_last and run.stop_reason == "tool_use"
    return {
        "run": run,
        "blocks": [] if run.is_live else blocks_of(run.message, run.id, cited_files(run)),
        "plain": "" if run.is_live else plain_html(run),
        "verdict": verdict,
        "problem": None if run.is_live or is_answered else problem_of(run),
        "goes_on": GOES_ON,
        "figures": figures_of(run),
        "strip": strip_of(run),
        "status_words": status_words(run),
        "age_ms": max(0, round((timezone.now() - run.created_at).total_seconds() * 1000)),
    }


def status_words(run: Run) -> str:
    """The run's end in words: the stop reason if it ended well, else its status."""
    known = {
        "end_turn": _("end turn"),
        "max_tokens": _("max tokens reached"),
        "stop_sequence": _("stop sequence"),
        "tool_use": _("calls a tool"),
        "pause_turn": _("paused"),
        "refusal": _("refused"),
        "model_context_window_exceeded": _("context window full"),
        "compaction": _("summed up"),
    }
    if run.status != Status.SUCCEEDED:
        return str(run.get_status_display())
    return known.get(run.stop_reason, run.stop_reason or str(run.get_status_display()))


def plain_html(run: Run) -> SafeString:
    """The answer's text exactly as it came; each text block of it can be found, to be copied alone."""
    texts = plain_texts(run.message)
    between = [(("\n\n" if number else ""), at, showable(text)) for number, (at, text) in enumerate(texts)]
    return format_html_join("", '{}<span data-text="{}">{}</span>', between)


def seconds(milliseconds: float | None) -> str:
    """`4 ms`, `0.41 s`, `1.9 s`, `75 s`: three digits at most."""
    if milliseconds is None:
        return ""
    if milliseconds < 10:
        return _("%(number)s ms") % {"number": number_format(round(milliseconds))}
    value = milliseconds / 1000
    places = 2 if value < 1 else 1 if value < 20 else 0
    return _("%(number)s s") % {"number": number_format(value, decimal_pos=places)}


def figures_of(run: Run) -> Figures:
    """The foot's numbers. Speed counts from the first token on: what the reader saw."""
    speed = ""
    if run.output_tokens and run.duration_ms and run.first_token_ms is not None:
        streaming = run.duration_ms - run.first_token_ms
        if streaming > 20 and run.output_tokens > 1:
            speed = number_format(round(1000 * run.output_tokens / streaming))
    return Figures(
        first=seconds(run.first_token_ms),
        duration=seconds(run.duration_ms),
        input=count(run.input_tokens),
        output=count(run.output_tokens) or _estimated_output(run),
        speed=speed,
        cost=cost_of_run(run),
        wait=seconds(run.queued_ms) if (run.queued_ms or 0) > 1000 else "",
        usage=usage_of(run),
    )


def cost_of_run(run: Run) -> str:
    """What a run cost; at least so much if it broke off before the provider counted its output."""
    is_least = run.output_tokens is None and run.cost
    return f"≥ {dollars(run.cost)}" if is_least else dollars(run.cost)


def _estimated_output(run: Run) -> str:
    """Roughly how many tokens an answer has that broke off before the provider counted: four characters are one."""
    characters = sum(len(str(block.get("text") or "")) for block in content_of(run.message))
    return f"≈ {count(round(characters / 4))}" if characters else ""


def count(number: int | None) -> str:
    """A count with separators of the language; empty if unknown."""
    return "" if number is None else number_format(number, force_grouping=True)


def strip_of(run: Run) -> Strip | None:
    """The shares of waiting for the first token and of streaming, of this run's whole time."""
    if run.duration_ms is None or run.duration_ms <= 0:
        return None
    queued = max(run.queued_ms or 0, 0)
    whole = queued + run.duration_ms
    first = min(run.first_token_ms if run.first_token_ms is not None else run.duration_ms, run.duration_ms)
    share = 100 / whole
    return Strip(round(queued * share, 1), round(first * share, 1), round((run.duration_ms - first) * share, 1))
