"""Name resolution that hands out only addresses a crawl may connect to.

Every connection of Scrapy's HTTP handler asks the reactor's name resolver, literal addresses and odd
spellings of them (``2130706433``, ``0x7f.1``) included, and connects to the very address it is given.
So this is the one place that holds for every hop: pages, redirects, robots.txt, sitemaps; and an
answer that changes between two look-ups is filtered each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from scrapers.addresses import allowed

#: Addresses to be let through besides the public ones: what the source's ``[network] allow_addresses``
#: says. Set by the guard middleware, since Scrapy makes the resolver before it knows the spider.
allow: tuple[str, ...] = ()

#: host -> the addresses it resolved to, where all of them were refused. Read by the guard
#: middleware to tell a refused host from one that does not exist.
refused: dict[str, tuple[str, ...]] = {}

#: Hosts remembered in :data:`refused`; a page full of bad links must not fill the memory.
REFUSED_MOST = 10_000


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on the allowed addresses of one resolution."""

    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host
        self._passed = 0
        self._refused: list[str] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if allowed(address.host, allow):
            self._passed += 1
            self._receiver.addressResolved(address)
        else:
            self._refused.append(address.host)

    def resolutionComplete(self) -> None:
        if self._refused and not self._passed and len(refused) < REFUSED_MOST:
            refused[self._host] = tuple(dict.fromkeys(self._refused))
        self._receiver.resolutionComplete()


class PublicResolver(CachingHostnameResolver):
    """Scrapy's caching resolver (IPv4 and IPv6) behind the filter."""

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        return super().resolveHostName(
            cast(IResolutionReceiver, _Filter(resolutionReceiver, hostName)),
            hostName,
            portNumber,
            addressTypes,
            transportSemantics,
        )
