"""The WordPress REST API."""

from __future__ import annotations

from collections.abc import Iterator

import scrapy
from scrapy.http import Response

from scrapers.discovery.listing import Discovered
from scrapers.discovery.wordpress import posts_url, read_posts
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
        return self.listing(url, self.read_posts, via="wordpress", parent=parent)

    def declared(self, key: str) -> str | None:
        root = self.source.wordpress if self.source else None
        return posts_url(root) if key == "wordpress" and root else super().declared(key)

    def read_posts(self, response: Response) -> Iterator[Discovered | scrapy.Request]:
        """Posts of one page; the first page asks for the others.

        @declared wordpress
        """
        total = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
        listing = read_posts(response.body, response.url, total)
        self.broken(listing)
        yield from listing.stories
        root = self.outlet.wordpress
        first = response.meta["asked"].depth == 0 if "asked" in response.meta else False
        if root and first:
            for number in range(2, listing.pages + 1):
                if request := self._page(root, number, response):
                    yield request
