"""The child process that serves the local model: `python -m workbench.local_model.server --model FILE --id MODEL`.

It prints its address as one line of JSON when it listens, and ends when its standard input closes: that is how it
notices that its parent is gone, however the parent ended.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import xllamacpp

# Four answers at once share one context of the length that SmolLM2 knows, so that a single long request may use all
# of it (divided, each would get a quarter).
SLOTS = 4
CONTEXT_TOKENS = 8192
# MiB of memory for prompts that may come again; the default is 8 GiB.
PROMPT_CACHE_MIB = 64


def parameters(model: str, model_id: str) -> xllamacpp.CommonParams:
    """How the server runs: loopback only, quiet, no pages of its own, not for pages of other origins."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = model
    chosen.model_alias = {model_id}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    chosen.n_parallel = SLOTS
    chosen.n_ctx = CONTEXT_TOKENS
    chosen.kv_unified = True
    chosen.cache_ram_mib = PROMPT_CACHE_MIB
    # Half of the cores, at least two threads: the web server beside it must stay quick.
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
    server = xllamacpp.Server(parameters(arguments.model, arguments.id))
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    # Ending cleanly would wait for answers that nobody reads any more.
    os._exit(0)


if __name__ == "__main__":
    main()
