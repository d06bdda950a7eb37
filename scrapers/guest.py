"""A short visit to a site outside a crawl, with a crawl's manners: robots.txt on every hop, and a pause before each
request."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego

from scrapers import robots
from scrapers.fetch import REDIRECTS, Fetched, fetch
from scrapers.settings import CRAWL_DELAY_MAX, ROBOTSTXT_USER_AGENT
from scrapers.source import Source
from scrapers.urls import without_secrets
from warehouse.errors import DatelineError, SetAside, TryAgain


class Forbidden(SetAside):
    """robots.txt does not let us have the page, or could not be had itself."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One host's robots.txt: ``closed`` says why nothing may be fetched, where the rules could not be had;
    ``crawl_delay`` in seconds, None where none is asked for."""

    closed: str | None
    crawl_delay: float | None
    sitemaps: tuple[str, ...]
    parsed: Protego

    def allow(self, url: str) -> bool:
        """Whether we may fetch an address of this host."""
        return bool(self.parsed.can_fetch(url, ROBOTSTXT_USER_AGENT))


class Guest:
    """Fetches pages one after the other, each once robots.txt allows it.

    Between two requests to one host lie ``delay`` seconds, or what its Crawl-delay asks for. A host that answers 429
    is left alone from then on.
    """

    def __init__(
        self,
        *,
        allow_addresses: Collection[str] = (),
        verify_tls: bool = True,
        delay: float = 1.0,
        obey_crawl_delay: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allow = tuple(allow_addresses)
        self._verify = verify_tls
        self._delay = delay
        self._obey_delay = obey_crawl_delay
        self._pause = pause
        self._rules: dict[str, Rules | DatelineError] = {}
        self._asked: dict[str, float] = {}  # host -> when it was last asked
        self._resting: set[str] = set()

    @classmethod
    def of(cls, source: Source) -> Guest:
        """One that goes by what a source's declaration says."""
        return cls(
            allow_addresses=source.network.allow_addresses,
            verify_tls=not source.network.allow_self_signed,
            delay=source.politeness.delay,
            obey_crawl_delay=source.politeness.obey_crawl_delay,
        )

    def fetch(self, url: str) -> Fetched:
        """GET one URL; every redirect is another request, with its own rules, pause and time limit.

        Raises:
            Forbidden: robots.txt does not allow it, or one it is redirected to.
            SetAside, TryAgain: as :func:`scrapers.fetch.fetch`; also where the host asks for a rest.
        """
        address = url
        for _ in range(REDIRECTS + 1):
            self._let_in(address)
            got = self._get(address, self.rules(address).crawl_delay)
            target = got.headers.get("location")
            if not (300 <= got.status < 400 and target):
                return got
            address = urljoin(got.url, target)
        raise SetAside(
            f"more than {REDIRECTS} redirects", culprit=without_secrets(url), mend="Give the address it leads to"
        )

    def rules(self, url: str) -> Rules:
        """The robots.txt that holds for an address; asked for once.

        Raises:
            SetAside, TryAgain: it could not be had, as :func:`scrapers.fetch.fetch`; then neither may the page.
        """
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if origin not in self._rules:
            try:
                self._rules[origin] = self._read(f"{origin}/robots.txt")
            except DatelineError as error:  # a host that is not there is not knocked at again for each page
                self._rules[origin] = error
        found = self._rules[origin]
        if isinstance(found, DatelineError):
            raise found
        return found

    def _let_in(self, url: str) -> None:
        rules = self.rules(url)
        if rules.closed or not rules.allow(url):
            raise Forbidden(
                rules.closed or "robots.txt forbids it",
                culprit=without_secrets(url),
                mend="A crawl would not fetch it either; ask the publisher",
            )

    def _get(self, url: str, crawl_delay: float | None, redirects: int = 0) -> Fetched:
        host = urlsplit(url).netloc
        if host in self._resting:
            raise TryAgain("asked for a rest (HTTP 429)", culprit=host, mend="Try again in an hour")
        delay = max(self._delay, crawl_delay or 0.0) if self._obey_delay else self._delay
        wait = self._asked.get(host, -delay) + delay - time.monotonic()
        if host in self._asked and wait > 0:
            self._pause(wait)
        try:
            got = fetch(url, allow_addresses=self._allow, verify_tls=self._verify, redirects=redirects)
        finally:
            self._asked[host] = time.monotonic()
        if got.status == 429:
            self._resting.add(host)
        return got

    def _read(self, address: str) -> Rules:
        closed = None
        try:
            got = self._get(address, None, REDIRECTS)
        except TryAgain as error:
            if not isinstance(error.__cause__, httpx.TooManyRedirects):
                raise
            body = robots.ALL  # RFC 9309 2.3.1.2: more than five hops are as good as none there
        else:
            body = robots.rules(got.status, got.body)
            if robots.unanswered(got.status):
                closed = f"robots.txt answered {got.status}, which means: fetch nothing"
        try:
            parsed = Protego.parse(body.decode("utf-8", "ignore"))
            delay = parsed.crawl_delay(ROBOTSTXT_USER_AGENT)
            return Rules(closed, min(delay, CRAWL_DELAY_MAX) if delay else None, tuple(parsed.sitemaps), parsed)
        except Exception as error:  # a parser that fails on hostile text must not open the site
            parsed = Protego.parse(robots.NOTHING.decode())
            return Rules(f"robots.txt cannot be read: {type(error).__name__}", None, (), parsed)
