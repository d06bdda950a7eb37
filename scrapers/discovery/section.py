"""Front pages and sections: the links on them that look like stories."""

from __future__ import annotations

from urllib.parse import urlsplit

from courlan.filters import extension_filter, is_navigation_page, is_not_crawlable, type_filter
from lxml import etree, html

from scrapers.discovery.listing import Discovered, Listing, ListingError, link
from scrapers.urls import host_of, under

#: Links looked at on one page: front pages of large outlets have 200 to 600; 300,000 were an attack.
MOST_LINKS = 5_000

#: Stories taken from one page.
MOST_STORIES = 1_000


def has_story_shape(url: str) -> bool:
    """Whether a URL has the shape of a story rather than of a section: a slug of several words, or a number
    of four or more digits, in its last segment that is not a bare year."""
    path = urlsplit(url).path.rstrip("/")
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return False
    last = segments[-1].rsplit(".", 1)[0] if "." in segments[-1] else segments[-1]
    if sum(len(word) > 0 for word in last.replace("_", "-").split("-")) >= 4:
        return True
    digits = sum(sign.isdigit() for sign in last)
    if digits >= 5:
        return True
    # /news/2024/05/01/slug-of-two: a dated path with any slug
    dated = sum(segment.isdigit() for segment in segments[:-1]) >= 2
    return dated and not last.isdigit()


def read_section(body: bytes, url: str, domains: tuple[str, ...] = ()) -> Listing:
    """The story links of an HTML page, in document order, with the link text as title.

    ``domains``: hosts the stories may be on besides the page's own (subdomains included).

    Raises:
        ListingError: the bytes hold no HTML element at all.
    """
    parser = html.HTMLParser(encoding=None, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ListingError(f"no HTML page: {error}", culprit=url, mend="Correct the source's sections") from error
    base_tag = root.find(".//base[@href]")
    base = (link(base_tag.get("href"), url) if base_tag is not None else None) or url
    own = (host_of(url), *domains)
    stories: dict[str, Discovered] = {}
    for seen, anchor in enumerate(root.iter("a")):
        if seen >= MOST_LINKS or len(stories) >= MOST_STORIES:
            break
        address = link(anchor.get("href"), base)
        if address is None or address in stories or not any(under(host_of(address), domain) for domain in own):
            continue
        if not has_story_shape(address) or is_not_crawlable(address) or is_navigation_page(address):
            continue
        if not type_filter(address) or not extension_filter(urlsplit(address).path):
            continue
        title = " ".join("".join(part for part in anchor.itertext() if isinstance(part, str)).split())
        stories[address] = Discovered(address, title=title[:500] or None)
    return Listing(stories=tuple(stories.values()))
