"""What merging costs as the window grows: synthetic incidents of four weeks through the real merge.

A window does not grow longer: more towns are in the news. Towns are drawn about as often as Zipf would have it, and a
tenth of the tellings name only the division or the country. ``denser``: instead the same few towns are in the news
most, so that the busiest has a hundred times as many events a day when there are a hundred times as many incidents.
``pile``: all in one town on one day, between parties whose names tell most events apart.

    python -m benchmarks.events.scale 1000000 [denser|pile]   # one size, as JSON
"""

from __future__ import annotations

import gc
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal, cast

from warehouse.records import Actor, Claim, Evidence, Incident, Place, Toll, content_id

DAYS: Final = 28
START: Final = date(2031, 3, 1)
COUNTRIES: Final = 100
#: By how many outlets an event is told: one of these.
TOLD: Final = (1, 1, 1, 2, 2, 3, 4, 6, 9, 15)
TYPES: Final = (
    ("Explosions/Remote violence", "Air/drone strike"),
    ("Explosions/Remote violence", "Remote explosive/landmine/IED"),
    ("Explosions/Remote violence", "Shelling/artillery/missile attack"),
    ("Battles", "Armed clash"),
    ("Violence against civilians", "Attack"),
    ("Protests", "Peaceful protest"),
)
VICTIMS: Final = ("market", "soldiers", "farmers", "bus", "school", "police", "villagers", "people", "convoy", "church")


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    country: str
    admin1: str
    latitude: float
    longitude: float


Spread = Literal["wider", "denser", "pile"]


def incidents(count: int, spread: Spread = "wider") -> Iterator[Incident]:
    """So many, article by article; the same ones each time."""
    chance = random.Random(count)
    towns = [_town(number, chance) for number in range(1 if spread == "pile" else max(50, count // 20))]
    level = 20 if spread == "denser" else len(towns) / 25
    weights = list(accumulate(1 / (number + level) for number in range(len(towns))))
    made = number = 0
    while made < count:
        number += 1
        town, kind = chance.choices(towns, cum_weights=weights)[0], chance.choice(TYPES)
        day = START + timedelta(days=chance.randrange(1 if spread == "pile" else DAYS))
        killed = int(chance.expovariate(0.15))
        group, victims = f"{town.country} Front {chance.randrange(3)}", chance.choice(VICTIMS)
        if spread == "pile":
            group, victims = (f"{kind} {''.join(chance.choices('ABCDEFGHIJ', k=6))}" for kind in ("Front", "Guard"))
        for telling in range(min(chance.choice(TOLD), count - made)):
            made += 1
            yield _told(f"{number} {telling}", town, kind, day, killed + telling // 3, group, victims, chance)


def _town(number: int, chance: random.Random) -> _Town:
    country = chance.randrange(COUNTRIES)
    north, east = 60 - 12 * (country // 10), -180 + 36 * (country % 10)
    return _Town(
        f"Town {number}",
        f"C{country}",
        f"Division {chance.randrange(20)}",
        north + chance.uniform(0, 8),
        east + chance.uniform(0, 12),
    )


def _told(
    key: str,
    town: _Town,
    kind: tuple[str, str],
    day: date,
    killed: int,
    group: str,
    victims: str,
    chance: random.Random,
) -> Incident:
    vague = chance.random()
    region = town.admin1 if vague < 0.07 else town.country if vague < 0.1 else None
    place = Place(
        text=region or town.name, start=0, end=9, name=region or town.name, admin1=None if region else town.admin1,
        country=town.country, latitude=town.latitude, longitude=town.longitude, geo_precision=3 if region else 1,
        ucdp_precision=4 if region == town.admin1 else 6 if region else 1,
    )  # fmt: skip
    told = chance.random() < 0.8
    claim = Claim(
        claim_id=key, party=victims, party_start=None, party_end=None, party_name=victims, outcome="killed",
        count_min=killed, count_max=killed, quantifier=str(killed), start=0, end=9, quote=f"{killed} {victims} dead",
    )  # fmt: skip
    sides = [Actor(role="target", text=victims, start=0, end=9, name=victims, sector="Civilians")]
    if group.startswith("Front") or chance.random() < 0.5:  # who fought is what a pile is told apart by
        sides.append(Actor(role="actor", text=group, start=0, end=9, name=group, sector="Rebel group"))
    dated = chance.random() < 0.8
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(hours=chance.randrange(40))
    article = content_id(key, at)
    return Incident(
        incident_id=content_id("incident", article), event_type=kind[0], sub_event_type=kind[1], status="happened",
        confidence=0.8, start_date=day if dated else at.date(), end_date=day if dated else at.date(),
        time_precision=1 if dated else 2, place=place, actors=tuple(sides), claims=(claim,) if told else (),
        tolls=(Toll(outcome="killed", count_min=killed, count_max=killed),) if told else (),
        evidence=(Evidence(field="event_type", start=0, end=6, quote=kind[1]),), summary=f"Report {key}.",
        article_id=article, revision=article, source_id=f"outlet-{chance.randrange(200)}", crawl_day=at.date(),
        published_at=at,
    )  # fmt: skip


def measure(count: int, spread: Spread = "wider") -> dict[str, float]:
    """CPU seconds of merging, and peak memory (MB) with the incidents alone and once they are merged."""
    from pipelines.events import merge

    given = list(incidents(count, spread))
    gc.collect()
    before = peak_mb()
    started = time.process_time()
    events = merge(given)
    seconds = time.process_time() - started
    return {"seconds": seconds, "events": len(events), "given MB": before, "MB": peak_mb()}


def peak_mb() -> float:
    """Peak memory of this process so far, in MB."""
    status = Path("/proc/self/status")  # what a parent needed counts in ru_maxrss
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))):
        return int(found[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def scale(sizes: tuple[int, ...]) -> dict[str, float | int | str]:
    """Each size in a process of its own; times as ratios to the first."""
    figures: dict[str, float | int | str] = {}
    first = 0.0
    for count in sizes:
        command = [sys.executable, "-m", "benchmarks.events.scale", str(count)]
        done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        each = 1e6 * done["seconds"] / count
        first = first or each
        name = f"{count:,} incidents"
        figures[f"{name}: events"] = done["events"]
        figures[f"{name}: CPU s"] = round(done["seconds"], 2)
        figures[f"{name}: CPU us an incident"] = round(each, 1)
        figures[f"{name}: that, to {sizes[0]:,} incidents"] = round(each / first, 2)
        figures[f"{name}: peak MB, the incidents alone"] = round(done["given MB"])
        figures[f"{name}: peak MB"] = round(done["MB"])
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), *cast(list[Spread], sys.argv[2:3]))))
