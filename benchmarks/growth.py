"""What each part costs as the volume grows tenfold and a hundredfold: the curves of docs/scale.md.

    python -m benchmarks growth                          # the table: some minutes on two quiet cores
    python -m benchmarks growth --plot docs/growth.svg   # and the plot of it
    python -m benchmarks growth frontier copies          # only these parts
    python -m benchmarks growth stage load --most 1000   # and at 1,000 times the volume

A part whose curve is level costs as much for one item among many as for one among few. Each point is measured in a
process of its own, in CPU time, so that other work on the machine changes it little; small points are measured three
times, and the least counts.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.events.scale import peak_mb
from warehouse.errors import SettingError
from warehouse.layout import Layout
from warehouse.records import Article, Event, Incident, Page, content_id

if TYPE_CHECKING:  # each part loads what it measures, and no more
    from pipelines.cleaning import Cleaned

#: Volumes, and how often each is measured.
TIMES: Final = {1: 3, 10: 3, 100: 1}

#: Views shown: those that take longest at the largest volume.
HEAVIEST: Final = 3

#: Seconds a view may take before it is stopped.
VIEW_LIMIT_S: Final = 300.0

#: What came of one point: CPU seconds by the name of the curve.
Point = dict[str, float]

#: CPU milliseconds an item, by the multiple of the volume.
Curve = dict[int, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement: its volume at 1x and what is counted."""

    volume: int
    unit: str
    measure: Callable[[int, Path], Point]


def frontier(count: int, scratch: Path) -> Point:
    """A source's URLs queued, leased by hundreds and done, then all of them offered again the next day."""
    from scrapers.frontier import Frontier

    day, at = date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)
    urls = [f"https://news.example/stories/{number}" for number in range(count)]
    with Frontier(scratch / "frontier.sqlite", clock=lambda: at) as queue:
        started = time.process_time()
        queue.start(day)
        for url in urls:
            queue.add(url, canonical_url=url, day=day, purpose="article")
        while entries := queue.lease(100):
            for entry in entries:
                key = content_id(entry.url)
                page = Page(
                    page_id=key, source_id="bench", crawl_day=day, url=entry.url, canonical_url=entry.url,
                    purpose="article", via="live", fetched_at=at, outcome="ok", status=200,
                )  # fmt: skip
                queue.done(entry.url, page)
        for url in urls:
            queue.add(url, canonical_url=url, day=day.replace(day=21), purpose="article")
        return {"frontier": time.process_time() - started}


def dedupe(count: int, scratch: Path) -> Point:
    """Copies looked for in a window's first load."""
    from benchmarks.duplicates.growth import measure

    return {"copies": measure(count)["first"]}


def profiles(count: int, scratch: Path) -> Point:
    """A site's profile learnt from its window and applied to a day."""
    from benchmarks.site_profile import cost

    learnt, applied = cost(Layout(scratch), count)[:2]
    return {"site profile": learnt + applied}


def events(count: int, scratch: Path) -> Point:
    """Incidents of four weeks merged into events."""
    from benchmarks.events.scale import measure

    return {"event merge": measure(count)["seconds"]}


class _Workers(Executor):
    """Gives back for each capture what a worker would have found: the articles of the demo newspaper over and over,
    each line of each told otherwise. ``seconds``: the CPU time that this took, which is not the command's."""

    def __init__(self) -> None:
        from benchmarks.stages import html_pages
        from pipelines.cleaning import judge
        from pipelines.incidents import extract_article

        found = [judge(body, f"https://demo.example/{n}", with_places=True) for n, body in enumerate(html_pages(None))]
        self._read = [one for one in found if one.article is not None]
        self._told = [extract_article(one.article) for one in self._read if one.article is not None]
        self.seconds = 0.0

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **options: Any) -> Iterator[Any]:
        number = 0
        for piece in iterables[0]:
            started = time.process_time()
            found = []
            for item in piece:
                found.append(self._page(item, number) if isinstance(item, Page) else self._incidents(item, number))
                number += 1
            kept = pickle.dumps(found)
            self.seconds += time.process_time() - started
            yield pickle.loads(kept)

    def _page(self, page: Page, number: int) -> tuple[str, Cleaned]:
        read = self._read[number % len(self._read)]
        assert read.article is not None
        text = "\n\n".join(f"{line} ({number})" for line in read.article.text.split("\n\n"))
        key = content_id(number)
        article = replace(read.article, url=page.url, canonical_url=page.url, article_id=key, revision=key, text=text)
        return page.page_id, replace(read, article=article)

    def _incidents(self, article: Article, number: int) -> list[Incident]:
        return [
            replace(one, incident_id=content_id(number, one.incident_id), article_id=article.article_id,
                    revision=article.revision, source_id=article.source_id, crawl_day=article.crawl_day)
            for one in self._told[number % len(self._told)]
        ]  # fmt: skip


def stage(count: int, scratch: Path) -> Point:
    """A source's day staged from what workers found in its pages: what is left to the command."""
    from pipelines.stages import clean_day, extract_day
    from warehouse.staging import write_staged

    layout, day, at = Layout(scratch), date(2031, 3, 29), datetime(2031, 3, 29, tzinfo=UTC)
    write_staged(layout, "pages", "bench", day, (
        Page(
            page_id=content_id(number), source_id="bench", crawl_day=day, url=f"https://bench.example/{number}",
            canonical_url=f"https://bench.example/{number}", purpose="article", via="live", fetched_at=at, outcome="ok",
            status=200, warc_file="bench.warc.gz", warc_offset=number, warc_length=1,
        ) for number in range(count)
    ))  # fmt: skip
    workers = _Workers()
    started = time.process_time()
    clean_day(layout, "bench", day, _silent, pool=workers)
    texts, _ = extract_day(layout, "bench", day, _silent, pool=workers)
    assert len(texts) == count
    return {"stage": time.process_time() - started - workers.seconds}


def _silent(line: str) -> None:
    """No progress is told."""


def _stage_told(count: int, scratch: Path, day: date) -> None:
    """Four weeks of incidents with their articles, staged as one day of their sources."""
    from benchmarks.events.scale import incidents as told
    from warehouse.staging import write_staged

    by_source: dict[str, list[Incident]] = {}
    for incident in told(count):
        by_source.setdefault(incident.source_id or "", []).append(incident)
    for source, found in by_source.items():
        write_staged(Layout(scratch), "pages", source, day, [])
        write_staged(Layout(scratch), "articles", source, day, [_article(one, day) for one in found])
        write_staged(Layout(scratch), "incidents", source, day, [replace(one, crawl_day=day) for one in found])


def load(count: int, scratch: Path) -> Point:
    """Four weeks of incidents with their articles loaded as one day, events merged once beforehand; then every view
    read whole. The memory is the load's alone."""
    from pipelines.events import merge
    from warehouse.loader import load_day
    from warehouse.publish import publish
    from warehouse.query import connect

    layout, day = Layout(scratch), date(2031, 3, 29)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as staging:
        staging.submit(_stage_told, count, scratch, day).result()
    merging = 0.0

    def timed(incidents: Iterable[Incident], *, clusters: Mapping[str, str]) -> list[Event]:
        nonlocal merging
        started = time.process_time()
        found = merge(incidents, clusters=clusters)
        merging += time.process_time() - started
        return found

    started = time.process_time()
    load_day(layout, day, merge=timed)
    point = {"load": time.process_time() - started - merging, "MB": peak_mb()}
    publish(layout)
    point["bytes"] = layout.live.stat().st_size / count
    with connect(layout) as connection:
        connection.execute("SET threads = 2")
        views = [row[0] for row in connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY 1"
        ).fetchall()]  # fmt: skip
        for view in views:
            started = time.process_time()
            reader = connection.execute(f'FROM "{view}"').to_arrow_reader(10_000)
            for _ in reader:
                if time.process_time() - started > VIEW_LIMIT_S:
                    break
            point[f"view {view}"] = time.process_time() - started
    return point


def _article(incident: Incident, day: date) -> Article:
    key, at = incident.article_id or "", incident.published_at
    url = f"https://{incident.source_id}.example/{key}"
    return Article(
        article_id=key, revision=incident.revision or "", url=url, canonical_url=url, title=incident.summary, lead=None,
        text=f"{incident.summary} {key} " * 40, published_at=at, source_id=incident.source_id, page_id=key,
        crawl_day=day, first_seen=at, last_seen=at, language="en", cluster_id=key,
    )  # fmt: skip


PARTS: Final = {
    "frontier": Part(1_000, "URLs of a source", frontier),
    "copies": Part(300, "articles in 14 days", dedupe),
    "profile": Part(280, "stories of a site in 28 days", profiles),
    "events": Part(1_000, "incidents in 28 days", events),
    "stage": Part(300, "articles of a source's day", stage),
    "load": Part(300, "articles with an incident", load),
}


def point(name: str, times: int) -> Point:
    """One point, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", name, str(times)]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    measured: Point = json.loads(done.splitlines()[-1])
    return measured


def least(name: str, times: int) -> Point:
    """One point, the least of each figure over its repetitions."""
    found = [point(name, times) for _ in range(TIMES.get(times, 1))]
    print(name, times, json.dumps(found), file=sys.stderr, flush=True)
    return {figure: min(one[figure] for one in found) for figure in found[0]}


def slope(curve: Curve) -> float:
    """How steep the last step is, all items together: 1 is linear, 2 quadratic."""
    (less, before), (more, after) = sorted(curve.items())[-2:]
    return 1 + math.log(after / before) / math.log(more / less)


def main(arguments: list[str]) -> None:
    """Measure parts and print a line a curve; with ``--plot``, draw them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks growth", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these, of {', '.join(PARTS)}")
    parser.add_argument("--most", type=int, help="measure once more at so many times the volume")
    parser.add_argument("--plot", type=Path, help="write the curves to this .svg or .png file")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    multiples = sorted({*TIMES, *([options.most] if options.most else [])})
    curves: dict[str, Curve] = {}
    told = []
    for name in options.parts or PARTS:
        part = PARTS[name]
        for times in multiples:
            measured = least(name, times)
            memory, size = measured.pop("MB"), measured.pop("bytes", None)
            for label, seconds in measured.items():
                curves.setdefault(label, {})[times] = 1000 * max(seconds, 1e-4) / (part.volume * times)
        told.append(f"{name}: 1x is {part.volume:,} {part.unit}; peak {memory:,.0f} MB at {times}x")
        if size:
            told.append(f"{name}: {size:,.0f} bytes an item in the warehouse at {times}x")
    views = sorted(
        (name for name in curves if name.startswith("view ")), key=lambda name: -max(curves[name].items())[1]
    )
    for name in views[HEAVIEST:]:
        del curves[name]
    print("| CPU ms an item | " + " | ".join(f"{times}x" for times in multiples) + " | slope of the last step |")
    print("|---" + "|---:" * (len(multiples) + 1) + "|")
    for name, curve in curves.items():
        print(f"| {name} | " + " | ".join(f"{ms:.3g}" for ms in curve.values()) + f" | {slope(curve):.2f} |")
    print("\n".join(told))
    if options.plot:
        plot(curves, options.plot)


def plot(curves: dict[str, Curve], file: Path) -> None:
    """Cost of an item against volume.

    Raises:
        SettingError: the file's ending is of no picture.
    """
    if file.suffix not in (".svg", ".png"):
        raise SettingError(f"{file.name} is no picture", culprit="--plot", mend="End it in .svg or .png")
    import matplotlib as mpl

    mpl.use("agg")
    mpl.rcParams["svg.hashsalt"] = "dateline"  # the same picture for the same figures
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5))
    for (name, curve), marker in zip(curves.items(), "osv^D<>*XP", strict=False):
        axes.plot(list(curve), list(curve.values()), marker=marker, label=name)
    axes.set(xscale="log", yscale="log", xlabel="volume, in multiples of the least", ylabel="CPU ms an item")
    multiples = sorted({times for curve in curves.values() for times in curve})
    axes.set_xticks(multiples, [f"{times}x" for times in multiples], minor=False)
    axes.set_title("Cost of one item as the volume grows: level is linear")
    axes.grid(True, which="major", linewidth=0.3)
    axes.legend(fontsize=8, ncols=2)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


if __name__ == "__main__":
    part = PARTS[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        found = part.measure(part.volume * int(sys.argv[2]), Path(folder))
    print(json.dumps({"MB": peak_mb()} | found))
