"""RSS 0.9x/1.0/2.0 and Atom: libxml2 mends and bounds the document, feedparser understands it.

feedparser alone cannot be given bytes from the web: on XML that is not well-formed it falls back to
a parser whose time grows with the square of the size (6 MB of unclosed elements: minutes, inside the
crawler's reactor), and bytes that are the name of a file make it read that file.
"""

from __future__ import annotations

import calendar
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import feedparser
from lxml import etree

from scrapers.discovery.listing import Discovered, Listing, ListingError, local_name, parse_xml
from scrapers.urls import requestable

_ROOTS = ("rss", "rdf", "feed", "channel")

#: Elements and attributes, in all entries together, that feedparser is given: it takes about 20 µs for
#: each. An entry has 5 to 40, a feed 10 to 200 entries.
MOST_ELEMENTS = 60_000

#: Children that hold the story itself: long, and nothing a listing is read for.
_BODIES = ("{*}description", "{*}summary", "{*}content", "{*}encoded")

#: Attributes of the root that tell how to read the entries.
_ROOT = frozenset({"version", "{http://www.w3.org/XML/1998/namespace}base"})


def _entries(root: etree._Element) -> Iterator[etree._Element]:
    """The feed's entries without their bodies, in order, up to :data:`MOST_ELEMENTS`."""
    elements = 0
    for entry in root.iter("{*}item", "{*}entry"):
        etree.strip_elements(entry, *_BODIES, with_tail=False)
        elements += sum(1 + len(element.attrib) for element in entry.iter("*"))
        if elements > MOST_ELEMENTS:
            return
        yield entry


def _bare(root: etree._Element) -> bytes:
    """The feed with nothing in it but its entries: no document type, no entities."""
    root[:] = list(_entries(root))
    root.text = None
    for name in set(root.attrib) - _ROOT:
        del root.attrib[name]
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _moment(entry: Any, key: str) -> datetime | None:
    """A date of an entry in UTC; feedparser answers for ``updated`` with ``published`` unless asked first."""
    parsed = entry[key] if key in entry else None  # noqa: SIM401 - get() is what answers for the other
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def read_feed(body: bytes, url: str) -> Listing:
    """The stories of an RSS or Atom document; entries without a usable link are counted as broken.

    Nothing is fetched, whatever the document says.

    Raises:
        ListingError: the document is no feed.
    """
    root = parse_xml(body, url)
    if local_name(root) not in _ROOTS:
        raise ListingError(
            f"not a feed but <{local_name(root)}>", culprit=url, mend="Correct the source's feeds, or list it elsewhere"
        )
    try:
        said = feedparser.parse(
            io.BytesIO(_bare(root)),  # never the bytes themselves: they could name a file
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it promises none, and has raised many kinds on broken feeds over the years
        raise ListingError(
            f"cannot be read: {type(error).__name__}: {error}", culprit=url, mend="Look at it in a browser"
        ) from error
    stories: dict[str, Discovered] = {}
    broken = 0
    for entry in said.entries:
        address = requestable(entry.get("link") or "")
        if address is None:
            broken += 1
            continue
        published, updated = _moment(entry, "published_parsed"), _moment(entry, "updated_parsed")
        if published is None and not said.version.startswith("atom"):
            published, updated = updated, None  # dc:date, which RSS has for the publication
        title = " ".join(entry.get("title", "").split())
        stories.setdefault(address, Discovered(address, published, updated, title or None))
    return Listing(stories=tuple(stories.values()), broken=broken)
