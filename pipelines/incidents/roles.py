"""Who did what to whom, from the dependency parse around a cue word.

Active ("rebels attacked the base"), passive ("was attacked by rebels"), nominal ("the rebels' attack on the base",
"an attack by rebels on the base", "rebels carried out an attack"), with weapons as subjects ("a bomb exploded").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.incidents import nouns
from pipelines.incidents.cues import Trigger, table
from pipelines.incidents.model import COORDINATED

if TYPE_CHECKING:
    from spacy.tokens import Token

Side = Literal["agent", "patient", "instrument"]

#: Prepositions before whom or what a deed is aimed at.
_AGAINST = {"on", "against", "at", "upon", "into", "toward", "towards", "targeting", "onto"}
#: Before the place of a blast, which is hit by it.
_NEAR = {"in", "at", "near", "outside", "inside", "under", "beneath", "beside", "against", "on", "behind", "by"}
#: What fighting does by itself.
#: Nouns through which the agent is reached: "a group of", "members of".
_THROUGH = {
    "member",
    "militant",
    "fighter",
    "group",
    "element",
    "unit",
    "column",
    "contingent",
    "commando",
    "faction",
    "cell",
    "band",
    "one",
    "some",
}


@dataclass(frozen=True, slots=True)
class Filler:
    """A phrase with its side in the deed. ``token`` heads it."""

    token: Token
    side: Side
    weight: float


def _kids(token: Token, *deps: str) -> list[Token]:
    return [child for child in token.children if child.dep_ in deps]


def _objects(token: Token, prepositions: set[str]) -> Iterator[Token]:
    for prep in token.children:
        if prep.dep_ in ("prep", "agent", "dative") and prep.lower_ in prepositions:
            for child in prep.children:
                if child.dep_ == "pobj":
                    yield child
                elif child.dep_ == "prep":  # "from across the river"
                    yield from _kids(child, "pobj")


def objects_of(verb: Token, prepositions: set[str]) -> list[Token]:
    """What a verb is done to: its object, its subject in the passive, and what follows one of the prepositions."""
    return [*_kids(verb, "dobj", "nsubjpass"), *_objects(verb, prepositions)]


def _shared_objects(verb: Token) -> list[Token]:
    """ "shot and killed two herders": verbs joined by nothing but "and" have one object, told behind the last."""
    step = verb
    for _ in range(COORDINATED):
        joined = [child for child in step.children if child.dep_ == "conj" and child.pos_ == "VERB"]
        if len(joined) != 1 or _kids(joined[0], "nsubj", "nsubjpass", "auxpass", "aux"):
            return []
        between = step.doc[step.i + 1 : joined[0].i]
        if any(word.dep_ not in ("cc", "advmod", "punct") for word in between):
            return []
        step = joined[0]
        if objects := _kids(step, "dobj"):
            return objects
    return []


def _antecedent(token: Token) -> Token:
    """ "gunmen who attacked": the noun the relative clause hangs on."""
    verb = token.head
    for _ in range(3):
        if verb.dep_ == "relcl":
            return verb.head
        if verb.dep_ in ("conj", "xcomp"):
            verb = verb.head
        else:
            break
    return token


def subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The verb's subject, inherited through "began to", "and" and "while doing"; and whether it is passive."""
    step = verb
    for _ in range(5):
        passive = _kids(step, "nsubjpass", "csubjpass")
        if passive:
            return _resolve(passive[0]), step.i == verb.i or step.dep_ != "conj"
        active = _kids(step, "nsubj")
        if active:
            return _resolve(active[0]), False
        if step.dep_ == "relcl" or step.dep_ == "acl":
            return step.head, step.tag_ == "VBN" and not _kids(step, "dobj")
        if step.dep_ in ("xcomp", "conj", "advcl", "pcomp") and step.head.i != step.i:
            # "helped the rebels attack": the object acts
            objects = (
                _kids(step.head, "dobj")
                if step.dep_ == "xcomp" and step.head.lemma_ in ("order", "force", "tell", "ask", "urge")
                else []
            )
            if objects:
                return objects[0], False
            step = step.head
            if step.dep_ == "prep" and step.head.i != step.i:
                step = step.head
        elif step.dep_ == "prep":
            step = step.head
        else:
            break
        if step.pos_ not in ("VERB", "AUX"):
            break
    return None, False


def _resolve(token: Token) -> Token:
    if (
        token.lower_ in ("it", "they", "he", "she", "we")
        and token.text != "IT"
        and token.head.dep_ in ("ccomp", "advcl")
    ):
        # "the coalition said it struck": who speaks, acts
        speaker = _kids(token.head.head, "nsubj")
        if speaker and speaker[0].i < token.i:
            return speaker[0]
    return _antecedent(token) if token.tag_ in ("WDT", "WP") or token.lower_ in ("who", "which", "that") else token


def _passive(verb: Token, hops: int = COORDINATED) -> bool:
    if any(child.dep_ in ("auxpass", "nsubjpass") or child.dep_ == "agent" for child in verb.children):
        return True
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "relcl", "amod", "advcl"):
        # with a subject of its own it is a past tense taken for a participle ("when the rebels set upon the base")
        return not any(child.dep_ == "aux" for child in verb.children) and not _kids(verb, "dobj", "nsubj")
    if hops and verb.dep_ == "conj" and verb.tag_ == "VBN" and not _kids(verb, "nsubj", "aux"):
        return _passive(verb.head, hops - 1)
    return False


def _misread(verb: Token) -> Token | None:
    """The subject of a verb that the parser took for an adjective of its object: "jets of the coalition bombed forces".

    An adjective does not stand right behind a noun that has another phrase of its own.
    """
    if verb.dep_ != "amod" or verb.tag_ not in ("VBN", "VBD") or verb.i == verb.sent.start:
        return None
    before = verb.nbor(-1)
    if before.tag_ not in ("NN", "NNS", "NNP", "NNPS") or before.dep_ in ("compound", "npadvmod", "nummod"):
        return None
    while before.head.i < verb.i and before.head.i != before.i and before.dep_ in ("pobj", "prep"):
        before = before.head
    return before if before.head.i == verb.head.i or before.head.i > verb.i else None


def _emit(token: Token | None, side: Side, weight: float) -> Iterator[Filler]:
    if token is None:
        return
    for each in nouns.conjuncts(token):
        yield Filler(nouns.meant(each), side, weight)


def _other(side: Side) -> Side:
    return "agent" if side == "patient" else "patient"


def _instruments(token: Token) -> Iterator[Filler]:
    for prep in _objects(token, {"with", "using", "by"}):
        yield from _emit(prep, "instrument", 0.6)
    for child in _kids(token, "advcl", "acl"):
        if child.lower_ == "using":
            for noun in _kids(child, "dobj"):
                yield from _emit(noun, "instrument", 0.7)


def _beside_blast(cue: Token) -> Iterator[Filler]:
    """ "exploded outside the academy": a thing named as the place of a blast is hit by it; people are said to be."""
    for token in _objects(cue, _NEAR):
        if nouns.kind(token)[0] == "thing":
            yield from _emit(token, "patient", 0.55)


def _in_a_fight(verb: Token) -> Iterator[Filler]:
    """ "was killed in a shootout with police": those he fought did it."""
    for fight in _objects(verb, {"in", "during"}):
        if fight.lemma_.lower() in table().words["fights"]:
            for token in _objects(fight, {"with"}):
                yield from _emit(token, "agent", 0.75)


def _of_verb(trigger: Trigger) -> Iterator[Filler]:
    verb, frame = trigger.token, trigger.cue.frame
    subject, _ = subject_of(verb)
    passive = _passive(verb)
    objects = _kids(verb, "dobj", "oprd") or ([] if passive else _shared_objects(verb))
    if (misread := _misread(verb)) is not None:
        subject, objects, passive = misread, [verb.head], False
    if (frame == "suffer" or passive) and trigger.cue.frame != "launch":
        yield from _in_a_fight(verb)
    if frame == "suffer":
        yield from _emit(subject, "patient", 0.8)
        return
    if frame == "tread":
        yield from _emit(subject, "patient", 0.8)
        for token in objects_of(verb, {"on", "over", "into", "by"}):
            if subject is None or token.i != subject.i:
                yield from _emit(token, "instrument", 0.8)
        return
    if frame == "blame":
        to = list(_objects(verb, {"to"})) if verb.lemma_ == "attribute" else []
        accused = to or ([subject] if passive and subject is not None else objects) + list(_objects(verb, {"on"}))
        for token in accused:
            yield from _emit(token, "agent", 0.75)
        return
    if trigger.cue.needs == "claim":
        if passive:
            for token in _objects(verb, {"by"}):
                yield from _emit(token, "agent", 0.9)
        else:
            yield from _emit(subject, "agent", 0.9)
        return
    if frame == "gather":
        yield from _emit(subject, "agent", 0.8)
        return
    if frame == "fight":
        yield from _emit(subject, "agent", 0.7)
        for token in [*objects, *_objects(verb, {"with", "against"})]:
            yield from _emit(token, "patient", 0.7)
        return
    if frame == "blast" and not objects and not passive:
        if subject is not None:
            yield from _emit(subject, "instrument", 0.8)
        yield from _beside_blast(verb)
        return
    if passive:
        target: Token | None = subject
        if (verb.dep_ in ("acl", "relcl") and not _kids(verb, "nsubjpass")) or verb.dep_ == "amod":
            target = verb.head
        yield from _emit(target, "instrument" if frame == "launch" else "patient", 0.9)
        for token in _objects(verb, {"by"}):
            yield from _emit(token, "agent", 0.95)
        against = _AGAINST if frame != "launch" else _AGAINST | _NEAR
        if frame == "launch":
            for token in _objects(verb, against):
                yield from _emit(token, "patient", 0.6)
    else:
        yield from _emit(subject, "agent", 0.9)
        for token in objects:
            yield from _emit(token, "instrument" if frame == "launch" else "patient", 0.9)
        for token in _objects(verb, _AGAINST | ({"in", "near", "outside"} if frame == "launch" else set())):
            yield from _emit(token, "patient", 0.6)
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
        for token in [*_objects(noun, {"with", "between"}), *_objects(verb, {"with", "between", "by"})]:
            yield from _emit(token, "agent" if token.head.lower_ == "by" else "patient", 0.75)
        return
    for child in noun.children:
        if child.dep_ == "poss":
            yield from _emit(child, "agent" if cue.poss == "agent" else "patient", 0.8)
        elif child.dep_ in ("compound", "amod", "nmod") and child.idx < trigger.start and not _opposed(child):
            if child.dep_ == "compound" and nouns.kind(child)[0] == "thing" and not nouns.is_vehicle(child):
                yield Filler(child, "patient", 0.6)  # "the pub bombings"
            else:
                yield Filler(child, "agent", 0.5)
    for token in _objects(noun, {"by"}):
        yield from _emit(token, "agent", 0.9)
        for against in _objects(token, _AGAINST):  # the parser hangs "on the base" on the rebels
            yield from _emit(against, "patient", 0.8)
    for token in _objects(noun, {"of"}):
        yield from _emit(token, "agent" if cue.of == "agent" else "patient", 0.75)
    for token in _objects(noun, _AGAINST):
        yield from _emit(token, "patient", 0.9)
    if cue.frame == "blast":
        yield from _beside_blast(noun)
        if noun.dep_ in ("nsubj", "nsubjpass"):
            yield from _beside_blast(noun.head)  # "the blast happened at a checkpoint"
    for child in _kids(noun, "acl", "relcl"):
        if child.lemma_ in ("target", "hit", "strike", "aim"):
            for token in [*_kids(child, "dobj"), *_objects(child, {"at"})]:
                yield from _emit(token, "patient", 0.8)
        elif child.tag_ == "VBN":
            for token in _objects(child, {"by"}):
                yield from _emit(token, "agent", 0.85)
    if cue.frame == "fight":
        between = list(_objects(noun, {"between"}))
        if not between and noun.dep_ == "nsubj" and noun.head.lemma_ in table().words["happening_verbs"]:
            between = list(_objects(noun.head, {"between"}))  # "fighting broke out between"
        for token in between:
            for head in nouns.conjuncts(token):  # nobody is said to have begun: each acts
                yield Filler(nouns.meant(head), "agent", 0.9)
        killed_in = noun.dep_ == "pobj" and noun.head.lower_ in ("in", "during") and noun.head.head.pos_ == "VERB"
        for token in _objects(noun, {"with"}):
            yield from _emit(token, "agent" if killed_in else "patient", 0.8)
    # "rebels carried out the attack", "took part in the attack", "the attack was carried out by rebels"
    governor = noun.head
    if noun.dep_ == "pobj" and governor.lower_ in ("in", "for", "behind", "out"):
        upper = governor.head
        if governor.lower_ == "in" and upper.lemma_ in ("participate", "involve", "part", "engage"):
            verb = upper.head if upper.lemma_ == "part" else upper
            subject, _ = subject_of(verb)
            yield from _emit(subject, "agent", 0.8)
        elif governor.lower_ == "for" and upper.lemma_ in ("responsibility", "blame", "credit", "responsible"):
            if upper.lemma_ == "blame" and upper.pos_ == "VERB":
                for token in _kids(upper, "dobj"):
                    yield from _emit(token, "agent", 0.8)
            else:
                subject, _ = subject_of(upper.head if upper.head.pos_ in ("VERB", "AUX") else upper)
                yield from _emit(subject, "agent", 0.85)
        elif governor.lower_ == "behind" and upper.lemma_ == "be":
            subject, _ = subject_of(upper)
            yield from _emit(subject, "agent", 0.8)
        elif governor.lower_ == "out" and upper.lemma_ == "carry":
            subject, _ = subject_of(upper)
            yield from _emit(subject, "agent", 0.9)
    elif governor.pos_ == "VERB":
        if noun.dep_ == "dobj" and governor.lemma_ in words["light_verbs"]:
            subject, _ = subject_of(governor)
            yield from _emit(subject, "agent", 0.9)
            for token in _objects(governor, _AGAINST):
                yield from _emit(token, "patient", 0.8)
        elif noun.dep_ == "dobj" and governor.lemma_ in words["suffering_verbs"]:
            subject, _ = subject_of(governor)
            yield from _emit(subject, "patient", 0.8)
        elif noun.dep_ == "nsubjpass":
            for token in _objects(governor, {"by"}):
                yield from _emit(token, "agent", 0.9)
            for token in _objects(governor, _AGAINST):
                yield from _emit(token, "patient", 0.7)
            # "X was blamed for", handled above; "the attack was directed at"
        elif noun.dep_ == "nsubj" and governor.lemma_ in (
            "kill",
            "wound",
            "injure",
            "target",
            "hit",
            "destroy",
            "damage",
            "strike",
            "leave",
            "claim",
        ):
            for token in _kids(governor, "dobj"):
                yield from _emit(token, "patient", 0.85)
        elif noun.dep_ == "nsubj" and governor.lemma_ in words["shaking_verbs"]:
            for token in [*_kids(governor, "dobj"), *_objects(governor, {"through"})]:
                if nouns.kind(token)[0] == "thing":
                    yield from _emit(token, "patient", 0.75)
    elif governor.lower_ == "of" and governor.head.lemma_ == "target" and governor.head.head.lemma_ == "be":
        for token in _kids(governor.head.head, "attr"):  # "the target of the attack was a patrol"
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


def beside(token: Token) -> list[Token]:
    """What else a phrase names: "of" objects ("members of the FMLN") and appositions."""
    found = list(_objects(token, {"of", "from", "belonging"}))
    found += _kids(token, "appos")
    if token.dep_ == "appos":
        found.append(token.head)
    return found
