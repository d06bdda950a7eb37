"""What the scorers call: thin wrappers over the public functions and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.cleaning import clean, clean_site
from pipelines.incidents import places


def extract_text(html: bytes, url: str | None) -> str | None:
    """The article's text."""
    article = clean(html, url or "")
    return article.text if article is not None else None


def extract_site(pages: Sequence[tuple[bytes, str | None]]) -> list[str | None]:
    """The texts of one host's pages, with the site's own repeats known."""
    articles = clean_site([(html, url or "") for html, url in pages])
    return [article.text if article is not None else None for article in articles]


def extract_meta(html: bytes, url: str | None) -> dict[str, Any]:
    """title, authors, published_at (ISO date) of a page."""
    article = clean(html, url or "")
    if article is None:
        return {"title": None, "authors": [], "published_at": None}
    published = article.published_at
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published_at": published.date().isoformat() if published is not None else None,
    }


def geoparse(text: str) -> list[dict[str, Any]]:
    """Every place named: start, end, lat, lon (None where unresolved)."""
    return [
        {"start": place.start, "end": place.end, "lat": place.latitude, "lon": place.longitude}
        for place in places.geoparse(text)
    ]


def resolve(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[float, float] | None]:
    """Coordinates for given (start, end) spans."""
    return [
        (place.latitude, place.longitude)
        if place is not None and place.latitude is not None and place.longitude is not None
        else None
        for place in places.resolve(text, spans)
    ]
