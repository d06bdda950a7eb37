"""The main pass on the frame alone gives what trafilatura's public quick mode gives for the whole page."""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

from copy import copy
from pathlib import Path

import pytest
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipelines.cleaning import quick
from pipelines.cleaning.base import _FAST as FAST
from pipelines.cleaning.parse import parse
from pipelines.demo.site import render_story
from pipelines.demo.stories import load_outlets, load_stories

SENTENCE = "The convoy reached the valley town before dawn, and nobody was hurt on the way there. "
STORY = (
    f"<p>{SENTENCE * 2}</p><h2>What is known</h2><p>{SENTENCE * 3}</p><ul><li>{SENTENCE}</li><li>Two lorries</li></ul>"
)
LINKS = "".join(f"<li><a href='/{n}'>Another headline of ours, number {n}</a></li>" for n in range(9))

#: Markup that each part of the pass has to see: how the frame is found, what is taken out of it, what is kept.
FRAMES = {
    "by class": "<div class='article-body'>{}</div>",
    "by id": "<div id='story-body'>{}</div>",
    "by itemprop": "<div itemprop='articleBody'>{}</div>",
    "by role": "<div role='article'>{}</div>",
    "main": "<main>{}</main>",
    "in a form": "<form action='/'><div class='post-content'>{}</div></form>",
    "after one in a sidebar": "<aside><div class='article-body'><p>No.</p></div></aside><article>{}</article>",
    "after one among comments": "<div id='comments'><article><p>No.</p></article></div><section class='main'>{}</section>",
    "bare": "<section class='content'>{}</section>",
}
INSIDE = {
    "nothing more": STORY,
    "share bar": f"<div class='social-share'><p>Share</p></div>{STORY}",
    "hidden by style": f"<div style='display: none'><p>{SENTENCE}</p></div>{STORY}",
    "hidden by id before style": f"<p id='hidden-1' style='color:red'>{SENTENCE}</p>{STORY}",
    "cookie id behind class": f"<p class='a' id='cookie'>{SENTENCE}</p>{STORY}",
    "links": f"{STORY}<ul>{LINKS}</ul><div class='x'><a href='/1'>One</a> <a href='/2'>Two</a></div>",
    "a paragraph with two short links": f"{STORY}<p>Ask <a href='/1'>Ada</a> or <a href='/2'>Berg</a> at the gate of the yard.</p>",
    "a longer one": f"{STORY}<p>Ask <a href='/1'>Ada</a> or <a href='/2'>Berg</a> at the gate of the yard, which is closed on feast days.</p>",
    "teaser": f"{STORY}<div class='Teaser'><p>{SENTENCE}</p></div>",
    "readers' comments": f"{STORY}<div class='comments'><p>{SENTENCE}</p></div><ol class='commentlist'><li>{SENTENCE}</ol>",
    "appended article": f"{STORY}<div class='infinite-scroll'><p>{SENTENCE}</p></div>",
    "table": f"{STORY}<table><tr><th>Town</th><td>Two <b>lorries</b></td></tr></table>",
    "quote": f"{STORY}<blockquote><p>{SENTENCE}</p> Mayor</blockquote> and more",
    "form": f"{STORY}<form><p>Your name</p><input></form>",
    "text in divs": "".join(f"<div>{SENTENCE}<br>{SENTENCE}</div>" for _ in range(5)),
    "lead text": f"{SENTENCE}<span>{SENTENCE}</span>{STORY}",
    "most of it furniture": f"<div class='sidebar'>{STORY * 9}</div>{STORY}",
    "repeated": f"{STORY}<p>{SENTENCE * 3}</p><p>{SENTENCE * 3}</p>",
    "figure": f"<figure><img src='a.jpg'><figcaption>Road</figcaption></figure>{STORY}<figure><table><tr><td>1<td>2</table></figure>",
}


def whole(html: bytes | str) -> tuple[str | None, str | None]:
    """What our pass and the public function make of a page."""
    page = parse(html)
    assert page is not None
    ours = quick.text(page, FAST)
    theirs = bare_extraction(page.tree, options=copy(FAST))
    assert isinstance(theirs, Document)
    return ours, theirs.text


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("inside", INSIDE)
def test_a_frame_read_alone_gives_the_page_s_text(frame: str, inside: str) -> None:
    around = "<div class='page'><nav>Home</nav>{}<footer><p>About us</p></footer></div>"
    ours, theirs = whole(
        f"<html><head><title>x</title></head><body>{around.format(FRAMES[frame].format(INSIDE[inside]))}"
    )
    assert ours is None or ours == theirs
    if inside == "nothing more":
        assert ours is not None


def test_the_demo_s_pages_read_alike() -> None:
    outlets = load_outlets()
    pages = [
        render_story(outlets[name], story, "http://127.0.0.1") for story in load_stories() for name in story.outlets
    ]
    results = [whole(page) for page in pages]
    assert [ours for ours, _ in results if ours is not None] == [theirs for ours, theirs in results if ours is not None]
    assert sum(ours is not None for ours, _ in results) > 0.8 * len(pages)


@pytest.mark.parametrize("page", sorted(Path(__file__).with_name("pages").glob("*.html")), ids=lambda path: path.stem)
def test_the_example_pages_read_alike(page: Path) -> None:
    ours, theirs = whole(page.read_bytes())
    assert ours is None or ours == theirs


def test_the_page_is_left_as_it_was() -> None:
    page = parse(f"<html><body><article>{STORY}<div class='share'>Share</div></article></body></html>")
    assert page is not None
    before = page.tree.text_content()
    assert quick.text(page, FAST)
    assert page.tree.text_content() == before


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body><p>{SENTENCE * 9}</p></body></html>",
        f"<html><body><article><p>{SENTENCE}</p><p>More.</p></article></body></html>",
        f"<html><body><article><p>{SENTENCE * 9}</p></article></body></html>",
        f"<html><body><div class='x'><form><article>{STORY}</article></form></div><p>{SENTENCE * 99}</p></body></html>",
        f'<script type=\'application/ld+json\'>{{"@type":"DiscussionForumPosting"}}</script><article>{STORY}</article>',
    ],
    ids=["no frame", "too short", "one paragraph", "frame in a small form", "a forum"],
)
def test_what_the_main_pass_does_not_settle_is_left_to_the_public_function(html: str) -> None:
    page = parse(html)
    assert page is not None
    assert quick.text(page, FAST) is None
