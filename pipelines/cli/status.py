"""``dateline status``: what is in, what waits, what failed, at a glance."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from pipelines.cli import app
from pipelines.show import block, safe
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.staging import read_staged
from warehouse.text import printable


def source_status(layout: Layout, source_id: str) -> dict[str, Any]:
    """One source's state: its last staged day, that day's outcomes and records, and its frontier."""
    from scrapers.frontier import waiting

    folder = layout.staged("pages", source_id, date.min).parent
    days = sorted(path.stem for path in folder.glob("*.parquet"))
    state: dict[str, Any] = {"source": source_id, "days": len(days), "last_day": days[-1] if days else None}
    if days:
        day = date.fromisoformat(days[-1])
        verdicts = {verdict.page_id: verdict.outcome for verdict in read_staged(layout, "verdicts", source_id, day)}
        pages = read_staged(layout, "pages", source_id, day)
        state["outcomes"] = dict(Counter(verdicts.get(page.page_id, page.outcome) for page in pages))
        for stage in ("articles", "incidents"):
            state[stage] = len(read_staged(layout, stage, source_id, day))
    state["waiting"] = waiting(layout.frontier(source_id))
    return state


def crawled(layout: Layout) -> set[str]:
    """The sources that ever staged a day here, declared still or not."""
    return {path.name for path in layout.staged("pages", "-", date.min).parent.parent.glob("*") if path.is_dir()}


def warehouse_status(layout: Layout) -> dict[str, Any]:
    """When the published file was last swapped in, and how many rows its main views hold."""
    if not layout.published.exists():
        return {"published": None}
    state: dict[str, Any] = {
        "published": datetime.fromtimestamp(layout.published.stat().st_mtime, UTC).isoformat(timespec="seconds")
    }
    with connect(layout) as connection:
        for view in ("articles", "incidents", "claims", "events"):
            row = connection.execute(f"SELECT count(*) FROM {view}").fetchone()  # noqa: S608 - names from this line
            state[view] = row[0] if row else 0
    return state


def _source_block(state: dict[str, Any]) -> RenderableType:
    if state["last_day"] is None:
        return block([safe(state["source"])], [("", safe("not crawled yet"))])
    mix = ", ".join(f"{count} {outcome}" for outcome, count in sorted(state["outcomes"].items()))
    read = f"{state['articles']} articles, {state['incidents']} incidents"
    lines = [("", safe(mix)), ("", safe(read))]
    if state["waiting"]:
        lines.append(("", safe(f"{state['waiting']} addresses wait for the next crawl")))
    return block([safe(state["source"]), safe(f"{state['days']} days, the last {state['last_day']}")], lines)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """What has been crawled, what waits in the frontier, and what the published warehouse holds."""
    from scrapers.source import survey

    layout = Layout.from_environment()
    known, broken = survey()
    enabled = {source.id for source in known.values() if source.enabled}
    sources = [source_status(layout, source_id) for source_id in sorted(enabled | crawled(layout))]
    published = warehouse_status(layout)
    if as_json:
        told = {"data": str(layout.data), "sources": sources, "warehouse": published}
        typer.echo(json.dumps(told | {"broken": [str(error) for error in broken]}, indent=2))
        raise typer.Exit(1 if broken else 0)
    console = Console()
    console.print(f"data directory {layout.data}")
    for state in sources:
        console.print(_source_block(state))
    if not sources:
        console.print("no source is enabled: dateline sources list, then dateline sources enable ID")
    if published["published"] is None:
        console.print("nothing published yet: dateline crawl SOURCE; the demo is at --data data/demo")
    else:
        rows = ", ".join(f"{published[view]} {view}" for view in ("articles", "incidents", "claims", "events"))
        console.print(f"published {published['published']}: {rows}")
    for error in broken:
        typer.secho(f"error: {printable(str(error))}", fg="red", err=True)
    if broken:
        raise typer.Exit(1)
