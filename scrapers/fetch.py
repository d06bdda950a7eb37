"""One page outside a crawl (``dateline clean URL``, ``sources add``), under the crawl's own safety rules.

httpx with a network backend that resolves each host itself, refuses addresses that are not public
and connects to the very address it checked, on every hop of a redirect. Bodies are cut off at
:data:`BODY_MOST` while they stream, so a compressed bomb is never unpacked whole.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from scrapers.addresses import allowed
from scrapers.settings import DOWNLOAD_MAXSIZE, USER_AGENT
from warehouse.errors import SetAside, TryAgain

#: Seconds for one page, all hops together.
TOTAL_S = 30.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back: the last hop's address, status, headers (lower-case names) and decoded body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects only to addresses :func:`scrapers.addresses.allowed` lets through."""

    def __init__(self, allow: Collection[str]) -> None:
        self._allow = allow
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
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if allowed(address, self._allow):
                return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
        raise SetAside(
            f"its address {', '.join(addresses)} is not public",
            culprit=host,
            mend="Only public addresses are fetched; a source may allow others in [network] allow_addresses",
        )


def fetch(url: str, *, allow_addresses: Collection[str] = (), verify_tls: bool = True) -> Fetched:
    """GET one URL, following up to five redirects.

    Raises:
        SetAside: not http(s), a refused address, or a body over :data:`scrapers.settings.DOWNLOAD_MAXSIZE` bytes.
        TryAgain: the network or the server failed.
    """
    transport = httpx.HTTPTransport(verify=verify_tls, trust_env=False)
    transport._pool._network_backend = _GuardedBackend(allow_addresses)  # httpx offers no public way in
    deadline = time.monotonic() + TOTAL_S
    body = bytearray()
    try:
        with (
            httpx.Client(
                transport=transport,
                follow_redirects=True,
                max_redirects=5,
                timeout=10.0,
                trust_env=False,
                headers={"User-Agent": USER_AGENT},
            ) as client,
            client.stream("GET", url) as response,
        ):
            for chunk in response.iter_bytes(65536):
                body += chunk
                if len(body) > DOWNLOAD_MAXSIZE:
                    raise SetAside(f"the page is larger than {DOWNLOAD_MAXSIZE} bytes", culprit=url)
                if time.monotonic() > deadline:
                    raise TryAgain(f"the page took longer than {TOTAL_S:g} s", culprit=url)
            return Fetched(
                str(response.url),
                response.status_code,
                {k.lower(): v for k, v in response.headers.items()},
                bytes(body),
            )
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise SetAside(
            "not a web address", culprit=url, mend="Give one that begins with https:// or http://"
        ) from error
    except httpx.HTTPError as error:
        raise TryAgain(
            f"{type(error).__name__}: {error}", culprit=url, mend="Check the address, or try later"
        ) from error
