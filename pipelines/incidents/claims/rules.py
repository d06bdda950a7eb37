"""From a casualty cue to its victims: each cue word of a sentence to the rule that reads it.

A :class:`Finding` is one cue with the victims of one statement; victims coordinated with each other
stand in it together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.incidents.claims.mentions import Figures, Mention, read
from pipelines.incidents.claims.nouns import death_toll, lives, no_casualties, noun, number_of
from pipelines.incidents.claims.runs import run_before
from pipelines.incidents.claims.verbs import (
    Finding,
    nobody,
    read_all,
    subject_of,
    subject_victims,
    transitive,
    words_before,
)
from pipelines.incidents.claims.words import word_set, words
from warehouse.vocabulary import Casualty

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_RISES = word_set("rises")
_SUBJECTS = ("nsubjpass", "nsubj")
_BE = word_set("be")
_LEAVE = word_set("leave")
_LOSE = word_set("lose")
_TAKE = word_set("take")
_HOMES = word_set("homes")
_DRIVEN = word_set("driven")
_TAKEN_TO = word_set("taken_to")
_GRAVE = word_set("grave")


def findings(sentence: Span, figures: Figures) -> list[Finding]:
    """Every casualty statement of a sentence, in order of its cues."""
    found: list[Finding] = []
    for token in sentence:
        found.extend(finding for finding in _at(token, sentence, figures) if finding.mentions)
    return _without_overlap(found)


def _at(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lists = words()
    lower = token.lower_
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    if lower == "death" and token.i > sentence.start and token.doc[token.i - 1].lower_ == "to" and token.tag_ == "NN":
        verb = _manner_verb(token, sentence)
        if verb is not None:
            yield transitive(verb, "killed", sentence, figures, cue=token)
        return
    if lower in lists.fatally:
        verb = token.head
        if verb.lower_ in lists.manner:
            yield transitive(verb, "killed", sentence, figures, cue=verb)
        return
    counted_as = lists.transitive.get(lower) or lists.adjective.get(lower) or lists.noun.get(lower)
    amount = {word.lower_ for word in words_before(token, 4)}
    if counted_as is not None and {"number", "of"} <= amount and (following in _RISES or following == "at"):
        yield from number_of(token, counted_as, sentence, figures)
    elif lower == "toll":
        yield from death_toll(token, sentence, figures)
    elif lower in ("lives", "life"):
        yield from lives(token, sentence, figures)
    elif lower in _DRIVEN and any(t.lower_ in _HOMES for t in token.doc[token.i + 1 : token.i + 5]):
        yield transitive(token, "displaced", sentence, figures, cue=token)
    elif lower in _TAKEN_TO and any(
        t.lower_ in ("hospital", "hospitals") for t in token.doc[token.i + 1 : token.i + 5]
    ):
        yield replace(transitive(token, "injured", sentence, figures, cue=token), certainty=0.65)
    elif lower in ("flee", "fled", "fleeing"):
        if any(t.lower_ in _HOMES for t in sentence):
            yield subject_victims(token, "displaced", sentence, figures)
    elif lower == "treated" and following in ("for", "in", "at") and token.tag_ == "VBN":
        yield replace(transitive(token, "injured", sentence, figures, cue=token), certainty=0.65)
    elif lower == "condition" and any(t.lower_ in _GRAVE for t in words_before(token, 2)):
        yield _in_grave_condition(token, sentence, figures)
    elif lower in ("hospital", "hospitals") and token.head.lower_ == "in" and token.i == token.head.i + 1:
        yield _in_hospital(token, sentence, figures)
    elif lower == "homeless":
        yield _adjective(token, "displaced", sentence, figures)
    elif (lower, following) in lists.phrasal and token.pos_ == "VERB":
        yield transitive(token, lists.phrasal[lower, following], sentence, figures, cue=token)
    elif lower in _LOSE and token.pos_ == "VERB":
        yield _lost(token, sentence, figures)
    elif lower in lists.transitive and not _is_noun(token) and not _is_fatally_hurt(token):
        yield transitive(token, lists.transitive[lower], sentence, figures, cue=token)
    elif lower in lists.intransitive:
        yield subject_victims(token, lists.intransitive[lower], sentence, figures)
    elif lower in ("hostage", "captive") and (taking := _taking(token)) is not None:
        yield transitive(taking, "captured", sentence, figures, cue=token)
    elif lower in lists.adjective:
        yield from _adjectives(token, sentence, figures)
    elif lower in lists.unhurt:
        finding = _adjective(token, "injured", sentence, figures)
        yield replace(
            finding, mentions=tuple(nobody(mention) for mention in finding.mentions if mention.kind != "plural")
        )
    elif lower in lists.casualties:
        yield from no_casualties(token, figures)
    elif lower in lists.noun:
        yield from noun(token, lists.noun[lower], sentence, figures)


def _in_grave_condition(token: Token, sentence: Span, figures: Figures) -> Finding:
    """ "Left one dead and three in critical condition"."""
    preposition = next((word for word in words_before(token, 4) if word.lower_ == "in"), None)
    near = run_before(preposition.i, figures, token.doc, sentence.start) if preposition is not None else None
    if any(words().transitive.get(word.lower_) == "injured" for word in sentence):
        near = None  # "injured 15, with two in serious condition": some of them
    return Finding(token, "injured", (near,) if near is not None else (), 0.7, token)


def _in_hospital(token: Token, sentence: Span, figures: Figures) -> Finding:
    """ "Leaving five in hospital", "three people are in hospital"; but "two died in hospital"."""
    near = run_before(token.i - 1, figures, token.doc, sentence.start)
    stand = [word.lower_ for word in words_before(token, 7)]
    there = near is not None and (bool(_LEAVE & set(stand)) or stand[1:2] in (["are"], ["were"], ["is"], ["was"]))
    return Finding(token, "injured", (near,) if near is not None and there else (), 0.65, token)


def _lost(verb: Token, sentence: Span, figures: Figures) -> Finding:
    """ "The rebels said that they had lost three fighters": a figure of people who bear arms, nothing else lost."""
    finding = transitive(verb, "killed", sentence, figures, cue=verb)
    alike = words().alike
    armed = tuple(
        mention
        for mention in finding.mentions
        if mention.kind == "counted" and (mention.head in alike or mention.head.removesuffix("s") in alike)
    )
    return replace(finding, mentions=armed, certainty=0.75)


def _is_noun(token: Token) -> bool:
    return token.tag_ in ("NN", "NNS") and token.lower_ not in ("injured", "wounded", "killed", "kidnapped")


def _is_fatally_hurt(token: Token) -> bool:
    return any(child.lower_ in words().fatally for child in token.children)


def _manner_verb(token: Token, sentence: Span) -> Token | None:
    """The verb of "stabbed (two men) to death"."""
    lists = words()
    verb = token.head.head
    if verb.lower_ in lists.manner:
        return verb
    before = (token.doc[i] for i in range(token.i - 1, max(sentence.start, token.i - 12) - 1, -1))
    return next((word for word in before if word.lower_ in lists.manner), None)


def _adjectives(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lists = words()
    outcome = lists.adjective[token.lower_]
    if token.lower_ in ("hostage", "captive") and token.head.lower_ not in _LEAVE:
        return
    if (
        token.lower_ == "dead"
        and token.tag_ in ("NN", "NNS", "NNP")
        and token.doc[token.i - 1].lower_ in ("of", "among")
    ):
        return
    if token.lower_ == "dead":
        verb = next(
            (t for t in (token.head, *words_before(token, 9)) if t.lower_ in lists.manner and t.pos_ == "VERB"), None
        )
        near = run_before(token.i, figures, token.doc, sentence.start)
        if verb is not None and (near is None or verb.i + 1 == token.i):
            yield replace(transitive(verb, "killed", sentence, figures, cue=token), cue=token)
            return
    yield _adjective(token, outcome, sentence, figures)


def _adjective(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Finding:
    near = run_before(token.i, figures, token.doc, sentence.start)
    if near is not None and near.last >= token.i - 4:
        return Finding(token, outcome, _left_list(near, token, figures), 0.85, token)
    verb = token.head
    if verb.lower_ in _LEAVE:
        objects = [child for child in verb.children if child.dep_ in ("dobj", "pobj") and child.i < token.i]
        objects = objects or [child for child in token.children if child.dep_ == "nsubj"]
        return Finding(token, outcome, read_all(objects, figures), 0.85, token)
    if token.dep_ in ("amod",) and token.head.i > token.i:
        counted = [child for child in verb.children if child.dep_ == "nummod"]
        return Finding(token, outcome, read_all([verb], figures) if counted else (), 0.8, token)
    if verb.lower_ in _BE or token.dep_ in ("acomp", "oprd", "attr", "conj", "relcl", "ccomp", "acl"):
        return Finding(token, outcome, read_all(subject_of(token), figures), 0.8, token)
    if token.tag_ in ("VBG", "VBN", "JJ"):
        return Finding(
            token, outcome, read_all([c for c in token.children if c.dep_ in _SUBJECTS], figures), 0.75, token
        )
    return Finding(token, outcome, (), 0.0, token)


def _left_list(near: Mention, cue: Token, figures: Figures) -> tuple[Mention, ...]:
    """Further phrases of the list that ends in ``near``: "left three officers and a clerk wounded"."""
    head = cue.doc[near.last]
    listed = [near]
    while head.dep_ == "conj" and head.head.i < head.i and head.head.pos_ in ("NOUN", "PROPN", "NUM"):
        head = head.head
        mention = read(head, figures)
        if mention is None or mention.kind not in ("counted", "single") or mention.last >= listed[0].first:
            break
        if any(
            cue.doc[i].pos_ in ("VERB", "AUX") or cue.doc[i].lower_ in words().adjective
            for i in range(mention.last, listed[0].first)
        ):
            break
        listed.insert(0, mention)
    return tuple(listed)


def _without_overlap(found: list[Finding]) -> list[Finding]:
    """A figure counts once for an outcome, under the cue that stands nearest to it."""
    best: dict[tuple[Casualty, int], tuple[int, int]] = {}
    for index, finding in enumerate(found):
        for mention in finding.mentions:
            key = finding.outcome, mention.quantifier[0]
            gap = min(abs(finding.cue.i - mention.first), abs(finding.cue.i - mention.last))
            if key not in best or gap < best[key][0]:
                best[key] = gap, index
    kept = []
    for index, finding in enumerate(found):
        mentions = tuple(m for m in finding.mentions if best[finding.outcome, m.quantifier[0]][1] == index)
        if mentions:
            kept.append(replace(finding, mentions=mentions))
    return kept


def _taking(token: Token) -> Token | None:
    """The verb of "took 15 passengers captive", where the last word may be taken for the passengers' own."""
    held = token.head.head if token.dep_ == "amod" and token.i > token.head.i else token.head
    return held if held.lower_ in _TAKE else None
