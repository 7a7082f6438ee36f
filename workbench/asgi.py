"""The front doors: HTTP and one websocket per workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
http_application = get_asgi_application()

from workbench.bodies import reading  # noqa: E402 - as below
from workbench.memory import collected  # noqa: E402 - as below
from workbench.runs.background import background  # noqa: E402 - needs the applications loaded
from workbench.runs.consumers import RunConsumer  # noqa: E402

type Send = Callable[[Mapping[str, Any]], Awaitable[None]]
type Receive = Callable[[], Awaitable[dict[str, Any]]]

SOCKET_PATH = r"/ws/w/[-a-zA-Z0-9_]+/"
sockets = URLRouter([path("ws/w/<slug:workspace>/", RunConsumer.as_asgi())])


class NoSuchSocket:
    """Refuses a websocket at an address that is none, before it is accepted."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Route, or close."""
        if re.fullmatch(SOCKET_PATH, scope["path"]):
            await sockets(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4404})


async def http(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Django, with the process's background work started by whatever comes first (daphne has no lifespan)."""
    background.ensure_started()
    await collected(http_application, scope, reading(scope, receive), send)


# The exact origin: Django's own host check ignores scheme and port.
websocket = OriginValidator(CookieMiddleware(NoSuchSocket()), [settings.ENVIRONMENT.public_url])
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
