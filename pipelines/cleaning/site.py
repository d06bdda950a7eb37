"""The site profile: lines that recur over a site's stories are its furniture, whatever they say.

It is learnt host by host, from the stories at hand and from what the days before recorded of theirs
(:class:`~warehouse.records.SiteLine`); what an article's own earlier capture kept or lost decides
first: a page that has not changed reads the same on every later day, whatever else was crawled with it.
What a source's declaration says of a line (:class:`Overrides`) comes before all that was learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from pipelines.cleaning import residue
from pipelines.cleaning.judge import clean, revision
from pipelines.cleaning.overrides import DROP_RULE, Overrides
from warehouse.records import Article, Removed, SiteLine, content_id
from warehouse.vocabulary import Standing

#: Days before a crawl day whose records count: a weekly feature has then come round four times.
HISTORY_DAYS: Final = 28

#: Pages whose lines are for more than this share the same tell one story (syndication, a correction).
SAME_STORY: Final = 0.5

#: A line on more stories than this says nothing about which of them are copies of each other;
#: it also keeps learning linear in the number of lines.
TELLING_HOMES: Final = 8

#: A line must stand on so many stories; past 20 stories, on a tenth of them too (an agency repeats its
#: paragraph of background over a dozen stories of a month, its furniture stands under all).
PAGES: Final = 2
SHARE: Final = 0.1

RULE: Final = "site-profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of a site. Lines are named by :func:`line_id`.

    ``counts``: on how many of the ``stories`` each line was seen; ``least``: furniture stands on so
    many. ``first_seen``: the first day of each. ``before``: article id -> its lines when it was last
    captured, and whether each was dropped for recurring.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    stories: int = 0
    first_seen: Mapping[str, date] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def least(self) -> int:
        return max(PAGES, round(SHARE * self.stories))

    def drops(self, article_id: str, line: str) -> bool:
        """Whether a line of an article is furniture."""
        return self.before.get(article_id, {}).get(line, self.counts.get(line, 0) >= self.least)

    def standing(self, line: str, text: str) -> Standing:
        """What is made of a line, on stories not met before."""
        said = self.overrides.of(text)
        if said is not None:
            return said
        count = self.counts.get(line, 0)
        return "learnt" if count >= self.least else "recurring" if count > 1 else "single"


def host_of(article: Article) -> str:
    """The host an article stands on, without ``www.``; empty where its address is unknown."""
    try:
        return (urlsplit(article.canonical_url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def line_id(text: str) -> str:
    """Names a line by its words; empty where it has none."""
    words = residue.key(text)
    return content_id(words)[:16] if words else ""


def learn(
    articles: Iterable[Article], history: Iterable[SiteLine] = (), overrides: Overrides | None = None
) -> dict[str, Profile]:
    """The profile of each host the articles stand on; a pure function of the two sets, whatever their order.

    Args:
        articles: those to be cleaned with the profiles, each with all its lines.
        history: what :func:`observe` recorded on the days before.
        overrides: what the source's declaration says of single lines.
    """
    by_host: dict[str, list[Article]] = {}
    for article in articles:
        by_host.setdefault(host_of(article), []).append(article)
    known: dict[str, list[SiteLine]] = {}
    for seen in history:
        if seen.host in by_host:
            known.setdefault(seen.host, []).append(seen)
    return {host: learn_site(found, known.get(host, ()), overrides) for host, found in by_host.items()}


def learn_site(
    articles: Iterable[Article], history: Iterable[SiteLine] = (), overrides: Overrides | None = None
) -> Profile:
    """The profile of one site; see :func:`learn`."""
    before: dict[str, dict[str, bool]] = {}
    stories: dict[str, dict[str, int]] = {}
    first_seen: dict[str, date] = {}
    for seen in sorted(history, key=lambda seen: (seen.crawl_day, seen.source_id, seen.line)):
        first_seen.setdefault(seen.line, seen.crawl_day)
        for article_id in seen.held:
            stories.setdefault(article_id, {})[seen.line] = seen.characters
            if seen.standing not in ("drop", "keep"):  # what a person said holds as long as it stands there
                before.setdefault(article_id, {})[seen.line] = article_id in seen.dropped
    for number, article in enumerate(sorted(articles, key=_order)):
        # without an address every page has the same id
        story = article.article_id if article.canonical_url else f"{number}"
        lines = stories.setdefault(story, {})
        for line in _lines(article):
            if line.rule in ("", RULE, DROP_RULE) and (name := line_id(line.text)):
                lines[name] = len(line.text)
                if article.crawl_day is not None:
                    first_seen.setdefault(name, article.crawl_day)
    different = _different(stories.values())
    counts = Counter(line for lines in different for line in lines)
    return Profile(counts, len(different), first_seen, before, overrides or Overrides())


def apply(profile: Profile, article: Article) -> Article:
    """The article without the lines that recur; its own title and lead stay.

    Where they would be most of it, the profile is wrong about this page, and it stays as it is, but
    for what the source's declaration says.
    """
    said = [_said(profile.overrides, line) for line in _lines(article)]
    own = {line_id(article.title or ""), line_id(article.lead or ""), ""}
    learnt = [
        replace(line, rule=RULE)
        if not line.rule
        and (name := line_id(line.text)) not in own
        and profile.drops(article.article_id, name)
        and profile.overrides.of(line.text) != "keep"
        else line
        for line in said
    ]
    trusted = _size(learnt) >= (1 - residue.MOST) * _size(said)
    return _made_of(article, learnt if trusted else said)


def drop_recurring(
    articles: Sequence[Article], history: Iterable[SiteLine] = (), overrides: Overrides | None = None
) -> list[Article]:
    """The articles without their sites' furniture, in their order: :func:`learn`, then :func:`apply`."""
    profiles = learn(articles, history, overrides)
    return [apply(profiles[host_of(article)], article) for article in articles]


def observe(
    profiles: Mapping[str, Profile], articles: Iterable[Article], source_id: str, day: date
) -> Iterator[SiteLine]:
    """What the day showed of each line, for the profiles of later days.

    Args:
        profiles: those that :func:`learn` made for these articles.
        articles: as :func:`apply` left them.
    """
    by_host: dict[str, list[Article]] = {}
    for article in sorted(articles, key=_order):
        by_host.setdefault(host_of(article), []).append(article)
    for host, found in sorted(by_host.items()):
        profile = profiles[host]
        texts: dict[str, str] = {}
        fates: dict[str, dict[str, bool]] = {}  # line -> article -> whether its last capture lost it
        for article in found:
            for line in _lines(article):
                if line.rule in ("", RULE, DROP_RULE) and (name := line_id(line.text)):
                    texts.setdefault(name, line.text)
                    fates.setdefault(name, {})[article.article_id] = bool(line.rule)
        for name, text in sorted(texts.items()):
            standing = profile.standing(name, text)
            yield SiteLine(
                source_id=source_id,
                crawl_day=day,
                host=host,
                line=name,
                text=None if standing == "single" and not any(fates[name].values()) else text,
                characters=len(text),
                held=tuple(sorted(fates[name])),
                dropped=tuple(sorted(article_id for article_id, lost in fates[name].items() if lost)),
                standing=standing,
                stories=profile.counts.get(name, 0),
                of_stories=profile.stories,
                first_seen=profile.first_seen.get(name, day),
            )


def clean_site(pages: Sequence[tuple[bytes | str, str]], *, fetched_at: datetime | None = None) -> list[Article | None]:
    """:func:`pipelines.cleaning.clean` over pages of one site, without the lines that recur among them."""
    articles = [clean(html, url, fetched_at=fetched_at) for html, url in pages]
    profile = learn_site(article for article in articles if article is not None)
    return [None if article is None else apply(profile, article) for article in articles]


def _lines(article: Article) -> list[Removed]:
    """All the article's lines in order, those that stand with the rule ""."""
    taken = {line.position: line for line in article.removed}
    lines: list[Removed] = []
    for text in article.text.split("\n\n"):
        while (position := len(lines)) in taken:
            lines.append(taken[position])
        lines.append(Removed(text=text, rule="", position=position))
    return lines + [line for line in article.removed if line.position >= len(lines)]


def _said(overrides: Overrides, line: Removed) -> Removed:
    word = overrides.of(line.text)
    if word is None:
        return line
    return replace(line, rule=DROP_RULE if word == "drop" else "")


def _size(lines: Iterable[Removed]) -> int:
    return sum(len(line.text) for line in lines if not line.rule)


def _made_of(article: Article, lines: Sequence[Removed]) -> Article:
    text = "\n\n".join(line.text for line in lines if not line.rule)
    removed = tuple(line for line in lines if line.rule)
    if removed == article.removed:
        return article
    return replace(
        article,
        text=text,
        revision=revision(article.title, text),
        cluster_id=content_id(residue.key(text)),
        removed=removed,
    )


def _order(article: Article) -> tuple[date, str, str, str]:
    """Earliest capture first; nothing is left to the order in which they came."""
    seen = article.first_seen.isoformat() if article.first_seen is not None else ""
    return article.crawl_day or date.min, seen, article.canonical_url, article.text


def _different(stories: Iterable[Mapping[str, int]]) -> list[Mapping[str, int]]:
    """One of each story: those that share most of their words with a longer one are copies of it.

    Args:
        stories: the lines of each, with their lengths.
    """
    chosen: list[Mapping[str, int]] = []
    homes: dict[str, list[int]] = {}
    for lines in sorted(stories, key=lambda lines: (-len(lines), sorted(lines))):
        shared: Counter[int] = Counter()
        for line, size in lines.items():
            for other in homes.get(line, ()):
                shared[other] += size
        most = SAME_STORY * sum(lines.values())
        if lines and any(common > most for common in shared.values()):
            continue
        for line in lines:
            held_by = homes.setdefault(line, [])
            if len(held_by) < TELLING_HOMES:
                held_by.append(len(chosen))
        chosen.append(lines)
    return chosen
