"""Every route a source declares, in one crawl."""

from __future__ import annotations

from scrapers.spiders.feed import FeedSpider
from scrapers.spiders.section import SectionSpider
from scrapers.spiders.sitemap import SitemapSpider
from scrapers.spiders.wordpress import WordpressSpider


class SourceSpider(FeedSpider, SitemapSpider, SectionSpider, WordpressSpider):
    """``scrapy crawl source -a source=ID``: feeds, sitemaps, sections and WordPress, each story once."""

    name = "source"
