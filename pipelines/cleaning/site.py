"""The site profile: lines that recur over a site's stories are its furniture, whatever they say.

It is learnt from the stories at hand and those of the days before, and what an article's own earlier
capture kept or lost decides first: a page that has not changed reads the same on every later day,
whatever else was crawled with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from pipelines.cleaning import residue
from pipelines.cleaning.judge import clean, revision
from warehouse.records import Article, Removed, content_id

#: Days before a crawl day whose staged articles count: weekly features come round twice.
HISTORY_DAYS: Final = 14

#: Pages whose lines are for more than this share the same tell one story (syndication, a correction).
SAME_STORY: Final = 0.5

#: A line must stand on so many stories; past 20 stories, on a tenth of them too (an agency repeats its
#: paragraph of background over a dozen stories of a month, its furniture stands under all).
PAGES: Final = 2
SHARE: Final = 0.1

RULE: Final = "site-profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of a site. Lines stand as :func:`pipelines.cleaning.residue.key` gives them.

    ``recurring``: lines of several stories. ``before``: article id -> its lines when it was last
    captured, and whether each was dropped for recurring.
    """

    recurring: frozenset[str]
    before: Mapping[str, Mapping[str, bool]]

    def drops(self, article_id: str, line: str) -> bool:
        """Whether a line of an article is furniture."""
        return self.before.get(article_id, {}).get(line, line in self.recurring)


def learn(articles: Iterable[Article], history: Iterable[Article] = ()) -> Profile:
    """The profile of one site; a pure function of the two sets, whatever their order.

    Args:
        articles: those to be cleaned with the profile, each with all its lines.
        history: earlier captures of the site, as they were left by :func:`apply`.
    """
    before: dict[str, dict[str, bool]] = {}
    stories: dict[str, dict[str, None]] = {}
    for article in sorted(history, key=_order):
        fates = _fates(article)
        before.setdefault(article.article_id, {}).update(fates)
        stories.setdefault(article.article_id, {}).update(dict.fromkeys(fates))
    for number, article in enumerate(sorted(articles, key=_order)):
        # without an address every page has the same id
        name = article.article_id if article.canonical_url else f"{number}"
        stories.setdefault(name, {}).update(dict.fromkeys(_fates(article)))
    different = _different(stories.values())
    count = Counter(line for lines in different for line in lines if line)
    least = max(PAGES, round(SHARE * len(different)))
    return Profile(frozenset(line for line, pages in count.items() if pages >= least), before)


def apply(profile: Profile, article: Article) -> Article:
    """The article without the lines that recur; its own title and lead stay.

    Where they would be most of it, the profile is wrong about this page, and it stays as it is.
    """
    own = {residue.key(article.title or ""), residue.key(article.lead or "")}
    taken = {line.position: line for line in article.removed}
    paragraphs = article.text.split("\n\n")
    kept: list[str] = []
    position = 0
    for text in paragraphs:
        while position in taken:
            position += 1
        line = residue.key(text)
        if line not in own and profile.drops(article.article_id, line):
            taken[position] = Removed(text=text, rule=RULE, position=position)
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


def drop_recurring(articles: Sequence[Article], history: Iterable[Article] = ()) -> list[Article]:
    """The articles of one site without its furniture, in their order: :func:`learn`, then :func:`apply`."""
    profile = learn(articles, history)
    return [apply(profile, article) for article in articles]


def clean_site(pages: Sequence[tuple[bytes | str, str]], *, fetched_at: datetime | None = None) -> list[Article | None]:
    """:func:`pipelines.cleaning.clean` over pages of one site, without the lines that recur among them."""
    articles = [clean(html, url, fetched_at=fetched_at) for html, url in pages]
    profile = learn(article for article in articles if article is not None)
    return [None if article is None else apply(profile, article) for article in articles]


def _fates(article: Article) -> dict[str, bool]:
    """The article's lines before :func:`apply`, and whether it dropped them."""
    fates = {residue.key(line.text): True for line in article.removed if line.rule == RULE}
    return fates | {residue.key(text): False for text in article.text.split("\n\n")}


def _order(article: Article) -> tuple[date, str, str, str]:
    """Earliest capture first; nothing is left to the order in which they came."""
    seen = article.first_seen.isoformat() if article.first_seen is not None else ""
    return article.crawl_day or date.min, seen, article.canonical_url, article.text


def _different(stories: Iterable[Mapping[str, None]]) -> list[Mapping[str, None]]:
    """One of each story: those that share most of their words with a longer one are copies of it."""
    chosen: list[Mapping[str, None]] = []
    homes: dict[str, list[int]] = {}
    for lines in sorted(stories, key=lambda lines: (-len(lines), sorted(lines))):
        shared: Counter[int] = Counter()
        for line in lines:
            for other in homes.get(line, ()):
                shared[other] += len(line)
        size = sum(map(len, lines))
        if size and any(common > SAME_STORY * size for common in shared.values()):
            continue
        for line in lines:
            homes.setdefault(line, []).append(len(chosen))
        chosen.append(lines)
    return chosen
