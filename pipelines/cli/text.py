"""Verbs that run one stage on one text: clean, extract."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli import app, echo_json
from pipelines.cli.reading import article_of, is_page, plain_text, publication, read
from warehouse.schema import to_row
from warehouse.text import printable


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
        echo_json(to_row(article))
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
        found = incidents.extract(plain_text(data, what), title=title, published_at=at)
    if as_json:
        echo_json([to_row(incident) for incident in found])
        return
    console = Console()
    for incident in found:
        console.print(incident_block(incident))
        console.print()
    if not found:
        console.print("no incident found")
