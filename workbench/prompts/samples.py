"""The three prompts that a new workspace begins with: each shows one thing worth knowing, and can be run at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from workbench.prompts.actions import About, create_prompt
from workbench.prompts.content import PromptContent
from workbench.prompts.turns import Turn
from workbench.teams.models import Member


@transaction.atomic
def add_sample_prompts(member: Member) -> None:
    """Make the samples in the member's workspace, in the language of the moment."""
    for name, description, system, messages, parameters in _samples():
        content = PromptContent(system=system, messages=messages, parameters=parameters)
        create_prompt(member, About(name, description), content)


def _samples() -> list[tuple[str, str, str, list[Turn], dict[str, int]]]:
    return [
        (
            _("Sort customer mail"),
            _("A system prompt gives the task and the form of the answer; the message brings the material."),
            _(
                "You sort customer mail for an outdoor shop. Answer with one category (billing, delivery, product, "
                "other) on the first line. Then say in one sentence what the customer wants. Be kind and exact."
            ),
            [
                {
                    "role": "user",
                    "text": _(
                        "Hello, I was charged twice for order 4471 on Tuesday. The tent itself is great! "
                        "Could you send one of the payments back? Thanks, Ines"
                    ),
                }
            ],
            {"max_tokens": 300},
        ),
        (
            _("Learn from examples"),
            _("Earlier turns are examples: the model answers the last one in the same manner."),
            _("You turn rough notes into one clear sentence for a changelog. No marketing words."),
            [
                {"role": "user", "text": _("fixed crash when list empty, also faster now")},
                {"role": "assistant", "text": _("Fixed a crash on empty lists, and made them faster to open.")},
                {"role": "user", "text": _("export csv was missing header row, dates now iso")},
            ],
            {"max_tokens": 200},
        ),
        (
            _("Explain code step by step"),
            _("Asks for Markdown: headings, lists and code come back formatted, and can be copied block by block."),
            _("You are a patient programming teacher. Use short paragraphs, and a code block for every example."),
            [
                {
                    "role": "user",
                    "text": _("Explain what this does, then show a shorter way to write it:")
                    + "\n\n```python\nresult = []\nfor n in range(10):\n    if n % 2 == 0:\n"
                    + "        result.append(n * n)\n```",
                }
            ],
            {"max_tokens": 600},
        ),
    ]
