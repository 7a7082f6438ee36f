"""Which of a prompt's tools a model does not take: what is said before they are sent. Knows no page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from workbench.connections.capabilities import Capabilities
from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tools import tool_title


def not_taken(tools: Iterable[Mapping[str, Any]], capabilities: Capabilities, model: str) -> str:
    """Why a model takes not all of these tools; empty if it does.

    Types that are not known here are let through: a newer server may know them.
    """
    offered = list(tools)
    if offered and not capabilities.tools:
        return _("%(model)s takes no tools.") % {"model": model}
    unknown = [tool_title(tool) for tool in offered if not _takes(capabilities, str(tool.get("type", "custom")))]
    if not unknown:
        return ""
    words = _("%(model)s does not take %(what)s: the provider’s own tools run on its servers, with some models only.")
    return words % {"model": model, "what": ", ".join(dict.fromkeys(unknown))}


def _takes(capabilities: Capabilities, kind: str) -> bool:
    family = KINDS[kind].family if kind in KINDS else ""
    if family == "tool_search":
        return bool(capabilities.server_tools)  # no server tells of it alone
    return not family or family in capabilities.server_tools
