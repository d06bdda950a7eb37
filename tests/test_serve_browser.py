"""``dateline serve`` in a real headless Chromium: nothing hostile runs, nothing leaves, a keyboard reaches it all."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser import Browser, chromium, contrast, needs_chromium
from tests.serving import all_paths, hostile_warehouse, serving
from warehouse.layout import PROJECT, Layout
from warehouse.query import connect

pytestmark = [needs_chromium, pytest.mark.slow]

READY = "document.getElementById('map').dataset.base && document.getElementById('map').dataset.places"
#: Looks a page over for what keeps people out; of npm, and of the tests alone.
AXE = PROJECT / "front/node_modules/axe-core/axe.min.js"
COUNT = "document.getElementById('count').textContent"
FOCUSED = """(e => {
  const hit = e.querySelector?.('.hit');
  return {
    tag: e.tagName,
    name: (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || '').trim(),
    seen: (hit ? getComputedStyle(hit).stroke : getComputedStyle(e).outlineStyle) !== 'none',
    in: ['map', 'timeline', 'results', 'filters'].find(id => e.closest('#' + id)) || 'page',
  };
})(document.activeElement)"""


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return hostile_warehouse(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def site(layout: Layout) -> Iterator[str]:
    with serving(layout) as base:
        yield base


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def test_nothing_hostile_runs_nothing_leaves_and_the_policy_has_nothing_to_refuse(
    browser: Browser, site: str, layout: Layout
) -> None:
    with connect(layout) as connection:
        (kept,) = connection.execute("SELECT page_id FROM pages WHERE url LIKE '%/7'").fetchone() or ("",)
    for path in [*all_paths(layout), f"/archived/{kept}/page", f"/archived/{kept}/source"]:
        browser.open(site + path)
        if path == "/":
            browser.until(READY)
        assert browser.value("typeof window.owned") == "undefined", path
        asked = [told["request"]["url"] for told in browser.told("Network.requestWillBeSent")]
        assert asked
        # the browser draws the picture of a date field itself
        assert [url for url in asked if not url.startswith((site + "/", "data:image/svg+xml;base64,"))] == [], path
        logged = [told["entry"]["text"] for told in browser.told("Log.entryAdded")]
        assert [text for text in logged if "status of 40" not in text] == [], path
        assert browser.told("Runtime.exceptionThrown") == [], path
        assert browser.told("Page.javascriptDialogOpening") == []
    browser.open(f"{site}/archived/{kept}/page")
    assert browser.value("self.origin") == "null", "a page of no origin, even in a window of its own"
    assert "Two people were killed" in browser.value("document.body.innerText")


def test_an_archived_page_cannot_reach_out_of_its_frame(browser: Browser, site: str, layout: Layout) -> None:
    with connect(layout) as connection:
        (kept,) = connection.execute("SELECT page_id FROM pages WHERE url LIKE '%/7'").fetchone() or ("",)
    browser.open(f"{site}/archived/{kept}")
    assert browser.value("document.querySelector('iframe').contentDocument") is None
    assert browser.value("location.pathname") == f"/archived/{kept}"


def test_a_cluster_opens_a_place_lists_its_events_and_back_leads_back(browser: Browser, site: str) -> None:
    browser.open(site + "/")
    browser.until(READY)
    assert browser.value(COUNT) == "4 events"
    browser.value("document.querySelector('[aria-label^=\"2 events at 2 places\"]').focus()")
    browser.press("Enter")
    browser.until("document.querySelector('[aria-label*=Manbij]')")
    browser.value("document.querySelector('[aria-label*=Manbij]').focus()")
    browser.press("Enter")
    browser.until(f"{COUNT} === '1 event in this area'")
    assert "box=37.95%2C36.53%2C37.95%2C36.53" in browser.value("location.search")
    assert "Manbij" in browser.value("document.getElementById('results').innerText")
    browser.value("history.back()")
    browser.until(f"{COUNT} === '4 events'")
    browser.until("document.getElementById('map').dataset.places === '3'")


def test_a_filter_shows_at_once_and_stands_in_the_address(browser: Browser, site: str) -> None:
    browser.open(site + "/")
    browser.until(READY)
    browser.value("const f = document.querySelector('[name=country]'); f.value = 'SY'; f.focus();"
                  "f.dispatchEvent(new Event('change', {bubbles: true}))")  # fmt: skip
    browser.until(f"{COUNT} === '1 event'")
    assert browser.value("location.search") == "?country=SY"
    assert browser.value("document.activeElement.name") == "country"
    browser.value("const g = document.querySelector('[name=country]'); g.value = 'TR';"
                  "g.dispatchEvent(new Event('change', {bubbles: true}))")  # fmt: skip
    browser.until(f"{COUNT} === '2 events'")
    assert sorted(browser.value("location.search")[1:].split("&")) == ["country=SY", "country=TR"]
    browser.value("document.querySelector('.chosen [value=TR]').click()")
    browser.until(f"{COUNT} === '1 event'")
    browser.until("document.getElementById('map').dataset.places === '1'")
    browser.open(site + browser.value("'/' + location.search"))
    assert browser.value(COUNT) == "1 event", "the address is the view"


def test_drawing_over_the_timeline_narrows_to_those_days(browser: Browser, site: str) -> None:
    browser.open(site + "/")
    browser.until(READY)
    left, top, width = browser.value(
        "(r => [r.x, r.y + r.height / 2, r.width])(document.getElementById('timeline').getBoundingClientRect())"
    )
    browser.drag((left + width * 0.75, top), (left + width * 0.999, top))
    browser.until(f"{COUNT} === '3 events'")
    assert browser.value("location.search").startswith("?since=2026-03-0")
    browser.value("document.querySelector('#range a').click()")
    browser.until(f"{COUNT} === '4 events'")


def test_the_keyboard_reaches_everything_and_is_seen_there(browser: Browser, site: str) -> None:
    browser.open(site + "/")
    browser.until(READY)
    stops = []
    for _ in range(60):
        browser.press("Tab")
        stop = browser.value(FOCUSED)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    assert stops[0]["name"] == "To the content"
    assert [stop for stop in stops if not stop["name"] or not stop["seen"]] == []
    reached = {place: sum(stop["in"] == place for stop in stops) for place in ("filters", "map", "timeline", "results")}
    assert reached["filters"] >= 9
    assert reached["map"] == 1 + 3 + 2, "itself; zoom in, zoom out, list what is shown; a place and a cluster"
    assert reached["timeline"] == 1
    assert reached["results"] >= 4 + 2
    assert sum("event" in stop["name"] and stop["in"] == "timeline" for stop in stops) == 1
    browser.value("document.querySelector('#timeline a[tabindex=\"0\"]').focus()")
    last = browser.value("document.activeElement.getAttribute('aria-label')")
    browser.press("ArrowLeft")
    assert browser.value("document.activeElement.getAttribute('aria-label')") != last


def test_words_and_fields_light_each_other_up(browser: Browser, site: str, layout: Layout) -> None:
    with connect(layout) as connection:
        (article_id,) = connection.execute(
            "SELECT article_id FROM articles WHERE url LIKE '%courier%/1'"
        ).fetchone() or ("",)
    browser.open(f"{site}/article/{article_id}")
    browser.value("document.querySelector('.field:has(.k-killed)').scrollIntoView({block: 'center'})")
    browser.point(".field:has(.k-killed) dd")
    assert browser.until("document.querySelector('mark.lit')?.textContent") in "killed 12 people"
    browser.value("document.querySelector('mark.k-killed').scrollIntoView({block: 'center'})")
    browser.point("mark.k-killed")
    browser.until("document.querySelector('.field.lit .k-killed')")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1300, True)])
def test_it_fits_a_phone_and_a_desk_by_day_and_night(
    browser: Browser, site: str, layout: Layout, width: int, dark: bool
) -> None:
    for path in all_paths(layout):
        if path == "/map.json":
            continue
        browser.open(site + path, width=width, dark=dark)
        assert browser.value("document.documentElement.scrollWidth") <= width, path
        assert browser.value("document.querySelectorAll('main').length + document.querySelectorAll('h1').length") == 2
        named = "e.labels?.length || e.textContent.trim() || e.title"
        fields = "[...document.querySelectorAll('input:not([type=hidden]), select, button, iframe')]"
        assert browser.value(f"{fields}.filter(e => !({named})).length") == 0, path
        for selector in (".note", ".figure.killed", ".as-of", ".kind", ".health", ".removed del", ".button"):
            if browser.value(f"Boolean(document.querySelector({selector!r}))"):
                assert contrast(browser, selector) >= 4.5, (path, selector)


@pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed; to run this: (cd front && npm ci --ignore-scripts)"
)
@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_axe_finds_nothing_to_mend_on_a_page_of_each_kind(
    browser: Browser, site: str, layout: Layout, dark: bool
) -> None:
    kinds = {path.split("/")[1]: path for path in all_paths(layout) if path != "/map.json"}
    rules, chosen = AXE.read_text("utf-8"), "?country=SY&country=TR&actor=desert&type=Battles&source=herald"

    def faults() -> list[tuple[str, str]]:
        browser.value("window.found = null; axe.run().then(done => window.found = JSON.stringify(done.violations)); 0")
        found = json.loads(browser.until("window.found"))
        return [(each["id"], node["html"]) for each in found for node in each["nodes"]]

    for path in [*kinds.values(), f"/{chosen}"]:
        browser.open(site + path, dark=dark)
        browser.value(f"{rules}; 0")
        assert faults() == [], path
    planted = {"image-alt": '<img src="/static/icon.svg">', "label": "<input>", "color-contrast": "<p>pale</p>"}
    browser.value(f"document.querySelector('main').innerHTML = {json.dumps(''.join(planted.values()))}; 0")
    browser.value("Object.assign(document.querySelector('main p').style, {color: '#999', background: '#777'}); 0")
    assert planted.keys() <= {name for name, _ in faults()}
