"""Asset checks: what a person would look at each morning, looked at after each partition.

A check is a plain function from a :class:`Partition` to a :class:`Finding`; :data:`CHECKS` is the
table that ties them to their assets. They warn; only evidence that does not match its text is an
error, because that breaks the promise every row makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import dagster as dg

from pipelines.duplicates import find_copies
from warehouse.layout import Layout
from warehouse.query import connect
from warehouse.records import Article, Page
from warehouse.staging import read_columns, read_staged

#: Days of a source's own past its volume is held against: two weeks hold two of each weekday.
HISTORY_DAYS = 14
#: Fewer past days than this say nothing about what is usual.
HISTORY_NEEDED = 4
#: A day below this share of the source's median is worth a look: quiet Sundays run at about a half.
LOW_SHARE = 0.25
#: Copies inside one source's day above this share mean that two addresses lead to one story.
DUPLICATES_MOST = 0.2
#: A story has seldom more addresses or versions than this within one outlet.
SERIES_LEAST = 5
#: A line in so many articles of one source and day is boilerplate that got through.
LEAK_ARTICLES = 3
LEAKS_MOST = 0.05
#: A rule that takes so many times its greatest daily share of the past two weeks has met something new: a
#: redesign, or a phrase that stories have begun to use. Below the least share and number of articles it may.
DROPS_JUMP = 2.0
DROPS_LEAST = 0.02
DROPS_ARTICLES = 3


#: The figure of :func:`crawl_health` that lists what was not so the day before: what an alert tells.
NEWS = "since today"


@dataclass(frozen=True, slots=True)
class Partition:
    """What a check looks at: one source's day (or, for the warehouse, one day)."""

    layout: Layout
    source_id: str
    day: date

    def read(self, stage: str, day: date | None = None) -> list[Any]:
        """The records a stage left for this source, or [] where it left none."""
        return read_staged(self.layout, stage, self.source_id, day or self.day)


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether all is well, in words, with the figures behind it."""

    passed: bool
    words: str
    figures: dict[str, Any] = field(default_factory=dict)


def one_outcome_each(at: Partition) -> Finding:
    """Every requested URL has an outcome, and every ``ok`` a body in the page store."""
    pages: list[Page] = at.read("pages")
    bodiless = [page.url for page in pages if not page.outcome or (page.outcome == "ok" and page.warc_file is None)]
    return Finding(not bodiless, f"{len(pages)} captures, {len(bodiless)} unaccounted for", {"urls": bodiless[:20]})


def usual_volume(at: Partition) -> Finding:
    """Today's article pages against the median of the source's own last two weeks."""

    def count(day: date) -> int | None:
        pages: list[Page] = at.read("pages", day)
        return sum(page.purpose == "article" for page in pages) if pages else None

    past = [n for ago in range(1, HISTORY_DAYS + 1) if (n := count(at.day - timedelta(days=ago))) is not None]
    today = count(at.day) or 0
    if len(past) < HISTORY_NEEDED:
        return Finding(True, f"{today} article pages; too little history to judge", {"days of history": len(past)})
    usual = median(past)
    return Finding(today >= LOW_SHARE * usual, f"{today} article pages, usually {usual:g}", {"usual": usual})


def no_empty_text(at: Partition) -> Finding:
    """No article without text."""
    empty = [article.url for article in at.read("articles") if not article.text.strip()]
    return Finding(not empty, f"{len(empty)} articles without text", {"urls": empty[:20]})


def no_future_dates(at: Partition) -> Finding:
    """No article dated more than a day ahead (a day, because time zones are often left out)."""
    limit = datetime.now(UTC) + timedelta(days=1)
    ahead = [a.url for a in at.read("articles") if a.published_at and a.published_at.astimezone(UTC) > limit]
    return Finding(not ahead, f"{len(ahead)} articles dated in the future", {"urls": ahead[:20]})


def few_duplicates(at: Partition) -> Finding:
    """Few articles of one source and day say the same, or nearly so."""
    # the last revision of each: an article corrected during the day is no copy of itself
    latest = {article.article_id: article for article in at.read("articles")}
    near = {copy.article_id: copy.cluster_id for copy in find_copies(latest.values())}
    copies = len(latest) - len({near.get(name) or one.cluster_id or one.revision for name, one in latest.items()})
    share = copies / len(latest) if latest else 0.0
    return Finding(share <= DUPLICATES_MOST, f"{copies} copies among {len(latest)} articles", {"share": share})


def little_boilerplate_left(at: Partition) -> Finding:
    """Few lines stand in several articles of one source and day: such a line is no article's own."""
    articles: list[Article] = at.read("articles")
    # revisions and copies of one article repeat all its lines
    latest = {article.article_id: article for article in articles}.values()
    distinct = {article.cluster_id: article for article in latest}.values()
    lines = Counter(line for article in distinct for line in set(article.text.split("\n\n")))
    leaks = [line for line, n in lines.items() if n >= LEAK_ARTICLES]
    hit = sum(any(line in leaks for line in article.text.split("\n\n")) for article in distinct)
    share = hit / len(distinct) if distinct else 0.0
    return Finding(
        share <= LEAKS_MOST, f"{hit} of {len(distinct)} articles hold a repeated line", {"lines": leaks[:20]}
    )


def usual_drops(at: Partition) -> Finding:
    """No rule takes much more of the text than it took on any day of the source's last two weeks."""
    columns = ("text", "removed")

    def shares(day: date) -> tuple[Counter[str], dict[str, float]] | None:
        rows = read_columns(at.layout, "articles", at.source_id, day, columns)
        hit = Counter(rule for row in rows for rule in {line["rule"] for line in row["removed"]})
        taken: Counter[str] = Counter()
        for row in rows:
            for line in row["removed"]:
                taken[line["rule"]] += len(line["text"])
        size = sum(len(row["text"]) for row in rows) + taken.total()
        return (hit, {rule: count / size for rule, count in taken.items()}) if rows else None

    past = [found[1] for ago in range(1, HISTORY_DAYS + 1) if (found := shares(at.day - timedelta(days=ago)))]
    today = shares(at.day)
    if today is None or len(past) < HISTORY_NEEDED:
        return Finding(True, "too little history to judge", {"days of history": len(past)})
    hit, taken = today
    jumps = {}
    for rule, share in sorted(taken.items()):
        most = max(day.get(rule, 0.0) for day in past)
        if share > max(DROPS_LEAST, DROPS_JUMP * most) and hit[rule] >= DROPS_ARTICLES:
            jumps[rule] = f"{share:.1%} of the text in {hit[rule]} articles, at most {most:.1%} before"
    told = "; ".join(f"{rule}: {words}" for rule, words in jumps.items())
    return Finding(not jumps, told or f"{len(taken)} rules took what they usually take", {"rules": jumps})


def evidence_matches(at: Partition) -> Finding:
    """Each quote is ``text[start:end]`` of the revision it was read from."""
    texts = {(article.article_id, article.revision): article for article in at.read("articles")}
    wrong: list[str] = []
    spans = 0
    for incident in at.read("incidents"):
        article = texts.get((incident.article_id, incident.revision))
        for evidence in (*incident.evidence, *incident.claims):
            spans += 1
            if article is None or article.text[evidence.start : evidence.end] != evidence.quote:
                wrong.append(f"{incident.incident_id} {evidence.quote!r}")
    return Finding(not wrong, f"{spans} quotes, {len(wrong)} not found where they should stand", {"wrong": wrong[:20]})


def published_is_whole(at: Partition) -> Finding:
    """The published file opens, and what each of its incidents belongs to is in it."""
    with connect(at.layout) as connection:
        row = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE article_id NOT IN (SELECT article_id FROM article_revisions))"
            " FROM incidents"
        ).fetchone()
    incidents, orphans = row if row is not None else (0, 0)
    return Finding(orphans == 0, f"{incidents} incidents, {orphans} without their article", {"incidents": incidents})


def no_series_joined(at: Partition) -> Finding:
    """No cluster of copies holds many articles of one source: those would be instalments of a series."""
    with connect(at.layout) as connection:
        rows = connection.execute(
            "SELECT any_value(title), source_id, count(*) FROM syndication GROUP BY cluster_id, source_id"
            " HAVING count(*) > ? ORDER BY 3 DESC, 2, 1",
            [SERIES_LEAST],
        ).fetchall()
    return Finding(
        not rows,
        f"{len(rows)} clusters with more than {SERIES_LEAST} articles of one source",
        {"clusters": [f"{source}: {count} like {title!r}" for title, source, count in rows[:20]]},
    )


def crawl_health(at: Partition) -> Finding:
    """No source of the day is blocked, denied by robots.txt, out of reach, broken, or oddly silent."""
    with connect(at.layout) as connection:
        rows = connection.execute(
            "SELECT outlet, health, because, health_since, outcomes FROM source_health"
            " WHERE crawl_day = ? AND unusual ORDER BY outlet",
            [at.day],
        ).fetchall()
    told = [f"{outlet} is {health.replace('_', ' ')}: {because}" for outlet, health, because, _, _ in rows]
    # what was so the day before has been told
    new = [f"{line} ({row[4]})" for line, row in zip(told, rows, strict=True) if row[3] == at.day]
    return Finding(not rows, "; ".join(told) or "every source is well", {"in trouble": told, NEWS: "\n".join(new)})


#: asset -> its checks, and how bad a failure is.
CHECKS: dict[str, dict[Callable[[Partition], Finding], dg.AssetCheckSeverity]] = {
    "pages": {one_outcome_each: dg.AssetCheckSeverity.ERROR, usual_volume: dg.AssetCheckSeverity.WARN},
    "articles": {
        no_empty_text: dg.AssetCheckSeverity.WARN,
        no_future_dates: dg.AssetCheckSeverity.WARN,
        few_duplicates: dg.AssetCheckSeverity.WARN,
        little_boilerplate_left: dg.AssetCheckSeverity.WARN,
        usual_drops: dg.AssetCheckSeverity.WARN,
    },
    "incidents": {evidence_matches: dg.AssetCheckSeverity.ERROR},
    "published": {
        published_is_whole: dg.AssetCheckSeverity.ERROR,
        no_series_joined: dg.AssetCheckSeverity.WARN,
        crawl_health: dg.AssetCheckSeverity.WARN,
    },
}


def specs(asset: str) -> list[dg.AssetCheckSpec]:
    """The checks an asset declares."""
    return [
        dg.AssetCheckSpec(check.__name__, asset=asset, description=(check.__doc__ or "").split("\n")[0])
        for check in CHECKS[asset]
    ]


def run(asset: str, at: Partition) -> Iterator[dg.AssetCheckResult]:
    """Run an asset's checks over one partition."""
    for check, severity in CHECKS[asset].items():
        finding = check(at)
        yield dg.AssetCheckResult(
            check_name=check.__name__,
            asset_key=asset,
            passed=finding.passed,
            severity=severity,
            description=finding.words,
            metadata=finding.figures,
        )
