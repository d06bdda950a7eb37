"""Which ACLED sub-event type an incident is, from its cue words, weapons and parties.

ACLED's ranking: a fight in which both sides act is a Battle (Armed clash) even where shelling or air strikes were
part of it; Explosions/Remote violence is for means used one-sidedly; Violence against civilians for armed
groups against people who do not fight.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipelines.incidents import wording
from pipelines.incidents.cues import table
from pipelines.incidents.deeds import Deed
from pipelines.incidents.fighting import against_the_armed, ambushed, both_act
from pipelines.incidents.roles.parties import ARMED, Party

#: Which of several named sub-event types an incident takes, the first that any deed names.
_RANK = (
    "Sexual violence",
    "Chemical weapon",
    "Suicide bomb",
    "Grenade",
    "Abduction/forced disappearance",
)
_AIRCRAFT = re.compile(r"\b(?:aircraft|warplanes?|air force|from the air|aerial|jets?|planes?|helicopters?)\b")
_REMOTE = ("Air/drone strike", "Shelling/artillery/missile attack", "Remote explosive/landmine/IED", "Grenade")


def _from_the_ground(deed: Deed) -> bool:
    """Whether a strike is told as one of missiles or shells; tanks that roll in elsewhere in its sentence are none."""
    return any(w.category == "heavy weapons" and w.name not in _ROLLING for w in deed.weapons)


_ROLLING = frozenset({"tank", "T-54", "T-62", "T-72", "Western battle tank", "armoured vehicle"})
_KILLING = frozenset({"killing", "assassination", "shooting", "stabbing", "ramming"})


def family(deed: Deed) -> str:
    """The rough kind of a deed, for splitting: what can be told of the same incident in other words."""
    attributes = deed.trigger.cue.attributes
    for name in (
        "protest",
        "riot",
        "arrests",
        "agreement",
        "kidnapping",
        "robbery",
        "arson",
        "looting",
        "airstrike",
        "shelling",
        "chemical",
        "sexual_violence",
        "bombing",
        "territory",
    ):
        if name in attributes:
            return name
    if deed.trigger.cue.frame == "fight" or deed.trigger.cue.sub_event_type == "Armed clash":
        return "clash"
    if deed.trigger.cue.needs in ("context", "violent_role", "claim", "blame", "identity"):
        return "harm"
    if attributes == ("killing",) and not deed.trigger.cue.sub_event_type:
        return "harm"  # "five were killed" says nothing of how
    if not _KILLING.isdisjoint(attributes):
        return "killing"
    if deed.trigger.cue.needs == "strike_context":
        return "shelling" if _from_the_ground(deed) else "airstrike"
    if deed.trigger.cue.frame in ("launch", "blast"):
        named = {w.sub_event_type for w in deed.weapons} - {""}
        if deed.trigger.token.lemma_ == "drop" and any(w.category == "explosives" for w in deed.weapons):
            return "airstrike"
        if any(w.category == "aircraft" for w in deed.weapons) and _AIRCRAFT.search(deed.words):
            return "airstrike"
        if "Remote explosive/landmine/IED" in named or "Grenade" in named:
            return "bombing"
        if "Shelling/artillery/missile attack" in named:
            return "shelling"
    return "attack"


def _killed_people(deed: Deed) -> bool:
    killed = "killing" in deed.trigger.cue.attributes and deed.status == "happened"
    return killed and bool(deed.side("agent")) and any(party.people for party in deed.side("patient"))


def _killed_and_took(deeds: Sequence[Deed]) -> bool:
    """Whether people were killed in an attack in which others were taken, told in that order: to ACLED no abduction."""
    return family(deeds[0]) != "kidnapping" and any(_killed_people(d) and family(d) != "kidnapping" for d in deeds)


def _crowd(deeds: Sequence[Deed], people: Sequence[Party]) -> str:
    """A crowd that used force: against police or things a violent demonstration, against people a mob."""
    forces = any(p.sector == "State forces" for p in people)
    gathered = any(p.sector == "Protesters" for p in people) or any("protest" in d.words for d in deeds)
    return "Violent demonstration" if forces or gathered else "Mob violence"


_WITHOUT_FORCE = ("Violent demonstration", "Protest with intervention", "Peaceful protest", "Arrests", "Agreement")


def _demonstration(deeds: Sequence[Deed]) -> str:
    """A protest by what the crowd did, or what was done about it."""
    violent = re.compile(r"\b(?:" + "|".join(map(re.escape, table().words["crowd_violence"])) + r")\b")
    if any(violent.search(d.words) for d in deeds):
        return "Violent demonstration"
    against = re.compile(r"\b(?:" + "|".join(map(re.escape, table().words["dispersal"])) + r")\b")
    return "Protest with intervention" if any(against.search(d.words) for d in deeds) else "Peaceful protest"


_PROTESTS = re.compile(
    r"\b(?:during|in|at|amid|as)\b[^.;]{0,60}\b(?:protests?|protesters?|demonstrations?|demonstrators)\b"
    r"|\bto disperse\b"
)


def _at_a_protest(deed: Deed) -> bool:
    """ "Sixteen people were killed during anti-government protests": people who do not fight, killed or shot there."""
    hit = [party for party in deed.side("patient") if party.people]
    harmed = not {"killing", "shooting"}.isdisjoint(deed.trigger.cue.attributes)
    return harmed and bool(hit) and all(p.sector == "Civilians" for p in hit) and bool(_PROTESTS.search(deed.words))


#: What is done to things alone, where nothing else is told of.
_RUIN = frozenset({"destroy", "damage", "raze", "demolish", "smash"})
#: Without aircraft these are bombs laid or thrown.
#: Of the state's forces, those that fly; commandos lay bombs.
_WITH_AIRCRAFT = {"army", "force", "junta", "military"}
_BOMBED = {"bomb", "bombing", "bombard", "bombardment", "pound"}


def _named_type(deed: Deed) -> str:
    """What the cue word says, but "warplanes bombed" tells of an air strike, and so does "the army bombed"."""
    named = deed.trigger.cue.sub_event_type
    flown = any(weapon.category == "aircraft" for weapon in deed.weapons) or bool(_AIRCRAFT.search(deed.words))
    if deed.trigger.is_verb and deed.trigger.token.lemma_.lower() == "bomb":
        states = (p for p in deed.side("agent") if p.sector == "State forces")
        flown = flown or any(p.name is not None or p.head.lower() in _WITH_AIRCRAFT for p in states)
    return "Air/drone strike" if flown and deed.trigger.token.lemma_.lower() in _BOMBED else named


def _gained(deeds: Sequence[Deed]) -> str:
    """Ground taken, by who took it."""
    state = any(p.sector == "State forces" for d in deeds for p in d.side("agent"))
    return "Government regains territory" if state else "Non-state actor overtakes territory"


_ANSWERED = frozenset({"retaliation", "response", "revenge", "reprisal", "reply"})


#: Whoever fires from these makes an air strike of missiles too; "at" and "down" before them name what was hit.
_FLOWN = re.compile(
    r"\b(?:by|from)\s+(?:[\w-]+\s+){0,2}(?:war ?planes|fighter jets|jets|aircraft|helicopters|planes)\b"
)


def _answered(deed: Deed) -> bool:
    """ "Missiles were fired in retaliation for the gas attack": the gas attack is another incident's."""
    preposition = deed.trigger.token.head
    return preposition.lower_ in ("for", "to") and preposition.head.lower_ in _ANSWERED


def _harmed_by_the_state(deeds: Sequence[Deed], struck: Sequence[Party]) -> bool:
    """ "Police fired at protesters, killing three": no mere intervention."""
    harming = table().words["harming_verbs"] | {"fire", "open"}
    blows = [d for d in deeds if d.status == "happened" and family(d) != "protest"]
    dealt = [d for d in blows if d.trigger.token.lemma_.lower() in harming]
    by_forces = any(p.sector == "State forces" for d in dealt for p in d.side("agent"))
    return by_forces and any(p.sector == "Protesters" for p in struck)


def _one_sided(acting: Sequence[Party], struck: Sequence[Party]) -> bool:
    """Civilians killed, nobody armed hit and no second side acting: "fighting" beside it tells of the war around."""
    hit = [p for p in struck if p.people]
    sides = {p.sector for p in acting if p.sector in ARMED}
    return bool(hit) and all(p.sector == "Civilians" for p in hit) and len(sides) < 2


def sub_event_type(deeds: Sequence[Deed]) -> str:
    """The ACLED sub-event type of the deeds of one incident."""
    apart = [deed for deed in deeds if _answered(deed)]
    deeds = [deed for deed in deeds if deed not in apart] or deeds
    votes: defaultdict[str, float] = defaultdict(float)
    taking = [
        deed for deed in deeds if "hostage_taking" in deed.trigger.cue.attributes
    ]  # names it if nothing else does
    known = any(family(deed) != "harm" and not wording.is_heard(deed.trigger) for deed in deeds)
    for deed in deeds:
        if deed in taking or (known and wording.is_heard(deed.trigger)):
            continue
        if deed.trigger.cue.sub_event_type:
            votes[_named_type(deed)] += deed.weight
        elif deed.trigger.cue.needs == "strike_context" and not _from_the_ground(deed):
            votes["Air/drone strike"] += deed.weight  # what "strikes" are where nothing says with what
    for deed in deeds:
        # a weapon beside a deed that does not say how it was done
        if deed.trigger.cue.sub_event_type and deed.trigger.cue.frame not in ("blast", "launch"):
            continue
        for weapon in deed.weapons:
            if any(weapon.start < other.trigger.end and other.trigger.start < weapon.end for other in apart):
                continue
            if weapon.name in _ROLLING and deed.trigger.token.lemma_.lower() in ("strike", "kill"):
                continue  # tanks that roll in elsewhere in the sentence
            flown = weapon.name in ("missile", "rocket") and _FLOWN.search(deed.words)
            if flown or (deed.trigger.token.lemma_ == "drop" and weapon.category == "explosives"):
                votes["Air/drone strike"] += 0.5
            elif weapon.sub_event_type:
                votes[weapon.sub_event_type] += 0.5
    for name in _RANK:
        if votes[name] >= 0.5 and not (name == "Abduction/forced disappearance" and _killed_and_took(deeds)):
            return name
    people = [p for d in deeds for p in d.parties if p.people]
    struck = [p for d in deeds for p in d.side("patient")]
    acting = [p for d in deeds for p in d.side("agent") if p.people]
    violent = {name for name, vote in votes.items() if vote} - set(_WITHOUT_FORCE)
    if (votes["Protest with intervention"] or votes["Peaceful protest"]) and _harmed_by_the_state(deeds, struck):
        return "Excessive force against protesters"
    for name in _WITHOUT_FORCE:
        if votes[name] and not violent:
            return _demonstration(deeds) if name in ("Peaceful protest", "Protest with intervention") else name
    if any(p.sector == "Protesters" for p in struck) and any(p.sector == "State forces" for p in acting):
        return "Excessive force against protesters"
    if any(_at_a_protest(d) for d in deeds) and any(p.sector == "State forces" for p in acting):
        return "Excessive force against protesters"
    if acting and all(p.sector in ("Rioters", "Protesters") for p in acting) and any(p.sector for p in people):
        return _crowd(deeds, people)
    if votes["Mob violence"]:
        return "Mob violence"
    fights = [d for d in deeds if d.trigger.cue.frame == "fight"]
    fighting = [p for d in fights for p in d.side("agent") if p.people]
    if len({p.key for p in fighting}) > 1 and all(p.sector == "Civilians" and p.name is None for p in people):
        return "Mob violence"  # "clashes between students and villagers"
    if any(p.sector in ("Rioters", "Protesters") for d in fights for p in d.parties):
        return _crowd(deeds, people)
    bombed = votes["Remote explosive/landmine/IED"] or any(w.category == "explosives" for d in deeds for w in d.weapons)
    suicide = "suicide" if bombed else "suicide bomber"
    if any(suicide in deed.words for deed in deeds):
        return "Suicide bomb"
    taken = [deed for deed in deeds if "territory" in deed.trigger.cue.attributes and deed.status == "happened"]
    if taken:  # ACLED's battles in which ground changes hands, however they were fought
        return _gained(taken)
    clash = votes["Armed clash"]
    if both_act(deeds) or (clash >= 0.7 and any(deed.counter for deed in deeds)):
        return "Armed clash"
    remote = max(_REMOTE, key=lambda name: votes[name])
    killing = votes["Attack"]
    if votes["Looting/property destruction"] and any(_killed_people(deed) for deed in deeds):
        killing += votes["Looting/property destruction"]  # a raid in which people were killed and houses burned
    if votes["Looting/property destruction"] > clash + killing and not votes[remote]:
        return "Looting/property destruction"  # looted "after fighting in the town"
    if clash and clash >= votes[remote] and clash >= killing * 0.8 and not (killing and _one_sided(acting, struck)):
        return "Armed clash"
    if votes[remote] and votes[remote] >= min(killing, 1.0) * 0.6:
        return remote
    if votes["Non-state actor overtakes territory"] > max(killing, clash, 0.1):
        return _gained(deeds)
    if votes["Looting/property destruction"] > killing:
        return "Looting/property destruction"
    if killing:
        return "Attack"
    if against_the_armed(deeds) or ambushed(deeds, struck):
        return "Armed clash"
    if struck and not any(p.people for p in struck) and all(d.trigger.token.lemma_.lower() in _RUIN for d in deeds):
        return "Looting/property destruction"
    bare = taking and not any(_killed_people(deed) for deed in deeds)
    return taking[0].trigger.cue.sub_event_type if bare else "Attack"  # nothing else says how


def attributes(deeds: Sequence[Deed]) -> tuple[str, ...]:
    """What ACLED folds away, sorted."""
    found = {name for deed in deeds for name in deed.trigger.cue.attributes} - {"killing", "territory"}
    if any(d.attempted for d in deeds) and not any(d.status == "happened" and not d.attempted for d in deeds):
        found.add("attempted")
    if any(d.claimed for d in deeds):
        found.add("claimed")
    if any(d.counter for d in deeds):
        found.add("counter_attack")
    return tuple(sorted(found))
