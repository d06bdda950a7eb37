"""Where: the place of an incident, chosen among those the text names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.incidents.actors import demonyms
from pipelines.incidents.dates.choosing import SAID, hangs
from pipelines.incidents.deeds import Deed
from pipelines.incidents.groups import Group, kilometres, telling
from pipelines.incidents.places.country import GUESSED, About
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.places.told import Places, inside, located
from warehouse.records import Place

#: Most confidence that a thing happened in the country of a side ("Nigerian troops").
_WHOSE_SURE = 0.6
#: So many places and deeds are weighed against each other: a text with more repeats itself.
_LOOKED_AT = 100
#: Farther than this (in stretches of 150 characters) a place is hardly less likely for being farther still: the town of
#: the dateline before one abroad that is told of in passing.
_FAR_APART = 4.0
#: What a place that a deed's sentence names costs where the text is about another country: less than one at home that
#: other sentences name, for a text may tell of both.
_ABROAD = 2.0
#: And for each sentence from the first deed's to this one's: what is told later compares, and looks back.
_LATER_DEED = 0.5
#: What a place costs for being large, by ACLED's precision.
_COARSE = {1: 0.0, 2: 0.8, 3: 1.6}
#: And what a village costs that the gazetteer lacks, which is then off the map.
_SMALL_PLACES = 0.4
#: What a place costs that is only told of behind the deed's sentence.
_YET_TO_COME = 2.0
#: So many sentences on, what is told still says more exactly where it was.
_SOON = 2
#: What a place gains for being where the attack "took place".
_TOOK_PLACE = 2.5
#: What the dateline's town costs where the sentence itself names another place of its country.
_BUREAU = 3.0
#: A region whose middle lies farther (km) from the dateline's town does not hold it.
_FAR_KM = 150.0
#: Nor does one whose middle lies farther (km) from a town of the title.
_WITHIN_KM = 200.0
#: Before a place that somebody or something goes to: the wounded were flown there, people fled there.
_TOWARDS = re.compile(
    r"(?<!close )(?<!next )(?<!road )(?<!highway )(?<!near )\b(?:to|towards?|bound for)(?: the)?(?: [a-z]\w+){0,3} $",
    re.I,
)
#: Before where somebody or something comes from.
_FROM = re.compile(r"\b(?:from(?: the)?|neighbou?ring) $", re.I)
#: After a town's name: the division called after it is meant.
_DIVISION = re.compile(
    r" (?:region|oblast|province|governorate|district|county|prefecture|department|territory)\b", re.I
)


def _place(
    text: str, group: Group, named: Sequence[Toponym], places: Places, elsewhere: tuple[int, int]
) -> Toponym | None:
    """The most precise place told near the deeds; a dateline or an earlier place where their sentences name none.

    ``elsewhere``: a dateline abroad, which is nobody's place. Nor is a place
    that other sentences name, if it lies in another country than the text is about.
    """

    def own(place: Toponym) -> float:
        """What the place costs, whatever the deed."""
        off_map = place.latitude is None and place.geonames_id is None and place.country is not None
        called = off_map and not place.text.isupper()  # in capitals any word may look like a village
        value = _SMALL_PLACES if called else _COARSE[3 if place.geo_precision is None else place.geo_precision]
        value -= 0.15 if place.feature == "admin1" else 0.0  # says more than its country beside it
        value -= 0.6 if place.geo_precision == 2 and place.feature == "city" else 0.0  # "outside the town of"
        value += 0.8 if place.feature == "city" and _DIVISION.match(text, place.end) else 0.0
        value += 1.5 if _TOWARDS.search(text, max(0, place.start - 30), place.start) else 0.0
        value += 1.5 if place.country is None else 0.0  # a river or a sea is no address
        value += 0.0 if located(text, place, places.opening) else 1.2
        value += 1.0 if place.latitude is None else 0.0
        value += 4.0 if inside(place, elsewhere) else 0.6 if inside(place, places.opening) else 0.0
        return value + (1.0 - place.confidence)

    def cost(place: Toponym, deed: Deed) -> float:
        apart = abs(place.start - deed.trigger.start) / 150
        value = min(apart, _FAR_APART) + 0.05 * apart
        if not inside(place, deed.sentence):
            value += _YET_TO_COME if place.start >= deed.sentence[1] and place.feature != "country" else 0.0
            value += 2.5 if _at_home(place, places.topic) else 6.5
        elif inside(place, places.opening):
            pass
        elif _at_home(place, places.topic):
            value += 2.0 if hangs(deed, place) == SAID else 0.0
        else:
            value += _ABROAD if places.topic is not None and places.topic.sure else 0.0
            value += 2.0 if hangs(deed, place) != 0.0 else 0.0  # "after a meeting in Geneva, rebels killed two"
            value += 1.5 if _FROM.search(text, max(0, place.start - 12), place.start) else 0.0
        value -= _TOOK_PLACE if _says_it_was(deed, place) else 0.0
        value += _LATER_DEED * min(8, deed.number - group.deeds[0].number)
        return value + (0.4 if deed.trigger.cue.needs == "context" else 0.0)

    looked_at = [(own(place), place) for place in named[:_LOOKED_AT] if place.feature != "continent"]
    told = telling(group)[:_LOOKED_AT]
    if any(deed.number == told[0].number and _says_where(text, deed, places) for deed in told):
        looked_at = [(base + (_BUREAU if inside(p, places.opening) else 0.0), p) for base, p in looked_at]
    candidates = [(base + cost(place, deed), place.start, place) for base, place in looked_at for deed in told]
    return min(candidates, key=lambda c: c[:2])[2] if candidates else None


def _says_it_was(deed: Deed, place: Toponym) -> bool:
    """ "The attack happened in Labodrie"."""
    noun, verb = deed.trigger.token, deed.trigger.token.head
    happened = deed.definite and noun.dep_ == "nsubj" and verb.lemma_ in ("happen", "occur", "take")
    return happened and inside(place, deed.sentence) and hangs(deed, place) == 0.0


def _says_where(text: str, deed: Deed, places: Places) -> bool:
    """Whether a deed's sentence itself says where it was, elsewhere in the country of the dateline: "BOGOTA - a base in
    the department of Arauca", not "LIMA - a bank in northern Peru"."""
    bureau = [p for p in places.named if inside(p, places.opening) and p.feature == "city"]
    other = [
        p
        for p in places.named
        if inside(p, deed.sentence)
        and not inside(p, places.opening)
        and p.feature in ("city", "admin1", "admin2", "region", None)
        and located(text, p, places.opening)
        and not _FROM.search(text, max(0, p.start - 12), p.start)
        and hangs(deed, p) is not None
    ]
    return any(_is_elsewhere(p, at) for at in bureau for p in other)


def _is_elsewhere(place: Toponym, bureau: Toponym) -> bool:
    """Whether a place lies in another part of the country of a dateline's town."""
    if place.country != bureau.country or place.feature not in ("city", "admin1", "admin2", "region", None):
        return False
    if place.feature == "region":
        return kilometres(place, bureau) > _FAR_KM
    return place.admin1 != bureau.admin1


def _at_home(place: Toponym, topic: About | None) -> bool:
    return topic is None or place.country in (None, topic.country)


def _abroad(text: str, group: Group, places: Places) -> bool:
    """Whether the dateline is abroad: in another country than the text is about, or than the sentence behind it says
    ("MADRID, Spain - Six people were killed in Peru")."""
    bureau = {p.country for p in places.named if p.country is not None and inside(p, places.opening)}
    if not bureau:
        return False
    if places.topic is not None and places.topic.country not in bureau:
        return True
    behind = [deed.sentence for deed in telling(group) if deed.sentence[0] <= places.opening[0] < deed.sentence[1]]
    told = {
        place.country
        for place in places.named
        if place.country is not None
        and behind
        and inside(place, behind[0])
        and not inside(place, places.opening)
        and located(text, place, places.opening)
    }
    return bool(told) and not told & bureau


def place_of(text: str, group: Group, places: Places) -> Place | None:
    """Where, by the text; a title or caption makes a region precise, if it names a town in the same country."""
    topic = places.topic
    elsewhere = places.opening if _abroad(text, group, places) else (0, 0)
    found = _place(text, group, places.named, places, elsewhere) or _place(text, group, places.whose, places, elsewhere)
    if found is not None and found.country is None and found.feature == "region" and topic is not None:
        found = None  # "in Central America" says less than the country of the text
    if found is not None and found.feature == "country":
        found = _finer(text, group, places, found)
    told = found is not None and any(inside(found, deed.sentence) for deed in telling(group))
    if found is None or (not told and not _at_home(found, topic)):
        return _of_topic(text, topic) if topic is not None else None
    start, end, reason, best = found.start, found.end, found.reason, found
    if (found.geo_precision or 3) == 3:
        finer = [
            other
            for other in (*places.captions, *places.beside)
            if other.country is not None
            and other.country == found.country
            and other.latitude is not None
            and (other.geo_precision or 3) < 3
            and (found.feature != "admin1" or other.admin1 == found.admin1)
            and (found.feature != "region" or kilometres(found, other) < _WITHIN_KM)
        ]
        if finer:
            best = finer[0]
            reason = f"the text says {found.text!r}; a title or caption names {best.text!r}"
            if best in places.captions:
                start, end = best.start, best.end
    return Place(
        text=text[start:end],
        start=start,
        end=end,
        name=best.name,
        geonames_id=best.geonames_id,
        admin1=best.admin1,
        country=best.country,
        latitude=best.latitude,
        longitude=best.longitude,
        geo_precision=best.geo_precision,
        ucdp_precision=best.ucdp_precision,
        reason=reason,
        confidence=round(min(best.confidence, _WHOSE_SURE) if best.feature == "demonym" else best.confidence, 3),
    )


def _finer(text: str, group: Group, places: Places, country: Toponym) -> Toponym:
    """The town or region of the country that a later deed's own clause names: "killed 22 in western Niger. The attack
    took place in the Tillaberi region"."""
    told = telling(group)
    for deed in (deed for deed in told[:_LOOKED_AT] if deed.number - told[0].number <= _SOON):
        for place in places.named:
            if (
                place.country == country.country
                and place.feature in ("city", "admin1", "admin2", "region", None)
                and inside(place, deed.sentence)
                and not inside(place, places.opening)
                and located(text, place, places.opening)
                and not _TOWARDS.search(text, max(0, place.start - 30), place.start)
                and not _FROM.search(text, max(0, place.start - 12), place.start)
                and hangs(deed, place) == 0.0
            ):
                return place
    return country


def _of_topic(text: str, topic: About) -> Place:
    """The country of the text, by the words that say it best: a side's name where no place is named."""
    words = text[topic.start : topic.end]
    return Place(
        text=words,
        start=topic.start,
        end=topic.end,
        name=next((name for iso, name in demonyms().values() if iso == topic.country), words),
        country=topic.country,
        geo_precision=3,
        ucdp_precision=6,
        reason=f"no place is named; {words!r} tells the country",
        confidence=GUESSED,
    )
