"""Only http and https, and only allowed addresses: the crawl's side of :mod:`scrapers.resolver`."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.httpobj import urlparse_cached

from scrapers import resolver
from scrapers.outcomes import AddressRefused, SchemeRefused, TooManyHosts, refusal


class GuardMiddleware:
    """Stands nearest to the downloader, so that every hop passes it: redirects and robots.txt included."""

    def __init__(self, allow: tuple[str, ...], most_hosts: int) -> None:
        resolver.allow = allow
        self._most_hosts = most_hosts
        self._hosts: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        settings = crawler.settings
        return cls(tuple(settings.getlist("NETWORK_ALLOW_ADDRESSES")), settings.getint("CAP_HOSTS"))

    def process_request(self, request: Request) -> None:
        url = urlparse_cached(request)
        if url.scheme not in ("http", "https"):
            raise SchemeRefused(f"{url.scheme}: is neither http nor https")
        # each costs rules, a download slot and an open connection, and a name server makes them up for nothing
        if url.netloc not in self._hosts and len(self._hosts) >= self._most_hosts:
            raise TooManyHosts(f"{url.netloc}: {self._most_hosts} hosts were visited before it in this crawl")
        self._hosts.add(url.netloc)
        # a proxy would connect where the resolver cannot see it
        request.meta.pop("proxy", None)

    def process_exception(self, request: Request, exception: Exception) -> None:
        if (why := refusal(exception)) is not None and why is not exception:
            raise why  # raised inside the connection: not to be tried again
        host = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and (addresses := resolver.refused.get(host)):
            raise AddressRefused(
                f"{host}: its address {', '.join(addresses)} is not public. "
                "Only public addresses are fetched; a source may allow others in [network] allow_addresses"
            ) from exception
