"""``dateline doctor``: looks the installation over and says how to mend each fault."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.cli import app
from pipelines.show import safe
from warehouse.errors import DatelineError
from warehouse.layout import PROJECT, Layout, sources_directory

#: Below this a night's crawl of twenty sources (about 37 kB a page, 200 pages each) may fill the disk.
FREE_BYTES_LEAST = 2 * 10**9
#: So many nights like the last ones should find room: time to notice, and to act.
NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what was found and, where it is a fault, the mend."""

    what: str
    fine: bool
    found: str
    mend: str = ""


def python() -> Diagnosis:
    """The interpreter."""
    fine = sys.version_info >= (3, 11)
    return Diagnosis("python", fine, sys.version.split()[0], "" if fine else "Install Python 3.11 or later")


def packages() -> Diagnosis:
    """Installed packages against ``requirements.lock``."""
    pinned: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (PROJECT / "requirements.lock").read_text(), re.M):
        pinned.setdefault(name, set()).add(version)
    wrong = []
    for name, versions in pinned.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # pinned for another platform or Python
        if installed not in versions:
            wrong.append(f"{name} {installed}, locked {' or '.join(sorted(versions))}")
    missing = [name for name in ("scrapy", "trafilatura", "dagster", "duckdb", "spacy") if not _installed(name)]
    found = "; ".join([*(f"{name} missing" for name in missing), *wrong]) or "as locked"
    return Diagnosis(
        "packages", not (wrong or missing), found, "pip install --no-deps --require-hashes -r requirements.lock"
    )


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def model() -> Diagnosis:
    """The spaCy model loads and parses."""
    from pipelines.incidents.model import nlp

    words = len(nlp()("Two soldiers were wounded."))
    return Diagnosis("language model", words == 5, f"{nlp().meta['name']} {nlp().meta['version']}", "make demo again")


def gazetteer() -> Diagnosis:
    """A place is found in the compiled gazetteer (compiled now if it never was)."""
    from pipelines.incidents.places.resolving import geoparse

    found = [place for place in geoparse("Shells fell on Deir ez-Zor, Syria.") if place.latitude is not None]
    return Diagnosis("gazetteer", bool(found), f"{len(found)} places resolved", "Delete data/compiled and run again")


def sources() -> Diagnosis:
    """Every source declaration is readable."""
    from scrapers.source import survey

    known, broken = survey()
    enabled = sum(source.enabled for source in known.values())
    if broken:
        found = "; ".join(f"{error.culprit}: {error.problem}" for error in broken)
        return Diagnosis("sources", False, found, "; ".join(dict.fromkeys(error.mend or "" for error in broken)))
    return Diagnosis("sources", True, f"{len(known)} declared, {enabled} enabled in {sources_directory()}")


def data() -> Diagnosis:
    """The data directory can be written and has room for the nights to come."""
    layout = Layout.from_environment()
    layout.data.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(layout.data).free, max(FREE_BYTES_LEAST, room_needed(layout))
    writable = os.access(layout.data, os.W_OK)
    mend = "" if writable else f"Make {layout.data} writable, or name another with --data"
    if free < needed:
        mend = f"Free some disk: {NIGHTS} nights and a publish need {needed / 1e9:.1f} GB. See: dateline prune"
    return Diagnosis("data directory", writable and free >= needed, f"{layout.data}, {free / 1e9:.1f} GB free", mend)


def room_needed(layout: Layout) -> int:
    """Bytes that the next nights take if they bring as many pages as the last ones did, and a publish, which copies
    the warehouse while the old copy may still be read."""
    today = datetime.now(UTC).date()
    days = {(today - timedelta(days=ago)).isoformat() for ago in range(1, NIGHTS + 1)}
    pages = sum(path.stat().st_size for day in days for path in layout.pages.glob(f"*/{day}/*"))
    return pages + (2 * layout.live.stat().st_size if layout.live.exists() else 0)


def page_store() -> Diagnosis:
    """Every WARC file is whole and agrees with its index (reads them all: about 3,000 captures a second)."""
    from scrapers.pagestore import verify

    faults = verify(Layout.from_environment())
    if not faults:
        return Diagnosis("page store", True, "every WARC file is whole and indexed")
    problem, _, mend = faults[0].partition(". ")
    more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
    return Diagnosis("page store", False, problem + more, mend)


def warehouse() -> Diagnosis:
    """What is published opens."""
    from warehouse.engine import engine
    from warehouse.query import connect

    layout = Layout.from_environment()
    seen = engine(layout)
    if seen.published_at() is None:
        return Diagnosis(
            "warehouse", True, "nothing published yet: dateline crawl SOURCE; the demo is at --data data/demo"
        )
    with connect(layout) as connection:
        row = connection.execute("SELECT count(*) FROM incidents").fetchone()
    return Diagnosis("warehouse", row is not None, f"{row[0] if row else 0} incidents in {seen.where}")


def dagster() -> Diagnosis:
    """The Dagster instance and definitions load."""
    from pipelines.definitions import defs
    from pipelines.instance import prepare

    prepare(Layout.from_environment()).dispose()
    jobs = sorted(job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__"))
    return Diagnosis("dagster", True, f"jobs {', '.join(jobs)}")


def alerts() -> Diagnosis:
    """The alert target can be understood (nothing is sent)."""
    from urllib.parse import urlsplit

    from pipelines.alerts import ALERT_VARIABLE

    scheme = urlsplit(os.environ.get(ALERT_VARIABLE) or "log:").scheme
    fine = scheme in ("log", "http", "https", "smtp", "smtps")
    return Diagnosis("alerts", fine, scheme, f"Set ${ALERT_VARIABLE} to log:, https://…, or smtp://host/?from=…&to=…")


LOOKED_AT: tuple[Callable[[], Diagnosis], ...] = (
    python,
    packages,
    model,
    gazetteer,
    sources,
    data,
    page_store,
    warehouse,
    dagster,
    alerts,
)


def look(at: Callable[[], Diagnosis]) -> Diagnosis:
    """One diagnosis; a look that itself breaks is a fault with the error as what was found."""
    try:
        return at()
    except DatelineError as error:
        found = error.problem if error.culprit is None else f"{error.culprit}: {error.problem}"
        return Diagnosis(at.__name__, False, found, error.mend or "")
    except Exception as error:  # a doctor must not die of what it finds
        return Diagnosis(at.__name__, False, f"{type(error).__name__}: {error}", "make clean, then make demo")


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Look over the installation; exit code 1 and a mend for each fault."""
    found = [look(at) for at in LOOKED_AT]
    if as_json:
        typer.echo(json.dumps([asdict(diagnosis) for diagnosis in found], indent=2))
    else:
        table = Table("", "what", "found", "mend", show_edge=False)
        for diagnosis in found:
            mark = "[green]ok[/]" if diagnosis.fine else "[red]fault[/]"
            table.add_row(mark, diagnosis.what, safe(diagnosis.found), "" if diagnosis.fine else safe(diagnosis.mend))
        Console().print(table)
    if not all(diagnosis.fine for diagnosis in found):
        raise typer.Exit(1)
