"""Records in our own words for the tests of warehouse and events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.incidents.claims.toll import toll
from warehouse.layout import Layout
from warehouse.records import (
    Actor,
    Article,
    Claim,
    Evidence,
    Incident,
    Page,
    Place,
    Removed,
    SiteLine,
    Toll,
    Verdict,
    Weapon,
    content_id,
)
from warehouse.staging import write_staged

DAY = date(2026, 3, 14)
TEXT = "Shelling killed 12 people in Harran on Friday, the governor said.\n\nThe rebels fired mortars."


def at(day: date = DAY, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def page(number: int = 1, *, source: str = "courier", day: date = DAY, **changes: Any) -> Page:
    url = f"https://{source}.example/{number}"
    values: dict[str, Any] = {
        "page_id": content_id(url, day),
        "source_id": source,
        "crawl_day": day,
        "url": url,
        "canonical_url": url,
        "purpose": "article",
        "via": "live",
        "fetched_at": at(day),
        "outcome": "ok",
        "status": 200,
        "warc_file": "a.warc.gz",
        "warc_offset": 100 * number,
        "warc_length": 90,
    }
    return Page(**values | changes)


def article(number: int = 1, *, source: str = "courier", day: date = DAY, text: str = TEXT, **changes: Any) -> Article:
    of = page(number, source=source, day=day)
    values: dict[str, Any] = {
        "article_id": content_id(of.canonical_url),
        "revision": content_id(text),
        "url": of.url,
        "canonical_url": of.canonical_url,
        "title": f"Shelling in Harran ({number})",
        "lead": None,
        "text": text,
        "published_at": at(day, 6),
        "language": "en",
        "removed": (Removed(text="Sign up for our newsletter", rule="newsletter", position=2),),
        "source_id": source,
        "page_id": of.page_id,
        "crawl_day": day,
        "first_seen": of.fetched_at,
        "last_seen": of.fetched_at,
    }
    return Article(**values | changes)


def site_line(
    words: str = "Follow us for more", *, source: str = "courier", day: date = DAY, **changes: Any
) -> SiteLine:
    values: dict[str, Any] = {
        "source_id": source,
        "crawl_day": day,
        "host": f"{source}.example",
        "line": content_id(words)[:16],
        "text": words,
        "characters": len(words),
        "place": "",
        "held": ("1", "2", "3"),
        "around": 0,
        "pages": 4,
        "dropped": ("2", "3"),
        "rule": "site-profile",
        "standing": "learnt",
        "stories": 3,
        "of_stories": 4,
        "first_seen": day,
    }
    return SiteLine(**values | changes)


def claim(count: int = 12, outcome: str = "killed", *, text: str = TEXT, **changes: Any) -> Claim:
    quote = "killed 12 people"
    values: dict[str, Any] = {
        "claim_id": content_id(outcome, count, changes.get("party")),
        "party": "people",
        "party_start": None,
        "party_end": None,
        "party_name": "people",
        "outcome": outcome,
        "count_min": count,
        "count_max": count,
        "quantifier": str(count),
        "start": text.find(quote),
        "end": text.find(quote) + len(quote),
        "quote": quote,
        "confidence": 0.9,
    }
    return Claim(**values | changes)


def place(
    name: str = "Harran", latitude: float | None = 36.86, longitude: float | None = 39.03, **changes: Any
) -> Place:
    values: dict[str, Any] = {
        "text": name,
        "start": 27,
        "end": 27 + len(name),
        "name": name,
        "country": "TR",
        "latitude": latitude,
        "longitude": longitude,
        "geo_precision": 1,
        "confidence": 0.8,
    }
    return Place(**values | changes)


def actor(name: str = "Northern Front", role: str = "actor", sector: str | None = "Rebel group") -> Actor:
    return Actor(role=role, text=name, start=0, end=len(name), name=name, sector=sector, confidence=0.7)  # type: ignore[arg-type]


def incident(
    number: int = 1, *, source: str = "courier", day: date = DAY, text: str = TEXT, **changes: Any
) -> Incident:
    of = article(number, source=source, day=day, text=text)
    values: dict[str, Any] = {
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Shelling/artillery/missile attack",
        "status": "happened",
        "confidence": 0.8,
        "start_date": day - timedelta(days=1),
        "end_date": day - timedelta(days=1),
        "time_precision": 1,
        "place": place(),
        "actors": (actor(), actor("Governor's guard", "target", "State forces")),
        "weapons": (Weapon(text="mortars", start=86, end=93, name="mortar", category="heavy weapons"),),
        "claims": (claim(),),
        "evidence": (Evidence(field="event_type", start=0, end=8, quote="Shelling"),),
        "summary": f"Shelling killed people in Harran, report {number} of {source} said.",
        "article_id": of.article_id,
        "revision": of.revision,
        "source_id": source,
        "crawl_day": day,
        "published_at": of.published_at,
    } | changes
    name = content_id(*sorted((key, repr(value)) for key, value in values.items()))
    return Incident(**{"incident_id": name, "tolls": tolls_of(values["claims"])} | values)


def tolls_of(claims: Iterable[Claim]) -> tuple[Toll, ...]:
    """What extraction makes of the claims."""
    return tuple(Toll(outcome=name, count_min=low, count_max=high) for name, (low, high) in toll(claims).items())


def stage(layout: Layout, source: str = "courier", day: date = DAY, **stages: list[Any]) -> list[Path]:
    """Stage one partition: every stage that is named."""
    return [write_staged(layout, name, source, day, records) for name, records in stages.items()]


def stage_day(layout: Layout, source: str = "courier", day: date = DAY, numbers: range = range(1, 4)) -> None:
    """A small whole partition: a listing, some articles, an incident each, and a page set aside."""
    stage(
        layout,
        source,
        day,
        pages=[
            page(0, source=source, day=day, purpose="discovery"),
            *(page(n, source=source, day=day) for n in numbers),
            page(99, source=source, day=day),
        ],
        verdicts=[
            Verdict(
                page_id=page(99, source=source, day=day).page_id,
                source_id=source,
                crawl_day=day,
                outcome="soft_404",
                detail="says: no such page",
            )
        ],
        articles=[article(n, source=source, day=day) for n in numbers],
        profiles=[
            site_line(source=source, day=day),
            site_line("Told by one story only.", source=source, day=day, text=None, standing="single", stories=1),
        ],
        incidents=[incident(n, source=source, day=day) for n in numbers],
    )
