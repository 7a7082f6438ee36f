"""Where our client differs from the official SDK on purpose, and why. Every entry is asserted to be a difference."""

# What differs in every call, and why.
ALWAYS = {
    "key": "x-api-key is what every server of this API takes, older gateways included; the SDK moved to Bearer",
    "telemetry": "the SDK describes machine and runtime in x-stainless headers; we tell nothing",
    "user-agent": "our own name",
}
IN_STREAMS = {"accept-encoding": "unpacked: bytes are kept as they came, and deltas are not held back by a packer"}
_CUT = {"error": "the SDK takes a stream that was cut for a whole one; for us it is complete only after message_stop"}
_TOLERANT = {"message": "foreign servers leave things out: the SDK then gives no message, we keep what came"}
_STOPPED = {**_TOLERANT, "error": "the SDK fails on the index"}
_WORDS = {"error": "the SDK shows the raw body; a person gets the words in it, or plain ones"}
_VIRTUAL = {"error": "an error event stands for the status of its type; the SDK says 200"}
INTENDED: dict[str, dict[str, str]] = {
    "list models": {"path": "the largest page is asked for: one request instead of fifty"},
    "events without names": {"message": "the type inside the data will do; the SDK drops such events"},
    "cut after two deltas": {"error": "a broken connection is told as an interrupted answer, not as a raw HTTP error"},
    "ended without message_stop": _CUT,
    "last event without its blank line": _CUT,
    "nothing at all": {
        "error": "an empty stream is no answer",
        "attempts": "no event was given out, so it may be tried again",
        "waits": "as attempts",
    },
    "missing message_start": _TOLERANT,
    "indexes with gaps": _STOPPED,
    "whole json answer": _TOLERANT,
    "broken json": {"error": "a typed error in place of the JSON parser's"},
    "lone surrogate": {"message": "half a character cannot be stored or sent: it becomes U+FFFD"},
    "overloaded in the stream": _VIRTUAL,
    "rate limit in the stream": _VIRTUAL,
    "api error in the stream": _VIRTUAL,
    "invalid request in the stream": _VIRTUAL,
    "error after message_stop": _VIRTUAL,
    "error as the first event": _VIRTUAL,
    "envelope of a text": _WORDS,
    "envelope of fastapi": _WORDS,
    "html from a gateway": _WORDS,
    "empty refusal": _WORDS,
    "overloaded under 503": {"error": "the type is more telling than a general status"},
    "billing under 400": {"error": "the type is more telling than a general status"},
    "redirect": {"error": "never followed: the key belongs to one address", "attempts": "as the error"},
    "retry-after huge": {
        "error": "a wait above our ceiling is refused, and the error tells it",
        "attempts": "as the error",
        "waits": "as the error",
        "message": "as the error",
    },
    "spend limit reached": {
        "attempts": "waiting for next month helps nobody",
        "waits": "as attempts",
        "error": "the request id is that of the only attempt",
    },
}
# Scenes whose content the SDK would send back in another shape than it came.
SENT_BACK = {
    "mcp": "the SDK gathers the input of MCP tools in its beta client only; without it the call loses its input"
}
