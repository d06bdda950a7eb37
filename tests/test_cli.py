"""The ``dateline`` command as a person and as a program call it: what it says, where, and with which exit code."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import main
from pipelines.demo.server import DemoNewspaper
from pipelines.events import merge
from scrapers.source import load_source, load_sources
from tests.attacks import STEERS
from tests.conftest import PROJECT, dateline
from tests.warehouse_records import DAY, site_line, stage
from tests.web import declare, page, rss, served
from warehouse.layout import Layout
from warehouse.loader import load_day
from warehouse.publish import publish

STORY = """Militants fired mortar shells at a market in Maiduguri on Tuesday, killing at least 12 people and wounding
30 others, the police said. Soldiers came to the market in the afternoon and took the wounded to two hospitals."""

PAGE = f"""<html lang=en><head><title>Mortar shells hit a market in Maiduguri</title>
<meta property="article:published_time" content="2026-11-24T10:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Mortar shells hit a market in Maiduguri</h1><p>{STORY}</p>
<p>Traders had just opened their stalls when the first shell fell between the fish sellers, a witness said by phone.</p>
<p>More news: <a href="/other">Rain is expected on the coast for the rest of the week</a></p></article></body></html>"""

#: Clear the screen, colour, set the window's title, a one-byte CSI, and a mark that turns the reading direction.
STEERING = "\x1b[2J\x1b[31m\x1b]0;owned\x07\x9b1m\u202e"


BROKEN = 'name = "x"\nhome = "https://a.test/"\nlanguage = "en"\nfeeed = []\n'


@dataclass
class Done:
    """A finished call: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Done]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls ``dateline`` in this process, through the same ``main`` as the installed command."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("signal.signal", lambda *_: None)  # the test process keeps its own handlers

    def called(*arguments: str, stdin: str = "") -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return called


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled sources, in force for the test."""
    folder = tmp_path / "sources"
    shutil.copytree(PROJECT / "scrapers" / "sources", folder)
    monkeypatch.setenv("DATELINE_SOURCES", str(folder))
    return folder


@pytest.fixture(scope="module")
def paper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper(base_port=0) as newspaper:
        yield newspaper


# what every verb shares


def test_the_installed_command_runs_in_a_pipe(own_data: Path) -> None:
    version = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(), re.M)
    assert version is not None
    assert dateline("--version", data=own_data).stdout == f"dateline {version[1]}\n"
    wrong = dateline("sql", "SELECT 1", data=own_data, check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.count("\n") == 1, "one line, no traceback"


def test_every_verb_has_help(call: Call) -> None:
    shown = call("--help")
    verbs = re.findall(r"^│ (\w+) ", shown.out, re.M)
    assert {"demo", "up", "crawl", "clean", "extract", "sql", "sources", "status", "doctor"} <= set(verbs)
    for verb in verbs:
        helped = call(verb, "-h")
        assert helped.code == 0
        assert len(helped.out.splitlines()) > 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["clean"],
        ["sql"],
        ["crawl", "--dya", "today"],
        ["sources", "check", "--jsno"],
        ["query", "nosuch"],
    ],
)
def test_wrong_usage_is_exit_code_2(call: Call, arguments: list[str]) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["crawl", "--day", "2026-02-30"], ["'2026-02-30' is no day", "2018-02-08"]),
        (["load", "--day", "soon"], ["'soon' is no day"]),
        (["backfill", "--from", "2020-01-02", "--to", "2020-01-01"], ["is before", "Swap them"]),
        (["crawl", "al-jazeera", "--day", "2999-01-01"], ["2999-01-01 is still to come", "days up to"]),
        (["load", "--day", "2999-01-01"], ["2999-01-01 is still to come"]),
        (
            ["backfill", "--from", "2014-12-31", "--to", "2015-01-02", "--source", "al-jazeera"],
            ["2014-12-31 is before 2015-01-01", "--via wayback"],
        ),
        (
            ["backfill", "--from", "2018-01-01", "--to", "2999-01-02", "--source", "al-jazeera", "--via", "ccnews"],
            ["2999-01-02 is still to come"],
        ),
        (
            ["backfill", "--from", "2018-01-01", "--to", "2018-01-02", "--source", "al-jazeera", "--via", "warcs"],
            ["'warcs' is no way", "sitemap, wordpress, ccnews, warc, wayback"],
        ),
        (["reprocess", "--from", "2020-01-02", "--to", "2020-01-01"], ["is before", "Swap them"]),
        (["reprocess", "--from", "0001-01-01", "--to", "9999-12-31"], ["no pages of 0001-01-01 to 9999-12-31"]),
        (["reprocess", "--from", "2020-01-01", "--to", "today", "--source", "../x"], ["--source: no page", "../x"]),
        (["places", "add", "/"], ["/: is a directory"]),
        (["explain", "0123456789"], ["0123456789", "no article of the warehouse has this id", "dateline sql"]),
        (["crawl", "nosuch"], ["no such source: nosuch", "dateline sources list"]),
        (["crawl"], ["no source is enabled", "dateline sources enable"]),
        (["sources", "check", "nosuch"], ["no such source: nosuch"]),
        (["sources", "check"], ["no source is enabled"]),
        (["sources", "enable", "al-jazeera", "nosuch"], ["no such source: nosuch"]),
        (["clean", "/no/such/file.html"], ["/no/such/file.html", "No such file"]),
        (["extract", "/no/such/file.txt"], ["/no/such/file.txt", "No such file"]),
        (["clean", "http://127.0.0.1:9/"], ["127.0.0.1", "not public"]),
        (["extract", "-", "--published", "last week"], ["'last week' is no date", "2018-02-08"]),
        (["sql", "SELECT 1"], ["nothing is published yet", "make demo"]),
    ],
)
def test_a_failure_is_one_line_that_names_culprit_and_mend(
    call: Call, sources: Path, arguments: list[str], said: list[str]
) -> None:
    done = call(*arguments, stdin="text")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    for words in said:
        assert words in done.err


@pytest.mark.parametrize(
    ("module", "work"),
    [
        ("pipelines.run_process", "import pipelines.warm"),
        ("duckdb", "from pipelines.cli import main; sys.argv = ['dateline', 'sql', 'SELECT 1']; main()"),
    ],
)
def test_ctrl_c_while_modules_are_being_imported_shows_no_traceback(module: str, work: str) -> None:
    code = (
        "import sys, signal\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *where):\n"
        f"        if name == {module!r}: signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        f"{work}"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_broken_declaration_is_named_by_whatever_reads_it(call: Call, sources: Path) -> None:
    (sources / "broken.toml").write_text(BROKEN, "utf-8")
    for arguments in (["sources", "list"], ["status"], ["crawl"]):
        done = call(*arguments)
        assert done.code == 1
        assert "broken.toml" in done.err
        assert "Did you mean 'feeds'?" in done.err


# clean, extract


def test_clean_prints_the_article_and_keeps_what_it_dropped_apart(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    from_file = call("clean", str(path), "--removed")
    assert from_file.code == 0
    assert "killing at least 12 people" in from_file.out
    assert "Rain is expected" not in from_file.out
    assert "Rain is expected" in from_file.err
    assert call("clean", "-", stdin=PAGE).out == from_file.out


def test_clean_gives_a_program_the_whole_record(call: Call) -> None:
    record = call("clean", "-", "--json", "--url", "https://news.example.org/market", stdin=PAGE).json
    assert record["title"] == "Mortar shells hit a market in Maiduguri"
    assert record["url"] == "https://news.example.org/market"
    assert record["published_at"].startswith("2026-11-24")
    assert "killing at least 12 people" in " ".join(record["text"].split())


def test_clean_says_why_a_page_is_no_article(call: Call) -> None:
    done = call("clean", "-", stdin="<html><body><p>Soon.</p></body></html>")
    assert (done.code, done.out) == (1, "")
    assert "no article here" in done.err


def test_extract_reads_text_and_pages_alike(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    for done in (
        call("extract", "-", "--json", "--published", "2026-11-24", stdin=STORY),
        call("extract", str(path), "--json"),
    ):
        assert done.code == 0
        (incident,) = done.json
        assert incident["start_date"] == "2026-11-24"
        killed = [claim for claim in incident["claims"] if claim["outcome"] == "killed"]
        assert [claim["count_min"] for claim in killed] == [12]
        assert "12" in killed[0]["quote"]
    shown = call("extract", "-", "--published", "2026-11-24", stdin=STORY)
    assert "Maiduguri" in shown.out
    assert "killed" in shown.out


def test_text_without_an_incident_is_no_failure(call: Call) -> None:
    done = call("extract", "-", "--json", stdin="The lentils should simmer for twenty minutes.")
    assert (done.code, done.json) == (0, [])


@pytest.mark.parametrize("verb", ["extract", "explain", "geoparse"])
@pytest.mark.parametrize(("given", "said"), [("", "there is no text in it"), ("%PDF-1.7 \0\1", "this is no text")])
def test_what_is_no_text_is_told_apart_from_text_that_tells_nothing(
    call: Call, tmp_path: Path, verb: str, given: str, said: str
) -> None:
    (tmp_path / "given.txt").write_text(given, "utf-8")
    done = call(verb, str(tmp_path / "given.txt"))
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: {tmp_path / 'given.txt'}: {said}. Give a page, or text in UTF-8\n"


def test_an_error_page_is_not_cleaned(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.fetch.allowed", lambda address, allow: True)  # this verb has no way to allow loopback
    with served({"/gone": page(PAGE, status=410), "/news/market": page(PAGE)}) as site:
        gone = call("clean", site.base + "/gone")
        assert gone.code == 1
        assert "HTTP 410" in gone.err
        assert "killing at least 12" in call("clean", site.base + "/news/market").out


@pytest.mark.parametrize(
    "arguments", [["clean", "-", "--removed"], ["clean", "-", "--json"], ["extract", "-"], ["extract", "-", "--json"]]
)
def test_hostile_text_never_steers_the_terminal(call: Call, arguments: list[str]) -> None:
    done = call(*arguments, stdin=PAGE.replace("market in", f"mar{STEERING}ket in").replace("Rain", STEERING + "Rain"))
    assert done.code == 0
    assert not STEERS.search(done.out + done.err)


@pytest.mark.parametrize("arguments", [["extract", "-"], ["extract", "-", "--json"]])
def test_hostile_plain_text_never_steers_it_either(call: Call, arguments: list[str]) -> None:
    done = call(*arguments, stdin=STORY.replace("12 people", f"12 people{STEERING}"))
    assert "12" in done.out
    assert not STEERS.search(done.out + done.err)
    if "--json" in arguments:
        assert "\u202e" in json.dumps(done.json, ensure_ascii=False), "escaped, not lost"


def test_hostile_names_never_steer_the_terminal(call: Call, tmp_path: Path) -> None:
    done = call("clean", str(tmp_path / f"no{STEERING}file"))
    assert done.code == 1
    assert not STEERS.search(done.err)


# sources


def test_sources_are_listed_for_people_and_programs(call: Call, sources: Path) -> None:
    known = load_sources(sources)
    shown = call("sources", "list")
    assert all(source_id in shown.out for source_id in known)
    listed = call("sources", "list", "--json").json
    assert {source["id"]: source["feeds"] for source in listed} == {
        source.id: list(source.feeds) for source in known.values()
    }


def test_a_source_with_a_hostile_name_is_listed_as_text(call: Call, sources: Path) -> None:
    name = json.dumps("[red]Loud[/] " + STEERING)
    (sources / "loud.toml").write_text(
        f'name = {name.replace(chr(0x7F), "")}\nhome = "https://a.test/"\nlanguage = "en"\nfeeds = ["https://a.test/f"]\n',
        "utf-8",
    )
    done = call("sources", "list")
    assert "[red]Loud[/]" in done.out
    assert not STEERS.search(done.out)


@pytest.mark.parametrize(
    "how",
    [["list"], ["list", "--json"], ["check", "gated"], ["check", "gated", "--json", "--articles", "0"]],
    ids=" ".join,
)
def test_the_key_of_a_feed_is_used_and_never_shown(call: Call, sources: Path, how: list[str]) -> None:
    with served({"/feed?api_key=xyzzy-4711": rss("/news/a"), "/gone?api_key=xyzzy-4711": page("", status=410)}) as site:
        feeds = [f"{site.base}{path}?api_key=xyzzy-4711" for path in ("/feed", "/gone")]
        declare(sources, "gated", site.base, f"feeds = {feeds}")
        done = call("sources", *how)
        assert done.code == 0, done.err
        assert "gated" in done.out
        assert "xyzzy" not in done.out + done.err
        if how[0] == "check":
            feeds = {"/feed?api_key=xyzzy-4711", "/gone?api_key=xyzzy-4711"}
            stories = set() if "--articles" in how else {"/news/a"}
            assert set(site.paths()) == {"/robots.txt"} | stories | feeds
            assert "api_key=***" in done.out


def test_sources_are_switched_on_and_off(call: Call, sources: Path) -> None:
    assert call("sources", "enable", "al-jazeera", "reuters").out == "al-jazeera is on\nreuters is on\n"
    assert load_source(sources / "al-jazeera.toml").enabled
    assert [state["source"] for state in call("status", "--json").json["sources"]] == ["al-jazeera", "reuters"]
    assert call("sources", "disable", "al-jazeera").code == 0
    assert not load_source(sources / "al-jazeera.toml").enabled


def test_a_site_is_added_looked_at_and_never_overwritten(call: Call, sources: Path, paper: DemoNewspaper) -> None:
    home = paper.urls["lanternfield"] + "/"
    add = ["sources", "add", home, "--id", "post", "--allow-address", "127.0.0.1", "--delay", "0"]
    declined = call(*add, stdin="y\n")
    assert (declined.code, (sources / "post.toml").exists()) == (1, False)
    assert "post.toml: not written: this is no terminal" in declined.err
    added = call(*add, "--yes", "--articles", "0")
    assert added.code == 0
    assert "dateline sources enable post" in added.err
    for said in (declined.out, added.out):
        assert 'name = "Lanternfield Post"' in said, "the declaration is shown in any case"
    assert re.search(r"Its manager hopes .*\n|Neighbours brought .*\n", declined.out), "so are its stories"
    assert re.search(r"did not reach the window in time\. *│ teaser: ALSO READ: Rival brigades", declined.out)
    assert "ALSO READ" not in added.out
    source = load_source(sources / "post.toml")
    assert (source.name, source.enabled) == ("Lanternfield Post", False)
    again = call(*add, "--yes")
    assert again.code == 1
    assert "declared already" in again.err
    refused = call("sources", "add", home, "--id", "other")
    assert refused.code == 1
    assert "not public" in refused.err
    wrong = call("sources", "add", home, "--allow-address", "localhost")
    assert wrong.code == 1
    assert "127.0.0.1" in wrong.err


def test_check_tells_by_its_exit_code_whether_all_some_or_none_yield(
    call: Call, sources: Path, paper: DemoNewspaper
) -> None:
    ids = paper.write_sources(sources)
    unseen = (sources / f"{ids[0]}.toml").read_text("utf-8")
    good = call("sources", "check", *ids, "--json", "--articles", "0")
    assert good.code == 0
    assert load_source(sources / f"{ids[0]}.toml").checked == datetime.now(UTC).date()
    assert {route["kind"] for route in good.json[ids[0]]["listings"]} >= {"feed", "sitemap"}
    (sources / "dead.toml").write_text(re.sub(r"(http://127\.0\.0\.1:\d+)/", r"\1/gone/", unseen), "utf-8")
    partly = call("sources", "check", ids[0], "dead", "--articles", "1")
    assert partly.code == 3
    assert "HTTP 404" in partly.out
    assert "no crawl of it is in yet to compare with: dateline crawl dead" in partly.out
    assert call("sources", "check", "dead", "--articles", "0").code == 1
    assert load_source(sources / "dead.toml").checked is None


def test_a_sites_profile_is_shown_with_what_its_declaration_says(call: Call, sources: Path, own_data: Path) -> None:
    (sources / "courier.toml").write_text(
        'name = "Courier"\nhome = "https://courier.example/"\nlanguage = "en"\nfeeds = ["https://courier.example/f"]\n'
        '[cleaning]\nkeep = ["Told in * words"]\ndrop = ["Not seen yet"]\n',
        "utf-8",
    )
    layout = Layout(own_data)
    loud = site_line("[red]Follow[/] us " + STEERING.replace("\x9b", ""))
    kept = site_line("Told in plain words", standing="keep", dropped=(), stories=2)
    stage(layout, profiles=[loud, kept])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    shown = call("sources", "profile", "www.courier.example")
    assert shown.code == 0
    assert "learnt  on 3 of 4 stories, dropped 2 times by site-profile  2026-03-14 to 2026-03-14" in shown.out
    assert "[red]Follow[/] us" in shown.out
    assert not STEERS.search(shown.out)
    lines = call("sources", "profile", "courier", "--json").json
    assert [(line["standing"], line["stories"]) for line in lines] == [("keep", 2), ("learnt", 3), ("drop", 0)]
    assert not STEERS.search(call("sources", "profile", "courier", "--json").out)
    unknown = call("sources", "profile", "nowhere.example")
    assert (unknown.code, unknown.out) == (1, "")
    assert "nowhere.example: no line is known to recur there" in unknown.err


# sql


def test_sql_answers_as_table_csv_and_json_and_complains_in_words(call: Call, own_data: Path) -> None:
    layout = Layout.from_environment()
    load_day(layout, date(2026, 11, 24), merge=lambda incidents, clusters: [])
    publish(layout)
    asked = "SELECT count(*) AS incidents, '=1+1' AS cell FROM incidents"
    assert call("sql", asked, "--csv").out == "incidents,cell\n0,'=1+1\n"
    assert call("sql", "-", "--json", stdin=asked).json == [{"incidents": 0, "cell": "=1+1"}]
    assert "incidents" in call("sql", asked).out
    assert not STEERS.search(call("sql", "SELECT chr(27) || '[2J' || chr(155) || chr(8238) AS x").out)
    for statement, said in (("SELEC 1", "SELEC"), ("SELECT * FROM nothing", "nothing"), ("DELETE FROM incidents", "")):
        done = call("sql", statement)
        assert (done.code, done.out) == (1, "")
        assert said in done.err
        assert "docs/tables.md" in done.err


# status, doctor


def test_status_of_a_fresh_installation_says_what_to_do(call: Call, sources: Path, own_data: Path) -> None:
    done = call("status")
    assert done.code == 0
    assert str(own_data) in done.out
    assert "nothing published yet" in done.out
    assert call("status", "--json").json["warehouse"] == {"published": None}


def test_data_option_and_environment_name_the_same_thing(call: Call, sources: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert call("--data", str(other), "status", "--json").json["data"] == str(other)


def test_the_doctor_finds_a_sound_installation_sound(call: Call, sources: Path) -> None:
    done = call("doctor", "--json")
    looks = {look["what"]: look for look in done.json}
    assert {"python", "packages", "sources", "page store", "warehouse", "dagster", "alerts"} <= set(looks)
    assert [look for look in looks.values() if not look["fine"]] == []
    assert done.code == 0


def test_the_doctor_names_fault_and_mend(
    call: Call, sources: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources / "broken.toml").write_text(BROKEN, "utf-8")
    stray = own_data / "pages" / "x" / "2026-11-24" / "x-1.cdxj"
    stray.parent.mkdir(parents=True)
    stray.write_text("", "utf-8")
    monkeypatch.setenv("DATELINE_ALERT", "pigeon://home")
    looks = {look["what"]: look for look in call("doctor", "--json").json}
    assert {what for what, look in looks.items() if not look["fine"]} == {"sources", "page store", "alerts"}
    assert str(sources / "broken.toml") in looks["sources"]["found"]
    assert "Did you mean 'feeds'?" in looks["sources"]["mend"]
    assert str(stray) in looks["page store"]["found"]
    assert "crawl again" in looks["page store"]["mend"]
    shown = call("doctor")
    assert shown.code == 1
    assert "Did you mean 'feeds'?" in shown.out


def test_geoparse_tells_where_and_why(call: Call) -> None:
    done = call("geoparse", "-", stdin="ALEPPO, Syria (Agency) - A convoy was hit east of Deir Ezzor on Thursday.")
    assert done.code == 0
    row = next(line for line in done.out.splitlines() if line.strip().startswith("Deir Ezzor"))
    assert [word for word in (" SY ", "35.3", "east of") if word not in row] == []
    assert call("geoparse", "-", stdin="Nobody was anywhere.").out == "no place found\n"


def test_geoparse_as_json_gives_offsets_into_the_text(call: Call, tmp_path: Path) -> None:
    text = "Two policemen were shot in Mopti, Mali."
    file = tmp_path / "story.txt"
    file.write_text(text, encoding="utf-8")
    found = call("geoparse", str(file), "--json").json
    assert [text[place["start"] : place["end"]] for place in found] == ["Mopti", "Mali"]
    assert [(place["country"], place["geo_precision"]) for place in found] == [("ML", 1), ("ML", 3)]
    wrong = call("geoparse", str(file), "--country", "Mali")
    assert wrong.code == 1
    assert wrong.err.startswith("error: --country: 'Mali' is no country. Give its two letters")


def test_places_add_says_what_it_added_and_how_to_undo_it(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path / "data"))
    columns = ["90000001", "Zubdawi", "Zubdawi", "", "35.1", "38.2", "P", "PPL", "SY", *[""] * 5, "0", *[""] * 4]
    file = tmp_path / "SY.txt"
    file.write_text("\t".join(columns) + "\n", encoding="utf-8")
    done = call("places", "add", str(file))
    assert done.code == 0
    assert done.out.startswith("1 places under 2 names added from 1 lines; to take them out again, delete ")
    assert "35.10" in call("geoparse", "-", stdin="Shells fell on the village of Zubdawi, Syria.").out
    missing = call("places", "add", str(tmp_path / "none.zip"))
    assert missing.code == 1
    assert "there is no such file" in missing.err
