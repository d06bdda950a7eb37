"""Verbs about sources: list, check, add, enable, disable."""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli import PARTLY, app
from pipelines.show import safe
from scrapers.source import Source, load_sources, set_checked, set_enabled
from warehouse.errors import DatelineError, SettingError
from warehouse.layout import sources_directory
from warehouse.text import printable

sources_app = typer.Typer(
    help="The outlets: what is declared, what each yields today, adding one.", no_args_is_help=True
)
app.add_typer(sources_app, name="sources")


def _known(source_id: str) -> Source:
    known = load_sources()
    if source_id not in known:
        raise SettingError(f"no such source: {source_id}", mend="See them with: dateline sources list")
    return known[source_id]


@sources_app.command("list")
def list_sources(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Every declared source: what it is, how its stories are found, whether it is on."""
    known = load_sources()
    if as_json:
        typer.echo(json.dumps([source.model_dump(mode="json") for source in known.values()], indent=2))
        return
    table = Table(show_edge=False)
    table.add_column("id", no_wrap=True)  # what the other verbs are given: never cut
    for heading in ("name", "country", "language", "found by", "on", "checked"):
        table.add_column(heading)
    for source in sorted(known.values(), key=lambda s: s.id):
        routes = [("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections)]
        found_by = [f"{len(urls)} {name}{'s' if len(urls) > 1 else ''}" for name, urls in routes if urls]
        if source.wordpress:
            found_by.append("WordPress")
        table.add_row(
            source.id,
            safe(source.name),
            source.country,
            source.language,
            ", ".join(found_by),
            "on" if source.enabled else "",
            str(source.checked or "not yet"),
        )
    Console().print(table)


@sources_app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Sources to look at; all enabled ones when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fetch each source's feeds, sitemaps and sections once and say what they yield today.

    Stores no page; a source whose listings name stories gets today as its `checked` date.
    """
    from scrapers.probe import probe

    chosen = [_known(name) for name in source] if source else [s for s in load_sources().values() if s.enabled]
    if not chosen:
        raise SettingError("no source is enabled", mend="Name one: dateline sources check ID")
    found = {declared.id: probe(declared) for declared in chosen}
    if as_json:
        told = {name: [route.as_dict() for route in routes] for name, routes in found.items()}
        typer.echo(json.dumps(told, indent=2, default=str))
    else:
        table = Table("source", "by", "listing", "stories", "newest", "trouble", show_edge=False)
        for name, routes in found.items():
            for route in routes:
                newest = route.newest.isoformat(timespec="minutes") if route.newest else ""
                table.add_row(name, route.kind, safe(route.url), str(route.stories), newest, safe(route.trouble))
        Console().print(table)
    for name, routes in found.items():
        if any(route.stories for route in routes):
            set_checked(sources_directory() / f"{name}.toml", datetime.now(UTC).date())
    dead = [name for name, routes in found.items() if not any(route.stories for route in routes)]
    if dead:
        raise typer.Exit(1 if len(dead) == len(found) else PARTLY)


@sources_app.command()
def add(
    url: Annotated[str, typer.Argument(help="The outlet's front page.")],
    name: Annotated[str | None, typer.Option("--id", help="Its id; made from the host when left out.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write the file without asking.")] = False,
    allow_address: Annotated[list[str] | None, typer.Option(help="Let it live at this non-public address.")] = None,
) -> None:
    """Find an outlet's feeds, sitemaps, WordPress and language, and write its declaration (switched off)."""
    from scrapers.probe import propose

    for address in allow_address or ():
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError as error:
            raise SettingError(
                f"{address!r} is no address", culprit="--allow-address", mend="Write 127.0.0.1 or 10.0.0.0/8"
            ) from error
    proposal = propose(url, source_id=name, allow_addresses=allow_address or ())
    path = sources_directory() / f"{proposal.source_id}.toml"
    if path.exists():
        raise SettingError("is declared already", culprit=str(path), mend="Edit it, or give another id with --id")
    typer.echo(printable(proposal.toml))
    if not yes and not typer.confirm(f"Write {path.name}?"):
        raise typer.Exit(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(proposal.toml, "utf-8")
    typer.echo(f"wrote {path}; look at what it yields: dateline sources check {proposal.source_id}", err=True)


@sources_app.command()
def enable(source: Annotated[list[str], typer.Argument(help="Sources to crawl every night from now on.")]) -> None:
    """Switch sources on: the nightly schedule crawls them from its next run."""
    _switch(source, on=True)


@sources_app.command()
def disable(source: Annotated[list[str], typer.Argument(help="Sources to leave out.")]) -> None:
    """Switch sources off; what was fetched stays."""
    _switch(source, on=False)


def _switch(names: list[str], *, on: bool) -> None:
    wrong = sorted(set(names) - set(load_sources()))
    if wrong:
        raise DatelineError(f"no such source: {', '.join(wrong)}", mend="See them with: dateline sources list")
    for name in names:
        set_enabled(sources_directory() / f"{name}.toml", on)
        typer.echo(f"{name} is {'on' if on else 'off'}")
