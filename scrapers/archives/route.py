"""What an archive route is, and what travels between it and :func:`scrapers.archives.fill`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol, runtime_checkable

from scrapers.pagestore import Packed
from scrapers.source import Source
from warehouse.errors import SetAside
from warehouse.vocabulary import Via


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of an archive that is walked on its own: a WARC file, or what a source has of a month.

    ``name`` and ``version`` say which piece, in which state of it: what was finished under both is not walked
    again. ``sources``: the ids of those whose captures are looked for in it. ``first`` and ``last``: the UTC days
    whose captures are taken, both included; None: whatever day it holds. ``size``: bytes to be read for
    it, as far as that is known beforehand. ``missing``: why it cannot be walked, where that is known beforehand: the
    route's ``walk`` raises it.
    """

    name: str
    sources: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    version: str = ""
    size: int | None = None
    missing: SetAside | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A capture as the archive's listing tells it; nothing of its body has been read.

    ``captured_at`` carries a time zone. ``status`` and ``mime`` are those of the captured answer, None where the
    listing does not say. ``digest`` is the archive's own, in its own spelling. ``size``: bytes that reading it
    costs. ``place`` says where it lies, for people (``file.warc.gz@1234``). ``mark``: walking on ``after`` it goes
    on behind this capture. ``walked``: how many bytes of :attr:`Part.size` are dealt with then. ``within``: the
    route's own handle for reading it.
    """

    url: str
    captured_at: datetime
    place: str
    mark: str
    status: int | None = None
    mime: str | None = None
    digest: str | None = None
    size: int | None = None
    walked: int | None = None
    within: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A stretch of an archive of which not even a listing can be had: what it was, where, and why.

    ``records``: how many records that is, where an index tells; else None.
    """

    place: str
    mark: str
    why: str
    records: int | None = None
    walked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a walk is, where it went long without a capture to tell: a point to go on from."""

    mark: str
    walked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A capture read: the response as the site gave it, free of transfer-encoding (``chunked``).

    ``headers`` are the site's own, not the archive's. ``body`` may be content-encoded if they say so. ``truncated``:
    why less came than was captured or announced. ``record``: the WARC record that it was read from, if it was.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    truncated: str | None = None
    record: Packed | None = None


#: The outcome of a capture that repeats a body which is in none of the parts.
NO_ORIGINAL: Final = "error:no_original"


class Missed(Exception):
    """A listed capture that did not come. ``outcome`` is what it is counted as (``error:corrupt``,
    ``error:no_original`` ...); whether it is asked for again is :func:`scrapers.answers.may_pass`'s to say."""

    def __init__(self, outcome: str, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome


@runtime_checkable
class Weighs(Protocol):
    """A route that can say how large a part is where :attr:`Part.size` does not; it costs a request each."""

    def weigh(self, part: Part) -> int | None:
        """The size of a part in bytes; None if it cannot be told."""
        ...


@runtime_checkable
class Repeats(Protocol):
    """A route whose captures may repeat a body that lies in another part: one that had :data:`NO_ORIGINAL` is walked
    again when that part has come."""

    via: Via

    def again(self, name: str, beside: Part) -> Part | None:
        """A part walked before, as it is now, for the span of one that is asked for; None if it is gone."""
        ...

    def resolved(self, part: Part, sources: Sequence[Source]) -> Iterator[Found]:
        """The captures of a part whose body can be found now."""
        ...


class Route(Protocol):
    """A way into an archive. Nothing is fetched before :meth:`parts`.

    ``lists``: whether walking reads listings alone, so that a dry run may walk; False where the walk itself is
    the download (CC-NEWS has no index).
    ``shared``: whether a walk for one source might as well be for all, since every part holds pages of all of them.
    ``days_after``: how many days past the span asked for its captures may lie.
    ``at_once``: how many captures may be read at the same time, by threads, while the walk goes on; 1: each before
    the next one is asked for.
    """

    via: Via
    lists: bool
    shared: bool
    days_after: int
    at_once: int

    def parts(self, sources: Sequence[Source], first: date, last: date) -> list[Part]:
        """What must be walked for these sources and UTC days, cheaply: names and sizes, in a fixed order.

        Raises:
            TryAgain, SetAside, SettingError: the archive cannot be asked.
        """
        ...

    def walk(self, part: Part, sources: Sequence[Source], after: str | None) -> Iterator[Found | Lost | Reached]:
        """The captures of a part, in a fixed order; ``after`` a mark, those behind it (a few before it may come
        again: what is held is passed over). The route leaves out whatever it can tell to be none of these
        sources' (:class:`scrapers.archives.captures.Owners`) before it does anything costly.

        Raises:
            TryAgain, SetAside: the listing broke off; what came before counts, and the next run goes on there.
        """
        ...

    def read(self, found: Found) -> Answer:
        """One capture just yielded by :meth:`walk` (see ``at_once``).

        Raises:
            Missed: this one did not come; the others may.
            TryAgain, SetAside: the archive does not answer at all; the walk ends here.
        """
        ...

    def close(self) -> None:
        """Let files and connections go; a second call does nothing."""
        ...
