"""What is behind ``/article/…`` and ``/search``: articles with their words marked, and found by their words."""

from __future__ import annotations

import re
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from pipelines.explain.fields import KINDS, Told
from pipelines.explain.marks import paragraphs
from pipelines.explain.page import Marker
from pipelines.serve.events import article_of
from pipelines.serve.filters import Filters
from pipelines.serve.published import NotThere, Published
from pipelines.serve.render import html
from warehouse import stored
from warehouse.errors import SettingError
from warehouse.records import Removed
from warehouse.text import printable

#: Articles on a page of what was found.
_FOUND: Final = 20

#: Words of a search, at most; characters around the first one that are shown.
_WORDS: Final = 12
_AROUND: Final = 160

#: A quoted row of words, or a word.
_TERM: Final = re.compile(r'"([^"]+)"?|(\S+)')


def article(request: Request) -> Response:
    """An article with the words marked that each field of each incident was read from.

    Raises:
        NotThere: there is none of this id, or of this revision.
    """
    article_id, revision = request.path_params["article_id"], request.query_params.get("revision")
    published: Published = request.app.state.published
    with published.reading() as reading:
        facts = reading.row("article", article_id=article_id, revision=revision)
        if facts is None:
            raise NotThere(
                "no article has this id" if revision is None else "no article has this id and revision",
                culprit=article_id[:64],
                mend="Look for its words under Articles",
            )
        record = article_of(reading, article_id, facts["revision"])
        told = Told.of(record, stored.incidents_of(reading.cursor, article_id, facts["revision"]))
        events = {
            row["incident_id"]: row["event_id"]
            for row in reading.rows("article_events", article_id=article_id, revision=facts["revision"])
        }
        others = reading.rows("article_others", article_id=article_id)
        at = reading.published_at
    marker = Marker(several=len(told.incidents) > 1)
    parts = [
        (part.rule, part.text) if isinstance(part, Removed) else (None, marker.html(part.parts))
        for part in paragraphs(record, told.all_fields())
    ]
    used = {field.kind for field in told.all_fields()}
    return html(
        "article",
        article=facts,
        lead=record.lead,
        parts=parts,
        incidents=list(zip(told.incidents, told.fields, strict=True)),
        events=events,
        homes=marker.homes,
        kinds=[kind for kind in KINDS if kind in used],
        revisions=[row for row in others if row["article_id"] == article_id],
        copies=[row for row in others if row["article_id"] != article_id],
        published_at=at,
        here="articles",
    )


def search(request: Request) -> Response:
    """Articles that hold all the words asked for.

    Raises:
        SettingError: too many words, or a page that is no number.
    """
    asked = request.query_params.get("q", "").strip()
    filters = Filters.of(pair for pair in request.query_params.multi_items() if pair[0] in ("page", "source"))
    words = _words(asked)
    pattern = _pattern(words)
    found: list[dict[str, Any]] = []
    published: Published = request.app.state.published
    with published.reading() as reading:
        sources = reading.once("sources", lambda: reading.rows("choices_outlet"))
        if words:
            found = reading.rows(
                "search", words=words, source=filters.parameters["source"], size=_FOUND + 1, page=filters.page
            )
        at = reading.published_at
    return html(
        "search",
        asked=asked,
        sources=sources,
        filters=filters,
        found=[
            row | {"title": _marked(row["title"] or "No title", pattern), "around": _around(row["text"], pattern)}
            for row in found[:_FOUND]
        ],
        more=len(found) > _FOUND,
        published_at=at,
        here="articles",
    )


def _words(asked: str) -> list[str]:
    words = [(row or word).lower().strip() for row, word in _TERM.findall(asked)]
    words = list(dict.fromkeys(word for word in words if word.strip('"')))
    if len(words) > _WORDS or len(asked) > 500:
        raise SettingError("this is too much at once", culprit="the search", mend=f"Give at most {_WORDS} words")
    return words


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.I)


def _around(text: str, pattern: re.Pattern[str]) -> Markup:
    """The words around the first hit, every hit in them marked."""
    first = pattern.search(text)
    middle = first.start() if first else 0
    start = max(0, middle - _AROUND)
    end = min(len(text), middle + _AROUND)
    if start:
        start = text.find(" ", start, middle) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", middle, end), first.end() if first else middle + 1)
    return ("… " if start else "") + _marked(text[start:end], pattern) + (" …" if end < len(text) else "")


def _marked(text: str, pattern: re.Pattern[str]) -> Markup:
    """A text with every hit marked."""
    shown, pieces, last = printable(text), [""], 0
    for match in pattern.finditer(shown):
        pieces += [shown[last : match.start()], Markup("<mark>{}</mark>").format(match[0])]
        last = match.end()
    return Markup("").join([*pieces, shown[last:]])  # escapes all but the marks
