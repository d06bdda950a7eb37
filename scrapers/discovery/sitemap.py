"""Sitemaps, news sitemaps, sitemap indexes and plain text sitemaps, gzipped or not."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from lxml import etree

from scrapers.discovery.listing import (
    MOST_ENTRIES,
    Discovered,
    Listing,
    ListingError,
    link,
    local_name,
    parse_date,
    parse_xml,
    text_of,
    unpacked,
)


def _entry(element: etree._Element, base: str) -> Discovered | None:
    """One ``<url>`` or ``<sitemap>``; ``news:publication_date`` and ``news:title`` kept."""
    said: dict[str, str] = {}
    for child in element:
        name = local_name(child)
        if name in ("loc", "lastmod") and name not in said:
            said[name] = text_of(child)
        elif name == "news":
            for part in child:
                if (key := f"news:{local_name(part)}") in ("news:publication_date", "news:title") and key not in said:
                    said[key] = text_of(part)
    address = link(said.get("loc"), base)
    if address is None:
        return None
    return Discovered(
        address,
        published_at=parse_date(said.get("news:publication_date")),
        modified_at=parse_date(said.get("lastmod")),
        title=said.get("news:title") or None,
    )


def _text(body: bytes, url: str) -> Listing:
    """A text sitemap: one URL a line."""
    lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    found = [link(line, url) for line in lines[:MOST_ENTRIES] if line.startswith(("http://", "https://"))]
    if not found:
        raise ListingError("neither XML nor a list of URLs", culprit=url, mend="Correct the source's sitemaps")
    stories = dict.fromkeys(address for address in found if address)
    return Listing(stories=tuple(map(Discovered, stories)), broken=len(lines[:MOST_ENTRIES]) - len(stories))


def read_sitemap(body: bytes, url: str) -> Listing:
    """Stories of a sitemap, or the sitemaps of an index as ``children``.

    Raises:
        ListingError: neither; ListingTooLarge: a gzip bomb.
    """
    body = unpacked(body, url)
    if body.lstrip(b"\xef\xbb\xbf\t\n\r ").startswith((b"http://", b"https://")):
        return _text(body, url)
    root = parse_xml(body, url)
    kind = local_name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise ListingError(f"not a sitemap but <{kind}>", culprit=url, mend="Correct the source's sitemaps")
    found: dict[str, Discovered] = {}
    broken = 0
    for element in root.iterchildren("{*}url", "{*}sitemap"):
        if len(found) >= MOST_ENTRIES:
            break
        entry = _entry(element, url)
        if entry is None:
            broken += 1
        else:
            found.setdefault(entry.url, entry)
    entries = tuple(found.values())
    if kind == "sitemapindex":
        return Listing(children=entries, broken=broken)
    return Listing(stories=entries, broken=broken)


#: A year, with month and day when they follow, in a sitemap's name: ``sitemap-2018-02.xml``,
#: ``/2018/02/08/``, ``yyyy=2018&mm=02``, ``posts-201802.xml``.
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\D{0,4}(0[1-9]|1[0-2])(?:\D{0,4}(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def period(url: str) -> tuple[datetime, datetime] | None:
    """The span of time (start, end) a dated sitemap's address speaks of, or None."""
    match = _PERIOD.search(url.partition("://")[2].partition("/")[2])
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        start = datetime(year, int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:  # 30 February
        return None
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, start + timedelta(days=monthrange(year, int(month))[1])
    return start, datetime(year + 1, 1, 1, tzinfo=UTC)


def may_hold(child: Discovered, since: datetime, until: datetime | None) -> bool:
    """Whether a sitemap of an index can list stories of the window: judged by the dates in its address,
    and by its lastmod (nothing in it is newer). A day's slack each way for time zones."""
    slack = timedelta(days=1)
    if child.modified_at is not None and child.modified_at < since - slack:
        return False
    span = period(child.url)
    if span is None:
        return True
    start, end = span
    return end > since - slack and (until is None or start < until + slack)
