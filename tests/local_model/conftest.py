"""The real model, with the weights that the development environment ships."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from workbench.local_model.supervisor import LocalModel, address
from workbench.local_model.weights import Weights, find_weights

# Without temperature, so that the answer is the same each time: asked to say hello, it may say next to nothing.
QUESTION = {"max_tokens": 12, "temperature": 0, "messages": [{"role": "user", "content": "Tell me about the sea."}]}


def until[T](ask: Callable[[], T | None], seconds: float = 30) -> T:
    """Ask again and again until there is an answer. Fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.02)
    pytest.fail(f"still nothing after {seconds} s")


def listens(base_url: str) -> bool:
    """Whether anything accepts connections there."""
    url = httpx.URL(base_url)
    with socket.socket() as probe:
        return probe.connect_ex((url.host, url.port)) == 0


def running(data_dir: Path) -> str | None:
    """The address of a model that does listen; one that was just killed may still be published for a moment."""
    found = address(data_dir)
    return found if found and listens(found) else None


def ask(base_url: str) -> int:
    """Ask the model a question. Returns the status of its answer."""
    return httpx.post(f"{base_url}/v1/messages", json=QUESTION, timeout=60, trust_env=False).status_code


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The shipped ones: here they are required."""
    found = find_weights("auto")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared model publishes its address."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def model(weights: Weights, data_dir: Path) -> Iterator[LocalModel]:
    """A model that runs for all tests that only ask it."""
    running = LocalModel(weights, data_dir)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def base_url(model: LocalModel, data_dir: Path) -> str:
    """Where the shared model listens."""
    return until(lambda: address(data_dir))


@pytest.fixture
def make_model(weights: Weights, tmp_path: Path) -> Iterator[Callable[..., LocalModel]]:
    """Models of the test's own, stopped at its end."""
    made: list[LocalModel] = []

    def make(chosen: Weights = weights, data_dir: Path = tmp_path) -> LocalModel:
        made.append(LocalModel(chosen, data_dir))
        return made[-1]

    yield make
    for one in made:
        one.stop()
