"""Source declarations of the demo's outlets, written for the ports they are served on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.demo.stories import Outlet

#: A hundred years: a fixed newspaper is never too old to read.
RECENT_DAYS = 36_500


def write_sources(outlets: Iterable[Outlet], urls: Mapping[str, str], directory: Path) -> list[str]:
    """Write ``<source id>.toml`` for each outlet into ``directory``; return the ids.

    ``urls``: outlet id to its address (scheme, host and port).
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for outlet in outlets:
        (directory / f"{outlet.source_id}.toml").write_text(declaration(outlet, urls[outlet.id]), "utf-8")
        written.append(outlet.source_id)
    return written


def declaration(outlet: Outlet, base: str) -> str:
    """One outlet's declaration as TOML."""
    lists = {"feeds": (outlet.feed,), "sitemaps": outlet.sitemaps, "sections": outlet.sections}
    lines = [
        f"# Part of the demo newspaper; written by each run of it for {base}",
        f"name = {quoted(outlet.name)}",
        f"home = {quoted(base + '/')}",
        'country = "GB"',
        'language = "en"',
        "enabled = true",
        *(f"{key} = [{', '.join(quoted(base + path) for path in paths)}]" for key, paths in lists.items()),
    ]
    if outlet.template == "wordpress":
        lines.append(f"wordpress = {quoted(base + '/wp-json/wp/v2')}")
    lines += [
        "# its news stays in November 2026, whenever it is read",
        f"recent_days = {RECENT_DAYS}",
        "",
        "[politeness]  # it is our own machine that answers",
        "delay = 0.0",
        "concurrency = 4",
        "adaptive = false",
        "",
        "[network]",
        'allow_addresses = ["127.0.0.1"]',
        "",
    ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
