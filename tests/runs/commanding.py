"""Commands of the socket, what they are about, and what they give: in the words of the tests' table."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.runs.following import Reading, Tab
from tests.server import Server
from workbench.runs.consumers import RunConsumer

QUIET = "[[n=9 stall_after=3]]"  # a run that is under way, and changes nothing while nobody touches it


@dataclass(frozen=True)
class Ids:
    """What commands are about: a run that ended with a text, a run under way, a prompt with two versions."""

    ended: str
    text: str
    running: str
    prompt: str

    def command(self, name: str) -> dict[str, Any]:
        """A command about these."""
        commands: dict[str, dict[str, Any]] = {
            "ping": {"ping": 5},
            "ack": {"ack": 1},
            "follow": {"follow": {self.ended: 0}},
            "open": {"open": self.prompt, "base": 1},
            "stop": {"stop": self.running},
        }
        return commands[name]


NOWHERE = Ids(str(uuid4()), "", str(uuid4()), str(uuid4()))


def commands_of_the_consumer() -> list[str]:
    """The first word of every pattern that a command is matched with, read from the source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(RunConsumer._obey)))
    patterns = [node for node in ast.walk(tree) if isinstance(node, ast.MatchMapping)]
    return [str(pattern.keys[0].value) for pattern in patterns if isinstance(pattern.keys[0], ast.Constant)]


async def what_comes(tab: Tab, ids: Ids, name: str) -> str:
    """Send a command, and say what it gives."""
    await tab.ready()
    run = ids.ended if name == "follow" else ids.running
    reading = tab.readings[run] = Reading(run)
    await tab.send(**ids.command(name))
    if name == "stop":
        await tab.send(follow={run: 0})
    if name in ("ping", "ack"):
        await tab.send(ping=6)
        frames = [await tab.frame()]
        while frames[-1] != {"pong": 6}:
            frames.append(await tab.frame())
        return {"[]": "silence", '[{"pong": 5}]': "pong"}.get(json.dumps(frames[:-1]), str(frames))
    while not reading.has_ended:
        frame = await tab.frame()
        if frame.get("target") == "#news":
            return f"news of version {frame['newer']}"
    if reading.error:
        return f"error {reading.error}"
    if 'data-status="stopped"' in reading.html:
        return "stopped"
    return "the answer" if ids.text.strip() in reading.html else reading.html


def saved_twice(server: Server, client: httpx.Client, workspace: str) -> str:
    """The id of a new prompt with two versions."""
    typed = {"role": "user", "text": "Hi"}
    made = server.post(client, f"/w/{workspace}/save/new/", {**typed, "system": "One", "name": "Watched"})
    prompt = str(made.url.params["prompt"])
    save(server, client, workspace, prompt, "Two")
    return prompt


def save(server: Server, client: httpx.Client, workspace: str, prompt: str, system: str) -> None:
    """One more version."""
    form = {"role": "user", "text": "Hi", "system": system, "prompt": prompt, "conflict": "mine"}
    assert server.post(client, f"/w/{workspace}/save/", form).status_code == 200


def everything_stored(server: Server) -> dict[str, list[str]]:
    """Every row of every table, but for the time until which a living run is held: it moves by itself."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    if server.database_url:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    stored = {}
    for (table,) in server.rows(tables):
        rows = server.rows(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
        names = [name for name in (rows[0].keys() if rows else ()) if name != "lease_until"]
        stored[table] = sorted(str([row[name] for name in names]) for row in rows)
    return stored
