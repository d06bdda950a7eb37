"""What each part of cleaning gains and costs: scored again without it, on every set of a folder.

Each page is parsed and extracted once; then only the sifting is repeated, without one family of rules at a time.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.stages import Figures
from pipelines.cleaning import base, classify, hints, liveblog, metadata, places, residue
from pipelines.cleaning.metadata import Metadata
from pipelines.cleaning.parse import TooComplex, parse
from pipelines.cleaning.places import Places
from pipelines.cleaning.profile import learn_site
from pipelines.cleaning.rules import Rules, load
from pipelines.cleaning.site import apply
from warehouse.errors import SettingError
from warehouse.records import Article, Removed

#: Rows of the table -> the rules that fall under them.
FAMILIES: Mapping[str, frozenset[str]] = {
    "teaser": frozenset({"teaser"}),
    "heading": frozenset({"heading", "teaser-block"}),
    "furniture": frozenset({"furniture", "no-words", "dateline-furniture"}),
    "credit and caption": frozenset({"credit", "caption"}),
    "newsletter, app, support": frozenset({"newsletter", "app", "support"}),
    "policy and tail": frozenset({"comment-policy", "corrections", "copyright", "citation"}),
    "headline": frozenset({"headline", "above-headline"}),
    "link-only": frozenset({"link-only"}),
    "repeat": frozenset({"repeat", "doubled"}),
    "byline": frozenset({"byline"}),
    "cards and author boxes": frozenset({"promo", "author-bio"}),
}
ALL = frozenset[str]().union(*FAMILIES.values())

_TOKEN = re.compile(r"\w+")
_SHINGLE = 4
_SHOWN = ("P", "R", "F1", "exact")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a set, extracted; ``lines`` is empty where there is no text."""

    host: str
    url: str
    gold: Mapping[str, Any]
    meta: Metadata | None = None
    hints: residue.Hints | None = None
    lines: Sequence[str] = ()
    places: Places = field(default_factory=Places)
    shown: str = ""
    shape: classify.Shape | None = None
    #: Text -> its score: most rows of the table leave most pages as they were.
    scored: dict[str, dict[str, float]] = field(default_factory=dict)


def ablation(data: Path | None) -> Figures:
    """P, R, F1 and exact pages of each set in ``data``; then what each family of rules and the profile add to them.

    Raises:
        SettingError: no folder with sets was named.
    """
    sets = sorted(data.glob("*/gold.json")) if data is not None else []
    if not sets:
        raise SettingError(
            "ablation needs scoring sets",
            culprit=str(data),
            mend="Name their folder: --data ../shared/eval/data/cleaning",
        )
    figures: Figures = {}
    for gold in sets:
        pages = read(gold)
        name = gold.parent.name
        with_site = _scores(pages, frozenset(), site=True)
        without_site = _scores(pages, frozenset(), site=False)
        figures[f"{name}: everything"] = _row(with_site)
        figures[f"{name}: the site profile"] = _row(without_site, with_site)
        for family, rules in FAMILIES.items():
            figures[f"{name}: {family}"] = _row(_scores(pages, rules, site=True), with_site)
        figures[f"{name}: all of these"] = _row(_scores(pages, ALL, site=False), with_site)
    return figures


def read(gold: Path) -> list[Page]:
    """The pages of a set, each parsed and extracted once."""
    entries = json.loads(gold.read_text("utf-8"))
    pages = []
    for name in sorted(entries):
        html = gzip.decompress((gold.parent / "html" / f"{name}.html.gz").read_bytes())
        url = (entries[name].get("url") or "").strip()
        blank = Page(entries[name].get("host") or name, url, entries[name])
        try:
            parsed = parse(html)
        except TooComplex:
            parsed = None
        if parsed is None:
            pages.append(blank)
            continue
        meta = metadata.read(parsed, url)
        told = hints.read(parsed, meta)
        posts = liveblog.posts(parsed)
        shape = classify.shape(parsed.tree, meta, url, live=bool(posts))
        lines = liveblog.completed(base.lines(parsed), posts)
        shown = " ".join(" ".join(parsed.tree.itertext()).split())
        where = places.read(parsed.tree, lines, url)
        pages.append(Page(blank.host, url, entries[name], meta, told, lines, where, shown, shape))
    return pages


def _scores(pages: Sequence[Page], without: frozenset[str], *, site: bool) -> dict[str, float]:
    articles = [_article(page, without) for page in pages]
    if site:
        hosts: dict[str, list[int]] = {}
        for number, page in enumerate(pages):
            hosts.setdefault(page.host, []).append(number)
        for numbers in hosts.values():
            found = [(n, article) for n in numbers if (article := articles[n]) is not None]
            profile = learn_site([article for _, article in found], [pages[n].places for n, _ in found])
            for n, article in found:
                articles[n] = apply(profile, article, pages[n].places)
    scored = [_page_score(page, article.text if article else "") for page, article in zip(pages, articles, strict=True)]
    told = [score for score in scored if score["told"]]
    precision = sum(score["P"] for score in told) / len(told) if told else 0.0
    recall = sum(score["R"] for score in scored) / len(scored)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"P": precision, "R": recall, "F1": f1, "exact": sum(score["exact"] for score in scored) / len(scored)}


def _article(page: Page, without: frozenset[str]) -> Article | None:
    if page.meta is None or page.hints is None or page.shape is None:
        return None
    kept, removed = _sift(page, page.hints, without)
    outcome, _ = classify.verdict(kept, [line.text for line in removed], page.meta, page.url, page.shown, page.shape)
    return _made(page, page.meta, kept, removed) if outcome == "ok" else None


def _sift(page: Page, told: residue.Hints, without: frozenset[str]) -> tuple[list[str], list[Removed]]:
    """The lines sifted by the other rules: another may take what one without words or hints leaves."""
    if "headline" in without:
        told = replace(told, headlines=frozenset())
    if "link-only" in without:
        told = replace(told, linked=frozenset())
    if "byline" in without:
        told = replace(told, authors=frozenset(), years=frozenset())
    if "caption" in without:
        told = replace(told, captions=frozenset())
    told = replace(told, placed={line: at for line, at in told.placed.items() if at[0] not in without})
    _, removed = residue.sift(page.lines, told, Rules(rule for rule in load() if rule.id not in without))
    gone = {line.position: line for line in removed if line.rule not in without}
    return [text for n, text in enumerate(page.lines) if n not in gone], list(gone.values())


def _made(page: Page, meta: Metadata, kept: Sequence[str], removed: Sequence[Removed]) -> Article:
    return Article(
        article_id=meta.canonical_url or page.url,
        revision="",
        url=page.url,
        canonical_url=meta.canonical_url,
        title=meta.title,
        lead=meta.lead,
        text="\n\n".join(kept),
        removed=tuple(removed),
        cluster_id="",
        cleaner_version="",
    )


def _page_score(page: Page, text: str) -> dict[str, float]:
    """4-gram precision and recall against the nearest of the gold's readings: a standfirst may be in it or not."""
    if text not in page.scored:
        scores = (_against(reference, text) for reference in _references(page.gold))
        page.scored[text] = max(scores, key=lambda score: score["f"])
    return page.scored[text]


def _references(gold: Mapping[str, Any]) -> list[str]:
    if "paragraphs" not in gold:
        return [gold.get("body") or ""]
    paragraphs, lead = gold["paragraphs"], gold.get("summary") or []
    if lead:
        return ["\n".join(paragraphs), "\n".join([*lead, *paragraphs])]
    bracketed = [p for p in paragraphs if p[:1] == "[" and p[-1:] == "]"]
    told = ["\n".join(p[1:-1] if p in bracketed else p for p in paragraphs)]
    return [*told, "\n".join(p for p in paragraphs if p not in bracketed)] if bracketed else told


def _against(reference: str, text: str) -> dict[str, float]:
    gold, ours = _TOKEN.findall(reference), _TOKEN.findall(text)
    a, b = _shingles(gold), _shingles(ours)
    hits = sum((a & b).values())
    precision = hits / b.total() if b else float(not a)
    recall = hits / a.total() if a else float(not b)
    f = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"P": precision, "R": recall, "f": f, "exact": float(gold == ours), "told": float(bool(b))}


def _shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _row(scores: Mapping[str, float], whole: Mapping[str, float] | None = None) -> str:
    """The figures; with ``whole``, what the part that is missing gains there, or costs, with a minus."""
    if whole is None:
        return "  ".join(f"{name} {scores[name]:.4f}" for name in _SHOWN)
    return "  ".join(f"{name} {whole[name] - scores[name]:+.4f}" for name in _SHOWN)
