"""What is behind ``/archived/…``: a page as it was fetched, shown so that nothing of it can act.

The bytes are somebody else's and would otherwise run as ours. Three walls, each enough by itself: what is sent holds
only elements that show text; its policy makes it a sandbox without scripts and of no origin, and lets it fetch
nothing; and our page puts it in a frame that is a sandbox, too. As source it is plain text.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

import nh3
from lxml.html import tostring
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from pipelines.cleaning.markup import decode
from pipelines.cleaning.parse import MAX_SIZE, TooComplex, parse
from pipelines.serve.published import NotThere, Published
from pipelines.serve.render import html
from scrapers.pagestore import read_payload
from warehouse.errors import PageStoreError
from warehouse.records import Page
from warehouse.schema import from_row
from warehouse.text import printable

#: What shows text. No link: one that is followed within a frame would leave for the web.
_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
#: Dropped with all in them; of other elements the words stay.
_EMPTIED: Final = frozenset(
    [
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "noscript",
        "title",
        "textarea",
        "select",
    ]
)

_STYLE: Final = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;overflow-wrap:anywhere;"
    "color:#1d1d1f;background:#fff}a{text-decoration:underline dotted}"
)
_POLICY: Final = (
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


def archived(request: Request) -> Response:
    """About a capture: when and how it came, what became of it, and its frame.

    Raises:
        NotThere: there is no capture of this id.
    """
    row, at = _row(request)
    return html(
        "archived",
        page=row,
        readable=bool(row["payload_digest"] and row["warc_file"]),
        published_at=at,
        here="articles",
    )


def rendering(request: Request) -> Response:
    """The page's words and headings, for the frame."""
    shown = words_of(_payload(request))
    page = f'<!doctype html><meta charset="utf-8"><title>Archived page</title><style>{_STYLE}</style>{printable(shown)}'
    return HTMLResponse(page, headers={"content-security-policy": _POLICY})


def words_of(data: bytes) -> str:
    """The elements of a page that show text, written anew.

    The parser of cleaning goes first for its bounds: the sanitizer alone was seen to take minutes over elements nested
    a hundred thousand deep.
    """
    try:
        parsed = parse(data)
    except TooComplex:
        return "<p>This page holds more markup than is shown here. See its source.</p>"
    if parsed is None:
        return "<p>There are no words in it.</p>"
    page = tostring(parsed.tree, encoding="unicode")
    return nh3.clean(page, tags=set(_TAGS), clean_content_tags=set(_EMPTIED), attributes={}, link_rel=None)


def source(request: Request) -> Response:
    """The page's markup, as text."""
    return PlainTextResponse(printable(decode(_payload(request))), headers={"content-security-policy": _POLICY})


def _row(request: Request) -> tuple[dict[str, Any], Any]:
    page_id: str = request.path_params["page_id"]
    published: Published = request.app.state.published
    with published.reading() as reading:
        row = reading.row("page", page_id=page_id)
        if row is None:
            raise NotThere("no capture has this id", culprit=page_id[:64], mend="Follow a link of an article's page")
        return row, reading.published_at


def _payload(request: Request) -> bytes:
    row, _ = _row(request)
    published: Published = request.app.state.published
    try:
        page = from_row(Page, {name: row[name] for name in Page.__dataclass_fields__})
        return read_payload(published.layout, page)[:MAX_SIZE]
    except PageStoreError as error:
        raise NotThere(error.problem, culprit=error.culprit, mend=error.mend) from error
