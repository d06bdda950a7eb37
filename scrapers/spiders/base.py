"""What all spiders share: a source, its listings, the frontier's articles, one outcome for each request."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from scrapers import outcomes
from scrapers.arguments import declared_source, moment
from scrapers.caps import Caps
from scrapers.clock import Clock
from scrapers.discovery.listing import Discovered, Listing, ListingError, ListingTooLarge, breaks_off
from scrapers.discovery.sitemap import period
from scrapers.pagestore import Exchange
from scrapers.recorder import Recorder
from scrapers.reservations import reservations
from scrapers.running import engine_of, stats_of
from scrapers.source import Source
from scrapers.urls import canonical, other_page, without_secrets
from warehouse.errors import DatelineError, SettingError
from warehouse.layout import Layout
from warehouse.vocabulary import Purpose, Via

#: Reads a listing's response: the stories it names and requests for further listings.
Reader = Callable[[Response], Iterator["Discovered | scrapy.Request"]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is for; it rides in ``meta`` over redirects and retries.

    ``url`` and ``canonical_url`` name it in log, page store and frontier; ``address`` is what is sent, where
    a listing's URL carries a key that must not stand there.
    """

    url: str
    canonical_url: str
    purpose: Purpose
    via: Via
    read: Reader | None = None
    by_pattern: bool = False
    depth: int = 0
    discovered_from: str | None = None
    listed_published_at: datetime | None = None
    address: str | None = None


class ListingSpider(scrapy.Spider):
    """Asks for a source's listings, queues the stories they name, and fetches what the frontier has pending.

    Arguments (``-a``): ``source`` (its id); ``day`` (the partition, default today in UTC); ``since`` and
    ``until`` (only stories the listings date in [since, until): for old days); ``recheck`` (any value: ask
    again for every known recent article, due or not).
    """

    source: Source | None = None
    _caps: Caps

    def __init__(
        self,
        source: str | None = None,
        day: str | None = None,
        since: str | None = None,
        until: str | None = None,
        recheck: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise SettingError(
                f"unknown argument {', '.join(sorted(kwargs))}",
                culprit="scrapy crawl -a",
                mend="The arguments are source, day, since, until and recheck",
            )
        super().__init__()
        self.layout = Layout.from_environment()
        self.since, self.until = moment(since, "since"), moment(until, "until")
        if self.since and self.until and self.since >= self.until:
            raise SettingError("it is not after since", culprit="-a until", mend="Swap the two")
        at = moment(day, "day")
        self.day: date = at.date() if at else datetime.now(UTC).date()
        self.recheck = bool(recheck)
        if source is not None:
            self.source = declared_source(source).on((self.since or at or datetime.now(UTC)).date())
        elif not os.environ.get("SCRAPY_CHECK"):  # `scrapy check` lists contracts without a source
            raise SettingError(
                "no source was named", culprit=f"spider {self.name}", mend="Add -a source=ID; dateline sources list"
            )
        self._now = Clock()
        self._recorder: Recorder | None = None
        #: Why the crawl had to end early, in words; None while it did not.
        self.trouble: str | None = None
        self._open = 0
        self._asked: set[str] = set()
        self._listings: set[str] = set()
        self._moved = asyncio.Event()
        self._via: dict[str, Via] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        spider._caps = Caps(
            total=settings.getint("CAP_TOTAL"),
            host=settings.getint("CAP_HOST"),
            pattern=settings.getint("CAP_PATTERN"),
        )
        if spider.source is not None:
            gentle, network = spider.source.politeness, spider.source.network
            own = {
                "DOWNLOAD_DELAY": gentle.delay,
                "CONCURRENT_REQUESTS_PER_DOMAIN": gentle.concurrency,
                "CRAWL_DELAY_OBEY": gentle.obey_crawl_delay,
                "AUTOTHROTTLE_ENABLED": gentle.adaptive and gentle.delay > 0,
                "AUTOTHROTTLE_START_DELAY": gentle.delay,
                "AUTOTHROTTLE_TARGET_CONCURRENCY": float(gentle.concurrency),
                "NETWORK_ALLOW_ADDRESSES": list(network.allow_addresses),
                "DOWNLOAD_VERIFY_CERTIFICATES": not network.allow_self_signed,
            }
            settings.setdict(own, priority="spider")
        return spider

    # what subclasses say

    def listings(self) -> Iterator[scrapy.Request]:
        """Requests for the listings this spider begins with."""
        yield from ()

    def declared(self, key: str) -> str | None:
        """The first address the source declares under ``key``, for ``scrapy check``."""
        value = getattr(self.source, key, None) if self.source else None
        return value[0] if isinstance(value, tuple) and value else None

    # requests

    @property
    def outlet(self) -> Source:
        """The source; there always is one in a crawl, though not in ``scrapy check``."""
        if self.source is None:
            raise SettingError("no source was named", culprit=f"spider {self.name}", mend="Add -a source=ID")
        return self.source

    @property
    def recorder(self) -> Recorder:
        """The open page store and frontier."""
        if self._recorder is None:
            raise RuntimeError("the crawl has not begun: the page store is not open yet")
        return self._recorder

    @property
    def oldest(self) -> datetime:
        """How far back listings are followed: ``since``, or the source's ``recent_days``."""
        if self.since:
            return self.since
        return datetime.combine(self.day, time(), UTC) - timedelta(days=self.outlet.recent_days)

    def listing(
        self,
        url: str,
        read: Reader,
        *,
        via: Via = "live",
        by_pattern: bool = False,
        parent: Response | None = None,
        deeper: int = 1,
    ) -> scrapy.Request | None:
        """A request for a listing, ``deeper`` by so many levels than the one that named it; None when it was asked for
        already, would lie deeper than LISTING_DEPTH, or be one more than LISTING_TOTAL."""
        above: Asked | None = parent.meta.get("asked") if parent is not None else None
        depth = above.depth + deeper if above else 0
        name, full = canonical(url), len(self._listings) >= self.settings.getint("LISTING_TOTAL")
        if name in self._listings or full or depth > self.settings.getint("LISTING_DEPTH"):
            self.count("discovery/listings_left_out")
            return None
        self._listings.add(name)
        shown = without_secrets(url)
        asked = Asked(
            shown,
            canonical(shown),
            "discovery",
            via,
            read,
            by_pattern,
            depth,
            discovered_from=without_secrets(parent.url) if parent is not None else None,
            address=url,
        )
        return self._request(asked, priority=10)

    def _request(self, asked: Asked, *, priority: int = 0) -> scrapy.Request:
        headers = {}
        # a backfill reads listings for other stories than the last crawl did: it needs the body
        if self._recorder is not None and not (asked.purpose == "discovery" and self.since):
            known = self._recorder.frontier.conditional(asked.canonical_url)
            if known is not None and known.etag:
                headers["If-None-Match"] = known.etag
            if known is not None and known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        return scrapy.Request(
            asked.address or asked.url,
            callback=self.settle,
            errback=self.fail,
            headers=headers,
            meta={"asked": asked},
            priority=priority,
            dont_filter=True,
        )

    async def start(self) -> AsyncIterator[Any]:
        """Listings first; then articles by batches, until nothing is pending and nothing under way."""
        try:
            async for request in self._requests():
                yield request
        except DatelineError as problem:  # another crawl of the source, a full disk
            raise self._giving_up(problem, "not_started" if self._recorder is None else "write_failed") from problem

    async def _requests(self) -> AsyncIterator[scrapy.Request]:
        self._recorder = Recorder(
            self.layout,
            self.outlet.id,
            self.day,
            flush_pages=self.settings.getint("FLUSH_PAGES"),
            clock=self._now,
        )
        self._flushing = create_looping_call(self._flush)
        self._flushing.start(self.settings.getfloat("FLUSH_SECONDS"), now=False)
        for request in self.listings():
            yield self._out(request)
        if not self.since:
            for again in self._rechecks():
                yield self._out(again)
        batch = self.settings.getint("FRONTIER_BATCH")
        while True:
            if (room := batch - self._open) >= batch // 2:
                leased = False
                for entry in self.recorder.frontier.lease(room):
                    if entry.canonical_url in self._asked:  # its lease ran out while it waits for its turn
                        continue
                    leased = True
                    found = entry.discovered_from
                    asked = Asked(
                        entry.url,
                        entry.canonical_url,
                        entry.purpose,
                        self._via.get(found or "", "live"),
                        discovered_from=found,
                        listed_published_at=entry.listed_published_at,
                    )
                    yield self._out(self._request(asked))
                if not leased and not self._open:
                    return
                if leased:
                    continue
            self._moved.clear()
            await self._moved.wait()

    def _rechecks(self) -> Iterator[scrapy.Request]:
        """Recent articles whose re-check is due go through the frontier; asked for by hand, all go straight."""
        frontier, now = self.recorder.frontier, self._now()
        for entry in frontier.due(now + timedelta(days=365) if self.recheck else now):
            again = Asked(
                entry.url,
                entry.canonical_url,
                "article",
                "live",
                discovered_from=entry.discovered_from,
                listed_published_at=entry.listed_published_at,
            )
            if self.recheck:
                yield self._request(again)
            else:
                frontier.add(
                    entry.url,
                    canonical_url=entry.canonical_url,
                    day=self.day,
                    purpose="article",
                    discovered_from=entry.discovered_from,
                    listed_published_at=entry.listed_published_at,
                )

    def _out(self, request: scrapy.Request) -> scrapy.Request:
        """Count a request out; :meth:`_keep` counts it in."""
        asked: Asked = request.meta["asked"]
        self._open += 1
        self._asked.add(asked.canonical_url)
        self.count(f"request_count/{asked.purpose}")
        return request

    # answers

    def settle(self, response: Response) -> Iterable[scrapy.Request]:
        """Callback of every request: read it if it is a listing, keep it, count its one outcome."""
        asked: Asked = response.meta["asked"]
        if asked.purpose == "discovery":  # they come first, and straight from the source
            try:
                self._now.check(response.headers.get("Date"), urlparse_cached(response).netloc)
            except DatelineError as problem:
                raise self._giving_up(problem, "wrong_clock") from problem
        outcome, error = outcomes.of_response(response)
        further: list[scrapy.Request] = []
        stories: int | None = None
        if asked.read is not None and outcome == "ok" and (cut := breaks_off(response.body)):
            outcome, error = "truncated", cut
        if asked.read is not None and outcome in ("ok", "truncated"):  # what came of one cut short may name stories
            try:
                further, stories = self._read(asked, asked.read, response)
            except ListingTooLarge as problem:
                outcome, error = "too_large", str(problem)
            except ListingError as problem:
                if outcome == "ok":
                    outcome, error = "error:malformed", str(problem)
            except DatelineError as problem:  # the frontier cannot be written
                raise self._giving_up(problem) from problem
            except Exception as problem:  # one page must not cost the others; the outcome tells
                self.logger.exception("%s could not be read", asked.url)
                outcome, error = "error:spider", f"{type(problem).__name__}: {problem}"
        if error:
            self.logger.info("%s: %s (%s)", asked.url, outcome, error)
        self._keep(asked, response.request, response, outcome, error, stories)
        return [self._out(request) for request in further]

    def fail(self, failure: Failure) -> None:
        """Errback of every request: no response came, or none that may be kept."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        outcome, error = outcomes.of_exception(failure.value or RuntimeError("failed for no reason given"))
        asked: Asked = request.meta["asked"]
        self.logger.info("%s: %s (%s)", asked.url, outcome, error)
        self._keep(asked, request, None, outcome, error)

    def _read(self, asked: Asked, read: Reader, response: Response) -> tuple[list[scrapy.Request], int]:
        """Requests for further listings, and how many of the source's stories this one names, known or new."""
        further: list[scrapy.Request] = []
        undated = stories = 0
        found_on = without_secrets(response.url)
        self._via[found_on] = asked.via
        for found in read(response):
            if isinstance(found, scrapy.Request):
                further.append(found)
                continue
            stories += self.outlet.own(found.url) and self.outlet.wanted(found.url)
            undated += found.dated is None
            if undated > self.settings.getint("LISTING_UNDATED") and asked.via == "sitemap" and found.dated is None:
                self.count("discovery/undated")
            else:
                self._take(asked, found, found_on)
        return further, stories

    def _take(self, asked: Asked, story: Discovered, found_on: str) -> None:
        """Queue a story a listing names, unless something speaks against it; counted either way."""
        self.count("discovery/found")
        source, name = self.outlet, self.outlet.named(story.url)
        if (why := self._outside(asked, story)) is not None:
            self.count(f"discovery/{why}")
        elif not source.own(story.url):
            self.count("discovery/offsite")
        elif not source.wanted(story.url):
            self.count("discovery/denied")
        elif not self._caps.admit(story.url, by_pattern=asked.by_pattern):
            self.count("discovery/capped")
        # asked for by its canonical address: tracking parameters would count us as somebody's readers
        elif self.recorder.frontier.add(
            name,
            canonical_url=name,
            day=self.day,
            purpose="article",
            discovered_from=found_on,
            listed_published_at=story.published_at,
        ):
            self.count("discovery/new")
            self._moved.set()

    def _outside(self, asked: Asked, story: Discovered) -> str | None:
        """Why a story's date speaks against it: ``outside_window``, ``undated``, or None."""
        dated = story.published_at
        if dated is None and self.since and (span := period(story.url)) and span[1] - span[0] == timedelta(days=1):
            dated = span[0]  # better than lastmod, which later corrections move
        dated = dated or story.modified_at
        if self.since or self.until:
            if dated is None:
                return "undated"
            inside = (not self.since or dated >= self.since) and (not self.until or dated < self.until)
            return None if inside else "outside_window"
        old = dated is not None and asked.via in ("sitemap", "wordpress") and dated < self.oldest
        return "outside_window" if old else None

    def _keep(
        self,
        asked: Asked,
        request: scrapy.Request | None,
        response: Response | None,
        outcome: str,
        error: str | None,
        stories: int | None = None,
    ) -> None:
        """Write the exchange and settle the request."""
        headers = _pairs(response.headers) if response is not None else []
        target = response.url if response is not None else None
        if asked.address != asked.url and asked.purpose == "discovery":  # the answer may repeat the key
            headers = [(name, without_secrets(value)) for name, value in headers]
            target = without_secrets(target) if target else None
        body = response.body if response is not None else b""
        exchange = Exchange(
            url=asked.url,
            canonical_url=asked.canonical_url,
            final_url=target,
            purpose=asked.purpose,
            via=asked.via,
            fetched_at=self._now(),
            request_headers=_pairs(request.headers) if request is not None else [],
            status=response.status if response is not None else None,
            response_headers=headers,
            body=body,
            outcome=outcome,
            error=error,
            discovered_from=asked.discovered_from,
            listed_published_at=asked.listed_published_at,
            reservations=reservations(headers, body),
            moved_to=_moved_to(asked, response),
            stories=stories,
        )
        try:
            try:
                self.recorder.record(exchange)
            except ValueError as problem:  # an answer no record can hold must not be asked for at every run
                self.logger.exception("%s could not be kept", asked.url)
                outcome, error = "error:spider", f"{type(problem).__name__}: {problem}"
                bare = replace(exchange, status=None, response_headers=(), body=b"", outcome=outcome, error=error)
                self.recorder.record(bare)
        except (DatelineError, OSError) as problem:
            raise self._giving_up(problem) from problem
        finally:
            self.count(f"outcome_count/{outcome}")
            self._open -= 1
            self._asked.discard(asked.canonical_url)
            self._moved.set()

    def _flush(self) -> None:
        if self._recorder is None:
            return
        try:
            self._recorder.flush()
        except (DatelineError, OSError) as problem:
            reason = self._giving_up(problem).reason
            self._closing = asyncio.ensure_future(engine_of(self.crawler).close_spider_async(reason=reason))

    def _giving_up(self, problem: Exception, reason: str = "write_failed") -> CloseSpider:
        """Nothing (more) can be kept: what closes the crawl. The frontier still holds what is pending."""
        if self.trouble is None:  # requests under way find the same
            self.trouble = str(problem)
            self.logger.error("the crawl ends: %s", problem)
        return CloseSpider(reason)

    def closed(self, reason: str) -> None:
        """Everything to disk, whatever ended the crawl."""
        if self._recorder is None:
            return
        if self._flushing.running:
            self._flushing.stop()
        try:
            self._recorder.close()
        except (DatelineError, OSError) as problem:  # the next crawl recovers what is open
            self._giving_up(problem)

    def broken(self, listing: Listing) -> None:
        """Count a listing's entries that could not be read."""
        self.count("discovery/broken", listing.broken)

    def count(self, name: str, by: int = 1) -> None:
        """Add to a statistic."""
        if by:
            stats_of(self.crawler).inc_value(name, by)


def _moved_to(asked: Asked, response: Response | None) -> str | None:
    """The address of another page that nothing but permanent redirects from an article's led to."""
    reasons = response.meta.get("redirect_reasons", []) if response is not None else []
    if response is None or asked.purpose != "article" or not reasons or not outcomes.PERMANENT.issuperset(reasons):
        return None
    return response.url if other_page(response.url, asked.url) else None


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]
