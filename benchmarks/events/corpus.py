"""The labelled set: stories as several outlets would tell them, read by the real extractor.

A mark such as ``[a]`` says of which event the text speaks until the next one; ``[-]``: of none. The marks are taken out
before anything reads the text, and an incident is of the event in whose words its first cue stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pipelines.duplicates import find_copies
from pipelines.incidents import extract_article
from warehouse.records import Article, Incident, content_id

STORIES: Final = Path(__file__).resolve().parent / "stories"
HALVES: Final = ("development", "held_back")

Half = Literal["development", "held_back"]
_MARK: Final = re.compile(r"\[([a-z-])\]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article. ``marks``: from which character on it speaks of which event, in order."""

    story: str
    kind: str
    article: Article
    marks: tuple[tuple[int, str], ...]

    def event_at(self, position: int) -> str | None:
        """The event that the words at this character are about."""
        found = None
        for start, event in self.marks:
            if start <= position:
                found = event
        return None if found in (None, "-") else f"{self.story}: {found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An incident that the extractor read. ``gold``: its event; one of its own where it should not have been read."""

    gold: str
    kind: str
    incident: Incident
    labelled: bool


def told(half: Half) -> list[Told]:
    """The articles of one half.

    :raises ValueError: if a story tells no event or an article has no mark; the file is named.
    """
    return [each for path in sorted((STORIES / half).glob("*.toml")) for each in _read(path)]


def _read(path: Path) -> Iterator[Told]:
    for story in tomllib.loads(path.read_text("utf-8"))["story"]:
        for entry in story["told"]:
            yield _told(path, story, entry, entry["text"])
            for copy in entry.get("copied_by", ()):
                title, *paragraphs = entry["text"].strip().split("\n\n")
                opening = ["[-]" + copy["opening"]] if "opening" in copy else []
                text = "\n\n".join([title, *opening, *paragraphs[: copy["paragraphs"]]])
                yield _told(path, story, copy, text)


def _told(path: Path, story: dict[str, Any], entry: dict[str, Any], marked: str) -> Told:
    title, *paragraphs = marked.strip().split("\n\n")
    marked = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    marks, parts, length, event = [], [], 0, None
    for number, part in enumerate(_MARK.split(marked)):
        if number % 2:
            marks.append((length, part))
            event = part
        else:
            parts.append(part)
            length += len(part)
    if event is None:
        raise ValueError(f"{path}: {story['name']}: {entry['by']} has no mark. Put [a] before what tells of event a.")
    at: datetime = entry["at"]
    text, source = "".join(parts), entry["by"].casefold().replace(" ", "-")
    url = f"https://{source}.example/{content_id(story['name'], at)}"
    article = Article(
        article_id=content_id(url), revision=content_id(text), url=url, canonical_url=url, title=title, lead=None,
        text=text, published_at=at, language="en", source_id=source, page_id=url, crawl_day=at.date(),
        first_seen=at, last_seen=at,
    )  # fmt: skip
    return Told(story=story["name"], kind=story["kind"], article=article, marks=tuple(marks))


def samples(articles: list[Told]) -> list[Sample]:
    """What the extractor reads in them, each incident with its event."""
    return [_sample(each, incident) for each in articles for incident in extract_article(each.article)]


def _sample(told: Told, incident: Incident) -> Sample:
    gold = told.event_at(incident.evidence[0].start)  # the cue it was first told by
    return Sample(
        gold=gold or f"none: {incident.incident_id}", kind=told.kind, incident=incident, labelled=gold is not None
    )


def clusters(articles: list[Told]) -> dict[str, str]:
    """The cluster of copies of each article that has one, as a load finds them."""
    return {copy.article_id: copy.cluster_id for copy in find_copies(each.article for each in articles)}
