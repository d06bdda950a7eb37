"""Titles, dates and authors against a gold: ours and plain trafilatura's, page by page in one run."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIELDS = ("title", "date", "authors")

_WORD = re.compile(r"\w+")
_BREAKS = re.compile("[\u00ad\u200b\u2060\ufeff]")


def gold_pages(folder: Path) -> Iterator[tuple[str, bytes, str, dict[str, Any]]]:
    """id, body, address and gold of each page of a set (``gold.json`` beside ``html/ID.html.gz``), by id."""
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    for name in sorted(gold):
        body = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield name, body, (gold[name].get("url") or "").strip(), gold[name]


def metadata(folder: Path | None) -> dict[str, float | int | str]:
    """The share of pages whose title, date and authors are the gold's, on all pages and on each half by id.

    Words count, not case, typography or invisible break marks. Authors: the same names in the same order.
    A page whose gold has no date is left out of ``date``; one without authors must have none.
    """
    import trafilatura

    from benchmarks.adapters import extract_meta

    if folder is None:
        raise SystemExit("metadata needs --data: a folder with gold.json and html/")
    right: Counter[tuple[str, str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for number, (_, body, url, gold) in enumerate(gold_pages(folder)):
        ours = extract_meta(body, url)
        found = trafilatura.extract_metadata(body, default_url=url or None)
        plain: dict[str, Any] = {
            "title": found.title,
            "published_at": found.date,
            "authors": [name.strip() for name in (found.author or "").split(";") if name.strip()],
        }
        wanted = _fields(gold.get("title"), gold.get("date"), gold.get("authors") or gold.get("author"))
        for half in ("all", "AB"[number % 2]):
            for field in FIELDS:
                if field == "date" and not wanted[field]:
                    continue
                asked[field, half] += 1
                for who, told in (("ours", ours), ("trafilatura", plain)):
                    given = _fields(told["title"], told["published_at"], told["authors"])
                    right[field, half, who] += given[field] == wanted[field]
    figures: dict[str, float | int | str] = {"pages": asked["title", "all"]}
    for field in FIELDS:
        for who in ("ours", "trafilatura"):
            shares = [f"{right[field, half, who] / max(1, asked[field, half]):.3f}" for half in ("all", "A", "B")]
            figures[f"{field} exact, {who}"] = "{}  (half A {}, half B {})".format(*shares)
    return figures


def _fields(title: str | None, date: str | None, authors: list[str] | str | None) -> dict[str, Any]:
    names = authors.split(",") if isinstance(authors, str) else authors or []
    return {"title": _words(title), "date": (date or "")[:10], "authors": [w for name in names if (w := _words(name))]}


def _words(text: str | None) -> list[str]:
    return _WORD.findall(_BREAKS.sub("", unicodedata.normalize("NFKC", text or "")).casefold())
