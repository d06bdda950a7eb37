"""Bounds on how much one crawl takes on, so that no listing can make it endless."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit


def pattern_of(url: str) -> str:
    """The shape of a URL: host and path with digits folded and the last segment left out, and the names
    of its parameters. The pages of a calendar trap share one."""
    parts = urlsplit(url)
    path = re.sub(r"\d+", "#", parts.path.rpartition("/")[0])
    names = "&".join(re.sub(r"\d+", "#", piece.partition("=")[0]) for piece in parts.query.split("&"))
    return f"{parts.netloc}{path}?{names}"


class Caps:
    """Counts what was admitted; says no past a bound."""

    def __init__(self, *, total: int, host: int, pattern: int) -> None:
        self._total, self._host, self._pattern = total, host, pattern
        self._hosts: Counter[str] = Counter()
        self._patterns: Counter[str] = Counter()

    def admit(self, url: str, *, by_pattern: bool) -> bool:
        """Whether one more URL may be taken on; ``by_pattern`` for those found on pages, which a trap can
        multiply (feeds and sitemaps are bounded by their own size)."""
        host = urlsplit(url).netloc
        shape = pattern_of(url) if by_pattern else ""
        if self._hosts.total() >= self._total or self._hosts[host] >= self._host:
            return False
        if by_pattern and self._patterns[shape] >= self._pattern:
            return False
        self._hosts[host] += 1
        if by_pattern:
            self._patterns[shape] += 1
        return True
