"""RSS 0.9x/1.0/2.0 and Atom."""

from __future__ import annotations

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
)

_ROOTS = ("rss", "rdf", "feed", "channel")
_PUBLISHED = ("pubdate", "published", "date", "issued", "created")
_MODIFIED = ("updated", "modified")


def _href(entry: etree._Element, base: str) -> str | None:
    """The story's address: the ``alternate`` link of Atom, the ``link`` of RSS, else a guid that is one."""
    spare: str | None = None
    for child in entry:
        name = local_name(child)
        if name == "link":
            rel = child.get("rel") or "alternate"
            found = link(child.get("href") or text_of(child), base)
            if found and rel == "alternate":
                return found
        elif name in ("guid", "id") and (child.get("ispermalink") or child.get("isPermaLink")) != "false":
            text = text_of(child)
            spare = spare or (link(text, base) if text.startswith(("http://", "https://")) else None)
    return spare


def read_feed(body: bytes, url: str) -> Listing:
    """The stories of an RSS or Atom document; entries without a usable link are counted as broken.

    Raises:
        ListingError: the document is no feed.
    """
    root = parse_xml(body, url)
    if local_name(root) not in _ROOTS:
        raise ListingError(
            f"not a feed but <{local_name(root)}>", culprit=url, mend="Correct the source's feeds, or list it elsewhere"
        )
    base = root.get("{http://www.w3.org/XML/1998/namespace}base") or url
    stories: dict[str, Discovered] = {}
    broken = 0
    for entry in root.iter("{*}item", "{*}entry"):
        if len(stories) >= MOST_ENTRIES:
            break
        address = _href(entry, base)
        if address is None:
            broken += 1
            continue
        said = {local_name(child): text_of(child) for child in reversed(entry)}
        stories.setdefault(
            address,
            Discovered(
                address,
                published_at=next((found for name in _PUBLISHED if (found := parse_date(said.get(name)))), None),
                modified_at=next((found for name in _MODIFIED if (found := parse_date(said.get(name)))), None),
                title=said.get("title") or None,
            ),
        )
    return Listing(stories=tuple(stories.values()), broken=broken)
