"""The sort key of a URL in a CDXJ index: host labels reversed, so that a site's pages stand together."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_WWW = re.compile(r"www\d*\.")
_DOTS = re.compile(r"\.{2,}")
_BLANK = re.compile(r"\s")
_SAFE: Final = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PORTS: Final = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """The key under which pywb and other CDX tools look a URL up: ``org,example)/path?a=1``.

    Never raises: what cannot be read as a URL with a host is its own key. Session ids in paths
    and queries stay, unlike in the Wayback Machine's keys: news sites do not use them.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _line(url)
    host = _DOTS.sub(".", host).strip(".")
    if not host:
        return _line(url)
    key = ",".join(reversed(_WWW.sub("", host, count=1).split(".") if _WWW.match(host) else host.split(".")))
    if port and port != _PORTS.get(parts.scheme):
        key += f":{port}"
    key += f"){_path(parts.path)}"
    if parts.query:
        # an argument without "=" sorts before the same one with an empty value
        key += "?" + "&".join(sorted(_escape(parts.query).split("&"), key=lambda argument: argument.split("=", 1)))
    return _line(key)


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _unescape(path).split(b"/")[1:]
    for segment in (part.decode("latin-1") for part in segments):
        if segment == "..":
            kept = kept[:-1] if kept else [".."]
        elif segment != ".":
            kept.append(segment)
    whole = "/".join([*(segment for segment in kept[:-1] if segment), *kept[-1:]])
    return ("/" + quote_from_bytes(whole.encode("latin-1"), safe=_SAFE).lower()).removesuffix("/") or "/"


def _unescape(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    while (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


def _escape(text: str) -> str:
    return quote_from_bytes(_unescape(text), safe=_SAFE).lower()


def _line(text: str) -> str:
    return _BLANK.sub("%20", text)
