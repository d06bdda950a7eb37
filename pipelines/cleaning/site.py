"""The site profile: lines that recur over a host's pages are its furniture, whatever they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.cleaning import residue
from pipelines.cleaning.judge import clean, revision
from warehouse.records import Article, Removed, content_id

#: Pages whose lines are for more than this share the same tell one story (syndication, a correction).
SAME_STORY = 0.5

#: A line must stand on so many pages; past 20 pages, on a tenth of them too (an agency repeats its
#: paragraph of background over a dozen stories of a month, its furniture stands under all).
PAGES = 2
SHARE = 0.1


def clean_site(pages: Sequence[tuple[bytes | str, str]], *, fetched_at: datetime | None = None) -> list[Article | None]:
    """:func:`pipelines.cleaning.clean` over pages of one host, without the lines that recur among them."""
    return drop_recurring([clean(html, url, fetched_at=fetched_at) for html, url in pages])


def drop_recurring(articles: Sequence[Article | None]) -> list[Article | None]:
    """The articles of one host without the lines that recur over several of its stories.

    A story's own title and lead are exempt, and so is text shared by two copies of one story. A pure
    function of the batch: the same articles give the same result, in any order.
    """
    stories = [article for article in articles if article is not None]
    keys = [dict.fromkeys(residue.key(p) for p in a.text.split("\n\n")) for a in stories]
    representatives = _distinct(keys)
    count = Counter(k for n in representatives for k in keys[n] if k)
    least = max(PAGES, round(SHARE * len(representatives)))
    recurring = {k for k, pages in count.items() if pages >= least}
    return (
        [None if article is None else _without(article, recurring) for article in articles]
        if recurring
        else list(articles)
    )


def _distinct(keys: Sequence[dict[str, None]]) -> list[int]:
    """One page of each story: those that share most of their words with an earlier page are copies."""
    chosen: list[int] = []
    homes: dict[str, list[int]] = {}
    for n, lines in sorted(enumerate(keys), key=lambda item: (-len(item[1]), list(item[1])[:3])):
        shared: Counter[int] = Counter()
        for k in lines:
            for other in homes.get(k, ()):
                shared[other] += len(k)
        size = sum(map(len, lines))
        if size and any(common > SAME_STORY * size for common in shared.values()):
            continue
        chosen.append(n)
        for k in lines:
            homes.setdefault(k, []).append(n)
    return chosen


def _without(article: Article, recurring: set[str]) -> Article:
    own = {residue.key(article.title or ""), residue.key(article.lead or "")}
    taken = {line.position: line for line in article.removed}
    paragraphs = article.text.split("\n\n")
    kept: list[str] = []
    position = 0
    for text in paragraphs:
        while position in taken:
            position += 1
        words = residue.key(text)
        if words in recurring and words not in own:
            taken[position] = Removed(text=text, rule="site-profile", position=position)
        else:
            kept.append(text)
        position += 1
    if len(kept) == len(paragraphs) or sum(map(len, kept)) < (1 - residue.MOST) * len(article.text):
        return article
    text = "\n\n".join(kept)
    return replace(
        article,
        text=text,
        revision=revision(article.title, text),
        cluster_id=content_id(residue.key(text)),
        removed=tuple(taken[n] for n in sorted(taken)),
    )
