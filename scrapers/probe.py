"""Looks at a source's listings once, storing nothing: what each names today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from scrapers.discovery.feed import read_feed
from scrapers.discovery.listing import Discovered, Listing
from scrapers.discovery.section import read_section
from scrapers.discovery.sitemap import read_sitemap
from scrapers.discovery.wordpress import posts_url, read_posts
from scrapers.fetch import Fetched
from scrapers.guest import Guest
from scrapers.source import Source
from scrapers.urls import without_secrets
from warehouse.errors import DatelineError


@dataclass(frozen=True, slots=True)
class Route:
    """One listing of a source: how many stories (of an index: listings) it names today, the newest date, what went
    wrong, and the addresses of the stories, in its order.

    ``url`` is the address itself, with its key where it has one; ``shown`` is for everything that is printed.
    """

    kind: str
    url: str
    stories: int = 0
    newest: datetime | None = None
    trouble: str | None = None
    named: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The address without its secrets; of WordPress, without the query that asks for its posts."""
        return without_secrets(self.url).partition("/posts?")[0]

    def as_dict(self) -> dict[str, Any]:
        """The route as plain values, to be shown."""
        return {key: value for key, value in asdict(self).items() if key != "named"} | {"url": self.shown}


#: Kind of listing -> its reader.
Reader = Callable[[Fetched], Listing]


def probe(source: Source, guest: Guest | None = None) -> list[Route]:
    """Fetch each of a source's listings once; trouble is told in the route, never raised."""
    guest = guest or Guest.of(source)
    listed: list[tuple[str, Iterable[str], Reader]] = [
        ("feed", source.feeds, feed),
        ("sitemap", source.sitemaps, sitemap),
        ("section", source.sections, lambda got: read_section(got.body, got.url, source.domains)),
        ("wordpress", [posts_url(source.wordpress)] if source.wordpress else [], posts),
    ]
    return [look(guest, kind, url, read) for kind, urls, read in listed for url in urls]


def feed(got: Fetched) -> Listing:
    """An answer read as a feed; raises ListingError as its reader does, like those below."""
    return read_feed(got.body, got.url)


def sitemap(got: Fetched) -> Listing:
    """An answer read as a sitemap or an index of them."""
    return read_sitemap(got.body, got.url)


def section(got: Fetched) -> Listing:
    """An answer read as a page of links."""
    return read_section(got.body, got.url)


def posts(got: Fetched) -> Listing:
    """An answer read as WordPress' list of posts."""
    return read_posts(got.body, got.url, got.headers.get("x-wp-totalpages"))


def look(guest: Guest, kind: str, url: str, read: Reader) -> Route:
    """One listing as it is today."""
    try:
        got = guest.fetch(url)
        if got.status != 200:
            return Route(kind, url, trouble=f"HTTP {got.status}")
        listing = read(got)
    except DatelineError as error:
        return Route(kind, url, trouble=without_secrets(str(error)))
    count = len(listing.stories) or len(listing.children)
    newest = max((found.dated for found in (*listing.stories, *listing.children) if found.dated), default=None)
    troubles = [] if count else ["lists nothing"]
    if listing.broken:
        troubles.append(f"{listing.broken} broken entr{'y' if listing.broken == 1 else 'ies'}")
    named = listing.stories
    if listing.children and not named:
        try:
            named = _below(guest, listing, read)
        except DatelineError as error:
            troubles.append(f"its newest part: {without_secrets(str(error))}")
    return Route(kind, url, count, newest, "; ".join(troubles) or None, tuple(story.url for story in named))


#: Parts of an index that hold no stories, by their names.
_NO_STORIES = re.compile(r"categor|tag|author|video|image|photo", re.I)


def _below(guest: Guest, index: Listing, read: Reader) -> tuple[Discovered, ...]:
    """The stories of the newest listing that an index names."""
    early = datetime.min.replace(tzinfo=UTC)
    part = max(index.children, key=lambda found: (not _NO_STORIES.search(found.url), found.dated or early))
    return read(guest.fetch(part.url)).stories
