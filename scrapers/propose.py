"""A declaration for a site that is not known yet: what its front page, robots.txt and usual addresses offer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pycountry
from lxml import etree, html

from scrapers import probe
from scrapers.discovery.wordpress import posts_url
from scrapers.fetch import Fetched
from scrapers.guest import Guest, Rules
from scrapers.probe import Route
from scrapers.source import ID
from scrapers.urls import host_of, requestable, under, without_secrets
from warehouse.errors import SetAside, TryAgain

#: Listings of one kind a proposal keeps: sites link a feed for each topic, the first ones are the main ones.
MOST_LISTINGS = 3

#: Kind of listing -> the key it is declared under.
KEYS = {"feed": "feeds", "sitemap": "sitemaps", "section": "sections"}

#: Country-code domains that are sold the world over for what they spell.
NO_PLACE = frozenset({"ai", "cc", "co", "fm", "gg", "io", "is", "la", "ly", "me", "nu", "pw", "sh", "to", "tv", "ws"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found of a site. ``routes``: every listing that was looked at, those that name nothing as well;
    ``rules``: its robots.txt; ``language``: None where the page does not say, ``read`` names where it was read off
    when that is not the front page; ``delay`` in seconds between two requests."""

    source_id: str
    name: str
    home: str
    country: str | None
    language: str | None
    routes: tuple[Route, ...]
    rules: Rules
    allow_addresses: tuple[str, ...] = ()
    delay: float = 1.0
    read: str | None = None

    @property
    def kept(self) -> list[Route]:
        """The listings that are declared: of each kind the first ones that name stories; links only in need."""
        found: list[Route] = []
        for kind in ("feed", "sitemap", "wordpress", "section"):
            most = 1 if kind == "wordpress" else MOST_LISTINGS
            if kind != "section" or not found:
                found += [route for route in self.routes if route.kind == kind and route.stories][:most]
        return found

    def elsewhere(self) -> Counter[str]:
        """Hosts of stories that its listings name and a crawl would leave out, since they are not the site's."""
        hosts = Counter(host_of(url) for route in self.kept for url in route.named)
        return Counter({host: n for host, n in hosts.items() if not under(host, host_of(self.home))})

    @property
    def toml(self) -> str:
        """The declaration."""
        language = f'language = "{self.language or "en"}"'
        if self.language is None:
            language += "  # a guess: the page does not say"
        elif self.read:
            language += f"  # {self.read}"
        lines = [f"name = {_quoted(self.name)}", f"home = {_quoted(self.home)}"]
        lines += [f'country = "{self.country}"'] if self.country else []
        lines += [language, "enabled = false"]
        for kind, key in KEYS.items():
            if urls := [route.url for route in self.kept if route.kind == kind]:
                lines.append(f"{key} = [\n" + "".join(f"    {_quoted(url)},\n" for url in urls) + "]")
        for route in self.kept:
            if route.kind == "wordpress":
                lines.append(f"wordpress = {_quoted(route.url.partition('/posts?')[0])}")
        if self.delay != 1.0:
            lines.append(f"\n[politeness]\ndelay = {float(self.delay)}")
        if self.allow_addresses:
            allowed = ", ".join(_quoted(address) for address in self.allow_addresses)
            lines.append(f"\n[network]\nallow_addresses = [{allowed}]")
        return "\n".join(lines) + "\n"


def propose(
    url: str,
    *,
    source_id: str | None = None,
    allow_addresses: Collection[str] = (),
    delay: float = 1.0,
    guest: Guest | None = None,
) -> Proposal:
    """Look at a front page, its robots.txt and its usual addresses. Nothing is asked for that robots.txt forbids.

    Only listings that were fetched and name stories are declared.

    Args:
        url: the front page; without a scheme, https.
        source_id: made from the host when left out.
        allow_addresses: addresses that may be connected to although they are not public.
        delay: seconds between two requests, now and in crawls.
        guest: who asks, when somebody goes on asking after this.

    Raises:
        SetAside: the page is no web page, robots.txt forbids it, the id cannot be one, or nothing lists the site's
            stories.
        TryAgain: the site did not answer.
    """
    guest = guest or Guest(allow_addresses=allow_addresses, delay=delay)
    shown = without_secrets(url)
    got = _front(guest, url)
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
    rules = guest.rules(home)
    routes = [
        *_looked(guest, "feed", _feeds(page, got.url, home), probe.feed),
        *_looked(guest, "sitemap", _sitemaps(rules, home), probe.sitemap),
        *_looked(guest, "wordpress", _wordpress(page, home), probe.posts, enough=1),
    ]
    if not any(route.stories for route in routes):
        routes += _looked(guest, "section", [got.url], probe.section)
    if not any(route.stories for route in routes):
        tried = "; ".join(f"{route.shown}: {route.trouble}" for route in routes)
        raise SetAside(
            f"no feed, sitemap, WordPress or story link was found ({tried})",
            culprit=shown,
            mend="Give a section page that links stories, or write the file by hand (docs/sources.md)",
        )
    named = page.xpath("//meta[@property='og:site_name']/@content") or page.xpath("//title/text()")
    return Proposal(
        source_id=chosen,
        name=name_of(str(named[0]) if named else "", home),
        home=home,
        country=country_of(home),
        language=language_of(str(page.get("lang") or "")),
        routes=tuple(routes),
        rules=rules,
        allow_addresses=tuple(allow_addresses),
        delay=delay,
    )


def _front(guest: Guest, url: str) -> Fetched:
    """The front page; of an address without a scheme by https, and by http where nothing answers there."""
    if "//" in url:
        return guest.fetch(url)
    try:
        return guest.fetch(f"https://{url}")
    except TryAgain as error:
        try:
            return guest.fetch(f"http://{url}")
        except TryAgain:
            raise error from None


def _links(page: Any, rel: str) -> list[Any]:
    return [link for link in page.iter("link") if rel in (link.get("rel") or "").lower().split()]


def _feeds(page: Any, url: str, home: str) -> list[str]:
    kinds = ("application/rss+xml", "application/atom+xml")
    linked = [link.get("href") or "" for link in _links(page, "alternate") if (link.get("type") or "").lower() in kinds]
    found = [address for href in linked if (address := requestable(href, url))]
    return [address for address in found if "/comments/" not in address] or [home + "feed", home + "rss.xml"]


def _sitemaps(rules: Rules, home: str) -> list[str]:
    found = [address for href in rules.sitemaps if (address := requestable(href, home))]
    # news sitemaps first: they hold the last two days with exact times
    return sorted(found, key=lambda address: "news" not in address) or [home + "news-sitemap.xml", home + "sitemap.xml"]


def _wordpress(page: Any, home: str) -> list[str]:
    linked = [link.get("href") or "" for link in _links(page, "https://api.w.org/")]
    usual = "wp-json/"  # pages without the link: some themes and caches drop it
    roots = [requestable(href, home) for href in [*linked[:1], usual]]
    return [posts_url(f"{root.rstrip('/')}/wp/v2") for root in roots if root]


def _looked(
    guest: Guest, kind: str, urls: list[str], read: Callable[[Fetched], Any], enough: int = MOST_LISTINGS
) -> list[Route]:
    """Twice as many listings as are kept are looked at, at most; none after ``enough`` that name stories."""
    routes: list[Route] = []
    for address in list(dict.fromkeys(urls))[: 2 * MOST_LISTINGS]:
        if sum(bool(route.stories) for route in routes) < enough:
            routes.append(probe.look(guest, kind, address, read))
    return routes


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL, which TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def name_of(said: str, home: str) -> str:
    """The outlet's name as its page says it, in one line; its host where it says none."""
    return " ".join(said.split())[:200] or host_of(home)


def country_of(home: str) -> str | None:
    """The country of a country-code domain, else None: language tags (en-US) are left as templates had them."""
    code = host_of(home).rpartition(".")[2]
    code = "gb" if code == "uk" else code
    return None if code in NO_PLACE or pycountry.countries.get(alpha_2=code.upper()) is None else code.upper()


def language_of(tag: str) -> str | None:
    """The language of an HTML page's ``lang``, None where it names none."""
    code = re.split(r"[-_]", tag.strip().lower())[0]
    return code if pycountry.languages.get(alpha_2=code) else None
