"""The page of a connection's models: prices as people know them, and models added by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from tests.connections.conftest import url
from workbench.connections.models import CatalogModel, Connection, Kind


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection(models=("claude-opus-5-5", "unheard-of"))


def prices(connection: Connection, model_id: str) -> tuple[Decimal | None, Decimal | None]:
    model = connection.models.get(model_id=model_id)
    return model.input_price, model.output_price


def posted(connection: Connection, **by_model: tuple[str, str]) -> dict[str, str]:
    """The price fields of some models, by the end of their ids."""
    fields: dict[str, str] = {}
    for ending, (paid, answered) in by_model.items():
        pk = connection.models.get(model_id__endswith=ending).pk
        fields |= {f"{pk}-input_price": paid, f"{pk}-output_price": answered}
    return fields


def test_it_shows_published_prices_and_where_there_are_none(alice: Client, connection: Connection) -> None:
    connection.models.update(max_input_tokens=1_000_000)
    page = alice.get(url("connection_models", connection)).content.decode()
    assert "1,000,000" in page
    assert "$4 / $20" in page
    assert "as of Nov. 23, 2026" in page
    assert "not known" in page


def test_it_sets_and_takes_back_own_prices(alice: Client, connection: Connection) -> None:
    alice.post(url("connection_models", connection), posted(connection, of=("0.25", "1.5")))
    assert prices(connection, "unheard-of") == (Decimal("0.25"), Decimal("1.5"))
    alice.post(url("connection_models", connection), posted(connection, of=("", "")))
    assert prices(connection, "unheard-of") == (None, None)


def test_models_whose_fields_were_not_posted_keep_their_prices(alice: Client, connection: Connection) -> None:
    connection.models.filter(model_id="claude-opus-5-5").update(input_price=7, output_price=8)
    alice.post(url("connection_models", connection), posted(connection, of=("1", "2")))
    assert prices(connection, "claude-opus-5-5") == (Decimal(7), Decimal(8))


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        (("1", ""), "output_price", "Give both prices"),
        (("", "1"), "input_price", "Give both prices"),
        (("-1", "1"), "input_price", "greater than or equal to 0"),
        (("1", "much"), "output_price", "Enter a number"),
        (("1", "1e12"), "output_price", "digits"),
    ],
)
def test_a_wrong_price_is_refused_beside_its_field(
    alice: Client, connection: Connection, given: tuple[str, str], field: str, words: str
) -> None:
    answer = alice.post(url("connection_models", connection), posted(connection, of=given))
    pk = connection.models.get(model_id="unheard-of").pk
    body = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{pk}-{field}_error"' in body
    assert words in body
    assert prices(connection, "unheard-of") == (None, None)


@pytest.mark.security
def test_prices_of_another_connections_models_are_not_touched(
    alice: Client, connection: Connection, make_connection: MakeConnection
) -> None:
    other = make_connection(name="Other", models=("theirs",))
    alice.post(url("connection_models", connection), posted(other, theirs=("1", "2")))
    assert prices(other, "theirs") == (None, None)


def test_a_model_is_added_by_hand(alice: Client, connection: Connection) -> None:
    answer = alice.post(
        url("connection_models", connection), {"add": "1", "model_id": "org/new model", "display_name": "New"}
    )
    model = connection.models.get(model_id="org/new model")
    assert answer.status_code == 302
    assert (model.label, model.is_own, model.is_listed) == ("New", True, True)


def test_adding_a_known_model_brings_it_back_with_its_name_and_prices(alice: Client, connection: Connection) -> None:
    connection.models.update(is_listed=False, display_name="Known", input_price=1, output_price=2)
    alice.post(url("connection_models", connection), {"add": "1", "model_id": "unheard-of", "display_name": ""})
    model = connection.models.get(model_id="unheard-of")
    assert (model.is_listed, model.label, model.input_price) == (True, "Known", Decimal(1))


@pytest.mark.parametrize("model_id", ["", "two\nlines", "x" * 301])
def test_a_wrong_id_is_refused_beside_its_field(alice: Client, connection: Connection, model_id: str) -> None:
    answer = alice.post(url("connection_models", connection), {"add": "1", "model_id": model_id, "display_name": ""})
    assert answer.status_code == 422
    assert 'id="id_model_id_error"' in answer.content.decode()
    assert connection.models.count() == 2


def test_only_models_added_by_hand_can_be_removed(alice: Client, connection: Connection) -> None:
    told, own = connection.models.order_by("model_id")
    CatalogModel.objects.filter(pk=own.pk).update(is_own=True)
    for wanted in (told.pk, own.pk, "nonsense"):
        assert alice.post(url("connection_models", connection), {"remove": str(wanted)}).status_code == 302
    assert list(connection.models.all()) == [told]


def test_it_pages_and_searches(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(models=tuple(f"model-{number:03}" for number in range(150)))
    address = url("connection_models", connection)
    first, second = (alice.get(f"{address}?page={page}").content.decode() for page in (1, 2))
    assert "model-099" in first
    assert "model-100" not in first
    assert "model-100" in second
    found = alice.get(f"{address}?q=MODEL-14").content.decode()
    assert "model-140" in found
    assert "model-139" not in found
    assert "No model fits" in alice.get(f"{address}?q=zebra").content.decode()


def test_saving_leads_back_to_the_same_page_of_the_list(alice: Client, connection: Connection) -> None:
    address = url("connection_models", connection) + "?q=of&page=1"
    assert alice.post(address, posted(connection, of=("1", "2"))).headers["Location"] == address


def test_the_local_model_is_free(alice: Client, make_connection: MakeConnection) -> None:
    local = make_connection(kind=Kind.LOCAL, base_url="", name="This machine", models=("smollm2-135m",))
    assert "free" in alice.get(url("connection_models", local)).content.decode()
