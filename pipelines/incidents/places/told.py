"""The places a text tells: named as places, named otherwise ("Syrian", "US forces"), in the lines beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.incidents.actors import ActorMention, adjectives
from pipelines.incidents.datelines import dateline, written_at
from pipelines.incidents.places.country import LARGE, About, about, out_of_place, put_in, rivals
from pipelines.incidents.places.resolving import PlaceContext, Toponym, geoparse, resolve

_LOCATING = re.compile(
    r"\b(?:in|at|near|outside|inside|of|from|around|on|to|across|into|east|west|north|south|through"
    r"|inside)(?: the)?(?: [\w'’-]+){0,2} $",
    re.I,
)
#: A longer line is no caption.
_CAPTION = 80
#: Below this a dateline's town is any of several.
_LEAST_SURE = 0.3
#: After a name: the large town of that name, abroad, is not meant ("Santo Domingo canton").
_SMALL_PLACE = re.compile(r" (?:canton|village|hamlet|settlement|neighbou?rhood)\b", re.I)
#: After a place's name: it only says whose ("US-backed", "Syria's government").
_WHOSE = re.compile(r" ?-\w|['’]s? ")
#: But "in Gaza City's Zeitoun neighbourhood" is there.
_PART_OF = re.compile(
    r"['’]s? (?:[\w-]+ ){0,3}(?:neighbou?rhoods?|districts?|quarters?|suburbs?|outskirts|old city|old town|airport|port"
    r"|market|hospital|university|cent(?:er|re)|square|station)\b",
    re.I,
)
#: After a capital's name: its government is meant ("Moscow denies", "Kyiv has accused").
_SPEAKS = re.compile(
    r"(?:['’]s (?:foreign|defen[cs]e|interior) \w+"
    r"|,? (?:which |who )?(?:has |had |have |also |again |later |did not |has not |would )*"
    r"(?:sa(?:ys?|id)|den(?:y|ies|ied)|accus\w+|claim\w*|insist\w*|blam\w+|warn\w*|vow\w*|confirm\w*|reject\w*|condemn\w*"
    r"|comment\w*|consider\w*|regards?|views?|argues?|maintain\w*|announc\w+|call\w*|demand\w*|agreed|refus\w+|respond\w*"
    r"|retaliat\w+|threaten\w*|backs?|supports?|launched|invaded|annexed))\b"
)
#: After a town's name: what lies there ("struck the Novorossiysk oil terminal").
_FACILITY = re.compile(
    r" (?:\w+ ){0,2}(?:terminal|refinery|port|airport|airfield|air ?base|base|(?:power )?plant|depot|station|prison|dam"
    r"|camp|bridge|factory|oil ?field|market)\b"
)
#: Initials before a noun say whose, too ("with the help of U.S. experts"); these words after them are no noun.
_INITIALS = re.compile(r"(?:[A-Z]\.){2,}|US|UK|USSR|UAE|DRC")
_NO_NOUN = re.compile(
    r" (?:and|or|but|in|on|at|to|for|with|by|from|after|before|when|where|while|as|if|that|who|which|has|have|had|is"
    r"|was|are|were|will|would|said|says|since|during|because|did|does|near|against|over|between|last|this|earlier|early"
    r"|late|later|today|yesterday|also|not)\b| ?[^\w\s]|\s*$|\n",
    re.I,
)
#: After a name: a street that is called after another place.
_STREET = re.compile(r" (?:Road|Street|Avenue|Boulevard|Lane|Drive|Rd|Ave|Blvd)\b")
#: After a name that somebody shouts: "Do not forget Aleppo!"
_SLOGAN = re.compile(r"[\w ,'’-]{0,40}!")
#: Before a place where somebody is accredited, whom something concerns or whose it is: not where it happened.
_RANK_TO = re.compile(
    r"\b(?:(?:embass(?:y|ies)|consulates?|governments?) of"
    r"|(?:ambassador|envoy|consul|representative|emissary|delegat(?:e|ion)|attach[eé]|letter|message|exports?"
    r"|extradit(?:ed|ion)|aid|loyal|allied|visit|trip|travel(?:l?ed)?|flight|returned?|fled|flown)(?: \w+){0,2} to)"
    r" (?:the )?$",
    re.I,
)


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

    A country's name inside an actor's ("US forces") or before a noun says whose, not where, and "Rivers Avenue" lies in
    another town, and what a slogan names somewhere else; such are looked at only where the text has nothing better.
    """
    whole = "\n\n".join((text, *context))
    named: list[Toponym] = []
    whose: list[Toponym] = []
    beside: list[Toponym] = []
    opening = dateline(text) or (0, 0)
    found, topic = _settled(whole, len(text), actors, opening)
    for place in found:
        if place.feature == "continent":
            continue
        if place.start >= len(text):
            beside.append(place)
        elif (
            place.feature == "demonym"
            or any(a.start < place.end and place.start < a.end for a in actors)
            or (_WHOSE.match(whole, place.end) and not _PART_OF.match(whole, place.end))
            or (place.feature == "country" and not located(whole, place, opening))
            or (_says_whose(place) and not _NO_NOUN.match(whole, place.end))
            or _STREET.match(whole, place.end)
            or _SLOGAN.match(whole, place.end)
            or _RANK_TO.search(whole, max(0, place.start - 60), place.start)
            or (
                place.feature == "city"
                and _SPEAKS.match(whole, place.end)
                and not located(whole, place, opening)
                and not inside(place, opening)
            )
        ):
            whose.append(place)
        else:
            named.append(place)
    captions = [place for place in named if _on_caption(text, place)]
    beside = [place for place in beside if place.feature != "demonym"]
    return Places(named, whose, beside, captions, topic, opening)


def _says_whose(place: Toponym) -> bool:
    """Initials, and a word that names a country only as whose it is: "U.S. experts", "the Saudi hospital"."""
    return bool(_INITIALS.fullmatch(place.text)) or (place.feature == "country" and place.text in adjectives())


def _written_at(text: str, found: Sequence[Toponym]) -> list[Toponym]:
    """The town of the dateline, if the text names it nowhere else: what stands there is a place for sure."""
    name = written_at(text)
    if name is None or any(place.start < name[1] and name[0] < place.end for place in found):
        return []
    at = resolve(text, [name])[0]
    return [at] if at is not None and at.country is not None and at.confidence >= _LEAST_SURE else []


def _settled(
    whole: str, length: int, actors: Sequence[ActorMention], opening: tuple[int, int]
) -> tuple[list[Toponym], About | None]:
    """The places, read again with the country the text is about where one of them is out of place."""
    found = geoparse(whole)
    found = [*_written_at(whole[:length], found), *found]
    found = _of_one_country(whole, found, actors, opening)
    topic = about(found, actors, length, opening)
    if topic is None:
        return found, None
    if any(out_of_place(place, topic, _called_small(whole, place)) for place in found):
        found = geoparse(whole, context=PlaceContext(country=topic.country))
        topic = about(found, actors, length, opening) or topic
    unlikely = [
        (place.country is None and place.latitude is None) or out_of_place(place, topic, _called_small(whole, place))
        for place in found
    ]
    settled = [place for place, wrong in zip(found, unlikely, strict=True) if not wrong]
    moved = [put_in(place, topic, settled) if wrong else place for place, wrong in zip(found, unlikely, strict=True)]
    return moved, topic


def _called_small(text: str, place: Toponym) -> bool:
    return place.feature == "city" and bool(_SMALL_PLACE.match(text, place.end))


def _of_one_country(
    whole: str, found: list[Toponym], actors: Sequence[ActorMention], opening: tuple[int, int]
) -> list[Toponym]:
    """The places, a large town that stands alone for its country being its namesake in the country all else is of."""
    country_of = rivals(found, actors, opening)
    if not country_of:
        return found
    context = PlaceContext(country=next(iter(country_of.values())))
    again = {
        place.start: place
        for place in geoparse(whole, context=context)
        if place.country == context.country and place.population >= LARGE and place.feature == "city"
    }
    return [again.get(place.start, place) if place.name in country_of else place for place in found]


def _on_caption(text: str, place: Toponym) -> bool:
    """Whether the place stands in a short line without a full stop: a caption or headline left in the text."""
    first = text.rfind("\n", 0, place.start) + 1
    last = text.find("\n", place.end)
    line = text[first : len(text) if last < 0 else last].strip()
    return len(line) <= _CAPTION and line[-1:] not in '.!?"”' and len(line) < len(text.strip())


def located(text: str, place: Toponym, opening: tuple[int, int]) -> bool:
    """Whether the words around a name say that something is there. ``opening``: the dateline."""
    before = text[max(0, place.start - 40) : place.start]
    return inside(place, opening) or bool(_LOCATING.search(before) or _FACILITY.match(text, place.end))


def inside(place: Toponym, span: tuple[int, int]) -> bool:
    """Whether a name begins in a stretch of the text (offsets)."""
    return span[0] <= place.start < span[1]
