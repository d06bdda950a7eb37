"""The CDX reader: every capture an index lists comes out, whatever the server makes of pages; rubbish is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scrapers.archives.cdx import Index, Malformed, Row, read_line, read_page, stamp
from tests.web_archive import Dialect
from warehouse.errors import SetAside, TryAgain

LINE = "example,harbour)/news/bridge 20180208061500 http://www.harbour.example:80/news/bridge text/html 200 AAAA 431"
FIRST, LAST = datetime(2018, 2, 1, tzinfo=UTC), datetime(2018, 2, 28, 23, 59, 59, tzinfo=UTC)


def row(
    urlkey: str, at: datetime, *, digest: str = "A", status: str = "200", mime: str = "text/html"
) -> dict[str, str]:
    return {
        "urlkey": urlkey,
        "timestamp": stamp(at),
        "original": "http://harbour.example" + urlkey.partition(")")[2].replace(" ", "%20"),
        "mimetype": mime,
        "statuscode": status,
        "digest": digest,
        "length": "431",
    }


class Server:
    """A CDX server of a given dialect over rows; ``asked`` counts its pages."""

    def __init__(self, rows: list[dict[str, str]], dialect: Dialect) -> None:
        self.rows = sorted(rows, key=lambda found: (found["urlkey"], found["timestamp"]))
        self.dialect = dialect
        self.asked = 0

    def __call__(self, parameters: Mapping[str, str | list[str]]) -> str:
        self.asked += 1
        query = {name: value if isinstance(value, list) else [value] for name, value in parameters.items()}
        within = [found for found in self.rows if query["from"][0] <= found["timestamp"] <= query["to"][0]]
        return self.dialect.answer(within, query)


def positions(index: Index, after: str | None = None) -> list[tuple[str, str]]:
    lines = [line for _, line in index.captures("harbour.example", FIRST, LAST, after=after)]
    assert not [line for line in lines if isinstance(line, Malformed)]
    return [line.position for line in lines if isinstance(line, Row)]


def test_a_line_is_read() -> None:
    found = read_line(LINE)
    assert found.url == "http://www.harbour.example/news/bridge"
    assert found.captured_at == datetime(2018, 2, 8, 6, 15, tzinfo=UTC)
    assert (found.mime, found.status, found.digest) == ("text/html", 200, "AAAA")


def test_the_lines_of_other_archives_are_read() -> None:
    line = (
        'example,harbour)/a 20180208061500 {"url": "https://harbour.example/a", "mime": "text/html", "status": "200"}'
    )
    assert read_line(line) == Row(
        "example,harbour)/a",
        datetime(2018, 2, 8, 6, 15, tzinfo=UTC),
        "https://harbour.example/a",
        "text/html",
        200,
        "-",
    )


def test_blanks_in_an_address_do_not_shift_the_fields_behind_it() -> None:
    found = read_line(
        "k)/a b 20180208061500 x".replace("k)/a b", "k)/a%20b").replace(" x", " http://h.example/a b text/html 200 D 1")
    )
    assert (found.url, found.status, found.digest) == ("http://h.example/a%20b", 200, "D")


def test_a_repeat_has_no_status() -> None:
    assert read_line(LINE.replace("text/html 200", "warc/revisit -")).status is None


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace("20180208061500", "20180008061500"),  # month 00, which the archive has
        LINE.replace("20180208061500", "201802080615"),
        LINE.replace("http://www.harbour.example:80/news/bridge", "mailto:desk@harbour.example"),
        LINE.replace(" 200 ", " two-hundred "),
        "example,harbour)/a 20180208061500",
        'example,harbour)/a 20180208061500 {"url":',
        'example,harbour)/a 20180208061500 {"url": "http://h.example/a", "status": 1e999}',
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_costs_no_other(line: str) -> None:
    page = read_page(f"{LINE}\n{line}\n{LINE}\n")
    assert len(page.rows) == 2
    malformed = [found for found in page.lines if isinstance(found, Malformed)]
    assert [found.line for found in malformed] == [line]
    assert malformed[0].why


def test_a_page_without_a_key_is_the_last() -> None:
    assert not read_page(LINE + "\n").more
    assert read_page(LINE + "\n\nexample%2Charbour%29%2F+20180208061501\n").more


def test_an_empty_index_is_an_answer() -> None:
    assert read_page("").lines == ()


@pytest.mark.parametrize(
    "end", ["java.io.IOException: Broken pipe\n", "<html><body>502</body></html>\n", "exam", LINE[:60], LINE]
)
def test_an_answer_that_breaks_off_is_not_taken_for_a_page(end: str) -> None:
    with pytest.raises(TryAgain, match="no whole row"):
        read_page(f"{LINE}\n{end}")


def test_a_domain_the_archive_does_not_give_out_is_set_aside() -> None:
    text = "org.archive.util.io.RuntimeIOException: org.archive.wayback.exception.AdministrativeAccessControlException"
    with pytest.raises(SetAside, match="does not give it out"):
        read_page(text)


# a bracket of time that halves apart in a few steps
SPAN_S = 255

_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "a/b", "b", "b%20c", "b+c", "c%c3%a9", "d", "dé", "e?x=1&y=%2b", "f", "zz"]),
        st.integers(0, SPAN_S),
        st.sampled_from("AB"),
    ),
    unique_by=lambda found: found[:2],
    max_size=24,
)


@settings(deadline=None)
@given(_ROWS, st.integers(2, 9), st.sampled_from([1, 2]), st.booleans())
def test_no_page_is_lost_whatever_the_server_makes_of_keys(
    found: list[tuple[str, int, str]], page: int, decodes: int, keys: bool
) -> None:
    busiest = max(Counter(at for _, at, _ in found).values(), default=0)
    assume(busiest < page)  # else a second is more than a page: set aside, see below
    rows = [row(f"example,harbour)/{path}", FIRST + timedelta(seconds=at), digest=d) for path, at, d in found]
    server = Server(rows, Dialect(decodes=decodes, keys=keys))
    lines = [line for _, line in Index(server, rows=page).captures("h", FIRST, FIRST + timedelta(seconds=SPAN_S))]
    every = {(each["urlkey"], each["timestamp"]) for each in server.rows}
    repeats = {
        (after["urlkey"], after["timestamp"])
        for before, after in pairwise(server.rows)
        if before["digest"] == after["digest"]
    }
    assert every - (repeats if keys else set()) <= {line.position for line in lines if isinstance(line, Row)} <= every


def test_pages_are_continued_by_the_key_and_not_by_halving() -> None:
    rows = [row(f"example,harbour)/{n:03}", FIRST + timedelta(hours=n), digest=str(n)) for n in range(100)]
    for decodes in (1, 2):
        server = Server(rows, Dialect(decodes=decodes))
        assert len(positions(Index(server, rows=10))) == 100
        # nine rows a page are new, and some servers are asked twice before they understand a key
        assert server.asked <= 13


def test_more_captures_of_one_second_than_fit_in_a_page_are_no_silent_loss() -> None:
    rows = [row(f"example,harbour)/{n}", FIRST, digest=str(n)) for n in range(5)]
    with pytest.raises(SetAside, match="captures of 20180201000000"):
        positions(Index(Server(rows, Dialect(keys=False)), rows=3))


@settings(deadline=None, max_examples=50)
@given(_ROWS, st.integers(2, 9), st.integers(0, 40), st.booleans())
def test_walking_on_at_a_mark_loses_nothing(
    found: list[tuple[str, int, str]], page: int, stopped: int, keys: bool
) -> None:
    assume(max(Counter(at for _, at, _ in found).values(), default=0) < page)
    rows = [row(f"example,harbour)/{path}", FIRST + timedelta(seconds=at), digest=d) for path, at, d in found]
    end = FIRST + timedelta(seconds=SPAN_S)

    def walk(after: str | None) -> list[tuple[str, Row]]:
        lines = Index(Server(rows, Dialect(keys=keys)), rows=page).captures("h", FIRST, end, after=after)
        return [(mark, line) for mark, line in lines if isinstance(line, Row)]

    whole = walk(None)
    before = whole[: min(stopped, len(whole))]
    after = walk(before[-1][0] if before else None)
    assert {line for _, line in before} | {line for _, line in after} >= {line for _, line in whole}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("<html><body>We are down for maintenance</body></html>\n", id="a page"),
        pytest.param('{"error": "try later"}\n', id="an error as JSON"),
        pytest.param(LINE + "\nTraceback (most recent call last):\n", id="an error behind rows"),
        pytest.param(LINE + "\n" + LINE[:40], id="a row cut in two"),
        pytest.param("\x00" * 5000, id="zeros"),
    ],
)
def test_an_answer_that_is_no_index_is_asked_for_again_and_no_empty_month(answer: str) -> None:
    with pytest.raises(TryAgain, match="no whole row"):
        list(Index(lambda asked: answer).captures("h", FIRST, FIRST + timedelta(days=27)))


def test_a_server_that_gives_one_page_for_ever_ends() -> None:
    asked: list[object] = []

    def again(parameters: object) -> str:
        asked.append(parameters)
        return f"{LINE}\n\nkey\n"

    with pytest.raises(SetAside, match="it gives no further page"):
        list(Index(again).captures("h", FIRST, LAST))
    assert len(asked) < 100, "four minutes at the Wayback Machine's rate"


@given(st.text(max_size=400) | st.lists(st.sampled_from([LINE, "", "x", "k 2 3", "<html>", "\x85"])).map("\n".join))
def test_whatever_comes_is_a_page_or_a_named_trouble(text: str) -> None:
    try:
        page = read_page(text)
    except (TryAgain, SetAside):
        return
    assert all(isinstance(line, Row) or (line.why and "\n" not in line.line) for line in page.lines)


@given(
    st.binary(max_size=200)
    | st.sampled_from([LINE.encode()]).flatmap(lambda line: st.permutations(list(line)).map(bytes))
)
def test_a_line_is_a_row_or_refused(line: bytes) -> None:
    try:
        found = read_line(line.decode("utf-8", "replace"))
    except (ValueError, KeyError):
        return
    assert found.url.startswith(("http://", "https://"))
