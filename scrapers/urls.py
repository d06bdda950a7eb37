"""URLs: which may be requested at all, and which of them mean the same page."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

#: Longest URL asked for; longer ones are broken templates or attacks (RFC 9110 asks for 8,000, browsers differ).
LONGEST = 2083

#: A host as it is connected to: a name in ASCII (whatever could be written as punycode was), or an address.
#: What is left of others, marks that turn the reading direction among them, is no host.
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")

_PORTS = {"http": 80, "https": 443}

#: An address in which nothing is to be made fit: most are, and looking closer takes a hundred times as long.
_FIT = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[a-zA-Z0-9._~/-]*")

#: Query parameters that say where a reader came from, never which page it is.
_TRACKING = re.compile(
    r"""(?xi) ^(
      utm_\w+ | mc_[ce]id | _hs(enc|mi)         # Urchin/Google Analytics, Mailchimp, HubSpot
    | fbclid | [gy]clid | msclkid | igshid      # click ids of the ad networks
    | at_(medium|campaign|format|link_\w+|custom\d|ptr_\w+)  # AT Internet, on every BBC feed link
    | cmp(id)? | ncid | ocid | xtor | traffic_source | ref_src | smid | taid
    )$"""
)

#: A user name and password before the host of an address, wherever it stands in a text. What may not stand
#: before it keeps the search linear.
USERINFO = re.compile(r"(?<![a-zA-Z0-9+.-])([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#\s]*@")

#: Query parameters that let somebody in, as feeds for subscribers and signed addresses have them.
_SECRET = re.compile(
    r"(?i)([?&;](?:[a-z0-9_.-]*[_.-])?"
    r"(?:token|api-?key|key|auth|secret|passw(?:or)?d|pwd|sig|signature|credential|jwt|sid)=)[^&;#\s\"'<>]+"
)


def without_secrets(text: str) -> str:
    """``text`` with the addresses in it free of user names, passwords and the values of parameters that let
    somebody in (``?token=***``): as it may be shown, logged and stored. Idempotent."""
    return _SECRET.sub(r"\1***", USERINFO.sub(r"\1", text))


@lru_cache(1024)  # asked several times for each link and each record of an archive
def requestable(href: str, base: str = "") -> str | None:
    """``href`` as an absolute http(s) URL fit to be requested, or None.

    Resolved against ``base``, percent-encoded, without fragment; user names and passwords are
    dropped, so that they reach neither a log nor a WARC. None for other schemes, for URLs without
    a host or with one that is none, with a bad port, with control characters, or longer than :data:`LONGEST`.
    """
    href = href.strip()
    if not href or len(href) > LONGEST or _CONTROL.search(href):
        return None
    if not base and _FIT.fullmatch(href):
        return href
    try:
        parts = urlsplit(safe_url_string(urljoin(base, href)))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or not _HOST.fullmatch(host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    url = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return url if len(url) <= LONGEST else None


def canonical(url: str) -> str:
    """The one spelling of a requestable URL: what names the page, for frontier, captures and articles.

    Lower-case host, no default port, no fragment, no tracking parameters; the other parameters in order.
    """
    clean = requestable(url) or url
    parts = urlsplit(clean)
    if not parts.query:
        return clean
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
    if len(kept) == parts.query.count("&") + 1:
        return clean
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def spellings(url: str) -> list[str]:
    """The addresses that an article may be stored under which somebody asks for by ``url``: by http and by https."""
    name = canonical(url)
    return [name, *(f"{scheme}://{name.partition('://')[2]}" for scheme in _PORTS)] if "://" in name else [name]


def other_page(url: str, than: str) -> bool:
    """Whether an address names another page than a second one: not where only the scheme, ``www.``, a slash at the
    end or tracking parameters differ."""

    def page(address: str) -> tuple[str, str, str]:
        parts = urlsplit(canonical(address))
        return host_of(address), parts.path.rstrip("/"), parts.query

    return page(url) != page(than)


def host_of(url: str) -> str:
    """The host name of a URL as it is connected to (lower case, punycode), without ``www.``; empty when it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ascii_host(host).removeprefix("www.")


def ascii_host(host: str) -> str:
    """A host name in the one spelling that requests have: lower case, punycode, without the dot of the root."""
    host = host.lower().rstrip(".")
    if not host.isascii():
        with suppress(UnicodeError):  # no name: it stays as it is, and is nobody's
            return host.encode("idna").decode("ascii")
    return host


def under(host: str, domain: str) -> bool:
    """Whether ``host`` is ``domain`` or one of its subdomains."""
    return host == domain or host.endswith(f".{domain}")
