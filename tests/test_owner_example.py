"""The owner's example, from page to SQL: one clash, told with a newspaper's residue around it.

The article lies beside the checkout, not in it, so nothing of its text stands here: its residue is
told by where it stands. Each of the demo's page templates puts its own boilerplate around it as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import httpx
import pytest
from markupsafe import escape

from pipelines.cleaning import clean, clean_site
from pipelines.demo.site import Site
from pipelines.demo.stories import Story, edition_of, load_outlets, load_stories
from pipelines.events import merge
from pipelines.incidents import extract_article
from tests.serving import serving
from warehouse.layout import PROJECT, Layout
from warehouse.loader import load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Article, Claim, Incident, Page
from warehouse.staging import write_staged

SEED = PROJECT.parent / "shared" / "seed-article.txt"
BASE = "http://127.0.0.1:18460"
DAY = date(2026, 11, 24)

pytestmark = pytest.mark.skipif(
    not SEED.exists(), reason=f"the owner's example is not there: {SEED} (it is kept beside the checkout, not in it)"
)


@dataclass(frozen=True)
class Seed:
    """The example, its lines told apart by where they stand."""

    title: str
    body: tuple[str, ...]

    @property
    def residue(self) -> set[str]:
        """The photo's line, twice under the title; teasers; all from the list of other news on."""
        end = next(n for n, line in enumerate(self.body) if line.lower() == "recommended news")
        return {*self.body[:2], *(line for line in self.body if line.startswith("More news:")), *self.body[end:]}

    @property
    def article(self) -> list[str]:
        """The lines of the article itself."""
        return [line for line in self.body if line not in self.residue]


@pytest.fixture(scope="module")
def seed() -> Seed:
    title, *body = [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]
    assert body[0] == body[1], "the photo's line stands twice under the title"
    return Seed(title, tuple(body))


@pytest.fixture(scope="module", params=list(load_outlets()))
def pages(request: pytest.FixtureRequest, seed: Seed) -> list[tuple[bytes, str]]:
    """An outlet's pages, the example's first: in its template, among its other stories."""
    outlet = load_outlets()[request.param]
    story = Story(
        slug="pro-regime-attack-prompts-strikes",
        outlets=(outlet.id,),
        title=seed.title,
        body=seed.body,
        published=datetime(2018, 2, 8, 18, 30, tzinfo=UTC),
        author="Newsroom",
    )
    site = Site(outlet, [story, *edition_of(load_stories(), 1)], BASE)
    paths = [outlet.path_of(told) for told in site.stories]
    return [(site.documents[path].body, BASE + path) for path in paths]


@pytest.fixture(scope="module")
def article(pages: list[tuple[bytes, str]]) -> Article:
    cleaned = clean_site(pages)[0]
    assert cleaned is not None, "the page is an article"
    return cleaned


@pytest.fixture(scope="module")
def incidents(article: Article) -> list[Incident]:
    return extract_article(article)


@pytest.fixture(scope="module")
def clash(incidents: list[Incident]) -> Incident:
    """The incident that tells the toll."""
    told = [incident for incident in incidents if claims(incident, "killed", lambda claim: claim.count_min == 100)]
    assert told, f"no incident tells the toll: {[incident.summary for incident in incidents]}"
    return max(told, key=lambda incident: (len(incident.claims), incident.confidence))


def claims(incident: Incident, outcome: str, which: Callable[[Claim], bool]) -> list[Claim]:
    return [claim for claim in incident.claims if claim.outcome == outcome and which(claim)]


def party(claim: Claim) -> str:
    return f"{claim.party} {claim.party_name}".lower()


def pro_government(text: str) -> bool:
    return any(word in text.lower() for word in ("pro-government", "pro-regime", "regime forces", "pro-assad"))


def sdf(text: str) -> bool:
    return "sdf" in text.lower() or "syrian democratic forces" in text.lower()


# cleaning


def test_a_page_by_itself_loses_the_residue_and_no_line_of_the_article(
    pages: list[tuple[bytes, str]], seed: Seed
) -> None:
    html, url = pages[0]
    cleaned = clean(html, url)
    assert cleaned is not None
    kept = cleaned.text.split("\n\n")
    assert [line for line in kept if line in seed.residue] == []
    assert [line for line in seed.article if line not in kept] == []


def test_among_its_outlets_pages_exactly_the_article_is_left(article: Article, seed: Seed) -> None:
    assert article.title == seed.title
    assert article.text.split("\n\n") == seed.article


def test_every_residue_line_is_kept_with_its_rule(article: Article, seed: Seed) -> None:
    removed = {line.text: line.rule for line in article.removed}
    assert {line for line in seed.residue if line not in removed and line != article.lead} == set()
    assert all(removed.values())


# extraction


def test_about_a_hundred_were_killed_on_the_pro_government_side(clash: Incident) -> None:
    told = claims(clash, "killed", lambda claim: pro_government(party(claim)) and not claim.background)
    assert [(c.count_min, c.count_max, c.quantifier) for c in told] == [(100, 100, "about 100")]
    assert told[0].attributed_to is not None
    assert "official" in told[0].attributed_to


def test_one_sdf_fighter_was_wounded(clash: Incident) -> None:
    told = claims(clash, "injured", lambda claim: sdf(party(claim)))
    assert [(claim.count_min, claim.count_max) for claim in told] == [(1, 1)]


def test_no_us_casualties(clash: Incident) -> None:
    told = claims(clash, "injured", lambda claim: "u.s." in party(claim) or "united states" in party(claim))
    assert [(claim.count_min, claim.count_max) for claim in told] == [(0, 0)]


def test_no_other_toll_is_made_up(incidents: list[Incident]) -> None:
    figures = {(c.outcome, c.count_min) for i in incidents for c in i.claims if not c.background}
    assert figures == {("killed", 100), ("injured", 1), ("injured", 0)}


def test_weapons(clash: Incident) -> None:
    told = " ".join(f"{weapon.text} {weapon.name}" for weapon in clash.weapons).lower()
    assert [word for word in ("artillery", "t-54", "t-72", "tank", "mortar") if word not in told] == []


def test_place_is_deir_ezzor_in_syria(clash: Incident) -> None:
    assert clash.place is not None
    assert clash.place.country == "SY"
    assert clash.place.name.lower().replace(" ", "-") in ("deir-ez-zor", "deir-ezzor", "dayr-az-zawr", "dayr-az-zor")
    assert clash.place.latitude == pytest.approx(35.34, abs=0.6)
    assert clash.place.longitude == pytest.approx(40.14, abs=0.6)


def test_actors_and_target_are_the_right_way_round(clash: Incident) -> None:
    actors = [f"{actor.text} {actor.name}" for actor in clash.actors if actor.role == "actor"]
    targets = [f"{actor.text} {actor.name}" for actor in clash.actors if actor.role == "target"]
    assert any(map(pro_government, actors)), actors
    assert any(map(sdf, targets)), targets
    assert not any(map(sdf, actors)), actors


def test_every_field_has_its_quote_and_every_quote_its_words(article: Article, incidents: list[Incident]) -> None:
    for incident in incidents:
        fields = {evidence.field for evidence in incident.evidence}
        wanted = {"event_type", *(f"actors[{n}]" for n in range(len(incident.actors)))}
        wanted |= {f"weapons[{n}]" for n in range(len(incident.weapons))}
        wanted |= {f"claims[{n}]" for n in range(len(incident.claims))}
        wanted |= {"place"} if incident.place else set()
        assert wanted <= fields
        for evidence in incident.evidence:
            assert article.text[evidence.start : evidence.end] == evidence.quote != ""
        for claim in incident.claims:
            assert article.text[claim.start : claim.end] == claim.quote
            assert claim.quantifier in claim.quote


# merging and SQL


def test_the_clash_is_one_event(incidents: list[Incident], clash: Incident) -> None:
    tolls = [event for event in merge(incidents) if event.killed_max]
    assert [(event.killed_min, event.killed_max, event.country) for event in tolls] == [(100, 100, "SY")]
    assert clash.incident_id in tolls[0].incident_ids


@pytest.fixture(scope="module")
def layout(article: Article, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A warehouse that holds the example alone."""
    layout = Layout(tmp_path_factory.mktemp("example"))
    seen = datetime(2026, 11, 24, 3, tzinfo=UTC)
    page = Page(
        page_id="seed",
        source_id="seed",
        crawl_day=DAY,
        url=article.url,
        canonical_url=article.canonical_url,
        purpose="article",
        via="live",
        fetched_at=seen,
        outcome="ok",
    )
    known = {"source_id": "seed", "crawl_day": DAY}
    stored = replace(article, page_id="seed", first_seen=seen, last_seen=seen, **known)
    write_staged(layout, "pages", "seed", DAY, [page])
    write_staged(layout, "verdicts", "seed", DAY, [])
    write_staged(layout, "articles", "seed", DAY, [stored])
    write_staged(layout, "incidents", "seed", DAY, [replace(found, **known) for found in extract_article(stored)])
    load_day(layout, DAY, merge=merge)
    publish(layout)
    return layout


def test_sql_gives_it_with_its_words(article: Article, layout: Layout) -> None:
    with connect(layout) as connection:
        toll = connection.execute(
            "SELECT killed_min, killed_max, country FROM incidents WHERE killed_max > 0"
        ).fetchall()
        none_hurt = connection.execute(
            "SELECT quote FROM claims WHERE outcome = 'injured' AND count_max = 0 AND NOT background"
        ).fetchall()
        unquoted = connection.execute(
            "SELECT count(*) FROM evidence JOIN articles USING (article_id, revision) "
            'WHERE substr("text", "start" + 1, "end" - "start") <> quote'
        ).fetchone()
    assert (100, 100, "SY") in toll
    assert len(none_hurt) == 1
    assert none_hurt[0][0] in article.text
    assert unquoted == (0,)


# the page


def test_the_page_shows_the_toll_beside_its_words(article: Article, layout: Layout) -> None:
    with connect(layout) as connection:
        (event_id,) = connection.execute("SELECT event_id FROM events WHERE killed_max = 100").fetchone() or ("",)
    with serving(layout) as base, httpx.Client(base_url=base, timeout=60) as client:
        listed, shown = client.get("/?country=SY&place=ez").text, client.get(f"/event/{event_id}").text
        places = client.get("/map.json?country=SY").json()
        found = client.get("/search", params={"q": article.title}).text
    assert f"/event/{event_id}" in listed
    assert "100 killed" in listed
    assert (places["events"], round(places["latitude"][0])) == ([len(places["events"])], 35)
    quote = re.search(r'<a class="quote" href="#(\w+)">“([^”]*about 100[^”]*)”', shown)
    assert quote, "the figure stands beside its words, which lead to their place in the text"
    marked = re.search(rf'<mark id="{quote[1]}"[^>]*>(.*?)</p>', shown, re.S)
    assert marked
    assert re.sub("<[^>]+>", "", marked[1]).startswith(quote[2])
    assert escape(article.title or "") in found
