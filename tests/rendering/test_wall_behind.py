"""The last wall alone: HTML that the parser should never have made is cleaned all the same."""

from __future__ import annotations

import pytest

from tests.rendering.reading import problems
from tests.rendering.test_hostile_output import HTML, LINKS, OWN_PAGES
from workbench.rendering.markdown import _clean

pytestmark = pytest.mark.security


@pytest.mark.parametrize("html", HTML)
def test_it_takes_out_what_could_act(html: str) -> None:
    assert problems(_clean(html)) == []


@pytest.mark.parametrize("link", [*LINKS, *OWN_PAGES])
def test_it_takes_the_address_from_a_link_that_leads_nowhere_good(link: str) -> None:
    assert "href" not in _clean(f'<a href="{link}" target="_blank">x</a>')


@pytest.mark.parametrize(
    "html",
    [
        '<span class="button">x</span>',
        '<span class="k button">x</span>',
        '<figure class="dialog" data-language="x">x</figure>',
        '<figure data-language="not ours">x</figure>',
        '<ol start="javascript">x</ol>',
        '<td align="x">x</td>',
        '<a href="https://a.example" target="_top">x</a>',
        '<p id="said" class="k" style="x" data-run="1" hx-get="/x" title="x">x</p>',
    ],
)
def test_it_takes_out_attributes_and_values_that_are_not_ours(html: str) -> None:
    cleaned = _clean(html)
    for value in ("button", "dialog", "not ours", "javascript", "align", "_top", "said", "hx-get", "title", "style"):
        assert value not in cleaned
