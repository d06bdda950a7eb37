"""RSS and Atom feeds."""

from __future__ import annotations

from collections.abc import Iterator

import scrapy
from scrapy.http import Response

from scrapers.discovery.feed import read_feed
from scrapers.discovery.listing import Discovered
from scrapers.spiders.base import ListingSpider


class FeedSpider(ListingSpider):
    """``scrapy crawl feed -a source=ID``: the stories of the source's feeds."""

    name = "feed"

    def listings(self) -> Iterator[scrapy.Request]:
        yield from super().listings()
        for url in self.outlet.feeds:
            if request := self.listing(url, self.read_feed):
                yield request

    def read_feed(self, response: Response) -> Iterator[Discovered | scrapy.Request]:
        """Stories of one feed.

        @declared feeds
        """
        listing = read_feed(response.body, response.url)
        self.broken(listing)
        yield from listing.stories
