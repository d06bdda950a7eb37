"""An article's paragraphs with its marked words: spans nested in one another, however they lie in the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.explain.fields import Field
from warehouse.records import Article, Removed


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a paragraph that fills ``fields`` (one or more); ``parts`` are its words, with the marks inside."""

    fields: tuple[Field, ...]
    parts: tuple[Mark | str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, its words and marks in order."""

    parts: tuple[Mark | str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    fields: tuple[Field, ...]


def paragraphs(article: Article, fields: Iterable[Field]) -> Iterator[Paragraph | Removed]:
    """The article from top to bottom: its paragraphs with their marks, the lines that cleaning took out between them.

    Marks that cross are cut where the earlier one ends, so that they nest; both parts fill the same field.
    """
    homes: dict[tuple[int, int], list[Field]] = defaultdict(list)
    for field in fields:
        for start, end in dict.fromkeys(field.words):
            homes[start, end].append(field)
    spans = [_Span(start, end, tuple(found)) for (start, end), found in homes.items()]
    removed = sorted(article.removed, key=lambda line: line.position)
    position = 0
    start = 0
    for paragraph in article.text.split("\n\n"):
        while removed and removed[0].position <= position:
            yield removed.pop(0)
            position += 1
        end = start + len(paragraph)
        inside = [
            _Span(max(span.start, start), min(span.end, end), span.fields)
            for span in spans
            if span.start < end and span.end > start
        ]
        yield Paragraph(tuple(_nested(article.text, start, end, inside)))
        position += 1
        start = end + 2
    yield from removed


def _nested(text: str, start: int, end: int, spans: list[_Span]) -> Iterator[Mark | str]:
    """The words from ``start`` to ``end`` with the spans that lie between."""
    waiting = sorted(spans, key=lambda span: (span.start, -span.end))
    while waiting:
        first = waiting.pop(0)
        if first.start > start:
            yield text[start : first.start]
        inner, later = [], []
        for span in waiting:
            if span.start >= first.end:
                later.append(span)
                continue
            inner.append(_Span(span.start, min(span.end, first.end), span.fields))
            if span.end > first.end:
                later.append(_Span(first.end, span.end, span.fields))
        same = [span for span in inner if (span.start, span.end) == (first.start, first.end)]  # after a cut
        fields = tuple(dict.fromkeys(field for span in (first, *same) for field in span.fields))
        rest = [span for span in inner if span not in same]
        yield Mark(fields, tuple(_nested(text, first.start, first.end, rest)))
        start = first.end
        waiting = sorted(later, key=lambda span: (span.start, -span.end))
    if start < end:
        yield text[start:end]


def plain(part: Mark | str) -> str:
    """The words of a part without its marks."""
    return part if isinstance(part, str) else "".join(map(plain, part.parts))
