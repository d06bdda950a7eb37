"""What the readers of listings share: the records, dates, links, and an XML parser that is safe on hostile bytes.

A listing is any page that names stories: feed, sitemap, section page, WordPress answer. Its reader is a
pure function from bytes to :class:`Listing`; a broken entry is skipped and counted, never fatal.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lxml import etree

from scrapers.codings import NotCoded, TooLong, undone
from scrapers.urls import requestable
from warehouse.errors import SetAside

#: Largest listing once unpacked, as for pages (DOWNLOAD_MAXSIZE): sitemaps may have 50 MB by their
#: protocol, but those of news sites that were looked at stay far below.
LARGEST = 8 * 1024 * 1024

#: Entries read from one listing: the sitemap protocol's own limit.
MOST_ENTRIES = 50_000


class ListingError(SetAside):
    """The bytes are no listing of the kind expected: nothing at all can be read from them."""


class ListingTooLarge(ListingError):
    """A listing unpacks to more than :data:`LARGEST` bytes."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """A story (or a further listing) that a listing names, with what the listing says about it."""

    url: str
    published_at: datetime | None = None
    modified_at: datetime | None = None
    title: str | None = None

    @property
    def dated(self) -> datetime | None:
        """The listing's best date: published, else last modified."""
        return self.published_at or self.modified_at


@dataclass(frozen=True, slots=True)
class Listing:
    """``stories`` in the listing's order; ``children``: further listings (sitemaps of an index);
    ``broken``: entries that could not be read; ``pages``: how many pages the listing has in all, None where it is as
    long as a page can be and does not say."""

    stories: tuple[Discovered, ...] = ()
    children: tuple[Discovered, ...] = ()
    broken: int = 0
    pages: int | None = 1


def unpacked(body: bytes, url: str) -> bytes:
    """``body``, gunzipped when it is gzip (``sitemap.xml.gz``), never beyond :data:`LARGEST` bytes; of a stream that
    breaks off what came, which XML readers mend.

    Raises:
        ListingTooLarge: it unpacks to more.
        ListingError: it begins like gzip but is not.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return undone(body, "gzip", LARGEST).body
    except NotCoded as error:
        raise ListingError(f"broken gzip: {error}", culprit=url, mend="Look at it in a browser") from error
    except TooLong as error:
        raise ListingTooLarge(str(error), culprit=url, mend="Declare a smaller listing") from error


#: The root of a feed or sitemap, within so many bytes, and where their entries begin and end.
_ROOT = re.compile(rb"<((?:[\w.-]+:)?(?:rss|feed|RDF|urlset|sitemapindex))[\s>]")
_HEAD = 8192
_ENTRY = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry|url|sitemap)[\s>]")


def breaks_off(body: bytes) -> str | None:
    """Why a listing names some of its entries alone; None where it does not break off.

    A feed that ends behind an entry, and lacks the end of the document alone, lacks no entry for all that can be seen:
    some sites never write it.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            plain = undone(body, "gzip", LARGEST)
        except (NotCoded, TooLong):
            return None
        if plain.cut:
            return "its gzip stream breaks off"
        body = plain.body
    if not _lacks_its_end(body):
        return None
    last = deque(_ENTRY.finditer(body), maxlen=1)
    within = not last or not last[0][1] or not body.rstrip().endswith(b">")
    return "it ends within an entry" if within else None


def _lacks_its_end(body: bytes) -> bool:
    """Whether this is a feed or sitemap whose root is not closed."""
    root = _ROOT.search(body, 0, _HEAD)
    return root is not None and b"</" + root[1] not in body


def parse_xml(body: bytes, url: str) -> etree._Element:
    """The root of an XML document, mended where it can be.

    Entities are not expanded, nothing is loaded from outside, deep or huge trees are refused by libxml2.

    Raises:
        ListingError: not even a root element could be read.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    data = unpacked(body, url).lstrip(b"\x00\t\n\r \xef\xbb\xbf")
    if _lacks_its_end(data):  # half an address would be asked for
        data = data[: data.rfind(b">") + 1]
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListingError(f"not XML: {error}", culprit=url, mend="Look at it in a browser") from error
    if root is None:
        raise ListingError("not XML", culprit=url, mend="Look at it in a browser")
    return root


def local_name(element: etree._Element) -> str:
    """The tag without its namespace, lower case; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def text_of(element: etree._Element) -> str:
    """All text inside an element, white space folded; none in comments and entities."""
    if not isinstance(element.tag, str):
        return ""
    return " ".join("".join(part for part in element.itertext() if isinstance(part, str)).split())


_ISO = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?)?\s*$", re.I
)


def parse_date(text: str | None) -> datetime | None:
    """A date as feeds and sitemaps write it (RFC 822 or W3C), in UTC; a date without a zone is taken
    as UTC; None when it cannot be read."""
    text = (text or "").strip()[:64]
    if not text:
        return None
    try:
        if match := _ISO.match(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
            zone = match[7]
            found = datetime(year, month, day or 1, hour, minute, min(second, 59), tzinfo=UTC)
            if zone and zone.upper() != "Z":
                digits = zone[1:].replace(":", "").ljust(4, "0")
                offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
                found = found - offset if zone[0] == "+" else found + offset
            return found
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def link(href: str | None, base: str) -> str | None:
    """A link of a listing as a requestable URL, or None."""
    return requestable(href, base) if href else None
