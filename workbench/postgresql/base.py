"""Django's PostgreSQL, with JSON kept as it was written: as the type `json`.

`jsonb` would sort the keys of objects and write numbers anew, but the order of properties in a schema means something
to a model, and an answer is shown as it came. What `jsonb` offers besides (comparing, searching inside) is not there.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any, cast

from django.db.backends.postgresql import base, operations
from psycopg.adapt import AdaptersMap
from psycopg.types.json import Json
from psycopg.types.string import TextLoader


class DatabaseOperations(operations.DatabaseOperations):
    """Hands JSON over as `json`."""

    def adapt_json_value(self, value: object, encoder: type[Any] | None) -> Any:  # noqa: ANN401 - psycopg's wrapper, which types do not expect
        """A JSON value as a parameter."""
        return Json(value, dumps=cast("Callable[[object], str]", operations.get_json_dumps(encoder)))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    data_types = {**base.DatabaseWrapper.data_types, "JSONField": "json"}  # noqa: RUF012 - as Django declares it
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """What psycopg connects with; JSON is read as text, which Django's fields take apart themselves."""
        params = super().get_connection_params()
        params["context"] = adapters = AdaptersMap(params["context"])
        adapters.register_loader("json", TextLoader)
        return params


@atexit.register
def _close_pools() -> None:
    """End the pools while their threads can hear it: left to the interpreter, a command waits 20 s for its end."""
    for pool in DatabaseWrapper._connection_pools.values():  # type: ignore[attr-defined] # noqa: SLF001 - the only way to all
        pool.close()
