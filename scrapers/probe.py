"""Looks at a site once, storing nothing: what a source's listings yield today, and what a new site offers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pycountry
from lxml import etree, html

from scrapers.discovery.feed import read_feed
from scrapers.discovery.listing import Listing
from scrapers.discovery.section import read_section
from scrapers.discovery.sitemap import read_sitemap
from scrapers.discovery.wordpress import posts_url, read_posts
from scrapers.fetch import Fetched, fetch
from scrapers.source import ID, Source
from scrapers.urls import host_of, requestable, without_secrets
from warehouse.errors import DatelineError, SetAside

#: Listings of one kind a proposal keeps: sites link a feed for each topic, the first ones are the main ones.
MOST_LISTINGS = 3

#: Country-code domains that are sold the world over for what they spell.
NO_PLACE = frozenset({"ai", "cc", "co", "fm", "gg", "io", "is", "la", "ly", "me", "nu", "pw", "sh", "to", "tv", "ws"})


@dataclass(frozen=True, slots=True)
class Route:
    """One listing of a source: how many stories it names today, the newest date, and what went wrong.

    ``url`` is the address itself, with its key where it has one; ``shown`` is for everything that is printed.
    """

    kind: str
    url: str
    stories: int = 0
    newest: datetime | None = None
    trouble: str | None = None

    @property
    def shown(self) -> str:
        """The address without its secrets."""
        return without_secrets(self.url)

    def as_dict(self) -> dict[str, Any]:
        """The route as plain values, to be shown."""
        return asdict(self) | {"url": self.shown}


def probe(source: Source) -> list[Route]:
    """Fetch each of a source's listings once; trouble is told in the route, never raised."""
    readers: list[tuple[str, Iterable[str], Callable[[Fetched], Listing]]] = [
        ("feed", source.feeds, lambda got: read_feed(got.body, got.url)),
        ("sitemap", source.sitemaps, lambda got: read_sitemap(got.body, got.url)),
        ("section", source.sections, lambda got: read_section(got.body, got.url, source.domains)),
        (
            "wordpress",
            [posts_url(source.wordpress)] if source.wordpress else [],
            lambda got: read_posts(got.body, got.url, got.headers.get("x-wp-totalpages")),
        ),
    ]
    network = source.network
    return [
        _route(kind, url, read, network.allow_addresses, not network.allow_self_signed)
        for kind, urls, read in readers
        for url in urls
    ]


def _route(
    kind: str, url: str, read: Callable[[Fetched], Listing], allow: Collection[str], verify_tls: bool = True
) -> Route:
    try:
        got = fetch(url, allow_addresses=allow, verify_tls=verify_tls)
        if got.status != 200:
            return Route(kind, url, trouble=f"HTTP {got.status}")
        listing = read(got)
    except DatelineError as error:
        return Route(kind, url, trouble=without_secrets(str(error)))
    stories = len(listing.stories) or len(listing.children)
    newest = max((found.dated for found in (*listing.stories, *listing.children) if found.dated), default=None)
    broken = f"{listing.broken} broken entr{'y' if listing.broken == 1 else 'ies'}" if listing.broken else None
    return Route(kind, url, stories, newest, broken or (None if stories else "lists nothing"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A declaration for a new source, as TOML, with the id it should be saved under."""

    source_id: str
    toml: str


def propose(url: str, *, source_id: str | None = None, allow_addresses: Collection[str] = ()) -> Proposal:
    """Look at a front page, its robots.txt and its usual addresses, and write what was found as a declaration.

    Only listings that were fetched and named stories are kept.

    Raises:
        SetAside: the page is no web page, the id cannot be one, or nothing lists the site's stories.
        TryAgain: the site did not answer.
    """
    shown = without_secrets(url)
    got = fetch(url, allow_addresses=allow_addresses)
    if got.status != 200:
        raise SetAside(f"answered HTTP {got.status}", culprit=shown, mend="Give the outlet's front page")
    try:
        page = html.document_fromstring(got.body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SetAside("is no HTML page", culprit=shown, mend="Give the outlet's front page") from error
    chosen = source_id or re.sub(r"[^a-z0-9]+", "-", host_of(got.url).rpartition(".")[0]).strip("-")[:64]
    if not ID.fullmatch(chosen):
        raise SetAside(
            f"{chosen!r} cannot be a source's id", culprit=shown, mend="Give one with --id: small letters, digits"
        )
    home = "{0.scheme}://{0.netloc}/".format(urlsplit(got.url))
    routes = {
        "feeds": _working("feed", _feeds(page, got.url, home), lambda g: read_feed(g.body, g.url), allow_addresses),
        "sitemaps": _working(
            "sitemap", _sitemaps(home, allow_addresses), lambda g: read_sitemap(g.body, g.url), allow_addresses
        ),
    }
    wordpress = _working_wordpress(page, home, allow_addresses)
    if not any(routes.values()) and not wordpress:
        sections = _working("section", [got.url], lambda g: read_section(g.body, g.url), allow_addresses)
        routes["sections"] = sections
        if not sections:
            raise SetAside(
                "no feed, sitemap, WordPress or story link was found", culprit=shown, mend="Write the file by hand"
            )
    return Proposal(chosen, _toml(page, home, routes, wordpress, allow_addresses))


def _links(page: Any, rel: str) -> list[Any]:
    return [link for link in page.iter("link") if rel in (link.get("rel") or "").lower().split()]


def _feeds(page: Any, url: str, home: str) -> list[str]:
    kinds = ("application/rss+xml", "application/atom+xml")
    linked = [link.get("href") or "" for link in _links(page, "alternate") if (link.get("type") or "").lower() in kinds]
    found = [address for href in linked if (address := requestable(href, url))]
    return [address for address in found if "/comments/" not in address] or [home + "feed", home + "rss.xml"]


def _sitemaps(home: str, allow: Collection[str]) -> list[str]:
    try:
        text = fetch(home + "robots.txt", allow_addresses=allow).body.decode("utf-8", "replace")
    except DatelineError:
        text = ""
    named = re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", text)
    found = [address for href in named if (address := requestable(href, home))]
    # news sitemaps first: they hold the last two days with exact times
    return sorted(found, key=lambda address: "news" not in address) or [home + "news-sitemap.xml", home + "sitemap.xml"]


def _working(kind: str, urls: list[str], read: Callable[[Fetched], Listing], allow: Collection[str]) -> list[str]:
    tried = [_route(kind, address, read, allow) for address in dict.fromkeys(urls[: 2 * MOST_LISTINGS])]
    return [route.url for route in tried if route.stories][:MOST_LISTINGS]


def _working_wordpress(page: Any, home: str, allow: Collection[str]) -> str | None:
    linked = [link.get("href") or "" for link in _links(page, "https://api.w.org/")]
    usual = "wp-json/"  # pages without the link: some themes and caches drop it
    roots = [f"{root.rstrip('/')}/wp/v2" for href in [*linked[:1], usual] if (root := requestable(href, home))]
    for root in dict.fromkeys(roots):
        if _route("wordpress", posts_url(root), lambda got: read_posts(got.body, got.url), allow).stories:
            return root
    return None


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _country(home: str) -> str | None:
    """The country of a country-code domain, else None: language tags (en-US) are left as templates had them."""
    code = host_of(home).rpartition(".")[2]
    code = "gb" if code == "uk" else code
    return None if code in NO_PLACE or pycountry.countries.get(alpha_2=code.upper()) is None else code.upper()


def _language(page: Any) -> str | None:
    code = re.split(r"[-_]", str(page.get("lang") or "").strip().lower())[0]
    return code if pycountry.languages.get(alpha_2=code) else None


def _toml(
    page: Any, home: str, routes: dict[str, list[str]], wordpress: str | None, allow_addresses: Collection[str]
) -> str:
    named = page.xpath("//meta[@property='og:site_name']/@content") or page.xpath("//title/text()")
    name = " ".join(str(named[0]).split())[:200] if named and str(named[0]).strip() else host_of(home)
    country, language = _country(home), _language(page)
    lines = [
        f"name = {_quoted(name)}",
        f"home = {_quoted(home)}",
        *([f'country = "{country}"'] if country else []),
        f'language = "{language}"' if language else 'language = "en"  # a guess: the page does not say',
        "enabled = false",
    ]
    for key, urls in routes.items():
        if urls:
            lines.append(f"{key} = [\n" + "".join(f"    {_quoted(address)},\n" for address in urls) + "]")
    if wordpress:
        lines.append(f"wordpress = {_quoted(wordpress)}")
    if allow_addresses:
        lines.append(f"\n[network]\nallow_addresses = [{', '.join(_quoted(address) for address in allow_addresses)}]")
    return "\n".join(lines) + "\n"
