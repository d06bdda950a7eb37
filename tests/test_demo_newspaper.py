"""The demo newspaper answers as well-kept sites do: feeds, sitemaps, validators, robots.txt, WordPress."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import feedparser
import httpx
import pytest
from lxml import etree
from protego import Protego

from pipelines.demo.server import DemoNewspaper, base_port
from pipelines.demo.stories import Story, edition_of, load_stories, read_story
from warehouse.errors import DatelineError, SettingError
from warehouse.vocabulary import EVENT_TYPE_OF

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(scope="module")
def paper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper(edition=1, base_port=0) as newspaper:
        yield newspaper


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as made:
        yield made


def story_of(paper: DemoNewspaper, outlet_id: str) -> Story:
    return next(story for story in paper.stories if outlet_id in story.outlets)


def test_every_story_of_every_outlet_is_served_and_escaped_text_stays_text(
    paper: DemoNewspaper, client: httpx.Client
) -> None:
    served = 0
    for story in paper.stories:
        for outlet_id in story.outlets:
            answer = client.get(paper.url_of(outlet_id, story))
            assert answer.status_code == 200
            words = " ".join(etree.HTML(answer.text).itertext())
            for paragraph in story.body:
                assert paragraph in words
            served += 1
    assert served == 31


def test_feeds_parse_and_a_broken_entry_does_not_hide_the_others(paper: DemoNewspaper, client: httpx.Client) -> None:
    for outlet in paper.outlets.values():
        feed = feedparser.parse(client.get(paper.urls[outlet.id] + outlet.feed).content)
        assert not feed.bozo, outlet.id
        links = {entry.link for entry in feed.entries if "link" in entry}
        assert {paper.url_of(outlet.id, s) for s in paper.stories if outlet.id in s.outlets} <= links
        assert all("published_parsed" in entry for entry in feed.entries if "link" in entry)


def test_news_sitemaps_name_every_story_with_its_date(paper: DemoNewspaper, client: httpx.Client) -> None:
    for outlet in paper.outlets.values():
        base = paper.urls[outlet.id]
        tree = etree.fromstring(client.get(base + outlet.sitemaps[0]).content)
        if tree.tag.endswith("sitemapindex"):
            assert outlet.id == "meridian"
            (location,) = tree.xpath("//s:loc/text()", namespaces=SITEMAP)
            tree = etree.fromstring(client.get(location).content)
        dated = {
            url.findtext("s:loc", namespaces=SITEMAP): url.findtext("n:news/n:publication_date", namespaces=SITEMAP)
            for url in tree.iterfind("s:url", SITEMAP)
        }
        for story in paper.stories:
            if outlet.id in story.outlets:
                assert datetime.fromisoformat(dated[paper.url_of(outlet.id, story)] or "") == story.published


@pytest.mark.parametrize("validator", [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")])
def test_an_unchanged_page_answers_304_without_a_body(
    paper: DemoNewspaper, client: httpx.Client, validator: tuple[str, str]
) -> None:
    told, asks = validator
    url = paper.url_of("meridian", story_of(paper, "meridian"))
    first = client.get(url)
    again = client.get(url, headers={asks: first.headers[told]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    stale = {"If-None-Match": 'W/"another"', "If-Modified-Since": "Mon, 02 Nov 2026 00:00:00 GMT"}
    assert client.get(url, headers={asks: stale[asks]}).status_code == 200


def test_gzip_only_when_accepted(paper: DemoNewspaper, client: httpx.Client) -> None:
    url = paper.urls["quayside"] + "/"
    squeezed = client.get(url, headers={"Accept-Encoding": "gzip"})
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert squeezed.text == plain.text


def test_wordpress_pages_through_posts_of_a_time(paper: DemoNewspaper, client: httpx.Client) -> None:
    api = paper.urls["lanternfield"] + "/wp-json/wp/v2/posts"
    everything = client.get(api, params={"per_page": 100})
    total = int(everything.headers["X-WP-Total"])
    assert total == len(everything.json()) == sum("lanternfield" in s.outlets for s in paper.stories)

    seen: list[str] = []
    for page in (1, 2, 3):
        answer = client.get(api, params={"per_page": 3, "page": page})
        assert answer.headers["X-WP-TotalPages"] == str(-(-total // 3))
        seen += [post["link"] for post in answer.json()]
    assert seen == [post["link"] for post in everything.json()][:9]
    beyond = client.get(api, params={"per_page": 3, "page": 99})
    assert (beyond.status_code, beyond.json()["code"]) == (400, "rest_post_invalid_page_number")
    assert client.get(api, params={"per_page": 101}).status_code == 400

    spell = client.get(api, params={"after": "2026-11-13T00:00:00", "before": "2026-11-16T00:00:00"}).json()
    assert {post["slug"] for post in spell} == {
        "three-killed-as-mobs-burn-homes-in-imphal",
        "grenade-thrown-into-bar-in-bujumbura",
    }


def test_robots_txt_closes_a_path_the_front_page_names(paper: DemoNewspaper, client: httpx.Client) -> None:
    base = paper.urls["meridian"]
    rules = Protego.parse(client.get(base + "/robots.txt").text)
    (extra,) = paper.outlets["meridian"].extras
    assert f'href="{extra.path}"' in client.get(base + "/").text
    assert not rules.can_fetch(base + extra.path, "Dateline")
    assert rules.can_fetch(paper.url_of("meridian", story_of(paper, "meridian")), "Dateline")
    assert list(rules.sitemaps) == [base + "/sitemap-index.xml"]


def test_the_odd_pages_answer_as_they_should(paper: DemoNewspaper, client: httpx.Client) -> None:
    def answer(outlet_id: str) -> httpx.Response:
        (extra,) = paper.outlets[outlet_id].extras
        return client.get(paper.urls[outlet_id] + extra.path)

    soft, consent, broken = answer("newsquare"), answer("quayside"), answer("lanternfield")
    assert soft.status_code == 200
    assert "could not be found" in soft.text
    assert consent.status_code == 200
    assert "Accept all" in consent.text
    assert broken.status_code == 404


def test_the_second_edition_corrects_one_story_and_leaves_the_rest_as_it_was() -> None:
    stories = load_stories()
    first, second = ({s.slug: s for s in edition_of(stories, n)} for n in (1, 2))
    changed = [slug for slug in first if first[slug] != second[slug]]
    assert first.keys() == second.keys()
    assert changed == ["gunmen-raid-village-near-jos-at-night"]

    tags = []
    for edition in (1, 2):
        with DemoNewspaper(edition=edition, base_port=0) as paper, httpx.Client(trust_env=False) as client:
            page = client.get(paper.url_of("meridian", (first, second)[edition - 1][changed[0]]))
            tags.append((page.headers["ETag"], page.headers["Last-Modified"], "Correction:" in page.text))
    assert tags[0][0] != tags[1][0]
    assert tags[0][1] != tags[1][1]
    assert [tag[2] for tag in tags] == [False, True]


def test_a_taken_port_is_named_with_a_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingError, match=rf"127\.0\.0\.1:{port}.*Stop that program"),
            DemoNewspaper(base_port=port),
        ):
            pass


@pytest.mark.parametrize("named", ["eighty", "80", "65533", "-1"])
def test_a_port_that_is_none_is_named_with_a_mend(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DEMO_PORT", named)
    with pytest.raises(SettingError, match=r"DATELINE_DEMO_PORT.*from 1024 to 65532"):
        base_port()
    monkeypatch.setenv("DATELINE_DEMO_PORT", "20000")
    assert base_port() == 20000


def test_a_broken_story_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.md"
    path.write_text('+++\nslug = "x"\n+++\ntext', "utf-8")
    with pytest.raises(DatelineError, match=r"broken\.md.*Write TOML between"):
        read_story(path)


def nearest(weekday: str, published: date) -> date:
    """The last day of that name up to the day of publication."""
    back = (published.weekday() - WEEKDAYS.index(weekday)) % 7
    return date.fromordinal(published.toordinal() - back)


@pytest.mark.parametrize("story", load_stories(), ids=lambda story: f"{story.slug}-{story.edition}")
def test_days_and_types_in_the_stories_are_right(story: Story) -> None:
    assert date(2026, 11, 1) <= story.published.date() < date(2026, 11, 24)
    assert story.changed >= story.published
    opening = " ".join(story.body[:2])
    for incident in story.incidents:
        assert all(sub in EVENT_TYPE_OF for sub in incident.types)
        named = re.search("|".join(WEEKDAYS), opening)
        assert named, "the opening names the day of the event"
        assert nearest(named.group(), story.published.date()) == incident.day
    for weekday, month, day, year in re.findall(r"(\w+day), (\w+) (\d+), (\d{4})", " ".join(story.body)):
        assert datetime.strptime(f"{month} {day} {year}", "%B %d %Y").strftime("%A") == weekday  # noqa: DTZ007
