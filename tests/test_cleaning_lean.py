"""Asked of a small tree, trafilatura and htmldate answer as they do for the page."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

from copy import deepcopy

import pytest
from htmldate import find_date
from trafilatura.metadata import extract_author

from pipelines.cleaning import lean
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

DATED = {
    "in no place": "",
    "in the text": "<p>Published 3 March 2026 at noon</p>",
    "in a class": "<div class='entry-date' style='top:1px' data-x='2019-05-06'>3.3.2026</div>",
    "in a time element": "<time datetime='2026-03-03T10:00' class='entry-date'>today</time>",
    "in a picture's address": "<img src='/2026/03/03/road.jpg' srcset='/x.jpg 2x'>",
    "in the footer": "<footer>© 2026 The Gazette</footer>",
    "in an abbreviation": "<abbr class='published' title='2026-03-03'>Tuesday</abbr>",
}


@pytest.mark.parametrize("kind", SIGNED)
def test_the_author_is_the_one_trafilatura_reads(kind: str) -> None:
    page = parse(f"<html><body><div class='page'><article>{SIGNED[kind]}{STORY}</article></div></body></html>")
    assert page is not None
    assert lean.author(page.tree) == extract_author(page.tree)


def test_most_of_those_authors_are_found() -> None:
    pages = [parse(f"<html><body><article>{signed}{STORY}</article></body></html>") for signed in SIGNED.values()]
    assert [lean.author(page.tree) for page in pages if page is not None].count("Ilse Brandt") >= 9


@pytest.mark.parametrize("kind", DATED)
def test_the_date_is_the_one_htmldate_reads(kind: str) -> None:
    page = parse(f"<html><body><article>{DATED[kind]}{STORY}</article></body></html>")
    assert page is not None
    theirs = find_date(deepcopy(page.tree), original_date=True, max_date="2026-12-31")
    assert lean.date(page.tree, "", "2026-12-31") == theirs
    assert (theirs is None) == (kind == "in no place")


def test_a_date_in_an_attribute_that_tells_none_is_not_read() -> None:
    page = parse(f"<html><body><article><img src='/2026/03/03/a.jpg' srcset='/2018/01/01/b.jpg 2x'>{STORY}")
    assert page is not None
    assert lean.date(page.tree, "", "2026-12-31") == "2026-03-03"
    assert page.tree.find(".//img").get("srcset")
