"""CC-NEWS from a real server laid out as Common Crawl's, with connections that break and servers that are busy."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.status import archive_status
from scrapers.archives import Filled, fill, plan, recorded
from scrapers.archives.ccnews import DAYS_AFTER, CcNewsRoute
from scrapers.pagestore import captures, verify
from tests.warcs import Capture, outlet, story, write_warc
from warehouse.errors import SetAside, SettingError, TryAgain
from warehouse.layout import Layout

FIRST, LAST = date(2018, 2, 1), date(2018, 2, 28)
TODAY = date(2026, 11, 1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@dataclass
class Crawl:
    """A folder laid out as Common Crawl's, what its server is asked, and what it does wrong."""

    folder: Path
    base: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0
    #: Path -> faults, one a request: a number cuts the connection after so many bytes, ``503`` and the like are
    #: answered (``429 60`` with a Retry-After), ``rangeless`` sends the whole file whatever was asked.
    faults: dict[str, list[int | str]] = field(default_factory=dict)

    def add(self, begun: datetime, *stories: Capture) -> str:
        """A WARC file begun at a time; its path."""
        path = f"crawl-data/CC-NEWS/{begun:%Y/%m}/CC-NEWS-{begun:%Y%m%d%H%M%S}-00001.warc.gz"
        write_warc(self.folder / path, stories)
        self.list_month(begun)
        return path

    def list_month(self, month: datetime, *further: str) -> None:
        there = sorted((self.folder / f"crawl-data/CC-NEWS/{month:%Y/%m}").glob("*.warc.gz"))
        names = [str(path.relative_to(self.folder)) for path in there]
        listing = self.folder / f"crawl-data/CC-NEWS/{month:%Y/%m}/warc.paths.gz"
        listing.parent.mkdir(parents=True, exist_ok=True)
        listing.write_bytes(gzip.compress("\n".join([*names, *further, ""]).encode()))

    def paths(self) -> Counter[str]:
        return Counter(path for path, _ in self.asked)


@contextmanager
def common_crawl(crawl: Crawl) -> Iterator[Crawl]:
    """Serve it, with ranges and ETags as S3 does."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            path = self.path.lstrip("/")
            crawl.asked.append((path, self.headers.get("Range", "")))
            faults = crawl.faults.get(path) or []
            fault = faults.pop(0) if faults else None
            file = crawl.folder / path
            if isinstance(fault, str) and fault[:3].isdigit():
                self.send_response(int(fault[:3]))
                if after := fault[4:]:
                    self.send_header("Retry-After", after)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if not file.is_file():
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = file.read_bytes()
            etag = f'"{len(data)}-{hash(data)}"'
            start = 0
            if (asked := self.headers.get("Range")) and fault != "rangeless":
                start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(data):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            if not body:
                return
            piece = data[start:] if not isinstance(fault, int) else data[start : start + fault]
            self.wfile.write(piece)
            crawl.sent += len(piece)
            if isinstance(fault, int):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    crawl.base = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield crawl
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crawl]:
    with common_crawl(Crawl(tmp_path / "commoncrawl")) as served:
        for month in (date(2018, 1, 1), date(2018, 2, 1), date(2018, 3, 1)):
            served.list_month(noon(month))
        monkeypatch.setenv("DATELINE_CCNEWS", served.base)
        monkeypatch.setenv("DATELINE_CCNEWS_PAUSE_S", "0")
        yield served


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


HARBOUR, RIDGE = outlet(), outlet("ridge", "http://ridge.example")


def filled(layout: Layout, first: date = FIRST, last: date = LAST, *, sources: object = (HARBOUR, RIDGE)) -> Filled:
    return fill(layout, CcNewsRoute(layout, today=TODAY), sources, first, last)  # type: ignore[arg-type]


def found(layout: Layout, source_id: str = "harbour") -> dict[str, str]:
    """Address -> day and outcome of everything stored of a source."""
    days = [path for path in (layout.pages / source_id).glob("*") if path.is_dir()]
    pages = [page for day in days for page in captures(layout, source_id, date.fromisoformat(day.name))]
    assert len({page.page_id for page in pages}) == len(pages), "nothing twice"
    return {page.url.rpartition("/")[2]: f"{page.crawl_day} {page.outcome}" for page in pages}


def stories(day: date, count: int = 6) -> list[Capture]:
    """Stories crawled on a day, every other one of the other outlet, and others between that are nobody's."""
    hosts = ("http://harbour.example", "http://elsewhere.example", "http://www.ridge.example")
    at = noon(day)
    return [
        story(100 * day.toordinal() + n, at=at + timedelta(minutes=n), host=hosts[n % len(hosts)]) for n in range(count)
    ]


def test_one_walk_gives_every_source_its_pages_on_the_day_they_were_crawled(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    crawl.add(noon(LAST), *stories(LAST))
    came = filled(layout)
    assert {source: counts["ok"] for source, counts in came.counts.items()} == {"harbour": 4, "ridge": 4}
    assert set(found(layout).values()) == {f"{FIRST} ok", f"{LAST} ok"}
    assert max(crawl.paths().values()) == 1, "each file once, for both"
    assert verify(layout) == []


def test_what_is_no_source_s_is_not_even_counted(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    assert filled(layout).counts["harbour"] == {"listed": 2, "ok": 2}


def test_a_second_run_fetches_nothing(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    filled(layout)
    before, held = len(crawl.asked), found(layout)
    again = filled(layout)
    assert (again.parts, again.touched) == (0, set())
    assert len(crawl.asked) == before, "not even the listing, which cannot change any more"
    assert found(layout) == held


@given(
    st.dates(date(2016, 9, 1), date(2026, 10, 1))
    | st.builds(date, st.integers(2017, 2026), st.just(1), st.integers(29, 31)),
    st.integers(0, 70),
)
def test_the_files_looked_through_are_those_of_the_days_three_after_and_the_one_before(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    route = CcNewsRoute.__new__(CcNewsRoute)
    route._today, route._folder, route._base = TODAY + timedelta(days=400), None, ""
    stamps = [first + timedelta(days=n) for n in range(-5, length + 9)]
    route._listing = lambda month: [  # type: ignore[method-assign]
        f"crawl-data/CC-NEWS/{month.year:04}/{month.number:02}/CC-NEWS-{day:%Y%m%d}060000-00001.warc.gz"
        for day in stamps
        if (day.year, day.month) == (month.year, month.number)
    ]
    chosen = [part.name.rpartition("CC-NEWS-")[2][:8] for part in route.parts([HARBOUR], first, last)]
    expected = [day for day in stamps if first - timedelta(days=1) <= day <= last + timedelta(days=DAYS_AFTER)]
    assert chosen == [f"{day:%Y%m%d}" for day in expected]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST, 60))
    size = (crawl.folder / path).stat().st_size
    crawl.faults[path] = [1_000, 777, 1, size // 3]
    assert filled(layout).counts["harbour"]["ok"] == 20
    assert [asked for name, asked in crawl.asked if name == path][:3] == ["", "bytes=1000-", "bytes=1777-"]
    listing = sum(file.stat().st_size for file in crawl.folder.rglob("warc.paths.gz"))
    assert crawl.sent == size + listing, "no byte twice"


def test_a_busy_server_is_asked_again(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST))
    crawl.faults[path] = ["503", "429", 500, "500", "503"]
    crawl.faults["crawl-data/CC-NEWS/2018/02/warc.paths.gz"] = ["503"]
    assert filled(layout).counts["harbour"] == {"listed": 2, "ok": 2}


def test_a_server_that_asks_for_a_long_rest_is_left_alone_until_the_next_run(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST))
    crawl.faults[path] = ["429 86400"]
    (error,) = filled(layout).errors
    assert "left alone for 1440 minutes" in str(error)
    assert crawl.paths()[path] == 1
    assert filled(layout).counts["harbour"]["ok"] == 2


def test_a_server_without_ranges_costs_the_bytes_again_but_no_page(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST, 60))
    crawl.faults[path] = [2_000, "rangeless"]
    assert filled(layout).counts["harbour"] == {"listed": 20, "ok": 20}


def test_when_it_stays_down_the_next_run_goes_on_in_the_middle_of_the_file(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST, 60))
    half = (crawl.folder / path).stat().st_size // 2
    crawl.faults[path] = [half, *["503"] * 6]
    (error,) = filled(layout).errors
    assert isinstance(error, TryAgain)
    assert "goes on there" in str(error)
    came = len(found(layout))
    assert 0 < came < 20
    (progress, _) = recorded(layout)
    assert not progress.done
    assert progress.error
    before = crawl.sent
    filled(layout)
    assert len(found(layout)) == 20
    assert crawl.sent - before < half + 2_000, "it did not begin anew"
    assert [row.done for row in recorded(layout)] == [True, True]
    assert recorded(layout)[0].counts == {"listed": 20, "ok": 20}


def test_a_file_that_is_gone_is_named_and_the_others_are_read(crawl: Crawl, layout: Layout) -> None:
    gone = "crawl-data/CC-NEWS/2018/02/CC-NEWS-20180203000000-00007.warc.gz"
    crawl.add(noon(FIRST), *stories(FIRST))
    crawl.add(noon(LAST), *stories(LAST))
    crawl.list_month(noon(FIRST), gone)
    came = filled(layout)
    assert came.counts["harbour"]["ok"] == 4
    (error,) = came.errors
    assert isinstance(error, SetAside)
    assert gone in str(error)


def test_damage_in_a_file_costs_the_records_it_hit(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST, 60))
    data = bytearray((crawl.folder / path).read_bytes())
    middle = data.find(b"\x1f\x8b\x08", len(data) // 2)
    data[middle + 60 : middle + 70] = b"x" * 10
    (crawl.folder / path).write_bytes(data)
    came = filled(layout)
    assert len(came.lost) == 1
    assert came.lost[0].place.endswith(f"@{middle}")
    assert sum(counts["ok"] for counts in came.counts.values()) in (39, 40)


def test_a_file_cut_short_keeps_what_is_whole_and_names_the_rest(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST, 60))
    data = (crawl.folder / path).read_bytes()
    (crawl.folder / path).write_bytes(data[: len(data) - 300])
    came = filled(layout)
    (lost,) = came.lost
    assert "ends within this record" in lost.why
    assert sum(counts["ok"] for counts in came.counts.values()) == 39


def test_the_page_a_file_is_cut_off_in_is_kept_as_truncated(crawl: Crawl, layout: Layout) -> None:
    text = b"".join(b"<p>Shell %d hit street number %d of the harbour.</p>" % (n, n * n) for n in range(2000))
    long = replace(stories(FIRST)[0], path="/news/a-long-story-of-shells", body=b"<html>" + text)
    path = crawl.add(noon(FIRST), *stories(FIRST), long)
    data = (crawl.folder / path).read_bytes()
    (crawl.folder / path).write_bytes(data[: len(data) - 5000])
    came = filled(layout)
    assert came.counts["harbour"] == {"listed": 3, "ok": 2, "truncated": 1}
    assert found(layout)["a-long-story-of-shells"] == f"{FIRST} truncated"
    (lost,) = came.lost
    assert lost.records == 0, "of this record no part is lost without a name"


def test_paths_of_another_shape_are_never_asked_for(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    crawl.list_month(
        noon(FIRST), "../../etc/passwd", "http://169.254.169.254/x.warc.gz", "crawl-data/CC-NEWS/x.warc.gz"
    )
    filled(layout)
    assert all("CC-NEWS/2018/0" in path for path in crawl.paths())


def test_a_local_copy_is_read_the_same(crawl: Crawl, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    monkeypatch.setenv("DATELINE_CCNEWS", str(crawl.folder))
    assert filled(layout).counts["harbour"] == {"listed": 2, "ok": 2}
    assert crawl.asked == []


def test_a_dry_run_tells_the_files_and_their_sizes(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST))
    (planned,) = plan(layout, CcNewsRoute(layout, today=TODAY), [HARBOUR], FIRST, LAST)
    assert (planned.part.name, planned.part.size) == (path, (crawl.folder / path).stat().st_size)
    assert not planned.counted
    assert crawl.sent < 1_000, "no file was fetched"


def test_a_source_added_later_is_looked_for_anew_and_the_others_are_left_alone(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    filled(layout, sources=[HARBOUR])
    held = found(layout)
    came = filled(layout)
    assert came.counts["ridge"] == {"listed": 2, "ok": 2}
    assert not came.counts["harbour"]
    assert found(layout) == held


@pytest.mark.parametrize(
    ("name", "value"), [("DATELINE_CCNEWS", "/no/such/folder"), ("DATELINE_CCNEWS_PAUSE_S", "soon")]
)
def test_a_wrong_setting_is_named(layout: Layout, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        CcNewsRoute(layout)


def test_a_month_that_is_not_listed_is_missed_by_name_and_the_others_are_read(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    before = FIRST - timedelta(days=1)
    listing = f"crawl-data/CC-NEWS/{before:%Y/%m}/warc.paths.gz"
    (crawl.folder / listing).unlink()
    planned = list(plan(layout, CcNewsRoute(layout, today=TODAY), [HARBOUR], FIRST, LAST))
    assert [(one.part.name, "404" in str(one.error)) for one in planned if one.error] == [(listing, True)]
    (error,) = filled(layout).errors
    assert isinstance(error, SetAside)
    assert listing in str(error)
    assert found(layout), "what is listed came all the same"
    span, _ = archive_status(layout)
    assert span["state"] == "1 of 2 parts missing"
    assert [f"{listing}: {error}"] == span["why"]
    asked = len(crawl.asked)
    assert len(filled(layout).errors) == 1
    assert {path for path, _ in crawl.asked[asked:]} == {listing}, "what was walked is walked no more"
    crawl.list_month(noon(before))
    assert not filled(layout).errors
    assert {(span["state"], *span["why"]) for span in archive_status(layout)} == {("complete",)}


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        pytest.param(gzip.compress(b"crawl-data/CC-NEWS/2018/02/x\n" * 50)[:-30], "breaks off", id="cut"),
        pytest.param(b"<html>Service unavailable</html>", "is no listing", id="a page"),
        pytest.param(b"", "breaks off", id="nothing"),
        pytest.param(gzip.compress(b"s3://bucket/\x1b[2J.warc.gz\n"), "no file of the shape known", id="another shape"),
        pytest.param(gzip.compress(b"\0" * 9_000_000), "breaks off, or is too large", id="a bomb"),
    ],
)
def test_a_listing_that_is_none_or_half_is_an_error_and_no_empty_month(
    crawl: Crawl, layout: Layout, listing: bytes, said: str
) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    (crawl.folder / f"crawl-data/CC-NEWS/{FIRST:%Y/%m}/warc.paths.gz").write_bytes(listing)
    (error,) = filled(layout).errors
    assert said in str(error)
    assert "\x1b" not in str(error)
    crawl.list_month(noon(FIRST))  # nothing of it was kept: the next run has the month
    assert filled(layout).counts["harbour"] == {"listed": 2, "ok": 2}


def test_a_file_listed_twice_is_read_once(crawl: Crawl, layout: Layout) -> None:
    path = crawl.add(noon(FIRST), *stories(FIRST))
    crawl.list_month(noon(FIRST), path)
    filled(layout)
    assert crawl.paths()[path] == 1


def test_a_file_whose_name_tells_no_time_stops_no_other(crawl: Crawl, layout: Layout) -> None:
    crawl.add(noon(FIRST), *stories(FIRST))
    crawl.list_month(noon(FIRST), f"crawl-data/CC-NEWS/{FIRST:%Y/%m}/CC-NEWS-{FIRST:%Y%m}99080000-00001.warc.gz")
    assert filled(layout).counts["harbour"] == {"listed": 2, "ok": 2}


def test_pages_captured_past_the_end_land_on_their_own_day(crawl: Crawl, layout: Layout) -> None:
    after = LAST + timedelta(days=2)
    crawl.add(noon(LAST), *stories(LAST))
    crawl.add(noon(after), replace(stories(after)[0]))
    filled(layout)
    assert set(found(layout).values()) == {f"{LAST} ok", f"{after} ok"}
