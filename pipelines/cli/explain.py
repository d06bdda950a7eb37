"""``dateline explain``: an article with the words marked that each field was read from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.cli import app
from pipelines.cli.reading import NO_URL, article_of, is_page, plain_text, publication, read
from pipelines.explain import Told, page, show
from warehouse import stored
from warehouse.engine import engine
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.records import Article, Incident, content_id

_ID = re.compile(rf"[0-9a-fA-F]{{{stored.ID_DIGITS},32}}")


@app.command()
def explain(
    article: Annotated[
        str,
        typer.Argument(
            help="An article of the warehouse (its id, the beginning of it, or its URL); else a URL, an HTML or "
            "plain-text file, or - for standard input."
        ),
    ],
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page here instead.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Read the text anew, instead of showing what the warehouse holds.")
    ] = False,
    title: Annotated[str | None, typer.Option(help="The headline, for plain text.")] = None,
    published: Annotated[str | None, typer.Option(help="Publication date YYYY-MM-DD, for plain text.")] = None,
) -> None:
    """Show why: the article with the words marked that each field of each incident was read from."""
    explained = told(article, title, publication(published), fresh=fresh)
    if html is None:
        console = Console()
        for part in show(explained):
            console.print(part)
        return
    try:
        html.write_text(page(explained, made_at=datetime.now(UTC)), encoding="utf-8")
    except OSError as error:
        raise SettingError(str(error.strerror), culprit=str(html), mend="Name a file that can be written") from error
    count = len(explained.incidents)
    typer.echo(f"{html}: {count} incident{'' if count == 1 else 's'} explained")


def told(what: str, title: str | None, published_at: datetime | None, *, fresh: bool) -> Told:
    """The article that ``what`` names, and its incidents: as stored where it is in the warehouse, else read now.

    Raises:
        SettingError, SetAside: there is no such article, or it is none.
    """
    if (known := _stored(what)) is not None:
        if not fresh:
            return known
        return Told.of(known.article, _read_anew(known.article))
    if _ID.fullmatch(what) and not Path(what).exists():
        raise SettingError(
            "no article of the warehouse has this id",
            culprit=what,
            mend="See them with: dateline sql 'SELECT article_id, title FROM articles'",
        )
    data, address = read(what)
    if is_page(data):
        article = replace(article_of(data, address, what), url="" if address == NO_URL else address)
    else:
        text = plain_text(data, what).replace("\r\n", "\n").strip()
        article = Article(
            article_id=content_id(text), revision=content_id(text), url="", canonical_url="",
            title=title, lead=None, text=text, published_at=published_at, language="en",
        )  # fmt: skip
    return Told.of(article, _read_anew(article))


def _stored(what: str) -> Told | None:
    """The article as the published warehouse holds it, in the revision that stands."""
    layout = Layout.from_environment()
    if engine(layout).published_at() is None or not (_ID.fullmatch(what) or what.startswith(("http://", "https://"))):
        return None
    from scrapers.urls import spellings

    with connect(layout) as connection:
        article_id = stored.find_article(connection, what, *spellings(what))
        if article_id is None:
            return None
        revision = stored.latest(connection, article_id)
        (article,) = (found for found in stored.revisions(connection, article_id) if found.revision == revision)
        return Told.of(article, stored.incidents_of(connection, article.article_id, article.revision))


def _read_anew(article: Article) -> list[Incident]:
    from pipelines.incidents import extract_article

    return extract_article(article)
