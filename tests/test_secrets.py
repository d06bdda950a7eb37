"""What lets somebody in is sent where it belongs, and stands in no log, WARC, index, frontier or message."""

from __future__ import annotations

import gzip
import logging
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extensions.logs import Harmless
from scrapers.pagestore import read_index
from scrapers.source import load_source
from scrapers.urls import without_secrets
from tests.attacks import STEERING, STEERS
from tests.web import crawl, declare, page, served, sitemap, story
from warehouse.errors import SourceError
from warehouse.layout import Layout

SECRET = "xyzzy-4711"
#: One that a page itself tells: the body is kept as it came, and nothing else repeats it.
TOLD = "plugh-0815"
DAY = "2026-11-24"


def kept(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, unpacked."""
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(folder)): gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        for path, data in found.items()
    }


@pytest.mark.slow
def test_a_feeds_key_and_a_sites_cookies_are_nowhere_but_on_the_wire(tmp_path: Path) -> None:
    data, sources = tmp_path / "data", tmp_path / "sources"
    key = f"token={SECRET}"
    with served() as site:
        links = {"Link": f"<{site.base}/feed?{key}>; rel=self", "Content_Location": f"/feed?{key}"}
        items = "".join(f"<item><link>/news/{name}</link></item>" for name in ("a", "in", "out"))
        cookies = {"Set_Cookie": f"session={SECRET}; Path=/", "X_Auth_Token": SECRET}
        child = f"<sitemapindex><sitemap><loc>/child.xml?X-Amz-Signature={TOLD}</loc></sitemap></sitemapindex>"
        site.pages = {
            f"/feed?{key}": page(f"<rss>{items}</rss>", "application/rss+xml", ETag='"1"', **links),
            f"/gone?{key}": page("", status=410),
            f"/moved?{key}": page("", status=302, Location=f"/moved-here?{key}"),
            f"/index.xml?{key}": page(child),
            f"/child.xml?X-Amz-Signature={TOLD}": page(sitemap((f"{site.base}/news/b", f"{DAY}T06:00Z"))),
            "/news/a": story("a", **cookies),
            "/news/b": story("b"),
            "/news/in": page("", status=302, Location=f"http://user:{SECRET}@127.0.0.1:{site.port}/news/a"),
            "/news/out": page("", status=302, Location=f"ftp://user:{SECRET}@127.0.0.1/"),
        }
        feeds = [f"{site.base}{path}?{key}" for path in ("/feed", "/gone", "/moved")]
        declare(sources, "gated", site.base, f'feeds = {feeds}\nsitemaps = ["{site.base}/index.xml?{key}"]\n')
        logs = []
        for _ in range(2):
            done = crawl("source", "gated", data=data, sources=sources, day=DAY, settings={"LOG_LEVEL": "DEBUG"})
            assert done.stats.get("finish_reason") == "finished", done.log
            logs.append(done.log)
        asked = list(site.asked)
        pages = read_index(Layout(data), "gated", date.fromisoformat(DAY))
    outcomes = {page.url.removeprefix(site.base): page.outcome for page in pages}
    assert outcomes == {
        "/feed?token=***": "ok",
        "/gone?token=***": "error:http_410",
        "/moved?token=***": "error:http_404",
        "/index.xml?token=***": "ok",
        "/child.xml?X-Amz-Signature=***": "ok",
        "/news/a": "ok",
        "/news/b": "ok",
        "/news/in": "ok",
        "/news/out": "error:scheme",
    }, logs[0]
    assert any("If-None-Match" in headers for path, headers in asked if path == f"/feed?{key}"), "known by its own name"
    assert not [headers for _, headers in asked if {"Cookie", "Authorization", "Referer"} & headers.keys()]
    assert not [number for number, log in enumerate(logs) if SECRET in log or TOLD in log]
    files = kept(data)
    assert not [name for name, body in files.items() if SECRET.encode() in body]
    assert {body.count(TOLD.encode()) for name, body in files.items() if name.endswith(".warc.gz")} <= {0, 1}
    assert not [name for name, body in files.items() if TOLD.encode() in body and not name.endswith(".warc.gz")]


@pytest.mark.parametrize("address", [f"https://user:{SECRET}@a.test/feed", f"https://{SECRET}@a.test/"])
def test_a_password_in_a_declaration_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    declare(tmp_path, "gated", "https://a.test", f'feeds = ["{address}"]')
    with pytest.raises(SourceError, match="user name or password") as caught:
        load_source(tmp_path / "gated.toml")
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"


def test_a_faulty_address_is_quoted_without_its_key(tmp_path: Path) -> None:
    declare(tmp_path, "gated", "https://a.test", f'feeds = ["ftp://a.test/feed?api_key={SECRET}"]')
    with pytest.raises(SourceError, match=re.escape("api_key=***")) as caught:
        load_source(tmp_path / "gated.toml")
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"


def test_a_message_forges_no_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    forged = f"x\n2026-11-24 03:00:00 [scrapy.core.engine] INFO: Spider closed (finished) {STEERING}"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.addFilter(Harmless())
    try:
        raise ValueError(forged)
    except ValueError as error:
        record = logging.LogRecord(
            "spider", logging.ERROR, __file__, 1, "said: %s", (forged,), (ValueError, error, None)
        )
    handler.handle(record)
    lines = capsys.readouterr().err.splitlines()
    assert not [line for line in lines[1:] if line.startswith("2026-11-24")]
    assert not [line for line in lines if STEERS.search(line)]
    assert "".join(lines).count("Spider closed") == 2, "told all the same"


PARAMETERS = ["token", "access_token", "apikey", "api_key", "key", "auth", "password", "X-Amz-Signature", "sig", "jwt"]


@given(
    name=st.sampled_from(PARAMETERS),
    secret=st.text("abcXYZ0123456789%._~+-", min_size=1).map(SECRET.__add__),
    around=st.sampled_from(["{}", "<GET {}> failed", 'Getting "{}" took', "({})", "culprit: {}; mend"]),
    user=st.text("abc:%._-@", max_size=9),
)
def test_whatever_stands_around_an_address_its_secrets_go_and_the_rest_stays(
    name: str, secret: str, around: str, user: str
) -> None:
    address = f"https://{user}:{secret}@a.test/feed?page=2&{name}={secret}&lang=en#top"
    shown = without_secrets(around.format(address))
    assert SECRET not in shown
    assert shown == around.format(f"https://a.test/feed?page=2&{name}=***&lang=en#top")
    assert without_secrets(shown) == shown


@given(
    st.from_regex(r"https?://[a-z.]{1,20}/[a-z0-9/-]{0,30}(\?(id|page|p|lang|q|monkey)=[a-z0-9]{1,9})?", fullmatch=True)
)
def test_ordinary_addresses_are_shown_as_they_are(address: str) -> None:
    assert without_secrets(address) == address
