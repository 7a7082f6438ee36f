"""A pasted request opens as a draft; what is none is told, and stays typed."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.conftest import KEY
from workbench.prompts.drafts import load_draft
from workbench.prompts.models import Draft
from workbench.prompts.pasted import NotARequestError, read_pasted
from workbench.teams.models import Member

BODY = {
    "model": "claude-opus-4-8",
    "max_tokens": 99,
    "system": [{"type": "text", "text": "Be kind."}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": 'it\'s "me"'}, {"type": "image", "source": {}}]},
        {"role": "assistant", "content": "Yes"},
    ],
    "tool_choice": {"type": "sometimes"},
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(BODY),
        json.dumps(BODY, indent=2),
        "curl https://api.example/v1/messages \\\n  -H 'x-api-key: "
        + KEY
        + "' \\\n  -d '"
        + json.dumps(BODY).replace("'", "'\\''")
        + "'",
        "curl https://api.example --json @- <<'EOF'\n" + json.dumps(BODY, indent=2) + "\nEOF\n",
        "curl --json='" + json.dumps(BODY).replace("'", "'\\''") + "' https://api.example",
    ],
)
def test_a_pasted_request_opens_as_a_draft(alice: Client, owner: Member, text: str) -> None:
    alice.post("/w/main/draft/", {"system": "Typed before", "role": "user", "text": "x"})
    answer = alice.post("/w/main/prompts/paste/", {"text": text}, follow=True)
    page = answer.context["page"]
    assert page.system == "Be kind."
    assert [(turn.role, turn.text) for turn in page.turns] == [("user", 'it\'s "me"'), ("assistant", "Yes")]
    assert "left out: tool_choice." in answer.content.decode()
    assert KEY not in json.dumps([draft.content for draft in Draft.objects.all()])
    draft = load_draft(owner, None)
    assert draft is not None
    assert draft.content["lanes"] == [{"model": ":claude-opus-4-8", "max_tokens": 99}]
    assert Draft.objects.get(put_aside_at__isnull=False).content["system"] == "Typed before"


def test_a_list_of_messages_with_a_system_message_is_taken() -> None:
    pasted = read_pasted('[{"role":"system","content":"S"},{"role":"user","content":"U"}]')
    assert pasted.draft["system"] == "S"
    assert pasted.draft["turns"] == [{"role": "user", "text": "U"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        "[]",
        "[1]",
        '{"messages": "x"}',
        '{"messages": [{"role": "root"}]}',
        "curl x",
        "curl -d 'x",
        "[" * 100_000,
    ],
)
def test_what_is_no_request_is_told_and_stays_typed(alice: Client, text: str) -> None:
    with pytest.raises(NotARequestError):
        read_pasted(text)
    if text:
        answer = alice.post("/w/main/prompts/paste/", {"text": text})
        assert answer.status_code == 422
        assert answer.context["text"] == text
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "There is nothing in it."),
        ("hello there", "This is neither JSON nor a curl command with JSON."),
        ('{"messages": [],\n  "model" 2}', "This JSON is broken at line 2, column 11."),
        ('[{"role": "user", "content": "x"}', "This JSON is broken at line 1, column 34."),
        ("curl x -d '{\n]'", "This JSON is broken at line 2, column 1."),
        ("curl x -d @body.json", "The command takes its data from a file. Paste what is in “body.json”."),
        ("curl x -d @- " + "<<A" * 100_000, "The command takes its data from elsewhere. Paste the data itself."),
        ("curl x -d @-", "The command takes its data from elsewhere. Paste the data itself."),
        ("[" * 100_000, "This JSON is nested too deeply."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(NotARequestError) as told:
        read_pasted(text)
    assert str(told.value) == words


def test_a_curl_command_is_taken_as_browsers_copy_it() -> None:
    body = '{"messages": [{"role": "user", "content": "it\\\'s"}]}'
    pasted = read_pasted(f"curl 'https://api.example/v1/messages' --data-raw $'{body}'")
    assert pasted.draft["turns"] == [{"role": "user", "text": "it's"}]
