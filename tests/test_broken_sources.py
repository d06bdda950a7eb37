"""One night with a good source and four broken ones: each fails alone, with its cause and mend, and the rest loads."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import duckdb
import pytest
import trustme

from tests import site as sites
from tests.conftest import dateline
from tests.web import page, served
from warehouse.layout import Layout

pytestmark = pytest.mark.slow

BROKEN = {
    "nowhere": "error:dns",
    "untrusted": "error:tls",
    "failing": "error:http_500",
    "malformed": "error:malformed",
}


def test_broken_sources_fail_alone_and_the_rest_of_the_night_loads(own_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with (
        sites.serving(articles=4) as good,
        served({"/feed.xml": page("never seen")}, tls=context) as untrusted,
        served({"/feed.xml": page("out of order", status=500)}) as failing,
        served({"/feed.xml": page("<html><body><p>We have moved.")}) as malformed,
    ):
        sites.declare(folder, "good", f"{good.origin}/feed.xml")
        sites.declare(folder, "nowhere", "http://news.nowhere.invalid/feed.xml")
        for name, site in (("untrusted", untrusted), ("failing", failing), ("malformed", malformed)):
            sites.declare(folder, name, f"{site.base}/feed.xml")
        environment = {"DATELINE_SOURCES": str(folder), "DATELINE_RETRY_WAIT_S": "0.1"}
        done = dateline("crawl", *BROKEN, "good", data=own_data, check=False, **environment)
        status = json.loads(dateline("status", "--json", data=own_data, **environment).stdout)

    assert done.returncode == 3, done.stderr
    failures = {line.split()[1]: line for line in done.stderr.splitlines() if line.startswith("failed: ")}
    assert set(failures) == set(BROKEN), done.stderr
    told = done.stderr.replace("\n", " ")
    for name, outcome in BROKEN.items():
        assert outcome in told, told
        assert f"dateline sources check {name}" in told, told

    with duckdb.connect(str(Layout(own_data).published), read_only=True) as connection:
        health = dict(connection.execute("SELECT source_id, outcomes FROM source_health").fetchall())
        listings = dict(
            connection.execute("SELECT source_id, outcome FROM pages WHERE ends_with(url, '/feed.xml')").fetchall()
        )
        articles = connection.execute("SELECT source_id, count(*) FROM articles GROUP BY ALL").fetchall()
    assert listings == {**BROKEN, "good": "ok"}
    assert articles == [("good", 4)]
    states = {state["source"]: state for state in status["sources"]}
    for name, outcome in BROKEN.items():
        assert outcome in health[name]
        assert outcome in states[name]["outcomes"]
    assert states["good"]["articles"] == status["warehouse"]["articles"] == 4
