"""The routes there are, by name: the one place that makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from scrapers.archives import ccnews
from scrapers.archives.ccnews import CcNewsRoute
from scrapers.archives.route import Route
from scrapers.archives.warc import WarcRoute
from scrapers.archives.wayback import WaybackRoute
from warehouse.errors import SettingError
from warehouse.layout import Layout


def _warc(layout: Layout, paths: Sequence[Path]) -> Route:
    if not paths:
        raise SettingError("no archive file was named", culprit="via warc", mend="Say where they are: --path FOLDER")
    return WarcRoute(layout, paths)


def _without_files(route: Callable[[Layout], Route], via: str) -> Callable[[Layout, Sequence[Path]], Route]:
    def made(layout: Layout, paths: Sequence[Path]) -> Route:
        if paths:
            raise SettingError(
                "it reads no archive files", culprit=f"via {via}", mend="Leave out --path, or say --via warc"
            )
        return route(layout)

    return made


#: Name -> how to make the route for a data directory; the paths are those of archive files the user named.
ROUTES: Final[Mapping[str, Callable[[Layout, Sequence[Path]], Route]]] = {
    "ccnews": _without_files(CcNewsRoute, "ccnews"),
    "warc": _warc,
    "wayback": _without_files(WaybackRoute, "wayback"),
}

#: The most of any route's :attr:`Route.days_after`.
DAYS_AFTER: Final = ccnews.DAYS_AFTER


def route_for(via: str, layout: Layout, paths: Sequence[Path] = ()) -> Route:
    """The archive route of that name.

    Raises:
        SettingError: there is none, or it lacks a setting.
    """
    if via not in ROUTES:
        raise SettingError(f"{via!r} is no archive", culprit="via", mend=f"They are: {', '.join(sorted(ROUTES))}")
    return ROUTES[via](layout, paths)
