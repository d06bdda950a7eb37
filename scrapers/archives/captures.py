"""What a capture is to us: whose story it can be, under which name and day, and how the page store takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit

from courlan.filters import extension_filter, is_not_crawlable, type_filter

from scrapers.answers import in_part
from scrapers.archives.route import Answer, Found, Missed, Part
from scrapers.codings import DEEPEST, KNOWN, NotCoded, TooLong, named, undone
from scrapers.pagestore import Exchange, clean_url
from scrapers.reservations import reservations
from scrapers.settings import DOWNLOAD_MAXSIZE
from scrapers.source import Source
from scrapers.urls import canonical, host_of, requestable
from warehouse.vocabulary import Via

#: Headers that name codings of the body, in the order in which those were applied.
_CODED: Final = ("content-encoding", "transfer-encoding")

#: Media types of captures that can be articles.
_HTML: Final = ("text/html", "application/xhtml+xml")


class Owners:
    """Whose a URL is, among any number of sources, by a look for each label of its host: it is asked for every record
    of an archive."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._by_domain: dict[str, list[Source]] = {}
        self._ports = {source.id: _port(source.home) for source in sources}
        for source in sources:
            for domain in set(source.domains):
                self._by_domain.setdefault(domain, []).append(source)

    def of(self, url: str) -> list[Source]:
        """The sources on one of whose hosts a URL is and, where their home names a port, on that port."""
        near: dict[str, Source] = {}
        host = host_of(url)
        while host:
            near |= {source.id: source for source in self._by_domain.get(host, ())}
            host = host.partition(".")[2]
        return [source for source in near.values() if (port := self._ports[source.id]) is None or _port(url) == port]


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def passed_over(source: Source, url: str, status: int | None, mime: str | None, day: date) -> str | None:
    """Why a capture cannot be a story of the source, or None: ``status``, ``type``, ``address``, ``denied``,
    ``no_story`` (the home page, a picture, a script). Section pages pass: cleaning tells them."""
    if status is not None and not 200 <= status < 300:
        return "status"
    if mime and mime.partition(";")[0].strip().lower() not in (*_HTML, "warc/revisit", "unk", "-"):
        return "type"
    if requestable(url) is None:
        return "address"
    if not source.on(day).wanted(url):
        return "denied"
    path = url.partition("://")[2].partition("/")[2]
    if not path or is_not_crawlable(url) or not type_filter(url) or not extension_filter("/" + path.partition("?")[0]):
        return "no_story"
    return None


def takers(found: Found, owners: Owners, part: Part) -> Iterator[tuple[Source, str | None]]:
    """The sources a capture is of, each with ``passed_over/…`` where it cannot be a story of theirs."""
    day = day_of(found)
    if (part.first and day < part.first) or (part.last and day > part.last):
        return
    for source in owners.of(found.url):
        why = passed_over(source, found.url, found.status, found.mime, day)
        yield source, f"passed_over/{why}" if why else None


def moment_of(found: Found) -> datetime:
    return found.captured_at.astimezone(UTC)


def day_of(found: Found) -> date:
    return moment_of(found).date()


def name_of(found: Found) -> str:
    return clean_url(canonical(found.url))


def exchange_of(found: Found, answer: Answer | Missed | None, via: Via) -> Exchange:
    """A capture, or the reason there is none, as the page store takes it."""
    outcome, error, came = "ok", None, None
    headers: list[tuple[str, str]] = []
    body = b""
    if isinstance(answer, Missed):
        outcome, error = answer.outcome, str(answer)
    elif answer is not None:
        try:
            headers, body, cut = _plain(answer)
        except TooLong:
            outcome, error = "too_large", f"the body is, or unpacks to, more than {DOWNLOAD_MAXSIZE} bytes"
        except NotCoded as problem:
            outcome, error = "error:encoding", str(problem)
        else:
            came = answer
            if cut := answer.truncated or cut:
                outcome, error = "truncated", cut
    url = requestable(found.url) or found.url
    return Exchange(
        url=url,
        canonical_url=canonical(url),
        purpose="article",
        via=via,
        fetched_at=moment_of(found),
        status=came.status if came else None,
        response_headers=headers,
        body=body,
        outcome=outcome,
        error=error,
        discovered_from=found.place,
        reservations=reservations(headers, body),
        record=came.record if came and outcome == "ok" else None,
    )


def _plain(answer: Answer) -> tuple[list[tuple[str, str]], bytes, str | None]:
    """Headers and body free of the codings known, and why the body is not all of it.

    What was not packed as its headers say was unpacked by the archive, which left them.

    Raises:
        TooLong: it is, or unpacks to, more than :data:`scrapers.settings.DOWNLOAD_MAXSIZE`.
        NotCoded: its headers name more codings than anybody means.
    """
    told = {name: [value for key, value in answer.headers if key.lower() == name] for name in _CODED}
    codings = [one for name in _CODED for one in named(told[name]) if one != "chunked"]
    if len(codings) > DEEPEST:
        raise NotCoded(f"more than {DEEPEST} codings on top of each other")
    body, cut = answer.body, None
    while body and codings and codings[-1] in KNOWN:
        with suppress(NotCoded):
            plain = undone(body, codings.pop(), DOWNLOAD_MAXSIZE)
            body = plain.body
            cut = cut or (f"its compressed stream breaks off, behind {len(body)} bytes" if plain.cut else None)
    if len(body) > DOWNLOAD_MAXSIZE:
        raise TooLong(f"more than {DOWNLOAD_MAXSIZE} bytes")
    if not cut and in_part(answer.status, next((v for key, v in answer.headers if key.lower() == "content-range"), "")):
        cut = "a part of the body was captured (206)"
    headers = list(answer.headers)
    if not codings:
        headers = [(f"X-Archive-Orig-{name}" if name.lower() in _CODED else name, value) for name, value in headers]
    return headers, body, cut
