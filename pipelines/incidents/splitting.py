"""Which deeds of an article are one incident.

A deed joins the incident told nearest before it that it can belong to (``joining.py``). Nobody dies twice: where two
incidents kill the same person, they are one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

from pipelines.incidents.claims.people import is_same_name, name, party_key
from pipelines.incidents.dates.choosing import hangs
from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.groups import APART, OWN, Group, Name, died_later, points_back, towns
from pipelines.incidents.joining import score
from pipelines.incidents.places.resolving import Toponym
from warehouse.records import Claim

#: ``needs`` of cue words that only ever add to an incident another word tells.
LEANING = {"context", "claim", "blame", "identity"}
#: A deed joins an incident from this score on.
JOIN = 1.0
#: So many claims may be told by one word.
_LISTED = 8


def _murdered(deed: Deed, deaths: Sequence[Claim]) -> list[Name]:
    """Who, by name, is told to have been killed in the sentence of a deed that is a murder; nobody where the sentence
    puts them beside others ("was also killed")."""
    cue = deed.trigger.cue
    killing = not {"assassination", "killing"}.isdisjoint(cue.attributes)
    by_somebody = any(party.people for party in deed.side("agent"))
    if (
        not killing
        or not (cue.sub_event_type == "Attack" or by_somebody)
        or re.search(r"\b(?:also|both)\b", deed.words)
    ):
        return []
    first, last = (bisect_left(deaths, at, key=_start) for at in deed.sentence)
    return [name(claim) for claim in deaths[first:last] if claim.count_max == 1 and name(claim)]


def _start(claim: Claim) -> int:
    return claim.start


def split(
    deeds: list[Deed],
    places: list[Toponym],
    dates: list[DateMention],
    claims: Sequence[Claim] = (),
    today: date | None = None,
    *,
    bureau: tuple[int, int] = (0, 0),
) -> list[Group]:
    """The incidents of an article, each the deeds that tell it, in order of first telling. ``claims``: its own;
    ``today``: the day of publication; ``bureau``: a dateline abroad, whose town says nothing of them."""
    groups: list[Group] = []
    deaths = [c for c in claims if c.outcome == "killed" and c.part_of is None and c.count_max not in (0, None)]
    deaths.sort(key=_start)
    for deed in deeds:
        start, end = deed.sentence
        here = [p for p in places if start <= p.start < end and not bureau[0] <= p.start < bureau[1]]
        named = [d for d in dates if start <= d.start < end]
        days = [d for d in named if hangs(deed, d) == 0.0]
        dead = _murdered(deed, deaths)
        scored = [(score(deed, here, days, dead, group, today), number) for number, group in enumerate(groups)]
        best = max(scored, default=(-math.inf, -1))
        if best[0] >= JOIN:
            group = groups[best[1]]
        elif deed.trigger.cue.needs in LEANING or deed.adds:
            continue  # says something of an incident, tells none by itself
        else:
            group = Group(around=towns(p for p in places if p.start < start)[-1:])
            groups.append(group)
        group.add(deed)
        aside = points_back(deed) or died_later(deed)
        if deed.trigger.cue.needs in LEANING or (aside and len(group.deeds) > 1):
            continue
        group.dead += [called for called in dead if called not in group.dead]
        if not any(p in group.places for p in here):
            group.places += here
        if not any(d in group.dates for d in named):
            group.dates += named
        group.days += [d for d in days if d not in group.days]
    groups = _joined(groups, deaths)
    _part_weapons(groups)
    return groups


def _joined(groups: list[Group], deaths: list[Claim]) -> list[Group]:
    """The incidents, those that kill the same person put together: him by name, or "the six nuns" told of before.

    Kidnappings and what else is an incident of its own kind stay apart: the victim may be killed days later.
    """
    into = list(range(len(groups)))
    owner: dict[int, int] = {}
    for number, group in enumerate(groups):
        if not group.kinds & (OWN | APART):
            for deed in group.deeds:
                behind = bisect_right(deaths, deed.trigger.start, key=_start)
                for told_by in range(max(0, behind - _LISTED), behind):  # "was killed along with two guards"
                    if deed.trigger.start < deaths[told_by].end:
                        owner.setdefault(told_by, number)
    told: dict[object, list[int]] = {}  # by a word of the name, or by party and figure: where such deaths are told
    for index in sorted(owner):
        claim = deaths[index]
        marks: Sequence[object] = [(party_key(claim), claim.count_min)]
        if claim.count_max == 1 and name(claim):
            marks = name(claim)
        for earlier in {other for mark in marks for other in told.get(mark, ())}:
            first, later = sorted((into[owner[earlier]], into[owner[index]]))
            if first != later and _is_one_death(deaths[earlier], claim):
                into = [first if each == later else each for each in into]
        for mark in marks:
            told.setdefault(mark, []).append(index)
    for number, group in enumerate(groups):
        if into[number] != number:
            _merge(groups[into[number]], group)
    return [group for number, group in enumerate(groups) if into[number] == number]


def _part_weapons(groups: list[Group]) -> None:
    """Of two incidents told in one sentence, each keeps the weapons that are not what the other was done with."""
    sentences: dict[int, list[tuple[int, Deed]]] = {}
    for number, group in enumerate(groups):
        for deed in group.deeds:
            sentences.setdefault(deed.number, []).append((number, deed))
    for told in sentences.values():
        for number, deed in told if len({number for number, _ in told}) > 1 else ():
            own = [span for other, d in told if other == number for span in d.instruments]
            theirs = [span for other, d in told if other != number for span in d.instruments]
            deed.weapons = [
                w for w in deed.weapons
                if any(a < w.end and w.start < b for a, b in own)
                or not any(a < w.end and w.start < b for a, b in theirs)
            ]  # fmt: skip


def _is_one_death(earlier: Claim, later: Claim) -> bool:
    if later.count_max == 1 and not (name(earlier) and name(later)):
        called = (earlier.party_name or "").lower()
        pointed = re.search(rf"\b(?:the|their|his|her)\s+{re.escape(called)}", later.quote, re.I)
        return earlier.count_max == 1 and " " in called and called == (later.party_name or "").lower() and bool(pointed)
    if later.count_max == 1:
        return earlier.count_max == 1 and is_same_name(name(earlier), name(later))
    same = (earlier.count_min, earlier.count_max) == (later.count_min, later.count_max)
    again = re.search(rf"\bthe\s+{re.escape(later.quantifier)}", later.quote, re.I)
    return same and again is not None and party_key(later) != ""


def _merge(group: Group, other: Group) -> None:
    for deed in other.deeds:
        group.add(deed)
    group.deeds.sort(key=lambda deed: (deed.number, deed.trigger.start))
    group.places += [place for place in other.places if place not in group.places]
    group.dates += [date for date in other.dates if date not in group.dates]
    group.days += [day for day in other.days if day not in group.days]
