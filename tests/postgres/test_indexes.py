"""What is searched for stands in an index: PostgreSQL finds one for the very expressions that Django writes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.databases import needs_postgresql
from workbench.prompts.models import Prompt
from workbench.prompts.search import matching
from workbench.runs.models import Run
from workbench.runs.queries import Filters, _filtered

pytestmark = [pytest.mark.django_db, needs_postgresql]


def plan_of(query: QuerySet[Prompt] | QuerySet[Run]) -> str:
    """How PostgreSQL would answer if it could not read the whole table, which is quicker while nothing is in it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    return query.explain()


@pytest.mark.parametrize("word", ["owl", "猫头鹰", "50%_off"])
def test_words_of_prompts_are_found_by_their_index(word: str) -> None:
    assert "prompts_words_index" in plan_of(matching(Prompt.objects.order_by(), word))


def test_words_of_runs_are_found_by_their_index() -> None:
    assert "run_search" in plan_of(_filtered(Run.objects.order_by(), Filters(text="owls")))
