"""A few stories of a source, fetched and read as a crawl would read them; nothing is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import Any

from pebble import ProcessPool

from pipelines.cleaning import Cleaned, apply_profile, judge_many, judges
from pipelines.cleaning.profile import learn_site
from scrapers.guest import Forbidden, Guest
from scrapers.outcomes import BLOCKING, CHALLENGE_HEADER
from scrapers.probe import Route
from scrapers.reservations import reservations
from scrapers.source import Source
from scrapers.urls import canonical, without_secrets
from warehouse.errors import DatelineError, SetAside
from warehouse.records import Article, Page

#: Articles that are shown, and pages that are asked for to find them.
MOST = 3
MOST_ASKED = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """One story: its address, the outcome a crawl would give it and why, its article where it is one, and what the
    publisher reserves."""

    url: str
    outcome: str
    detail: str | None = None
    article: Article | None = None
    reserved: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Words of its text, 0 where there is none."""
        return len(self.article.text.split()) if self.article else 0

    @property
    def removed(self) -> float:
        """Share of the extracted characters that cleaning took out, 0 to 1."""
        if self.article is None:
            return 0.0
        out = sum(len(line.text) for line in self.article.removed)
        return out / max(1, out + len(self.article.text))

    def as_dict(self) -> dict[str, Any]:
        """The sample as plain values, without the text."""
        title = self.article.title if self.article else None
        told = asdict(replace(self, article=None)) | {"title": title, "words": self.words}
        return {key: value for key, value in told.items() if key != "article"} | {"removed": round(self.removed, 3)}


def candidates(source: Source, routes: Sequence[Route]) -> list[str]:
    """The stories a crawl would take, one of each listing in turn, each once."""
    lists = [[url for url in route.named if source.own(url) and source.wanted(url)] for route in routes]
    found: dict[str, str] = {}
    for url in chain.from_iterable(zip_longest(*lists)):
        if url is not None:
            found.setdefault(canonical(url), url)
    return list(found.values())


def samples(guest: Guest, urls: Iterable[str], *, most: int = MOST, pool: ProcessPool | None = None) -> list[Sample]:
    """The first ``most`` articles among ``urls``, and what the pages were that had to be passed over.

    Lines that recur over them go as they would once the site is known. Pages are read in a process of their own,
    within the limits of :func:`pipelines.cleaning.judge_many`; trouble is told as an outcome, never raised.
    """
    if pool is None:
        with judges(1) as pool:
            return samples(guest, urls, most=most, pool=pool)
    found: list[Sample] = []
    read: list[Cleaned] = []
    for url in list(urls)[: max(MOST_ASKED, most)]:
        if sum(sample.article is not None for sample in found) >= most:
            break
        sample, cleaned = _read(guest, url, pool)
        found.append(sample)
        read.append(cleaned)
    articles = [cleaned for cleaned in read if cleaned.article is not None]
    profile = learn_site([one.article for one in articles if one.article], [one.places for one in articles])
    return [
        replace(sample, article=apply_profile(profile, cleaned.article, cleaned.places) if cleaned.article else None)
        for sample, cleaned in zip(found, read, strict=True)
    ]


def language_of(found: Sequence[Sample]) -> str | None:
    """The language most of the articles are in, ISO 639-1; None where none says."""
    said = Counter(one.article.language.partition("-")[0] for one in found if one.article and one.article.language)
    return said.most_common(1)[0][0] if said else None


def _read(guest: Guest, url: str, pool: ProcessPool) -> tuple[Sample, Cleaned]:
    shown = without_secrets(url)
    try:
        got = guest.fetch(url)
    except DatelineError as error:
        outcome = "robots_denied" if isinstance(error, Forbidden) else "error"
        if isinstance(error, SetAside) and "larger than" in error.problem:
            outcome = "too_large"
        return Sample(shown, outcome, error.problem), Cleaned(outcome)
    if got.status in BLOCKING or CHALLENGE_HEADER in got.headers:
        return Sample(shown, "blocked", f"the server answered {got.status}"), Cleaned("blocked")
    if not 200 <= got.status < 300:
        outcome = f"error:http_{got.status}"
        return Sample(shown, outcome), Cleaned(outcome)
    now = datetime.now(UTC)
    page = Page(
        page_id="", source_id="", crawl_day=now.date(), url=got.url, canonical_url=canonical(got.url),
        purpose="article", via="live", fetched_at=now, outcome="ok",
    )  # fmt: skip
    ((_, cleaned),) = judge_many([(page, got.body)], pool=pool)
    reserved = reservations(list(got.headers.items()), got.body)
    return Sample(shown, cleaned.outcome, cleaned.detail, cleaned.article, reserved), cleaned
