"""What is behind ``/``, ``/map.json`` and ``/event/…``: the events, on a map, in time and one by one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from pipelines.explain.fields import Told
from pipelines.explain.marks import paragraphs
from pipelines.explain.page import Marker
from pipelines.serve.filters import PAGE, SORTS, Filters
from pipelines.serve.published import NotThere, Published, Reading, Row
from pipelines.serve.render import html
from pipelines.serve.timeline import bars
from warehouse import stored
from warehouse.records import Article, Removed
from warehouse.text import printable

#: Articles of one event that are shown with their text; the rest are links.
SHOWN = 25


def events(request: Request) -> Response:
    """Map, timeline, filters and list."""
    filters = Filters.of(request.query_params.multi_items())
    published: Published = request.app.state.published
    with published.reading() as reading:
        choices = reading.once("choices", lambda: _choices(reading))
        counts = reading.rows("days", **filters.parameters)
        listed = reading.rows("list", sort=filters.sort, size=PAGE, page=filters.page, **filters.parameters)
        told = {row["event_id"]: row for row in reading.rows("told", ids=[row["event_id"] for row in listed])}
        at = reading.published_at
    total = sum(row["events"] for row in counts)
    return html(
        "events",
        filters=filters,
        choices=choices,
        sorts=SORTS,
        total=total,
        nowhere=sum(row["nowhere"] for row in counts),
        bars=bars([(row["day"], row["events"]) for row in counts if row["day"] is not None]),
        events=[told[row["event_id"]] | {"day": row["day"]} for row in listed if row["event_id"] in told],
        pages=max(1, -(-total // PAGE)),
        first=PAGE * (filters.page - 1) + 1,
        published_at=at,
        here="events",
    )


def _choices(reading: Reading) -> dict[str, Any]:
    """What the filters offer."""
    kinds = reading.rows("choices_type")
    return {
        "country": reading.rows("choices_country"),
        "type": [(kind, list(rows)) for kind, rows in groupby(kinds, key=lambda row: row["event_type"])],
        "source": reading.rows("choices_source"),
        "actor": [row["name"] for row in reading.rows("choices_actor")],
    }


def places(request: Request) -> Response:
    """The places of the events asked for, a column a list: the map puts near ones together."""
    filters = Filters.of(request.query_params.multi_items())
    published: Published = request.app.state.published
    with published.reading() as reading:
        rows = reading.rows("places", **filters.parameters)
    columns = {name: [row[name] for row in rows] for name in ("latitude", "longitude", "events")}
    columns["name"] = [printable(row["name"] or "") for row in rows]
    return Response(json.dumps(columns, ensure_ascii=False, separators=(",", ":")), media_type="application/json")


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as it tells an event: what is shown around it, its paragraphs with marks, and where each quote stands.

    ``homes``: (kind of field, first character) -> the element that holds its words.
    """

    facts: Row
    incidents: tuple[Any, ...]
    paragraphs: list[Markup]
    homes: dict[tuple[str, int], str]


def event(request: Request) -> Response:
    """One event: who says how many, where they differ, and each article with its words marked.

    Raises:
        NotThere: there is none of this id.
    """
    event_id: str = request.path_params["event_id"]
    published: Published = request.app.state.published
    with published.reading() as reading:
        found = reading.row("event", event_id=event_id)
        if found is None:
            raise NotThere(
                "no event has this id",
                culprit=event_id[:64],
                mend="It may have been merged with another since; look for it in the list",
            )
        claims = reading.rows("event_claims", event_id=event_id)
        disagreements = reading.rows("event_disagreements", event_id=event_id)
        articles = reading.rows("event_articles", event_id=event_id)
        told = (_telling(reading, row, f"a{n}") for n, row in enumerate(articles[:SHOWN], start=1))
        tellings = [telling for telling in told if telling is not None]
        at = reading.published_at
    homes = {(t.facts["article_id"], *place): home for t in tellings for place, home in t.homes.items()}
    return html(
        "event",
        event=found,
        claims=[row | {"home": homes.get((row["article_id"], row["outcome"], row["start"]))} for row in claims],
        disagreements=[(field, list(rows)) for field, rows in groupby(disagreements, key=lambda row: row["field"])],
        tellings=tellings,
        more=[row["article_id"] for row in articles[SHOWN:]],
        published_at=at,
        here="events",
    )


def _telling(reading: Reading, row: Row, prefix: str) -> Telling | None:
    """None where the article is not stored."""
    facts = reading.row("article", article_id=row["article_id"], revision=row["revision"])
    if facts is None:
        return None
    article = article_of(reading, row["article_id"], row["revision"])
    incidents = stored.incidents_of(reading.cursor, row["article_id"], row["revision"])
    told = Told.of(article, [one for one in incidents if one.incident_id in row["incident_ids"]])
    marker = Marker(several=len(told.incidents) > 1, prefix=prefix)
    parts = [
        marker.html(part.parts) for part in paragraphs(article, told.all_fields()) if not isinstance(part, Removed)
    ]
    homes = {
        (field.kind, field.words[0][0]): marker.homes[field.number]
        for field in told.all_fields()
        if field.words and field.number in marker.homes
    }
    return Telling(facts, tuple(zip(told.incidents, told.fields, strict=True)), parts, homes)


def article_of(reading: Reading, article_id: str, revision: str) -> Article:
    """The record of one revision."""
    return next(one for one in stored.revisions(reading.cursor, article_id) if one.revision == revision)
