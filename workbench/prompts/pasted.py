"""A pasted request becomes a prompt: the JSON body of a Messages API call, a list of messages, or a curl command.

Only texts are taken; what has no place in a prompt yet is named, so that nobody misses it silently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.api_settings import settings_of
from workbench.prompts.beside import beside_of
from workbench.prompts.cache_marks import split_marks
from workbench.prompts.curl import NoDataError, data_of
from workbench.prompts.tool_choice import settings_of_choice
from workbench.prompts.turns import ROLES, turn_from

MAX_PASTED = 16 * 1024 * 1024  # characters


class NotARequestError(Exception):
    """What was pasted cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A draft's content, and the names of what was left out."""

    draft: dict[str, Any]
    left_out: Sequence[str] = field(default_factory=list)


def read_pasted(text: str) -> Pasted:
    """A draft out of what was pasted.

    Raises:
        NotARequestError: it is neither JSON with messages nor a curl command that holds such JSON.
    """
    if len(text) > MAX_PASTED:
        raise NotARequestError(_("This is more than %(number)s MB.") % {"number": MAX_PASTED // 1024**2})
    body = _json_in(text.strip())
    messages = body if isinstance(body, list) else body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list) or not messages:
        raise NotARequestError(_("There are no messages in it."))
    request, marks = split_marks(body if isinstance(body, dict) else {})
    lane = {**settings_of(request), "model": f":{request.get('model', '')}"}
    left_out = ["tool_choice"] if "tool_choice" in request and not settings_of_choice(request["tool_choice"]) else []
    systems = [_text(request.get("system", ""), "system", left_out)]
    turns = []
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant", "system", "developer"):
            raise NotARequestError(_("A message has no role that is known: user or assistant."))
        if message["role"] in ROLES and isinstance(message.get("content"), str | list):
            turns.append(turn_from(message))
        else:
            systems.append(_text(message.get("content", ""), str(message["role"]), left_out))
    draft = {"system": "\n\n".join(filter(None, systems)), "turns": turns, "lanes": [lane], "cache": marks}
    return Pasted({**draft, **beside_of(request)}, list(dict.fromkeys(left_out)))


def _json_in(text: str) -> Any:  # noqa: ANN401 - any JSON
    if not text:
        raise NotARequestError(_("There is nothing in it."))
    if text.startswith("curl"):
        text = _data_of(text)
    elif not text.startswith(("{", "[")):
        raise NotARequestError(_("This is neither JSON nor a curl command with JSON."))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise NotARequestError(_("This JSON is broken at line %(line)s, column %(column)s.") % place) from None
    except ValueError:
        raise NotARequestError(_("This is neither JSON nor a curl command with JSON.")) from None
    except RecursionError:
        raise NotARequestError(_("This JSON is nested too deeply.")) from None


def _data_of(command: str) -> str:
    try:
        return data_of(command)
    except NoDataError as error:
        raise NotARequestError(str(error)) from None


def _text(content: Any, where: str, left_out: list[str]) -> str:  # noqa: ANN401 - any JSON
    """The text of a message's content: text itself, or its text blocks; others are left out, and named."""
    if isinstance(content, str):
        return content
    texts = []
    for block in content if isinstance(content, list) else [content]:
        if isinstance(block, Mapping) and block.get("type") == "text" and isinstance(block.get("text"), str):
            texts.append(block["text"])
        else:
            kind = block.get("type", "?") if isinstance(block, Mapping) else "?"
            left_out.append(f"{where}: {kind}")
    return "\n\n".join(texts)
