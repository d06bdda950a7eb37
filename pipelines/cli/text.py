"""Verbs that run one stage on one text: clean, extract."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines.cli import app
from pipelines.cli.reading import article_of, is_page, publication, read
from warehouse.schema import to_row
from warehouse.text import printable

#: Characters that steer a terminal and that JSON leaves as they are: C1 controls, bidi marks.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    typer.echo(_STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text))


@app.command()
def clean(
    what: Annotated[str, typer.Argument(help="A URL, an HTML file, or - for standard input.")],
    url: Annotated[str | None, typer.Option(help="The page's address, when it came from a file or a pipe.")] = None,
    removed: Annotated[bool, typer.Option(help="Show the dropped lines with the rule that dropped each.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole record as JSON.")] = False,
) -> None:
    """Take the article out of a page: its text on standard output."""
    html, address = read(what)
    article = article_of(html, url or address, what)
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
    from pipelines.explain import incident_block

    data, address = read(what)
    at = publication(published)
    if is_page(data):
        found = incidents.extract_article(article_of(data, address, what))
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
