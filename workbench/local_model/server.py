"""The child process that serves the local model: `python -m workbench.local_model.server --model FILE --id MODEL`.

It prints its address as one line of JSON when it listens, on a port that the system chose. It ends when its standard
input closes, which is how it notices on any system that its parent is gone, however the parent ended.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys

import xllamacpp

# Each answer has a context of its own, as long as SmolLM2 knows. One context for all would take less memory, but when
# answers under way overflow it together, llama.cpp ends every one of them with an error (tried).
# Measured with SmolLM2, 8-bit cache: 544 MB when started (one shared context of 8,192: 257 MB), speed the same.
SLOTS = 4
CONTEXT_TOKENS = 8192
# MiB of memory for prompts that may come again; the default is 8 GiB.
PROMPT_CACHE_MIB = 64
# The web server beside it goes first: it needs little, and needs it at once.
NICENESS = 10
PR_SET_PDEATHSIG = 1


def parameters(model: str, model_id: str) -> xllamacpp.CommonParams:
    """How the server runs: loopback only, quiet, no pages of its own, not for pages of other origins."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = model
    chosen.model_alias = {model_id}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    chosen.n_parallel = SLOTS
    chosen.n_ctx = SLOTS * CONTEXT_TOKENS
    chosen.kv_unified = False
    chosen.cache_type_k = chosen.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_Q8_0
    chosen.cache_ram_mib = PROMPT_CACHE_MIB
    # Half of the cores, but two: with one alone an answer takes 1.6 times as long, a long prompt twice.
    chosen.cpuparams.n_threads = max(2, (os.cpu_count() or 2) // 2)
    chosen.warmup = False
    chosen.ui = False
    chosen.cors_origins = ""
    chosen.cors_credentials = False
    chosen.verbosity = -1
    return chosen


def main() -> None:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--id", required=True)
    arguments = parser.parse_args()
    _end_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    server = xllamacpp.Server(parameters(arguments.model, arguments.id))
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    # Ending cleanly would wait for answers that nobody reads any more.
    os._exit(0)


def _end_with_parent() -> None:
    """On Linux the kernel ends us with our parent, also when somebody else inherited the pipe to our input."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
