"""robots.txt with the meaning RFC 9309 gives it, and Crawl-delay."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from scrapers.outcomes import RobotsDenied, of_exception
from scrapers.robots import ALL, MOST, NOTHING, rules, unanswered
from scrapers.running import engine_of

logger = logging.getLogger(__name__)

#: Bytes of rules kept in memory, all hosts together; those used longest ago are forgotten, and asked for again
#: when needed. Parsed, they take up to sixty times as much; ordinary ones have 1 to 5 kB.
KEPT = 1024 * 1024


class RobotsMiddleware(RobotsTxtMiddleware):
    """2xx is parsed; 4xx means no rules; 5xx, 429 and no answer at all mean *nothing may be fetched*.

    Scrapy's own takes every failure for permission. Rules are kept for the run, which is shorter than
    the 24 hours RFC 9309 allows; the next run asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._reading: dict[str, asyncio.Task[RobotParser]] = {}
        self._sizes: OrderedDict[str, int] = OrderedDict()  # of rules that were read, the last used last
        self._why: dict[str, tuple[str, str]] = {}  # netloc -> why it is closed, and the outcome that is
        self._delayed: set[str] = set()
        self._obey_delay = crawler.settings.getbool("CRAWL_DELAY_OBEY")
        self._most_delay = crawler.settings.getfloat("CRAWL_DELAY_MAX")

    async def process_request(self, request: Request, spider: object = None) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        await super().process_request(request)
        if urlparse_cached(request).hostname in self._delayed:
            # AutoThrottle would shorten what robots.txt asks for
            request.meta["autothrottle_dont_adjust_delay"] = True

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            closed = self._why.get(urlparse_cached(request).netloc, ("robots.txt forbids it", "robots_denied"))
            raise RobotsDenied(*closed) from error

    async def robot_parser(self, request: Request) -> RobotParser:
        url = urlparse_cached(request)
        if url.netloc not in self._reading:
            self._reading[url.netloc] = asyncio.ensure_future(self._read(url.scheme, url.netloc, url.hostname or ""))
        if url.netloc in self._sizes:
            self._sizes.move_to_end(url.netloc)
        # a task, because any number of requests may await it and each gets the rules: of those awaiting
        # one Deferred, as Scrapy's own does, all but the first get None, which would mean "no rules".
        # shield: a request that is cancelled must not take the rules from the others
        return await asyncio.shield(self._reading[url.netloc])

    async def _read(self, scheme: str, netloc: str, host: str) -> RobotParser:
        body = await self._rules(f"{scheme}://{netloc}/robots.txt", netloc)
        try:
            parser = ProtegoRobotParser.from_crawler(self.crawler, body[:MOST])
        except Exception as error:  # a parser that fails on hostile text must not open the site
            self._close(netloc, f"robots.txt cannot be read: {error}")
            parser = ProtegoRobotParser.from_crawler(self.crawler, NOTHING)
        self._apply_delay(parser, host)
        self._keep(netloc, min(len(body), MOST))
        return parser

    def _keep(self, netloc: str, size: int) -> None:
        self._sizes[netloc] = size
        while len(self._sizes) > 1 and sum(self._sizes.values()) > KEPT:
            oldest, _ = self._sizes.popitem(last=False)
            del self._reading[oldest]

    async def _rules(self, address: str, netloc: str) -> bytes:
        """The text of the rules in force: what was fetched, everything, or nothing."""
        self._stats.inc_value("robotstxt/request_count")
        request = Request(
            address, priority=self.DOWNLOAD_PRIORITY, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK
        )
        try:
            response: Response = await engine_of(self.crawler).download_async(request)
        except Exception as error:  # whatever went wrong, there are no rules to obey: RFC 9309 2.3.1.4
            self._stats.inc_value(f"robotstxt/exception_count/{type(error).__name__}")
            if isinstance(error, IgnoreRequest) and "redirections" in str(error):
                return ALL  # 2.3.1.2: more than five hops are as good as none there
            # a host that cannot be reached at all is told from one whose rules forbid
            outcome, said = of_exception(error)
            outcome = outcome if outcome.startswith("error:") else "robots_denied"
            self._close(netloc, f"robots.txt could not be had: {said}", outcome)
            return NOTHING
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if unanswered(response.status):
            self._close(netloc, f"robots.txt answered {response.status}, which means: fetch nothing")
        return rules(response.status, response.body)

    def _close(self, netloc: str, why: str, outcome: str = "robots_denied") -> None:
        self._why[netloc] = (why, outcome)
        logger.warning("%s: %s; nothing is fetched from there in this run", netloc, why)

    def _apply_delay(self, parser: RobotParser, host: str) -> None:
        agent = self._robotstxt_useragent or self._default_useragent
        parsed: Protego = parser.rp  # type: ignore[attr-defined]
        asked = parsed.crawl_delay(agent)
        if not self._obey_delay or not asked or asked <= 0:
            return
        downloader = engine_of(self.crawler).downloader
        delay = max(min(float(asked), self._most_delay), self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        if (slot := downloader.slots.get(host)) is not None:
            slot.concurrency, slot.delay, slot.jitter = 1, delay, 0.0
        self._delayed.add(host)
        self._stats.set_value(f"robotstxt/crawl_delay/{host}", delay)
