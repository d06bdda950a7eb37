"""The index of the page store: a CDXJ file beside each WARC, one line a capture.

A line is ``urlkey timestamp {json}`` with the field names every CDX tool knows (url, mime, status,
digest, length, offset, filename) and ours, so that a Page is read back from the line alone. A
line without a filename is one that replay tools pass by, for the capture nearest in time: one
without an answer, and a 304, which pywb would replay as an empty page (its record is named in
``record``). The same fields stand in the capture's metadata record, so the index can always be
built again from the WARC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, cast, get_args

from scrapers.answers import GONE
from scrapers.pagestore.surt import surt
from warehouse.errors import PageStoreError
from warehouse.layout import Layout
from warehouse.records import Page, content_id
from warehouse.vocabulary import Purpose, Via

WARC: Final = ".warc.gz"
CDXJ: Final = ".cdxj"
#: Ends the name of a file that is still being written.
OPEN: Final = ".open"

REVISIT_MIME: Final = "warc/revisit"

#: ``<source>/<day>/<file>.warc.gz``, and nothing that could lead out of the page store.
_WARC_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}/\d{4}-\d\d-\d\d/[\w-][\w.-]*\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the index: the Page, the URL that answered, and whether the record is a revisit."""

    page: Page
    target: str
    revisit: bool


def page_id(canonical_url: str, fetched_at: datetime, digest: str | None, outcome: str) -> str:
    """The id of a capture: its canonical URL, when, and what (payload digest, else outcome)."""
    return content_id(canonical_url, fetched_at.astimezone(UTC).isoformat(), digest or outcome)


def to_fields(row: Row) -> dict[str, str]:
    """Our own fields of a row, as single lines: the body of the capture's metadata record."""
    page = row.page
    fields: dict[str, str | None] = {
        "outcome": page.outcome,
        "purpose": page.purpose,
        "route": page.via,
        "requested": page.url,
        "canonical": page.canonical_url,
        "fetched": page.fetched_at.isoformat(),
        "status": None if page.status is None else str(page.status),
        "digest": page.payload_digest,
        "type": page.content_type,
        "etag": page.etag,
        "modified": page.last_modified,
        "error": page.error,
        "via": page.discovered_from,  # WARC's own name for the referring page
        "listed": page.listed_published_at.isoformat() if page.listed_published_at else None,
        "reservations": json.dumps(page.reservations) if page.reservations else None,
        "moved": page.moved_to,
        "stories": None if page.stories is None else str(page.stories),
    }
    return {name: value for name, value in fields.items() if value is not None}


def from_fields(
    fields: Mapping[str, str],
    source_id: str,
    day: date,
    place: tuple[str, int, int] | None,
) -> Page:
    """The Page that :func:`to_fields` wrote down; ``place`` is (WARC file, offset, length).

    Raises:
        KeyError, ValueError: a field is missing or wrong.
    """
    fetched = _moment(fields["fetched"])
    digest, outcome = fields.get("digest"), fields["outcome"]
    listed, status, stories = fields.get("listed"), fields.get("status"), fields.get("stories")
    return Page(
        page_id=page_id(fields["canonical"], fetched, digest, outcome),
        source_id=source_id,
        crawl_day=day,
        url=fields["requested"],
        canonical_url=fields["canonical"],
        purpose=cast(Purpose, _one_of(Purpose, fields["purpose"])),
        via=cast(Via, _one_of(Via, fields["route"])),
        fetched_at=fetched,
        outcome=outcome,
        status=_number(status, 999) if status else None,
        error=fields.get("error"),
        content_type=fields.get("type"),
        etag=fields.get("etag"),
        last_modified=fields.get("modified"),
        payload_digest=digest,
        warc_file=place[0] if place else None,
        warc_offset=place[1] if place else None,
        warc_length=place[2] if place else None,
        discovered_from=fields.get("via"),
        listed_published_at=_moment(listed) if listed else None,
        reservations=_words(fields.get("reservations", "[]")),
        moved_to=fields.get("moved"),
        stories=int(stories) if stories else None,
    )


#: Largest offset and length a table holds (bytes).
_MOST: Final = 2**63 - 1


def _number(text: str, most: int = _MOST) -> int:
    number = int(text)
    if not 0 <= number <= most:
        raise ValueError(f"{text[:20]} is out of range")
    return number


def _one_of(names: Any, text: str) -> str:
    if text not in get_args(names):
        raise ValueError(f"{text[:20]!r} is not one of {', '.join(get_args(names))}")
    return text


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return moment


def _words(text: str) -> tuple[str, ...]:
    try:
        words = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("no list of words")
    return tuple(words)


def to_line(row: Row) -> str:
    """The CDXJ line of a row, with its line break."""
    page = row.page
    if row.revisit:
        mime = REVISIT_MIME
    elif page.warc_file is None:
        mime = "-"
    else:
        mime = (page.content_type or "unk").split(";")[0].strip().lower() or "unk"
    standard: dict[str, Any] = {"url": row.target, "mime": mime}
    if page.warc_file is not None and page.status == 304:
        standard["record"] = [page.warc_file, page.warc_offset, page.warc_length]
    elif page.warc_file is not None:
        standard |= {"length": str(page.warc_length), "offset": str(page.warc_offset), "filename": page.warc_file}
    stamp = page.fetched_at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{surt(row.target)} {stamp} {json.dumps(standard | to_fields(row), ensure_ascii=True)}\n"


def from_line(line: str, source_id: str, day: date) -> Row:
    """The row of a CDXJ line.

    Raises:
        KeyError, ValueError, IndexError, RecursionError: the line is torn or not ours.
    """
    fields = json.loads(line.split(" ", 2)[2])
    if not isinstance(fields, dict):
        raise ValueError("no JSON object")
    record = fields.pop("record", None)
    if not all(isinstance(value, str) for value in fields.values()):
        raise ValueError("a field is no text")
    "".join(fields.values()).encode("utf-8")  # half a surrogate pair raises: no table takes it
    place = None
    if record is not None:
        if not isinstance(record, list) or len(record) != 3:
            raise ValueError("no place of a record")
        place = _place(*map(str, record))
    elif "filename" in fields:
        place = _place(fields["filename"], fields["offset"], fields["length"])
    return Row(from_fields(fields, source_id, day, place), fields["url"], fields["mime"] == REVISIT_MIME)


def _place(name: str, offset: str, length: str) -> tuple[str, int, int]:
    """Where a record lies.

    Raises:
        ValueError: not in a WARC file of a page store; an index that was handed on must not point elsewhere.
    """
    if not _WARC_NAME.fullmatch(name):
        raise ValueError(f"{name[:100]!r} names no WARC file of the page store")
    return name, _number(offset), _number(length)


def rows_of(path: Path, source_id: str, day: date) -> Iterator[Row]:
    """The rows of one index file; a torn last line of a file still open is passed over.

    Raises:
        PageStoreError: a line cannot be read; the message names file and line.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n") and path.name.endswith(OPEN):
                return
            try:
                row = from_line(line.decode("utf-8"), source_id, day)
            except (KeyError, ValueError, IndexError, RecursionError) as error:
                raise PageStoreError(
                    f"line {number} is not a row of the page index ({error!r})",
                    culprit=str(path),
                    mend="Delete this index file and crawl the source again: it is rebuilt from the WARC beside it",
                ) from error
            yield row


def captures(layout: Layout, source_id: str, day: date) -> Iterator[Page]:
    """Every capture of a partition, also repeats, from its index files alone; open ones included."""
    folder = layout.pages_of(source_id, day)
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        closed = path.name.endswith(CDXJ)
        # while a file is being closed both stand there for a moment
        if closed or (path.name.endswith(CDXJ + OPEN) and not path.with_name(path.name.removesuffix(OPEN)).exists()):
            for row in rows_of(path, source_id, day):
                yield row.page


def partition_rows(pages: Iterable[Page]) -> list[Page]:
    """What a partition holds, whatever was repeated: for each canonical URL each distinct body once
    (its earliest capture); where there is none, or the last capture says that the page is gone or has moved, the
    earliest capture that said what the URL's last one says."""
    bodies: dict[tuple[str, str], Page] = {}
    others: dict[str, dict[tuple[str, str | None], Page]] = {}
    last: dict[str, Page] = {}
    last_body: dict[str, Page] = {}
    for page in pages:
        url = page.canonical_url
        if page.payload_digest is not None and page.outcome != "not_modified":
            key = (url, page.payload_digest)
            if key not in bodies or _age(page) < _age(bodies[key]):
                bodies[key] = page
            _keep_latest(last_body, page)
            continue
        earliest = others.setdefault(url, {})
        if (says := _says(page)) not in earliest or _age(page) < _age(earliest[says]):
            earliest[says] = page
        _keep_latest(last, page)
    rest = [
        others[url][_says(page)]
        for url, page in last.items()
        if url not in last_body or (_tells_more(page, last_body[url]) and _age(page) > _age(last_body[url]))
    ]
    return sorted([*bodies.values(), *rest], key=_age)


def _tells_more(page: Page, known: Page) -> bool:
    """Whether a capture without a body says that the page is gone, or has moved to where it was not ``known`` to be."""
    return page.outcome in GONE or page.moved_to not in (None, known.moved_to)


def _says(page: Page) -> tuple[str, str | None]:
    return page.outcome, page.moved_to


def _keep_latest(latest: dict[str, Page], page: Page) -> None:
    if (known := latest.get(page.canonical_url)) is None or _age(page) > _age(known):
        latest[page.canonical_url] = page


def _age(page: Page) -> tuple[datetime, str]:
    return page.fetched_at, page.page_id


def read_index(layout: Layout, source_id: str, day: date) -> list[Page]:
    """The rows of a (source, crawl day): see :func:`partition_rows`. Repeating a crawl of an
    unchanged site does not change them. Empty if nothing was crawled."""
    return partition_rows(captures(layout, source_id, day))
