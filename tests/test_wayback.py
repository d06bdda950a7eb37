"""An archive's replay and its limits: a real pywb behind a shim that speaks, and fails, as the Wayback Machine does."""

from __future__ import annotations

import gzip
import multiprocessing
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrate_limiter import Duration, Rate

from scrapers.archives import Filled, asking, fill, plan, route_for
from scrapers.archives.asking import TRIES, Asker
from scrapers.archives.cdx import Index, Row
from scrapers.archives.memento import FAILURES, Archive
from scrapers.archives.pace import Pace
from scrapers.archives.route import Missed
from scrapers.archives.wayback import WaybackRoute
from scrapers.pagestore import captures, read_payload, verify
from scrapers.source import Source
from tests.conftest import dateline
from tests.processes import Command, gone, wait_for
from tests.site import declare
from tests.warcs import Capture
from tests.web_archive import (
    PYWB,
    Fault,
    WaybackMachine,
    asking_at_a_pace,
    pywb,
    wayback_machine,
)
from warehouse.errors import SetAside, SettingError, TryAgain
from warehouse.layout import PROJECT, Layout
from warehouse.query import connect
from warehouse.records import Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PYWB / "wayback").exists(), reason="no pywb in .venv-pywb: `make test` sets it up"),
]

NOON = datetime(2018, 2, 8, 12, tzinfo=UTC)
BRIDGE = "http://www.harbour.example/news/bridge-shelled-at-dawn?id=7"
BODY = b"<html><body><p>Shells hit the old bridge at dawn.</p></body></html>"
HTML = ("Content-Type", "text/html; charset=utf-8")
TAGGED = [HTML, ("ETag", '"v1"'), ("Server", "nginx")]

HOST = "https://harbour.example"
CAPTURES = [
    Capture(host="http://www.harbour.example", path="/news/bridge-shelled-at-dawn?id=7", body=BODY, headers=TAGGED),
    Capture(host=HOST, path="/news/packed", body=gzip.compress(BODY), headers=[HTML, ("Content-Encoding", "gzip")]),
    Capture(host=HOST, path="/gone", body=b"gone for good", status="410 Gone"),
    Capture(host=HOST, path="/news/daily", body=b"<p>monday</p>"),
    Capture(host=HOST, path="/news/daily", at=NOON + timedelta(days=9), body=b"<p>later</p>"),
    Capture(host=HOST, path="/long", body=b"x" * (8 * 1024 * 1024 + 10)),
]


#: Another outlet's month: thirty stories over fifteen days, one corrected, all captured again unchanged the day
#: after, each with a front page, a section and a picture.
LIGHTHOUSE = "https://lighthouse.example"
FEBRUARY = date(2018, 2, 1), date(2018, 2, 28)


def _story(number: int, killed: int, at: datetime) -> Capture:
    title = f"Gunmen kill {killed} in Mopti"
    words = " ".join(f"Paragraph {n} of report {number} tells what residents of Mopti saw that day." for n in range(9))
    page = (
        f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>Gunmen killed {killed} civilians in an attack near Mopti on Friday, officials said.</p><p>{words}</p>"
        "</article></body></html>"
    )
    path = f"/world/gunmen-attack-village-number-{number}"
    return Capture(host=LIGHTHOUSE, path=path, at=at, body=page.encode(), headers=TAGGED)


def _month() -> Iterator[Capture]:
    for number in range(30):
        at = datetime(2018, 2, 1 + number // 2, 6, number, tzinfo=UTC)
        yield _story(number, number + 2, at)
        yield _story(number, number + 2, at + timedelta(days=1))
        yield Capture(host=LIGHTHOUSE, path="/", at=at, body=f"<p>front page {number}</p>".encode())
        yield Capture(host=LIGHTHOUSE, path="/world", at=at, body=f"<p>section as of {number}</p>".encode())
        yield Capture(host=LIGHTHOUSE, path=f"/{number}.jpg", at=at, headers=[("Content-Type", "image/jpeg")])
    yield _story(3, 9, datetime(2018, 2, 20, tzinfo=UTC))
    yield _story(3, 10, datetime(2018, 3, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pywb(tmp_path_factory.mktemp("pywb"), [*CAPTURES, *_month()]) as collection:
        yield collection


@pytest.fixture
def machine(behind: str) -> Iterator[WaybackMachine]:
    with wayback_machine(behind) as machine:
        yield machine


#: Seconds that everything rests in these tests.
REST_S = 0.2


def unhurried(folder: Path) -> Pace:
    """A pace that does not slow a test."""
    return Pace(folder, "archive", {"cdx": Rate(1000, Duration.SECOND), "replay": Rate(1000, Duration.SECOND)})


@pytest.fixture
def pace(tmp_path: Path) -> Pace:
    return unhurried(tmp_path)


@pytest.fixture
def asked(machine: WaybackMachine, pace: Pace) -> Iterator[Archive]:
    asker = Asker(pace, rest_s=REST_S)
    cdx, replay = (machine.environment[f"DATELINE_WAYBACK_{name}"] for name in ("CDX", "REPLAY"))
    yield Archive(cdx, replay, asker, window=timedelta(hours=24))
    asker.close()


# one capture


def test_a_capture_comes_as_the_site_gave_it(asked: Archive) -> None:
    answer = asked.play(BRIDGE, NOON)
    assert (answer.status, answer.body, answer.truncated) == (200, BODY, None)
    headers = {name.lower(): value for name, value in answer.headers}
    assert headers["etag"] == '"v1"'
    assert headers["content-type"] == HTML[1]
    assert headers["server"] == "nginx", "the archive's own server is another"
    assert not any(name.startswith("x-archive") or name in ("memento-datetime", "link") for name in headers)


def test_a_packed_body_stays_packed_and_says_so(asked: Archive) -> None:
    answer = asked.play("https://harbour.example/news/packed", NOON)
    headers = dict(answer.headers)
    body = gzip.decompress(answer.body) if headers.get("Content-Encoding") == "gzip" else answer.body
    assert body == BODY


def test_a_captured_status_is_not_the_archives_own(asked: Archive) -> None:
    assert asked.play("https://harbour.example/gone", NOON).status == 410
    with pytest.raises(Missed, match="answered 404") as missed:
        asked.play("https://harbour.example/never-captured", NOON)
    assert missed.value.outcome == "error:not_archived"


def test_the_nearest_capture_within_the_window_is_taken_and_its_time_kept(
    asked: Archive, machine: WaybackMachine
) -> None:
    answer = asked.play("https://harbour.example/news/daily", NOON + timedelta(hours=20))
    assert answer.body == b"<p>monday</p>"
    assert dict(answer.headers)["Memento-Datetime"] == "Thu, 08 Feb 2018 12:00:00 GMT"
    assert len(machine.asked) == 2, "the archive led to it"


def test_a_capture_outside_the_window_is_refused(asked: Archive) -> None:
    with pytest.raises(Missed, match="of 2018-02-08 12:00, not of 2018-02-10") as missed:
        asked.play("https://harbour.example/news/daily", NOON + timedelta(days=2))
    assert missed.value.outcome == "error:off_window"


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "https://harbour.example/news/daily",
        "/static/login.html",
        "/web/2018/https://harbour.example/news/daily",
        "http://[",
    ],
)
def test_no_redirect_leads_out_of_the_archive(asked: Archive, machine: WaybackMachine, target: str) -> None:
    machine.faults.append(Fault("bridge", location=target))
    with pytest.raises(Missed) as missed:
        asked.play(BRIDGE, NOON)
    assert missed.value.outcome == "error:redirect"
    assert len(machine.asked) == 1


def test_a_redirect_to_another_page_is_refused(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("bridge", location="/web/20180208120000id_/https://harbour.example/gone"))
    with pytest.raises(Missed) as missed:
        asked.play(BRIDGE, NOON)
    assert missed.value.outcome == "error:wrong_page"


def test_redirects_in_a_circle_end(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("bridge", times=50, location=f"/web/20180208120001id_/{BRIDGE}"))
    with pytest.raises(Missed, match="redirects more than"):
        asked.play(BRIDGE, NOON)


def test_a_page_the_archive_does_not_give_out_is_told_from_one_it_lacks(
    asked: Archive, machine: WaybackMachine
) -> None:
    reason = {"X-Archive-Wayback-Runtime-Error": "AdministrativeAccessControlException: Blocked Site Error"}
    machine.faults.append(Fault("bridge", status=403, headers=reason))
    with pytest.raises(Missed, match="Blocked Site Error") as missed:
        asked.play(BRIDGE, NOON)
    assert missed.value.outcome == "error:excluded"


def test_a_body_too_long_is_cut_while_it_comes(asked: Archive) -> None:
    answer = asked.play("https://harbour.example/long", NOON)
    assert len(answer.body) == 8 * 1024 * 1024 + 1
    assert answer.truncated


_WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
_TIMES = st.sampled_from(
    ["Thu, 08 Feb 2018 12:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2300", "Fri, 31 Dec 9999 23:59:59 -2300", "0"]
)
_LINKS = st.sampled_from(
    [f'<{BRIDGE}>; rel="original"', '<>; rel="original"', "<", ";,<;", '<http://[>; rel="original"']
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(time=_TIMES | _WORDS, link=_LINKS | _WORDS, name=st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True), value=_WORDS)
def test_whatever_headers_come_the_capture_is_read_or_missed(
    asked: Archive, machine: WaybackMachine, time: str, link: str, name: str, value: str
) -> None:
    own = {"Memento-Datetime": time, "Link": link, f"X-Archive-Orig-{name}": value, "Content-Encoding": value}
    machine.faults[:] = [Fault("bridge", status=200, headers=own, body=BODY)]
    try:
        answer = asked.play(BRIDGE, NOON)
    except Missed as missed:
        outcome = missed.outcome
    else:
        outcome = "ok"
        assert answer.body == BODY
    assert outcome in ("ok", "error:archive", "error:off_window", "error:wrong_page")


# an archive in trouble


def test_429_rests_everything_and_is_then_asked_again(
    asked: Archive, machine: WaybackMachine, pace: Pace, tmp_path: Path
) -> None:
    machine.faults.append(Fault("bridge", status=429))
    began = time.monotonic()
    assert asked.play(BRIDGE, NOON).status == 200
    assert time.monotonic() - began >= REST_S
    assert len(machine.asked) == 2
    pace.rest(30)
    other = unhurried(tmp_path)
    assert other.resting() > 25, "another process would rest as well"
    other.close()


def test_a_retry_after_longer_than_the_rest_is_obeyed(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("bridge", status=429, headers={"Retry-After": "1"}))
    began = time.monotonic()
    assert asked.play(BRIDGE, NOON).status == 200
    assert time.monotonic() - began >= 1


def test_a_rest_of_hours_ends_the_run_and_no_request_is_made_until_then(
    asked: Archive, machine: WaybackMachine
) -> None:
    machine.faults.append(Fault("bridge", status=429, headers={"Retry-After": "7200"}))
    for _ in range(2):
        with pytest.raises(TryAgain, match="left alone for another 120 minutes"):
            asked.play(BRIDGE, NOON)
    assert len(machine.asked) == 1


def test_429_to_the_last_ends_the_run(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("bridge", times=50, status=429))
    with pytest.raises(TryAgain, match="429"):
        asked.play(BRIDGE, NOON)
    assert len(machine.asked) == TRIES


def test_headers_that_drip_do_not_outlast_the_deadline(
    asked: Archive, machine: WaybackMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asking.BOUNDS, "replay", asking.Bounds(step_s=5, total_s=0.5, most=1000))
    machine.faults.append(Fault("bridge", times=TRIES, drip_s=0.1))
    with pytest.raises(Missed, match="ReadTimeout"):
        asked.play(BRIDGE, NOON)


@pytest.mark.parametrize(
    "fault", [Fault("bridge", status=503), Fault("bridge", cut=20), Fault("bridge", times=2, status=504)]
)
def test_what_passes_is_asked_again(asked: Archive, machine: WaybackMachine, fault: Fault) -> None:
    machine.faults.append(fault)
    times = fault.times
    assert asked.play(BRIDGE, NOON).body == BODY
    assert len(machine.asked) == 1 + times


def test_a_capture_that_never_plays_back_does_not_stop_the_others(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("bridge", times=50, status=503))
    with pytest.raises(Missed) as missed:
        asked.play(BRIDGE, NOON)
    assert missed.value.outcome == "error:http_503"
    assert asked.play("https://harbour.example/gone", NOON).status == 410


def test_an_archive_that_plays_nothing_back_is_left_alone(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("/web/", times=500, cut=5))
    for _ in range(FAILURES - 1):
        with pytest.raises(Missed):
            asked.play(BRIDGE, NOON)
    with pytest.raises(TryAgain, match="in a row"):
        asked.play(BRIDGE, NOON)


def test_refused_connections_rest_everything_and_end_the_run(asked: Archive, machine: WaybackMachine) -> None:
    with machine.refusing():
        began = time.monotonic()
        with pytest.raises(TryAgain, match="ConnectError"):
            asked.play(BRIDGE, NOON)
        assert time.monotonic() - began >= REST_S * (TRIES - 1)
    assert asked.play(BRIDGE, NOON).body == BODY


# its index


def test_a_listing_cut_short_is_asked_for_again(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults += [Fault("/cdx/", cut=150), Fault("/cdx/", status=503)]
    first, last = NOON - timedelta(days=8), NOON + timedelta(days=20)
    lines = [line for _, line in Index(asked.list_page).captures("harbour.example", first, last)]
    assert [line.url for line in lines if isinstance(line, Row)] == [
        "https://harbour.example/long",
        BRIDGE,
        "https://harbour.example/news/daily",
        "https://harbour.example/news/daily",
        "https://harbour.example/news/packed",
    ]
    assert len(machine.queries) == 3
    assert machine.queries[-1]["collapse"] == ["digest"]


def test_a_query_the_archive_refuses_is_set_aside(asked: Archive, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("/cdx/", status=400, body=b"bad matchType"))
    with pytest.raises(SetAside, match="bad matchType"):
        list(Index(asked.list_page).captures("harbour.example", NOON, NOON))


def test_a_plain_pywb_will_do(behind: str, pace: Pace) -> None:
    asker = Asker(pace, rest_s=REST_S)
    plain = Archive(f"{behind}/cdx", behind, asker, window=timedelta(hours=24))
    # its pages cannot be continued, and all five do not fit in one
    index = Index(plain.list_page, rows=5)
    lines = [line for _, line in index.captures("harbour.example", NOON - timedelta(days=8), NOON + timedelta(days=20))]
    answer = plain.play(BRIDGE, NOON)
    asker.close()
    assert all(isinstance(line, Row) for line in lines)
    assert sorted(line.url for line in lines if isinstance(line, Row)) == [
        BRIDGE,
        "https://harbour.example/long",
        "https://harbour.example/news/daily",
        "https://harbour.example/news/daily",
        "https://harbour.example/news/packed",
    ]
    assert answer.body == BODY
    assert ("ETag", '"v1"') in answer.headers


@pytest.mark.parametrize(
    "address",
    ["web.archive.org", "ftp://web.archive.org/web", "https:///web", "https://a/?x=1", "https://joe:pw@a/web"],
)
def test_an_address_that_is_none_is_refused(address: str, pace: Pace) -> None:
    with pytest.raises(SettingError, match="no archive's address"):
        Archive(address, "https://web.archive.org/web", Asker(pace, rest_s=REST_S), window=timedelta(hours=1))


# its limits, over processes


def test_processes_share_a_limit(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(4), context.Queue()
    arguments = (str(tmp_path), 4, ready, done)
    processes = [context.Process(target=asking_at_a_pace, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    ready.wait(60)
    began = time.time()
    times = [done.get(timeout=60) for _ in range(12)]
    for process in processes:
        process.join(30)
    # twelve at four a second: the last four may not come before two seconds are over
    assert sorted(times)[8] - began >= 2


def test_counts_that_are_damaged_are_named(tmp_path: Path) -> None:
    unhurried(tmp_path).close()
    path = next(tmp_path.glob("*.sqlite"))
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(SetAside, match="delete it") as told:
        unhurried(tmp_path)
    assert told.value.culprit == str(path)


def test_a_clock_set_back_does_not_stop_the_archive(tmp_path: Path) -> None:
    rates = {"replay": Rate(1, Duration.DAY)}
    first = Pace(tmp_path, "archive", rates)
    first.wait("replay")
    first.rest(3600)
    first.close()
    with sqlite3.connect(next(tmp_path.glob("*.sqlite"))) as counts:
        counts.execute("UPDATE replay SET item_timestamp = item_timestamp + 3600000")
    rest = next(tmp_path.glob("*.rest"))
    rest.write_text(" ".join(str(float(moment) + 3600) for moment in rest.read_text().split()))
    second = Pace(tmp_path, "archive", rates)
    second.wait("replay")
    assert second.resting() == 0
    second.close()


# a source's month


@pytest.fixture
def own(own_data: Path, machine: WaybackMachine, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A data directory whose archive is the machine."""
    for name, value in machine.environment.items():
        monkeypatch.setenv(name, value)
    return Layout(own_data)


def lighthouse() -> Source:
    return Source(
        id="lighthouse", name="Lighthouse", home=f"{LIGHTHOUSE}/", language="en", sections=(f"{LIGHTHOUSE}/world",)
    )


def filled(layout: Layout) -> Filled:
    found = fill(layout, route_for("wayback", layout), [lighthouse()], *FEBRUARY)
    assert not found.errors
    return found


def stored(layout: Layout) -> list[Page]:
    days = sorted(path.name for path in (layout.pages / "lighthouse").iterdir() if path.is_dir())
    return [page for day in days for page in captures(layout, "lighthouse", date.fromisoformat(day))]


def assert_february(layout: Layout) -> None:
    """Every story once on the day of its capture, the corrected one twice, and the section once."""
    pages = stored(layout)
    stories = [page for page in pages if "gunmen" in page.url]
    assert len(stories) == 31
    assert {page.url for page in stories} == {f"{LIGHTHOUSE}/world/gunmen-attack-village-number-{n}" for n in range(30)}
    assert all(page.crawl_day == page.fetched_at.date() and page.via == "wayback" for page in pages)
    assert Counter(page.outcome for page in pages) == {"ok": 32}
    assert sum(page.url == f"{LIGHTHOUSE}/world" for page in pages) == 1
    assert verify(layout) == []


def test_a_month_comes_with_each_text_once_in_one_query(own: Layout, machine: WaybackMachine) -> None:
    filled(own)
    assert_february(own)
    assert len(machine.queries) == 1
    assert set(machine.replays.values()) == {1}
    (corrected,) = [page for page in stored(own) if page.crawl_day == date(2018, 2, 20)]
    assert b"killed 9 civilians" in read_payload(own, corrected)


def test_a_second_run_asks_the_archive_nothing(own: Layout, machine: WaybackMachine) -> None:
    filled(own)
    before, asked = stored(own), len(machine.asked)
    filled(own)
    assert len(machine.asked) == asked
    assert stored(own) == before


def test_several_captures_are_played_back_at_once_and_no_more(own: Layout, machine: WaybackMachine) -> None:
    with ThreadPoolExecutor(1) as background:
        with machine.holding(after=0):
            filling = background.submit(filled, own)
            wait_for(lambda: sum(machine.replays.values()) >= WaybackRoute.at_once, 60, "one after the other")
            time.sleep(0.3)
            assert sum(machine.replays.values()) == WaybackRoute.at_once
        filling.result()
    assert_february(own)


def test_a_dry_run_plays_nothing_back(own: Layout, machine: WaybackMachine) -> None:
    (planned,) = plan(own, route_for("wayback", own), [lighthouse()], *FEBRUARY)
    assert planned.counts["read"] == 32
    assert not machine.replays


def test_an_archive_in_trouble_gives_the_month_all_the_same(own: Layout, machine: WaybackMachine) -> None:
    machine.faults += [
        Fault("/cdx/", status=503),
        Fault("/cdx/", cut=900),
        Fault("number-4$", status=429),
        Fault("number-7$", cut=100),
        Fault("number-12$", times=2, status=502),
    ]
    filled(own)
    assert_february(own)


def test_a_capture_that_fails_is_asked_for_by_the_next_run_alone(own: Layout, machine: WaybackMachine) -> None:
    machine.faults.append(Fault("number-4$", times=TRIES, status=503))
    assert filled(own).counts["lighthouse"]["error:http_503"] == 1
    asked = len(machine.asked)
    filled(own)
    assert [path.rpartition("/")[2] for path in machine.asked[asked:] if "/web/" in path] == [
        "gunmen-attack-village-number-4"
    ]
    assert Counter(page.outcome for page in stored(own)) == {"ok": 32, "error:http_503": 1}


def test_lines_of_the_index_that_cannot_be_read_are_counted_and_named(own: Layout, machine: WaybackMachine) -> None:
    line = "example,lighthouse)/world/zebra 20180008061500 https://lighthouse.example/world/zebra text/html 200 A 1"
    machine.faults.append(Fault("/cdx/", lines=f"{line}\n"))
    found = filled(own)
    assert [lost.place for lost in found.lost] == [line]
    assert_february(own)


def test_killed_in_the_middle_it_goes_on_with_nothing_twice_and_nothing_lost(
    own: Layout, machine: WaybackMachine
) -> None:
    program = (
        "from datetime import date\nfrom tests.test_wayback import filled\nfrom warehouse.layout import Layout\n"
        "filled(Layout.from_environment())"
    )
    with machine.holding(after=17):
        process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)
        wait_for(lambda: machine.held or process.poll() is not None, 60, "the fill never began")
        process.kill()
        process.wait()
    filled(own)
    assert_february(own)
    twice = [path for path, times in machine.replays.items() if times > 1]
    assert len(twice) <= WaybackRoute.at_once + 1, "only what was under way, or read and not kept, is asked for again"


def test_backfill_brings_days_into_the_warehouse_killed_or_not_and_again_changes_nothing(
    own: Layout, machine: WaybackMachine
) -> None:
    declare(own.data / "sources", "lighthouse", f"{LIGHTHOUSE}/feed.xml")
    days = ["--from", "2018-02-01", "--to", "2018-02-03", "--source", "lighthouse", "--via", "wayback"]
    with machine.holding(after=4):
        command = Command("backfill", *days, data=own.data)
        wait_for(lambda: machine.held or command.process.poll() is not None, 120, "the backfill never began")
        below = command.below()
        command.process.kill()
        wait_for(lambda: all(map(gone, below)), 20, "something outlived the command")
    command.end()
    dateline("backfill", *days, data=own.data)
    stories = [f"{LIGHTHOUSE}/world/gunmen-attack-village-number-{number}" for number in range(6)]
    assert sorted(page.url for page in stored(own)) == [f"{LIGHTHOUSE}/world", *stories]
    assert verify(own) == []
    found = published(own)
    assert [(url, day.day, killed) for url, day, killed in found] == [
        (url, 1 + number // 2, number + 2) for number, url in enumerate(stories)
    ]
    asked = len(machine.asked)
    assert "nothing new" in dateline("backfill", *days, data=own.data).stdout
    assert len(machine.asked) == asked
    assert published(own) == found


def published(layout: Layout) -> list[tuple[str, date, int]]:
    """Address, day and dead of every incident, from the published file."""
    with connect(layout) as connection:
        return connection.execute(
            "SELECT a.url, a.crawl_day, i.killed_min FROM articles a JOIN incidents i USING (article_id) ORDER BY ALL"
        ).fetchall()
