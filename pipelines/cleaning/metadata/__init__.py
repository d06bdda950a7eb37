"""Who wrote it, when, under what title, at what address: JSON-LD first, then ``<meta>``, then what the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.cleaning.metadata import authors, dates, jsonld, title, urls
from pipelines.cleaning.metadata.fields import first, metas, tidy_text
from pipelines.cleaning.metadata.languages import language
from pipelines.cleaning.metadata.urls import identity
from pipelines.cleaning.parse import Parsed

__all__ = ["Metadata", "identity", "language", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about itself.

    Attributes:
        headlines: every wording of its title, for the rules.
        kind: the schema.org type of its story, else its ``og:type``, in lower case.
        types: every schema.org type of the page, lower case.
        structured: whether ``kind`` comes from JSON-LD that tells the story.
        free: whether it says that all may read it.
    """

    title: str | None
    headlines: tuple[str, ...]
    lead: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: str | None
    modified_at: datetime | None
    section: str | None
    tags: tuple[str, ...]
    canonical_url: str
    site_name: str | None
    kind: str | None
    types: frozenset[str]
    structured: bool
    free: bool | None


def read(page: Parsed, url: str, *, now: datetime | None = None) -> Metadata:
    """The metadata of a page.

    Args:
        now: when the page was fetched; a publication date after it (by more than a day) is not believed.
    """
    found = metas(page)
    element = title.element(page)
    data = jsonld.read(page.all("script"), url, [*found.get("og:title", [])[:1], *([element] if element else [])])
    story = data.story
    site = first(found, "og:site_name", "application-name")
    name, headlines = title.read(page, element, found, data, url, site)
    published, precision = dates.published(page, found, data, url, now, headlines)
    return Metadata(
        title=name,
        headlines=headlines,
        lead=tidy_text(jsonld.string(story.get("description")))
        or first(found, "og:description", "description", "twitter:description"),
        authors=authors.read(page, found, data, site),
        published_at=published,
        published_precision=precision,
        modified_at=dates.modified(found, story),
        section=tidy_text(jsonld.string(story.get("articleSection")))
        or first(found, "article:section", "section", "parsely-section"),
        tags=_tags(found, story),
        canonical_url=urls.canonical(page, found, url),
        site_name=site,
        kind=next(iter(jsonld.types_of(story)), (first(found, "og:type") or "").lower() or None),
        types=data.types,
        structured=bool(story),
        free=jsonld.free(story),
    )


def _tags(found: dict[str, list[str]], story: dict[str, Any]) -> tuple[str, ...]:
    told: list[str] = list(found.get("article:tag", []))
    keywords = story.get("keywords") or found.get("news_keywords") or found.get("keywords") or []
    for item in keywords if isinstance(keywords, list) else [keywords]:
        text = jsonld.string(item)
        if text:
            told.extend(text.split(","))
    return tuple(dict.fromkeys(tag for t in told if (tag := tidy_text(t)) and len(tag) < 80))[:30]
