"""Content codings undone within bounds: gzip, deflate, br and zstd, each told from a stream that breaks off.

The usual decoders give what came of half a stream and say nothing (Scrapy's, fastwarc's; measured), and half a page may
lack the figures.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import brotli
from zlib_ng import zlib_ng

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Codings on top of each other that are undone; servers that mean it use one, or by mistake two. As curl has it.
DEEPEST: Final = 5

#: Streams behind one another in one body (members of gzip, frames of zstd); servers that flush so write a few.
STREAMS_MOST: Final = 1_000

#: How documents end, in so many last bytes (caches write a comment behind it): some servers never end their streams,
#: and where this has come nothing is missing.
_ENDS: Final = re.compile(rb"(?i)</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>")
_TAIL: Final = 1_000

#: Bytes that no text has, but in UTF-16; and how that begins, gzip, zstd and the kinds of files that sites serve.
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKED: Final = re.compile(
    rb"\xff\xfe|\xfe\xff|<\x00|\x00<|\x1f\x8b|\x28\xb5\x2f\xfd|%PDF|\x89PNG|GIF8|\xff\xd8\xff|PK\x03\x04"
)

_PIECE: Final = 64 * 1024
_SMALL: Final = 512
#: zlib-ng's stub takes its exception class for an exception.
_ERRORS: Final = (cast(type[Exception], zlib_ng.error), brotli.error, zstd.ZstdError, ValueError)


class TooLong(ValueError):
    """The body unpacks to more than it may."""


class NotCoded(ValueError):
    """The body is not in that coding."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A body without its coding; ``cut``: its stream broke off, or was damaged, and this is what came of it."""

    body: bytes
    cut: bool


class _Brotli:
    """A brotli stream with the methods that zlib's and zstd's have."""

    unused_data = b""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._engine.is_finished())

    def decompress(self, piece: bytes, most: int) -> bytes:
        plain = bytearray(self._engine.process(piece, output_buffer_limit=most))
        while len(plain) < most and not self.eof and not self._engine.can_accept_more_data():
            plain += self._engine.process(b"", output_buffer_limit=most - len(plain))
        return bytes(plain)


def _zstd() -> Any:
    # 8 MiB, as HTTP bounds it (RFC 9659): a frame may ask for gigabytes
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})


#: Coding -> how to begin a stream of it, tried in turn, and what a further stream begins with (None: there is none).
#: Some servers send deflate without the zlib header it should have.
_CODINGS: Final[dict[str, tuple[tuple[Callable[[], Any], ...], bytes | None]]] = {
    "gzip": ((partial(zlib_ng.decompressobj, wbits=31),), b"\x1f\x8b\x08"),
    "x-gzip": ((partial(zlib_ng.decompressobj, wbits=31),), b"\x1f\x8b\x08"),
    "deflate": ((partial(zlib_ng.decompressobj, wbits=15), partial(zlib_ng.decompressobj, wbits=-15)), None),
    "br": ((_Brotli,), None),
    "zstd": ((_zstd,), b"\x28\xb5\x2f\xfd"),
}

#: The codings that :func:`undone` knows.
KNOWN: Final = frozenset(_CODINGS)


def named(values: Iterable[str]) -> list[str]:
    """The codings that ``Content-Encoding`` headers name, in the order in which they were applied."""
    names = [name.strip().lower() for value in values for name in value.split(",")]
    return [name for name in names if name not in ("", "identity")]


def undone(body: bytes, coding: str, most: int) -> Plain:
    """A body without one coding of :data:`KNOWN`.

    Args:
        most: bytes it may unpack to.

    Raises:
        NotCoded: it is not in that coding.
        TooLong: it unpacks to more.
    """
    begins, further = _CODINGS[coding]
    for pieces in (_PIECE, _SMALL):  # what came before damage is lost with the piece
        for number, begin in enumerate(begins, 1):
            try:
                return _streams(body, begin, further, most, pieces)
            except NotCoded:
                if number == len(begins) and not _is_packed(body, further):
                    raise
    return Plain(b"", cut=True)


def _is_packed(body: bytes, mark: bytes | None) -> bool:
    """Whether a body that cannot be unpacked is a damaged stream all the same: streams of br and deflate have no mark
    that tells them from what was never packed."""
    if mark is not None:
        return body.startswith(mark)
    return _CONTROLS.search(body, 0, _SMALL) is not None and not _MARKED.match(body)


def _streams(body: bytes, begin: Callable[[], Any], further: bytes | None, most: int, pieces: int) -> Plain:
    parts: list[bytes] = []
    size = position = 0
    for _ in range(STREAMS_MOST):
        engine = begin()
        while not engine.eof:
            piece = body[position : position + pieces]
            if not piece:
                plain = b"".join(parts)
                return Plain(plain, cut=not (_lacks_but_its_sum(engine) or _ENDS.search(plain[-_TAIL:])))
            try:
                plain = engine.decompress(piece, most + 1 - size)
            except _ERRORS as error:
                if not size:
                    raise NotCoded(f"{type(error).__name__}: {error}"[:200]) from error
                return Plain(b"".join(parts), cut=True)
            position += len(piece)
            size += len(plain)
            parts.append(plain)
            if size > most:
                raise TooLong(f"unpacks to more than {most} bytes")
        position -= len(engine.unused_data)
        if further is None or not body.startswith(further, position):  # what else stands behind a stream is padding
            return Plain(b"".join(parts), cut=False)
    return Plain(b"".join(parts), cut=True)


def _lacks_but_its_sum(engine: Any) -> bool:
    """Whether a gzip or zlib stream without an end has all its data and lacks the checksum alone, which some servers
    leave out: then what is fed next is compared with it."""
    try:
        engine.decompress(bytes(8), 1)
    except _ERRORS as error:
        return "incorrect data check" in str(error) or "incorrect length check" in str(error)
    return bool(engine.eof)
