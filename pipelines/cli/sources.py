"""Verbs about declared sources: list, profile, enable, disable."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli import app, echo_json
from pipelines.show import block, quoted, safe
from scrapers.source import load_sources, set_enabled, survey
from scrapers.urls import host_of, without_secrets
from warehouse.errors import DatelineError, WarehouseError
from warehouse.layout import Layout, sources_directory
from warehouse.query import connect

sources_app = typer.Typer(
    help="The outlets: what is declared, what each yields today, adding one.", no_args_is_help=True
)
app.add_typer(sources_app, name="sources")


def _shown(value: Any) -> Any:
    """A declaration as plain values, its addresses without their keys."""
    if isinstance(value, dict):
        return {name: _shown(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shown(member) for member in value]
    return without_secrets(value) if isinstance(value, str) else value


@sources_app.command("list")
def list_sources(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Every declared source: what it is, how its stories are found, whether it is on."""
    known = load_sources()
    if as_json:
        typer.echo(json.dumps([_shown(source.model_dump(mode="json")) for source in known.values()], indent=2))
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
def profile(
    site: Annotated[str, typer.Argument(help="A host (www.example.org) or the id of a source.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The lines known to be a site's own furniture, or to recur on it: on how many stories, how often each fell.

    To correct it, write the line under [cleaning] in the source's declaration, into drop or keep.
    """
    lines = known_lines(Layout.from_environment(), site)
    if not lines:
        raise WarehouseError(
            "no line is known to recur there",
            culprit=site,
            mend="A site is known after a few of its stories: dateline crawl SOURCE. "
            "Those known: dateline sql 'SELECT DISTINCT host FROM site_profiles'",
        )
    if as_json:
        echo_json(lines)
        return
    console = Console()
    host = None
    for line in lines:
        if line["host"] != host:
            host = line["host"]
            console.print(safe(host, style="bold"))
        stood = f"on {line['stories']} of {line['of_stories']} stories, dropped {line['times_dropped']} times"
        if line["rule"]:
            stood += f" by {line['rule']}"
        seen = f"{line['first_seen']} to {line['last_seen']}" if line["last_seen"] else "declared, not met yet"
        console.print(block([safe(line["standing"]), safe(stood), safe(seen)], [("", quoted(line["text"], 300))]))


def known_lines(layout: Layout, site: str) -> list[dict[str, Any]]:
    """The rows of the view ``site_profiles`` for a host or for a source's hosts, what a person said first; lines
    that a declaration names and no loaded story held stand there with 0 stories and no days."""
    from pipelines.cleaning import Overrides

    host = host_of(site if "//" in site else f"https://{site}")
    with connect(layout) as connection:
        cursor = connection.execute(
            "SELECT * FROM site_profiles WHERE host = ? OR list_contains(source_ids, ?) ORDER BY host, "
            "list_position(['drop', 'keep', 'learnt', 'place', 'recurring', 'single', 'aged out'], standing), "
            "stories DESC, text",
            [host, site],
        )
        names = [column[0] for column in cursor.description or ()]
        lines = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for source in survey()[0].values():
        if source.id == site or (host and source.own(f"https://{host}/")):
            for standing, declared in (("drop", source.cleaning.drop), ("keep", source.cleaning.keep)):
                met = [line["text"] for line in lines if line["standing"] == standing]
                lines += [
                    dict.fromkeys(names)
                    | {"host": host_of(source.home), "text": text, "standing": standing, "source_ids": [source.id]}
                    | {"stories": 0, "of_stories": 0, "times_dropped": 0}
                    for text in declared
                    if not any(Overrides(drop=(text,)).of(line) for line in met)
                ]
    return sorted(lines, key=lambda line: str(line["host"]))


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
