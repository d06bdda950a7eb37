"""What became of a request: the one place that turns responses and failures into outcome names.

Stats (stable names; people alert on them):
``outcome_count/<outcome>`` one for every listing and article URL asked for;
``request_count/<purpose>`` the same, by purpose: both sums are equal at the end of a crawl that finished;
``discovery/found``, ``/new``, ``/broken``, ``/outside_window``, ``/undated``, ``/denied``, ``/offsite``, ``/capped``;
``robotstxt/…``, ``retry/…`` and ``downloader/…`` are Scrapy's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.python.failure import Failure

from scrapers.answers import in_part

#: Statuses with which a server turns a crawler away, rather than fails.
BLOCKING = frozenset({401, 402, 403, 407, 429, 451})

#: A bot challenge says so in this header (Cloudflare) whatever its status.
CHALLENGE_HEADER = "cf-mitigated"

#: Redirects that are meant to last; a chain of these alone says that a page has moved.
PERMANENT = frozenset({301, 308})


class Refused(IgnoreRequest):
    """A request this crawl does not make; ``outcome`` is what it is counted as."""

    outcome = "error:other"


class AddressRefused(Refused):
    """The host's address is not public and the source does not allow it."""

    outcome = "error:address"


class TooManyHosts(Refused):
    """The crawl has been led to more hosts than it visits."""

    outcome = "error:hosts"


class SchemeRefused(Refused):
    """Neither http nor https."""

    outcome = "error:scheme"


class RobotsDenied(Refused):
    """robots.txt forbids it, or could not be had; then ``outcome`` is what kept it from us."""

    def __init__(self, why: str, outcome: str = "robots_denied") -> None:
        super().__init__(why)
        self.outcome = outcome


class HostResting(Refused):
    """The host asked for a rest longer than a crawl waits, or keeps failing."""

    outcome = "error:host_resting"


class TooLarge(Refused):
    """The body is, or unpacks to, more than DOWNLOAD_MAXSIZE."""

    outcome = "too_large"


class BadEncoding(Refused):
    """The body is not what its Content-Encoding says."""

    outcome = "error:encoding"


def of_response(response: Response) -> tuple[str, str | None]:
    """Outcome and explanation (None for ``ok`` and ``not_modified``) of a response as it came."""
    status = response.status
    if response.headers.get(CHALLENGE_HEADER) is not None or status in BLOCKING:
        return "blocked", f"the server answered {status}"
    if status == 304:
        return "not_modified", None
    if 200 <= status < 300:
        if "dataloss" in response.flags:
            return "truncated", f"the body ended after {len(response.body)} bytes, short of what was announced"
        if in_part(status, (response.headers.get("Content-Range") or b"").decode("latin-1")):
            return "truncated", "the server gave a part of the body (206)"
        return "ok", None
    if 300 <= status < 400:
        target = (response.headers.get("Location") or b"").decode("latin-1")[:200]
        if target and ":" in target.partition("/")[0] and not target.lower().startswith(("http:", "https:")):
            return "error:scheme", f"redirected to {target}, which is neither http nor https"
        return "error:redirect", f"the server answered {status} with no usable Location"
    return f"error:http_{status}", f"the server answered {status}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and everything it was raised from, the failures Twisted packs into lists included."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__]
        waiting += [reason.value for reason in getattr(found, "reasons", None) or () if isinstance(reason, Failure)]


def refusal(error: BaseException) -> Refused | None:
    """The refusal of ours behind a failure, if there is one."""
    return next((cause for cause in _causes(error) if isinstance(cause, Refused)), None)


def of_exception(error: BaseException) -> tuple[str, str]:
    """Outcome and explanation of a request that brought no response."""
    said = f"{type(error).__name__}: {error}"[:500]
    causes = list(_causes(error))
    if (why := refusal(error)) is not None:
        return why.outcome, str(why)[:500]
    if any(isinstance(cause, SSL.Error | VerificationError) for cause in causes):
        details = next(cause for cause in causes if isinstance(cause, SSL.Error | VerificationError))
        return "error:tls", f"{type(details).__name__}: {details}"[:500]
    if isinstance(error, CannotResolveHostError):
        return "error:dns", said
    if isinstance(error, DownloadTimeoutError):
        return "error:timeout", said
    if isinstance(error, DownloadCancelledError):  # Scrapy's way of saying DOWNLOAD_MAXSIZE
        return "too_large", said
    if isinstance(error, UnsupportedURLSchemeError):
        return "error:scheme", said
    if isinstance(error, ResponseDataLossError):
        return "truncated", said
    if isinstance(error, IgnoreRequest) and "redirection" in str(error):
        return "error:redirect", said
    connection = DownloadConnectionRefusedError | DownloadFailedError | ConnectError | ConnectionClosed | OSError
    if isinstance(error, connection):
        return "error:connection", said
    return "error:other", said
