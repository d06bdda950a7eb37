"""Victims of a verb: the object of "killed", the subject of "died" and of "was shot dead".

The dependency parse is asked first; where it yields nobody, the counted phrase right beside the verb
is taken, since the small model goes astray on headlines, capitals and long lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.incidents.claims.lists import heads, rest_of_list
from pipelines.incidents.claims.mentions import Figures, Mention, is_person, read
from pipelines.incidents.claims.runs import run_after, run_before
from pipelines.incidents.claims.strayed import as_were, before_aside, behind_participle
from pipelines.incidents.claims.words import word_set, words
from pipelines.incidents.model import COORDINATED
from pipelines.incidents.roles.clauses import strayed
from pipelines.incidents.roles.nouns import without_speakers
from warehouse.vocabulary import Casualty

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_SUBJECTS = ("nsubjpass", "nsubj")
_LEAVE = word_set("leave")
#: So many words after a verb those may be named who suffered with its victims.
_BESIDE = 25

#: Not only people are "captured" or "seized".
_TOWNS_TOO = ("captur", "seiz", "snatch")


@dataclass(frozen=True, slots=True)
class Finding:
    """A cue and the victims it speaks of. ``certainty`` is the rule's own, before hedges."""

    cue: Token
    outcome: Casualty
    mentions: tuple[Mention, ...]
    certainty: float
    governor: Token


def transitive(verb: Token, outcome: Casualty, sentence: Span, figures: Figures, *, cue: Token) -> Finding:
    beside = _right_before(verb, sentence, figures)
    if beside is not None:
        return Finding(cue, outcome, (beside,), 0.9, verb)
    people = outcome in ("killed", "injured") and verb.lower_ not in (
        "hurt",
        "hurts",
        "hurting",
        "executed",
        "eliminated",
    )
    mentions, certainty = read_all(_object_of(verb), figures, surely_people=people), 0.9
    if verb.lower_.startswith(_TOWNS_TOO) and not any(child.dep_ == "auxpass" for child in verb.children):
        mentions = tuple(mention for mention in mentions if mention.kind == "counted")
    if mentions:
        mentions += (*_given_away(verb, mentions[-1], figures), *_last_of_list(verb, mentions, figures))
        mentions += read_all(as_were(verb), figures)
    else:
        mentions, certainty = _only(_beside(verb, sentence, figures)), 0.7
        mentions = mentions or read_all(behind_participle(verb) or before_aside(verb), figures)
    return Finding(cue, outcome, mentions + _along_with(verb, sentence, figures, mentions), certainty, verb)


def _along_with(verb: Token, sentence: Span, figures: Figures, known: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """ "The mayor was killed along with two bodyguards", "was killed near his home, along with his son"."""
    for token in verb.doc[verb.i + 1 : min(sentence.end, verb.i + _BESIDE)]:
        if token.lower_ in words().transitive and token.pos_ == "VERB":
            return ()
        if token.lower_ == "with" and token.doc[token.i - 1].lower_ in ("along", "together"):
            companions = read_all([child for child in token.children if child.dep_ == "pobj"], figures)
            return tuple(m for m in companions if not any(m.quantifier == other.quantifier for other in known))
    return ()


def _given_away(verb: Token, last: Mention, figures: Figures) -> tuple[Mention, ...]:
    """The rest of a list that the parse gives to the next verb as its subject: "killed a judge, his driver and a guard
    and injured two". A new clause would begin with "and", not with a comma."""
    for following in verb.children:
        if (
            following.dep_ != "conj"
            or following.lower_ not in words().transitive
            or following.doc[following.i - 1].lower_ != "and"
        ):
            continue
        for subject in following.children:
            listed = subject.dep_ == "nsubj" and any(child.dep_ == "conj" for child in subject.children)
            if listed and subject.i > last.last and subject.doc[subject.left_edge.i - 1].text == ",":
                return read_all([subject], figures, surely_people=True)
    return ()


def _last_of_list(verb: Token, known: tuple[Mention, ...], figures: Figures) -> tuple[Mention, ...]:
    """The end of a list of subjects that the parse ties to a word within the first: "two officers who were her guards
    and a clerk were wounded"."""
    auxiliaries = [child.i for child in verb.children if child.dep_ == "auxpass"]
    last = verb.doc[min(auxiliaries) - 1] if auxiliaries and min(auxiliaries) > verb.sent.start else None
    if (
        last is None
        or last.dep_ != "conj"
        or last.pos_ != "NOUN"
        or not any(c.lower_ == "and" for c in last.head.children)
    ):
        return ()
    if not any(t.tag_ in ("WP", "WDT") for t in verb.doc[known[-1].last + 1 : last.i]):
        return ()
    mention = read(last, figures)
    fits = mention is not None and mention.kind in ("counted", "single") and mention.first > known[-1].last
    return (mention,) if mention is not None and fits else ()


def _right_before(verb: Token, sentence: Span, figures: Figures) -> Mention | None:
    """The figure that stands right before a participle, whatever the parse made of it:
    "(12 were killed) and at least 20 wounded", "(killing 3 children) and over 200 others were hurt"."""
    if (
        verb.tag_ not in ("VBN", "VBD", "JJ")
        or verb.dep_ == "amod"
        or any(child.dep_ == "dobj" for child in verb.children)
    ):
        return None
    own = [child for child in verb.children if child.dep_ in _SUBJECTS]
    mention = run_before(verb.i, figures, verb.doc, sentence.start)
    if mention is None or any(token.i in mention.tokens for token in own):
        return None
    if mention.last == verb.i - 1 or (not own and verb.dep_ == "conj"):
        return mention
    return None


def _object_of(verb: Token, hops: int = COORDINATED) -> list[Token]:
    """The head words of a verb's victims, from the parse.

    ``hops``: verbs coordinated before it that may be asked; a text of nothing but such verbs costs no square of time.
    """
    objects = [child for child in verb.children if child.dep_ in ("dobj", "obj") and child.i > verb.i]
    if objects:
        return [*objects, *strayed(verb)]
    if verb.dep_ in ("oprd", "acomp", "xcomp", "ccomp") and verb.head.lower_ in _LEAVE:
        left = [child for child in verb.head.children if child.dep_ == "dobj" and child.i < verb.i]
        if left:
            return left  # "shot him and left him wounded"
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    if passive or (verb.tag_ == "VBN" and verb.dep_ in ("acomp", "oprd", "attr", "xcomp", "ccomp")):
        return subject_of(verb)
    if verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBD"):  # "seven dead, 20 hurt": with a subject of its own
        return [child for child in verb.children if child.dep_ in _SUBJECTS and child.i < verb.i] or [verb.head]
    if verb.dep_ == "amod" and verb.tag_ in ("VBN", "VBD", "JJ"):
        return [verb.head] if any(child.dep_ == "nummod" for child in verb.head.children) else []
    if verb.dep_ == "conj" and hops:
        shared = _shared(verb, hops)
        if shared:
            return shared
    for child in verb.children:
        if child.dep_ == "conj" and child.lower_ in words().transitive and child.i - verb.i <= 3 and verb.tag_ != "VBN":
            return [grandchild for grandchild in child.children if grandchild.dep_ == "dobj"]
    if verb.dep_ == "relcl" and any(
        child.dep_ == "nsubj" and child.tag_ not in ("WDT", "WP") for child in verb.children
    ):
        return [verb.head]  # "the farmers (whom) the rebels killed"
    if verb.tag_ in ("VBD", "VBN"):
        return [child for child in verb.children if child.dep_ in _SUBJECTS and child.i < verb.i]
    return []


def _shared(verb: Token, hops: int) -> list[Token]:
    """Victims taken over from the first of two coordinated verbs: "was kidnapped and killed"."""
    if any(child.dep_ in _SUBJECTS for child in verb.children):
        return subject_of(verb)
    first = verb.head
    coordinated = (
        first.lower_ in words().transitive
        or first.lower_ in words().manner
        or any(child.dep_ == "auxpass" for child in first.children)  # whatever was done to them first
    )
    if coordinated and verb.tag_ == first.tag_ and verb.tag_ in ("VBN", "VBD") and verb.i - first.i <= 12:
        return _object_of(first, hops - 1)
    return []


def subject_of(verb: Token) -> list[Token]:
    """The subject, over complements ("is believed to have been killed") and relative pronouns."""
    token = verb
    for _ in range(4):
        subjects = [child for child in token.children if child.dep_ in _SUBJECTS and child.i < verb.i]
        if subjects:
            return [
                _antecedent(token.head) if subject.tag_ in ("WDT", "WP") and token.dep_ == "relcl" else subject
                for subject in subjects
            ]
        if token.dep_ in ("acl", "relcl"):
            return [token.head]
        if token.dep_ in ("xcomp", "acomp", "oprd", "attr", "ccomp", "conj", "auxpass") and token.head != token:
            if token.dep_ == "conj" and token.head.lower_ in words().speech and token.head.tag_ != "VBN":
                break  # who reports it did not suffer it
            token = token.head
            continue
        break
    return []


def _antecedent(noun: Token) -> Token:
    """Whom "who" means: of "six nuns, five of them Germans, who were killed", the nuns."""
    doc = noun.doc
    for i in range(noun.i - 1, max(noun.sent.start + 1, noun.i - 4), -1):
        if doc[i].lower_ in ("them", "whom") and doc[i - 1].lower_ == "of":
            comma = next((j for j in range(i - 2, max(noun.sent.start, i - 6), -1) if doc[j].text == ","), None)
            if comma is not None and doc[comma - 1].pos_ in ("NOUN", "PROPN"):
                return doc[comma - 1]
    return noun


def subject_victims(verb: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Finding:
    mentions, certainty = read_all(subject_of(verb), figures), 0.9
    if not mentions and (fallback := run_before(verb.i, figures, verb.doc, sentence.start)):
        mentions, certainty = (fallback,), 0.7
    return Finding(verb, outcome, mentions, certainty, verb)


def _beside(verb: Token, sentence: Span, figures: Figures) -> Mention | None:
    """The counted phrase right after an active verb, or right before a participle."""
    after = run_after(verb.i, figures, verb.doc, sentence.end)
    if after is not None and verb.tag_ != "VBN":
        return after
    before = run_before(verb.i, figures, verb.doc, sentence.start) if verb.tag_ in ("VBN", "VBD", "JJ", "NN") else None
    return before or after


def words_before(token: Token, count: int) -> list[Token]:
    return [token.doc[i] for i in range(token.i - 1, max(token.sent.start, token.i - count) - 1, -1)]


def read_all(victims: list[Token], figures: Figures, *, surely_people: bool = False) -> tuple[Mention, ...]:
    mentions: list[Mention] = []
    for victim in victims:
        first = _first_of_list(victim)
        for head in without_speakers([*heads(first), *_led_astray(first)]):
            mention = read(head, figures, surely_people=surely_people)
            if mention is not None and _shares_a_figure(mention, head, mentions):
                continue
            if mention is not None and not any(
                mention.first <= other.last and other.first <= mention.last for other in mentions
            ):
                mentions.append(mention)
    if len(mentions) == 1:
        mentions += rest_of_list(mentions[0], figures)
    return tuple(mentions)


def _shares_a_figure(mention: Mention, head: Token, before: list[Mention]) -> bool:
    """ "Nine customers and staff": nine of both."""
    bare = mention.kind in ("plural", "single") and mention.first == head.i and head.tag_ in ("NNS", "NN")
    beside = bool(before) and before[-1].kind == "counted" and before[-1].last == head.i - 2
    return bare and beside and head.doc[head.i - 1].lower_ == "and"


def _led_astray(victim: Token) -> Iterator[Token]:
    """The rest of a list that the parse ties to a thing within its first phrase: "killed a candidate running for a
    seat in the assembly, his driver and a guard" has no driver among assemblies."""
    if victim.tag_ not in ("NN", "NNP"):
        return
    for token in victim.subtree:
        thing = token.head
        if (
            token.dep_ == "conj"
            and token.tag_ in ("NN", "NNS")
            and thing.i > victim.i
            and thing.tag_ in ("NN", "NNS")
            and is_person(token)
            and not is_person(thing)
            and token.left_edge.i > 0
            and token.doc[token.left_edge.i - 1].text == ","
        ):
            yield from heads(token)


def _first_of_list(victim: Token) -> Token:
    """ "left three officers and a clerk wounded": the parse ties "wounded" to the clerk alone."""
    first = victim
    while first.dep_ == "conj" and first.head.pos_ in ("NOUN", "PROPN", "NUM") and first.head.i < first.i:
        first = first.head
    return first if first != victim and first.head.lower_ in _LEAVE else victim


def _only(mention: Mention | None) -> tuple[Mention, ...]:
    return () if mention is None else (mention,)


def nobody(mention: Mention) -> Mention:
    return replace(mention, low=0, high=0)
