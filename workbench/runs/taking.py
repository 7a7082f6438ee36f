"""What an upstream read adds to the live output of its run. Stores and sends nothing."""

from __future__ import annotations

from workbench.claude.accumulate import TOOLS
from workbench.claude.events import BlockStart, Event, InputJSONDelta, TextDelta, ThinkingDelta
from workbench.runs.gist import STREAMED, gist_of, label_of
from workbench.runs.live import STRETCH_CHARACTERS, LiveRun


def take(live: LiveRun, events: list[Event]) -> None:
    """Append what one upstream read brought: exactly what the stored message will hold (claude/accumulate.py)."""
    append = live.pieces.append
    current = live.current_block
    kind = live.kind_of(current)
    for event in events:
        # The commonest first: this is the hot path.
        if isinstance(event, TextDelta):
            if event.index != current:
                current, kind = event.index, live.turn_to(event.index, "text")
            if kind == "text":
                if len(event.text) <= STRETCH_CHARACTERS:
                    append(event.text)
                else:
                    live.append(event.text)
        else:
            _take_rarer(live, event)
            current = live.current_block
            kind = live.kind_of(current)


def _take_rarer(live: LiveRun, event: Event) -> None:
    if isinstance(event, ThinkingDelta):
        if live.turn_to(event.index, "thinking") == "thinking":
            live.append(event.thinking)
    elif isinstance(event, InputJSONDelta):
        if (kind := live.kind_of(event.index)) in TOOLS:
            live.turn_to(event.index, kind)
            live.append(event.partial_json)
    elif isinstance(event, BlockStart):
        kind = str(event.block.get("type", ""))
        live.begin_block(event.index, kind, label_of(event.block))
        # A server that answers in one piece sends its whole text with the block's start.
        if isinstance(text := event.block.get(kind), str):
            live.append(text)
        elif kind not in STREAMED:
            # Nothing more may come of it: it is there with its beginning, and what can be read of it.
            live.pieces.append(gist_of(event.block))
