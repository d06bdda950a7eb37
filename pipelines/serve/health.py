"""What is behind ``/sources``: how each source does."""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from pipelines.serve.published import Published
from pipelines.serve.render import html


def sources(request: Request) -> Response:
    """The last day of each source, those that need a look first, and its two weeks before."""
    published: Published = request.app.state.published
    with published.reading() as reading:
        rows = reading.once("health", lambda: reading.rows("health"))
        past = reading.once("health_days", lambda: reading.rows("health_days"))
        at = reading.published_at
    days = {source: list(found) for source, found in groupby(past, key=lambda row: row["source_id"])}
    return html("sources", sources=rows, days=days, published_at=at, here="sources")
