"""Front pages and sections."""

from __future__ import annotations

from collections.abc import Iterator

import scrapy
from scrapy.http import Response

from scrapers.discovery.listing import Discovered
from scrapers.discovery.section import read_section
from scrapers.spiders.base import ListingSpider


class SectionSpider(ListingSpider):
    """``scrapy crawl section -a source=ID``: the story links on the source's section pages.

    Links carry no date, so a backfill (``since``) leaves them out.
    """

    name = "section"

    def listings(self) -> Iterator[scrapy.Request]:
        yield from super().listings()
        if self.since or self.until:
            return
        for url in self.outlet.sections:
            if request := self.listing(url, self.read_section, by_pattern=True):
                yield request

    def read_section(self, response: Response) -> Iterator[Discovered | scrapy.Request]:
        """Story links of one page.

        @declared sections
        """
        yield from read_section(response.body, response.url, self.outlet.domains).stories
