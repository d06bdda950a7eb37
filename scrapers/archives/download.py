"""A large file read over HTTP while it passes by: a connection that breaks is taken up again where it broke.

The address is made from the operator's own setting and names that were checked, so it may lie anywhere; no
redirect is followed. Nothing but the record being read is held.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import httpx

from scrapers.answers import retry_after
from warehouse.errors import SetAside, TryAgain

#: Tries in a row that bring not one byte, before the file is left for the next run.
TRIES: Final = 6
#: Longest wait between two of them (seconds); where the server asks for longer, that is for the next run.
WAIT_MOST_S: Final = 300.0
#: Bytes held at most, from where the record being read begins: no page is longer, and a download that is nothing but
#: one record must not fill the memory.
HELD_MOST: Final = 256 * 1024 * 1024

#: Seconds to connect, and without a single byte.
TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)

_PASSING: Final = (408, 425, 429)


class Download:
    """A remote file as :class:`scrapers.archives.records.Bytes`; a context manager.

    Args:
        start: position to begin at (bytes).
        pause_s: wait before the second try, doubled for each further one; a server's Retry-After outranks it.
    """

    def __init__(self, client: httpx.Client, url: str, start: int = 0, *, pause_s: float = 2.0) -> None:
        self.url = url
        self.size: int | None = None
        self._client = client
        self._pause_s = pause_s
        self._held = bytearray()
        self._from = start  # position of the first byte held
        self._etag: str | None = None
        self._response: httpx.Response | None = None
        self._chunks: Iterator[bytes] = iter(())
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from start to end; fewer at the end of the file.

        Raises:
            TryAgain: the server does not answer, or breaks off again and again.
            SetAside: it has no such file, or the file changed meanwhile.
        """
        while self._position < end and not self._ended:
            self._more()
        with memoryview(self._held) as held:  # a slice of the array itself would be copied a second time
            return bytes(held[max(0, start - self._from) : max(0, end - self._from)])

    def some(self, start: int, most: int) -> bytes:
        """Bytes from start on, as many as have come; none only at the end of the file.

        Raises:
            TryAgain, SetAside: as :meth:`slice`.
        """
        return self.slice(start, max(start + 1, min(start + most, self._position)))

    def find(self, needle: bytes, start: int, end: int | None = None) -> int:
        """Where the needle first stands at or behind start (and before end); -1 if it does not.

        Raises:
            TryAgain, SetAside: as :meth:`slice`.
        """
        searched = start
        while True:
            stop = len(self._held) if end is None else end - self._from
            found = self._held.find(needle, max(0, searched - self._from), max(0, stop))
            if found >= 0:
                return found + self._from
            if self._ended or (end is not None and self._position >= end):
                return -1
            searched = max(start, self._position - len(needle) + 1)
            self._more()

    def release(self, position: int) -> None:
        """Let go of what lies before a position."""
        gone = min(max(0, position - self._from), len(self._held))
        del self._held[:gone]
        self._from += gone

    @property
    def _position(self) -> int:
        return self._from + len(self._held)

    def _more(self) -> None:
        """Receive some bytes, over a new connection if need be; or find that there are none."""
        if len(self._held) > HELD_MOST:
            raise SetAside(
                f"more than {HELD_MOST} bytes at {self._from} are one record",
                culprit=self.url,
                mend="Look at the file; the others are read",
            )
        trouble, wait = "", 0.0
        for attempt in range(TRIES):
            if wait > WAIT_MOST_S:
                raise TryAgain(
                    f"asked to be left alone for {wait / 60:.0f} minutes: {trouble}",
                    culprit=self.url,
                    mend="Run this again then: what has been read is kept",
                )
            if attempt:
                time.sleep(min(WAIT_MOST_S, max(wait, self._pause_s * 2 ** (attempt - 1))))
            try:
                if self._response is None and not self._connect():
                    return
                chunk = next(self._chunks, b"")
            except httpx.TransportError as error:
                self._hang_up()
                trouble, wait = f"{type(error).__name__}: {error}", 0.0
                continue
            except _Busy as busy:
                self._hang_up()
                trouble, wait = str(busy), busy.wait_s
                continue
            if chunk:
                self._held += chunk
                return
            self._hang_up()
            if self.size is None or self._position >= self.size:
                self._ended = True
                return
            trouble, wait = f"it ended after {self._position} of {self.size} bytes", 0.0
        raise TryAgain(
            f"gave no further byte at {self._position} in {TRIES} tries: {trouble}",
            culprit=self.url,
            mend="Run it again later: it goes on there",
        )

    def _connect(self) -> bool:
        """Ask for the file from here on. False: the file ends here."""
        position = self._position
        headers = {"Accept-Encoding": "identity"}
        if position:
            headers["Range"] = f"bytes={position}-"
            if self._etag:
                headers["If-Range"] = self._etag
        request = self._client.build_request("GET", self.url, headers=headers, timeout=TIMEOUT)
        response = self._client.send(request, stream=True, follow_redirects=False)
        self._response = response
        status = response.status_code
        if status == 416:
            self._hang_up()
            self._ended = True
            return False
        if status in _PASSING or status >= 500:
            asked = retry_after(response.headers.get("retry-after", "").encode("latin-1", "replace"), datetime.now(UTC))
            raise _Busy(f"the server answered {status}", asked or 0.0)
        if status not in (200, 206):
            self._hang_up()
            raise SetAside(f"the server answered {status}", culprit=self.url, mend="Check the archive's address")
        etag = response.headers.get("etag")
        if self._etag and etag and etag != self._etag:
            self._hang_up()
            raise SetAside("it changed while it was read", culprit=self.url, mend="Run it again")
        self._etag = etag
        begins = _begins(response) if status == 206 else 0
        if begins > position:
            raise _Busy(f"the server went on at byte {begins}, not at {position}", 0.0)
        length = response.headers.get("content-length", "")
        self.size = begins + int(length) if length.isdigit() else self.size
        self._chunks = _behind(response.iter_raw(), position - begins)
        return True

    def _hang_up(self) -> None:
        if self._response is not None:
            with suppress(httpx.HTTPError, RuntimeError):
                self._response.close()
        self._response, self._chunks = None, iter(())


class _Busy(Exception):
    """An answer after which the same request is worth making again, in ``wait_s`` seconds."""

    def __init__(self, why: str, wait_s: float) -> None:
        super().__init__(why)
        self.wait_s = wait_s


def _begins(response: httpx.Response) -> int:
    """The position at which a partial answer begins: ``Content-Range: bytes 100-199/1000``."""
    given = response.headers.get("content-range", "").removeprefix("bytes").strip().partition("-")[0]
    return int(given) if given.isdigit() else 0


def _behind(chunks: Iterator[bytes], skip: int) -> Iterator[bytes]:
    """The chunks behind so many bytes, which a server that knows no ranges sends again."""
    for chunk in chunks:
        kept = chunk[skip:] if skip else chunk
        skip = max(0, skip - len(chunk))
        if kept:
            yield kept
