"""Why country and day are wrong: ``python -m benchmarks causes setting``, of the incidents aligned in MUC-4's dev.

Two tables, the country's and the day's: each incident by where its text names the right one (down) and by what ours
came from (across), right ones of all. The oracle is the share were ours right wherever the text names the right one.
Needs the scoring kit: ``PYTHONPATH=../shared/eval:.``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from benchmarks.adapters import _flat
from pipelines.incidents.extract import Reading, incidents_of, read
from warehouse.records import Incident

#: Where the right one stands: the first that holds is counted.
STANDS = ("in its deeds' sentences", "elsewhere in the text", "only the day of publication", "nowhere")
#: What ours came from.
FROM = ("its deeds' sentences", "the dateline", "another sentence", "no words")
#: A longer span names no day.
_SPAN = timedelta(days=31)

#: Where the right one stands, what ours came from, whether ours is right -> incidents.
Counts = Counter[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Told:
    """An incident of ours aligned with one of the key's. ``countries``: the key's (ISO 3166 alpha-2), any of them
    right; ``is_day``: whether a day is right by the key. Empty and None: the key does not say."""

    incident: Incident
    reading: Reading
    countries: frozenset[str]
    is_day: Callable[[date], bool] | None


def tally(told: Iterable[Told]) -> tuple[Counts, Counts]:
    """The countries' counts and the days'."""
    countries: Counts = Counter()
    days: Counts = Counter()
    for each in told:
        incident, places = each.incident, each.reading.places
        if each.countries:
            at = [place.start for place in (*places.named, *places.whose) if place.country in each.countries]
            right = incident.place is not None and incident.place.country in each.countries
            countries[_stands(each, at), _from(each, "place"), right] += 1
        if each.is_day is not None:
            at = [m.start for m in each.reading.dates if any(map(each.is_day, _days(m.start_date, m.end_date)))]
            published = incident.published_day is not None and each.is_day(incident.published_day)
            right = incident.end_date is not None and each.is_day(incident.end_date)
            days[_stands(each, at, published), _from(each, "start_date"), right] += 1
    return countries, days


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)] if last - first < _SPAN else []


def _sentences(each: Told) -> list[tuple[int, int]]:
    """The sentences that hold the incident's deeds."""
    deeds = {words.start for words in each.incident.evidence if words.field == "event_type"}
    return [deed.sentence for group in each.reading.groups for deed in group.deeds if deed.trigger.start in deeds]


def _stands(each: Told, at: Iterable[int], published: bool = False) -> str:
    here = list(at)
    if any(first <= start < last for start in here for first, last in _sentences(each)):
        return STANDS[0]
    return STANDS[1] if here else STANDS[2] if published else STANDS[3]


def _from(each: Told, field: str) -> str:
    words = next((words for words in each.incident.evidence if words.field == field), None)
    if words is None:
        return FROM[3]
    first, last = each.reading.places.opening
    if first <= words.start < last:
        return FROM[1]
    return FROM[0] if any(a <= words.start < b for a, b in _sentences(each)) else FROM[2]


def oracle(counts: Counts) -> float:
    """The share right, were ours right wherever the text names the right one."""
    return sum(n for (stands, _, right), n in counts.items() if right or stands in STANDS[:2]) / counts.total()


def muc(every: int = 1) -> Iterator[Told]:
    """The aligned incidents of MUC-4's ``dev``, of every so manieth text."""
    import numpy as np
    from ieval import muc_data, score_muc4
    from scipy.optimize import linear_sum_assignment

    keys = muc_data.load_keys("dev")
    for number, (name, row) in enumerate(muc_data.load_texts("dev").items()):
        if number % every or not keys[name]:
            continue
        opening = f"{row['place']} -- " if row["place"] else ""
        text = opening + row["text"]
        day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row["date"] else None
        reading = read(text, day)
        ours = [] if reading is None else incidents_of(reading, day)
        flat = [score_muc4.from_incident(_flat(one, len(opening), text)) for one in ours]
        scored = [(one, each) for one, each in zip(ours, flat, strict=True) if each]
        if reading is None or not scored:
            continue
        fits = np.array([[score_muc4.pair_score(each, key) for key in keys[name]] for _, each in scored])
        for mine, theirs in zip(*linear_sum_assignment(-fits), strict=True):
            key = keys[name][theirs]
            if fits[mine, theirs] < 2:  # as the scorer aligns them
                continue
            countries = {score_muc4.CC.get(place[0][0]) for place in key["locations"] if place} - {None}

            def is_day(day: date, key: dict[str, object] = key) -> bool:
                return bool(score_muc4.date_ok({"date": day.isoformat()}, key))

            yield Told(scored[mine][0], reading, frozenset(countries), is_day if key["dates"] else None)


def main(every: int = 1) -> None:
    """Print both tables."""
    for name, counts in zip(("country", "day"), tally(muc(every)), strict=True):
        right = sum(n for (_, _, good), n in counts.items() if good)
        print(f"| {name}: right {right / counts.total():.3f}, oracle {oracle(counts):.3f} | " + " | ".join(FROM) + " |")
        print("|" + "---|" * (len(FROM) + 1))
        for stands in STANDS:
            cells = [(counts[stands, source, True], counts[stands, source, False]) for source in FROM]
            print(f"| {stands} | " + " | ".join(f"{good} of {good + bad}" for good, bad in cells) + " |")
        print(flush=True)
