"""What is cut out of a page's bytes is what the parser would have found and dropped, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import parse as parsing
from pipelines.cleaning.markup import without_raw
from pipelines.cleaning.parse import parse, string

DATA = '<script type="application/ld+json">{"headline": "Snow"}</script>'
PIECES = (
    "<p>Snow closes the pass.</p>",
    "<div class='a'>",
    "</div>",
    "loose words",
    "<script>if (a < b && '</p>') { c('<p>no paragraph</p>'); }</script>",
    "<SCRIPT SRC='/a.js' ></Script >",
    "<script><!--\nvar a = 1;\n//--></script>",
    "<script>document.write('<script src=\"/b.js\"><\\/script>');</script>",
    DATA,
    "<style media='print'>p > a { content: '</'; }</style>",
    "<svg viewBox='0 0 1 1'><title>Open</title><path d='M0 0'/></svg>",
    "<svg><g><svg><path/></svg></g><text>drawn</text></svg>",
    "<!-- a comment -->",
    "<!-- <script> -->",
    "<!--[if lt IE 9]><script src='/old.js'></script><![endif]-->",
    "<a title='set in &lt;script&gt;'>set</a>",
)


def told(page: bytes | bytearray) -> str | None:
    """All that a page's tree holds, tags and texts."""
    parsed = parse(page)
    return None if parsed is None else parsing.etree.tostring(parsed.tree, encoding="unicode")


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_page_parses_as_it_does_uncut(pieces: list[str]) -> None:
    page = f"<html><head><title>Snow</title></head><body><p>Before.</p>{''.join(pieces)}</body></html>".encode()
    cut = told(page)
    assert cut == told(bytearray(page))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "without_raw", lambda page: page)
        assert cut == told(page)


@given(st.binary(max_size=200))
def test_any_bytes_may_come(page: bytes) -> None:
    cut = without_raw(b"<p>Snow.</p>" + page + b"</script>")
    assert cut.startswith(b"<p>Snow.</p>")
    assert without_raw(page.translate(None, b"<")) == page.translate(None, b"<")
    assert told(page) == told(bytearray(page))


def test_scripts_styles_and_drawings_go_and_json_ld_stays() -> None:
    page = f"<p>one</p><script>x</script><style>y</style>{DATA}<svg><path/></svg><p>two</p>".encode()
    assert without_raw(page) == f"<p>one</p>{DATA}<p>two</p>".encode()


@pytest.mark.parametrize(
    "around",
    [
        "<title>What a <script> tag does</title>",
        '<meta name="description" content="What a <script> tag does">',
        "<textarea><script></textarea>",
        "<!-- <script> -->",
    ],
)
def test_what_only_looks_like_a_script_hides_nothing(around: str) -> None:
    page = f"<html><head>{around}</head><body><p>Snow closes the pass.</p><script>x</script></body></html>"
    parsed = parse(page)
    assert parsed is not None
    assert "Snow closes the pass." in string(parsed.tree)


def test_a_script_without_an_end_hides_what_follows_as_in_a_browser() -> None:
    parsed = parse(b"<html><body><p>Snow.</p><script>var a = 1;<p>never shown</p></body></html>")
    assert parsed is not None
    assert string(parsed.tree).split() == ["Snow."]


def test_beginnings_without_an_end_leave_the_page_as_it_is() -> None:
    page = b"<svg><script><style>" * 50_000
    assert without_raw(page) == page
