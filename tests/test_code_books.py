"""The code-book exports: their columns in order, what they admit, and how they code what they hold."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pycountry
import pytest

from pipelines.events import merge
from tests.warehouse_records import DAY, actor, article, at, claim, incident, page, place, stage, tolls_of
from warehouse.layout import Layout
from warehouse.loader import SourceName, load_day
from warehouse.migrate import migrate
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Incident, Weapon

COLUMNS: dict[str, list[str]] = {
    name: [column.strip() for column in columns.replace("\n", " ").split(",")]
    for name, columns in tomllib.loads((Path(__file__).parent / "code_books.toml").read_text()).items()
}


def told(number: int, sub_event_type: str, **changes: Any) -> Incident:
    """An incident of one article, at a place of its own so that no two are merged."""
    where = place(f"Town {number}", 30.0 + number, 39.0, geonames_id=number, ucdp_precision=1)
    base = incident(number)
    values: dict[str, Any] = {
        "sub_event_type": sub_event_type, "place": where, "ucdp_date_precision": 1, "claims": (), "weapons": (),
    }  # fmt: skip
    values |= changes
    return replace(base, **values, tolls=tolls_of(values["claims"]))


def weapon(name: str, category: str) -> Weapon:
    return Weapon(text=name, start=0, end=len(name), name=name, category=category)


SOLDIERS = actor("Army of Examplia", sector="State forces")
REBELS = actor("Northern Front")
FARMERS = actor("farmers", "target", "Civilians")

#: When a paper in the west came out the day before; in UTC it is the next day by then.
EVENING: dict[str, Any] = {"published_at": at(DAY, 2), "published_day": DAY - timedelta(days=1)}

#: Number of the article -> what it tells.
TOLD = {
    1: told(1, "Armed clash", event_type="Battles", actors=(SOLDIERS, REBELS),
            claims=(claim(5, party_name="Northern Front"), claim(2, party_name="Army of Examplia"))),
    2: told(2, "Suicide bomb", event_type="Explosions/Remote violence", attributes=("bombing", "claimed", "suicide"),
            actors=(REBELS, FARMERS), weapons=(weapon("car bomb", "explosives"),),
            claims=(claim(9, party="women and children", party_name="farmers"), claim(20, "injured"))),
    3: told(3, "Air/drone strike", event_type="Explosions/Remote violence", actors=(SOLDIERS, FARMERS),
            weapons=(weapon("drone", "aircraft"),), claims=()),
    4: told(4, "Peaceful protest", event_type="Protests", actors=(actor("marchers", sector="Protesters"),),
            start_date=None, end_date=None, time_precision=None, **EVENING),
    5: told(5, "Attack", event_type="Violence against civilians", attributes=("assassination",), time_precision=2,
            ucdp_date_precision=3, start_date=DAY - timedelta(days=6), end_date=DAY,
            actors=(actor("gunmen", sector=None), actor("police chief", "target", "State forces")), claims=(claim(1),)),
}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    layout = Layout(tmp_path_factory.mktemp("code_books"))
    stage(
        layout,
        pages=[page(number) for number in TOLD],
        articles=[article(number, **EVENING) for number in TOLD],
        incidents=list(TOLD.values()),
    )
    courier = SourceName(source_id="courier", name="The Courier", home=None, country=None, language="en")
    load_day(layout, DAY, merge=merge, sources=[courier])
    publish(layout)
    with connect(layout) as opened:
        yield opened


def of(connection: duckdb.DuckDBPyConnection, view: str, number: int, place_column: str) -> dict[str, Any]:
    cursor = connection.execute(f"SELECT * FROM {view} WHERE \"{place_column}\" = 'Town {number}'")
    names = [column[0] for column in cursor.description or ()]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


@pytest.mark.parametrize("view", COLUMNS)
def test_an_export_has_the_columns_of_its_code_book(view: str, published: duckdb.DuckDBPyConnection) -> None:
    found = [column[0] for column in published.execute(f"SELECT * FROM {view} LIMIT 0").description or ()]
    assert found == COLUMNS[view]


def test_ucdp_holds_only_what_cost_lives(published: duckdb.DuckDBPyConnection) -> None:
    found = published.execute("SELECT where_coordinates FROM ucdp_ged ORDER BY ALL").fetchall()
    assert found == [("Town 1",), ("Town 2",), ("Town 5",)]


def test_ucdp_shares_the_dead_out_by_side(published: duckdb.DuckDBPyConnection) -> None:
    clash = of(published, "ucdp_ged", 1, "where_coordinates")
    sides = {clash["side_a"]: clash["deaths_a"], clash["side_b"]: clash["deaths_b"]}
    assert clash["type_of_violence"] == 1
    assert clash["best"] == 7
    assert sides == {"Army of Examplia": 2, "Northern Front": 5}
    assert clash["deaths_unknown"] == 0
    bombing = of(published, "ucdp_ged", 2, "where_coordinates")
    assert (bombing["type_of_violence"], bombing["deaths_civilians"], bombing["deaths_unknown"]) == (3, 9, 0)
    assert bombing["low"] <= bombing["best"] <= bombing["high"]


def test_ucdp_names_the_cell_of_prio_grid(published: duckdb.DuckDBPyConnection) -> None:
    # row 243 (31° N) and column 439 (39° E) of a grid of 720 columns, both counted from 1
    assert of(published, "ucdp_ged", 1, "where_coordinates")["priogrid_gid"] == 242 * 720 + 439


def test_gtd_leaves_out_states_and_protests(published: duckdb.DuckDBPyConnection) -> None:
    found = {row[0] for row in published.execute("SELECT location FROM gtd").fetchall()}
    assert {"Town 2", "Town 5"} <= found
    assert not {"Town 3", "Town 4"} & found


def test_gtd_codes_attack_target_and_weapon(published: duckdb.DuckDBPyConnection) -> None:
    bombing, killing = of(published, "gtd", 2, "location"), of(published, "gtd", 5, "location")
    assert (bombing["attacktype1"], bombing["weaptype1"], bombing["targtype1"]) == (3, 6, 14)
    assert (bombing["suicide"], bombing["claimed"], bombing["nkill"], bombing["nwound"]) == (1, 1, 9, 20)
    assert (killing["attacktype1_txt"], killing["targtype1_txt"]) == ("Assassination", "Police")
    assert (killing["iday"], killing["weaptype1_txt"]) == (0, "Unknown")


def test_plover_codes_type_mode_and_sectors(published: duckdb.DuckDBPyConnection) -> None:
    drone, march = of(published, "plover", 3, "Placename"), of(published, "plover", 4, "Placename")
    assert (drone["Event Type"], drone["Event Mode"]) == ("ASSAULT", "drone")
    assert (drone["Primary Actor Sector"], drone["Primary Recipient Sector"]) == ("MIL", "CVL")
    assert (march["Event Type"], march["Primary Actor Sector"]) == ("PROTEST", "OPP")
    assert of(published, "plover", 5, "Placename")["Primary Recipient Sector"] == "COP"


def test_airwars_grades_strikes_and_counts_by_group(published: duckdb.DuckDBPyConnection) -> None:
    bombing, drone = of(published, "airwars", 2, "location_name"), of(published, "airwars", 3, "location_name")
    assert (bombing["strike_status_name"], bombing["civilian_harm_status_name"]) == ("Declared strike", "Confirmed")
    assert (bombing["civilian_non_combatants_killed_min"], bombing["children_killed_max"]) == (9, 9)
    assert bombing["undetermined_injured_min"] == 20
    assert (drone["strike_status_slug"], drone["strike_type_name"]) == ("single-source-claim", "Drone strike")
    assert (drone["civilian_harm_reported"], drone["civilian_harm_status_name"]) == ("No", None)


def test_acled_dates_a_week_by_its_midpoint(published: duckdb.DuckDBPyConnection) -> None:
    assert of(published, "acled", 5, "location")["event_date"] == DAY - timedelta(days=3)
    assert of(published, "acled", 1, "location")["event_date"] == TOLD[1].start_date


def test_an_article_is_of_the_day_on_which_its_publisher_had_it(published: duckdb.DuckDBPyConnection) -> None:
    day = EVENING["published_day"]
    assert of(published, "plover", 2, "Placename")["Publication Date"] == day
    assert of(published, "ucdp_ged", 2, "where_coordinates")["source_date"] == str(day)
    assert f", {day}, " in of(published, "gtd", 2, "location")["scite1"]
    assert of(published, "events", 4, "place_name")["day"] == day  # told without a date


def test_the_loss_report_tells_of_every_column(published: duckdb.DuckDBPyConnection) -> None:
    told = published.execute(
        "SELECT code_book, column_name, filled, lost, never_filled, meaning FROM code_book_losses"
    ).fetchall()
    assert len(told) == sum(map(len, COLUMNS.values()))
    for code_book, column, filled, lost, never, meaning in told:
        assert meaning, f"{code_book}.{column} has no comment"
        assert not (never and filled), f"{code_book}.{column} is said to be null, and is not"
        assert filled + lost > 0


def test_countries_are_those_of_iso_3166() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        found = connection.execute("SELECT alpha_2, alpha_3, iso, name FROM countries").fetchall()
    known = {
        (country.alpha_2, country.alpha_3, int(country.numeric), getattr(country, "common_name", country.name))
        for country in pycountry.countries
    }
    assert set(found) == known
