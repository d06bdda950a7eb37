"""What the scorers call: thin wrappers over the public functions and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pipelines import incidents
from pipelines.cleaning import clean, clean_site
from pipelines.incidents.places import resolving as places
from warehouse.records import Actor, Incident, Weapon


def extract_text(html: bytes, url: str | None) -> str | None:
    """The article's text."""
    article = clean(html, url or "")
    return article.text if article is not None else None


def extract_site(pages: Sequence[tuple[bytes, str | None]]) -> list[str | None]:
    """The texts of one host's pages, with the site's own repeats known."""
    articles = clean_site([(html, url or "") for html, url in pages])
    return [article.text if article is not None else None for article in articles]


def extract_meta(html: bytes, url: str | None) -> dict[str, Any]:
    """title, authors, published_at (ISO date) of a page."""
    article = clean(html, url or "")
    if article is None:
        return {"title": None, "authors": [], "published_at": None}
    published = article.published_at
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published_at": published.date().isoformat() if published is not None else None,
    }


def geoparse(text: str) -> list[dict[str, Any]]:
    """Every place named: start, end, lat, lon (None where unresolved)."""
    return [
        {"start": place.start, "end": place.end, "lat": place.latitude, "lon": place.longitude}
        for place in places.geoparse(text)
    ]


def resolve(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[float, float] | None]:
    """Coordinates for given (start, end) spans."""
    return [
        (place.latitude, place.longitude)
        if place is not None and place.latitude is not None and place.longitude is not None
        else None
        for place in places.resolve(text, spans)
    ]


#: Sub-event type -> the scorers' type word, where no attribute is more telling.
_TYPES = {
    "Air/drone strike": "airstrike",
    "Shelling/artillery/missile attack": "shelling",
    "Suicide bomb": "suicide_bombing",
    "Remote explosive/landmine/IED": "bombing",
    "Grenade": "bombing",
    "Chemical weapon": "chemical",
    "Armed clash": "armed_clash",
    "Attack": "attack",
    "Abduction/forced disappearance": "kidnapping",
    "Sexual violence": "sexual_violence",
    "Looting/property destruction": "arson",
    "Mob violence": "attack",
    "Excessive force against protesters": "protest_force",
    "Peaceful protest": "protest",
    "Protest with intervention": "protest",
    "Violent demonstration": "riot",
    "Arrests": "arrests",
    "Agreement": "agreement",
    "Government regains territory": "territory",
    "Non-state actor overtakes territory": "territory",
}
#: No violence, or none by those whom the incident names.
_PEACEFUL = ("Peaceful protest", "Agreement", "Arrests")
_OTHERS = re.compile(r" (?:others|more)\b", re.I)
#: After a figure that counts harm and not people: "three deaths", "multiple shrapnel injuries".
_HARM = re.compile(r" (?:\w+ ){0,2}(?:deaths?|injur(?:y|ies)|casualt\w+|fatalit\w+|wounds?|lives|victims?)\b", re.I)
#: Attributes that are a type word of their own when ACLED says only Attack.
_TELLING = ("kidnapping", "robbery", "assassination", "arson")


def extract_incidents(
    text: str, title: str | None = None, date: str | None = None, place: str | None = None
) -> list[dict[str, Any]]:
    """The incidents of a text, flattened for the scorers. ``place``: the wire's dateline, put back before the text."""
    published_at = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    dateline = f"{place} -- " if place else ""
    found = incidents.extract(dateline + text, title=title, published_at=published_at)
    return [_flat(incident, len(dateline), dateline + text) for incident in found]


def _flat(incident: Incident, shift: int, text: str) -> dict[str, Any]:
    def listed(items: Iterable[Actor | Weapon]) -> list[dict[str, Any]]:
        return [{"text": item.text, "start": item.start - shift, "end": item.end - shift} for item in items]

    kind = _TYPES.get(incident.sub_event_type, "other")
    if incident.sub_event_type == "Attack":
        kind = next((word for word in _TELLING if word in incident.attributes), kind)
    violent = incident.sub_event_type not in _PEACEFUL  # who signs, gathers or is arrested neither attacks nor is hurt
    acting = [actor for actor in incident.actors if violent and actor.role in ("actor", "associate")]
    hit = [actor for actor in incident.actors if violent and actor.role == "target"]
    counts = {toll.outcome: {"min": toll.count_min, "max": toll.count_max} for toll in incident.tolls}
    place = incident.place
    return {
        "event_type": kind,
        "confidence": incident.confidence,
        "attackers": listed(a for a in acting if not incidents.is_organisation(a.text)),
        "orgs": _organisations(acting, shift),
        "targets": listed(a for a in hit if a.sector is None),
        "victims": listed(a for a in hit if a.sector is not None) + _counted(incident, shift, text),
        "weapons": listed(incident.weapons),
        "killed": counts.get("killed"),
        "injured": counts.get("injured"),
        "location": None
        if place is None
        else {
            "text": place.text,
            "name": place.name,
            "country": place.country,
            "lat": place.latitude,
            "lon": place.longitude,
        },
        # of a span ("over the past week") the last day: the one by which it had happened
        "date": incident.end_date.isoformat() if incident.end_date else None,
        "evidence": [{"start": words.start - shift, "end": words.end - shift} for words in incident.evidence],
    }


def _counted(incident: Incident, shift: int, text: str) -> list[dict[str, Any]]:
    """People hurt whom a claim counts without a word for them: "46" of "and wounded 46", "260 others"."""
    found = []
    for claim in incident.claims:
        if claim.party is not None or claim.outcome not in ("killed", "injured") or claim.count_max == 0:
            continue
        first = text.find(claim.quantifier, claim.start, claim.end)
        end = first + len(claim.quantifier)
        if claim.background or claim.part_of or first < 0 or _HARM.match(text, end):
            continue
        others = _OTHERS.match(text, end)
        end = others.end() if others else end
        found.append({"text": text[first:end], "start": first - shift, "end": end - shift})
    return found


def _organisations(acting: Sequence[Actor], shift: int) -> list[dict[str, Any]]:
    """The organisations behind who acts: those the phrase names, else the one it is linked to."""
    found = []
    for actor in acting:
        named = incidents.find_actors(actor.text)
        for mention in named:
            start, end = actor.start + mention.start, actor.start + mention.end
            found.append({"text": actor.text[mention.start : mention.end], "start": start - shift, "end": end - shift})
        if not named and incidents.is_organisation(actor.name):
            found.append({"text": actor.name, "start": actor.start - shift, "end": actor.end - shift})
    return found
