"""Content codings: undone within bounds, and no half stream passes for a whole one."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from scrapers.codings import KNOWN, STREAMS_MOST, NotCoded, TooLong, named, undone

TEXT = b"".join(b"<p>Shell %d of %d hit street number %d.</p>" % (n, n * n, n * 7919 % 1000) for n in range(9000))
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT, quality=4),
    "zstd": zstd.compress(TEXT),
}
MOST = 8 * 1024 * 1024
coding = pytest.mark.parametrize("coding", sorted(KNOWN))


@coding
def test_a_body_comes_out_as_it_was_packed(coding: str) -> None:
    plain = undone(PACKED[coding], coding, MOST)
    assert (plain.body, plain.cut) == (TEXT, False)


@coding
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_stream_that_breaks_off_is_told_and_gives_what_came(coding: str, share: float) -> None:
    plain = undone(PACKED[coding][: int(len(PACKED[coding]) * share)], coding, MOST)
    assert plain.cut
    assert TEXT.startswith(plain.body)


@coding
@pytest.mark.parametrize("at", [15, 3000, 20_000])
def test_damage_is_told(coding: str, at: int) -> None:
    summed = zstd.compress(TEXT, options={zstd.CompressionParameter.checksum_flag: 1})
    data = bytearray(summed if coding == "zstd" else PACKED[coding])
    data[at : at + 20] = b"\xff" * 20
    plain = undone(bytes(data), coding, MOST)
    assert plain.cut
    assert at == 15 or coding == "zstd" or TEXT[:500] in plain.body, "what came before it is kept"


@pytest.mark.parametrize("coding", ["br", "deflate"])
def test_what_is_no_such_stream_but_whole_in_itself_is_no_damage(coding: str) -> None:
    for body in ("<p>Zwei Verletzte, höre ich.</p>".encode("utf-16"), PACKED["gzip"], b"%PDF-1.7\n\x00\x01\x02"):
        with pytest.raises(NotCoded):
            undone(body, coding, MOST)


@coding
def test_what_is_not_so_coded_says_so(coding: str) -> None:
    with pytest.raises(NotCoded):
        undone(TEXT, coding, MOST)


@coding
def test_a_bomb_is_given_up_at_the_bound(coding: str) -> None:
    pack = {"deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}.get(coding, gzip.compress)
    with pytest.raises(TooLong):
        undone(pack(bytes(2_000_000)), coding, 1_000_000)
    assert undone(pack(bytes(1_000_000)), coding, 1_000_000).body == bytes(1_000_000)


@pytest.mark.parametrize("missing", [1, 4, 5, 8])
def test_a_checksum_that_a_server_left_out_costs_no_page(missing: int) -> None:
    plain = undone(PACKED["gzip"][:-missing], "gzip", MOST)
    assert (plain.body, plain.cut) == (TEXT, False)


@pytest.mark.parametrize("wbits", [15, 31])
def test_a_stream_that_a_server_never_ends_is_whole_once_the_document_is(wbits: int) -> None:
    coding = "gzip" if wbits == 31 else "deflate"
    for end, cut in ((b"</html>\n<!-- cached -->", False), (b"<p>and so on", True)):
        engine = zlib.compressobj(wbits=wbits)
        packed = engine.compress(TEXT + end) + engine.flush(zlib.Z_SYNC_FLUSH)
        plain = undone(packed, coding, MOST)
        assert (plain.body, plain.cut) == (TEXT + end, cut)


def test_streams_behind_one_another_are_one_body_and_padding_is_none() -> None:
    assert undone(PACKED["gzip"] * 3 + bytes(100), "gzip", MOST).body == TEXT * 3
    assert undone(PACKED["zstd"] * 3, "zstd", MOST).body == TEXT * 3
    assert undone(gzip.compress(b"") * (STREAMS_MOST + 1), "gzip", MOST).cut, "empty ones without end are given up"


def test_deflate_without_its_header_is_read_as_some_servers_send_it() -> None:
    assert undone(PACKED["deflate"][2:-4], "deflate", MOST).body == TEXT


def test_a_zstd_frame_that_asks_for_much_memory_is_refused() -> None:
    engine = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    wide = engine.compress(TEXT[:1000]) + engine.compress(TEXT[1000:]) + engine.flush()
    assert zstd.decompress(wide) == TEXT
    assert undone(wide, "zstd", MOST).body == b""


def test_header_values_name_codings_in_order() -> None:
    assert named(["GZIP , identity", "", " br"]) == ["gzip", "br"]


@given(st.binary(max_size=300), st.sampled_from(sorted(KNOWN)), st.integers(0, 200), st.binary(max_size=9))
def test_any_bytes_give_a_body_or_say_that_they_are_none(data: bytes, coding: str, at: int, put: bytes) -> None:
    broken = bytearray(PACKED[coding][:400])
    broken[at : at + 3] = put
    for body in (data, bytes(broken)):
        with suppress(NotCoded, TooLong):
            assert len(undone(body, coding, 1000).body) <= 1000
