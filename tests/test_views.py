"""The views on a loaded warehouse: documented whole, and saying what they should."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import duplicates
from pipelines.checks import LEAK_ARTICLES
from pipelines.cleaning import HISTORY_DAYS
from pipelines.events import merge
from tests.warehouse_records import (
    DAY,
    TEXT,
    actor,
    article,
    at,
    claim,
    incident,
    page,
    place,
    site_line,
    stage,
    stage_day,
)
from warehouse.layout import Layout
from warehouse.loader import SourceName, load_day
from warehouse.migrate import views
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Removed, content_id

NEXT = DAY + timedelta(days=1)

#: The revision that the incidents of warehouse_records are read from.
OLD = content_id(TEXT)
#: A text long enough to be told from others.
WIRE = " ".join([TEXT, *(f"Resident {n} said that shell number {n} had fallen on her roof." for n in range(6))])


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two outlets, two days: a story both carry, a correction, a figure they differ on, a denial."""
    layout = Layout(tmp_path_factory.mktemp("warehouse"))
    stage_day(layout)
    own = WIRE + " Our own reporter saw a crater as wide as a cart beside the old bakery this morning."
    twice = tuple(
        Removed(text="Sign up for our newsletter", rule="newsletter", position=position) for position in (2, 7)
    )
    stage(
        layout,
        "herald",
        pages=[page(1, source="herald"), page(2, source="herald", outcome="error:dns", status=None, warc_file=None)],
        articles=[
            article(
                1,
                source="herald",
                published_at=at(DAY, 8),
                published_day=DAY - timedelta(days=1),
                removed=twice,
                text=own,
                revision=OLD,
            )
        ],
        incidents=[
            incident(
                1,
                source="herald",
                published_at=at(DAY, 8),
                claims=(
                    claim(15),
                    claim(4, party="guards", adds_to=claim(15).claim_id),
                    claim(3, party="children", part_of=claim(15).claim_id),
                    claim(9000, party="dead of the war", background=True),
                    claim(30, "injured", count_max=None),
                ),
            ),
            incident(1, source="herald", status="denied", sub_event_type="Chemical weapon", claims=()),
            incident(
                1,
                source="herald",
                event_type="Violence against civilians",
                sub_event_type="Attack",
                place=None,
                claims=(),
                actors=(
                    actor("Border police", "actor", "External/Other forces"),
                    actor("Farmers", "target", "Civilians"),
                ),
            ),
        ],
    )
    fixed = article(3, crawl_day=NEXT, first_seen=at(NEXT), last_seen=at(NEXT), text=WIRE.replace("12", "13"))
    again = page(3, day=NEXT)
    stage(layout, day=NEXT, pages=[again], articles=[replace(fixed, page_id=again.page_id)], incidents=[])
    names = [SourceName(source_id="courier", name="The Courier"), SourceName(source_id="herald", name="The Herald")]
    for day in (DAY, NEXT):
        load_day(layout, day, merge=merge, duplicates=duplicates, sources=names)
    publish(layout)
    with connect(layout) as opened:
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_every_table_view_and_column_says_what_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    silent = connection.execute(
        "SELECT name, part FROM ("
        " SELECT table_name AS name, column_name AS part, comment FROM duckdb_columns() WHERE NOT internal"
        " UNION ALL SELECT table_name, NULL, comment FROM duckdb_tables() WHERE NOT internal"
        " UNION ALL SELECT view_name, NULL, comment FROM duckdb_views() WHERE NOT internal"
        ") WHERE coalesce(trim(comment), '') = ''"
    ).fetchall()
    assert silent == []


@pytest.mark.parametrize("name", list(views()))
def test_each_view_answers(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    assert connection.execute(f'SELECT * FROM "{name}"').fetchall() != []


def test_articles_stand_in_their_latest_revision(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection, "SELECT outlet, text, revisions, published_day, removed_lines FROM articles ORDER BY text, url"
    )
    assert [row["revisions"] for row in found if "13 people" in row["text"]] == [2]
    assert len(found) == 4
    assert {(row["outlet"], row["removed_lines"]) for row in found} == {("The Courier", 1), ("The Herald", 2)}
    assert {(row["outlet"], row["published_day"]) for row in found} == {
        ("The Courier", DAY),
        ("The Herald", DAY - timedelta(days=1)),
    }


def test_incidents_are_flat_and_speak_plainly(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, "SELECT * FROM incidents WHERE outlet = 'The Herald' AND killed_min IS NOT NULL")
    assert (row["place_name"], row["country"], row["latitude"]) == ("Harran", "TR", 36.86)
    assert (row["actor"], row["target"], row["associate"]) == ("Northern Front", "Governor's guard", None)
    assert (row["weapons"], row["quote"]) == ("mortar", "Shelling")
    assert row["url"] == "https://herald.example/1"


def test_tolls_add_what_comes_on_top_and_leave_out_parts_and_totals(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, "SELECT * FROM incidents WHERE outlet = 'The Herald' AND killed_min IS NOT NULL")
    assert (row["killed_min"], row["killed_max"], row["injured_min"], row["injured_max"]) == (19, 19, 30, 30)


def test_incidents_of_a_revision_that_no_longer_stands_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT count(*) AS n FROM incidents WHERE outlet = 'The Courier'") == [{"n": 2}]
    assert rows(connection, "SELECT count(*) AS n FROM store.incidents WHERE source_id = 'courier'") == [{"n": 3}]


def test_a_claim_stands_beside_its_words_and_its_article(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        'SELECT claims.quote, substr(text, "start" + 1, "end" - "start") AS words'
        " FROM claims JOIN articles USING (article_id)",
    )
    assert len(found) == 7
    assert all(row["quote"] == row["words"] == "killed 12 people" for row in found)


def test_what_was_denied_is_an_incident_but_no_event(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT event_id FROM incidents WHERE status = 'denied'") == [{"event_id": None}]


def test_events_tell_who_was_first_and_who_differs(connection: duckdb.DuckDBPyConnection) -> None:
    (event,) = rows(connection, "SELECT * FROM events WHERE place_name = 'Harran'")
    assert (event["killed_min"], event["articles"], event["outlets"]) == (12, 3, 2)
    assert event["first_outlet"] == "The Courier"
    assert event["disputed"]
    told = rows(
        connection, "SELECT value, outlets, incidents FROM event_disagreements WHERE field = 'killed' ORDER BY value"
    )
    assert [(row["outlets"], row["incidents"]) for row in told] == [("The Courier", 2), ("The Herald", 1)]


def test_outcomes_add_up_to_the_pages(connection: duckdb.DuckDBPyConnection) -> None:
    (sums,) = rows(connection, "SELECT (SELECT sum(pages) FROM outcomes) AS a, (SELECT count(*) FROM pages) AS b,"
                   " (SELECT sum(pages) FROM source_health) AS c")  # fmt: skip
    assert sums["a"] == sums["b"] == sums["c"] == 8
    (dns,) = rows(connection, "SELECT * FROM outcomes WHERE outcome = 'error:dns'")
    assert (dns["pages"], dns["meaning"]) == (1, "The fetch failed: dns")


def test_source_health_tells_the_outcome_mix(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, f"SELECT * FROM source_health WHERE source_id = 'courier' AND crawl_day = '{DAY}'")
    assert (row["pages"], row["articles"], row["set_aside"], row["errors"], row["good_share"]) == (5, 3, 1, 0, 0.8)
    assert row["outcomes"] == "ok 4, soft_404 1"


def test_lag_is_hours_from_publication_to_capture(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, "SELECT * FROM lag WHERE outlet = 'The Herald'")
    assert (row["articles"], row["median_hours"]) == (1, 1.0)


def test_boilerplate_is_counted_by_rule_and_source(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, "SELECT * FROM boilerplate WHERE outlet = 'The Courier'")
    assert (row["rule"], row["text"], row["articles"]) == ("newsletter", "Sign up for our newsletter", 3)


def test_a_site_profile_tells_what_recurs_and_what_became_of_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    first = [site_line(), site_line("Old slogan."), site_line("Spared line.", standing="keep", dropped=())]
    stage(layout, profiles=first)
    stage(layout, "herald", profiles=[site_line(source="herald", host="courier.example", stories=5, first_seen=DAY)])
    late = DAY + timedelta(days=HISTORY_DAYS)
    stage(layout, day=late, profiles=[site_line("FOLLOW us for more!", line=first[0].line, day=late, stories=40)])
    for day in (DAY, late):
        load_day(layout, day, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        asked = "SELECT text, standing, stories, times_dropped, first_seen, last_seen, source_ids FROM site_profiles"
        assert opened.execute(f"{asked} ORDER BY stories DESC, text").fetchall() == [
            ("FOLLOW us for more!", "learnt", 40, 6, DAY, late, ["courier", "herald"]),
            ("Old slogan.", "learnt", 3, 2, DAY, DAY, ["courier"]),
            ("Spared line.", "keep", 3, 0, DAY, DAY, ["courier"]),
        ]
    later = late + timedelta(days=1)
    stage(layout, day=later, profiles=[site_line(day=later)])
    load_day(layout, later, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        assert dict(opened.execute("SELECT text, standing FROM site_profiles").fetchall()) == {
            "Follow us for more": "learnt",
            "Old slogan.": "aged out",
            "Spared line.": "keep",
        }


def test_cleaning_rates_tell_how_much_each_rule_takes(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    first = article(1, text="a" * 60, removed=(Removed(text="b" * 30, rule="newsletter", position=0),))
    lines = [Removed(text="b" * 5, rule=rule, position=n) for n, rule in enumerate(("newsletter", "teaser"))]
    stage(layout, articles=[first, article(2, text="c" * 100, removed=tuple(lines)), article(3, text="d", removed=())])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        found = rows(opened, "SELECT rule, articles, articles_hit, lines, share FROM cleaning_rates ORDER BY rule")
    assert found == [
        {"rule": "newsletter", "articles": 3, "articles_hit": 2, "lines": 2, "share": round(35 / 201, 4)},
        {"rule": "teaser", "articles": 3, "articles_hit": 1, "lines": 1, "share": round(5 / 201, 4)},
    ]


def test_what_stands_in_many_stories_of_a_day_got_through(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    line = "Follow us for more."
    texts = [f"Story {n} of the day.\n\n{line}\n\nShared by two." for n in range(LEAK_ARTICLES - 1)]
    stage(layout, articles=[article(n, text=text, cluster_id=text) for n, text in enumerate(texts)])
    copies = [article(n, text=f"Told alike.\n\n{line}", cluster_id="copy") for n in range(7, 10)]
    stage(layout, "herald", articles=[replace(found, source_id="herald") for found in copies])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        assert rows(opened, "SELECT source_id, articles, articles_hit, lines FROM boilerplate_left ORDER BY 1") == [
            {"source_id": "courier", "articles": 2, "articles_hit": 0, "lines": []},
            {"source_id": "herald", "articles": 1, "articles_hit": 0, "lines": []},
        ]
    more = f"Another story.\n\n{line}"
    texts += [more, "A story without it."]
    stage(layout, articles=[article(n, text=text, cluster_id=text) for n, text in enumerate(texts)])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        asked = "SELECT articles, articles_hit, share, lines FROM boilerplate_left WHERE source_id = 'courier'"
        assert rows(opened, asked) == [
            {"articles": LEAK_ARTICLES + 1, "articles_hit": LEAK_ARTICLES, "share": 0.75, "lines": [line]}
        ]


def test_a_line_that_one_article_repeats_counts_once(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(connection, "SELECT * FROM boilerplate WHERE outlet = 'The Herald'")
    assert (row["articles"], row["first_paragraph"]) == (1, 2)


def test_syndication_tells_who_had_a_story_first(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "SELECT * FROM syndication ORDER BY place_in_line")
    assert [(row["outlet"], row["first"], row["kind"], row["hours_after_first"]) for row in found] == [
        ("The Courier", True, "first", 0.0),
        ("The Herald", False, "near", 2.0),
    ]
    assert (found[0]["copies"], found[0]["outlets"], found[0]["model_outlet"]) == (2, 2, None)
    assert (found[1]["model_outlet"], found[1]["model_id"]) == ("The Courier", found[0]["article_id"])
    assert 0.5 < found[1]["share"] < 1


def test_an_article_without_copies_is_a_cluster_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    counts = rows(connection, "SELECT count(*) AS articles, count(DISTINCT cluster_id) AS texts FROM articles")
    assert counts == [{"articles": 4, "texts": 3}]
    found = rows(connection, "SELECT count(*) AS n FROM articles SEMI JOIN syndication USING (article_id, cluster_id)")
    assert found == [{"n": 2}]


def test_copies_count_as_one_telling_of_an_event(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for source, text in {"courier": WIRE, "herald": WIRE, "post": TEXT}.items():
        told = article(1, source=source, text=text, revision=OLD)
        stage(layout, source, pages=[page(1, source=source)], articles=[told], incidents=[incident(1, source=source)])
    load_day(layout, DAY, merge=merge, duplicates=duplicates)
    publish(layout)
    with connect(layout) as opened:
        (row,) = rows(opened, "SELECT * FROM events")
    assert (row["articles"], row["outlets"], row["tellings"]) == (3, 3, 2)


def test_incidents_and_events_carry_both_precision_codes(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    near = incident(1, ucdp_date_precision=2, place=place(geo_precision=2, ucdp_precision=3))
    stage(layout, "courier", pages=[page(1)], articles=[article(1)], incidents=[near])
    load_day(layout, DAY, merge=merge, duplicates=duplicates)
    publish(layout)
    with connect(layout) as opened:
        for view in ("incidents", "events"):
            (row,) = rows(opened, f"SELECT geo_precision, ucdp_where_precision, ucdp_date_precision FROM {view}")
            assert list(row.values()) == [2, 3, 2]


def test_acled_codes_as_the_codebook_says(connection: duckdb.DuckDBPyConnection) -> None:
    shelling, attack = rows(connection, "SELECT * FROM acled ORDER BY fatalities DESC")
    assert shelling["interaction"] == "State forces-Rebel group"
    assert (shelling["fatalities"], shelling["disorder_type"]) == (12, "Political violence")
    assert shelling["source"] == "The Courier; The Herald"
    assert re.fullmatch(r"TR[0-9a-f]{12}", shelling["event_id_cnty"])
    # the one label whose order is turned round, and an unknown toll that counts 0
    assert attack["interaction"] == "External/Other forces-Civilians"
    assert (attack["fatalities"], attack["actor2"], attack["civilian_targeting"]) == (
        0,
        "Farmers",
        "Civilian targeting",
    )


def test_views_work_when_the_file_is_attached_under_another_name(connection: duckdb.DuckDBPyConnection) -> None:
    (path,) = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchone() or ("",)
    with duckdb.connect() as other:
        try:
            other.execute(f"ATTACH '{path}' AS news (READ_ONLY)")
        except duckdb.BinderException:
            pytest.skip("DuckDB holds one handle a file and process")
        assert other.execute("SELECT count(*) FROM news.incidents").fetchall() == [(5,)]


HOUR = timedelta(hours=1)
#: What a re-check of an article found, an hour after the other: (outcome, whether a permanent redirect led there),
#: and what that makes of it: state, and the number of the capture since when.
FOUND: dict[str, tuple[list[tuple[str, bool]], str, int]] = {
    "there": ([("ok", False), ("not_modified", False)], "there", 0),
    "deleted": ([("ok", False), ("error:http_404", False), ("error:http_410", False)], "gone", 1),
    "says so itself": ([("ok", False), ("soft_404", False)], "gone", 1),
    "sent on to a front page": ([("ok", False), ("index", True)], "gone", 1),
    "moved": ([("ok", False), ("ok", True), ("not_modified", True)], "moved", 1),
    "back": ([("ok", False), ("error:http_404", False), ("ok", False)], "there", 2),
    "deleted after it had moved": ([("ok", False), ("ok", True), ("error:http_410", False)], "gone", 2),
    "listed by an address that always led elsewhere": ([("ok", True), ("not_modified", True)], "there", 0),
    "asked in vain": ([("ok", False), ("error:timeout", False), ("blocked", False)], "there", 0),
}


@pytest.fixture(scope="module")
def rechecked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The articles of FOUND, numbered in their order, and one that stands at a second address still."""
    layout = Layout(tmp_path_factory.mktemp("rechecked"))
    captures = []
    for number, (found, _, _) in enumerate(FOUND.values()):
        for n, (outcome, redirected) in enumerate(found):
            captures.append(
                page(number, page_id=f"{number}-{n}", outcome=outcome, fetched_at=at(DAY) + n * HOUR,
                     moved_to=f"https://courier.example/new/{number}" if redirected else None)
            )  # fmt: skip
    articles = [article(number, page_id=f"{number}-0") for number in range(len(FOUND))]
    # two revisions, of two addresses; only one of these is gone
    for n, (url, outcome) in enumerate((("a", "ok"), ("b", "ok"), ("a", "error:http_404"), ("b", "ok"))):
        address = f"https://courier.example/{url}"
        captures.append(page(99, page_id=f"99-{n}", url=address, canonical_url=address, outcome=outcome,
                             fetched_at=at(DAY) + n * HOUR))  # fmt: skip
    articles += [article(99, page_id="99-0"), article(99, page_id="99-1", text=TEXT + " Later more.")]
    stage(layout, pages=captures, articles=articles, incidents=[])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        yield opened


@pytest.mark.parametrize("case", FOUND)
def test_an_article_is_there_gone_or_moved_since_a_recheck_told_so(
    case: str, rechecked: duckdb.DuckDBPyConnection
) -> None:
    number, (_, state, since) = list(FOUND).index(case), FOUND[case]
    (told,) = rows(rechecked, f"SELECT * FROM availability WHERE article_id = '{article(number).article_id}'")
    assert (told["state"], told["since"]) == (state, (at(DAY) + since * HOUR).replace(tzinfo=None))
    assert told["moved_to"] == (f"https://courier.example/new/{number}" if state == "moved" else None)
    (shown,) = rows(rechecked, f"SELECT * FROM articles WHERE article_id = '{article(number).article_id}'")
    assert (shown["gone_since"] is not None, shown["moved_since"] is not None) == (state == "gone", state == "moved")
    assert shown["text"] == TEXT


def test_an_article_is_not_gone_while_one_of_its_addresses_has_it(rechecked: duckdb.DuckDBPyConnection) -> None:
    (told,) = rows(rechecked, f"SELECT state, address FROM availability WHERE article_id = '{article(99).article_id}'")
    assert told == {"state": "there", "address": "https://courier.example/b"}


def crawled(
    layout: Layout,
    day: int,
    listing: dict[str, Any],
    articles: Iterable[str],
    stories: str = "new",
    of: str = "courier",
) -> None:
    """Stage a day of one source: its listing, and what became of its articles."""
    when = DAY + timedelta(days=day)
    feed = {"url": f"https://{of}.example/feed", "canonical_url": f"https://{of}.example/feed"}
    captures = [page(0, source=of, day=when, page_id=f"{of}-{day}-feed", purpose="discovery", **feed, **listing)]
    for n, outcome in enumerate(articles):
        url = f"https://{of}.example/{day}-{n}"
        captures.append(
            page(n, source=of, day=when, page_id=f"{of}-{day}-{n}", outcome=outcome, url=url, canonical_url=url)
        )
    stage(layout, of, when, pages=captures, articles=[], incidents=[])


#: The last day of a source whose days before brought ten stories each: its listing, its articles; the source's health
#: and whether that is unusual.
LAST_DAYS: list[tuple[dict[str, Any], list[str], tuple[str, bool]]] = [
    ({"outcome": "ok", "stories": 10}, ["ok"] * 10, ("ok", False)),
    ({"outcome": "ok", "stories": 10}, ["blocked"] * 6 + ["ok"] * 5, ("ok", False)),  # as many came as usual
    ({"outcome": "ok", "stories": 10}, ["blocked"] * 8 + ["ok"] * 2, ("blocked", True)),
    ({"outcome": "ok", "stories": 10}, ["consent_wall"] * 10, ("blocked", True)),
    ({"outcome": "blocked"}, [], ("blocked", True)),
    ({"outcome": "robots_denied"}, [], ("robots_denied", True)),
    ({"outcome": "error:dns"}, [], ("unreachable", True)),
    ({"outcome": "ok", "stories": 10}, ["error:http_503"] * 10, ("unreachable", True)),
    ({"outcome": "error:http_404"}, [], ("broken", True)),
    ({"outcome": "error:malformed"}, [], ("broken", True)),
    ({"outcome": "ok", "stories": 0}, [], ("broken", True)),
    ({"outcome": "ok", "stories": 10}, ["not_article"] * 10, ("broken", True)),
    ({"outcome": "not_modified"}, [], ("nothing_new", True)),
    ({"outcome": "ok", "stories": 10}, [], ("nothing_new", True)),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One source for each of LAST_DAYS, numbered in their order; all of them were well for four days."""
    layout = Layout(tmp_path_factory.mktemp("judged"))
    for day in range(5):
        for number, (listing, articles, _) in enumerate(LAST_DAYS):
            well = {"outcome": "ok", "stories": 10}, ["ok"] * 10
            crawled(layout, day, *(well if day < 4 else (listing, articles)), of=f"source{number}")
        load_day(layout, DAY + timedelta(days=day), merge=merge)
    publish(layout)
    with connect(layout) as opened:
        yield opened


@pytest.mark.parametrize("number", range(len(LAST_DAYS)))
def test_a_day_of_a_source_is_judged_by_its_days_before(number: int, judged: duckdb.DuckDBPyConnection) -> None:
    _, _, told = LAST_DAYS[number]
    of = f"FROM source_health WHERE source_id = 'source{number}' ORDER BY crawl_day"
    found = rows(judged, f"SELECT health, unusual, health_since {of}")
    assert [one["health"] for one in found[:4]] == ["ok"] * 4
    assert (found[4]["health"], found[4]["unusual"]) == told
    assert found[4]["health_since"] == (DAY if told[0] == "ok" else DAY + timedelta(days=4))


def test_a_source_that_has_quiet_days_may_have_another(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for day in range(6):
        crawled(layout, day, {"outcome": "ok", "stories": 3}, ["ok"] if day % 3 == 0 else [])
        load_day(layout, DAY + timedelta(days=day), merge=merge)
    publish(layout)
    with connect(layout) as opened:
        found = rows(opened, "SELECT health, unusual, health_since FROM source_health ORDER BY crawl_day")
    assert [one["health"] for one in found] == ["ok", "nothing_new", "nothing_new"] * 2
    assert not any(one["unusual"] for one in found)
    assert found[-1]["health_since"] == DAY + timedelta(days=4)


def test_days_filled_from_archives_are_no_crawls(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    stage(layout, pages=[page(1, via="warc")], articles=[], incidents=[])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    with connect(layout) as opened:
        assert rows(opened, "SELECT health, because, unusual FROM source_health") == [
            {"health": None, "because": None, "unusual": False}
        ]
