"""Reading pages as somebody does who reads Chinese: the English that was left on them."""

from __future__ import annotations

import re

from django.test import Client

from tests.translations import shown_on

PASSWORD = "a-long-enough-password"
CHINESE = "zh-CN,zh;q=0.9,en;q=0.5"
# What Chinese writes in the same letters: names, units, and terms of the trade. "Email" is Django's own choice.
WORDS = """
API Beta CSV Claude DOCX Email GIF ID JPG JSON KB LM LiteLLM MB Markdown
Messages Ollama POST PUBLIC QR Studio Top URL UTC WORKBENCH Workbench
PDF PNG Schema WebP cpp curl json llama md ms schema token top txt vLLM
"""
LATIN = set(WORDS.split())
# Addresses, places to fill in, and JSON.
FILLED_IN = re.compile(r'https?://\S*|\S+@\S+|\{\w+\}|"\w+"|: false\b')


def anyone() -> Client:
    """A browser that asks for Chinese, in which nobody is signed in."""
    return Client(headers={"host": "127.0.0.1", "accept-language": CHINESE})


def english_on(html: str) -> list[str]:
    """What a page shows with English words in it. One letter alone is a unit or a version's mark."""
    pieces = [FILLED_IN.sub("", piece) for piece in shown_on(html)]
    return [piece for piece in pieces if set(re.findall(r"[A-Za-z]{2,}", piece)) - LATIN]


def check(browser: Client, path: str, status: int = 200) -> str:
    """Open a page, and fail if English was left on it. Returns its HTML."""
    answer = browser.get(path)
    html = answer.content.decode()
    assert (answer.status_code, english_on(html)) == (status, []), f"{path}: {english_on(html)}"
    assert '<html lang="zh-hans"' in html
    return html
