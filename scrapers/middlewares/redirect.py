"""Redirects whose target is held to what any link of a page is held to."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

from scrapers.urls import requestable


class RequestableRedirects(RedirectMiddleware):
    """Scrapy's middleware, but the next hop is a :func:`scrapers.urls.requestable` address or none.

    So user names and passwords in a ``Location`` reach neither a log nor a WARC, ``http://a@b/`` is a
    request to b, and what is too long or no web address ends the chain: the redirect itself is the answer.
    """

    def process_response(self, request: Request, response: Response, spider: object = None) -> Request | Response:
        try:
            found: Request | Response = super().process_response(request, response)
        except ValueError:  # http://[bad/
            return response
        if isinstance(found, Response):
            return found
        address = requestable(found.url)
        return response if address is None else found.replace(url=address)
