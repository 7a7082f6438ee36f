"""Says why api.anthropic.com would refuse a request: written from the API's reference, for tests only.

Independent of the application on purpose: it reads `tests.api.catalog`, never anything of workbench.

Where the reference is not certain, these are refused (its section in brackets):
- stop sequences of white space only (3.1); temperature other than 1, or top_k, with thinking on (3.2)
- `between_tools` on 4.5 models and `disabled` on Sonnet 5.5 (3.3); on other models `between_tools` goes by the
  catalog, which says no everywhere but on Sonnet 5.5
- on models without sampling: every value but temperature 1, also for top_p and top_k, whose defaults are unknown (3.2)
- role `system` on models before Opus 4.8 (3.1); effort levels that are null or absent in the catalog (3.4)
- forced tool use with thinking asked for (5.4; with thinking that is on by itself only on the models named), and on
  Mythos 5.1 and 5.2, the siblings of Fable (5.4); not on Haiku 5.5, which is not named
- forced tool use without tools, or of a tool that is not there (not stated; it could mean nothing)
- images of more than 5 MB of base64 (4.1, "possibly 10 MB now"); tool names beyond 128 of a-zA-Z0-9_- (5.1)
- calls without results, results without calls, results after other blocks (4.1, 5.3); the marker at the top counts as
  one of four breakpoints (3.5); unknown members of objects anywhere, as at the top (3.1)
- thinking, tool calls and what server tools returned in a user turn (4.1 gives them to the assistant)
Beta fields, tools and blocks are let through, contents unseen, with a beta of their family. Not judged: pages of a PDF,
what a URL or file id holds, which version of a server tool a model takes, how many stop sequences there may be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.api import media, settings, tools, turns
from tests.api.blocks import content
from tests.api.cache import breakpoints, marker, order
from tests.api.catalog import NEW_VERSION, OLD_VERSION, Model, find
from tests.api.shapes import EXTRA, Case, objects

MOST_BYTES = 32 * 1024 * 1024
COUNTED = frozenset(
    {"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "speed"}
)


def refusals(
    body: Mapping[str, Any], api_version: str, betas: Sequence[str] = (), among: Sequence[Model] | None = None
) -> list[str]:
    """Every reason to answer this `POST /v1/messages` with 400 (404 for `model`, 413 for the size); empty if fine.

    Each is a sentence that begins with a JSON path (`messages.0.content.1.source.type: …`). `among` are the models
    there are, those of the catalog by default.
    """
    name = body.get("model")
    model = find(name, among) if isinstance(name, str) else None
    case = Case(api_version, tuple(betas), model)
    return list(dict.fromkeys(_refusals(body, case)))


def _refusals(body: Mapping[str, Any], case: Case) -> Iterator[str]:
    if case.api_version not in {NEW_VERSION, OLD_VERSION}:
        yield f"anthropic-version: {case.api_version!r} is not a valid version"
    if isinstance(body.get("model"), str) and case.model is None:
        yield f"model: not_found_error, {body['model']}"
    if len(json.dumps(body).encode()) > MOST_BYTES:
        yield "body: request_too_large, more than 32 MB"
    for judge in (settings.fields, settings.sampling, settings.thinking, settings.output_config, settings.speed):
        yield from judge(body, case)
    yield from tools.tools(body, case)
    yield from tools.tool_choice(body, case)
    if isinstance(body.get("system"), list):
        yield from content("system", body["system"], "system", case)
    yield from turns.messages(body, case)
    yield from media.images(body, case)
    yield from marker("", body)
    yield from breakpoints(body)
    yield from order(body)


def counting_refusals(
    body: Mapping[str, Any], api_version: str, betas: Sequence[str] = (), among: Sequence[Model] | None = None
) -> list[str]:
    """Every reason to answer this `POST /v1/messages/count_tokens` with 400; empty if fine.

    Counting takes fewer fields than asking, and no server tools (but the advisor), MCP, or sources by URL or file id.
    """
    found = [f"{name}: {EXTRA}" for name in body if name not in COUNTED]
    model = find(str(body.get("model")), among)
    asked = {name: value for name, value in body.items() if name in COUNTED}
    found += refusals({**asked, "max_tokens": model["max_tokens"] if model else 1}, api_version, betas, among)
    for position, tool in objects(body.get("tools")):
        if str(tool.get("type")).startswith((*tools.SERVER, "mcp_toolset")):
            found.append(f"tools.{position}.type: cannot be counted")
    found += [f"{path}.source: cannot be counted" for path in media.remote(body)]
    return found
