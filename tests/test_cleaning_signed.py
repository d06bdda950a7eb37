"""Asked of a small tree, trafilatura names the author that it names for the page."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import pytest
from trafilatura.metadata import extract_author

from pipelines.cleaning.metadata import signed
from pipelines.cleaning.parse import parse

STORY = "<p>The convoy reached the valley town before dawn, and nobody was hurt on the way there.</p>" * 4

SIGNED = {
    "nobody": "",
    "by class": "<span class='author-name'>Ilse Brandt</span>",
    "by id": "<div id='author'><p>Ilse Brandt</p></div>",
    "by itemprop": "<b itemprop='author'>Ilse Brandt</b>",
    "by rel": "<a rel='author' href='/ib'>Ilse Brandt</a>",
    "by tag": "<author>Ilse Brandt</author>",
    "by component": "<b data-component='Byline'>Ilse Brandt</b>",
    "nested, with the time": "<div class='byline'><span class='author'>Ilse Brandt</span> <time>9.30</time></div>",
    "among comments first": "<div id='comments'><a class='username'>reader7</a></div><p class='byline'>By Ilse Brandt</p>",
    "in a sidebar only": "<div class='sidebar'><div class='author'>Ilse Brandt</div></div>",
    "below a title's id": "<div id='title'><span class='author'>Ilse Brandt</span></div>",
    "under a picture first": "<figure><span class='author'>Jo Tran</span></figure><p class='submitted-by'>Ilse Brandt</p>",
    "a long biography": f"<div class='author'>{STORY}</div><p id='authors'>Ilse Brandt</p>",
}


@pytest.mark.parametrize("kind", SIGNED)
def test_the_author_is_the_one_trafilatura_reads(kind: str) -> None:
    page = parse(f"<html><body><div class='page'><article>{SIGNED[kind]}{STORY}</article></div></body></html>")
    assert page is not None
    assert signed.author(page) == extract_author(page.tree)


def test_most_of_those_authors_are_found() -> None:
    pages = [parse(f"<html><body><article>{signed}{STORY}</article></body></html>") for signed in SIGNED.values()]
    assert [signed.author(page) for page in pages if page is not None].count("Ilse Brandt") >= 9
