"""Places found in a text and put on the map, or left off it."""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.incidents.places import gazetteer as module
from pipelines.incidents.places.gazetteer import Gazetteer, compile_gazetteer, gazetteer
from pipelines.incidents.places.keys import fold_key, likeness, sound_key
from pipelines.incidents.places.resolving import PlaceContext, Toponym, geoparse, resolve
from warehouse.errors import SettingError


def named(text: str, *, context: PlaceContext | None = None) -> dict[str, Toponym]:
    return {place.text: place for place in geoparse(text, context=context)}


@pytest.mark.parametrize(
    "spelling",
    ["Deir ez-Zor", "Deir Ezzor", "Dayr az Zawr", "Deir al-Zour", "DEIR EZ ZOR", "Deir az-Zour", "Deir ez-Zour"],
)
def test_transliterations_of_one_town_meet(spelling: str) -> None:
    place = named(f"Shells fell in {spelling} on Monday.")[spelling]
    assert (place.country, place.name, place.geo_precision) == ("SY", "Deir ez-Zor", 1)


def test_the_usual_spelling_of_a_transliterated_town_is_its_name() -> None:
    """GeoNames has Janīn, and a Jenin in Poland."""
    assert [place.country for place in geoparse("Troops stormed Jenin on Monday.")] == ["PS"]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Masisi", "CD"),
        ("Barsalogho", "BF"),
        ("Khiam", "LB"),
        ("Rada'a", "YE"),
        ("Hawija", "IQ"),
        ("Gezira", "SD"),
        ("Bajaur", "PK"),
        ("Bunagana", "CD"),
        ("Cité Soleil", "HT"),
        ("Tinzaouaten", "ML"),
    ],
)
def test_villages_and_spellings_of_the_news_are_on_the_map(name: str, country: str) -> None:
    place = named(f"Gunmen killed four people in {name} on Monday, a local official said.")[name]
    assert (place.country, place.latitude is None) == (country, False)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Port-au-Prince", "HT"), ("Port‑au‑Prince", "HT"), ("Stoke-on-Trent", "GB"), ("Aulnay-sous-Bois", "FR"),
        ("Sainte-Marie-aux-Mines", "FR"), ("Frankfurt am Main", "DE"), ("Newcastle upon Tyne", "GB"),
        ("Santiago de los Caballeros", "DO"), ("Am Timan", "TD"), ("Port Said", "EG"),
    ],
)  # fmt: skip
def test_small_and_common_words_within_a_name_are_of_it(name: str, country: str) -> None:
    assert {one: place.country for one, place in named(f"Four people died in {name} on Monday.").items()} == {
        name: country
    }


@pytest.mark.parametrize(
    "text", ["The port said it had closed.", "Port said to be shut.", "His father-in-law is dead."]
)
def test_common_words_elsewhere_are_no_city(text: str) -> None:
    assert named(text) == {}


def test_an_article_within_a_name_is_either() -> None:
    assert named("Shells fell in Deir al-Balah.")["Deir al-Balah"].country == "PS"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gunmen ran through the town of Pont-Sondé in central Haiti.", {"Pont-Sondé", "Haiti"}),
        ("Shells hit a base in Puerto Jordan.", set()),
        ("The mayor of the capital of Haiti's Ouest department was shot.", {"Haiti", "Ouest"}),
        ("Camels were driven onto a farm in Sirba locality in West Darfur.", {"West Darfur"}),
    ],
)
def test_a_part_of_a_name_and_what_sounds_like_a_country_are_no_places(text: str, names: set[str]) -> None:
    found = named(text)
    assert set(found) == names
    assert {place.country for place in found.values()} <= {"HT", "SD", None}


def test_a_quarter_is_no_town_of_its_name_elsewhere() -> None:
    assert set(named("A house in Gaza City's Zeitoun neighbourhood was hit.")) == {"Gaza City"}


@pytest.mark.parametrize("spelling", ["Khasham", "Manbidj", "Khan Shaykhoun"])
def test_an_unheard_spelling_is_found_by_sound_and_held_for_less_sure(spelling: str) -> None:
    place = named(f"Shells fell in {spelling}, in northern Syria.")[spelling]
    assert place.country == "SY"
    assert "sounds like" in place.reason or place.confidence > 0.9


@pytest.mark.parametrize(
    ("text", "name", "country", "admin1"),
    [
        ("A man was shot in Paris, Texas.", "Paris", "US", "Texas"),
        ("A man was shot in Paris.", "Paris", "FR", "Ile-de-France"),
        ("ALEPPO, Syria (AP) - Two boys died.", "ALEPPO", "SY", "Aleppo"),
        ("Police in London, Ontario, and in Toronto said so.", "London", "CA", "Ontario"),
        ("Troops left Tripoli, Lebanon.", "Tripoli", "LB", None),
        ("Libyan troops left Tripoli.", "Tripoli", "LY", None),
        ("Rebels in Goma, eastern Congo, fled.", "Goma", "CD", None),
    ],
)
def test_what_stands_around_a_name_says_which_place_it_is(
    text: str, name: str, country: str, admin1: str | None
) -> None:
    place = named(text)[name]
    assert place.country == country
    assert admin1 is None or place.admin1 == admin1
    assert place.reason


def test_the_publishers_country_speaks_when_the_text_does_not() -> None:
    text = "A fire broke out in Hyderabad."
    assert named(text, context=PlaceContext(country="PK"))["Hyderabad"].country == "PK"
    assert named(text, context=PlaceContext(country="IN"))["Hyderabad"].country == "IN"


@pytest.mark.parametrize(
    "text",
    [
        "Paris Hilton smiled. Later Hilton left.",
        "The Washington Post reported it.",
        "Michael Jordan and Jack London read the New York Times.",
        "Gen. Lincoln spoke to Mr. Dallas.",
        "He studied at the University of Cambridge.",
        "May was reading. Many were mobile. Police said nothing.",
        "",
        "\n\n",
    ],
)
def test_people_papers_and_plain_words_are_not_places(text: str) -> None:
    assert geoparse(text) == []


@pytest.mark.parametrize(
    "relation",
    [
        "near", "east of", "to the north-west of", "across the river from", "on the other side of the river from",
        "opposite", "just outside", "on the outskirts of", "in the countryside of", "30 km from", "close to", "around",
        "some 12 miles south of", "west of the town of", "on the road to", "in the vicinity of",
    ],
)  # fmt: skip
def test_a_relation_puts_it_near_the_town_and_not_in_it(relation: str) -> None:
    place = named(f"A convoy was hit {relation} Manbij on Thursday.")["Manbij"]
    assert (place.geo_precision, place.ucdp_precision) == (2, 2)
    assert place.latitude == pytest.approx(36.53, abs=0.1)


@pytest.mark.parametrize(
    ("text", "name", "precision"),
    [
        ("A convoy was hit in Manbij.", "Manbij", 1),
        ("A convoy was hit near Manbij.", "Manbij", 2),
        ("A convoy was hit in Kasese District.", "Kasese District", 3),
        ("A convoy was hit in Helmand province.", "Helmand", 4),
        ("A convoy was hit in northern Mali.", "Mali", 5),
        ("A convoy was hit in Donbas.", "Donbas", 5),
        ("A convoy was hit in Nigeria.", "Nigeria", 6),
        ("A tanker was hit in the Red Sea.", "Red Sea", 7),
    ],
)
def test_the_other_geo_precision_follows_ucdp(text: str, name: str, precision: int) -> None:
    assert named(text)[name].ucdp_precision == precision


@pytest.mark.parametrize(
    ("text", "name", "precision"),
    [
        ("A convoy was hit in Manbij.", "Manbij", 1),
        ("A convoy was hit east of Manbij.", "Manbij", 2),
        ("A convoy was hit across the river from Deir Ezzor.", "Deir Ezzor", 2),
        ("A convoy was hit on the outskirts of Idlib.", "Idlib", 2),
        ("A convoy was hit 20 kilometers from Mosul.", "Mosul", 2),
        ("A convoy was hit in Helmand province.", "Helmand", 3),
        ("A convoy was hit in eastern Syria.", "Syria", 3),
        ("A convoy was hit in the Gaza Strip.", "Gaza Strip", 3),
        ("A convoy was hit in Donbas.", "Donbas", 3),
    ],
)
def test_geo_precision_follows_acled(text: str, name: str, precision: int) -> None:
    assert named(text)[name].geo_precision == precision


def test_a_village_the_gazetteer_lacks_is_named_but_not_placed() -> None:
    place = named("They burned the village of Qwxrbul.")["Qwxrbul"]
    assert place.latitude is None
    assert place.longitude is None
    assert "does not have it" in place.reason


def test_a_demonym_says_whose_not_where() -> None:
    place = named("Syrian troops advanced.")["Syrian"]
    assert (place.feature, place.country) == ("demonym", "SY")


def test_a_text_in_capitals_is_read_too() -> None:
    text = (
        "SAN SALVADOR, 3 JAN 90 (ACAN) -- [TEXT] GUERRILLAS ATTACKED A PATROL IN CHALATENANGO DEPARTMENT AND THE TOWN"
        " OF SAN MIGUEL. POLICE IN BOGOTA, COLOMBIA, SAID THE ATTACK WAS REPORTED BY THE PRESS."
    )
    found = named(text)
    assert {name: found[name].country for name in ("SAN SALVADOR", "SAN MIGUEL", "BOGOTA")} == {
        "SAN SALVADOR": "SV",
        "SAN MIGUEL": "SV",
        "BOGOTA": "CO",
    }
    assert not {"POLICE", "PRESS", "PATROL", "ATTACK"} & set(found)


def test_given_spans_are_resolved_in_their_order_and_may_have_no_match() -> None:
    text = "From Zxqwv to Homs, in Syria."
    spans = [(text.index("Homs"), text.index("Homs") + 4), (text.index("Zxqwv"), text.index("Zxqwv") + 5)]
    homs, nothing = resolve(text, spans)
    assert homs is not None
    assert homs.country == "SY"
    assert nothing is None or nothing.latitude is None


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                ["Syria", "in", "Aleppo", ",", "the", "town of", "U.S.", "St.", "-", "al-", "’s", "(", "\n", "Paris",
                 "TX",                 "near", "IN", "Mr.", "İstanbul", "ﬁ", "Ḩalab", "of", "County", "Š"]
            ),
            max_size=14,
        ).map(" ".join),
    )
)  # fmt: skip
def test_any_text_gives_ordered_spans_that_are_their_words(text: str) -> None:
    end = 0
    for place in geoparse(text):
        assert text[place.start : place.end] == place.text
        assert place.start >= end
        assert 0 <= place.confidence <= 1
        assert (place.latitude is None) == (place.longitude is None) == (place.geo_precision is None)
        assert place.reason
        end = place.end


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_any_spans_are_answered_one_for_one(text: str, spans: list[tuple[int, int]]) -> None:
    assert len(resolve(text, spans)) == len(spans)


@given(st.text(max_size=40))
def test_keys_are_stable(name: str) -> None:
    assert fold_key(fold_key(name)) == fold_key(name)
    assert sound_key(name) == "" or sound_key(name).startswith("~")
    assert likeness(name, name) == 1.0


def test_every_row_of_our_own_tables_is_found() -> None:
    table = gazetteer()
    for name, country, kind in [
        ("Kobani", "SY", "city"), ("Donbass", "UA", "region"), ("West Bank", "PS", "region"),
        ("Darfur", "SD", "region"), ("Texas", "US", "admin1"),
        ("Helmand", "AF", "region"), ("Nigeriens", "NE", "demonym"), ("UK", "GB", "country"),
    ]:  # fmt: skip
        entries = table.find([fold_key(name)])[fold_key(name)]
        assert (country, kind) in {(entry.country, entry.kind) for entry in entries}, name


def _compile(directory: Path) -> str:
    return str(compile_gazetteer(directory))


def small(monkeypatch: pytest.MonkeyPatch, tables: Path, *, alias: str) -> None:
    """A gazetteer of some thousand real towns, so that compiling takes no time."""
    tables.mkdir()
    for table in ("countries.csv", "regions.csv", "admin.csv"):
        shutil.copy(module.OWN_TABLES / table, tables)
    (tables / "aliases.csv").write_text(f"country,name,admin1,aliases\nAD,{alias},,Testville\n", encoding="utf-8")
    towns = [town for town in itertools.islice(module.read_cities(), 20000) if town["countrycode"] == "AD"]
    assert towns
    monkeypatch.setattr(module, "read_cities", lambda: iter(towns))
    monkeypatch.setattr(module, "OWN_TABLES", tables)


def test_processes_that_start_at_once_compile_once_and_leave_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, tmp_path / "tables", alias="Encamp")
    with multiprocessing.get_context("fork").Pool(3) as pool:
        paths = set(pool.map(_compile, [tmp_path / "compiled"] * 3))
    assert len(paths) == 1
    assert sorted(path.suffix for path in (tmp_path / "compiled").iterdir()) == [".lock", ".sqlite"]
    entries = Gazetteer(Path(paths.pop())).find(["testville"])["testville"]
    assert [(entry.name, entry.country) for entry in entries] == [("Encamp", "AD")]


def test_an_alias_of_a_town_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, tmp_path / "tables", alias="Nowhereham")
    with pytest.raises(SettingError, match=r"aliases\.csv: no town of AD is called 'Nowhereham'"):
        compile_gazetteer(tmp_path / "compiled")
    assert not list((tmp_path / "compiled").glob("*.sqlite"))


def test_a_surname_in_capitals_is_no_town_when_it_stands_alone_later() -> None:
    text = "SAN SALVADOR -- COLONEL RENE PONCE SPOKE TO THE PRESS TODAY. PONCE SAID THAT THE ARMY WOULD STAY."
    assert [place.text for place in geoparse(text)] == ["SAN SALVADOR"]


def test_a_few_capitals_in_a_sentence_are_no_town() -> None:
    text = "An Albany SWAT team and the FAO were asked.\nGAO, Mali - Men of the DRC and the UAE were in B.C. on Monday."
    assert list(named(text)) == ["GAO", "Mali", "DRC", "UAE", "B.C."]
