"""Where and when: the place and the date of an incident, chosen among those the text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.incidents.actors import ActorMention, demonyms
from pipelines.incidents.dates import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.model import dateline
from pipelines.incidents.place_country import GUESSED, About, about, out_of_place, put_in
from pipelines.incidents.places import PlaceContext, Toponym, geoparse, resolve
from pipelines.incidents.splitting import Group, points_back
from warehouse.records import Place

_LOCATING = re.compile(
    r"\b(?:in|at|near|outside|inside|of|from|around|on|to|across|into|east|west|north|south|through"
    r"|inside)(?: the)?(?: [\w-]+){0,2} $",
    re.I,
)

#: A dateline stands in the first so many characters, and ends in a dash ("SAN SALVADOR, 3 JAN 90 --").
_DATELINE = 40
#: A longer line is no caption.
_CAPTION = 80
_OPENING_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,3}(?=,| ?[(\[]| ?(?:--|–|—|- ))")
#: Below this a dateline's town is any of several.
_LEAST_SURE = 0.3
#: Most confidence that a thing happened in the country of a side ("Nigerian troops").
_WHOSE_SURE = 0.6
#: A longer span of days is a year or more.
_MONTH = 31
_LASTING = re.compile(r"(?:since|until)\b", re.I)
#: What a date costs for being that of the report ("said on Monday that ...").
_SAID = 1.5
_DASH = re.compile(r"^[^.\n]*?\s(?:--|-|–|—)\s")
#: So many places and deeds are weighed against each other: a text with more repeats itself.
_LOOKED_AT = 100
#: What a place costs for being large, by ACLED's precision.
_COARSE = {1: 0.0, 2: 0.8, 3: 1.6}
#: Before a place that somebody or something goes to: the wounded were flown there, people fled there.
_TOWARDS = re.compile(
    r"(?<!close )(?<!next )(?<!road )(?<!highway )(?<!near )\b(?:to|towards?|bound for)(?: the)?(?: [a-z]\w+){0,3} $",
    re.I,
)
#: After a place's name: it only says whose ("US-backed", "Syria's government").
_WHOSE = re.compile(r" ?-\w|['’]s? ")


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a text: named as places; named otherwise ("Syrian", "US forces"); in the lines beside it.

    ``topic``: the country all of them are about; ``opening``: where the dateline stands.
    """

    named: list[Toponym]
    whose: list[Toponym]
    beside: list[Toponym]
    captions: list[Toponym]
    topic: About | None = None
    opening: tuple[int, int] = (0, 0)


def find_places(text: str, context: Sequence[str], actors: Sequence[ActorMention]) -> Places:
    """The places the text names as places, those it names otherwise, and those the lines beside it name.

    A country's name inside an actor's ("US forces") or before a noun says whose, not where; it is looked at only
    where the text has nothing better.
    """
    whole = "\n\n".join((text, *context))
    named: list[Toponym] = []
    whose: list[Toponym] = []
    beside: list[Toponym] = []
    found, topic = _settled(whole, len(text), actors)
    for place in found:
        if place.feature == "continent":
            continue
        if place.start >= len(text):
            beside.append(place)
        elif (
            place.feature == "demonym"
            or any(a.start < place.end and place.start < a.end for a in actors)
            or _WHOSE.match(whole, place.end)
            or (place.feature == "country" and not _located(whole, place))
        ):
            whose.append(place)
        else:
            named.append(place)
    captions = [place for place in named if _on_caption(text, place)]
    beside = [place for place in beside if place.feature != "demonym"]
    return Places(named, whose, beside, captions, topic, dateline(text) or (0, 0))


def _written_at(text: str, found: Sequence[Toponym]) -> list[Toponym]:
    """The town of the dateline, if the text names it nowhere else: what stands there is a place for sure."""
    opening = dateline(text)
    name = _OPENING_NAME.match(text, *opening) if opening else None
    if name is None or any(place.start < name.end() and name.start() < place.end for place in found):
        return []
    at = resolve(text, [name.span()])[0]
    return [at] if at is not None and at.country is not None and at.confidence >= _LEAST_SURE else []


def _settled(whole: str, length: int, actors: Sequence[ActorMention]) -> tuple[list[Toponym], About | None]:
    """The places, read again with the country the text is about where one of them is out of place."""
    found = geoparse(whole)
    opening = dateline(whole[:length]) or (0, 0)
    found = [*_written_at(whole[:length], found), *found]
    topic = about(found, actors, length, opening)
    if topic is None:
        return found, None
    if any(out_of_place(place, topic) for place in found):
        found = geoparse(whole, context=PlaceContext(country=topic.country))
        topic = about(found, actors, length, opening) or topic
    unlikely = [(place.country is None and place.latitude is None) or out_of_place(place, topic) for place in found]
    settled = [place for place, wrong in zip(found, unlikely, strict=True) if not wrong]
    moved = [put_in(place, topic, settled) if wrong else place for place, wrong in zip(found, unlikely, strict=True)]
    return moved, topic


def _on_caption(text: str, place: Toponym) -> bool:
    """Whether the place stands in a short line without a full stop: a caption or headline left in the text."""
    first = text.rfind("\n", 0, place.start) + 1
    last = text.find("\n", place.end)
    line = text[first : len(text) if last < 0 else last].strip()
    return len(line) <= _CAPTION and line[-1:] not in '.!?"”' and len(line) < len(text.strip())


def _located(text: str, place: Toponym) -> bool:
    if place.start < _DATELINE and _DASH.search(text[place.end : place.end + _DATELINE]):
        return True
    return bool(_LOCATING.search(text[max(0, place.start - 40) : place.start]))


def _inside(place: Toponym, span: tuple[int, int]) -> bool:
    return span[0] <= place.start < span[1]


def _telling(group: Group) -> list[Deed]:
    """The deeds whose sentences tell of the incident, and not what somebody says of it."""
    return [deed for deed in group.deeds if not points_back(deed)] or group.deeds


def _place(text: str, group: Group, places: Sequence[Toponym], elsewhere: tuple[int, int]) -> Toponym | None:
    """The most precise place told near the deeds; a dateline or an earlier place where their sentences name none.

    ``elsewhere``: a dateline that names another country than the text is about; it is nobody's place.
    """

    def cost(place: Toponym, deed: Deed) -> float:
        inside = deed.sentence[0] <= place.start < deed.sentence[1]
        far = abs(place.start - deed.trigger.start) / 150
        located = _located(text, place)
        value = far + _COARSE[3 if place.geo_precision is None else place.geo_precision]
        value -= 0.6 if place.geo_precision == 2 and place.feature == "city" else 0.0  # "outside the town of"
        value += 1.5 if _TOWARDS.search(text, max(0, place.start - 30), place.start) else 0.0
        value += 1.5 if place.country is None else 0.0  # a river or a sea is no address
        value += 0.0 if inside else 2.5
        value += 0.0 if located else 1.2
        value += 1.0 if place.latitude is None else 0.0
        value += 0.15 * min(8, deed.number - group.deeds[0].number)
        value += 0.4 if deed.trigger.cue.needs == "context" else 0.0
        value += 4.0 if _inside(place, elsewhere) else 0.0
        return value + (1.0 - place.confidence)

    candidates = [
        (cost(place, deed), place.start, place)
        for place in places[:_LOOKED_AT]
        for deed in _telling(group)[:_LOOKED_AT]
        if place.feature != "continent"
    ]
    return min(candidates, key=lambda c: c[:2])[2] if candidates else None


def place_of(text: str, group: Group, places: Places) -> Place | None:
    """Where, by the text; a title or caption makes a region precise, if it names a town in the same country."""
    topic = places.topic
    abroad = topic is not None and any(
        _inside(place, places.opening) and place.country not in (None, topic.country) for place in places.named
    )
    elsewhere = places.opening if abroad else (0, 0)
    found = _place(text, group, places.named, elsewhere) or _place(text, group, places.whose, elsewhere)
    if found is None:
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
        reason=reason,
        confidence=round(min(best.confidence, _WHOSE_SURE) if best.feature == "demonym" else best.confidence, 3),
    )


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
        reason=f"no place is named; {words!r} tells the country",
        confidence=GUESSED,
    )


def date_of(group: Group, published: date | None = None) -> tuple[DateMention | None, float]:
    """The date told nearest a deed of the incident; a bare year is the day of nothing but the past.

    What happened has no day after ``published``, and does not happen on the day since when something lasts.
    """
    happened = published is not None and any(deed.status in ("happened", "alleged") for deed in group.deeds)
    best: tuple[float, DateMention] | None = None
    for deed in _telling(group):
        for mention in group.dates:
            if not deed.sentence[0] <= mention.start < deed.sentence[1]:
                continue
            if (mention.end_date - mention.start_date).days > _MONTH and not group.background:
                continue
            if happened and published is not None and mention.start_date > published:
                continue
            if _LASTING.match(mention.text):
                continue
            hangs = _hangs(deed, mention)
            if hangs is None:
                continue
            cost = (
                abs(mention.start - deed.trigger.start) / 100
                + mention.precision
                - 2 * mention.confidence
                + 0.3 * (deed.number - group.deeds[0].number)
                + hangs
            )
            if best is None or cost < best[0]:
                best = (cost, mention)
    return (best[1], best[1].confidence) if best else (None, 0.0)


def _hangs(deed: Deed, mention: DateMention) -> float | None:
    """What it costs to date the deed so; None where the date hangs on another clause ("which left in May").

    A date on the verb that reports the deed ("said on Monday that rebels had killed") is first that of the saying.
    """
    token = deed.trigger.token
    words = token.doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if words is None:
        return None
    step = words.root
    path = {step.i}
    while step.pos_ not in ("VERB", "AUX") and step.head.i != step.i and step.i != token.i:
        step = step.head
        path.add(step.i)
    if step.i == token.i or step.pos_ not in ("VERB", "AUX"):
        return 0.0
    below, above = (token, step) if step.is_ancestor(token) else (step, token)
    if not above.is_ancestor(below):
        return None
    reported = False
    while below.i != above.i:
        apart = below.dep_ == "relcl" and below.head.i != token.i and below.head.i not in path
        if apart:  # a relative clause has a time of its own, unless it is the dated thing that it tells of
            return None
        reported = reported or (below.dep_ == "ccomp" and above.i == step.i)
        below = below.head
    return _SAID if reported else 0.0
