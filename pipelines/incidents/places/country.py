"""The country a text is about, by all it names: what helps where an incident's own words do not say.

A report that names a small far-off town says in which country it lies; a homonym alone in its country, in a text
about another one, is that country's own village, which the gazetteer lacks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipelines.incidents.actors import ActorMention
from pipelines.incidents.places.resolving import Toponym

#: What a name says for its country: a demonym or a side may be abroad, a town may be a homonym.
_SAYS: Final = {"country": 1.0, "admin1": 1.0, "region": 1.0, "admin2": 0.6, "city": 0.7, "demonym": 0.4}
_ACTOR_SAYS: Final = 0.4
_SMALL_TOWN_SAYS: Final = 0.3
#: A dateline names the bureau, which may be abroad.
_BUREAU_SAYS: Final = 0.5
#: "MADRID (Spain)" says the country twice over; agencies write it for bureaus abroad above all.
_BUREAUS_COUNTRY_SAYS: Final = 0.1
_SMALL: Final = 100_000
#: A country needs so much said for it, and, where that is less than plenty, so many times what the next one has.
_LEAST: Final = 0.15
_PLENTY: Final = 1.0
_SURE: Final = 2.0
_AHEAD: Final = 1.3
#: It takes a town in from another country when so many times more is said for it.
_TAKES: Final = 2.5
#: And a small town from a country that other names speak for too.
_TAKES_NAMED: Final = 3.0
#: A town of so many people is known without its country.
_KNOWN: Final = 500_000
#: So many for a namesake that the text's country may mean.
LARGE: Final = 100_000
#: The larger place told beside a name lies within so many characters.
_BESIDE: Final = 60
#: Confidence that the text's country is the incident's, where its own words name none.
GUESSED: Final = 0.45


@dataclass(frozen=True, slots=True)
class About:
    """The country a text is about (ISO 3166 alpha-2) and the words ``text[start:end]`` that say it best.

    ``named``: the countries that more than small towns speak for. ``weights``: how much is said for each country;
    ``names``: by which names.
    """

    country: str
    start: int
    end: int
    named: frozenset[str]
    weights: dict[str, float]
    names: dict[str, frozenset[str]]

    @property
    def sure(self) -> bool:
        """Whether more is said for the country than a town and a people's name together can say."""
        return self.weights[self.country] >= _SURE


#: A country, a name that speaks for it -> what each mention of the name says, and where it stands.
_Voices = dict[tuple[str, str], list[tuple[float, int, int]]]


def about(
    places: Sequence[Toponym], actors: Sequence[ActorMention], length: int, opening: tuple[int, int] = (0, 0)
) -> About | None:
    """The country most is said for, a name told again counting little; None where nothing prevails.

    ``length``: only words before it can be quoted (those behind it stand beside the text). ``opening``:
    where the dateline stands.
    """
    said, named = _voices(places, actors, opening)
    weights = _weights(said)
    if not weights:
        return None
    best = max(weights, key=lambda country: (weights[country], country))
    quotable = [
        (weight, -start, end)
        for (country, _), voices in said.items()
        if country == best
        for weight, start, end in voices
        if end <= length
    ]
    next_best = max((weight for country, weight in weights.items() if country != best), default=0.0)
    thin = weights[best] < _PLENTY and weights[best] < _AHEAD * next_best
    if weights[best] < _LEAST or thin or not quotable:
        return None
    _, start, end = max(quotable)
    return About(best, -start, end, frozenset(named), weights, _names(said))


def _voices(
    places: Sequence[Toponym], actors: Sequence[ActorMention], opening: tuple[int, int]
) -> tuple[_Voices, set[str]]:
    """What each name says for its country, and the countries that more than small towns speak for."""
    said: _Voices = {}
    named: set[str] = set()
    for place in places:
        if place.country is not None and place.feature in _SAYS:
            says = _SMALL_TOWN_SAYS if place.feature == "city" and place.population < _SMALL else _SAYS[place.feature]
            if place.feature != "city" or place.population >= _KNOWN:
                named.add(place.country)
            if opening[0] <= place.start < opening[1]:
                says *= _BUREAU_SAYS if place.feature == "city" else _BUREAUS_COUNTRY_SAYS
            voice = (says * place.confidence, place.start, place.end)
            said.setdefault((place.country, place.name), []).append(voice)
    for actor in actors:
        inside = any(place.start < actor.end and actor.start < place.end for place in places)
        if actor.country is not None and not inside:  # "Ethiopian forces" says it once
            named.add(actor.country)
            voice = (_ACTOR_SAYS * actor.confidence, actor.start, actor.end)
            said.setdefault((actor.country, actor.name), []).append(voice)
    return said, named


def _weights(said: _Voices) -> dict[str, float]:
    weights: dict[str, float] = {}
    for (country, _), voices in said.items():
        weights[country] = weights.get(country, 0.0) + max(voices)[0] * (1 + math.log(len(voices)))
    return weights


def _names(said: _Voices) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for country, name in said:
        names.setdefault(country, set()).add(name)
    return {country: frozenset(found) for country, found in names.items()}


def rivals(
    places: Sequence[Toponym], actors: Sequence[ActorMention], opening: tuple[int, int] = (0, 0)
) -> dict[str, str]:
    """Towns for whose country nothing else speaks, by name, with the country that all else speaks for: "Tripoli" where
    Lebanese soldiers and a Lebanese minister are told of. They may be that country's town of the name."""
    said, _ = _voices(places, actors, opening)
    names = _names(said)
    towns = {place.name for place in places if place.feature == "city"}
    alone = {country: next(iter(found)) for country, found in names.items() if len(found) == 1 and found <= towns}
    weights = {country: weight for country, weight in _weights(said).items() if country not in alone}
    ranked = sorted(weights, key=lambda country: (-weights[country], country))
    if not ranked or weights[ranked[0]] < _LEAST:
        return {}
    if len(ranked) > 1 and weights[ranked[0]] < _AHEAD * weights[ranked[1]]:
        return {}
    return dict.fromkeys(alone.values(), ranked[0])


def out_of_place(place: Toponym, topic: About, called_small: bool = False) -> bool:
    """Whether a town or division lies where nothing else of the text does, and is too small to be known without its
    country, or ``called_small`` (a village); or a small town where little else does."""
    if place.country is None or place.country == topic.country or place.feature not in ("city", "admin1", "admin2"):
        return False
    ahead = topic.weights[topic.country] / max(topic.weights.get(place.country, 0.0), 1e-9)
    if place.country not in topic.named or topic.names.get(place.country) == frozenset({place.name}):
        known = place.feature == "city" and place.population >= _KNOWN and not called_small
        return not known and ahead >= _TAKES
    return place.feature == "city" and place.population < _SMALL and ahead >= _TAKES_NAMED


def put_in(place: Toponym, topic: About, places: Sequence[Toponym]) -> Toponym:
    """The place in the text's own country: at the larger place told beside it, else without a point."""
    near = [
        other
        for other in places
        if other.country == topic.country
        and other.latitude is not None
        and other.feature in ("city", "admin1", "admin2", "region")
        and 0 <= other.start - place.end <= _BESIDE
    ]
    larger = near[0] if near else None
    return replace(
        place,
        name=place.text,
        geonames_id=None,
        country=topic.country,
        admin1=larger.admin1 if larger else None,
        latitude=larger.latitude if larger else None,
        longitude=larger.longitude if larger else None,
        geo_precision=(larger.geo_precision if larger.feature == "admin1" else 2) if larger else 3,
        ucdp_precision=max(2, larger.ucdp_precision or 2) if larger else 6,
        confidence=min(place.confidence, GUESSED),
        reason=f"the gazetteer has no such place in {topic.country}, which the text is about"
        + (f"; put at {larger.text!r}, told beside it" if larger else ""),
    )
