"""How many incidents are read out of pages that were collected for something else than violence.

Whole newspapers are crawled, and most of what they print tells of no incident. Nobody has said of these pages which do;
in a collection of blogs and guides hardly one does, so what is found there is wrong.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.metadata import gold_pages
from benchmarks.stages import Figures
from pipelines.cleaning import clean
from pipelines.incidents import extract


def quiet(data: Path | None) -> Figures:
    """English articles of each scoring set below ``data``, those with an incident, and incidents.

    :raises SystemExit: no folder is named.
    """
    if data is None:
        raise SystemExit("benchmarks quiet reads real pages: --data names a folder of scoring sets")
    figures: Figures = {}
    for gold in sorted(data.glob("*/gold.json")):
        told = []
        for _, html, url, _ in gold_pages(gold.parent):
            article = clean(html, url)
            if article is not None and (article.language or "en").startswith("en"):
                told.append(len(extract(article.text, title=article.title, published_at=article.published_at)))
        name = gold.parent.name
        figures[f"{name}: English articles"] = len(told)
        figures[f"{name}: with an incident"] = sum(map(bool, told))
        figures[f"{name}: incidents"] = sum(told)
    return figures
