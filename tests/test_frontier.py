"""The frontier: what is fetched when, and what a kill leaves."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scrapers.frontier import LEASE, MAX_ATTEMPTS, STATES, Frontier, waiting
from scrapers.pagestore.index import page_id
from scrapers.rechecks import RECHECKS
from warehouse.errors import DatelineError, SetAside, TryAgain
from warehouse.layout import PROJECT
from warehouse.records import Page

DAY = date(2026, 11, 1)
NEXT = date(2026, 11, 2)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FEED = "https://harbour.example/feed"
URL = "https://harbour.example/news/bridge"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "frontier" / "harbour.sqlite"


def opened(path: Path, clock: Clock, day: date = DAY) -> Frontier:
    frontier = Frontier(path, clock=clock)
    frontier.start(day)
    return frontier


def article(frontier: Frontier, url: str = URL, day: date = DAY, **more: object) -> bool:
    return frontier.add(url, canonical_url=url, day=day, purpose="article", **more)  # type: ignore[arg-type]


def feed(frontier: Frontier, day: date = DAY) -> bool:
    return frontier.add(FEED, canonical_url=FEED, day=day, purpose="discovery")


def captured(
    at: datetime, url: str = URL, *, day: date = DAY, outcome: str = "ok", digest: str | None = "sha1:A", **more: object
) -> Page:
    fields: dict[str, object] = {"purpose": "article", "via": "live", "etag": '"v1"', "last_modified": None, **more}
    return Page(
        page_id=page_id(url, at, digest, outcome),
        source_id="harbour",
        crawl_day=day,
        url=url,
        canonical_url=url,
        fetched_at=at,
        outcome=outcome,
        payload_digest=digest,
        **fields,  # type: ignore[arg-type]
    )


def test_a_url_goes_from_pending_to_leased_to_done(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        listed = NOON - timedelta(hours=1)
        assert article(frontier, discovered_from=FEED, listed_published_at=listed, priority=3)
        assert frontier.counts(DAY) == {"pending": 1, "leased": 0, "done": 0, "failed": 0, "dead": 0}
        [entry] = frontier.lease(10)
        assert (entry.url, entry.canonical_url, entry.purpose, entry.priority) == (URL, URL, "article", 3)
        assert (entry.discovered_from, entry.listed_published_at, entry.attempts) == (FEED, listed, 0)
        assert frontier.counts(DAY)["leased"] == 1
        assert frontier.lease(10) == []
        frontier.done(URL, captured(clock()))
        assert frontier.counts(DAY)["done"] == 1


def test_a_url_is_queued_once_a_day_under_its_canonical_form(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        assert article(frontier)
        assert not frontier.add(URL + "?utm_source=x", canonical_url=URL, day=DAY, purpose="article")
        frontier.lease(1)
        assert not article(frontier)


def test_a_deleted_article_is_looked_at_again_on_its_schedule_and_not_every_night(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        frontier.lease(1)
        frontier.done(URL, captured(clock()))
        asked = []
        for _ in range(60):
            clock.forward(days=1)
            frontier.start(clock().date())
            if frontier.due(clock()):
                asked.append((clock() - NOON).days)
                frontier.gone(captured(clock(), day=clock().date(), outcome="error:http_410"))
        assert asked == [1, 3, 7, 27]
        frontier.gone(captured(clock(), url=URL + "/unknown", outcome="error:http_404"))


def test_the_highest_priority_comes_first_then_the_oldest(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        for n, priority in enumerate([0, 5, 0, 5]):
            article(frontier, f"{URL}/{n}", priority=priority)
            clock.forward(seconds=1)
        assert [entry.url[-1] for entry in frontier.lease(3)] == ["1", "3", "0"]
        assert [entry.url[-1] for entry in frontier.lease(3)] == ["2"]


def test_a_lease_that_ran_out_is_given_again(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        assert len(frontier.lease(1)) == 1
        clock.now += LEASE - timedelta(seconds=1)
        assert frontier.lease(1) == []
        clock.forward(seconds=1)
        assert len(frontier.lease(1)) == 1


def test_what_a_dead_process_had_leased_is_pending_again(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        frontier.lease(1)
    with opened(path, clock) as frontier:
        assert frontier.counts(DAY)["pending"] == 1


def test_a_failure_is_tried_again_by_the_next_run_until_it_is_dead(path: Path, clock: Clock) -> None:
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with opened(path, clock) as frontier:
            article(frontier)
            [entry] = frontier.lease(1)
            assert entry.attempts == attempt - 1
            frontier.failed(entry.url, "error:http_503", retry=True)
            assert frontier.lease(1) == []  # not by the same run
            assert frontier.counts(DAY)["failed" if attempt < MAX_ATTEMPTS else "dead"] == 1
    with opened(path, clock) as frontier:
        assert not article(frontier)
        assert frontier.lease(1) == []
    with opened(path, clock, NEXT) as frontier:
        assert article(frontier, day=NEXT)  # another day, another chance


def test_a_final_failure_is_dead_at_once(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        frontier.lease(1)
        frontier.failed(URL, "error:http_404", retry=False)
        assert frontier.counts(DAY)["dead"] == 1


def test_discovery_pages_are_fetched_once_by_every_run(path: Path, clock: Clock) -> None:
    for _ in range(2):
        with opened(path, clock) as frontier:
            assert feed(frontier)
            [entry] = frontier.lease(10)
            frontier.done(entry.url, captured(clock(), FEED, purpose="discovery"))
            assert not feed(frontier)
            clock.forward(minutes=5)


# conditional requests and re-checks


def test_the_validators_of_the_last_body_are_remembered(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        assert frontier.conditional(URL) is None
        frontier.done(URL, captured(NOON, etag='"v1"', last_modified="Sun, 01 Nov 2026 11:00:00 GMT"))
        frontier.done(URL, captured(NOON + timedelta(hours=1), outcome="not_modified", etag=None))
        frontier.done(URL, captured(NOON + timedelta(hours=2), outcome="blocked", digest="sha1:B", etag='"wall"'))
        known = frontier.conditional(URL)
        assert known is not None
        assert (known.etag, known.digest, known.fetched_at) == ('"v1"', "sha1:A", NOON)
        assert known.last_modified == "Sun, 01 Nov 2026 11:00:00 GMT"
        frontier.done(URL, captured(NOON + timedelta(hours=3), digest="sha1:C", etag=None))
        known = frontier.conditional(URL)
        assert known is not None
        assert (known.etag, known.last_modified, known.digest) == (None, None, "sha1:C")


def test_an_article_is_looked_at_again_on_the_decaying_schedule(path: Path, clock: Clock) -> None:
    """Offered every half hour for two months, as feeds and sections do: fetched at the table's times only."""
    fetched = []
    with Frontier(path, clock=clock) as frontier:
        while clock() < NOON + timedelta(days=60):
            day = clock().date()
            frontier.start(day)
            due = [entry.url for entry in frontier.due(clock())]
            if article(frontier, day=day):
                assert not fetched or due == [URL]
                [entry] = frontier.lease(10)
                outcome = "not_modified" if fetched else "ok"
                frontier.done(entry.url, captured(clock(), day=day, outcome=outcome))
                fetched.append(clock() - NOON)
            else:
                assert due == []
            clock.forward(minutes=30)
    assert len(fetched) == len(RECHECKS) + 1
    for (planned, _), real in zip(RECHECKS, fetched[1:], strict=True):
        assert 0.9 * planned <= real <= planned


def test_a_nightly_crawl_that_starts_early_still_makes_its_one_day_recheck(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        frontier.lease(1)
        frontier.done(URL, captured(NOON))
    clock.forward(hours=23, minutes=40)
    with opened(path, clock, NEXT) as frontier:
        assert article(frontier, day=NEXT)


@pytest.mark.parametrize(
    "more", [{"via": "wayback"}, {"listed_published_at": NOON - timedelta(days=400)}, {"purpose": "discovery"}]
)
def test_what_no_longer_changes_is_not_looked_at_again(path: Path, clock: Clock, more: dict[str, object]) -> None:
    with opened(path, clock) as frontier:
        frontier.done(URL, captured(NOON, **more))
        assert frontier.due(NOON + timedelta(days=365)) == []
        clock.forward(days=365)
        assert not article(frontier, day=NEXT)


# kills


def test_what_the_store_holds_is_marked_done(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        for n in range(3):
            article(frontier, f"{URL}/{n}")
        frontier.lease(2)
    clock.forward(minutes=1)
    fetched = clock()
    with opened(path, clock) as frontier:
        pages = [
            captured(fetched, f"{URL}/0"),
            captured(fetched, f"{URL}/1", outcome="error:timeout", digest=None),
            captured(fetched, f"{URL}/2", outcome="robots_denied", digest=None),
        ]
        assert frontier.reconcile(pages) == 1
        assert frontier.counts(DAY) == {"pending": 2, "leased": 0, "done": 1, "failed": 0, "dead": 0}
        assert frontier.conditional(f"{URL}/0") is not None
        assert frontier.reconcile(pages) == 0


def test_a_recheck_queued_after_the_fetch_is_not_taken_for_done(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        article(frontier)
        frontier.lease(1)
        first = captured(clock())
        frontier.done(URL, first)
        clock.forward(hours=1)
        assert article(frontier)
    with opened(path, clock) as frontier:
        assert frontier.reconcile([first]) == 0
        assert len(frontier.lease(1)) == 1


def test_a_lost_frontier_is_rebuilt_from_the_store(path: Path, clock: Clock) -> None:
    with opened(path, clock) as frontier:
        assert frontier.reconcile([captured(NOON), captured(NOON, FEED, purpose="discovery")]) == 2
        assert not article(frontier)
        assert feed(frontier)


def test_a_second_crawl_of_the_source_is_refused_by_name(path: Path, clock: Clock) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom scrapers.frontier import Frontier\n"
        "frontier = Frontier(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=PROJECT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(TryAgain, match=re.escape(f"harbour is already being crawled, by process {other.pid}")):
            Frontier(path, clock=clock)
        other.kill()
        other.wait(10)
    with Frontier(path, clock=clock), pytest.raises(TryAgain, match=f"process {os.getpid()}"):
        Frontier(path, clock=clock)


def test_a_file_of_a_later_version_or_none_of_ours_is_refused_with_the_mend(path: Path, clock: Clock) -> None:
    Frontier(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(SetAside, match="upgrade"):
        Frontier(path)
    db.close()
    path.write_bytes(b"something else " * 300)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    with pytest.raises(SetAside, match="Delete it"):
        Frontier(path)


def test_what_waits_can_be_counted_beside_a_crawl(path: Path, clock: Clock) -> None:
    assert waiting(path) == 0
    with opened(path, clock) as frontier:
        for n in range(4):
            article(frontier, f"{URL}/{n}")
        frontier.lease(2)
        frontier.done(f"{URL}/0", captured(clock(), f"{URL}/0"))
        frontier.failed(f"{URL}/1", "error:http_404", retry=False)
        assert waiting(path) == 2


def test_leasing_before_start_is_refused(path: Path, clock: Clock) -> None:
    with Frontier(path, clock=clock) as frontier, pytest.raises(DatelineError, match=r"start\(day\)"):
        frontier.lease(1)


def test_credentials_do_not_reach_the_file(path: Path, clock: Clock) -> None:
    url = "https://joe:hunter2@harbour.example/a"
    with opened(path, clock) as frontier:
        frontier.add(url, canonical_url=url, day=DAY, purpose="article", discovered_from=url)
        [entry] = frontier.lease(1)
        assert entry.url == "https://harbour.example/a"
        assert frontier.conditional(url) is None
        frontier.done(url, captured(clock(), "https://harbour.example/a"))
        assert frontier.counts(DAY)["done"] == 1
        assert frontier.conditional(url) is not None
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"hunter2" not in stored


class AnyLife(RuleBasedStateMachine):
    """Whatever happens in whatever order: each URL of the day is in one state, every URL that was
    captured is done or waits for a re-check, and no URL is leased twice at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "harbour.sqlite"
        self.clock = Clock()
        self.added: set[str] = set()
        self.leased: list[str] = []
        self.pages: list[Page] = []
        self.frontier = opened(self.path, self.clock)

    @rule(n=st.integers(0, 5))
    def add(self, n: int) -> None:
        url = f"{URL}/{n}"
        waiting = url in self.leased
        fresh = article(self.frontier, url)
        assert not (fresh and waiting)
        assert fresh or url in self.added
        self.added.add(url)
        self.clock.forward(seconds=1)

    @rule(limit=st.integers(1, 3))
    def lease(self, limit: int) -> None:
        entries = [entry.url for entry in self.frontier.lease(limit)]
        assert not set(entries) & set(self.leased)
        self.leased += entries
        self.clock.forward(seconds=1)

    @precondition(lambda self: self.leased)
    @rule(marked=st.booleans())
    def fetch(self, marked: bool) -> None:
        """``marked`` False: killed between the index row and the mark."""
        url = self.leased.pop(0)
        page = captured(self.clock(), url)
        self.pages.append(page)
        if marked:
            self.frontier.done(url, page)
        else:
            self.kill()
        self.clock.forward(seconds=1)

    @precondition(lambda self: self.leased)
    @rule(retry=st.booleans())
    def fail(self, retry: bool) -> None:
        self.frontier.failed(self.leased.pop(0), "error:timeout", retry=retry)

    @rule()
    def kill(self) -> None:
        self.frontier.close()
        self.leased.clear()
        self.frontier = opened(self.path, self.clock)
        self.frontier.reconcile(self.pages)

    @rule(hours=st.sampled_from([1, 6]))
    def wait(self, hours: int) -> None:
        if not self.leased:  # leases running out have a test of their own
            self.clock.forward(hours=hours)

    @invariant()
    def sums_add_up(self) -> None:
        counts = self.frontier.counts(DAY)
        assert set(counts) == set(STATES)
        assert sum(counts.values()) == len(self.added)
        assert counts["leased"] == len(self.leased)

    def teardown(self) -> None:
        # a last run fetches what is left: then nothing waits, and all that was captured is done
        self.kill()
        for entry in self.frontier.lease(100):
            page = captured(self.clock(), entry.url)
            self.pages.append(page)
            self.frontier.done(entry.url, page)
        counts = self.frontier.counts(DAY)
        assert counts["pending"] == counts["leased"] == 0
        assert counts["done"] + counts["dead"] == len(self.added)
        self.frontier.close()
        self.folder.cleanup()


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
