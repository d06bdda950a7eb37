"""Text in, incidents out: cue sentences are parsed, deeds read from them, deeds put together to incidents.

Every filled field carries its words: evidence offsets into the text, ``text[start:end] == quote``. Two things
have none, since no words of the text say them: a date taken from the day of publication, and the part of a
place's name that a caption gave (the words in the text are then those it makes precise; ``place.reason`` says so).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.incidents import types
from pipelines.incidents.actors import ActorMention, find_actors
from pipelines.incidents.claims import find_claims
from pipelines.incidents.cues import cue_spans
from pipelines.incidents.dates import DateMention, find_dates
from pipelines.incidents.deeds import Deed, Party, find_deeds
from pipelines.incidents.model import parse
from pipelines.incidents.places import Toponym, geoparse
from pipelines.incidents.splitting import LEANING, Group, split
from pipelines.incidents.status import RANK
from pipelines.incidents.weapons import find_weapons
from warehouse.records import Actor, Article, Claim, Evidence, Incident, Place, Weapon, content_id
from warehouse.vocabulary import EVENT_TYPE_OF, Role, Status

#: Written with each incident, so that a re-extraction can be told from the one before.
EXTRACTOR_VERSION = "rules-1"

#: Incidents surer than this are kept.
LEAST_CONFIDENCE = 0.3
#: Longer texts are read up to here (characters); a page this long is no news article.
LONGEST = 200_000
#: A sentence quoted as a summary is cut here.
_SUMMARY = 300


def extract(
    text: str, *, title: str | None = None, published_at: datetime | None = None, language: str = "en"
) -> list[Incident]:
    """The incidents an English text tells, in order of telling; none for other languages.

    Offsets in the records count into ``text``. ``title`` only gives context (a place the text does not name).
    """
    if not re.fullmatch(r"en(?:[-_].*)?", language, re.I):
        return []
    return _extract(text, published_at, [title] if title else [], key=content_id(text))


def extract_article(article: Article) -> list[Incident]:
    """The incidents of a cleaned article, with its ids. Captions that cleaning took out help to find the place."""
    if article.language is not None and not re.fullmatch(r"en(?:[-_].*)?", article.language, re.I):
        return []
    context = [line for line in (article.title, article.lead) if line]
    context += [removed.text for removed in article.removed if len(removed.text) < 120]
    found = _extract(article.text, article.published_at, context, key=f"{article.article_id} {article.revision}")
    return [
        replace(
            incident, article_id=article.article_id, revision=article.revision, source_id=article.source_id,
            crawl_day=article.crawl_day, published_at=article.published_at,
        )
        for incident in found
    ]  # fmt: skip


def _extract(text: str, published_at: datetime | None, context: Sequence[str], *, key: str) -> list[Incident]:
    text = text[:LONGEST]
    spans = cue_spans(text)
    if not spans:
        return []
    doc = parse(text, spans)
    actors = find_actors(text)
    deeds = find_deeds(text, doc, actors, find_weapons(text))
    if all(deed.trigger.cue.needs in LEANING for deed in deeds):
        return []
    places, beside = _places(text, context, actors)
    dates = find_dates(text, published_at)
    groups = [group for group in split(deeds, places, dates) if _confidence(group.deeds) >= LEAST_CONFIDENCE]
    year = published_at.year if published_at is not None else None
    claims = _assign(find_claims(doc, text=text, year=year), groups)
    return [
        _incident(text, group, claims[number], places, dates, published_at, beside, key)
        for number, group in enumerate(groups)
    ]


#: After a place's name: it only says whose ("US-backed", "Syria's government").
_WHOSE = re.compile(r" ?-\w")


def _places(text: str, context: Sequence[str], actors: Sequence[ActorMention]) -> tuple[list[Toponym], list[Toponym]]:
    """The places the text names as places, and those the lines beside it name.

    A country's name inside an actor's ("US forces") or before a noun says whose, not where.
    """
    whole = "\n\n".join((text, *context))
    named: list[Toponym] = []
    beside: list[Toponym] = []
    for place in geoparse(whole):
        if place.feature in ("demonym", "continent"):
            continue
        if place.start >= len(text):
            beside.append(place)
        elif any(a.start < place.end and place.start < a.end for a in actors) or _WHOSE.match(whole, place.end):
            continue
        elif place.feature != "country" or _located(whole, place):
            named.append(place)
    return named, beside


def _located(text: str, place: Toponym) -> bool:
    return bool(_LOCATING.search(text[max(0, place.start - 40) : place.start]))


def _confidence(deeds: Sequence[Deed]) -> float:
    """How surely these deeds are an incident: the surest word, more for company, less for what did not happen."""
    best = max(
        d.weight * (1.0 if d.status in ("happened", "alleged") else 0.5) * (0.6 if d.mishap else 1.0) for d in deeds
    )
    best += 0.05 * min(3, len(deeds) - 1)
    best += 0.1 if any(d.side("agent") for d in deeds) else 0.0
    best += 0.1 if any(d.side("patient") for d in deeds) else 0.0
    return round(min(0.99, best), 3)


def _assign(claims: Sequence[Claim], groups: Sequence[Group]) -> list[list[Claim]]:
    """Each claim to the incident told in its sentence, else the one told nearest before it."""
    assigned: list[list[Claim]] = [[] for _ in groups]
    if not groups:
        return assigned
    for claim in claims:

        def distance(number: int, claim: Claim = claim) -> tuple[int, int]:
            return min(
                (0, abs(d.trigger.start - claim.start)) if d.sentence[0] <= claim.start < d.sentence[1]
                else (1, claim.start - d.sentence[0]) if d.sentence[0] < claim.start
                else (2, d.sentence[0] - claim.start)
                for d in groups[number].deeds
            )  # fmt: skip

        assigned[min(range(len(groups)), key=distance)].append(claim)
    return assigned


def _status(deeds: Sequence[Deed]) -> tuple[Status, Deed]:
    """The firmest standing any deed has, and that deed."""
    best = min(deeds, key=lambda d: (d.trigger.cue.needs == "context", RANK.index(d.status)))
    return best.status, best


def _date(group: Group, published_at: datetime | None) -> tuple[DateMention | None, float]:
    """The date told nearest a deed of the incident."""
    best: tuple[float, DateMention] | None = None
    for deed in group.deeds:
        for mention in group.dates:
            if not deed.sentence[0] <= mention.start < deed.sentence[1]:
                continue
            cost = (
                abs(mention.start - deed.trigger.start) / 100
                + mention.precision
                - 2 * mention.confidence
                + 0.3 * (deed.number - group.deeds[0].number)
            )
            if best is None or cost < best[0]:
                best = (cost, mention)
    return (best[1], best[1].confidence) if best else (None, 0.0)


_LOCATING = re.compile(
    r"\b(?:in|at|near|outside|inside|of|from|around|on|to|across|into|east|west|north|south|through)\W+(?:the\W+)?(?:\w+\W+){0,4}$",
    re.I,
)


def _place(text: str, group: Group, places: Sequence[Toponym]) -> Toponym | None:
    """The most precise place told near the deeds; a dateline or an earlier place where their sentences name none."""

    def cost(place: Toponym, deed: Deed) -> float:
        inside = deed.sentence[0] <= place.start < deed.sentence[1]
        far = abs(place.start - deed.trigger.start) / 150
        located = _located(text, place)
        value = far + {1: 0.0, 2: 0.8, 3: 1.6}.get(place.geo_precision or 3, 1.6)
        value += 0.0 if inside else 2.5
        value += 0.0 if located else 1.2
        value += 1.0 if place.latitude is None else 0.0
        value += 0.15 * min(8, deed.number - group.deeds[0].number)
        value += 0.4 if deed.trigger.cue.needs == "context" else 0.0
        return value + (1.0 - place.confidence)

    candidates = [
        (cost(place, deed), place.start, place)
        for place in places
        for deed in group.deeds
        if place.feature != "continent"
    ]
    return min(candidates, key=lambda c: c[:2])[2] if candidates else None


def _make_place(text: str, group: Group, places: Sequence[Toponym], beside: Sequence[Toponym]) -> Place | None:
    """Where, by the text; a title or caption makes a region precise, if it names a town in the same country."""
    found = _place(text, group, places)
    if found is None:
        return None
    start, end, reason, best = found.start, found.end, found.reason, found
    if (found.geo_precision or 3) == 3:
        for other in beside:
            same = other.country is not None and other.country == found.country
            if same and other.latitude is not None and (other.geo_precision or 3) < 3:
                best, reason = other, f"the text says {found.text!r}; a title or caption beside it names {other.text!r}"
                break
    return Place(
        text=text[start:end], start=start, end=end, name=best.name, geonames_id=best.geonames_id, admin1=best.admin1, country=best.country,
        latitude=best.latitude, longitude=best.longitude, geo_precision=best.geo_precision, reason=reason, confidence=round(best.confidence, 3),
    )  # fmt: skip


def _roles(deeds: Sequence[Deed]) -> list[tuple[Party, Role]]:
    """Each party once with its role.

    Where one side answers the other's attack, who began is the actor and who was attacked the target; who
    struck back is an associate of the attacked, and those whom the answer hit are the actor's side ("other").
    """
    told = [d for d in deeds if d.status in ("happened", "alleged", "denied")] or list(deeds)
    answering = {p.key for d in told if d.counter for p in d.side("agent")}
    opening = {p.key for d in told if not d.counter for p in d.side("agent")} - answering
    answered = bool(answering and opening)
    found: dict[tuple[str, str, Role], Party] = {}
    for deed in told:
        answer = answered and any(p.key in answering for p in deed.side("agent"))
        for party in deed.parties:
            role: Role = "actor" if party.side == "agent" else "target"
            if answered and role == "actor" and party.key in answering:
                role = "associate"
            elif answered and role == "target" and party.people and (answer or party.key in opening):
                role = "other"
            head = party.head.lower() if party.name else ""
            held = found.get((party.key, head, role))
            if held is None or party.confidence > held.confidence:
                found[party.key, head, role] = party
    named = {(key, role) for key, _, role in found}
    return [
        (party, role) for (key, _, role), party in found.items()
        if not (role == "other" and ((key, "actor") in named or (key, "target") in named))
    ]  # fmt: skip


def _incident(
    text: str, group: Group, claims: Sequence[Claim], places: Sequence[Toponym], dates: Sequence[DateMention],
    published_at: datetime | None, beside: Sequence[Toponym], key: str,
) -> Incident:  # fmt: skip
    deeds = group.deeds
    main = max(deeds, key=lambda d: (d.weight if d.status == "happened" else d.weight * 0.5, -d.trigger.start))
    sub_type = types.sub_event_type(deeds)
    place = _make_place(text, group, places, beside)
    status, status_deed = _status(deeds)
    evidence: list[Evidence] = []

    def quote(name: str, start: int, end: int) -> None:
        evidence.append(Evidence(field=name, start=start, end=end, quote=text[start:end]))

    quote("event_type", main.trigger.start, main.trigger.end)
    for deed in deeds:
        if deed is not main:
            quote("event_type", deed.trigger.start, deed.trigger.end)
    quote("status", *(status_deed.status_span or (status_deed.trigger.start, status_deed.trigger.end)))
    date, date_confidence = _date(group, published_at)
    start_date, end_date, precision = None, None, None
    if date is not None:
        start_date, end_date, precision = date.start_date, date.end_date, date.precision
        quote("start_date", date.start, date.end)
    elif published_at is not None and not group.background:
        start_date = end_date = published_at.date()
        precision, date_confidence = 2, 0.3
    if place is not None:
        quote("place", place.start, place.end)
    actors: list[Actor] = []
    for party, role in _roles(deeds):
        words = text[party.start : party.end]
        country = party.country
        actors.append(Actor(
            role=role, text=words, start=party.start, end=party.end, name=party.name or _plain(words),
            sector=party.sector, country=country, confidence=round(min(1.0, party.confidence), 3),
        ))  # fmt: skip
    actors += _from_claims(text, claims, actors)
    actors.sort(key=lambda a: (("actor", "target", "associate", "other").index(a.role), a.start, a.end))
    for number, actor in enumerate(actors):
        quote(f"actors[{number}]", actor.start, actor.end)
    weapons: dict[str, Weapon] = {}
    for deed in deeds:
        for weapon in deed.weapons:
            weapons.setdefault(weapon.name, Weapon(
                text=text[weapon.start : weapon.end], start=weapon.start, end=weapon.end, name=weapon.name, category=weapon.category,
            ))  # fmt: skip
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
        date_confidence=round(date_confidence, 3),
        place=place,
        actors=tuple(actors),
        weapons=tuple(weapons.values()),
        claims=tuple(claims),
        evidence=tuple(evidence),
        summary=" ".join(text[slice(*main.sentence)].split())[:_SUMMARY],
        extractor_version=EXTRACTOR_VERSION,
        published_at=published_at,
    )


def _plain(words: str) -> str:
    """A phrase as a name: single spaces, lower case unless it holds capitals of its own."""
    return re.sub(r"^(?:\d[\d,.]*|the|a|an)\s+", "", " ".join(words.split()), flags=re.I)


def _from_claims(text: str, claims: Sequence[Claim], actors: Sequence[Actor]) -> list[Actor]:
    """The people a claim counts, where no role names them yet."""
    found: list[Actor] = []
    for claim in claims:
        if (
            claim.background
            or claim.part_of
            or claim.party is None
            or claim.party_start is None
            or claim.party_end is None
            or claim.count_max == 0
        ):
            continue
        start, end = claim.party_start, claim.party_end
        if any(a.start < end and start < a.end for a in (*actors, *found)):
            continue
        words = text[start:end]
        if len(words) > 80 or any(a.name.lower() == _plain(words).lower() for a in (*actors, *found)):
            continue
        known = find_actors(words)
        found.append(
            Actor(
                role="target",
                text=words,
                start=start,
                end=end,
                name=known[-1].name if known else _plain(words),
                sector=known[-1].sector if known else "Civilians",
                country=known[-1].country if known else None,
                confidence=round(claim.confidence * 0.8, 3),
            )
        )
    return found
