"""An explained article as one HTML page: no script, nothing fetched, all text escaped.

What a field was read from lights up by CSS alone (``:has()``), so the page's policy can forbid every script
and allow the one style sheet it holds, by its hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup

from pipelines.explain.fields import KINDS, Field, Told
from pipelines.explain.marks import Mark, paragraphs
from pipelines.explain.terminal import labels
from pipelines.html import link, render
from warehouse.records import Article, Removed
from warehouse.text import printable

HERE: Final = Path(__file__).resolve().parent

#: Lights up the words of a field while its entry is pointed at or focused, and the entry while its words are.
_RULE: Final = (
    "body:has(#f{n}:hover,#f{n}:focus-within) .f{n}{{outline:2px solid var(--ink);outline-offset:1px}}"
    "body:has(.f{n}:hover) #f{n}{{background:var(--lit)}}"
)


def page(explained: Told, *, made_at: datetime) -> str:
    """The page as text, to be written as UTF-8. ``made_at`` is printed at its foot."""
    article = explained.article
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("kinds.css", "page.css"))
    style += "".join(_RULE.format(n=field.number) for field in explained.all_fields())
    marker = Marker(several=len(explained.incidents) > 1)
    parts = [
        (part.rule, part.text) if isinstance(part, Removed) else (None, marker.html(part.parts))
        for part in paragraphs(article, explained.all_fields())
    ]
    used = {field.kind for field in explained.all_fields()}
    return render(
        HERE / "page.html.j2",
        style,
        article=article,
        title=article.title or "No title",
        parts=parts,
        incidents=list(zip(explained.incidents, explained.fields, strict=True)),
        kinds=[kind for kind in KINDS if kind in used],
        about=[fact for fact in (article.url, _published(article), article.source_id) if fact] or [""],
        link=link(article.url),
        language=article.language if (article.language or "").replace("-", "").isalnum() else None,
        homes=marker.homes,
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
    )


def _published(article: Article) -> str:
    return f"published {article.published_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if article.published_at else ""


class Marker:
    """Writes marks as HTML and remembers which element is home to which field's first words.

    ``several``: whether a mark says which incident it is of. ``prefix`` keeps the ids of two articles on one page
    apart.
    """

    def __init__(self, *, several: bool, prefix: str = "") -> None:
        self.several = several
        self.prefix = prefix
        self.count = 0
        #: Field number -> id of the element that holds its first words.
        self.homes: dict[int, str] = {}

    def html(self, parts: Iterable[Mark | str]) -> Markup:
        return Markup("").join(
            Markup.escape(printable(part)) if isinstance(part, str) else self._mark(part) for part in parts
        )

    def _mark(self, mark: Mark) -> Markup:
        self.count += 1
        home = f"{self.prefix}w{self.count}"
        for field in mark.fields:
            self.homes.setdefault(field.number, home)
        filled = (f"{self.prefix}f{field.number}" for field in mark.fields)
        classes = " ".join(dict.fromkeys([_class(mark.fields[0]), *filled]))
        return Markup('<mark id="{}" class="{}" title="{}">{}</mark>').format(
            home, classes, labels(mark.fields, self.several), self.html(mark.parts)
        )


def _class(field: Field) -> str:
    return f"k-{field.kind}"
