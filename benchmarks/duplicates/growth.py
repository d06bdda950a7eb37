"""What looking for copies costs as the window grows: a warehouse's first load, then a night's articles on top."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import duplicates
from warehouse.copies import look_for_copies
from warehouse.migrate import migrate
from warehouse.records import Article, content_id
from warehouse.schema import arrow_schema, to_row
from warehouse.tables import put_aside
from warehouse.window import COPY_DAYS

SIZES = (1_000, 10_000, 30_000)

#: Words of an article; articles of an outlet; how many articles carry a text that one before them had.
WORDS, OUTLET, COPIED = 350, 50, 0.2

VOCABULARY = 30_000
START = datetime(2026, 11, 1, tzinfo=UTC)


def articles(count: int) -> Iterator[Article]:
    """Articles told evenly over the window, a fifth of them copies that were cut and given a line of their own. Words
    come as often as in a language (Zipf), and each outlet ends all its articles with a sentence of its own."""
    chance = random.Random(count)
    names = [f"w{number}" for number in range(VOCABULARY)]
    summed = list(accumulate(1 / (number + 5) for number in range(VOCABULARY)))
    recent: list[list[str]] = []
    for number in range(count):
        words = chance.choices(names, cum_weights=summed, k=WORDS)
        if recent and chance.random() < COPIED:
            words = words[:40] + chance.choice(recent)[: chance.randint(200, WORDS)]
        else:
            recent = [*recent[-500:], words]
        outlet = number % max(1, count // OUTLET)
        text = " ".join([*words, f"outlet {outlet} is read by many people in the town of number {outlet}"])
        key, told = content_id(number), START + timedelta(days=COPY_DAYS) * (number / count)
        yield Article(
            article_id=key, revision=key, url=key, canonical_url=key, title=None, lead=None, text=text,
            published_at=told, source_id=f"outlet-{outlet}", page_id=key, crawl_day=told.date(),
            first_seen=told, last_seen=told,
        )  # fmt: skip


def measure(count: int) -> dict[str, float]:
    """CPU seconds of a first load of ``count`` articles and of a night's on top; peak memory of it all."""
    made = list(articles(count))
    night = [
        replace(one, article_id=content_id("night", one.article_id), revision="night", published_at=when)
        for one in made[: count // COPY_DAYS]
        if (when := START + timedelta(days=COPY_DAYS)) is not None
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with duckdb.connect() as connection:
        migrate(connection)
        connection.execute("SET threads = 2")
        seconds = []
        for part in (made, night, night):
            put_aside(connection, "here", pa.Table.from_pylist([to_row(one) for one in part], arrow_schema(Article)))
            connection.execute("INSERT OR REPLACE INTO store.articles BY NAME FROM here")
            connection.execute("CREATE OR REPLACE TEMP TABLE affected AS SELECT article_id FROM here")
            started = time.process_time()
            changed = look_for_copies(connection, duplicates)
            seconds.append(time.process_time() - started)
        (members,) = connection.execute("SELECT count(*) FROM store.copies").fetchone() or (0,)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "first": seconds[0],
        "night": seconds[1],
        "again": seconds[2],
        "rows changed by the night again": sum(n.added + n.changed + n.removed for n in changed.values()),
        "members": members,
        "MB": (peak - before) / (1e6 if sys.platform == "darwin" else 1e3),
    }


def copies(scratch: Path, folder: Path | None) -> dict[str, float | int | str]:
    """Each size in a process of its own; a night is a fourteenth of the window."""
    figures: dict[str, float | int | str] = {}
    for count in SIZES:
        command = [sys.executable, "-m", "benchmarks.duplicates.growth", str(count)]
        done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        name = f"{count:,} articles"
        figures[f"{name}: CPU ms an article, first load"] = round(1000 * done["first"] / count, 2)
        figures[f"{name}: CPU s, a night on top"] = round(done["night"], 2)
        figures[f"{name}: CPU s, that night again"] = round(done["again"], 2)
        figures[f"{name}: rows changed by that"] = done["rows changed by the night again"]
        figures[f"{name}: members of clusters"] = done["members"]
        figures[f"{name}: peak MB more than the articles"] = round(done["MB"], 1)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
