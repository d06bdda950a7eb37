"""``dateline status``: what is in, what waits, what failed, at a glance."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from pipelines.cli import app
from pipelines.show import block, safe
from scrapers.archives import Asked, Progress, asked, losses, recorded
from scrapers.frontier import waiting
from scrapers.source import survey
from warehouse.engine import engine
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.staging import read_staged, staged_paths
from warehouse.stamps import Owner, refused
from warehouse.text import printable

#: Reasons shown for a span that is not complete, and stretches of files named; ``--json`` has them all.
WHYS_SHOWN = 3
LOSSES_SHOWN = 5


def source_status(layout: Layout, source_id: str) -> dict[str, Any]:
    """One source's state: its last staged day, that day's outcomes and records, and its frontier."""
    days = sorted(path.stem for path in staged_paths(layout, "pages", source_id=source_id))
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


def archive_status(layout: Layout) -> list[dict[str, Any]]:
    """What was asked of archives, by source, route and month: whether it is complete, else what is missing and why,
    and what came."""
    rows = recorded(layout)
    told = []
    for span in asked(layout):
        parts = [row for row in rows if (row.via, row.source) == (span.via, span.source) and _meets(row, span)]
        counts: Counter[str] = Counter()
        for row in parts:
            counts.update(row.counts)
        state = {None: "not begun", 0: "complete"}.get(span.left, f"{span.left} of {span.parts} parts missing")
        told.append(
            {
                "source": span.source,
                "via": span.via,
                "first": span.first.isoformat(),
                "last": span.last.isoformat(),
                "state": state,
                "counts": dict(counts),
                # a part that was missing may be listed no more since, and its row stays
                "why": [f"{row.name}: {row.error}" for row in parts if row.broken and span.left != 0],
            }
        )
    return told


def _meets(row: Progress, span: Asked) -> bool:
    """Whether a part has days among those asked for."""
    return (row.first or span.first) <= span.last and (row.last or span.last) >= span.first


def _archive_lines(spans: list[dict[str, Any]]) -> Iterator[str]:
    """One source's archives: what is complete in one line a route, each other span with its reasons."""
    for via in sorted({span["via"] for span in spans}):
        complete = [span for span in spans if span["via"] == via and span["state"] == "complete"]
        if complete:
            counts = sum((Counter(span["counts"]) for span in complete), Counter[str]())
            first, last = min(span["first"] for span in complete), max(span["last"] for span in complete)
            yield f"{via}: {len(complete)} spans of {first} to {last} complete{_came(counts)}"
    for span in spans:
        if span["state"] != "complete":
            yield f"{span['via']}: {span['first']} to {span['last']}: {span['state']}{_came(Counter(span['counts']))}"
            yield from (f"  {why}" for why in span["why"][:WHYS_SHOWN])


def _came(counts: Counter[str]) -> str:
    """What came, without what never could be a story."""
    told = [f"{n} {what}" for what, n in sorted(counts.items()) if what != "listed" and not what.startswith("passed_")]
    return f"; {', '.join(told)}" if told else ""


def crawled(layout: Layout) -> set[str]:
    """The sources that ever staged a day here, declared still or not."""
    return {path.parent.name for path in staged_paths(layout, "pages")}


def warehouse_status(layout: Layout) -> dict[str, Any]:
    """When what is published was last changed, and how many rows its main views hold."""
    at = engine(layout).published_at()
    if at is None:
        return {"published": None}
    state: dict[str, Any] = {"published": at.isoformat(timespec="seconds")}
    with connect(layout) as connection:
        for view in ("articles", "incidents", "claims", "events"):
            row = connection.execute(f"SELECT count(*) FROM {view}").fetchone()  # noqa: S608 - names from this line
            state[view] = row[0] if row else 0
    return state


def refused_status(layout: Layout) -> list[dict[str, Any]]:
    """What is staged and not loaded because another writer owns its source, by source: the days, and the owner."""
    told: dict[str, dict[str, Any]] = {}
    for one in refused(layout):
        state = told.setdefault(one.source_id, {"source": one.source_id, "days": []})
        state["days"].append(one.day.isoformat())
        state["owner"] = asdict(one.owner)
    return list(told.values())


def _refused_line(state: dict[str, Any]) -> str:
    of, owner = state["days"], Owner(**state["owner"])
    days = of[0] if len(of) == 1 else f"{len(of)} days, {of[0]} to {of[-1]}"
    mend = f"dateline warehouse take {state['source']} --from {owner.writer}"
    return f"{days}: the source belongs to {owner}; to hand it over: {mend}"


def _source_block(
    state: dict[str, Any], archives: list[dict[str, Any]], not_loaded: list[dict[str, Any]]
) -> RenderableType:
    archived = [("archive", safe(line)) for line in _archive_lines(archives)]
    archived += [("refused", safe(_refused_line(one))) for one in not_loaded]
    if state["last_day"] is None:
        return block([safe(state["source"])], [("", safe("not crawled yet")), *archived])
    mix = ", ".join(f"{count} {outcome}" for outcome, count in sorted(state["outcomes"].items()))
    read = f"{state['articles']} articles, {state['incidents']} incidents"
    lines = [("", safe(mix)), ("", safe(read))]
    if state["waiting"]:
        lines.append(("", safe(f"{state['waiting']} addresses wait for the next crawl")))
    return block([safe(state["source"]), safe(f"{state['days']} days, the last {state['last_day']}")], lines + archived)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """What has been crawled, what of the archives is complete, what waits, and what the published warehouse holds."""
    layout = Layout.from_environment()
    known, broken = survey()
    enabled = {source.id for source in known.values() if source.enabled}
    archives, lost = archive_status(layout), losses(layout)
    named = enabled | crawled(layout) | {span["source"] for span in archives}
    sources = [source_status(layout, source_id) for source_id in sorted(named)]
    not_loaded = refused_status(layout)
    published = warehouse_status(layout)
    if as_json:
        told = {
            "data": str(layout.data),
            "sources": sources,
            "archives": archives,
            "lost": lost,
            "refused": not_loaded,
            "warehouse": published,
        }
        typer.echo(json.dumps(told | {"broken": [str(error) for error in broken]}, indent=2))
        raise typer.Exit(1 if broken else 0)
    console = Console()
    console.print(f"data directory {layout.data}")
    for state in sources:
        of = ([row for row in rows if row["source"] == state["source"]] for rows in (archives, not_loaded))
        console.print(_source_block(state, *of))
    if lost:
        named_losses = [("", safe(f"{one['part']} {one['place']}: {one['why']}")) for one in lost[:LOSSES_SHOWN]]
        console.print(block([safe(f"{len(lost)} stretches of archive files could not be read")], named_losses))
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
