"""Holds every WARC file against its index, since WARC readers pass over damage in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scrapers.pagestore.index import CDXJ, OPEN, WARC, rows_of, to_line
from scrapers.pagestore.lock import LOCK_NAME, Lock
from scrapers.pagestore.recover import scan
from warehouse.errors import PageStoreError, TryAgain
from warehouse.layout import Layout


def verify(layout: Layout, source_id: str | None = None) -> list[str]:
    """What is wrong with the page store, or with one source's part of it: one line a fault, which
    names the file, the fault and the mend. Empty: every record is whole and indexed.

    Reads every byte (about 3,000 captures a second); partitions being crawled are passed over.
    """
    if not layout.pages.is_dir():
        return []
    sources = [layout.pages / source_id] if source_id else sorted(layout.pages.iterdir())
    folders = [folder for source in sources if source.is_dir() for folder in sorted(source.iterdir())]
    return [fault for folder in folders if folder.is_dir() for fault in _partition(layout, folder)]


def _partition(layout: Layout, folder: Path) -> Iterator[str]:
    source_id, day = folder.parent.name, date.fromisoformat(folder.name)
    left = sorted([*folder.glob(f"*{WARC}{OPEN}"), *folder.glob(f"*{CDXJ}{OPEN}")])
    if left:
        try:
            Lock(folder / LOCK_NAME, what=source_id).release()
        except TryAgain:
            return
        for path in left:
            yield f"{path}: left open by a crawl that was killed. Crawl {source_id} for {day} again: that mends it"
    warcs = {path.name.removesuffix(WARC): path for path in sorted(folder.glob(f"*{WARC}"))}
    indexes = {path.name.removesuffix(CDXJ): path for path in sorted(folder.glob(f"*{CDXJ}"))}
    for stem in sorted(indexes.keys() - warcs.keys()):
        yield f"{indexes[stem]}: its WARC file is gone. Restore {stem}{WARC}, or delete the index and crawl again"
    for stem, path in warcs.items():
        yield from _file(layout, path, indexes.get(stem), source_id, day)


def _file(layout: Layout, path: Path, index: Path | None, source_id: str, day: date) -> Iterator[str]:
    found = scan(path, source_id, day)
    for offset, length in found.gaps:
        yield f"{path}: {length} bytes from byte {offset} on are no whole record. Restore the file, or crawl again"
    for fault in found.faults:
        yield f"{path}: {fault}. Restore the file, or crawl again"
    for name in sorted(name for name in found.originals if not (layout.pages / name).exists()):
        yield f"{path}: has revisit records of {name}, which is gone. Restore that file"
    if index is None:
        yield f"{path}: has no index. Crawl {source_id} for {day} again: that makes it"
        return
    try:
        listed = sorted(to_line(row) for row in rows_of(index, source_id, day))
    except PageStoreError as error:
        yield str(error)
        return
    held = sorted(to_line(row) for row in found.rows)
    if listed != held:
        missing, extra = len(set(held) - set(listed)), len(set(listed) - set(held))
        yield (
            f"{index}: lists {len(listed)} captures where the WARC holds {len(held)}"
            f" ({missing} not listed, {extra} listed that are not there, {len(listed) - len(set(listed))} twice)."
            " If the WARC is whole, delete the index and crawl again: it is made anew"
        )
