"""The model list, in the shapes that servers give it. Never knows any model by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from .errors import MalformedAnswerError
from .retry import OnAttempt

if TYPE_CHECKING:
    from .client import Client

PAGE = 1000  # the API's largest page
MAX_PAGES = 100


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model. `label` is its display name or id; what the server does not tell is None; `raw` is all it told.

    `max_input_tokens` and `max_tokens` (output) are in tokens; `lifecycle`: active, deprecated, retired.
    """

    id: str
    label: str
    created_at: str | None = None
    lifecycle: str | None = None
    max_input_tokens: int | None = None
    max_tokens: int | None = None
    capabilities: Mapping[str, Any] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Models:
    """`client.models`."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def list(self, *, on_attempt: OnAttempt | None = None) -> list[ModelInfo]:
        """Every model, all pages. Takes Anthropic's, OpenAI's and `{"models": […]}` lists. Raises ClaudeError."""
        models: dict[str, ModelInfo] = {}
        cursor: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            query = urlencode({"limit": PAGE, **cursor})
            answer = await self._client.call("GET", f"/v1/models?{query}", on_attempt=on_attempt)
            page = answer.data if isinstance(answer.data, dict) else {"data": answer.data}
            rows = page.get("data") if isinstance(page.get("data"), list) else page.get("models")
            if not isinstance(rows, list):
                raise MalformedAnswerError("The answer is not a list of models.").about(answer.exchange)
            before = len(models)
            models |= {model.id: model for row in rows if (model := read_model(row))}
            cursor = _next_page(page)
            if not cursor or len(models) == before:
                break
        return [*models.values()]

    async def retrieve(self, model: str, *, on_attempt: OnAttempt | None = None) -> ModelInfo:
        """One model by id or alias; the id may hold slashes. NotFoundError: unknown, or the server has no such call."""
        answer = await self._client.call("GET", f"/v1/models/{quote(model, safe='')}", on_attempt=on_attempt)
        info = read_model(answer.data)
        if info is None:
            raise MalformedAnswerError("The answer is not a model.").about(answer.exchange)
        return info


def read_model(row: object) -> ModelInfo | None:
    """The model of one row, or None if it names none."""
    if isinstance(row, str):
        row = {"id": row}
    if not isinstance(row, Mapping):
        return None
    model = next((row[key] for key in ("id", "model", "name") if isinstance(row.get(key), str) and row[key]), None)
    if model is None:
        return None
    capabilities = row.get("capabilities")
    return ModelInfo(
        id=model,
        label=_text(row.get("display_name")) or model,
        created_at=_text(row.get("created_at")),
        lifecycle=_text(row.get("lifecycle")),
        max_input_tokens=_count(row.get("max_input_tokens")),
        max_tokens=_count(row.get("max_tokens")),
        capabilities=capabilities if isinstance(capabilities, Mapping) else None,
        raw=row,
    )


def _next_page(page: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(page.get("next_page"), str):
        return {"page": page["next_page"]}
    if page.get("has_more") is True and isinstance(page.get("last_id"), str):
        return {"after_id": page["last_id"]}
    return {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
