"""The page store: what is written is read back, by us and by the readers others use."""

from __future__ import annotations

import gzip
import pickle
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from scrapers.pagestore import (
    Exchange,
    PageWriter,
    captures,
    clean_url,
    iter_payloads,
    payloads_elsewhere,
    read_index,
    read_payload,
    verify,
)
from scrapers.pagestore import writer as writer_module
from scrapers.pagestore.exchange import clean_headers, cleaned
from scrapers.pagestore.index import from_line, rows_of, to_line
from scrapers.pagestore.records import Builder
from warehouse.errors import PageStoreError, TryAgain
from warehouse.layout import Layout
from warehouse.records import Page, content_id

DAY = date(2026, 11, 1)
NEXT = date(2026, 11, 2)
NOON = datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)
URL = "https://harbour.example/news/bridge"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def answered(
    body: bytes = b"<p>Shells hit the bridge.</p>", *, url: str = URL, minutes: int = 0, **more: object
) -> Exchange:
    """A 200 with a body, ``minutes`` after noon."""
    exchange = Exchange(
        url=url,
        canonical_url=url,
        purpose="article",
        fetched_at=NOON + timedelta(minutes=minutes),
        request_headers=[("User-Agent", "Dateline")],
        status=200,
        response_headers=[("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"')],
        body=body,
        outcome="ok",
    )
    return replace(exchange, **more)  # type: ignore[arg-type]


def unchanged(*, url: str = URL, minutes: int = 0) -> Exchange:
    return answered(b"", url=url, minutes=minutes, status=304, outcome="not_modified")


def unanswered(outcome: str = "error:dns", *, url: str = URL, minutes: int = 0) -> Exchange:
    return answered(
        b"", url=url, minutes=minutes, status=None, outcome=outcome, error="no such host", response_headers=[]
    )


def write(layout: Layout, *exchanges: Exchange, day: date = DAY) -> list[Page]:
    with PageWriter(layout, "harbour", day) as writer:
        return [writer.write(exchange) for exchange in exchanges]


def warcs(layout: Layout, day: date = DAY) -> list[Path]:
    return sorted(layout.pages_of("harbour", day).glob("*.warc.gz"))


def seen_by_fastwarc(path: Path) -> list[str]:
    """The type of every record, read by fastwarc."""
    return [record.headers["WARC-Type"] for record in FastIterator(str(path))]


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """(type, WARC headers, body) of every record, read by warcio."""
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in WarcioIterator(file)
        ]


# what is written is read back


def test_a_page_comes_back_as_it_was_written(layout: Layout) -> None:
    exchange = answered(
        url="https://harbour.example/news/1",
        discovered_from="https://harbour.example/feed",
        listed_published_at=NOON - timedelta(hours=2),
        reservations=("noai", "tdm-reservation=1"),
        via="sitemap",
        moved_to="https://harbour.example/archive/1",
        stories=17,
    )
    [page] = write(layout, exchange)
    assert read_index(layout, "harbour", DAY) == [page]
    assert page.page_id == content_id(exchange.canonical_url, NOON.isoformat(), page.payload_digest)
    assert (page.status, page.etag, page.via) == (200, '"v1"', "sitemap")
    assert page.reservations == ("noai", "tdm-reservation=1")
    assert page.listed_published_at == NOON - timedelta(hours=2)
    assert (page.moved_to, page.stories) == ("https://harbour.example/archive/1", 17)
    assert read_payload(layout, page) == exchange.body


def test_a_request_without_an_answer_is_a_page_without_a_place(layout: Layout) -> None:
    [page] = write(layout, unanswered("robots_denied"))
    assert read_index(layout, "harbour", DAY) == [page]
    assert (page.outcome, page.error, page.status, page.warc_file) == ("robots_denied", "no such host", None, None)
    with pytest.raises(PageStoreError, match="robots_denied"):
        read_payload(layout, page)


@pytest.mark.parametrize("coding", ["utf-8", "gzi", "br", "zstd", "gzip", "deflate", "gzip, br", "x", "none", ","])
def test_a_body_that_is_not_encoded_as_its_header_says_comes_as_it_is(layout: Layout, coding: str) -> None:
    lying = answered(response_headers=[("Content-Encoding", coding)], url=URL + "/lying")
    pages = write(layout, lying, answered(b"<p>Another</p>", minutes=1))
    assert [body for _, body in iter_payloads(layout, pages)] == [lying.body, b"<p>Another</p>"]


@pytest.mark.parametrize("value", ["t\xff\xfe; charset=utf-8", "a=\xe9", "\u202eabc", "é" * 9_000])
def test_letters_of_any_kind_may_stand_in_a_header(layout: Layout, value: str) -> None:
    headers = [("Content-Type", value), ("X-Any", value), ("Content-Disposition", f"inline; filename={value}")]
    (page,) = write(layout, answered(response_headers=headers, request_headers=headers))
    assert read_payload(layout, page) == answered().body
    assert verify(layout) == []


def test_a_record_that_cannot_be_written_leaves_nothing_before_the_next() -> None:
    builder = Builder()
    with pytest.raises(UnicodeEncodeError):
        builder.response(answered(response_headers=[("X-Any", "t\xff; charset=utf-8")]), "<urn:uuid:1>", "sha1:A")
    written = gzip.decompress(builder.response(answered(), "<urn:uuid:2>", "sha1:A"))
    assert written.startswith(b"WARC/1.1\r\n")
    assert b"urn:uuid:1" not in written


def test_payloads_come_in_warc_order_whatever_order_is_asked(layout: Layout) -> None:
    pages = write(layout, *(answered(b"body %d" % n, url=f"{URL}/{n}") for n in range(5)), unanswered(url=f"{URL}/x"))
    assert [payload for _, payload in iter_payloads(layout, reversed(pages))] == [b"body %d" % n for n in range(5)]
    travelled = pickle.loads(pickle.dumps(list(payloads_elsewhere(layout, reversed(pages)))))  # as to another process
    assert [(page, read()) for page, read in travelled] == list(iter_payloads(layout, pages))


def test_nothing_fetched_leaves_no_file(layout: Layout) -> None:
    write(layout)
    assert warcs(layout) == []
    assert read_index(layout, "harbour", DAY) == []


def test_a_second_run_opens_a_second_file(layout: Layout) -> None:
    write(layout, answered(b"one"))
    write(layout, answered(b"two", minutes=5))
    assert len(warcs(layout)) == 2
    assert [read_payload(layout, page) for page in read_index(layout, "harbour", DAY)] == [b"one", b"two"]


def test_a_large_crawl_is_split_into_several_files(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "FILE_SIZE", 3_000)
    pages = write(layout, *(answered(b"body %d" % n, url=f"{URL}/{n}") for n in range(9)))
    assert len(warcs(layout)) > 1
    assert {page.page_id for page in read_index(layout, "harbour", DAY)} == {page.page_id for page in pages}
    assert [payload for _, payload in iter_payloads(layout, pages)] == [b"body %d" % n for n in range(9)]
    assert verify(layout) == []


def test_pages_are_readable_while_the_crawl_still_writes(layout: Layout) -> None:
    with PageWriter(layout, "harbour", DAY) as writer:
        page = writer.write(answered(b"early"))
        writer.flush()
        assert read_index(layout, "harbour", DAY) == [page]
        assert read_payload(layout, page) == b"early"
        assert verify(layout) == []


def test_index_rows_wait_for_the_flush(layout: Layout) -> None:
    with PageWriter(layout, "harbour", DAY) as writer:
        writer.write(answered())
        assert read_index(layout, "harbour", DAY) == []
        writer.flush()
        assert len(read_index(layout, "harbour", DAY)) == 1


def test_two_writers_of_one_partition_are_refused(layout: Layout) -> None:
    with PageWriter(layout, "harbour", DAY), pytest.raises(TryAgain, match=r"already being crawled, by process \d+"):
        PageWriter(layout, "harbour", DAY)
    with PageWriter(layout, "harbour", DAY), PageWriter(layout, "harbour", NEXT):
        pass  # another day is free, and so is the first one again


# the records


def test_every_tool_reads_every_record_and_the_digests_hold(layout: Layout) -> None:
    write(layout, answered(), answered(minutes=1), unchanged(minutes=2), unanswered(url=f"{URL}/2"))
    [path] = warcs(layout)
    kinds = [kind for kind, _, _ in records(path)]
    capture = ["metadata", "request"]
    assert kinds == ["warcinfo", *capture, "response", *capture, "revisit", *capture, "revisit", "metadata"]
    assert seen_by_fastwarc(path) == kinds
    assert all(record.verify_block_digest() for record in FastIterator(str(path), parse_http=False))
    with path.open("rb") as file:
        for record in WarcioIterator(file, check_digests="raise"):
            record.content_stream().read()


def test_each_record_is_a_gzip_member_at_its_indexed_place(layout: Layout) -> None:
    pages = write(layout, answered(), answered(b"other", url=f"{URL}/2"))
    data = warcs(layout)[0].read_bytes()
    for page in pages:
        assert page.warc_offset is not None
        assert page.warc_length is not None
        engine = zlib.decompressobj(31)
        record = engine.decompress(data[page.warc_offset : page.warc_offset + page.warc_length])
        assert engine.eof
        assert not engine.unused_data
        assert record.startswith(b"WARC/1.1\r\n")
        assert f"WARC-Target-URI: {page.url}\r\n".encode() in record


@pytest.mark.parametrize("length", [None, 0, 1, 100, 10**15])
def test_a_record_is_read_whatever_length_its_row_tells(layout: Layout, length: int | None) -> None:
    first, second = write(layout, answered(), answered(b"other", url=f"{URL}/2"))
    assert read_payload(layout, replace(first, warc_length=length)) == answered().body
    assert read_payload(layout, replace(second, warc_length=length)) == b"other"


@pytest.mark.parametrize("says", [0, 1, 100, 2**32 - 1])
def test_a_record_that_does_not_unpack_to_what_it_says_is_damaged(layout: Layout, says: int) -> None:
    [page] = write(layout, answered())
    assert page.warc_offset is not None
    assert page.warc_length is not None
    with warcs(layout)[0].open("r+b") as file:
        file.seek(page.warc_offset + page.warc_length - 4)
        file.write(says.to_bytes(4, "little"))
    with pytest.raises(PageStoreError, match="no whole record"):
        read_payload(layout, page)


def test_an_identical_payload_becomes_a_revisit_that_names_its_original(layout: Layout) -> None:
    first, again = write(layout, answered(), answered(url=f"{URL}/amp", minutes=1))
    [(headers, body)] = [(headers, body) for kind, headers, body in records(warcs(layout)[0]) if kind == "revisit"]
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert headers["WARC-Refers-To-Target-URI"] == URL
    assert headers["WARC-Refers-To-Date"] == "2026-11-01T12:00:00.123456Z"
    assert headers["WARC-Payload-Digest"] == first.payload_digest == again.payload_digest
    assert body == b""
    assert read_payload(layout, again) == read_payload(layout, first)


def test_a_304_becomes_a_revisit_of_what_the_url_answered_last(layout: Layout) -> None:
    write(layout, answered(b"first"), answered(b"second", minutes=1), answered(b"first", minutes=2))
    [page] = write(layout, unchanged(minutes=24 * 60), day=NEXT)
    [headers] = [headers for kind, headers, _ in records(warcs(layout, NEXT)[0]) if kind == "revisit"]
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert headers["WARC-Refers-To-Date"] == "2026-11-01T12:00:00.123456Z"
    assert page.outcome == "not_modified"
    assert read_index(layout, "harbour", NEXT) == [page]
    assert read_payload(layout, page) == b"first"


def test_a_304_without_an_original_is_kept_and_says_so(layout: Layout) -> None:
    [page] = write(layout, unchanged())
    assert read_index(layout, "harbour", DAY) == [page]
    assert page.payload_digest is None
    assert verify(layout) == []
    with pytest.raises(PageStoreError, match="no payload is stored"):
        read_payload(layout, page)


def test_a_revisit_finds_its_original_after_the_file_moved(layout: Layout) -> None:
    write(layout, answered(b"filler", url=f"{URL}/0"), answered())
    [page] = write(layout, answered(minutes=24 * 60), day=NEXT)
    [old], [index] = warcs(layout), sorted(layout.pages_of("harbour", DAY).glob("*.cdxj"))
    new = "20200101000000000000-aaaaaaaaaaaa"
    index.write_text(index.read_text().replace(old.name.removesuffix(".warc.gz"), new))
    index.rename(index.with_name(f"{new}.cdxj"))
    old.rename(old.with_name(f"{new}.warc.gz"))
    assert read_payload(layout, page) == answered().body


def test_the_catalogue_of_payloads_is_only_a_derived_file(layout: Layout) -> None:
    write(layout, answered())
    (layout.pages / "harbour" / "payloads.sqlite").write_bytes(b"not a database at all" * 100)
    [page] = write(layout, answered(minutes=1))
    assert [kind for kind, _, _ in records(warcs(layout)[1])].count("revisit") == 1
    assert read_payload(layout, page) == answered().body


def test_a_payload_whose_file_was_deleted_is_stored_again(layout: Layout) -> None:
    write(layout, answered())
    for path in layout.pages_of("harbour", DAY).iterdir():
        path.unlink()
    [page] = write(layout, answered(minutes=24 * 60), day=NEXT)
    assert [kind for kind, _, _ in records(warcs(layout, NEXT)[0])].count("response") == 1
    assert read_payload(layout, page) == answered().body


def test_the_metadata_record_tells_our_verdict(layout: Layout) -> None:
    write(layout, answered(outcome="paywall", error="meter reached", discovered_from="https://harbour.example/feed"))
    kinds = records(warcs(layout)[0])
    [(headers, body)] = [(headers, body) for kind, headers, body in kinds if kind == "metadata"]
    [response] = [headers for kind, headers, _ in kinds if kind == "response"]
    assert headers["Content-Type"] == "application/warc-fields"
    assert headers["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    lines = body.decode().splitlines()
    for line in ("outcome: paywall", "error: meter reached", "purpose: article", f"canonical: {URL}"):
        assert line in lines
    assert "via: https://harbour.example/feed" in lines


@pytest.mark.parametrize(("outcome", "reason"), [("too_large", "length"), ("truncated", "disconnect")])
def test_a_body_cut_short_is_marked(layout: Layout, outcome: str, reason: str) -> None:
    write(layout, answered(b"<p>half", outcome=outcome))
    [headers] = [headers for kind, headers, _ in records(warcs(layout)[0]) if kind == "response"]
    assert headers["WARC-Truncated"] == reason


# bodies and their encoding


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_an_encoded_body_is_stored_plain(layout: Layout, coding: str) -> None:
    plain = b"<p>words words words</p>" * 50
    body = {"gzip": gzip.compress, "deflate": zlib.compress}[coding](plain)
    headers = [("Content-Type", "text/html"), ("Content-Encoding", coding), ("Content-Length", str(len(body)))]
    [page] = write(layout, answered(body, response_headers=headers))
    assert read_payload(layout, page) == plain
    assert [content for kind, _, content in records(warcs(layout)[0]) if kind == "response"] == [plain]


def test_an_encoding_the_crawler_left_on_stays_with_its_header(layout: Layout) -> None:
    plain = b"<p>words words words</p>" * 50
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "br")]
    [page] = write(layout, answered(brotli.compress(plain), response_headers=headers))
    assert b"\r\nContent-Encoding: br\r\n" in gzip.decompress(warcs(layout)[0].read_bytes())
    assert read_payload(layout, page) == plain


def test_a_header_the_crawler_has_already_obeyed_is_put_aside() -> None:
    headers = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "7")]
    exchange = cleaned(answered(b"<p>plain</p>", response_headers=headers))
    assert exchange.body == b"<p>plain</p>"
    assert list(exchange.response_headers) == [
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Transfer-Encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "7"),
        ("Content-Length", "12"),
    ]


# hostile input


def test_credentials_and_cookies_are_not_stored(layout: Layout) -> None:
    secret = "hunter2"
    write(
        layout,
        answered(
            url=f"https://joe:{secret}@harbour.example/a@b",
            canonical_url=f"https://joe:{secret}@harbour.example/a@b",
            final_url=f"https://joe:{secret}@harbour.example/a@b",
            discovered_from=f"https://{secret}@harbour.example/",
            error=f"refused by http://joe:{secret}@proxy.example:3128",
            request_headers=[("Authorization", secret), ("Cookie", secret), ("X-API-Key", secret), ("Accept", "*/*")],
            response_headers=[("Set-Cookie", secret), ("Content-Type", "text/html")],
        ),
    )
    stored = gzip.decompress(warcs(layout)[0].read_bytes()) + next(warcs(layout)[0].parent.glob("*.cdxj")).read_bytes()
    assert secret.encode() not in stored
    assert b"Accept: */*" in stored
    assert read_index(layout, "harbour", DAY)[0].url == "https://harbour.example/a@b"


_hostile = st.text(st.sampled_from("ab:/ \r\n\0\x85\u2028é\ud800@?#%"), max_size=30)


@settings(max_examples=30, deadline=None)
@given(
    url=_hostile.map(lambda text: "https://h.example/" + text),
    header=st.tuples(_hostile, _hostile),
    words=_hostile,
)
def test_no_input_forges_a_record_or_breaks_a_row(url: str, header: tuple[str, str], words: str) -> None:
    bait = "\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n"
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        exchange = answered(
            url=url,
            canonical_url=url,
            discovered_from=url + bait,
            error=words + bait,
            reservations=(words, bait),
            method="GET" + bait,
            request_headers=[header, ("X-A", words + bait)],
            response_headers=[header, ("Content-Type", words + bait), ("ETag", words)],
            outcome="ok",
        )
        pages = write(layout, exchange, replace(exchange, status=None, url=url + bait, canonical_url=url + "2" + bait))
        assert read_index(layout, "harbour", DAY) == sorted(pages, key=lambda page: (page.fetched_at, page.page_id))
        assert verify(layout) == []
        kinds = ["warcinfo", "metadata", "request", "response", "metadata"]
        assert [kind for kind, _, _ in records(warcs(layout)[0])] == kinds
        assert seen_by_fastwarc(warcs(layout)[0]) == kinds
        assert read_payload(layout, pages[0]) == exchange.body


def test_huge_headers_are_capped() -> None:
    kept = clean_headers([("X-Long", "a" * 100_000), *[(f"X-{n}", "b" * 5_000) for n in range(1_000)]])
    assert len(kept[0][1]) == 8_192
    assert sum(len(name) + len(value) for name, value in kept) <= 65_536
    assert len(clean_headers([(f"X-{n}", "b") for n in range(1_000)])) == 200


def test_a_password_in_an_address_of_a_header_is_left_out() -> None:
    assert clean_headers([("Location", "https://editor:geheim@herald.example/a")]) == [
        ("Location", "https://herald.example/a")
    ]


def test_long_addresses_and_errors_are_cut() -> None:
    kept = cleaned(answered(url="https://herald.example/" + "a" * 20_000, error="b" * 5_000))
    assert (len(kept.url), len(kept.error or "")) == (8_192, 1_000)


@given(st.text(max_size=60))
def test_cleaning_a_url_twice_changes_nothing(text: str) -> None:
    once = clean_url(text)
    assert clean_url(once) == once
    assert all("\x21" <= character <= "\x7e" for character in once)


@given(st.from_regex(r"https://[a-z]{1,8}\.example/[A-Za-z0-9/._~%&?=,;:@!$'()*+-]{0,40}", fullmatch=True))
def test_an_ordinary_url_passes_unchanged(url: str) -> None:
    assert clean_url(url) == url


def test_a_time_without_zone_is_refused(layout: Layout) -> None:
    with pytest.raises(PageStoreError, match="time zone"):
        write(layout, answered(fetched_at=datetime(2026, 11, 1)))  # noqa: DTZ001


# damaged indexes


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    layout = Layout(tmp_path_factory.mktemp("line"))
    write(layout, answered())
    return next(layout.pages.rglob("*.cdxj")).read_bytes()


_junk = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([b"{}", b"[]", b"null", b"9" * 5000, b"[" * 5000, b'"\\ud800"', b'{"record": [1]}', b"2026-11-01"]),
)


@settings(deadline=None)
@given(data=st.data())
def test_a_damaged_index_is_named_or_read(data: st.DataObject, line: bytes) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, min(len(line), start + 60)))
    damaged = line[:start] + data.draw(_junk) + line[end:]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.cdxj"
        path.write_bytes(line + damaged)
        try:
            rows = list(rows_of(path, "harbour", DAY))
        except PageStoreError as error:
            rows, culprit = [], error.culprit
        else:
            culprit = str(path)
        assert culprit == str(path)
        for row in rows:
            assert row.page.fetched_at.tzinfo is not None
            assert from_line(to_line(row), "harbour", DAY) == row


@pytest.mark.parametrize("name", ["../../outside.warc.gz", "/etc/passwd", "harbour/2026-11-01/../../x.warc.gz", "a.gz"])
def test_an_index_that_points_out_of_the_store_is_refused(line: bytes, tmp_path: Path, name: str) -> None:
    row = from_line(line.decode(), "harbour", DAY)
    path = tmp_path / "x.cdxj"
    path.write_text(to_line(replace(row, page=replace(row.page, warc_file=name))))
    with pytest.raises(PageStoreError, match="names no WARC file"):
        list(rows_of(path, "harbour", DAY))


# the rows of a partition


_kinds = st.sampled_from(["a", "b", "304", "dns", "denied"])


def _of(kind: str, url: str, minute: int) -> Exchange:
    if kind == "304":
        return unchanged(url=url, minutes=minute)
    if kind == "dns":
        return unanswered(url=url, minutes=minute)
    if kind == "denied":
        return unanswered("robots_denied", url=url, minutes=minute)
    return answered(kind.encode() * 20 + url.encode(), url=url, minutes=minute)


@settings(max_examples=25, deadline=None)
@given(
    sites=st.lists(_kinds, min_size=1, max_size=4),
    repeats=st.lists(st.lists(st.integers(0, 3), max_size=6), min_size=1, max_size=3),
)
def test_repeating_the_crawl_of_an_unchanged_site_changes_no_row(sites: list[str], repeats: list[list[int]]) -> None:
    """``repeats``: for each later run, which URLs it fetched again, in any order and number; a page
    with a body answers either the same bytes or a 304."""
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        write(layout, *(_of(kind, f"{URL}/{n}", n) for n, kind in enumerate(sites)))
        before = read_index(layout, "harbour", DAY)
        assert len(before) == len(sites)
        minute = 100
        for run in repeats:
            exchanges = []
            for n in run:
                kind = sites[n % len(sites)]
                minute += 1
                if kind in "ab" and minute % 2:
                    kind = "304"
                exchanges.append(_of(kind, f"{URL}/{n % len(sites)}", minute))
            write(layout, *exchanges)
            assert read_index(layout, "harbour", DAY) == before
        assert verify(layout) == []
        assert len(list(captures(layout, "harbour", DAY))) == len(sites) + sum(map(len, repeats))


def rows(layout: Layout) -> Sequence[tuple[str, bytes | None]]:
    return [
        (page.outcome, read_payload(layout, page) if page.payload_digest else None)
        for page in read_index(layout, "harbour", DAY)
    ]


def test_each_distinct_body_of_a_url_is_a_row(layout: Layout) -> None:
    write(layout, answered(b"one"), answered(b"two", minutes=1), unchanged(minutes=2), answered(b"one", minutes=3))
    assert rows(layout) == [("ok", b"one"), ("ok", b"two")]


def test_a_304_gives_way_to_the_same_body_fetched_whole_that_day(layout: Layout) -> None:
    write(layout, answered(b"one"))
    minutes = 24 * 60
    write(layout, unchanged(minutes=minutes), day=NEXT)
    assert [page.outcome for page in read_index(layout, "harbour", NEXT)] == ["not_modified"]
    write(layout, answered(b"one", minutes=minutes + 1), unchanged(minutes=minutes + 2), day=NEXT)
    [page] = read_index(layout, "harbour", NEXT)
    assert (page.outcome, read_payload(layout, page)) == ("ok", b"one")


def test_a_body_takes_the_place_of_earlier_failures(layout: Layout) -> None:
    write(layout, unanswered(), answered(b"one", minutes=1), unanswered(minutes=2))
    assert rows(layout) == [("ok", b"one")]


def test_without_a_body_the_last_outcome_counts_and_its_earliest_capture(layout: Layout) -> None:
    write(layout, unanswered(), unanswered("robots_denied", minutes=1))
    write(layout, unanswered("robots_denied", minutes=2))
    assert rows(layout) == [("robots_denied", None)]
    assert read_index(layout, "harbour", DAY)[0].fetched_at == NOON + timedelta(minutes=1)


# damage


@pytest.fixture
def stored(layout: Layout) -> Layout:
    write(layout, *(answered(b"body %d " % n * 20, url=f"{URL}/{n}") for n in range(4)))
    assert verify(layout) == []
    return layout


def test_a_cut_file_is_named_though_readers_pass_over_it(stored: Layout) -> None:
    [path] = warcs(stored)
    whole = path.read_bytes()
    last = read_index(stored, "harbour", DAY)[-1]
    path.write_bytes(whole[:-20])
    assert len(seen_by_fastwarc(path)) <= 13  # no error: this is why verify exists
    faults = verify(stored)
    assert any("no whole record" in fault and path.name in fault for fault in faults)
    assert any("lists 4 captures where the WARC holds 3" in fault for fault in faults)
    with pytest.raises(PageStoreError, match="no whole record begins at byte"):
        read_payload(stored, last)


def test_a_flipped_byte_is_named_and_the_records_after_it_still_count(stored: Layout) -> None:
    [path] = warcs(stored)
    page = read_index(stored, "harbour", DAY)[1]
    assert page.warc_offset is not None
    data = bytearray(path.read_bytes())
    data[page.warc_offset + 60] ^= 0xFF
    path.write_bytes(data)
    faults = verify(stored)
    assert any(f"from byte {page.warc_offset} on" in fault for fault in faults)
    assert any("4 captures where the WARC holds 3" in fault for fault in faults)


def test_a_lost_index_is_named_and_made_again(stored: Layout) -> None:
    before = read_index(stored, "harbour", DAY)
    index = next(stored.pages_of("harbour", DAY).glob("*.cdxj"))
    lines = index.read_bytes()
    index.unlink()
    assert any("has no index" in fault for fault in verify(stored, "harbour"))
    write(stored)
    assert read_index(stored, "harbour", DAY) == before
    assert index.read_bytes() == lines


def test_a_lost_warc_a_lost_row_and_a_row_too_many_are_named(stored: Layout) -> None:
    index = next(stored.pages_of("harbour", DAY).glob("*.cdxj"))
    lines = index.read_text().splitlines(keepends=True)
    index.write_text("".join(lines[1:]))
    assert any("1 not listed" in fault for fault in verify(stored))
    index.write_text("".join([lines[0], *lines]))
    assert any("1 twice" in fault for fault in verify(stored))
    index.write_text("gibberish\n")
    assert any("line 1 is not a row" in fault for fault in verify(stored))
    warcs(stored)[0].unlink()
    assert any("WARC file is gone" in fault for fault in verify(stored))


def test_revisits_of_a_file_that_is_gone_are_named(stored: Layout) -> None:
    write(stored, answered(b"body 1 " * 20, url=f"{URL}/1", minutes=24 * 60), day=NEXT)
    gone = warcs(stored)[0]
    for path in gone.parent.iterdir():
        path.unlink()
    assert any("revisit records of" in fault and gone.name in fault for fault in verify(stored))


def test_a_full_disk_leaves_the_file_whole(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    real = writer_module.os.write
    with PageWriter(layout, "harbour", DAY) as writer:
        first = writer.write(answered(b"one"))

        def full(handle: int, data: bytes) -> int:
            real(handle, bytes(data)[:50])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(writer_module.os, "write", full)
        with pytest.raises(TryAgain, match="the disk is full"):
            writer.write(answered(b"two", url=f"{URL}/2"))
        monkeypatch.undo()
        third = writer.write(answered(b"three", url=f"{URL}/3"))
    assert verify(layout) == []
    assert {page.page_id for page in read_index(layout, "harbour", DAY)} == {first.page_id, third.page_id}
    assert read_payload(layout, third) == b"three"


def test_a_revisit_leads_to_nothing_outside_the_page_store(layout: Layout) -> None:
    [original] = write(layout, answered())
    [repeat] = write(layout, answered(minutes=1500), day=NEXT)
    outside = layout.data / "outside.warc.gz"
    [held] = warcs(layout)
    held.rename(outside)
    held.with_name(held.name.removesuffix(".warc.gz") + ".cdxj").unlink()
    [path] = warcs(layout, NEXT)
    begins = repeat.warc_offset or 0
    told = gzip.decompress(path.read_bytes()[begins:])
    named = (original.warc_file or "").encode()
    assert named in told
    led = told.replace(named, b"harbour/../../outside.warc.gz")
    path.write_bytes(path.read_bytes()[:begins] + gzip.compress(led))
    assert (layout.pages / "harbour/../../outside.warc.gz").exists()
    with pytest.raises(PageStoreError):
        read_payload(layout, repeat)
