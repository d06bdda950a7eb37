"""News sitemaps, sitemaps and their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import scrapy
from scrapy.http import Response

from scrapers.discovery.listing import Discovered
from scrapers.discovery.sitemap import may_hold, read_sitemap
from scrapers.spiders.base import ListingSpider

_NEVER = datetime.min.replace(tzinfo=UTC)


class SitemapSpider(ListingSpider):
    """``scrapy crawl sitemap -a source=ID``: the stories of the source's sitemaps."""

    name = "sitemap"

    def listings(self) -> Iterator[scrapy.Request]:
        yield from super().listings()
        for url in self.outlet.sitemaps:
            if request := self.listing(url, self.read_sitemap, via="sitemap"):
                yield request

    def read_sitemap(self, response: Response) -> Iterator[Discovered | scrapy.Request]:
        """Stories of one sitemap; of an index, the sitemaps that may hold stories of the time asked for.

        @declared sitemaps
        """
        listing = read_sitemap(response.body, response.url)
        self.broken(listing)
        yield from listing.stories
        wanted = [child for child in listing.children if may_hold(child, self.oldest, self.until)]
        wanted.sort(key=lambda child: child.modified_at or _NEVER, reverse=True)
        most = self.settings.getint("LISTING_CHILDREN")
        self.count("discovery/listings_left_out", len(listing.children) - len(wanted[:most]))
        follow = partial(self.listing, read=self.read_sitemap, via="sitemap", parent=response)
        for child in wanted[:most]:
            if self.outlet.own(child.url) and (request := follow(child.url)):
                yield request
