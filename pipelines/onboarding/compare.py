"""A source as it is today held against its own last days: each figure in words, with what a change means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.onboarding.past import Past, listing_key
from pipelines.onboarding.samples import Sample, candidates, language_of
from scrapers.probe import Route
from scrapers.source import Source
from scrapers.urls import canonical

#: A figure below this share of its usual value has changed.
LOW = 0.4

#: So much more of the text than usual that cleaning takes out, in times and in share of all characters.
MORE_REMOVED = 2.0
MORE_REMOVED_LEAST = 0.1

#: Fewer crawled days than this say nothing about what is usual: the first takes all that is listed.
HISTORY_NEEDED = 4

#: Days without a new story after which a source that had some every day has stopped.
STALE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: how it was, how it is, and what the change means (None: it is as usual)."""

    what: str
    usual: str
    today: str
    means: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def compare(
    source: Source, routes: Sequence[Route], found: Sequence[Sample], past: Past, now: datetime | None = None
) -> list[Compared]:
    """What each listing, the new stories and the sampled articles give today beside what they used to give."""
    return [
        *(_listing(source, route, past) for route in routes),
        *_undeclared(routes, past),
        _new(source, routes, past, now or datetime.now(UTC)),
        *_texts(source, found, past),
    ]


def _listing(source: Source, route: Route, past: Past) -> Compared:
    what = f"{route.kind} {route.shown.removeprefix(source.home.rstrip('/')) or '/'}"
    today = f"{route.stories} named" if route.stories else route.trouble or "lists nothing"
    listed = past.listings.get(listing_key(route.url))
    if listed is None:
        means = None if route.stories else "new in the declaration, and gives nothing"
        return Compared(what, "not asked", today, means)
    read = f"read on {listed.good_days} of {_days(listed.days)}"
    usual = f"{_number(listed.stories)} named, {read}" if listed.stories else read
    if not route.stories and listed.good_days:
        means = "it worked and does not now: moved, gone or closed to us; find it anew: dateline sources add "
        return Compared(what, usual, today, means + source.home)
    if not route.stories:
        return Compared(what, usual, today, "it has given nothing all along: take it out of the declaration")
    if not listed.good_days:
        return Compared(what, usual, today, "it gives stories again; the next crawl takes them")
    # of an index, stories are named by its parts
    if route.named and listed.stories and route.stories < LOW * listed.stories:
        return Compared(what, usual, today, "it names far fewer stories than it did: look whether it was cut or split")
    return Compared(what, usual, today)


def _undeclared(routes: Sequence[Route], past: Past) -> Iterator[Compared]:
    """Listings that were asked and have gone from the declaration; parts of an index are no listings of their own."""
    declared = {listing_key(route.url) for route in routes}
    indexes = any(route.stories and route.kind == "sitemap" for route in routes)
    for url, listed in past.listings.items():
        if url not in declared and not (indexes and "sitemap" in url):
            yield Compared(f"listing {url}", f"read on {listed.good_days} of {_days(listed.days)}", "not declared")


def _new(source: Source, routes: Sequence[Route], past: Past, now: datetime) -> Compared:
    named = candidates(source, routes)
    new = [url for url in named if canonical(url) not in past.known]
    usual = f"{_number(past.new_articles)} articles a day (the last, {past.last_day}: {past.last_new})"
    today = f"{len(new)} of {len(named)} stories named are not known yet"
    newest = max((route.newest for route in routes if route.newest), default=None)
    ago = now - newest if newest else None
    used_to = past.days >= HISTORY_NEEDED and past.new_articles > 0
    if used_to and not new and ago and ago > timedelta(days=STALE_DAYS):
        means = f"the newest is {ago.days} days old: the site has paused, or no longer keeps these listings up"
        return Compared("new stories", usual, today, means)
    missed = (now.date() - past.last_day).days - 1
    if missed > STALE_DAYS:
        return Compared("new stories", usual, today, f"not crawled for {missed} days: is the schedule running?")
    return Compared("new stories", usual, today)


def _texts(source: Source, found: Sequence[Sample], past: Past) -> Iterator[Compared]:
    if not found:
        return
    articles = [one for one in found if one.article is not None]
    count = f"{len(articles)} of {len(found)} pages are articles"
    others = ", ".join(dict.fromkeys(one.outcome for one in found if one.article is None))
    if not articles:
        means = "its pages were read before: they have changed, or it lets us in no longer" if past.articles else None
        yield Compared("articles", f"{past.articles} in {_days(past.days)}", f"{count} ({others})", means)
        return
    yield Compared("articles", f"{past.articles} in {_days(past.days)}", count + (f" ({others})" if others else ""))
    if past.words is None or past.removed is None:
        return
    words = sorted(one.words for one in articles)[len(articles) // 2]
    short = words < LOW * past.words
    yield Compared(
        "words", _number(past.words), str(words),
        "much shorter: a paywall that shows the beginning, or text that cleaning no longer finds: "
        f"dateline clean {articles[0].url} --removed" if short else None,
    )  # fmt: skip
    removed = sum(one.removed for one in articles) / len(articles)
    more = removed > MORE_REMOVED * past.removed and removed > past.removed + MORE_REMOVED_LEAST
    yield Compared(
        "taken out", f"{past.removed:.0%} of the text", f"{removed:.0%}",
        f"cleaning takes far more: a redesign? See the lines: dateline clean {articles[0].url} --removed"
        if more else None,
    )  # fmt: skip
    language = language_of(found)
    if language and past.language and language != past.language:
        yield Compared("language", past.language, language, f"the declaration says {source.language}")


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _number(value: float) -> str:
    return f"{value:g}" if value < 10 else f"{value:.0f}"
