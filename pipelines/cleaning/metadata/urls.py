"""The page's own address, the same for its AMP and print twins."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement

from pipelines.cleaning.parse import plain

#: Query parameters that name a campaign or a reader, not a page.
_TRACKING = re.compile(r"(?:utm_|mc_|pk_|at_)\w+|fbclid|gclid|igshid|ref|cmpid|ocid|ftag|maca|dicbo|smid", re.I)

#: Hosts that hold the same stories for other devices.
_TWIN = re.compile(r"^(?:(?:www\d?|m|mobile|amp|edition|touch)\.)+")


def canonical(tree: HtmlElement, metas: dict[str, list[str]], url: str) -> str:
    """The page's own address: ``rel=canonical`` or ``og:url`` where it stays on the site, else ``url``.

    A canonical link may not send one site's story to another (a hostile page could overwrite it), nor
    every story to the home page (a common mistake).
    """
    own = tidy(url)
    links = [a.get("href") or "" for a in tree.iter("link") if (a.get("rel") or "").lower() == "canonical"]
    for link in [*links, *metas.get("og:url", ())]:
        try:
            candidate = tidy(urljoin(url, link.strip()))
            parts = urlsplit(candidate)
        except ValueError:
            continue
        if parts.scheme not in {"http", "https"} or not parts.netloc or len(candidate) > 2000:
            continue
        if not same_site(candidate, own) or (parts.path in {"", "/"} and not parts.query and candidate != own):
            continue
        return candidate
    return own


def tidy(url: str) -> str:
    """``url`` without fragment and tracking parameters, host in lower case. Anything odd comes back as it is."""
    try:
        parts = urlsplit(plain(url).strip())
        query = urlencode(
            [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
        )
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
    except ValueError:
        return url


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host (``www.``, ``amp.``, ``m.`` aside), or one below the other.

    Stricter than the registrable domain: the tenants of a blog host are strangers.
    """
    a, b = (_TWIN.sub("", urlsplit(url).hostname or "") for url in (one, other))
    return bool(a) and (a == b or a.endswith("." + b) or b.endswith("." + a))
