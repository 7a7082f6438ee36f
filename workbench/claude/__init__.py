"""A client of the Messages API: plain async Python on httpx. Knows nothing of the application around it."""

from . import errors
from .accumulate import Accumulator
from .client import API_VERSION, Answer, Client, Timeouts, with_options
from .errors import ClaudeError
from .events import (
    BlockStart,
    BlockStop,
    CitationsDelta,
    Event,
    InputJSONDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    UnknownDelta,
    UnknownEvent,
)
from .exchange import Exchange, Moment, mask, masked
from .files import FileInfo
from .models import ModelInfo
from .pieces import Pieces
from .retry import Attempt, RetryPolicy
from .stream import MessageStream
from .transport import AddressRules, Limits, make_transport

__all__ = [
    "API_VERSION",
    "Accumulator",
    "AddressRules",
    "Answer",
    "Attempt",
    "BlockStart",
    "BlockStop",
    "CitationsDelta",
    "ClaudeError",
    "Client",
    "Event",
    "Exchange",
    "FileInfo",
    "InputJSONDelta",
    "Limits",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "MessageStream",
    "ModelInfo",
    "Moment",
    "Pieces",
    "Ping",
    "RetryPolicy",
    "SignatureDelta",
    "TextDelta",
    "ThinkingDelta",
    "Timeouts",
    "UnknownDelta",
    "UnknownEvent",
    "errors",
    "make_transport",
    "mask",
    "masked",
    "with_options",
]
