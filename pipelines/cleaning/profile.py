"""What is learnt of a site: which lines recur over its stories, and which places of its template hold no story.

It is learnt host by host, from the stories at hand and from what the days before recorded of theirs
(:class:`~warehouse.records.SiteLine`). What an article's own earlier capture kept or lost decides
first: a page that has not changed reads the same on every later day, whatever else was crawled with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pipelines.cleaning.overrides import DROP_RULE, Overrides
from pipelines.cleaning.places import CARD, Places, line_id
from warehouse.records import Article, Removed, SiteLine
from warehouse.vocabulary import Standing

#: Days before a crawl day whose records count: a weekly feature has then come round four times.
HISTORY_DAYS: Final = 28

#: Pages whose lines are for more than this share the same tell one story (syndication, a correction).
SAME_STORY: Final = 0.5

#: A line on more stories than this says nothing about which of them are copies of each other: where the
#: furniture outweighs short stories, all would be one. It also keeps learning linear in the number of lines.
TELLING: Final = 8

#: A line must stand on so many stories; past 20 stories, on a tenth of them too (an agency repeats its
#: paragraph of background over a dozen stories of a month, its furniture stands under all).
PAGES: Final = 2
SHARE: Final = 0.1

#: A line of at most so many characters that does not end like a sentence may be a subheading. Those recur, too
#: ("Analysis", "Pros", "Cons"), and are the story's.
HEADING: Final = 60

#: A sentence of so many words that does not recur is a paragraph of the story.
PARAGRAPH_WORDS: Final = 12

#: Between paragraphs of the story, a line must stand on this share of the stories: two that tell of one matter
#: share a paragraph of background.
INSIDE_SHARE: Final = 0.5

#: A place is furniture where other rules, recurrence or the card around it tell so of this share of its lines,
#: on PAGES stories; and never where it holds more than that share of its stories' text.
PLACE_LINES: Final = 0.5
PLACE_TEXT: Final = 0.25

#: A line that got into one text is furniture if it stands outside the text on so many of the site's other pages.
AROUND_SHARE: Final = 0.5

#: Articles remembered with their lines: most days of most sources.
MEMORY: Final = 512

RULE: Final = "site-profile"

#: Rules that speak of a line's words or of the lines around it; where it stood is no evidence against its neighbours.
_NOT_THE_PLACE: Final = frozenset(
    {"headline", "above-headline", "byline", "no-words", "repeat", "doubled", "caption", RULE, DROP_RULE}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of a site. Lines and places are named by :mod:`pipelines.cleaning.places`.

    ``counts``: on how many of the ``stories`` each line was seen; ``least``: furniture stands on so
    many. ``around``: lines that stand outside the text on the rest of the site's pages, and on how
    many. ``first_seen``: the first day of each. ``places``: those that hold no story. ``before``:
    article id -> its lines when it was last captured, and whether each was dropped.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    stories: int = 0
    around: Mapping[str, int] = field(default_factory=dict)
    first_seen: Mapping[str, date] = field(default_factory=dict)
    places: frozenset[str] = frozenset()
    before: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def least(self) -> int:
        return _least(self.stories)

    def drops(
        self,
        article_id: str,
        line: str,
        place: str = "",
        *,
        begun: bool = False,
        goes_on: bool = False,
        told: bool = False,
    ) -> bool:
        """Whether a line of an article is furniture.

        Args:
            begun: a paragraph of the story stands above it: the first one may be its summary on other pages.
            goes_on: a paragraph of the story stands below it.
            told: it reads like a part of a story that may recur: a subheading, a quotation.
        """
        count = self.counts.get(line, 0)
        inside = begun and goes_on
        recurs = count >= self.least and not (inside and (told or count < INSIDE_SHARE * self.stories))
        stray = begun and not told and self.around.get(line, 0) >= (PAGES if goes_on else 1)
        return self.before.get(article_id, {}).get(line, recurs or stray or place in self.places)

    def spares(self, article_id: str, lines: Iterable[Named], places: Places) -> bool:
        """Whether :meth:`drops` is false of every line of an article, told at a glance: it is of most articles where
        a site has few, and nothing is known of it. False where that takes a closer look."""
        counts, least, around = self.counts, self.least, self.around
        return (
            article_id not in self.before
            and self.places.isdisjoint(places.lines)
            and not any(counts.get(line.name, 0) >= least or line.name in around for line in lines)
        )

    def standing(self, line: str, text: str, place: str = "") -> Standing:
        """What is made of a line, on stories not met before."""
        said = self.overrides.of(text)
        if said is not None:
            return said
        count = self.counts.get(line, 0)
        if (count >= PAGES and count >= self.least) or (count and line in self.around):
            return "learnt"
        return "place" if place in self.places else "recurring" if count > 1 else "single"


#: A line of a story: its length in characters, its place, and the rule that took it ("" where it stands).
Line = tuple[int, str, str]


def host_of(article: Article) -> str:
    """The host an article stands on, without ``www.``; empty where its address is unknown."""
    return _host_of(article.canonical_url)


@lru_cache(4 * MEMORY)  # asked for as often as its lines
def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Named(NamedTuple):
    """A line of an article: its :func:`line_id`, its place in the template, its text, the rule that took it ("" where
    it stands), and its position among them all."""

    name: str
    place: str
    text: str
    rule: str
    position: int


def lines_of(article: Article, places: Places) -> Sequence[Named]:
    """All the article's lines in order."""
    return _lines(article.text, article.removed, places)


@lru_cache(MEMORY)  # learning, applying and recording a profile each ask for them
def _lines(told: str, removed: tuple[Removed, ...], places: Places) -> Sequence[Named]:
    taken = {line.position: line for line in removed}
    lines: list[tuple[str, str, int]] = []
    for text in told.split("\n\n"):
        while (position := len(lines)) in taken:
            lines.append((taken[position].text, taken[position].rule, position))
        lines.append((text, "", position))
    lines += [(line.text, line.rule, line.position) for line in removed if line.position >= len(lines)]
    names = places.names if len(places.names) == len(lines) else [line_id(text) for text, _, _ in lines]
    return [
        Named(name, places.at(position), text, rule, position)
        for name, (text, rule, position) in zip(names, lines, strict=True)
    ]


def order(article: Article) -> tuple[date, str, str, str]:
    """Earliest capture first; nothing is left to the order in which they came."""
    seen = article.first_seen.isoformat() if article.first_seen is not None else ""
    return article.crawl_day or date.min, seen, article.canonical_url, article.text


def learn(
    articles: Sequence[Article],
    history: Iterable[SiteLine] = (),
    overrides: Overrides | None = None,
    places: Sequence[Places] = (),
) -> dict[str, Profile]:
    """The profile of each host the articles stand on; a pure function of the two sets, whatever their order.

    Args:
        articles: those to be cleaned with the profiles, each with all its lines.
        history: what :func:`pipelines.cleaning.observe` recorded on the days before.
        overrides: what the source's declaration says of single lines.
        places: of each article's page; without them none is learnt today.
    """
    by_host: dict[str, list[int]] = {}
    for number, article in enumerate(articles):
        by_host.setdefault(host_of(article), []).append(number)
    known = {host: _Known({articles[n].article_id for n in found}) for host, found in by_host.items()}
    for seen in history:
        if (of_host := known.get(seen.host)) is not None:
            of_host.add(seen)
    return {
        host: _learn([articles[n] for n in found], [places[n] for n in found] if places else (), known[host], overrides)
        for host, found in by_host.items()
    }


def learn_site(articles: Sequence[Article], places: Sequence[Places] = ()) -> Profile:
    """The profile of one site from its articles at hand, whatever hosts they are on; see :func:`learn`."""
    return _learn(articles, places, _Known(set()), None)


class _Known:
    """What the days before recorded of one host; takes their records in any order, and keeps none of them."""

    def __init__(self, articles: set[str]) -> None:
        """``articles``: ids of those captured again now."""
        self.stories: dict[str, dict[str, Line]] = {}
        self.first_seen: dict[str, date] = {}
        self.around: Counter[str] = Counter()
        self.within: Counter[str] = Counter()
        self._pages: dict[tuple[date, str], int] = {}
        self._again = articles
        self._fates: dict[str, dict[str, tuple[date, str, bool]]] = {}
        self._shared: dict[Line, Line] = {}

    def add(self, seen: SiteLine) -> None:
        name, day, dropped = seen.line, seen.crawl_day, frozenset(seen.dropped)
        # for counters, += of what is new is several times as dear
        self.around[name] = self.around.get(name, 0) + seen.around
        self.within[name] = self.within.get(name, 0) + len(seen.held)
        self._pages[day, seen.source_id] = seen.pages
        if day <= self.first_seen.get(name, day):
            self.first_seen[name] = day
        for article_id in seen.held:
            line = seen.characters, seen.place, (seen.rule or "") if article_id in dropped else ""
            line = self._shared.setdefault(line, line)
            lines = self.stories.setdefault(article_id, {})
            if line >= lines.get(name, line):
                lines[name] = line
            # what a person said holds only as long as it stands there
            if article_id in self._again and seen.standing not in ("drop", "keep"):
                fates = self._fates.setdefault(article_id, {})
                fate = day, seen.source_id, article_id in dropped
                fates[name] = max(fate, fates.get(name, fate))

    @property
    def pages(self) -> int:
        return sum(self._pages.values())

    def before(self) -> dict[str, dict[str, bool]]:
        """Article -> its lines, and whether each was dropped on the last day it was captured."""
        return {
            article_id: {line: dropped for line, (_, _, dropped) in fates.items()}
            for article_id, fates in self._fates.items()
        }


def _learn(
    articles: Sequence[Article], places: Sequence[Places], known: _Known, overrides: Overrides | None
) -> Profile:
    stories, first_seen = known.stories, known.first_seen
    paired = zip(articles, places or [Places()] * len(articles), strict=True)
    for number, (article, where) in enumerate(sorted(paired, key=lambda pair: order(pair[0]))):
        # without an address every page has the same id
        story = stories.setdefault(article.article_id if article.canonical_url else f"{number}", {})
        known.around.update(where.around)
        within: dict[str, Line] = {}
        for name, place, text, rule, _ in lines_of(article, where):
            if name:
                within[name] = len(text), place, rule
                if article.crawl_day is not None:
                    first_seen.setdefault(name, article.crawl_day)
        known.within.update(within.keys())
        story.update(within)
    different = _different(stories.values())
    counts = Counter(chain.from_iterable(different))
    least = _least(len(different))
    recurring = {line for line, count in counts.items() if count >= least}
    pages = known.pages + len(articles)
    around = {
        line: count
        for line, count in known.around.items()
        if count >= AROUND_SHARE * (pages - known.within.get(line, 0))
    }
    found = _places(different, recurring)
    return Profile(counts, len(different), around, first_seen, found, known.before(), overrides or Overrides())


@lru_cache(1)  # asked for each line of a site
def _least(stories: int) -> int:
    return max(PAGES, round(SHARE * stories))


def _different(stories: Collection[Mapping[str, Line]]) -> list[Mapping[str, Line]]:
    """One of each story: those that share most of their words with a longer one are copies of it."""
    if len(stories) == 1:  # as most hosts of an archive have
        return list(stories)
    by_length = sorted(stories, key=lambda story: (-len(story), sorted(story)))
    held = Counter(line for story in by_length for line in story)
    chosen: list[Mapping[str, Line]] = []
    homes: dict[str, list[int]] = {}
    for story in by_length:
        telling = {
            line: size
            for line, (size, _, rule) in story.items()
            if held[line] <= TELLING and rule in ("", RULE, DROP_RULE)
        }
        shared: Counter[int] = Counter()
        for line, size in telling.items():
            for other in homes.get(line, ()):
                shared[other] += size
        if any(common > SAME_STORY * sum(telling.values()) for common in shared.values()):
            continue
        for line in telling:
            if held[line] > 1:
                homes.setdefault(line, []).append(len(chosen))
        chosen.append(story)
    return chosen


def _places(stories: Sequence[Mapping[str, Line]], recurring: set[str]) -> frozenset[str]:
    """The places of the template that hold other things than the story."""
    if len(stories) < PAGES:
        return frozenset()
    told: dict[str, list[int]] = {}  # place -> the story of each of its lines of which something tells so
    for number, story in enumerate(stories):
        for line, (length, place, rule) in story.items():
            if place and (
                place.startswith(CARD)
                or (rule and rule not in _NOT_THE_PLACE)
                or (line in recurring and length > HEADING)
            ):
                told.setdefault(place, []).append(number)
    foreign = {place: len(numbers) for place, numbers in told.items() if len(set(numbers)) >= PAGES}
    held, size, whole = Counter[str](), Counter[str](), Counter[str]()
    for story in stories if foreign else ():  # few places are asked about, and most sites have none
        here = [(length, place) for length, place, _ in story.values() if place in foreign]
        for length, place in here:
            held[place] += 1
            size[place] += length
        of_story = sum(length for length, _, _ in story.values())
        whole.update(dict.fromkeys((place for _, place in here), of_story))
    return frozenset(
        place
        for place, lines in foreign.items()
        if lines >= PLACE_LINES * held[place] and size[place] <= PLACE_TEXT * whole[place]
    )
