"""The pictures of docs/serve.md, and of a night's summary for docs/operations.md, taken in a real Chromium.

    python -m benchmarks.serving.pictures DATA

DATA is the data directory of the demo (``data/demo`` after ``make demo``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines import runs, summary
from tests.browser import Browser, chromium
from tests.serving import serving
from warehouse.layout import PROJECT, Layout
from warehouse.query import connect

#: A picture of more bytes than this is too heavy for a page of the docs.
_HEAVIEST = 200_000


def main(data: Path) -> None:
    """Write ``docs/serve-*.png`` and ``docs/summary.png``."""
    layout = Layout(data.resolve())
    with connect(layout) as connection:
        (night,) = connection.execute("SELECT max(crawl_day) FROM store.pages").fetchone() or (None,)
        row = connection.execute("SELECT event_id FROM events ORDER BY disputed DESC, articles DESC LIMIT 1").fetchone()
    pages = {
        "events": "/",
        "filters": "/?country=SO&country=SD&type=Explosions/Remote+violence",
        "event": f"/event/{row[0] if row else ''}",
        "search": "/search?q=police+killed",
    }
    with TemporaryDirectory() as profile, serving(layout) as base, chromium(Path(profile)) as browser:
        for name, path in pages.items():
            browser.open(base + path, width=1160, height=720)
            if name in ("events", "filters"):
                browser.until("document.getElementById('map').dataset.base && document.querySelector('.cluster')")
            _picture(browser, f"serve-{name}")
        with runs.opened(layout) as instance:
            told = summary.html(summary.night(layout, night, instance))
        page = Path(profile) / "summary.html"
        page.write_text(told, encoding="utf-8")
        browser.open(page, width=900, height=760)
        _picture(browser, "summary")


def _picture(browser: Browser, name: str) -> None:
    picture = PROJECT / "docs" / f"{name}.png"
    browser.screenshot(picture)
    size = picture.stat().st_size
    print(f"{picture.name}: {size / 1000:.0f} kB{' - too heavy' if size > _HEAVIEST else ''}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
