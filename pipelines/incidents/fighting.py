"""Whether an incident is a fight: who bears arms on both sides, and who only is hit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.incidents.cues import table
from pipelines.incidents.deeds import Deed
from pipelines.incidents.roles.parties import ARMED, Party

#: "12 people were killed on both sides": so called, they need not be civilians.
ANYBODY = frozenset({"people", "person", "man", "other", "individual", "member", "dead", "victim", "life", "body"})

#: Whose camp it is, beside a soldiers' one.
_SHELTER = re.compile(
    r"\b(?:refugees?|displaced|migrants?|idps?) (?:\w+ )?camp"
    r"|\bcamp (?:for|of) (?:\w+ )?(?:refugees|displaced|migrants|idps)"
)

_SOLDIERS = frozenset({"soldier", "troop", "trooper", "serviceman", "paratrooper", "commando", "gendarme"})


def both_act(deeds: Sequence[Deed]) -> bool:
    """Whether each of two sides acts against the other somewhere in the deeds."""
    happened = [d for d in deeds if d.status in ("happened", "alleged")]
    acting = {p.key for d in happened for p in d.side("agent")}
    if _meet(happened):
        return True
    suffering = {p.key for d in deeds for p in d.side("patient") if p.people}
    answered = any(d.counter for d in deeds)
    against_armed = [d for d in deeds if d.side("agent") and any(p.sector in ARMED for p in d.side("patient"))]
    return len(acting) > 1 and bool(acting & suffering) and (answered or len(against_armed) > 1)


def _meet(deeds: Sequence[Deed]) -> bool:
    """Whether soldiers and others who bear arms are both hit and both act: "ambushed a convoy. The air force bombed the
    attackers"."""
    acting = {p.sector for d in deeds for p in d.side("agent") if p.sector in ARMED}
    hit = {p.sector for d in deeds for p in d.side("patient") if p.people and p.sector in ARMED}
    return all("State forces" in sectors and len(sectors) > 1 for sectors in (acting, hit))


def against_the_armed(deeds: Sequence[Deed]) -> bool:
    """Whether armed people fought armed people: soldiers or rebels hit, or their camp, post or convoy."""
    targets = table().words["military_targets"]
    agents = [p for d in deeds for p in d.side("agent") if p.sector in ARMED]
    patients = [p for d in deeds for p in d.side("patient")]
    sheltered = any(_SHELTER.search(d.words) for d in deeds)
    targets = targets - {"camp"} if sheltered else targets
    fought = [p for p in patients if p.sector in ARMED or (not p.people and p.head.lower() in targets)]
    if not any(p.sector == "State forces" for p in agents):  # "all five attackers died"
        fought = [p for p in fought if p.head.lower() not in table().words["doers"]]
    civilian = any(p.sector == "Civilians" and p.head.lower() not in ANYBODY for p in patients)
    sectors = {p.sector for p in agents}
    other = any(p.sector not in sectors or not p.people or len(sectors) > 1 for p in fought)
    return bool(agents and fought) and other and not civilian


def ambushed(deeds: Sequence[Deed], struck: Sequence[Party]) -> bool:
    """Whether none but soldiers were hit, by whomever, in an ambush or a raid: they are there to fight."""
    hit = [party for party in struck if party.people]
    laid = any(deed.trigger.token.lemma_.lower() in ("ambush", "raid") for deed in deeds)
    return laid and bool(hit) and all(party.head.lower() in _SOLDIERS for party in hit)
