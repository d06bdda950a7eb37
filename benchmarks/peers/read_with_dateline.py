"""Our own two ways from a WARC file to articles, as a process of its own.

``stored``: the CC-NEWS route, which brings the captures into the page store, and the ``articles`` asset's own
function over them. ``read``: the records cleaned as they come, nothing kept, as the peers do.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.peers.archive import DAY, HOSTS
from pipelines.cleaning import judge
from pipelines.cli import spare_pandas
from pipelines.stages import clean_day
from scrapers.archives import fill, route_for
from scrapers.source import Source
from warehouse.layout import Layout
from warehouse.staging import write_staged

#: Hosts a source may name (scrapers/source.py).
MOST_HOSTS = 50


def stored(warc: Path, address: str) -> int:
    """Articles by way of the page store."""
    from scrapers.pagestore import read_index

    # as in the processes that runs are forked from (pipelines/warm.py)
    spare_pandas()
    gc.collect()
    gc.freeze()
    # one page judge for all sources, as ``dateline reprocess`` has it
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(1) as pool:
        os.environ["DATELINE_CCNEWS"] = address
        layout, articles = Layout(Path(scratch)), 0
        sources = _sources(warc)
        filled = fill(layout, route_for("ccnews", layout), sources, DAY, DAY)
        if filled.errors:
            raise filled.errors[0]
        for source in sources:
            write_staged(layout, "pages", source.id, DAY, read_index(layout, source.id, DAY))
            articles += len(clean_day(layout, source.id, DAY, lambda line: None, pool=pool)[0])
        return articles


def read(warc: Path, address: str) -> int:
    """Articles straight from the records."""
    return sum(judge(body, url).article is not None for url, body in _records(warc))


def _records(warc: Path) -> list[tuple[str, bytes]]:
    with warc.open("rb") as file:
        return [
            (record.headers["WARC-Target-URI"], record.reader.read())
            for record in ArchiveIterator(file, record_types=WarcRecordType.response)
        ]


def _sources(warc: Path) -> Sequence[Source]:
    hosts = json.loads(warc.with_suffix(HOSTS).read_text())
    groups = [hosts[at : at + MOST_HOSTS] for at in range(0, len(hosts), MOST_HOSTS)]
    return [
        Source(
            id=f"group{number}", name="Bench", home=f"https://{first}/", hosts=tuple(rest), country="GB",
            language="en", sections=(f"https://{first}/",),
        )
        for number, (first, *rest) in enumerate(groups)
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({"stored": stored, "read": read}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])))
