"""Pages of every kind in fourteen languages and three shapes, of words of our own: what judging makes of them.

With a folder of scoring sets, also how many of their pages, every one of them an article, are refused.
"""

# ruff: noqa: E501 -- pages stand on one line each

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.metadata import gold_pages

TEXTS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

Shape = Callable[[str, str, str, str], str]


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and what it is: an outcome, or the kind of an article."""

    kind: str
    language: str
    shape: str
    url: str
    html: str


def _plain(language: str, title: str, head: str, body: str) -> str:
    """A page of few names, as a small outlet writes it."""
    return (
        f"<html lang='{language}'><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}"
        "<p><a href='/'>Gazette</a></p></body></html>"
    )


def _cms(language: str, title: str, head: str, body: str) -> str:
    """A content system's: menus, sharing metadata, a list of other stories beside."""
    menu = "".join(f"<li><a href='/s{n}'>{word}</a></li>" for n, word in enumerate(title.split()))
    beside = "".join(f"<li><h3><a href='/n/{n}'>{title} {n}</a></h3></li>" for n in range(6))
    return (
        f"<html lang='{language}'><head><title>{title} | Gazette</title><meta property='og:site_name' content='Gazette'>"
        f"<meta property='og:title' content='{title}'>{head}</head><body><header><nav><ul>{menu}</ul></nav></header>"
        f"<main><div class='content'><h1>{title}</h1>{body}</div></main><aside class='sidebar'><ul>{beside}</ul></aside>"
        "<footer><p>Gazette 2026</p></footer></body></html>"
    )


def _blocks(language: str, title: str, head: str, body: str) -> str:
    """A framework's: nested blocks without names, paragraphs in them."""
    return (
        f"<html lang='{language}'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><div id='root'><div>"
        f"<div><div><h1>{title}</h1></div><section>{body}</section></div><div><a href='/'>Gazette</a></div></div></div></body></html>"
    )


SHAPES: dict[str, Shape] = {"plain": _plain, "cms": _cms, "blocks": _blocks}


def _paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def _rounds(story: list[str], number: int) -> list[str]:
    """The sentences of a story told so many times, no two alike: what repeats is taken for furniture."""
    return [f"{line[:-1]} ({n})." if n else line for n in range(number) for line in story]


def _ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(fields, ensure_ascii=False)}</script>"


def _teasers(words: dict[str, Any], number: int, *, prose: bool) -> str:
    """Cards of a listing: a linked headline, and with ``prose`` the first sentence of each story."""
    lines = (words["title"], *words["story"])
    return "".join(
        f"<div><h2><a href='/n/{n}'>{' '.join(lines[n % 4].split()[:9])} {n}</a></h2>"
        + (f"<p>{words['story'][n % 3][:-1]} {n}.</p>" if prose else "")
        + "</div>"
        for n in range(number)
    )


def labelled_pages() -> Iterator[LabelledPage]:
    """Every kind, in every language and shape."""
    for language, words in TEXTS.items():
        story, title = words["story"], words["title"]
        article = _ld(**{"@type": "NewsArticle", "headline": title, "datePublished": "2026-03-04"})
        closed = _ld(**{"@type": "NewsArticle", "headline": title, "isAccessibleForFree": False})
        film = _ld(**{"@type": "VideoObject", "name": words["video"][0], "uploadDate": "2026-03-04"})
        pictures = "".join(
            f"<figure><img src='/i/{n}.jpg'><figcaption>{words['gallery'][1]} {n}</figcaption></figure>"
            for n in range(9)
        )
        posts = "".join(
            f"<div class='live-post'><time>1{n}:20</time><h3>{' '.join(line.split()[:5])}</h3><p>{line}</p></div>"
            for n, line in enumerate(story * 3)
        )
        listed = _ld(
            **{
                "@type": "ItemList",
                "itemListElement": [
                    {"@type": "NewsArticle", "headline": f"{title} {n}", "url": f"/n/{n}"} for n in range(9)
                ],
            }
        )
        cases: list[tuple[str, str, str, str, str]] = [
            ("article", "world/ferry-brings-flour", title, article, _paragraphs(*_rounds(story, 2))),
            ("article", "world/ferry-brings-flour", title, "", _paragraphs(*_rounds(story, 2))),
            ("article", "world/ferry-in-brief", title, article, _paragraphs(story[0])),
            ("article", "video/ferry-brings-flour", title, article + film, "<video src='/v.mp4'></video>" + _paragraphs(*_rounds(story, 3))),
            ("article", "gallery/ferry-brings-flour", title, "", pictures + _paragraphs(*_rounds(story, 3))),
            ("live_blog", "world/live/ferry", words["live"], _ld(**{"@type": "LiveBlogPosting", "headline": words["live"]}), posts),
            ("live_blog", "world/ferry-on-its-way", words["live"], "", posts),
            ("index", "", "Gazette", "<meta property='og:type' content='website'>", _teasers(words, 20, prose=True)),
            ("index", "world", words["index"], listed, _teasers(words, 12, prose=True)),
            ("index", "tag/ferry", words["index"], "<meta property='og:type' content='article'>", _teasers(words, 9, prose=True)),
            ("index", "news", words["index"], "", _teasers(words, 25, prose=False)),
            ("index", "video", words["index"], "", _teasers(words, 12, prose=False)),
            ("index", "autor/berg", words["index"], listed, _teasers(words, 6, prose=True)),
            ("article", "world/ferry-brings-flour", title, "", _paragraphs(*_rounds(story, 4)) + _teasers(words, 5, prose=True)),
            ("article", "world/ferry-brings-flour", title, "", _paragraphs(*_rounds(story, 4)) + _teasers(words, 9, prose=False)),
            ("article", "world/ferry-brings-flour", title, "<meta property='og:type' content='article'>", _paragraphs(*_rounds(story, 2)) + _teasers(words, 12, prose=False)),
            ("article", "", title, article, _paragraphs(*_rounds(story, 2))),
            ("article", "world/cookies", words["consent"][0], "", _paragraphs(*words["consent"][1:], *_rounds(story, 4))),
            ("article", "world/gone", words["missing"][0], "", _paragraphs(*_rounds(story, 6), words["missing"][1])),
            ("soft_404", "world/gone", words["missing"][0], "", _paragraphs(words["missing"][1])),
            ("soft_404", "world/gone", "Gazette", "", _paragraphs(words["missing"][1])),
            ("consent_wall", "world/ferry", words["consent"][0], "", _paragraphs(*words["consent"][1:])),
            ("consent_wall", "world/ferry", "Gazette", "", _paragraphs(*words["consent"][1:]) + "<button>OK</button>"),
            ("paywall", "world/ferry", title, closed, _paragraphs(story[0], words["paywall"])),
            ("paywall", "world/ferry", title, "", _paragraphs(story[0], words["paywall"])),
            ("blocked", "world/ferry", words["challenge"][0], "", _paragraphs(words["challenge"][1])),
            ("gallery", f"{words['gallery'][2]}/ferry", words["gallery"][0], "", pictures),
            ("gallery", "world/ferry", words["gallery"][0], _ld(**{"@type": "ImageGallery", "name": words["gallery"][0]}), pictures),
            ("video", f"{words['video'][2]}/ferry", words["video"][0], film, "<video src='/v.mp4'></video>" + _paragraphs(words["video"][1])),
            ("video", "world/ferry", words["video"][0], "<meta property='og:type' content='video.other'>", _paragraphs(words["video"][1], story[0])),
        ]  # fmt: skip
        for kind, path, heading, head, body in cases:
            for shape, make in SHAPES.items():
                yield LabelledPage(
                    kind, language, shape, f"https://gazette.example/{path}", make(language, heading, head, body)
                )


def told(html: bytes | str, url: str) -> str:
    """What judging makes of a page: its outcome, or the kind of its article."""
    from pipelines.cleaning import judge

    cleaned = judge(html, url)
    return cleaned.article.kind if cleaned.article is not None else cleaned.outcome


def page_kinds(folder: Path | None) -> dict[str, float | int | str]:
    """By kind: how many pages are told right, and what the others are taken for; and real articles refused."""
    asked: Counter[str] = Counter()
    taken: dict[str, Counter[str]] = {}
    for page in labelled_pages():
        asked[page.kind] += 1
        taken.setdefault(page.kind, Counter())[told(page.html, page.url)] += 1
    figures: dict[str, float | int | str] = {"pages": sum(asked.values())}
    for kind, number in asked.items():
        others = ", ".join(f"{other} {n}" for other, n in taken[kind].most_common() if other != kind)
        figures[kind] = f"{taken[kind][kind]} of {number}" + (f" ({others})" if others else "")
    for gold in sorted(folder.glob("**/gold.json")) if folder else []:
        found = Counter(told(body, url) for _, body, url, _ in gold_pages(gold.parent))
        refused = {kind: n for kind, n in found.items() if kind not in {"article", "live_blog"}}
        figures[f"refused of {found.total()} articles of {gold.parent.name}"] = f"{sum(refused.values())}" + "".join(
            f", {kind} {n}" for kind, n in refused.items()
        )
        figures[f"live blogs among them, {gold.parent.name}"] = found["live_blog"]
    return figures
