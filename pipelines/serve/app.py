"""The application: which address leads where, and what is said when something is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipelines.explain.page import HERE as EXPLAIN
from pipelines.serve import archived, articles, events, health
from pipelines.serve.published import NotThere, Published
from pipelines.serve.render import html
from pipelines.serve.safety import HOSTS, SafeHeaders
from warehouse.errors import DatelineError, SettingError, TryAgain, WarehouseError
from warehouse.layout import Layout

_STATIC: Final = Path(__file__).with_name("static")

#: What kind of trouble is which status; the first that fits.
_STATUS: Final = ((NotThere, 404), (SettingError, 400), (TryAgain, 503), (WarehouseError, 503), (DatelineError, 500))


def make_app(layout: Layout) -> Starlette:
    """The page over the published file of ``layout``, which need not be there yet."""
    published = Published(layout)

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        yield
        published.close()

    app = Starlette(
        routes=[
            Route("/", events.events),
            Route("/map.json", events.places),
            Route("/event/{event_id}", events.event),
            Route("/search", articles.search),
            Route("/article/{article_id}", articles.article),
            Route("/archived/{page_id}", archived.archived),
            Route("/archived/{page_id}/page", archived.rendering),
            Route("/archived/{page_id}/source", archived.source),
            Route("/sources", health.sources),
            Route("/static/kinds.css", _kinds),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={DatelineError: _told, HTTPException: _no_page},
        lifespan=living,
    )
    app.state.published = published
    return app


async def _kinds(request: Request) -> Response:
    """The colours of marked words, which are those of an explained page."""
    return FileResponse(EXPLAIN / "kinds.css")


async def _told(request: Request, error: Exception) -> Response:
    """An error of ours as a page: what is wrong, and the mend."""
    if not isinstance(error, DatelineError):
        raise error
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    there = request.app.state.published.exists()
    return _trouble("That did not work" if there else "There is nothing here yet", status, error)


async def _no_page(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an address without a page, another method than GET."""
    if not isinstance(error, HTTPException):
        raise error
    told = DatelineError(error.detail, mend="Start from the events")
    return _trouble(
        "There is no such page" if error.status_code == 404 else "That did not work", error.status_code, told
    )


def _trouble(heading: str, status: int, error: DatelineError) -> Response:
    return html("trouble", status=status, heading=heading, error=error, published_at=None, here="")
