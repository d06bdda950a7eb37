"""Verbs that run one stage on one text: clean, extract."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from pipelines.cli import app
from pipelines.show import block, figure, safe, told
from warehouse.errors import SetAside, SettingError
from warehouse.records import Article, Incident
from warehouse.schema import to_row
from warehouse.text import printable

#: Stands in for the address of a page that came from a file or a pipe.
NO_URL = "http://localhost/page"  # not a bare host: that would be a home page


def _read(what: str) -> tuple[bytes, str]:
    """The bytes of a URL, a file or ``-`` (standard input), and their address."""
    if what == "-":
        return sys.stdin.buffer.read(), NO_URL
    if what.startswith(("http://", "https://")):
        from scrapers.fetch import fetch

        got = fetch(what)
        if got.status != 200:
            raise SetAside(f"answered HTTP {got.status}", culprit=what, mend="Look at it in a browser")
        return got.body, got.url
    try:
        return Path(what).read_bytes(), NO_URL
    except OSError as error:
        raise SettingError(
            str(error.strerror), culprit=what, mend="Give a URL, a readable file, or - for stdin"
        ) from error


#: Characters that steer a terminal and that JSON leaves as they are: C1 controls, bidi marks.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    typer.echo(_STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text))


def _article(what: str, url: str | None) -> Article:
    from pipelines.cleaning import judge

    html, address = _read(what)
    cleaned = judge(html, url or address, fetched_at=datetime.now(UTC))
    if cleaned.article is None:
        raise SetAside(f"no article here ({cleaned.outcome})", culprit=what, mend=cleaned.detail)
    return cleaned.article


@app.command()
def clean(
    what: Annotated[str, typer.Argument(help="A URL, an HTML file, or - for standard input.")],
    url: Annotated[str | None, typer.Option(help="The page's address, when it came from a file or a pipe.")] = None,
    removed: Annotated[bool, typer.Option(help="Show the dropped lines with the rule that dropped each.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole record as JSON.")] = False,
) -> None:
    """Take the article out of a page: its text on standard output."""
    article = _article(what, url)
    if as_json:
        _json(to_row(article))
        return
    if article.title:
        typer.echo(printable(article.title) + "\n")
    typer.echo(printable(article.text))
    if removed:
        typer.echo("", err=True)
        for line in article.removed:
            typer.echo(f"- [{line.rule}] {printable(line.text)}", err=True)


@app.command()
def extract(
    what: Annotated[str, typer.Argument(help="A URL, an HTML or plain-text file, or - for standard input.")],
    title: Annotated[str | None, typer.Option(help="The headline, for plain text.")] = None,
    published: Annotated[
        str | None, typer.Option(help="Publication date YYYY-MM-DD: what 'on Thursday' is counted from.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The incidents as JSON.")] = False,
) -> None:
    """Read the incidents out of an article, each figure beside its quote."""
    from pipelines import incidents

    data, address = _read(what)
    try:
        at = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    except ValueError as error:
        raise SettingError(f"{published!r} is no date", culprit="--published", mend="Write it as 2018-02-08") from error
    if b"<" in data[:2000] and (b"</p>" in data or b"<html" in data[:2000].lower()):
        from pipelines.cleaning import judge

        article = judge(data, address, fetched_at=datetime.now(UTC)).article
        if article is None:
            raise SetAside("no article here", culprit=what, mend="See why with: dateline clean " + what)
        found = incidents.extract_article(article)
    else:
        found = incidents.extract(data.decode("utf-8", "replace"), title=title, published_at=at)
    if as_json:
        _json([to_row(incident) for incident in found])
        return
    console = Console()
    for incident in found:
        console.print(incident_block(incident))
        console.print()
    if not found:
        console.print("no incident found")


def incident_block(incident: Incident) -> RenderableType:
    """One incident: a heading, then each field with its value and the words that it was read from."""
    quotes = {evidence.field: evidence.quote for evidence in incident.evidence}
    lines: list[tuple[str, Text]] = []

    def line(label: str, value: object, words: str | None, speaker: str | None = None) -> None:
        lines.append((label, told(safe(value), words, speaker)))

    line("status", incident.status, quotes.get("status", quotes.get("event_type")))
    if incident.start_date:
        last = f" – {incident.end_date}" if incident.end_date != incident.start_date else ""
        line("date", f"{incident.start_date}{last}", quotes.get("start_date"))
    if place := incident.place:
        line("place", ", ".join(filter(None, (place.name, place.admin1, place.country))), place.text)
    for actor in incident.actors:
        line(actor.role, actor.name, actor.text)
    for weapon in incident.weapons:
        line("weapon", f"{weapon.name} ({weapon.category})", weapon.text)
    for claim in incident.claims:
        party = claim.party_name or claim.party or ""
        about = " (background)" if claim.background else " (part of another figure)" if claim.part_of else ""
        number = figure(claim.count_min, claim.count_max)
        line(claim.outcome, f"{number} {party}{about}", claim.quote, claim.attributed_to)
    return block([safe(f"{incident.event_type} / {incident.sub_event_type}")], lines)
