"""Decompression that neither guesses a charset nor unpacks a bomb."""

from __future__ import annotations

import zlib

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from scrapers.outcomes import BadEncoding, TooLarge


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware, but the decoded response is built anew instead of by ``Response.replace``.

    ``replace`` reads every attribute of the old response, its ``encoding`` too, and so guesses a charset
    from *compressed* bytes: about 40% of a crawl's CPU where servers name no charset. The decoded
    headers agree with the body (Content-Length), as the page store needs.
    """

    def process_response(self, request: Request, response: Response, spider: object = None) -> Request | Response:
        encodings = response.headers.getlist("Content-Encoding")
        if request.method == "HEAD" or not encodings or not response.body:
            return response
        most = request.meta.get("download_maxsize", self._max_size)
        try:
            body, kept = self._handle_encoding(response.body, encodings, most)
        except _DecompressionMaxSizeExceeded as error:
            raise TooLarge(f"unpacks to more than {most} bytes") from error
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise BadEncoding(f"not {b', '.join(encodings).decode('latin-1')}: {error}") from error
        except Exception as error:  # brotli's and zstd's own errors share no base class
            raise BadEncoding(f"{type(error).__name__}: {error}") from error
        headers = response.headers.copy()
        if kept:
            headers["Content-Encoding"] = kept
        else:
            del headers["Content-Encoding"]
        headers["Content-Length"] = str(len(body))
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        # a text type without an encoding argument finds it lazily, from the decoded bytes, if ever asked
        return (kind if issubclass(kind, TextResponse) else Response)(
            url=response.url,
            status=response.status,
            headers=headers,
            body=body,
            flags=response.flags,
            request=response.request,
            certificate=response.certificate,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )
