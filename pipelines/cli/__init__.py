"""The ``dateline`` command. Each verb is a thin layer over a public function of the same name or meaning.

Exit codes: 0 done · 1 failed, the message says what and how to mend it · 2 wrong usage ·
3 done in part: some sources or days failed, the others are in · 130 interrupted.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pipelines.preloading import ending_quietly
from warehouse.errors import DatelineError
from warehouse.layout import DATA_VARIABLE
from warehouse.text import plain_json, printable

PARTLY = 3

#: The modules here, each with the verbs it adds. What a verb needs takes from a tenth of a second to one to import, so
#: only the module of the verb that was asked for is.
VERBS: Final = {
    "backfill": ("backfill",),
    "backup": ("backup", "restore"),
    "crawl": ("crawl", "load", "up", "env", "demo"),
    "diff": ("diff",),
    "doctor": ("doctor",),
    "explain": ("explain",),
    "export": ("export",),
    "places": ("geoparse", "places"),
    "prune": ("prune",),
    "reprocess": ("reprocess",),
    "serve": ("serve",),
    "sources": ("sources",),
    "sources_look": ("sources",),
    "sql": ("sql", "query"),
    "status": ("status",),
    "summary": ("summary",),
    "text": ("clean", "extract"),
    "warehouse": ("warehouse",),
    "worker": ("worker",),
}

app = typer.Typer(
    name="dateline",
    help="News pages in; dated, located, counted incidents out, every field traced to its words, all of it SQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dateline {importlib.metadata.version('dateline')}")
        raise typer.Exit


@app.callback()
def settings(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", envvar=DATA_VARIABLE, help="Data directory: pages, staged tables, warehouse. Default: ./data."
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """What holds for every verb."""
    if data is not None:
        os.environ[DATA_VARIABLE] = str(data.expanduser().resolve())


def echo_json(value: Any) -> None:
    """A value as JSON on standard output, for programs that read it and terminals that show it."""
    typer.echo(plain_json(json.dumps(value, ensure_ascii=False, indent=2, default=str)))


def add_verbs(words: Sequence[str] = ()) -> None:
    """Add to :data:`app` the verbs that stand among a command's words; all of them where none does."""
    asked = [module for module, verbs in VERBS.items() if not set(verbs).isdisjoint(words)]
    for module in asked or VERBS:
        importlib.import_module(f"pipelines.cli.{module}")


class _WithoutPandas(MetaPathFinder):
    """Where pandas is installed, DuckDB imports it at the first value that a query is given, and Arrow at the first
    table: that takes longer than most queries, and no verb needs it."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("left out: pipelines.cli", name=fullname)


def spare_pandas() -> None:
    """Have this process run as if pandas were not installed."""
    sys.meta_path.insert(0, _WithoutPandas())


def main() -> None:
    """Run the command; every known error ends as one readable line and exit code 1."""
    spare_pandas()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with ending_quietly():
        add_verbs(sys.argv[1:])
    gc.freeze()  # what is loaded stays to the end: the collector need not go through it again and again
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill is a Ctrl-C: what runs is ended too
    try:
        app()
    except DatelineError as error:
        typer.secho(f"error: {printable(str(error))}", fg="red", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `dateline sql … | head` closed the pipe: that is fine
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
