"""The model list in every shape, single models, and token counts."""

import pytest

from tests.upstream import Upstream, count_tokens
from workbench.claude import Client, ModelInfo, errors
from workbench.claude.models import Models

from .conftest import BODY, MakeClient


async def test_it_lists_models_with_what_is_known_of_them(client: Client) -> None:
    models = await client.models.list()
    assert [(m.id, m.label, m.max_tokens, m.max_input_tokens) for m in models] == [
        ("test-model", "Test Model", 8192, 200_000),
        ("test-model-2", "Test Model 2", 4096, 100_000),
    ]


async def test_it_reads_every_page(upstream: Upstream, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.claude.models.PAGE", 1)
    assert [model.id for model in await client.models.list()] == ["test-model", "test-model-2"]
    assert [request.path for request in upstream.requests] == [
        "/v1/models?limit=1",
        "/v1/models?limit=1&after_id=test-model",
    ]


@pytest.mark.parametrize(
    ("answer", "models"),
    [
        ({"object": "list", "data": [{"id": "org/m", "object": "model", "created": 1}]}, ["org/m"]),
        ({"models": [{"name": "a.gguf", "model": "a.gguf"}]}, ["a.gguf"]),
        ({"models": [{"name": "x"}], "object": "list", "data": [{"id": "b", "meta": {"n_ctx": 4}}]}, ["b"]),
        ({"models": ["plain"]}, ["plain"]),
        ([{"id": "c"}, {"id": "c"}, {"no": "id"}, None], ["c"]),
        ({"data": []}, []),
        ({"data": [{"id": "d"}], "has_more": True, "last_id": "d"}, ["d"]),
    ],
    ids=["openai", "ollama", "both", "texts", "bare", "empty", "a page that repeats for ever"],
)
async def test_it_reads_the_lists_of_other_servers(
    upstream: Upstream, client: Client, answer: object, models: list[str]
) -> None:
    upstream.models = answer
    assert [model.id for model in await client.models.list()] == models
    assert len(upstream.requests) <= 2


@pytest.mark.parametrize("answer", [{"hello": 1}, 5, {"data": "x"}])
async def test_what_is_no_list_is_a_clean_error(upstream: Upstream, client: Client, answer: object) -> None:
    upstream.models = answer
    with pytest.raises(errors.MalformedAnswerError):
        await client.models.list()


async def test_it_finds_one_model(client: Client) -> None:
    model = await client.models.retrieve("test-model")
    assert isinstance(model, ModelInfo)
    assert (model.id, model.created_at) == ("test-model", "2026-01-01T00:00:00Z")


async def test_an_id_with_slashes_is_one_part_of_the_path(upstream: Upstream, client: Client) -> None:
    with pytest.raises(errors.NotFoundError):
        await client.models.retrieve("org/../m?x#y é")
    assert upstream.requests[0].path == "/v1/models/org%2F..%2Fm%3Fx%23y%20%C3%A9"


async def test_it_counts_tokens(upstream: Upstream, client: Client) -> None:
    body = {name: BODY[name] for name in ("model", "messages")}
    assert await client.messages.count_tokens(body) == count_tokens(body)
    assert upstream.requests[0].json == body


async def test_a_wrong_key_is_an_authentication_error(make_client: MakeClient) -> None:
    async with Upstream(key="right") as upstream:
        with pytest.raises(errors.AuthenticationError):
            await make_client(upstream.url).models.list()


def test_each_client_has_one_list(client: Client) -> None:
    assert isinstance(client.models, Models)
    assert client.models is client.models
