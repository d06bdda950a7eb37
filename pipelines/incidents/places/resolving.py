"""Places named in a text, each put on the map or honestly left off it, with the reason.

``geoparse`` finds and resolves; ``resolve`` takes spans that someone else found. A name may mean
fifty towns: population, what the text says around it ("Aleppo, Syria"), the countries and towns it
names elsewhere and the publisher's country choose, and the choice carries a confidence.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from pipelines.globe import EARTH_KM
from pipelines.incidents.places.gazetteer import Entry, Gazetteer, gazetteer
from pipelines.incidents.places.keys import fold_key, is_transliteration, likeness
from pipelines.incidents.places.lookup import Mention, mentions_at
from pipelines.incidents.places.mentions import find_mentions
from pipelines.incidents.precision import where_precision

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: Candidates weighed for one name, best first by themselves.
MOST_CANDIDATES: Final = 14
#: Weights of the score, in units of a tenfold population (chosen on half of the scoring kit, checked on the other).
PER_DECADE: Final = 1.0
KIND_SCORE: Final = {
    "country": 10.5, "demonym": 10.0, "continent": 9.5, "region": 8.5, "place": 7.0, "admin1": 4.6,
    "admin2": 3.2, "city": 0.0,
}  # fmt: skip
#: Their first-level divisions are named in the news as countries are ("Texas"); others mostly as "X province".
KNOWN_BY_DIVISION: Final = frozenset({"US", "CA", "AU", "GB"})
DIVISION_KNOWN: Final = 2.0
CAPITAL: Final = 1.5
MAIN_NAME: Final = 1.0
UNLIKE_NAME: Final = 2.0
CONTAINED: Final = 6.0
NEARBY: Final = 2.4  # towns and divisions named elsewhere in the text
SAME_COUNTRY: Final = 1.3
PUBLISHER: Final = 1.5
WANTED_KIND: Final = 4.0
STATES: Final = 0.3
REACH_KM: Final = 120.0  # how far support from another place carries
DATELINE: Final = 100  # characters at the head of a text in which it says where it was written
ROUNDS: Final = 3
KNOWN_ANYWHERE: Final = 200_000  # people of a town that news of other countries may call by another spelling
#: Below this share for the winner the name is ambiguous; below this confidence there is no match.
LEAST_CONFIDENCE: Final = 0.2
#: Log odds against a capitalised word of the gazetteer being a place, before anything speaks for it; none for a
#: span that someone else says is a place. Both make ``confidence`` the share that was right (docs/places.md).
DOUBT: Final = 2.0
#: Confidence that a name the text calls a village is one, when the gazetteer lacks it.
UNKNOWN_PLACE: Final = 0.5
_PRECISION: Final = {
    "city": 1,
    "place": 1,
    "admin2": 2,
    "admin1": 3,
    "region": 3,
    "country": 3,
    "demonym": 3,
    "continent": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceContext:
    """What is known besides the text. ``country``: the publisher's (ISO 3166 alpha-2, as the source declares)."""

    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A place as written and as resolved; ``latitude`` None: named, but not on our map.

    ``feature``: city, admin1, admin2, country, region, continent, or demonym ("Syrian": says whose,
    not where). ``geo_precision`` is ACLED's: 1 town, 2 near a town or a small region, 3 a larger
    region; ``ucdp_precision`` is UCDP's (``precision.py``). ``confidence`` 0..1 that this is the place
    meant; ``reason`` tells why this one.
    """

    start: int
    end: int
    text: str
    name: str
    geonames_id: int | None = None
    admin1: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    feature: str | None = None
    geo_precision: int | None = None
    ucdp_precision: int | None = None
    population: int = 0
    confidence: float = 0.0
    reason: str = ""


def geoparse(text: str, *, context: PlaceContext | None = None, doc: Doc | None = None) -> list[Toponym]:
    """Every place the text names, in order, never overlapping; ``text[start:end]`` are its words.

    ``doc``: a spaCy Doc of the same text, whose entities then help to tell people from places.
    """
    table = gazetteer()
    mentions = find_mentions(text, table, doc=doc)
    return [toponym for toponym in _settle(text, mentions, context, table) if toponym is not None]


def resolve(
    text: str, spans: Iterable[tuple[int, int]], *, context: PlaceContext | None = None, doc: Doc | None = None
) -> list[Toponym | None]:
    """The place each given span names, None where there is no match; the rest of the text gives context."""
    table = gazetteer()
    given = mentions_at(text, spans, table)
    others = [
        mention
        for mention in find_mentions(text, table, doc=doc)
        if not any(mention.start < other.end and other.start < mention.end for other in given)
    ]
    return _settle(text, [*given, *others], context, table, given=len(given))[: len(given)]


@dataclass(slots=True)
class _Name:
    """All mentions of one name in the text: they mean one place."""

    mentions: list[Mention]
    entries: list[Entry]
    score: npt.NDArray[np.float64]
    reasons: list[list[str]]
    share: npt.NDArray[np.float64]


def _settle(
    text: str,
    mentions: Sequence[Mention],
    context: PlaceContext | None,
    table: Gazetteer,
    given: int = 0,
) -> list[Toponym | None]:
    names = _names(mentions, context, table)
    if names:
        _weigh(list(names.values()), names)
    told = {entry.country for entry in map(_best, names.values()) if entry.kind in {"country", "demonym"}}
    settled: list[Toponym | None] = []
    for number, mention in enumerate(mentions):
        name = names.get(_group(mention))
        if name is not None and number >= given and _is_far_fetched(mention, _best(name), told):
            name = None
        settled.append(_toponym(mention, name, table, given=number < given))
    return settled


def _best(name: _Name) -> Entry:
    return name.entries[int(name.score.argmax())]


def _is_far_fetched(mention: Mention, entry: Entry, told: Collection[str | None]) -> bool:
    """Whether only a small town of a country that the text does not name is called so, by another spelling: where it
    names countries, a village of theirs is meant that the table lacks ("Zike in Nigeria" is not Syke in Germany)."""
    elsewhere = bool(told) and entry.country not in told and entry.kind == "city"
    small = entry.population < KNOWN_ANYWHERE
    return elsewhere and small and not (entry.main or is_transliteration(mention.text, entry.name, entry.country))


def _group(mention: Mention) -> tuple[str, str, str]:
    # one sense a name and text, but "Orange County" and "Orange", "Paris, Texas" and "Paris" are weighed apart
    inside = fold_key(mention.inside.text) if mention.inside else ""
    return fold_key(mention.text), mention.wants if mention.wants in {"county", "province"} else "", inside


def _names(
    mentions: Sequence[Mention], context: PlaceContext | None, table: Gazetteer
) -> dict[tuple[str, str, str], _Name]:
    grouped: dict[tuple[str, str, str], list[Mention]] = {}
    for mention in mentions:
        if mention.entries:
            grouped.setdefault(_group(mention), []).append(mention)
    names: dict[tuple[str, str, str], _Name] = {}
    for group, members in grouped.items():
        scored = [_score(entry, members, context) for entry in members[0].entries]
        order = sorted(range(len(scored)), key=lambda i: (-scored[i][0], members[0].entries[i].place))[:MOST_CANDIDATES]
        names[group] = _Name(
            members,
            [members[0].entries[i] for i in order],
            np.array([scored[i][0] for i in order]),
            [scored[i][1] for i in order],
            np.zeros(len(order)),
        )
    # a bare name takes the sense of the same name that says where it lies ("Paris, Texas ... Paris")
    for (key, wants, inside), name in names.items():
        for (other_key, other_wants, other_inside), other in names.items():
            larger = other.mentions[0].inside
            if key != other_key or wants != other_wants or inside or not other_inside or larger is None:
                continue
            best = other.entries[int(other.score.argmax())]
            for number, entry in enumerate(name.entries):
                if entry.place == best.place:
                    name.score[number] += CONTAINED
                    name.reasons[number].append(f"the text says “{other.mentions[0].text}, {larger.text}”")
    return names


def _score(entry: Entry, members: Sequence[Mention], context: PlaceContext | None) -> tuple[float, list[str]]:
    """A candidate by itself: size, kind, spelling, and what stands beside the name."""
    reasons: list[str] = []
    score = KIND_SCORE[entry.kind]
    if entry.kind == "city":
        score += PER_DECADE * math.log10(entry.population + 100)
    elif entry.kind == "admin1":
        score += DIVISION_KNOWN * (entry.country in KNOWN_BY_DIVISION)
    score += CAPITAL * entry.capital
    if entry.main or is_transliteration(members[0].text, entry.name, entry.country):
        score += MAIN_NAME
    elif entry.kind == "city":
        # a former or far-off name of a town is seldom what is meant
        score -= UNLIKE_NAME * (1 - likeness(members[0].text, entry.name))
    first = members[0]
    if first.sounds:
        # by sound alone: the letters must still be much alike
        score += 6 * (likeness(first.text, entry.name) - 0.8)
        reasons.append(f"sounds like {entry.name}")
    wants = next((mention.wants for mention in members if mention.wants), "")
    kinds = {"county": ("admin2",), "province": ("admin1", "region"), "district": ("admin2", "city"), "city": ("city",)}
    if wants in kinds:
        if entry.kind in kinds[wants]:
            score += WANTED_KIND
            reasons.append(f"the text calls it a {wants}")
        elif entry.kind not in {"country", "region"} or wants == "city":
            score -= 1.0
    if context is not None and context.country and entry.country == context.country:
        score += PUBLISHER
        reasons.append("in the publisher's country")
    for mention in members:
        if mention.inside is not None:
            within = [
                larger
                for larger in mention.inside.entries
                if larger.country == entry.country
                and larger.kind in {"country", "admin1", "admin2", "region"}
                and (larger.kind == "country" or larger.admin1 in (None, entry.admin1))
            ]
            if within and entry.kind not in {"country", "continent", "demonym"}:
                score += CONTAINED
                reasons.append(f"the text puts it in {mention.inside.text}")
            break
    return score, reasons


def _weigh(names: list[_Name], grouped: dict[tuple[str, str, str], _Name]) -> None:
    """Let the names of a text support each other: towns near each other, divisions, countries."""
    owner = np.concatenate([np.full(len(name.entries), number) for number, name in enumerate(names)])
    entries = [entry for name in names for entry in name.entries]
    own = np.concatenate([name.score for name in names])
    near, same = _kinship(entries)
    # a country named ten times, or in the dateline, is what the text is about
    weight = np.concatenate([np.full(len(name.entries), _weight(name.mentions)) for name in names])
    apart = owner[:, None] != owner[None, :]
    near *= apart
    same *= apart
    bounds = np.cumsum([0, *(len(name.entries) for name in names)])
    total = own.copy()
    share = _shares(total, bounds)
    support = np.zeros_like(own)
    for _ in range(ROUNDS):
        support = NEARBY * np.log1p(3 * (near @ share)) + SAME_COUNTRY * np.log1p(same @ (share * weight))
        total = own + support
        share = _shares(total, bounds)
    for number, name in enumerate(names):
        low, high = bounds[number], bounds[number + 1]
        name.score, name.share = total[low:high], share[low:high]
        best = int(name.score.argmax())
        others = np.array([entry.place != name.entries[best].place for entry in entries])
        helped = (near[low + best] + 0.3 * same[low + best]) * share * others
        if len(name.entries) > 1 and float(helped.max()) > 0.1:
            name.reasons[best].append(f"{entries[int(helped.argmax())].name} is in the text too")


def _weight(mentions: Sequence[Mention]) -> float:
    return (1 + math.log(len(mentions))) * (2.0 if mentions[0].start < DATELINE else 1.0)


def _shares(score: npt.NDArray[np.float64], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    share = np.empty_like(score)
    for low, high in itertools.pairwise(bounds):
        lifted = np.exp(1.5 * (score[low:high] - score[low:high].max()))
        share[low:high] = lifted / lifted.sum()
    return share


def _kinship(entries: Sequence[Entry]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For each pair of candidates: how near (1 at one point, 1 inside each other), and whether one country."""
    where = np.radians(np.array([(entry.latitude, entry.longitude) for entry in entries]))
    x = np.cos(where[:, 0]) * np.cos(where[:, 1])
    y = np.cos(where[:, 0]) * np.sin(where[:, 1])
    points = np.stack([x, y, np.sin(where[:, 0])], axis=1)
    chord = np.sqrt(np.clip(2 - 2 * points @ points.T, 0, 4))
    kilometres = 2 * EARTH_KM * np.arcsin(chord / 2)
    small = np.array([entry.kind in {"city", "admin2"} for entry in entries])
    near = np.exp(-kilometres / REACH_KM) * (small[:, None] & small[None, :])
    countries = np.array([entry.country or f"-{number}" for number, entry in enumerate(entries)])
    divisions = np.array(
        [f"{entry.country}.{entry.admin1}" if entry.admin1 else f"-{number}" for number, entry in enumerate(entries)]
    )
    one_division = divisions[:, None] == divisions[None, :]
    named = np.array([entry.kind == "admin1" for entry in entries])
    one_country = countries[:, None] == countries[None, :]
    near = np.maximum(near, np.where(one_division & (named[:, None] | named[None, :]), 1.0, 0.15 * one_division))
    # a list of states speaks for each being a state
    near = np.maximum(near, STATES * (one_country & named[:, None] & named[None, :]))
    return near, one_country.astype(float)


def _toponym(mention: Mention, name: _Name | None, table: Gazetteer, *, given: bool) -> Toponym | None:
    if name is None or not name.entries:
        # "the village of Khasham": a place for sure, but one our table lacks
        if not mention.why:
            return None
        return Toponym(
            start=mention.start,
            end=mention.end,
            text=mention.text,
            name=mention.text,
            confidence=UNKNOWN_PLACE,
            reason=f"{mention.why[0]}; the gazetteer does not have it",
        )
    best = int(name.score.argmax())
    entry = name.entries[best]
    # how sure that it is a place, times how sure which
    share = float(sum(part for part, other in zip(name.share, name.entries, strict=True) if _same_spot(entry, other)))
    best_said = max(other.evidence for other in name.mentions)  # where the text is clearest about it
    evidence = (mention.evidence + best_said) / 2
    doubt = 0.0 if given else DOUBT
    is_place = 1 / (1 + math.exp(doubt - 1.2 * evidence - 0.25 * (name.score[best] - 4.5)))
    confidence = round(is_place * share * (0.7 if mention.sounds else 1.0), 3)
    if confidence < LEAST_CONFIDENCE and not given:
        return None
    reasons = list(dict.fromkeys(name.reasons[best])) or [_plain_reason(entry, len(name.entries))]
    precision = _PRECISION[entry.kind]
    if mention.relation:
        precision = max(precision, 2)
        reasons.append(f"“{mention.relation}”: not the place itself")
    elif mention.direction and entry.kind in {"country", "admin1"}:
        reasons.append(f"the {mention.direction} part of it")
    elif mention.wants == "point" and precision == 1:
        precision = 2
    return Toponym(
        start=mention.start,
        end=mention.end,
        text=mention.text,
        name=entry.name,
        geonames_id=entry.geonames_id,
        admin1=entry.name if entry.kind == "admin1" else table.admin1_name(entry.country, entry.admin1),
        country=entry.country,
        latitude=entry.latitude,
        longitude=entry.longitude,
        feature=entry.kind,
        geo_precision=precision,
        ucdp_precision=where_precision(
            entry.kind,
            entry.name,
            entry.country,
            beside=bool(mention.relation) or mention.wants == "point",
            part=bool(mention.direction),
            division=mention.wants == "province",
        ),
        population=entry.population,
        confidence=confidence,
        reason="; ".join(reasons),
    )


def _same_spot(one: Entry, other: Entry) -> bool:
    """Whether taking one for the other puts the place wrong by little: Aleppo the town or its province."""
    return (
        one.country == other.country and abs(one.latitude - other.latitude) + abs(one.longitude - other.longitude) < 1
    )


def _plain_reason(entry: Entry, candidates: int) -> str:
    if candidates == 1:
        return "the only place of that name we know"
    return (
        f"the most populous of {candidates} places of that name"
        if entry.kind == "city"
        else f"the {entry.kind} of that name"
    )
