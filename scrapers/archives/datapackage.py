"""What a WACZ says of its WARCs in ``datapackage.json``: which there are, and by what digest each is known.

A record's checksum tells damage; only these tell that a whole WARC was changed, or taken out, after it was packed.
https://specs.webrecorder.net/wacz/1.1.1/#datapackage-json
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from typing import Final

from scrapers.archives.files import WARC_NAMES, ArchiveFile
from scrapers.archives.records import Bytes
from scrapers.pagestore.exchange import clean_text

NAME: Final = "datapackage.json"

#: Bytes and rows of it that are read: it has a row for each of a package's files.
MOST: Final = 4 * 1024 * 1024
ROWS: Final = 10_000

#: Digests that are known; a WARC listed with another one is only looked for.
KINDS: Final = ("md5", "sha1", "sha256", "sha512")

_PIECE: Final = 1024 * 1024


def unlike(file: ArchiveFile) -> Iterator[tuple[str, str]]:
    """The WARCs of a package that are not as it lists them, and how they differ; those listed are read to their ends.
    None where it lists none, or is no package."""
    warcs: dict[str, list[Bytes]] = {name: [] for name, _ in file.refused}
    for name, data, _ in file.members:
        warcs.setdefault(name, []).append(data)
    for name, digests in _listed(file.packed(NAME, MOST)).items():
        if name not in warcs:
            yield clean_text(name, 200), f"{NAME} lists it, and it is not in the package"
        elif digests and warcs[name] and digests.isdisjoint(_digests(warcs[name], {kind for kind, _ in digests})):
            yield name, f"its bytes are not those that {NAME} lists: it was changed after it was packed"


def _listed(said: bytes) -> dict[str, set[tuple[str, str]]]:
    """The WARCs listed, each with its digests (kind, in hex), of which two files of one name have one each."""
    told: object = None
    with suppress(ValueError, RecursionError):
        told = json.loads(said)
    resources = told.get("resources") if isinstance(told, dict) else None
    found: dict[str, set[tuple[str, str]]] = {}
    for one in resources[:ROWS] if isinstance(resources, list) else ():
        path, digest = (one.get("path"), one.get("hash")) if isinstance(one, dict) else (None, None)
        if isinstance(path, str) and path.lower().endswith(WARC_NAMES):
            digests = found.setdefault(path.rpartition("/")[2], set())
            kind, _, value = digest.lower().partition(":") if isinstance(digest, str) else ("", "", "")
            if kind in KINDS:
                digests.add((kind, value))
    return found


def _digests(warcs: Sequence[Bytes], kinds: Set[str]) -> Iterator[tuple[str, str]]:
    for warc in warcs:
        engines = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds}
        at = 0
        while piece := warc.slice(at, at + _PIECE):
            for engine in engines.values():
                engine.update(piece)
            at += len(piece)
        yield from ((kind, engine.hexdigest()) for kind, engine in engines.items())
