"""What stands around a verb or noun in the parse: subjects, objects, what follows a preposition, and voice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.incidents.model import COORDINATED

if TYPE_CHECKING:
    from spacy.tokens import Token


def kids(token: Token, *deps: str) -> list[Token]:
    return [child for child in token.children if child.dep_ in deps]


def strayed(verb: Token) -> list[Token]:
    """The rest of a verb's objects that the parser hangs on the verb itself: "killed a couple and their daughters"."""
    objects = kids(verb, "dobj")
    return [
        child
        for child in kids(verb, "conj")
        if objects
        and child.pos_ in ("NOUN", "PROPN")
        and child.i > objects[-1].i
        and child.left_edge.i
        and child.doc[child.left_edge.i - 1].lower_ == "and"
    ]


def objects_after(token: Token, prepositions: set[str]) -> Iterator[Token]:
    for prep in token.children:
        if prep.dep_ in ("prep", "agent", "dative") and prep.lower_ in prepositions:
            for child in prep.children:
                if child.dep_ == "pobj":
                    yield _with_its_name(child)
                elif child.dep_ == "prep":  # "from across the river"
                    yield from kids(child, "pobj")


def _with_its_name(token: Token) -> Token:
    """The noun of "fire by the paramilitary Rapid Support Forces hit": its adjective is read as the object, the noun as
    the next verb's."""
    behind = token.nbor(1) if token.tag_ == "JJ" and token.i + 1 < len(token.doc) else None
    if behind is None or behind.tag_ not in ("NNP", "NNPS"):
        return token
    named = behind.head if behind.dep_ == "compound" else behind
    return named if named.left_edge.i == behind.i and named.dep_ in ("nsubj", "dobj") else token


def objects_of(verb: Token, prepositions: set[str]) -> list[Token]:
    """What a verb is done to: its object, its subject in the passive, and what follows one of the prepositions."""
    return [*kids(verb, "dobj", "nsubjpass"), *objects_after(verb, prepositions)]


def shared_objects(verb: Token) -> list[Token]:
    """ "shot and killed two herders": verbs joined by nothing but "and" have one object, told behind the last."""
    step = verb
    for _ in range(COORDINATED):
        joined = [child for child in step.children if child.dep_ == "conj" and child.pos_ == "VERB"]
        if len(joined) != 1 or kids(joined[0], "nsubj", "nsubjpass", "auxpass", "aux"):
            return []
        between = step.doc[step.i + 1 : joined[0].i]
        if any(word.dep_ not in ("cc", "advmod", "punct") for word in between):
            return []
        step = joined[0]
        if objects := kids(step, "dobj"):
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


_POSING = {"disguise", "dress", "pose"}
#: Whoever does this to an attack did not carry it out, and nobody did.
FOILING = frozenset({"foil", "thwart", "avert", "prevent", "disrupt"})


def subject_of(verb: Token) -> tuple[Token | None, bool]:
    """The verb's subject, inherited through "began to", "and" and "while doing"; and whether it is passive."""
    step = verb
    loose = aside = False
    for _ in range(5):
        passive = kids(step, "nsubjpass", "csubjpass")
        if passive and loose:  # "the post was attacked by gunmen, killing three": the post killed nobody
            return next(objects_after(step, {"by"}), None), False
        if loose and (under := list(objects_after(step, {"under"}))) and step.lemma_ == "come":
            # "the bus came under fire from rebels, killing three": the bus killed nobody
            return next((t for part in (step, *under) for t in objects_after(part, {"from", "by"})), None), False
        if passive:
            return _resolve(passive[0]), step.i == verb.i or step.dep_ != "conj"
        active = kids(step, "nsubj", "csubj")
        if len(active) > 1 and active[0].tag_ == "JJ" and active[1].left_edge.i == active[0].i + 1:
            active = active[1:]  # "the paramilitary Rapid Support Forces seized"
        if (
            active
            and step.dep_ == "advcl"
            and step.head.lemma_ in _POSING
            and any(c.lower_ == "as" for c in step.children)
        ):
            active = kids(step.head, "nsubj") or active  # "gunmen disguised as soldiers opened fire"
        if active and step.dep_ == "relcl" and _is_armed_with(step.head, active[0]):
            return step.head, False
        if active:
            return _resolve(active[0]), False
        if step.dep_ == "relcl" or step.dep_ == "acl":
            return step.head, step.tag_ == "VBN" and not kids(step, "dobj")
        if step.dep_ in ("xcomp", "conj", "advcl", "pcomp") and step.head.i != step.i:
            # "helped the rebels attack": the object acts
            objects = (
                kids(step.head, "dobj")
                if step.dep_ == "xcomp" and step.head.lemma_ in ("order", "force", "tell", "ask", "urge")
                else []
            )
            aside = aside or (step.dep_ == "pcomp" and step.head.lower_ in ("before", "after"))
            if not objects and step.dep_ == "pcomp" and step.head.lower_ in ("of", "from"):
                over = step.head.head  # "accused Doe of planting", "kept Doe from planting"
                objects = [over] if over.pos_ in ("NOUN", "PROPN") else kids(over, "dobj")
            if objects and not aside:
                return objects[0], False
            if step.head.lemma_ in FOILING:
                return None, False  # "foiled a plot to bomb"
            loose = loose or (step.dep_ == "advcl" and step.tag_ == "VBG" and not kids(step, "mark", "advmod"))
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


def _is_armed_with(man: Token, weapon: Token) -> bool:
    """ "A man armed with a knife stabbed four people": read as a knife's deed, told of the man."""
    before = man.doc[max(man.i, weapon.left_edge.i - 2) : weapon.left_edge.i]
    return [word.lower_ for word in before] == ["armed", "with"]


def _resolve(token: Token) -> Token:
    if (
        token.lower_ in ("it", "they", "he", "she", "we")
        and token.text != "IT"
        and token.head.dep_ in ("ccomp", "advcl")
    ):
        # "the coalition said it struck": who speaks, acts
        saying = token.head.head
        while saying.dep_ == "conj" and not kids(saying, "nsubj", "nsubjpass"):
            saying = saying.head  # "claimed the attack and said it had taken"
        speaker = kids(saying, "nsubj")
        if speaker and speaker[0].i < token.i:
            return speaker[0]
    return _antecedent(token) if token.tag_ in ("WDT", "WP") or token.lower_ in ("who", "which", "that") else token


def is_cut_passive(verb: Token) -> bool:
    """ "two soldiers killed in an ambush", "left two officers wounded": a participle with a subject of its own, which
    the parser takes for one who acts. ``verb``: one that is always done to somebody."""
    told = next((child.i for child in verb.children if child.dep_ == "prep" and child.i > verb.i), len(verb.doc))
    objects = [child for child in kids(verb, "dobj") if child.i < told]  # "killed in a Kabul bomb blast" has none
    return (
        verb.tag_ in ("VBN", "VBD")
        and verb.dep_ != "relcl"
        and bool(kids(verb, "nsubj"))
        and not objects
        and not kids(verb, "oprd", "ccomp", "aux", "prt")
        and not any(objects_after(verb, {"into"}))  # "the attackers shot into the air"
        and not shared_objects(verb)
    )


def is_passive(verb: Token, hops: int = COORDINATED) -> bool:
    if any(child.dep_ in ("auxpass", "nsubjpass") or child.dep_ == "agent" for child in verb.children):
        return True
    participle = verb.tag_ == "VBN" or (verb.tag_ == "VBD" and verb.dep_ == "acl")  # "an officer shot on Monday"
    if verb.tag_ == "VBN" and verb.dep_ in ("xcomp", "oprd", "acomp") and verb.head.lemma_ in ("find", "leave"):
        return is_passive(verb.head)  # "two men were found shot dead"
    if verb.lower_ == "taken" and any(child.lower_ in ("hostage", "captive") for child in kids(verb, "dobj")):
        return not kids(verb, "aux")  # "four guards taken hostage were freed"
    if participle and verb.dep_ in ("acl", "relcl", "amod", "advcl"):
        # with a subject of its own it is a past tense taken for a participle ("when the rebels set upon the base")
        return not any(child.dep_ == "aux" for child in verb.children) and not kids(verb, "dobj", "nsubj")
    joined = hops and verb.dep_ == "conj" and not kids(verb, "nsubj", "aux")
    if joined and verb.tag_ == "VBD" and verb.lower_ == "shot" and not kids(verb, "dobj"):
        return is_passive(verb.head, hops - 1)  # "were kidnapped from a bus and shot dead"
    if joined and verb.tag_ == "VBN":
        return is_passive(verb.head, hops - 1)
    return False


#: What opens a clause as often as a phrase.
_CONJUNCTIONS = {"after", "before"}


def misread_subject(verb: Token) -> Token | None:
    """The subject of a verb that the parser took for an adjective of its object: "jets of the coalition bombed forces".

    An adjective does not stand right behind a noun that has another phrase of its own.
    """
    if verb.tag_ not in ("VBN", "VBD") or verb.i == verb.sent.start:
        return None
    before = verb.nbor(-1)
    if verb.tag_ == "VBD" and before.dep_ == "pobj" and before.head.lower_ in _CONJUNCTIONS and kids(verb, "dobj"):
        return before  # "five others injured after gunmen ambushed their convoy"
    if verb.dep_ != "amod":
        return None
    if before.tag_ not in ("NN", "NNS", "NNP", "NNPS") or before.dep_ in ("compound", "npadvmod", "nummod"):
        return None
    while before.head.i < verb.i and before.head.i != before.i and before.dep_ in ("pobj", "prep"):
        before = before.head
    return before if before.head.i == verb.head.i or before.head.i > verb.i else None


#: Pronouns of people whose antecedent is looked for, by whether they stand for one.
_PERSONS = {"he": True, "she": True, "him": True, "her": True, "it": True, "they": False, "them": False}
#: A pronoun's antecedent stands in the sentence right before; what was not parsed between them is this much white.
_GAP = 3


def antecedent(token: Token) -> Token | None:
    """Whom "he" or "they" stands for: the subject of the clause above or before, else of the sentence right before.

    None where that is no noun of the same number.
    """
    one = _PERSONS.get(token.lower_)
    if one is None:
        return None
    sentence = token.sent
    before = [t for t in sentence if t.i < token.i and t.dep_ in ("nsubj", "nsubjpass")]
    if not before and sentence.start > 0:
        last = token.doc[sentence.start - 1].sent
        if sentence.start_char - last.end_char < _GAP:
            before = [t for t in last if t.dep_ in ("nsubj", "nsubjpass") and t.head.i == last.root.i]
    for subject in reversed(before):
        if subject.tag_ in (("NN", "NNP") if one else ("NNS", "NNPS")):
            return subject
    return None
