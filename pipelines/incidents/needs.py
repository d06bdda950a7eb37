"""Whether a cue word too common to stand alone has the company it needs (``needs`` in ``data/cues.toml``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.incidents import cues
from pipelines.incidents.actors import country_of
from pipelines.incidents.cues import Trigger
from pipelines.incidents.model import text_of
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.roles import clauses, nouns
from pipelines.incidents.roles.parties import ARMED, Party, has
from pipelines.incidents.status import by_force
from pipelines.incidents.weapons import WeaponMention

if TYPE_CHECKING:
    from spacy.tokens import Token

#: What a strike does to somebody.
_HITS = {"hit", "target", "leave", "trap", "bury", "set", "tear", "rip"}
#: What guns fire.
_SHOTS = {"ammunition", "bullet", "gun", "round", "shot", "volley", "weapon"}
#: Before what somebody who "came under fire" is reproached with.
_REPROACHED = {"for", "over", "because"}
#: Groups that fire with words.
_CRITICS = re.compile(
    r"\b(?:rights|aid|advocacy|opposition|campaign\w*|consumer|environmental\w*|religious|trade|civil)\b", re.I
)
#: Who takes people without right; and "men", masked or on motorcycles.
_TAKERS = ARMED - {"State forces"}
#: So many taken at once are a mass arrest.
_MASS = 10


def answered(
    trigger: Trigger,
    parties: list[Party],
    instruments: list[tuple[int, int]],
    near: Sequence[WeaponMention],
    triggers: dict[int, Trigger],
) -> bool:
    """Whether a cue word too common to stand alone has the company it needs (``needs`` in the data file)."""
    match trigger.cue.needs:
        case "":
            return True
        case "weapon":
            behind = [c for c in trigger.token.children if c.dep_ in ("dobj", "advmod", "prt")]
            thrown = bool(instruments) and not any(c.i in triggers or c.lower_ == "away" for c in behind)
            return thrown or _fires_at_people(trigger, parties)
        case "deed_or_actor":
            return (
                not trigger.is_verb or has(parties, "patient") or any(c.i in triggers for c in trigger.token.children)
            )
        case "place_object":
            return has(parties, "agent", armed=True) and _takes_ground(trigger.token)
        case "fighters":
            return any(p.side == "patient" and p.sector in ARMED for p in parties)
        case "captive" | "taken":
            return _takes_people(parties)
        case "crowd":
            return _is_protest(trigger)
        case "protesters":
            return _against_a_crowd(trigger) or any(
                p.side == "patient" and p.sector in ("Protesters", "Rioters") for p in parties
            )
        case "many":
            return not trigger.is_verb or _takes_many(trigger.token)
        case "livestock":
            taken = clauses.objects_of(trigger.token, {"with"})
            return has(parties, "agent") and any(t.lemma_.lower() in cues.table().words["livestock"] for t in taken)
        case "mine":
            trodden = clauses.objects_of(trigger.token, {"on", "over", "into", "by"})
            return has(parties, "patient") and any(t.lemma_.lower() in cues.table().words["mines"] for t in trodden)
        case "munition":
            on = clauses.objects_of(trigger.token, {"in", "into", "on"})
            if any(
                w.name == "warplane" and w.start < end and start < w.end for w in near for start, end in instruments
            ):
                return False  # an aircraft that comes down
            return bool(instruments) and not any(t.lemma_.lower() in cues.table().words["empty"] for t in on)
        case "chemical":
            agents = [w for w in near if w.category == "chemical"]
            return any(w.start < end and start < w.end for w in agents for start, end in instruments)
        case "pact":
            verb = trigger.token.head if trigger.token.head.dep_ != "prep" else trigger.token.head.head
            return verb.lemma_.lower() in cues.table().words["agreeing_verbs"]
        case "somebody":
            suffering = [c for c in trigger.token.children if c.dep_ in ("dobj", "nsubjpass")]
            counted = any(c.pos_ == "NUM" for c in suffering)
            return counted or _somebody(trigger.token) or any(p.side == "patient" and p.people for p in parties)
        case "patient":
            return has(parties, "patient")
        case "agent":
            return has(parties, "agent")
        case "both":
            return has(parties, "agent") and has(parties, "patient")
        case "violent_role":
            if trigger.token.lemma_ in ("wound", "injure", "maim"):
                return has(parties, "patient") or trigger.is_verb
            hit = has(parties, "patient") or _somebody(trigger.token)
            if bool(instruments) and near and _ground_hit(trigger.token):
                return True
            return (has(parties, "agent", armed=True) or bool(instruments)) and hit
        case "fire":
            return _is_fired_on(trigger, parties)
        case "context":
            return True
        case "identity":
            return bool(parties)
        case "claim" | "blame":
            return has(parties, "agent") and not _of_another_kind(trigger.token, triggers)
        case "strike_context":
            return _is_a_blow(trigger, parties, near)
    return False


def _ground_hit(verb: Token) -> bool:
    """ "Russian drones hit Odesa", "missiles struck the city"."""
    hit = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    return any(c.pos_ == "PROPN" or c.lemma_.lower() in cues.table().words["ground"] for c in hit)


#: What strikes of workers are told with.
_LABOUR = re.compile(
    r"\b(?:unions?|walk-?outs?|wages?|pay|pensions?|workers|staff|industrial action|strikers?|picket\w*)\b", re.I
)


def _is_a_blow(trigger: Trigger, parties: list[Party], near: Sequence[WeaponMention]) -> bool:
    """Whether a strike is one of arms: with a weapon, or an armed side's, or with somebody hit; workers strike too."""
    noun, verb = trigger.token, trigger.token.head
    if not near and (_LABOUR.search(noun.sent.text) or any(_is_civil(c) for c in noun.children)):
        return False
    armed = [p for p in parties if p.name is not None or p.sector in ARMED]
    if near or any(not _is_a_country(noun, p) for p in armed):
        return True
    words, lemma = cues.table().words, verb.lemma_.lower()
    harms = lemma in words["harming_verbs"] or lemma in words["wrecking_verbs"] or lemma in _HITS
    done = noun.dep_ in ("dobj", "nsubjpass") and lemma in words["light_verbs"]
    at_a_place = any(t.pos_ == "PROPN" for t in clauses.objects_after(noun, {"on", "against"}))
    struck = (noun.dep_ == "nsubj" and harms) or done
    return (has(parties, "patient") and struck) or (bool(armed) and at_a_place)


def _is_civil(whose: Token) -> bool:
    """ "Nurses' strikes"."""
    return whose.dep_ in ("poss", "compound") and nouns.kind(whose) == ("people", "Civilians")


def _is_a_country(noun: Token, party: Party) -> bool:
    """ "French strikes": whose, by the country alone."""
    words = text_of(noun.doc)[party.start : party.end]
    return party.side == "agent" and " " not in words and country_of(words) is not None


def _of_another_kind(verb: Token, triggers: dict[int, Trigger]) -> bool:
    """ "accused him of corruption", "claimed responsibility for protecting them": it is about something else."""
    said = [
        told
        for noun in (verb, *(c for c in verb.children if c.dep_ == "dobj"))
        for prep in noun.children
        if prep.dep_ == "prep" and prep.lower_ in ("of", "for")
        for told in prep.children
        if told.dep_ == "pcomp" or verb.lemma_.lower() == "accuse"
    ]
    return bool(said) and not any(token.i in triggers for told in said for token in told.subtree)


def _somebody(verb: Token) -> bool:
    """ "beat him", "they were tortured": people whom only a pronoun names; "it" may be a record or a deadline."""
    return any(
        child.pos_ == "PRON" and child.dep_ in ("dobj", "nsubjpass") and child.lower_ not in ("it", "itself")
        for child in verb.children
    )


def _takes_ground(verb: Token) -> bool:
    """ "captured two villages", "took control of the city": what is taken is a place."""
    taken = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    controlled = [
        t for c in taken if c.lemma_ == "control" for of in c.children if of.lower_ == "of" for t in of.children
    ]
    return any(t.lemma_ in cues.table().words["ground"] or t.pos_ == "PROPN" for t in (*taken, *controlled))


def _fires_at_people(trigger: Trigger, parties: list[Party]) -> bool:
    """ "Fired at protesters", "fired live rounds into the crowd", "fired on a patrol": what with, nobody need say."""
    verb = trigger.token
    shot = [c for c in verb.children if c.dep_ == "dobj"]
    aimed = any(c.dep_ == "prep" and c.lower_ in ("at", "on", "upon", "into") for c in verb.children)
    return (
        verb.lemma_ == "fire"
        and aimed
        and not clauses.is_passive(verb)
        and all(c.lemma_.lower() in _SHOTS for c in shot)
        and (any(p.side == "patient" and p.people for p in parties) or _hits_what_is_fired_on(parties))
    )


def _hits_what_is_fired_on(parties: list[Party]) -> bool:
    """Whether it is a thing that people are in, or those whom guns fire at and critics do not."""
    heads = {p.head.lower() for p in parties if p.side == "patient"}
    words = cues.table().words
    return not heads.isdisjoint(words["ridden"] | words["fired_on"])


def _is_fired_on(trigger: Trigger, parties: list[Party]) -> bool:
    """ "The convoy came under fire from rebels", but not "the minister came under fire from lawmakers"."""
    fire = list(clauses.objects_after(trigger.token, {"under"}))
    told = [trigger.token, *fire]
    if any(c.lower_ in _REPROACHED for t in told for c in t.children):
        return False
    if acting := [p for p in parties if p.side == "agent"]:
        text = text_of(trigger.token.doc)
        return any(p.sector in ARMED and not _CRITICS.search(text, p.start, p.end) for p in acting)
    return _hits_what_is_fired_on(parties)


def _takes_people(parties: list[Party]) -> bool:
    """Gunmen "seized 12 villagers": who is held by the state is arrested, and who fights is taken prisoner."""
    takers = any(p.side == "agent" and (p.head == "man" or p.sector in _TAKERS) for p in parties)
    taken = (p for p in parties if p.side == "patient" and p.people and p.head != "prisoner")
    return takers and any(p.sector not in ARMED for p in taken)


def _took_place(noun: Token) -> bool:
    """ "protests erupted", "there were protests", "police broke up a sit-in": told as an event."""
    verb, words = noun.head, cues.table().words
    if verb.tag_ not in ("VBD", "VBN"):
        return False
    if noun.dep_ == "attr":
        return any(c.dep_ == "expl" for c in verb.children)
    happened = noun.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ in words["happening_verbs"]
    return happened or (noun.dep_ in ("dobj", "nsubjpass") and verb.lemma_ in words["gathering_verbs"])


def _against_a_crowd(trigger: Trigger) -> bool:
    """ "Used batons to disperse supporters of the party", "fired tear gas as protesters threw stones"."""
    if by_force(trigger.token):
        return True
    words = {token.lemma_.lower() for token in trigger.token.sent}
    return trigger.token.lemma_ != "disperse" and bool(
        words & {"protester", "protestor", "demonstrator", "marcher", "rioter"}
    )


def _is_protest(trigger: Trigger) -> bool:
    """Whether people gather against or for something, and not an army marches or shares rally."""
    token, words = trigger.token, cues.table().words
    if not trigger.is_verb and _took_place(token):
        return True
    crowd = [t for t in token.sent if t.lemma_.lower() in words["crowd"] or t.lower_ in words["crowd"]]
    if not crowd:
        return False
    if not trigger.is_verb:
        if token.dep_ == "compound":
            return False  # "a protest movement"
        return token.tag_ == "NN" or any(t.lower_ in ("several", "two", "the", "these") for t in token.children)
    if token.tag_ not in ("VBD", "VBN", "VBG"):
        return False
    subject, _ = clauses.subject_of(token)
    against = subject in crowd and any(c.lower_ == "against" for c in token.children)
    return (
        against
        or token.lemma_ in ("protest", "demonstrate", "riot")
        or any(t.lemma_.lower() in ("protest", "demonstration", "demand", "protester", "slogan") for t in token.sent)
    ) and (against or subject is None or nouns.kind(nouns.meant(subject))[0] == "people")


def _takes_many(verb: Token) -> bool:
    """ "detained 48 people", "rounded up dozens": ten or more."""
    held = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    if not held and verb.dep_ == "acl":
        held = [verb.head]
    edges = [(min(t.idx for t in one.subtree), one.idx + len(one)) for one in held]
    return any(n.min >= _MASS for a, b in edges for n in find_numbers(text_of(verb.doc)[a:b]))
