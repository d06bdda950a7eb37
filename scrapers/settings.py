"""Scrapy's settings: every default that differs from Scrapy's, with its reason.

A source's ``[politeness]`` and ``[network]`` override some of these for its own crawl
(:meth:`scrapers.spiders.base.ListingSpider.from_crawler`); ``-s NAME=VALUE`` overrides both.
"""

from __future__ import annotations

import os

BOT_NAME = "dateline"
SPIDER_MODULES = ["scrapers.spiders"]
NEWSPIDER_MODULE = "scrapers.spiders"
SPIDER_CONTRACTS = {"scrapers.contracts.DeclaredContract": 1}

#: Where a publisher can read about the crawl and reach who runs it. Set $DATELINE_CONTACT_URL to your own page.
CONTACT_URL = os.environ.get("DATELINE_CONTACT_URL") or "https://example.org/set-DATELINE_CONTACT_URL"
#: Honest: names the software, does not pose as a browser.
USER_AGENT = f"Dateline/0.1 (news archive; +{CONTACT_URL})"
#: The product token publishers write into robots.txt.
ROBOTSTXT_USER_AGENT = "Dateline"

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- what may be fetched, and from where
# file, ftp, s3 and data links in pages, feeds and sitemaps must lead nowhere
DOWNLOAD_HANDLERS = {
    "http": "scrapers.download.BoundedHandler",
    "https": "scrapers.download.BoundedHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
# only public addresses, on every hop (scrapers/resolver.py)
TWISTED_DNS_RESOLVER = "scrapers.resolver.PublicResolver"
NETWORK_ALLOW_ADDRESSES: list[str] = []
# a proxy connects where the resolver cannot see it
HTTPPROXY_ENABLED = False
# Scrapy's default accepts any certificate
DOWNLOAD_VERIFY_CERTIFICATES = True
# no remote doors into the crawler
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# no state between pages: news needs none, and consent walls set it
COOKIES_ENABLED = False
# a page's content must not send the crawler elsewhere, and reading it here would guess charsets
METAREFRESH_ENABLED = False
# where a link was found is nobody's business, and the address of a listing may carry its key
REFERRER_POLICY = "no-referrer"
# the longest honest chains (http, www, language, trailing slash, AMP) stay below
REDIRECT_MAX_TIMES = 6

# --- bounds
# news pages are 37 kB on average, 8 MiB is more than any story; what is longer is counted too_large
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# seconds for one exchange, connect to last byte: a slow drip must not hold a slot for minutes
DOWNLOAD_TIMEOUT = 30
# a body cut short is kept and counted `truncated`, rather than lost as an error
DOWNLOAD_FAIL_ON_DATALOSS = False
# sitemap indexes of indexes: two levels are in use, three are allowed
LISTING_DEPTH = 3
# listings followed from one index; of more, the newest are taken
LISTING_CHILDREN = 100
# listings of one crawl, declared and followed: a hundred children at each of three levels would be a million
LISTING_TOTAL = 2_000
# stories without a date taken from one sitemap: undated sitemaps list a site's whole past
LISTING_UNDATED = 500
# articles of one crawl, in all, from one host, and with one URL pattern found on section pages (calendar traps)
CAP_TOTAL = 20_000
CAP_HOST = 20_000
CAP_PATTERN = 500
# hosts of one crawl, those redirected to included: an outlet has a few, an aggregator dozens
CAP_HOSTS = 300
# a crawl of one source needs well under 200 MB; at 1 GB something is wrong, and stopping beats swapping
MEMUSAGE_LIMIT_MB = 1024
EXTENSIONS = {
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapers.extensions.memory.OwnMemoryUsage": 0,
    "scrapers.extensions.logs.HarmlessLog": 0,
}

# --- politeness
ROBOTSTXT_OBEY = True
CRAWL_DELAY_OBEY = True
# seconds: longer Crawl-delays are typing errors or a wish not to be crawled, which Disallow says
CRAWL_DELAY_MAX = 120.0
# one request at a time and a second between two: a source may say otherwise in [politeness]
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 2
# all hosts together; few stories leave their own host
CONCURRENT_REQUESTS = 16
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
# two more tries within the run; the frontier brings failures back on the next
RETRY_TIMES = 2
# a name that does not exist or an address refused now will be so in a second, too
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
]
# given up is no error of ours; the outcome tells it
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# seconds a host rests after 429/503 without Retry-After (doubled each time), the longest rest waited for,
# and the answers in a row after which a host is left alone for the run
REST_DEFAULT = 10.0
REST_MAX = 120.0
REST_BREAKER = 5

# --- how it is put together
# every status is an outcome of ours, none is dropped unseen
HTTPERROR_ALLOW_ALL = True
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapers.middlewares.robots.RobotsMiddleware": 100,
    # engine side of Retry (550), which makes again what Rest let pass
    "scrapers.middlewares.rest.RestMiddleware": 560,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapers.middlewares.compression.CompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapers.middlewares.redirect.RequestableRedirects": 600,
    # nearest to the downloader: sees every hop, and names a refused address before Retry sees the failure
    "scrapers.middlewares.guard.GuardMiddleware": 950,
}
# the frontier knows what was asked for; Scrapy's own filter would drop a re-check unseen
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Scrapy starts so many tasks for each response's output (100 by default); ours yield a few requests and no items
CONCURRENT_ITEMS = 1
# pages handed out by the frontier at a time, and pages or seconds between two flushes (fsyncs) of the page store
FRONTIER_BATCH = 64
FLUSH_PAGES = 100
FLUSH_SECONDS = 2.0

LOG_LEVEL = "INFO"
# the counts are reported by `dateline` and by Dagster; the dump repeats them for plain `scrapy crawl`
STATS_DUMP = True
