"""WARC files for archive tests: written by warcio, as other people's crawlers write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.source import Source

NOON = datetime(2018, 2, 8, 12, tzinfo=UTC)
HOME = "http://harbour.example"


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One capture as a test asks for it."""

    path: str = "/news/shells-hit-the-old-bridge"
    at: datetime = NOON
    body: bytes = b"<html><p>Shells hit the old bridge.</p></html>"
    status: str = "200 OK"
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),)
    kind: str = "response"
    host: str = HOME

    @property
    def url(self) -> str:
        return self.host + self.path


def story(number: int, *, at: datetime = NOON, host: str = HOME) -> Capture:
    """A capture with a text and an address of its own."""
    text = f"<html><h1>Story {number}</h1><p>Two people were hurt in street number {number}.</p></html>"
    return Capture(path=f"/news/story-number-{number}", at=at, body=text.encode(), host=host)


def write_warc(path: Path, captures: Iterable[Capture], *, compressed: bool = True) -> list[int]:
    """Write a WARC file with a warcinfo record and the captures; return where each begins (bytes)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    offsets = []
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
        for capture in captures:
            offsets.append(file.tell())
            writer.write_record(_record(writer, capture))
    return offsets


def _record(writer: WARCWriter, capture: Capture) -> object:
    date = capture.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    http = StatusAndHeaders(capture.status, list(capture.headers), protocol="HTTP/1.1")
    if capture.kind == "revisit":
        return writer.create_revisit_record(
            capture.url, capture.body.decode(), capture.url, "2018-02-08T12:00:00Z", http, {"WARC-Date": date}
        )
    return writer.create_warc_record(
        capture.url,
        capture.kind,
        payload=BytesIO(capture.body),
        length=len(capture.body),
        http_headers=http if capture.kind == "response" else None,
        warc_headers_dict={"WARC-Date": date},
        warc_content_type="" if capture.kind == "response" else "text/html",
    )


def outlet(source_id: str = "harbour", home: str = HOME, **more: object) -> Source:
    """A source whose stories stand at ``home``."""
    given = {"id": source_id, "name": source_id, "home": f"{home}/", "language": "en", "feeds": [f"{home}/feed"]}
    return Source.model_validate(given | more)
