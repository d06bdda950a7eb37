"""Verbs that look at a site: ``sources add`` at a new one, ``sources check`` at a declared one."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli import PARTLY, echo_json
from pipelines.cli.sources import sources_app
from pipelines.show import block, safe
from scrapers.source import Source, load_sources, parse_source, set_checked
from warehouse.errors import SettingError, WarehouseError
from warehouse.layout import Layout, sources_directory
from warehouse.text import printable

if TYPE_CHECKING:
    from pebble import ProcessPool

    from pipelines.onboarding import Compared, Past, Sample
    from scrapers.probe import Route

_ARTICLES = typer.Option("--articles", min=0, max=10, help="Stories fetched and read to be shown; 0 for none.")


@sources_app.command()
def add(
    url: Annotated[str, typer.Argument(help="The outlet's front page.")],
    name: Annotated[str | None, typer.Option("--id", help="Its id; made from the host when left out.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write the file without asking.")] = False,
    articles: Annotated[int, _ARTICLES] = 3,
    delay: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds between two requests, now and in crawls.")
    ] = 1.0,
    allow_address: Annotated[list[str] | None, typer.Option(help="Let it live at this non-public address.")] = None,
) -> None:
    """Find an outlet's feeds, sitemaps, WordPress and language, show how its stories read, and write its declaration
    (switched off) after a yes.

    Fetches some ten pages, those that robots.txt allows, and stores none.
    """
    from pipelines.onboarding import candidates, language_of, samples, terminal
    from scrapers.guest import Guest
    from scrapers.propose import propose

    for address in allow_address or ():
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError as error:
            raise SettingError(
                f"{address!r} is no address", culprit="--allow-address", mend="Write 127.0.0.1 or 10.0.0.0/8"
            ) from error
    guest = Guest(allow_addresses=allow_address or (), delay=delay)
    console = Console()
    proposal = propose(url, source_id=name, allow_addresses=allow_address or (), delay=delay, guest=guest)
    path = sources_directory() / f"{proposal.source_id}.toml"
    _not_there(path)
    for part in terminal.found(proposal):
        console.print(part)
    read: list[Sample] = []
    if articles:
        source = parse_source(proposal.toml, proposal.source_id, "the proposal")
        read = samples(guest, candidates(source, proposal.kept), most=articles)
        for part in terminal.stories(read, console.width):
            console.print(part)
    if (language := language_of(read)) and language != proposal.language:
        proposal = replace(proposal, language=language, read="the stories' own; the front page names another or none")
    console.print()
    typer.echo(printable(proposal.toml))
    if articles and not any(sample.article for sample in read):
        typer.echo("none of its stories could be read: a crawl would find no article there", err=True)
    if not yes and not _agreed(path):
        raise typer.Exit(1)
    _write(path, proposal.toml)
    typer.echo(
        f"wrote {path}; next: dateline crawl {proposal.source_id}, or every night: "
        f"dateline sources enable {proposal.source_id}",
        err=True,
    )


def _not_there(path: Path) -> None:
    if path.exists():
        raise SettingError("is declared already", culprit=str(path), mend="Edit it, or give another id with --id")


def _agreed(path: Path) -> bool:
    """What the person at the terminal says.

    Raises:
        SettingError: nobody is there.
    """
    if not sys.stdin.isatty():
        raise SettingError(
            "not written: this is no terminal to say yes at",
            culprit=path.name,
            mend="Say --yes, or save the declaration above yourself",
        )
    return typer.confirm(f"Write {path.name}?")


def _write(path: Path, toml: str) -> None:
    """The whole file or none, and never over one that came in between."""
    temporary = path.with_name(f".{path.stem}-{os.getpid()}.toml.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(toml, "utf-8")
        os.link(temporary, path)
    except FileExistsError:
        _not_there(path)
    except OSError as error:
        raise SettingError(
            str(error.strerror), culprit=str(path), mend="Give a folder that can be written in $DATELINE_SOURCES"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A source as it is today, beside what its crawls gave (None: there were none)."""

    source: Source
    routes: list[Route]
    samples: list[Sample]
    past: Past | None
    compared: list[Compared]

    @property
    def alive(self) -> bool:
        return any(route.stories for route in self.routes)

    def as_dict(self) -> dict[str, Any]:
        return {
            "listings": [route.as_dict() for route in self.routes],
            "articles": [sample.as_dict() for sample in self.samples],
            "history": self.past.as_dict() if self.past else None,
            "compared": [figure.as_dict() for figure in self.compared],
        }


@sources_app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Sources to look at; all enabled ones when left out.")
    ] = None,
    articles: Annotated[int, _ARTICLES] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fetch each source's feeds, sitemaps and sections and a few of its stories once, say what they yield today, and
    what has changed since its last crawls.

    Stores no page; a source whose listings name stories gets today as its `checked` date.
    """
    from pipelines.cleaning import judges

    known = load_sources()
    if wrong := sorted(set(source or ()) - set(known)):
        raise SettingError(f"no such source: {', '.join(wrong)}", mend="See them with: dateline sources list")
    named = list(dict.fromkeys(source or [one.id for one in known.values() if one.enabled]))
    chosen = [known[name] for name in named]
    if not chosen:
        raise SettingError("no source is enabled", mend="Name one: dateline sources check ID")
    with judges(1) if articles else nullcontext() as pool:
        found = [_look(declared, articles, pool) for declared in chosen]
    if as_json:
        echo_json({looked.source.id: looked.as_dict() for looked in found})
    else:
        _show(found)
    for looked in found:
        if looked.alive:
            set_checked(sources_directory() / f"{looked.source.id}.toml", datetime.now(UTC).date())
    dead = [looked for looked in found if not looked.alive]
    if dead:
        raise typer.Exit(1 if len(dead) == len(found) else PARTLY)


def _look(source: Source, articles: int, pool: ProcessPool | None) -> _Looked:
    from pipelines.onboarding import candidates, compare, past_of, samples
    from scrapers.guest import Guest
    from scrapers.probe import probe

    guest = Guest.of(source)
    routes = probe(source, guest)
    read = samples(guest, candidates(source, routes), most=articles, pool=pool) if articles else []
    try:
        past = past_of(Layout.from_environment(), source.id)
    except WarehouseError as error:  # what the site gives today is worth telling without its past
        typer.secho(f"without its past: {printable(str(error))}", fg="red", err=True)
        past = None
    return _Looked(source, routes, read, past, compare(source, routes, read, past) if past else [])


def _show(found: Sequence[_Looked]) -> None:
    from pipelines.onboarding.terminal import compared

    console = Console()
    table = Table("source", "by", "listing", "stories", "newest", "trouble", show_edge=False)
    for looked in found:
        for route in looked.routes:
            newest = route.newest.isoformat(timespec="minutes") if route.newest else ""
            name = looked.source.id
            table.add_row(name, route.kind, safe(route.shown), str(route.stories), newest, safe(route.trouble))
    console.print(table)
    for looked in found:
        console.print()
        lines = []
        for sample in looked.samples:
            told = f"{sample.words} words, {sample.removed:.0%} taken out" if sample.article else sample.outcome
            lines.append(("", safe(f"{told}: {sample.url}")))
        past = looked.past
        if past is None:
            lines.append(("", safe(f"no crawl of it is in yet to compare with: dateline crawl {looked.source.id}")))
            console.print(block([safe(looked.source.name)], lines))
            continue
        span = f"{past.days} day{'' if past.days == 1 else 's'} crawled, {past.first_day} to {past.last_day}"
        lines.append(("", safe(f"the last day was {past.health}: {past.because}")))
        console.print(block([safe(looked.source.name), safe(span)], lines))
        console.print(compared(looked.compared))
        changed = sum(figure.means is not None for figure in looked.compared)
        console.print(safe(f"{changed} of these have changed" if changed else "as usual"))
