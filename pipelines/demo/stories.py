"""The demo newspaper's stories and outlets, read from the reviewable files beside this module.

A story is one file in ``articles/``: TOML front matter between ``+++`` lines, then paragraphs apart
by blank lines. ``[[incidents]]`` tables in the front matter are what a careful reader would note
down; only the tests and :mod:`pipelines.demo.expected` look at them, the server never does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from warehouse.errors import DatelineError

HERE = Path(__file__).resolve().parent
ARTICLES = HERE / "articles"
OUTLETS = HERE / "outlets.toml"

#: The newspaper's two editions: in the second, corrected stories have replaced what they correct.
EDITIONS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a careful reader would note of one incident; a field that is None is not asked.

    ``types``: acceptable ACLED sub-event types; ``killed``/``injured``: (least, most) over all the
    speakers, with most None where it is open; ``actors``/``targets``: a word their names hold.
    """

    types: tuple[str, ...]
    place: str | None = None
    country: str | None = None
    day: date | None = None
    killed: tuple[int, int | None] | None = None
    injured: tuple[int, int | None] | None = None
    actor: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story of one edition. ``outlets`` holds more than one id when it is syndicated;
    ``caption`` is the photo's line, which the plain template repeats under the title."""

    slug: str
    outlets: tuple[str, ...]
    title: str
    body: tuple[str, ...]
    published: datetime
    author: str
    section: str = "world"
    lead: str | None = None
    caption: str | None = None
    modified: datetime | None = None
    edition: int = 1
    incidents: tuple[Expected, ...] = ()

    @property
    def changed(self) -> datetime:
        """When the page last changed."""
        return self.modified or self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An address the listings name that holds no story; without a template it answers 404."""

    path: str
    title: str
    published: datetime
    template: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One outlet: its page template, its port (added to the base port) and its addresses."""

    id: str
    name: str
    tagline: str
    template: str
    port: int
    path: str
    feed: str
    feed_kind: str
    sitemaps: tuple[str, ...]
    sections: tuple[str, ...]
    denied: str
    notice: str
    extras: tuple[Extra, ...] = ()

    @property
    def source_id(self) -> str:
        """The id its source declaration goes by."""
        return f"demo-{self.id}"

    def path_of(self, story: Story) -> str:
        """The path of a story's page."""
        day = story.published
        return self.path.format(
            year=day.year, month=f"{day:%m}", day=f"{day:%d}", section=story.section, slug=story.slug
        )


def load_outlets() -> dict[str, Outlet]:
    """The outlets by id."""
    declared = tomllib.loads(OUTLETS.read_text("utf-8"))
    return {
        key: Outlet(id=key, extras=tuple(Extra(**extra) for extra in table.pop("extras", ())), **_tuples(table))
        for key, table in declared.items()
    }


def load_stories(directory: Path = ARTICLES) -> list[Story]:
    """Every story of every edition, newest first.

    Raises:
        DatelineError: a file is not a story; the message names it.
    """
    stories = [read_story(path) for path in sorted(directory.glob("*.md"))]
    return sorted(stories, key=lambda story: (story.published, story.slug, story.edition), reverse=True)


def read_story(path: Path) -> Story:
    """One story file.

    Raises:
        DatelineError: the file's front matter is missing, is not TOML or lacks a field.
    """
    try:
        opening, front, body = path.read_text("utf-8").split("+++\n", 2)
        fields = _tuples(tomllib.loads(front))
        incidents = tuple(Expected(**_tuples(table)) for table in fields.pop("incidents", ()))
        paragraphs = tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())
        if opening:
            raise ValueError("text before the front matter")
        return Story(**fields, incidents=incidents, body=paragraphs)
    except (ValueError, TypeError) as error:
        raise DatelineError(
            f"no story: {error}",
            culprit=str(path),
            mend="Write TOML between two +++ lines, then the paragraphs; see the files beside it",
        ) from error


def edition_of(stories: Iterable[Story], edition: int) -> list[Story]:
    """The stories as one edition has them: a later edition's version replaces the earlier one's."""
    latest: dict[str, Story] = {}
    for story in stories:
        held = latest.get(story.slug)
        if story.edition <= edition and (held is None or held.edition < story.edition):
            latest[story.slug] = story
    return sorted(latest.values(), key=lambda story: (story.published, story.slug), reverse=True)


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    """A TOML table's arrays as tuples; an open range is written ``[12]``."""
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for key in ("killed", "injured"):
        if key in made and len(made[key]) == 1:
            made[key] = (made[key][0], None)
    return made
