"""The page's own address, the same for its AMP, mobile and print twins."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from pipelines.cleaning.parse import Parsed, plain

#: Query parameters that name a campaign or a reader, not a page.
_TRACKING = re.compile(r"(?:utm_|mc_|pk_|at_)\w+|fbclid|gclid|igshid|ref|cmpid|ocid|ftag|maca|dicbo|smid", re.I)

#: Query parameters that ask for the AMP or print form of a page, by name and value.
_FORM = re.compile(
    r"(?:amp|print|printable|printer|printversion|print_?view|isprint)=(?:|1|true|yes|y)|(?:amp|print)=(?:amp|print)"
    r"|(?:output|outputtype|view|mode|format|version|display|layout|service|tpl|tmpl)=(?:amp|print(?:able|er|view|version)?)",
    re.I,
)
#: Parts of a path that do: first, last (alone or before the extension).
_FORM_FIRST = re.compile(r"^/(?:amp|print)(?=/[^/]+)", re.I)
_FORM_LAST = re.compile(r"(?<=[^/])/(?:amp|print|printable)(?:\.html?)?/?$", re.I)
_FORM_EXTENSION = re.compile(r"[./](?:amp|print)(?=(?:\.html?|\.php|\.aspx?)$)|\.amp$", re.I)

#: Hosts that hold the same stories for other devices.
_TWIN = re.compile(r"^(?:(?:www\d?|m|mobile|amp|edition|touch)\.)+")

#: Caches that serve a page from an address that holds the page's own: Google's for AMP.
_CACHED = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/[acrv](?:/s)?|(?:www\.)?google\.[a-z.]{2,6}/amp(?:/s)?)/(?=[\w-]+\.[\w.-]+/)",
    re.I,
)

#: Links remembered with whether they lead on.
MEMORY = 4096

#: Longest address believed (characters).
MAX_URL = 2000


def canonical(page: Parsed, metas: dict[str, list[str]], url: str) -> str:
    """The page's own address: ``rel=canonical`` or ``og:url`` where it stays on the site, else ``url``;
    in any case without what asks for an AMP or print form.

    A canonical link may not send one site's story to another (a hostile page could overwrite it), nor
    every story to the home page (a common mistake).
    """
    own = tidy(_CACHED.sub("https://", url))
    links = [a.get("href") or "" for a in page.all("link") if (a.get("rel") or "").lower() == "canonical"]
    for link in [*links, *metas.get("og:url", ())]:
        try:
            candidate = tidy(urljoin(own, link.strip()))
            parts = urlsplit(candidate)
        except ValueError:
            continue
        if parts.scheme not in {"http", "https"} or not parts.netloc or len(candidate) > MAX_URL:
            continue
        if not same_site(candidate, own) or (parts.path in {"", "/"} and not parts.query and candidate != own):
            continue
        return _folded(candidate)
    return _folded(own)


def identity(url: str) -> str:
    """What the addresses of one story share: no scheme, no host label for a device, no closing slash."""
    try:
        return urlunsplit(("", *_shared(urlsplit(url)), ""))
    except ValueError:
        return url


def _shared(parts: SplitResult) -> tuple[str, str, str]:
    return _TWIN.sub("", parts.netloc), parts.path.rstrip("/"), parts.query


def tidy(url: str) -> str:
    """``url`` without fragment and tracking parameters, host in lower case. Anything odd comes back as it is."""
    try:
        parts = urlsplit(plain(url).strip())
        query = _without(parts.query, lambda name, value: _TRACKING.fullmatch(name))
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
    except ValueError:
        return url


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host (``www.``, ``amp.``, ``m.`` aside), or one below the other.

    Stricter than the registrable domain: the tenants of a blog host are strangers.
    """
    return _same_host(urlsplit(one), urlsplit(other))


def _same_host(one: SplitResult, other: SplitResult) -> bool:
    a, b = (_TWIN.sub("", parts.hostname or "") for parts in (one, other))
    return bool(a) and (a == b or a.endswith("." + b) or b.endswith("." + a))


_WEB = frozenset(("http", "https", ""))


@lru_cache(MEMORY)  # a menu's links stand in box after box
def leads_on(link: str, url: str) -> bool:
    """Whether a link on the page at ``url`` leads to another page of its site; one within it (``#answer-3``) does not,
    nor does one to a mailbox."""
    try:
        page, host, shared = _page(url)
        target = urlsplit(link)
        if not target.scheme and not target.netloc and target.path[:1] == "/" and "/." not in target.path:
            # as most links are written: to the page's own host
            elsewhere = (shared[0], target.path.rstrip("/"), target.query) != shared
            return elsewhere and page.scheme in _WEB and (not url or host is not None)
        if not (target.scheme and target.netloc):
            target = urlsplit(urljoin(url, link))
        if not link or target.scheme not in _WEB:
            return False
        return _shared(target) != shared and (not url or _same_host(target, page))
    except ValueError:
        return False


@lru_cache(4)
def _page(url: str) -> tuple[SplitResult, str | None, tuple[str, str, str]]:
    page = urlsplit(url)
    return page, page.hostname, _shared(page)


def _folded(url: str) -> str:
    """``url`` without what asks for an AMP or print form of the page; never less than a path."""
    try:
        parts = urlsplit(url)
        query = _without(parts.query, lambda name, value: _FORM.fullmatch(f"{name}={value}"))
    except ValueError:
        return url
    path = _FORM_EXTENSION.sub("", _FORM_LAST.sub("", _FORM_FIRST.sub("", parts.path)))
    return urlunsplit((parts.scheme, parts.netloc, path or parts.path, query, ""))


def _without(query: str, unwanted: Callable[[str, str], object]) -> str:
    if not query:  # most addresses
        return ""
    return urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not unwanted(k, v)])
