"""The WordPress REST API."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import scrapy
from scrapy.http import Response

from scrapers.discovery.listing import Discovered
from scrapers.discovery.wordpress import MOST_PAGES, posts_url, read_posts
from scrapers.spiders.base import ListingSpider


class WordpressSpider(ListingSpider):
    """``scrapy crawl wordpress -a source=ID``: the posts of the source's WordPress, whose pages are then fetched."""

    name = "wordpress"

    def listings(self) -> Iterator[scrapy.Request]:
        yield from super().listings()
        if (root := self.outlet.wordpress) and (request := self._page(root, 1)):
            yield request

    def _page(self, root: str, number: int, parent: Response | None = None) -> scrapy.Request | None:
        url = posts_url(root, after=self.oldest, before=self.until, page=number)
        read = partial(self.read_posts, number=number)
        return self.listing(url, read, via="wordpress", parent=parent, deeper=0)

    def declared(self, key: str) -> str | None:
        root = self.source.wordpress if self.source else None
        return posts_url(root) if key == "wordpress" and root else super().declared(key)

    def read_posts(self, response: Response, number: int = 1) -> Iterator[Discovered | scrapy.Request]:
        """Posts of one page; the first page asks for the others, or, where it does not say how many there are, each
        full one for the next.

        @declared wordpress
        """
        total = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
        listing = read_posts(response.body, response.url, total)
        self.broken(listing)
        yield from listing.stories
        root = self.outlet.wordpress
        if root is None or "asked" not in response.meta:  # `scrapy check` reads one page alone
            return
        if listing.pages is None:
            further = range(number + 1, min(number + 1, MOST_PAGES) + 1)
        else:
            further = range(2, listing.pages + 1) if number == 1 else range(0)
        for following in further:
            if request := self._page(root, following, response):
                yield request
