"""Text in, incidents out: cue sentences are parsed, deeds read from them, deeds put together to incidents.

Every filled field carries its words: evidence offsets into the text, ``text[start:end] == quote``. Two things
have none, since no words of the text say them: a date taken from the day of publication, and the part of a
place's name that a caption gave (the words in the text are then those it makes precise; ``place.reason`` says so).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from pipelines.code import EXTRACTION, code_of
from pipelines.incidents import earlier, types, wording
from pipelines.incidents.actors import ActorMention, find_actors, of_kin, only_group
from pipelines.incidents.anew import DAY_OPENS_WITHIN, OPENS_WITHIN
from pipelines.incidents.claims.finding import find_claims, toll
from pipelines.incidents.claims.toll import ROUNDABOUT
from pipelines.incidents.confidence import calibrated
from pipelines.incidents.cues import cue_spans, table
from pipelines.incidents.datelines import dateline
from pipelines.incidents.dates.choosing import date_of, day_beside, is_a_day
from pipelines.incidents.dates.finding import DateMention, find_dates
from pipelines.incidents.deeds import Deed, find_deeds, without_places
from pipelines.incidents.domains import without_figures_of_speech, worth_parsing
from pipelines.incidents.groups import FAR_KM, Group, died_later, kilometres, telling, towns
from pipelines.incidents.model import is_capitals, parse, without
from pipelines.incidents.places.told import Places, find_places
from pipelines.incidents.precision import date_precision
from pipelines.incidents.roles import features as role_features
from pipelines.incidents.roles import rescoring
from pipelines.incidents.roles.sides import actors_of
from pipelines.incidents.setting import place_of
from pipelines.incidents.splitting import LEANING, split
from pipelines.incidents.status import RANK
from pipelines.incidents.weapons import WeaponMention, find_weapons, without_general
from warehouse.records import Article, Claim, Evidence, Incident, Toll, Weapon, content_id
from warehouse.vocabulary import EVENT_TYPE_OF, Status

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

#: Written with each incident, so that a re-extraction can be told from the one before: follows from code, data and
#: libraries, as what a partition was made from does.
EXTRACTOR_VERSION = "rules-" + code_of("pipelines.incidents", *EXTRACTION)[:8]

#: Incidents surer than this are kept.
LEAST_CONFIDENCE = 0.4
#: Longer texts are read up to here (characters); a page this long is no news article.
LONGEST = 60_000
#: A sentence quoted as a summary is cut here.
_SUMMARY = 300


def extract(
    text: str, *, title: str | None = None, published_at: datetime | None = None, language: str = "en"
) -> list[Incident]:
    """The incidents an English text tells, in order of telling; none for other languages.

    Offsets in the records count into ``text``. ``title`` only gives context (a place the text does not name).

    :raises TypeError: if ``text``, ``title`` or ``language`` is no string, or ``published_at`` no ``datetime``.
    """
    for name, value, kind in (("text", text, str), ("language", language, str), ("title", title, str | None),
                              ("published_at", published_at, datetime | None)):  # fmt: skip
        if not isinstance(value, kind):
            raise TypeError(
                f"{name} must be {getattr(kind, '__name__', kind)}, not {type(value).__name__}: {value!r:.80}"
            )
    if not re.fullmatch(r"en(?:[-_].*)?", language, re.I):
        return []
    return [calibrated(incident) for incident in uncalibrated(text, title=title, published_at=published_at)]


def uncalibrated(text: str, *, title: str | None = None, published_at: datetime | None = None) -> list[Incident]:
    """:func:`extract` with the rules' own scores as confidences: what calibration is learnt from."""
    return _extract(text, published_at, [title] if title else [], key=content_id(text))


def extract_article(article: Article) -> list[Incident]:
    """The incidents of a cleaned article, with its ids. Captions that cleaning took out help to find the place."""
    if article.language is not None and not re.fullmatch(r"en(?:[-_].*)?", article.language, re.I):
        return []
    context = [line for line in (article.title, article.lead) if line]
    context += [removed.text for removed in article.removed if len(removed.text) < 120]
    found = _extract(article.text, _published(article), context, key=f"{article.article_id} {article.revision}")
    return [
        replace(
            calibrated(incident),
            article_id=article.article_id,
            revision=article.revision,
            source_id=article.source_id,
            crawl_day=article.crawl_day,
            published_at=article.published_at,
        )
        for incident in found
    ]


def _published(article: Article) -> datetime | None:
    """When an article came out, on the day that it was where it came out."""
    at, day = article.published_at, article.published_day
    return at if at is None or day is None or day == at.date() else datetime.combine(day, time(), UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read and its deeds put together: what incidents are made of."""

    text: str
    doc: Doc
    known: list[ActorMention]
    weapons: list[WeaponMention]
    places: Places
    groups: list[Group]
    claims: list[Claim]
    dates: list[DateMention]


def read(text: str, published_at: datetime | None = None, context: Sequence[str] = ()) -> Reading | None:
    """The text's deeds by incident and its claims, before anything is left out; None where it tells of none."""
    spans = cue_spans(text)
    if not spans:
        return None
    opening = dateline(text) or (0, 0)
    known = [actor for actor in find_actors(text) if not opening[0] <= actor.start < opening[1]]
    weapons = find_weapons(text)
    spans = worth_parsing(text, spans, known, weapons)
    if not spans:
        return None
    doc = parse(text, without(spans, opening))
    deeds = find_deeds(text, doc, known, weapons, opening)
    deeds = without_figures_of_speech(text, deeds)
    if all(deed.trigger.cue.needs in LEANING or deed.adds for deed in deeds):
        return None
    places = find_places(text, context, known)
    deeds = without_places(deeds, [(place.start, place.end) for place in places.named])
    claims = find_claims(doc, text=text, year=published_at.year if published_at is not None else None)
    dates = find_dates(text, published_at)
    today = published_at.date() if published_at is not None else None
    groups = split(deeds, places.named, dates, claims, today, bureau=_abroad(places))
    return Reading(text, doc, known, weapons, places, groups, claims, dates)


def _abroad(places: Places) -> tuple[int, int]:
    """The dateline, where it lies in another country than the text is about."""
    opening, topic = places.opening, places.topic
    here = {p.country for p in places.named if opening[0] <= p.start < opening[1]}
    return opening if topic is not None and here and topic.country not in here else (0, 0)


def _extract(text: str, published_at: datetime | None, context: Sequence[str], *, key: str) -> list[Incident]:
    reading = read(text[:LONGEST], published_at, context)
    return [] if reading is None else incidents_of(reading, published_at, key=key)


def incidents_of(reading: Reading, published_at: datetime | None = None, *, key: str = "") -> list[Incident]:
    """The incidents of a text read, with the rules' own scores. ``key``: what their ids are made of, beside words."""
    groups = [group for group in reading.groups if _confidence(group.deeds) >= LEAST_CONFIDENCE]
    armed = only_group(_named_for_themselves(reading))
    told = [_weigh(reading, group) for group in groups if not _tells_nothing(group, reading.claims)]
    told = [each for each in told if each.likely]
    own = [claim for claim in reading.claims if not _of_something_else(reading, claim)]
    claims = _assign(own, [each.group for each in told])
    return [_incident(reading, each, claims[number], published_at, key, armed) for number, each in enumerate(told)]


def _of_its_day(deeds: Sequence[Deed], day: DateMention | None, claims: Sequence[Claim]) -> list[Claim]:
    """The claims, those not of the past that stand beside the day of the incident itself, be it years ago."""
    dated = [d.sentence for d in deeds if day is not None and d.sentence[0] <= day.start < d.sentence[1]]
    if day is None or not is_a_day(day):
        return list(claims)
    return [
        replace(claim, background=False) if any(start <= claim.start < end for start, end in dated) else claim
        for claim in claims
    ]


def _named_for_themselves(reading: Reading) -> list[ActorMention]:
    """The actors of the text, without al-Qaeda where it only tells whose affiliate another is."""
    groups = [a for a in reading.known if a.sector != "State forces" and not of_kin(reading.text, a)]
    return groups or reading.known


@dataclass(frozen=True, slots=True)
class Weighed:
    """A group of deeds with the model's scores of the phrases near it."""

    group: Group
    near: list[rescoring.Scored]
    thresholds: rescoring.Thresholds
    likely: bool


def _weigh(reading: Reading, group: Group) -> Weighed:
    """Fights between armed sides are always likely: the model has not learnt about them."""
    thresholds = rescoring.WIRE if is_capitals(reading.text) else rescoring.NEWS
    mentions = role_features.mentions(
        reading.doc, group, reading.known, reading.weapons, reading.groups, wordy=thresholds.wordy
    )
    near = rescoring.score(mentions, rescoring.weights(thresholds.table))
    clash = types.sub_event_type(group.deeds) == "Armed clash"
    words = role_features.words(reading.doc, 0, len(reading.doc)) if thresholds.incident else set()
    likely = clash or rescoring.likelihood(group, near, words, thresholds) >= thresholds.incident
    return Weighed(group, near, thresholds, likely)


def _confidence(deeds: Sequence[Deed]) -> float:
    """How surely these deeds are an incident: the surest word, more for company, less for what did not happen."""
    best = max(
        d.weight * (1.0 if d.status in ("happened", "alleged") else 0.5) * (0.6 if d.mishap else 1.0) for d in deeds
    )
    best += 0.05 * min(3, len(deeds) - 1)
    best += 0.1 if any(d.side("agent") for d in deeds) else 0.0
    best += 0.1 if any(d.side("patient") for d in deeds) else 0.0
    if all(d.background for d in deeds):
        best *= 0.6
    return round(min(0.99, best), 3)


def _tells_nothing(group: Group, claims: Sequence[Claim]) -> bool:
    """ "No one was hurt in the raids": nobody did anything, nobody suffered. Nor does a deed of the past without a
    day, place or losses tell an incident ("has attacked the checkpoint twice before")."""
    here = [c for c in claims if any(d.sentence[0] <= c.start < d.sentence[1] for d in group.deeds)]
    if group.background and not group.tried and not any(is_a_day(day) for day in group.dates):
        own = any(not c.background and not ROUNDABOUT.search(c.quantifier) for c in here)
        if not own and all(
            earlier.sums_up(d.trigger, d.words) for d in group.deeds if d.trigger.cue.needs not in LEANING
        ):
            return True
        return not group.dates and not group.places and not any(c.count_max != 0 for c in here)
    parties = any(deed.parties or deed.weapons for deed in group.deeds)
    if not parties and not here and all(deed.status in ("denied", "hypothetical") for deed in group.deeds):
        return True  # "there was no combat in the area"
    return bool(here) and not parties and all(claim.count_max == 0 for claim in here)


def _of_something_else(reading: Reading, claim: Claim) -> bool:
    """Whether a figure stands in a sentence that opens with "separately" and tells no deed: "Separately, a helicopter
    crashed, killing its crew"."""
    words = reading.doc.char_span(claim.start, claim.end, alignment_mode="expand")
    told = any(d.sentence[0] <= claim.start < d.sentence[1] for group in reading.groups for d in group.deeds)
    if told or words is None:
        return False
    mishap = table().mishaps.search(words.sent.text)
    apart = _is_far_off(reading, words.sent) or _is_of_another_day(reading, words.sent)
    return bool(mishap) or wording.opens_another(words.sent.text) or apart


def _is_of_another_day(reading: Reading, sentence: Span) -> bool:
    """Whether a sentence opens with a day that is none of the incidents': "In September, six soldiers died"."""
    start, end = sentence.start_char, sentence.start_char + DAY_OPENS_WITHIN
    opening = [day for day in reading.dates if start <= day.start < end and is_a_day(day)]
    known = [day for group in reading.groups for day in group.days if is_a_day(day)]
    apart = [all(day.end_date < k.start_date or k.end_date < day.start_date for k in known) for day in opening]
    return bool(known) and bool(opening) and all(apart)


def _is_far_off(reading: Reading, sentence: Span) -> bool:
    """Whether a sentence opens with a town far from those of all incidents: "In Culiacan, five bodies were found"."""
    start, end = sentence.start_char, sentence.start_char + OPENS_WITHIN
    opening = towns(place for place in reading.places.named if start <= place.start < end)
    known = [town for group in reading.groups for town in towns(group.places)]
    located = wording.OPENS_WITH_PLACE.match(sentence.text)
    return bool(located and opening and known) and min(kilometres(a, b) for a in opening for b in known) > FAR_KM


def _assign(claims: Sequence[Claim], groups: Sequence[Group]) -> list[list[Claim]]:
    """Each claim to the incident one of whose deeds is its own word ("was killed"), else to one told in its sentence,
    else the one told nearest before it."""
    assigned: list[list[Claim]] = [[] for _ in groups]
    if not groups:
        return assigned
    for claim in claims:

        def distance(number: int, claim: Claim = claim) -> tuple[int, int]:
            return min(
                (0, 0)
                if claim.start <= d.trigger.start < claim.end
                else (0, abs(d.trigger.start - claim.start))
                if d.sentence[0] <= claim.start < d.sentence[1]
                else (1, claim.start - d.sentence[0])
                if d.sentence[0] < claim.start
                else (2, d.sentence[0] - claim.start)
                for d in groups[number].deeds
            )

        assigned[min(range(len(groups)), key=distance)].append(claim)
    return assigned


def _status(deeds: Sequence[Deed]) -> tuple[Status, Deed]:
    """The firmest standing any deed has, and that deed."""
    best = min(deeds, key=lambda d: (d.trigger.cue.needs == "context", RANK.index(d.status)))
    return best.status, best


def _telling(deeds: Sequence[Deed], claims: Sequence[Claim]) -> Deed:
    """The deed whose sentence tells the incident best: news puts that first, so the earliest that tells of something
    that happened, with its losses or a side; what comes later adds."""

    def rank(deed: Deed) -> tuple[bool, bool, bool, int]:
        told = any(deed.sentence[0] <= claim.start < deed.sentence[1] for claim in claims) or bool(deed.parties)
        return deed.trigger.cue.needs in LEANING, deed.status not in ("happened", "alleged"), not told, deed.sentence[0]

    return min(deeds, key=lambda deed: (deed.background, *rank(deed)))


def _incident(
    reading: Reading,
    weighed: Weighed,
    claims: Sequence[Claim],
    published_at: datetime | None,
    key: str,
    armed: ActorMention | None,
) -> Incident:
    text, group, near, thresholds = reading.text, weighed.group, weighed.near, weighed.thresholds
    deeds = group.deeds
    main = max(deeds, key=lambda d: (d.weight if d.status == "happened" else d.weight * 0.5, -d.trigger.start))
    sub_type = types.sub_event_type(deeds)
    place = place_of(text, group, reading.places)
    status, status_deed = _status(deeds)
    evidence: list[Evidence] = []

    def quote(name: str, start: int, end: int) -> None:
        evidence.append(Evidence(field=name, start=start, end=end, quote=text[start:end]))

    quote("event_type", main.trigger.start, main.trigger.end)
    for deed in deeds:
        if deed is not main:
            quote("event_type", deed.trigger.start, deed.trigger.end)
    quote("status", *(status_deed.status_span or (status_deed.trigger.start, status_deed.trigger.end)))
    published = published_at.date() if published_at is not None else None
    dated = [deed for deed in telling(group) if not died_later(deed)] or deeds
    date, date_confidence = date_of(dated, group.dates, published)
    if date is None:
        date, date_confidence = day_beside(text, telling(group), reading.dates, published)
    claims = _of_its_day(deeds, date, claims)
    start_date, end_date, precision = None, None, None
    if date is not None:
        start_date, end_date, precision = date.start_date, date.end_date, date.precision
        quote("start_date", date.start, date.end)
    elif published_at is not None and not group.background:
        start_date = end_date = published_at.date()
        precision, date_confidence = 2, 0.3
    if place is not None:
        quote("place", place.start, place.end)
    actors = rescoring.revise(text, actors_of(text, deeds, claims, armed), near, reading.known, thresholds)
    for number, actor in enumerate(actors):
        quote(f"actors[{number}]", actor.start, actor.end)
    weapons: dict[str, Weapon] = {}
    for deed in deeds:
        for weapon in rescoring.used(deed.weapons, near, thresholds):
            weapons.setdefault(
                weapon.name,
                Weapon(
                    text=text[weapon.start : weapon.end],
                    start=weapon.start,
                    end=weapon.end,
                    name=weapon.name,
                    category=weapon.category,
                ),
            )
    weapons = without_general(weapons)
    for number, named in enumerate(weapons.values()):
        quote(f"weapons[{number}]", named.start, named.end)
    for number, claim in enumerate(claims):
        quote(f"claims[{number}]", claim.start, claim.end)
    return Incident(
        incident_id=content_id("incident", key, main.trigger.start, main.trigger.end, sub_type),
        event_type=EVENT_TYPE_OF[sub_type],
        sub_event_type=sub_type,
        status=status,
        confidence=_confidence(deeds),
        attributes=types.attributes(deeds) + (("background",) if group.background else ()),
        start_date=start_date,
        end_date=end_date,
        time_precision=precision,
        ucdp_date_precision=date_precision(start_date, end_date, precision),
        date_confidence=round(date_confidence, 3),
        place=place,
        actors=tuple(actors),
        weapons=tuple(weapons.values()),
        claims=tuple(claims),
        tolls=tuple(Toll(outcome=name, count_min=low, count_max=high) for name, (low, high) in toll(claims).items()),
        evidence=tuple(evidence),
        summary=" ".join(text[slice(*_telling(deeds, claims).sentence)].split())[:_SUMMARY],
        extractor_version=EXTRACTOR_VERSION,
        published_at=published_at,
        published_day=published,
    )
