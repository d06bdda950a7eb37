"""Source declarations: what a good one says, and how a bad one is complained about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.source import (
    Before,
    Network,
    Politeness,
    Source,
    beside,
    load_source,
    load_sources,
    set_enabled,
    survey,
)
from warehouse.errors import SourceError

GOOD = """# read the feed, leave the rest
name = "The Example Times"
home = "https://www.example.org/"
country = "QA"
language = "en"
feeds = ["https://www.example.org/feed.xml"]  # the only one
"""


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def written(text: str, name: str = "times") -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, "utf-8")
        return path

    return written


def test_the_file_name_is_the_id_and_sources_are_off_until_enabled(write) -> None:  # type: ignore[no-untyped-def]
    source = load_source(write(GOOD))
    assert (source.id, source.enabled, source.checked) == ("times", False, None)
    assert source.politeness.delay >= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("feeds", "feed"), ["unknown key 'feed'", "Did you mean 'feeds'?"]),
        (('name = "The Example Times"', ""), ["'name' is missing", 'name = "The Example Times"']),
        (('"QA"', '"Qatar"'), ["country = 'Qatar'", "two capitals"]),
        (('"en"', '"English"'), ["language = 'English'", "two small letters"]),
        (("https://www.example.org/feed.xml", "ftp://example.org/feed"), ["feeds[1]", "http(s)"]),
        (("https://www.example.org/feed.xml", "file:///etc/passwd"), ["feeds[1]", "http(s)"]),
        (("feeds = ", "deny = ['news/*']\nfeeds = "), ["deny[1]", "begin with a slash".capitalize()]),
        (("feeds = [", "feeds = ["[:-1]), ["not TOML", "line 6"]),
        (('feeds = ["https://www.example.org/feed.xml"]', ""), ["no way to find stories", "sitemaps"]),
    ],
)
def test_a_complaint_names_file_key_and_mend(write, change: tuple[str, str], said: list[str]) -> None:  # type: ignore[no-untyped-def]
    path = write(GOOD.replace(*change))
    with pytest.raises(SourceError) as caught:
        load_source(path)
    for words in [str(path), *said]:
        assert words in str(caught.value)


def test_keys_of_tables_are_checked_too(write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match=r"politeness\.dealy.*Did you mean 'delay'"):
        load_source(write(GOOD + "[politeness]\ndealy = 2\n"))
    with pytest.raises(SourceError, match=r"network\.allow_addresses\[1\].*not an IP address"):
        load_source(write(GOOD + '[network]\nallow_addresses = ["localhost"]\n'))


def test_lines_to_drop_or_keep_are_lines(write) -> None:  # type: ignore[no-untyped-def]
    source = load_source(write(GOOD + '[cleaning]\ndrop = ["Follow us on *"]\n'))
    assert (source.cleaning.drop, source.cleaning.keep) == (("Follow us on *",), ())
    with pytest.raises(SourceError, match=r"cleaning\.keep\[1\].*a line without words"):
        load_source(write(GOOD + '[cleaning]\nkeep = ["*"]\n'))
    with pytest.raises(SourceError, match=r"cleaning\.dorp.*Did you mean 'drop'"):
        load_source(write(GOOD + "[cleaning]\ndorp = []\n"))


def test_sources_that_share_a_host_stand_beside_each_other(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    times = load_source(write(GOOD))
    sport = load_source(write(GOOD.replace('www.example.org/"', 'sport.example.org/"'), "times-sport"))
    guest = load_source(write("hosts = ['EXAMPLE.org']\n" + GOOD.replace("www.example.org", "guest.test"), "guest"))
    other = load_source(write(GOOD.replace("www.example.org", "notexample.org"), "other"))
    known = [times, sport, guest, other]
    assert beside(times, known) == ["guest", "times-sport"]
    assert beside(sport, known) == ["guest", "times"]
    assert beside(other, known) == []


def test_an_id_that_could_leave_its_folder_is_refused(write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match="source's id"):
        load_source(write(GOOD, "..evil"))


def test_one_broken_file_does_not_hide_the_others(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write(GOOD)
    write("name = 3", "broken")
    good, errors = survey(tmp_path)
    assert list(good) == ["times"]
    assert "broken.toml" in str(errors[0])
    with pytest.raises(SourceError, match=r"broken\.toml"):
        load_sources(tmp_path)


def test_enabling_keeps_comments_and_lines(write) -> None:  # type: ignore[no-untyped-def]
    path = write(GOOD + "\n[politeness]\ndelay = 2.0  # asked for by mail\n")
    before = path.read_text("utf-8")
    set_enabled(path, True)
    assert load_source(path).enabled
    set_enabled(path, False)
    assert not load_source(path).enabled
    kept = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("enabled")]
    assert kept == [line for line in before.splitlines() if line]


def test_hosts_and_paths_decide_which_stories_are_its_own(write) -> None:  # type: ignore[no-untyped-def]
    source = load_source(write(GOOD + 'hosts = ["example.net"]\nallow = ["/news/*"]\ndeny = ["/news/sport/*"]\n'))
    assert source.own("https://example.org/a")
    assert source.own("https://live.example.net/a")
    assert not source.own("https://example.org.evil.test/a")
    assert not source.own("https://notexample.org/")
    assert source.wanted("https://example.org/news/a?x=1")
    assert not source.wanted("https://example.org/news/sport/a")
    assert not source.wanted("https://example.org/about")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.example.org/a?utm_source=feed", "https://www.example.org/a"),
        ("http://example.org/a", "https://example.org/a"),
        ("https://www.example.org/a", "https://www.example.org/a"),
        ("http://old.example.org/a", "http://old.example.org/a"),
        ("http://www.example.org:8080/a", "http://www.example.org:8080/a"),
        ("http://example.net/a", "http://example.net/a"),
    ],
)
def test_a_story_is_asked_for_by_https_where_the_home_page_is(write, url: str, name: str) -> None:  # type: ignore[no-untyped-def]
    assert load_source(write(GOOD)).named(url) == name
    plain = load_source(write(GOOD.replace("https://www", "http://www"), "plain"))
    assert plain.named(url) == url.partition("?")[0]


def test_what_held_before_a_change_of_layout_serves_old_days(write) -> None:  # type: ignore[no-untyped-def]
    text = GOOD + '\n[[before]]\nuntil = 2020-12-31\nfeeds = []\nsitemaps = ["https://www.example.org/old.xml"]\n'
    source = load_source(write(text))
    assert source.on(date(2021, 1, 1)).feeds == source.feeds
    old = source.on(date(2020, 12, 31))
    assert (old.feeds, old.sitemaps) == ((), ("https://www.example.org/old.xml",))


def test_the_bundled_outlets_are_good_and_claim_no_check() -> None:
    sources = load_sources()
    assert len(sources) >= 12
    for source in sources.values():
        assert source.checked is None, f"{source.id} was not checked from here"
        assert not source.enabled, f"{source.id}: whom to crawl is the user's decision"
        assert not source.network.allow_addresses
        assert not source.network.allow_self_signed


@given(text=st.text(max_size=300) | st.sampled_from([GOOD]).flatmap(lambda good: st.sampled_from(good.split("\n"))))
def test_no_text_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.toml"
    path.write_text(text, "utf-8", newline="")
    try:
        said = load_source(path).id
    except SourceError as error:
        said = str(error)
    assert "fuzzed" in said


def test_every_key_stands_in_the_docs() -> None:
    documented = (Path(__file__).resolve().parent.parent / "docs" / "sources.md").read_text("utf-8")
    for model in (Source, Politeness, Network, Before):
        for key in set(model.model_fields) - {"id"}:
            shown = any(form in documented for form in (f"\n{key} = ", f"\n[{key}]\n", f"\n[[{key}]]\n"))
            assert shown, f"docs/sources.md does not show {key}"
