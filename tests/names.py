"""A name service the test controls, and the crawl's way to ask it: over a real socket, an answer a look-up."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Where the service listens: ``127.0.0.1:PORT``.
VARIABLE = "DATELINE_TEST_NAMES"

#: The real one, since a test may put :func:`lookup` in its place.
_REAL = socket.getaddrinfo


@contextmanager
def answering(answers: dict[str, list[list[str]]]) -> Iterator[tuple[str, Counter[str]]]:
    """Serve names: for each the addresses of its first look-up, of its second and so on; the last ones stay.
    ``*.a.test`` stands for every name right below ``a.test``.

    Gives the service's address and counts the look-ups of each name.
    """
    asked: Counter[str] = Counter()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as service:
        service.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, client = service.recvfrom(512)
                name = data.decode()
                if not name:
                    return
                rounds = answers.get(name) or answers.get("*." + name.partition(".")[2], [[]])
                asked[name] += 1
                service.sendto(json.dumps(rounds[min(asked[name], len(rounds)) - 1]).encode(), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = service.getsockname()[1]
        try:
            yield f"127.0.0.1:{port}", asked
        finally:
            service.sendto(b"", ("127.0.0.1", port))
            thread.join(5)


def lookup(host: str, port: Any, *arguments: Any, **named: Any) -> Any:
    """``socket.getaddrinfo``, but for names under ``.test``, which the service answers."""
    if not host.endswith(".test"):
        return _REAL(host, port, *arguments, **named)
    where, _, number = os.environ[VARIABLE].partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(host.encode(), (where, int(number)))
        found = json.loads(client.recv(4096))
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


if VARIABLE in os.environ:  # inside the crawl
    from twisted.internet._resolver import GAIResolver

    from scrapers.resolver import PublicResolver

    class LocalNames(PublicResolver):
        """The crawl's own resolver, over the test's name service."""

        def __init__(self, reactor: Any, cache_size: int) -> None:
            reactor.installNameResolver(GAIResolver(reactor, reactor.getThreadPool, lookup))
            super().__init__(reactor, cache_size)
