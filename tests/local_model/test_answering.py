"""What the running model does for those who ask it."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from workbench.local_model.supervisor import ADDRESS_FILE, LOG_FILE
from workbench.local_model.weights import Weights

from .conftest import QUESTION, ask


def test_it_streams_an_answer(base_url: str) -> None:
    with httpx.stream(
        "POST", f"{base_url}/v1/messages", json={**QUESTION, "stream": True}, timeout=60, trust_env=False
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    kinds = [event["type"] for event in events]
    assert (kinds[0], kinds[-1]) == ("message_start", "message_stop")
    assert "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta").strip()
    assert kinds.count("content_block_delta") > 1


def test_it_counts_tokens(base_url: str) -> None:
    question = {"messages": QUESTION["messages"]}
    answer = httpx.post(f"{base_url}/v1/messages/count_tokens", json=question, timeout=60, trust_env=False)
    assert answer.json()["input_tokens"] > 3


def test_it_is_listed_under_its_id(base_url: str, weights: Weights) -> None:
    listed = httpx.get(f"{base_url}/v1/models", trust_env=False).json()["data"]
    assert [model["id"] for model in listed] == [weights.model_id]


def test_it_answers_four_at_once(base_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, [base_url] * 4)) == [200] * 4


def test_each_answer_may_use_all_that_the_model_knows(base_url: str) -> None:
    told = httpx.get(f"{base_url}/props", trust_env=False).json()
    assert told["total_slots"] == 4
    assert told["default_generation_settings"]["n_ctx"] == 8192


@pytest.mark.security
def test_pages_of_other_origins_may_not_read_it(base_url: str) -> None:
    answer = httpx.get(f"{base_url}/v1/models", headers={"origin": "https://other.example"}, trust_env=False)
    assert answer.headers.get("access-control-allow-origin", "") == ""
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.security
def test_it_listens_on_this_machine_only(base_url: str) -> None:
    assert httpx.URL(base_url).host == "127.0.0.1"


@pytest.mark.security
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_its_sockets_are_bound_to_loopback(base_url: str) -> None:
    port = httpx.URL(base_url).port
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    bound = [local for _, local, _, state, *_ in rows if state == "0A" and int(local.split(":")[1], 16) == port]
    assert [local.split(":")[0] for local in bound] == ["0100007F"]


def test_other_processes_find_it_by_its_file(base_url: str, data_dir: Path, weights: Weights) -> None:
    told = json.loads((data_dir / ADDRESS_FILE).read_text())
    assert set(told) == {"port", "pid", "model", "started_at"}
    assert told["port"] == httpx.URL(base_url).port
    assert told["model"] == weights.model_id


def test_it_is_quiet(base_url: str, data_dir: Path) -> None:
    assert ask(base_url) == 200
    assert (data_dir / LOG_FILE).read_text() == ""
