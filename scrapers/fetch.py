"""One page outside a crawl (``dateline clean URL``, ``sources add``), under the crawl's own safety rules.

httpx with a network backend that resolves each host itself, refuses addresses that are not public
and connects to the very address it checked, on every hop of a redirect; and whose every read ends at
one deadline, so that nothing, not even headers that drip, outlasts it. Bodies are cut off at
:data:`scrapers.settings.DOWNLOAD_MAXSIZE` while they stream, so a compressed bomb is never unpacked whole.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from scrapers.addresses import allowed
from scrapers.settings import DOWNLOAD_MAXSIZE, USER_AGENT
from scrapers.timed import Deadline, TimedStream
from scrapers.urls import requestable, without_secrets
from warehouse.errors import SetAside, TryAgain

#: Seconds for one page, all hops together (name look-ups apart: those end when the resolver gives up).
TOTAL_S = 30.0

#: Seconds for one step: to connect, to send, to receive the next bytes.
STEP_S = 10.0

#: Redirects followed for one page.
REDIRECTS = 5

#: Content encodings taken: asked for, and bounded in how much one network read can unpack to (about 1,000
#: times). Others, and encodings within encodings, are refused.
ENCODINGS = frozenset({"gzip", "deflate", "identity", ""})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the last hop's address, status, headers (lower-case names) and decoded body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects only to addresses :func:`scrapers.addresses.allowed` lets through."""

    def __init__(self, allow: Collection[str], deadline: Deadline) -> None:
        self._allow = allow
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for a name
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if allowed(address, self._allow):
                stream = self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
                return TimedStream(stream, self._deadline)
        raise SetAside(
            f"its address {', '.join(addresses)} is not public",
            culprit=host,
            mend="Only public addresses are fetched; a source may allow others in [network] allow_addresses "
            "(sources add: --allow-address)",
        )


def fetch(
    url: str, *, allow_addresses: Collection[str] = (), verify_tls: bool = True, redirects: int = REDIRECTS
) -> Fetched:
    """GET one URL, following up to ``redirects`` redirects; with 0, one comes back as it is.

    Raises:
        SetAside: not http(s), a refused address, a refused content encoding, or a body over
            :data:`scrapers.settings.DOWNLOAD_MAXSIZE` bytes.
        TryAgain: the network or the server failed, or took longer than :data:`TOTAL_S`.
    """
    address, shown = requestable(url), without_secrets(url)
    if address is None:
        raise _no_address(url)
    transport = httpx.HTTPTransport(verify=verify_tls, trust_env=False)
    # httpx offers no public way in
    transport._pool._network_backend = _GuardedBackend(allow_addresses, Deadline(TOTAL_S))
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
    body = bytearray()
    try:
        with (
            httpx.Client(
                transport=transport,
                follow_redirects=redirects > 0,
                max_redirects=redirects,
                timeout=STEP_S,
                trust_env=False,
                headers=headers,
                auth=httpx.Auth(),  # none: httpx would take a user name and password from a redirect's address
            ) as client,
            client.stream("GET", address) as response,
        ):
            encoding = response.headers.get("content-encoding", "").strip().lower()
            if encoding not in ENCODINGS:
                raise SetAside(
                    f"is encoded as {encoding[:40]!r}, which was not asked for", culprit=shown, mend="Look at the site"
                )
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > DOWNLOAD_MAXSIZE:
                    raise SetAside(
                        f"is larger than {DOWNLOAD_MAXSIZE} bytes", culprit=shown, mend="Give a page, not a download"
                    )
            return Fetched(
                requestable(str(response.url)) or address,
                response.status_code,
                {k.lower(): v for k, v in response.headers.items()},
                bytes(body),
            )
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise _no_address(url) from error
    except httpx.HTTPError as error:
        raise TryAgain(
            f"{type(error).__name__}: {error}", culprit=shown, mend="Check the address, or try later"
        ) from error


def _no_address(url: str) -> SetAside:
    return SetAside(
        "not a web address, or it leads to none",
        culprit=repr(without_secrets(url)),
        mend="Give one that begins with https:// or http://",
    )
