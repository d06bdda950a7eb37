"""Who did what to whom, from the dependency parse around a cue word.

Active ("rebels attacked the base"), passive ("was attacked by rebels"), nominal ("the rebels' attack on the base",
"an attack by rebels on the base", "rebels carried out an attack"), with weapons as subjects ("a bomb exploded").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.roles import nouns
from pipelines.incidents.roles.clauses import (
    FOILING,
    is_cut_passive,
    is_passive,
    kids,
    misread_subject,
    objects_after,
    objects_of,
    shared_objects,
    strayed,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

Side = Literal["agent", "patient", "instrument"]

#: Prepositions before whom or what a deed is aimed at.
_AGAINST = {"on", "against", "at", "upon", "into", "toward", "towards", "targeting", "onto"}
#: Before the place of a blast, which is hit by it.
_NEAR = {
    "into",
    "onto",
    "in",
    "at",
    "near",
    "outside",
    "inside",
    "under",
    "beneath",
    "beside",
    "against",
    "on",
    "behind",
    "by",
}


#: What a blow does to what it hits.
_HIT = {"kill", "wound", "injure", "target", "hit", "destroy", "damage", "strike"}
#: Whoever does this to people in an attack made it.
_TAKING = {"capture", "seize", "kidnap", "abduct", "snatch"}
#: What a blow starts, and does.
_STARTING = {"spark", "start", "cause", "ignite", "trigger", "touch"}
_RUIN = {"fire", "blaze", "inferno", "damage", "destruction", "explosion"}
#: Whoever does this to a bomb did not lay it.
_UNDOING = {"defuse", "deactivate"}


@dataclass(frozen=True, slots=True)
class Filler:
    """A phrase with its side in the deed. ``token`` heads it."""

    token: Token
    side: Side
    weight: float


def _emit(token: Token | None, side: Side, weight: float) -> Iterator[Filler]:
    if token is None:
        return
    for each in nouns.conjuncts(token):
        yield Filler(nouns.meant(each), side, weight)


def _instruments(token: Token) -> Iterator[Filler]:
    for prep in objects_after(token, {"with", "using", "by"}):
        yield from _emit(prep, "instrument", 0.6)
    for child in kids(token, "advcl", "acl"):
        if child.lower_ == "using":
            for noun in kids(child, "dobj"):
                yield from _emit(noun, "instrument", 0.7)


def _beside_blast(cue: Token) -> Iterator[Filler]:
    """ "exploded outside the academy": a thing named as the place of a blast is hit by it; people are said to be."""
    for token in objects_after(cue, _NEAR):
        if nouns.kind(token)[0] == "thing":
            yield from _emit(token, "patient", 0.55)


def _in_a_fight(verb: Token) -> Iterator[Filler]:
    """ "was killed in a shootout with police", "died after a gun battle with police": those he fought did it."""
    for fight in objects_after(verb, {"in", "during", "after", "following"}):
        if fight.lemma_.lower() in table().words["fights"]:
            behind = (token for token in objects_after(verb, {"with"}) if token.i > fight.i)  # misread as the verb's
            for token in [*objects_after(fight, {"with"}), *_through(fight), *behind]:
                yield from _emit(token, "agent", 0.75)


def _through(fight: Token) -> Iterator[Token]:
    """ "an exchange of gunfire with police": with whom, told behind what was exchanged."""
    for inner in objects_after(fight, {"of"}):
        yield from objects_after(inner, {"with"})


def _by_a_blast(verb: Token) -> bool:
    """ "police hunt a man who left a device that exploded, wounding 13": the blast did, whatever the parse says."""
    if verb.dep_ != "advcl" or verb.tag_ != "VBG" or verb.lemma_ not in table().words["harming_verbs"]:
        return False
    between = verb.doc[verb.head.i + 1 : verb.i]
    return any(cue.frame == "blast" for token in between for _, cue in table().verbs.get(token.lemma_, ()))


def _identified(verb: Token, subject: Token | None, passive: bool) -> Iterator[Filler]:
    """ "the attacker was identified as John Doe", "police named John Doe as the attacker": who, or whom it hit."""
    words = table().words
    one = subject if passive else next(iter(kids(verb, "dobj")), None)
    other = next(iter([*objects_after(verb, {"as"}), *kids(verb, "oprd")]), None)
    if one is None or other is None:
        return
    for said, who in ((one, other), (other, one)):
        if said.lemma_.lower() in words["doers"] and nouns.kind(who)[0] == "name":
            yield from _emit(who, "agent", 0.8)
        elif said.lemma_.lower() in words["sufferers"] and nouns.kind(who)[0] == "name":
            yield from _emit(who, "patient", 0.8)


def _shot_at_somebody(verb: Token) -> bool:
    """ "Troops shot at protesters", but not "three shot at a wedding"."""
    aimed = objects_after(verb, {"at"}) if verb.lemma_ == "shoot" else ()
    ridden = table().words["ridden"]
    return any(nouns.kind(t)[0] == "people" or nouns.is_vehicle(t) or t.lemma_.lower() in ridden for t in aimed)


def _of_verb(trigger: Trigger) -> Iterator[Filler]:
    verb, frame = trigger.token, trigger.cue.frame
    subject, _ = subject_of(verb)
    if _by_a_blast(verb) or verb.lemma_ in _UNDOING:
        subject = None
    passive = is_passive(verb)
    objects = kids(verb, "dobj", "oprd") or ([] if passive else shared_objects(verb))
    if len(objects) > 1:
        objects = [each for each in objects if each.lower_ not in ("hostage", "captive")]  # "took 214 people hostage"
    if (misread := misread_subject(verb)) is not None:
        subject, objects, passive = misread, kids(verb, "dobj") or [verb.head], False
    harming = verb.lemma_ in table().words["harming_verbs"] and not _shot_at_somebody(verb)
    passive = passive or (harming and is_cut_passive(verb))
    if (frame == "suffer" or passive) and trigger.cue.frame != "launch":
        yield from _in_a_fight(verb)
    if frame == "suffer":
        yield from _emit(subject, "patient", 0.8)
        for fire in objects_after(verb, {"under"}):  # "the convoy came under fire from rebels"
            for token in [*objects_after(fire, {"from", "by"}), *objects_after(verb, {"from", "by"})]:
                yield from _emit(token, "agent", 0.8)
        return
    if frame == "tread":
        yield from _emit(subject, "patient", 0.8)
        for token in objects_of(verb, {"on", "over", "into", "by"}):
            if subject is None or token.i != subject.i:
                yield from _emit(token, "instrument", 0.8)
        return
    if frame == "blame":
        to = list(objects_after(verb, {"to"})) if verb.lemma_ == "attribute" else []
        accused = to or ([subject] if passive and subject is not None else objects) + list(objects_after(verb, {"on"}))
        for token in accused:
            yield from _emit(token, "agent", 0.75)
        return
    if frame == "identify":
        yield from _identified(verb, subject, passive)
        return
    if trigger.cue.needs == "claim":
        if passive:
            for token in objects_after(verb, {"by"}):
                yield from _emit(token, "agent", 0.9)
        else:
            yield from _emit(subject, "agent", 0.9)
        return
    if frame == "gather":
        yield from _emit(subject, "agent", 0.8)
        return
    if frame == "fight":
        yield from _emit(subject, "agent", 0.7)
        for token in objects_after(verb, {"between"}):  # "Fighting between A and B" opens a sentence, read as a verb
            yield from _emit(token, "agent", 0.9)
        for token in [*objects, *objects_after(verb, {"with", "against"})]:
            yield from _emit(token, "patient", 0.7)
        return
    if frame == "blast" and not objects and not passive:
        if subject is not None:
            yield from _emit(subject, "instrument", 0.8)
        yield from _beside_blast(verb)
        return
    if passive:
        target: Token | None = subject
        if (verb.dep_ in ("acl", "relcl") and not kids(verb, "nsubjpass")) or verb.dep_ == "amod":
            target = verb.head
        yield from _emit(target, "instrument" if frame == "launch" else "patient", 0.9)
        for token in objects_after(verb, {"by"}):
            yield from _emit(token, "agent", 0.95)
        against = _AGAINST if frame != "launch" else _AGAINST | _NEAR
        if frame == "launch":
            for token in objects_after(verb, against):
                yield from _emit(token, "patient", 0.6)
    else:
        yield from _emit(subject, "agent", 0.9)
        for token in [*objects, *strayed(verb)]:
            yield from _emit(token, "instrument" if frame == "launch" else "patient", 0.9)
        for token in objects_after(verb, _AGAINST | ({"in", "near", "outside"} if frame == "launch" else set())):
            yield from _emit(token, "patient", 0.6)
        if "arson" in trigger.cue.attributes:
            for part in (verb, *objects):
                for token in objects_after(part, {"to"}):
                    yield from _emit(token, "patient", 0.8)  # "set fire to the offices of the party"
        if frame == "blast" or trigger.cue.sub_event_type == "Suicide bomb":
            yield from _beside_blast(verb)  # "blew himself up inside the office"
    yield from _instruments(verb)


def _opposed(token: Token) -> bool:
    """ "anti-government protests": the government is not who protests."""
    return token.i > 1 and token.nbor(-1).lower_ == "-" and token.nbor(-2).lower_ == "anti"


def _of_noun(trigger: Trigger) -> Iterator[Filler]:
    noun, cue = trigger.token, trigger.cue
    words = table().words
    if cue.frame == "pact":
        verb = noun.head if noun.head.dep_ != "prep" else noun.head.head
        subject, passive = subject_of(verb)
        if not passive and noun.dep_ != "nsubj":
            yield from _emit(subject, "agent", 0.8)
        for token in [*objects_after(noun, {"with", "between"}), *objects_after(verb, {"with", "between", "by"})]:
            yield from _emit(token, "agent" if token.head.lower_ == "by" else "patient", 0.75)
        return
    ranked = any(child.tag_ == "JJS" or child.lower_ in ("first", "second", "third") for child in noun.children)
    within = [t for t in noun.children if t.idx >= trigger.start and t.i < noun.i]  # "an RSF | drone strike"
    for child in (*noun.children, *(c for t in within for c in kids(t, "compound", "amod", "nmod"))):
        if child.dep_ == "poss" and ranked:
            continue  # "Europe's deadliest attack"
        if child.dep_ == "poss":
            yield from _emit(child, "agent" if cue.poss == "agent" else "patient", 0.8)
        elif child.dep_ in ("compound", "amod", "nmod") and child.idx < trigger.start and not _opposed(child):
            if child.dep_ == "compound" and nouns.kind(child)[0] == "thing" and not nouns.is_vehicle(child):
                yield Filler(child, "patient", 0.6)  # "the pub bombings"
            else:
                yield Filler(child, "agent", 0.5)
    for token in objects_after(noun, {"by"}):
        yield from _emit(token, "agent", 0.9)
        for against in objects_after(token, _AGAINST):  # the parser hangs "on the base" on the rebels
            yield from _emit(against, "patient", 0.8)
    for token in objects_after(noun, {"of"}):
        yield from _emit(token, "agent" if cue.of == "agent" else "patient", 0.75)
    for token in objects_after(noun, _AGAINST) if "kidnapping" not in cue.attributes else ():
        yield from _emit(token, "patient", 0.9)  # but "a kidnapping on the highway"
    if cue.frame == "blast" or "bombing" in cue.attributes:
        yield from _beside_blast(noun)
        if noun.dep_ in ("nsubj", "nsubjpass"):
            yield from _beside_blast(noun.head)  # "the blast happened at a checkpoint"
    for child in kids(noun, "acl", "relcl"):
        if child.lemma_ in ("target", "hit", "strike", "aim"):
            for token in [*kids(child, "dobj"), *objects_after(child, {"at"})]:
                yield from _emit(token, "patient", 0.8)
        elif child.tag_ == "VBN":
            for token in objects_after(child, {"by"}):
                yield from _emit(token, "agent", 0.85)
    if cue.frame == "fight":
        between = list(objects_after(noun, {"between"}))
        if not between and noun.dep_ == "nsubj" and noun.head.lemma_ in table().words["happening_verbs"]:
            between = list(objects_after(noun.head, {"between"}))  # "fighting broke out between"
        for token in between:
            for head in nouns.conjuncts(token):  # nobody is said to have begun: each acts
                yield Filler(nouns.meant(head), "agent", 0.9)
        killed_in = noun.dep_ == "pobj" and (
            (noun.head.lower_ in ("in", "during") and noun.head.head.pos_ == "VERB")
            or (noun.head.lower_ in ("after", "following") and noun.head.head.lemma_ in words["harming_verbs"])
        )
        for token in objects_after(noun, {"with"}):
            yield from _emit(token, "agent" if killed_in else "patient", 0.8)
    # "rebels carried out the attack", "took part in the attack", "the attack was carried out by rebels"
    governor = noun.head
    if noun.dep_ == "pobj" and governor.lower_ in ("of", "in", "behind") and governor.head.lemma_ in words["doers"]:
        yield from _emit(governor.head, "agent", 0.8)  # "the perpetrator of the attacks, John Doe"
    if noun.dep_ in ("pobj", "pcomp") and governor.lower_ in ("by", "in") and governor.head.lemma_ in _HIT:
        subject, passive = subject_of(governor.head)  # "a hospital was hit by an air strike"
        yield from _emit(subject if passive else None, "patient", 0.85)
    if noun.dep_ == "pobj" and governor.lower_ == "under" and governor.head.lemma_ in ("come", "be"):
        yield from _emit(subject_of(governor.head)[0], "patient", 0.8)  # "the convoy came under attack"
    if noun.dep_ == "pobj" and governor.lower_ in ("in", "for", "behind", "out"):
        upper = governor.head
        if governor.lower_ == "in" and upper.lemma_ in ("participate", "involve", "part", "engage"):
            verb = upper.head if upper.lemma_ == "part" else upper
            subject, _ = subject_of(verb)
            yield from _emit(subject, "agent", 0.8)
        elif governor.lower_ == "in" and upper.lemma_ in _TAKING:  # "captured six soldiers in an ambush"
            subject, passive = subject_of(upper)
            yield from _emit(subject, "patient" if passive else "agent", 0.8)
            for token in () if passive else kids(upper, "dobj"):
                yield from _emit(token, "patient", 0.8)
        elif governor.lower_ == "for" and upper.lemma_ in ("responsibility", "blame", "credit", "responsible"):
            if upper.lemma_ == "blame" and upper.pos_ == "VERB":
                for token in kids(upper, "dobj"):
                    yield from _emit(token, "agent", 0.8)
            else:
                subject, _ = subject_of(upper.head if upper.head.pos_ in ("VERB", "AUX") else upper)
                yield from _emit(subject, "agent", 0.85)
        elif governor.lower_ == "behind" and upper.lemma_ == "be":
            subject, _ = subject_of(upper)
            yield from _emit(subject, "agent", 0.8)
        elif governor.lower_ == "behind" and governor.i and governor.nbor(-1).pos_ in ("NOUN", "PROPN"):
            told = governor.nbor(-1)  # "the gang behind the bombings", "he was the force behind the attack"
            yield from _emit(subject_of(told.head)[0] if told.dep_ == "attr" else told, "agent", 0.8)
        elif governor.lower_ == "out" and upper.lemma_ == "carry":
            subject, _ = subject_of(upper)
            yield from _emit(subject, "agent", 0.9)
    elif governor.pos_ == "VERB":
        if noun.dep_ == "dobj" and governor.lemma_ in words["light_verbs"]:
            subject, _ = subject_of(governor)
            yield from _emit(subject, "agent", 0.9)
            for token in objects_after(governor, _AGAINST):
                yield from _emit(token, "patient", 0.8)
        elif noun.dep_ == "dobj" and governor.lemma_ in words["suffering_verbs"]:
            subject, _ = subject_of(governor)
            yield from _emit(subject, "patient", 0.8)
        elif noun.dep_ == "nsubjpass":
            for token in objects_after(governor, {"by"}) if governor.lemma_ not in FOILING else ():
                yield from _emit(token, "agent", 0.9)
            for token in objects_after(governor, _AGAINST) if governor.lemma_ != "blame" else ():
                yield from _emit(token, "patient", 0.7)
            # "X was blamed for", handled above; "the attack was directed at"
        elif noun.dep_ == "nsubj" and governor.lemma_ in {*_HIT, "leave", "claim"}:
            for token in kids(governor, "dobj"):
                yield from _emit(token, "patient", 0.85)
        elif noun.dep_ == "nsubj" and governor.lemma_ in _STARTING and kids(governor, "dobj"):
            started = kids(governor, "dobj")[0]  # "the strike sparked a fire at a depot", "caused damage to a depot"
            if started.lemma_ in _RUIN:
                for token in [
                    *objects_after(started, {"at", "in", "to"}),
                    *objects_after(governor, {"at", "in", "to"}),
                ]:
                    if nouns.kind(token)[0] == "thing":
                        yield from _emit(token, "patient", 0.75)
        elif noun.dep_ == "nsubj" and governor.lemma_ in words["shaking_verbs"]:
            for token in [*kids(governor, "dobj"), *objects_after(governor, {"through"})]:
                if nouns.kind(token)[0] == "thing":
                    yield from _emit(token, "patient", 0.75)
    elif governor.lower_ == "of" and governor.head.lemma_ == "target" and governor.head.head.lemma_ == "be":
        for token in kids(governor.head.head, "attr"):  # "the target of the attack was a patrol"
            yield from _emit(token, "patient", 0.8)


#: Whoever does this to a weapon uses it.
_USING = {
    *("use", "detonate", "explode", "plant", "place", "drop", "throw", "hurl", "lob", "toss", "fire", "launch"),
    *("set", "activate", "carry", "wear", "drive", "ram", "leave", "employ", "trigger", "brandish", "wield"),
}


def user_of(weapon: Token) -> Token | None:
    """Who uses the weapon that does the deed: "the attackers used two car bombs, which killed six"."""
    if weapon.dep_ == "conj":
        weapon = weapon.head
    if weapon.dep_ != "dobj" or weapon.head.lemma_ not in _USING:
        return None
    subject, passive = subject_of(weapon.head)
    return None if passive else subject


def fillers(trigger: Trigger) -> list[Filler]:
    """The phrases around a cue word with their sides, the surest first, one side a phrase."""
    found = list(_of_verb(trigger) if trigger.is_verb else _of_noun(trigger))
    best: dict[int, Filler] = {}
    for filler in found:
        if filler.token.i == trigger.token.i:
            continue
        held = best.get(filler.token.i)
        if held is None or filler.weight > held.weight:
            best[filler.token.i] = filler
    return sorted(best.values(), key=lambda f: -f.weight)


_MOSTLY = {"mostly", "mainly", "largely", "many", "most", "including"}


def beside(token: Token) -> list[Token]:
    """What else a phrase names: "of" objects ("members of the FMLN") and appositions."""
    found = list(objects_after(token, {"of", "from", "belonging"}))
    # "46 people, mostly women": some of them, and nobody else
    found += [a for a in kids(token, "appos") if not any(c.lower_ in _MOSTLY for c in a.children)]
    for named in kids(token, "acl"):  # "a bomber named John Doe"
        found += kids(named, "oprd") if named.lemma_ in ("name", "call") else []
    if token.dep_ == "appos":
        found.append(token.head)
    return found


def is_apposition(token: Token, beside: Token) -> bool:
    """Whether one of the two nouns stands in apposition to the other: "Sean Collier, a patrol officer"."""
    return beside.dep_ in ("appos", "oprd") or (token.dep_ == "appos" and token.head.i == beside.i)
