"""Victims of a noun: "the deaths of five soldiers", "12 fatalities", "no casualties", "the toll rose to 45"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.incidents.actors import is_organisation
from pipelines.incidents.claims.mentions import Figures, Mention, read
from pipelines.incidents.claims.runs import run_after
from pipelines.incidents.claims.verbs import Finding, read_all, subject_victims, transitive, words_before
from pipelines.incidents.claims.words import word_set, words
from pipelines.incidents.data import read_csv
from warehouse.vocabulary import Casualty

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_RISES = word_set("rises")
_SUFFER = word_set("suffer")
_LOSE = word_set("lose")
_TAKE_LIVES = word_set("take_lives")
_TAKE = word_set("take")
_OWNED = word_set("owned")


def noun(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lower = token.lower_
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    if _is_modifier(token):
        return
    if following == "toll" or token.tag_ not in ("NN", "NNS", "VBG", "JJ", "VBN", "NNP", "CD"):
        return
    if lower in ("injuries", "wounds", "injury") and token.head.lower_ in ("of", "to", "from", "for"):
        verb = token.head.head
        if verb.lower_ in ("treated", "hospitalized", "hospitalised", "recovering"):
            yield replace(transitive(verb, "injured", sentence, figures, cue=token), certainty=0.7)
        return
    victims = _whose(token)
    if lower in ("dead", "wounded", "injured", "hostages", "captives"):
        victims = []
    if victims:
        mentions = read_all(victims, figures)
        counted = tuple(
            m
            for m in mentions
            if m.kind in ("counted", "single") or (m.kind == "plural" and not lower.startswith(("death", "bod")))
        )
        counted = tuple(m for m in counted if outcome != "killed" or not _are_hurt(m, sentence))
        own = read(token, figures)
        if own is not None and own.kind == "counted":
            counted = (own,)
        elif counted:
            counted += _and_more(counted[-1], sentence, figures)
        yield Finding(token, outcome, counted, 0.8, token)
        return
    owner = next((child for child in token.children if child.dep_ == "poss" and child.i < token.i), None)
    if owner is not None and lower in _OWNED and not _is_actor(owner):  # "the senator's murder"
        mentions = tuple(m for m in read_all([owner], figures) if m.kind in ("counted", "single"))
        yield Finding(token, outcome, mentions, 0.7, token)
        return
    if lower in ("hostages", "captives") and not any(
        word in _TAKE for word in (token.head.lower_, token.head.head.lower_)
    ):
        return  # "freed three hostages" tells of no new taking
    own = read(token, figures)
    if own is not None and own.kind == "counted" and own.number is not None and lower not in ("remains", "wounds"):
        if (own.low == 0 and own.high == 0) or lower not in ("murder", "capture", "massacre"):
            yield Finding(token, outcome, (own,), 0.85, token)
        return
    if lower in ("body", "corpse") and any(child.lower_ in ("a", "one") for child in token.lefts):
        if token.head.lower_ in ("found", "discovered", "recovered", "find", "found"):
            yield Finding(token, outcome, (_one(token, figures),), 0.6, token)
        return
    if lower in ("injuries", "wounds", "injury") and token.head.lower_ in _SUFFER:
        yield replace(subject_victims(token.head, outcome, sentence, figures), cue=token)


def _whose(token: Token) -> list[Token]:
    """Whose death it is: "of A and B", "of A and of B", "in Gao of A"; what stands behind a colon are others."""
    doc = token.doc
    prepositions = [child for child in token.children if child.lower_ in ("of", "to") and child.i > token.i][:1]
    if not prepositions and token.i + 2 < len(doc) and doc[token.i + 1].lower_ == "in":
        behind = next((t for t in doc[token.i + 2 : token.i + 6] if t.tag_ != "NNP"), None)
        prepositions = [behind] if behind is not None and behind.lower_ == "of" else []
    prepositions += [
        child for of in prepositions for child in of.children if child.dep_ == "conj" and child.lower_ == "of"
    ]
    return [
        child
        for of in prepositions
        for child in of.children
        if child.dep_ == "pobj" and not any(t.text == ":" for t in doc[of.i : child.i])
    ]


def _is_modifier(token: Token) -> bool:
    """ "Many death threats", "three murder suspects": what is counted is the noun behind."""
    return token.dep_ in ("compound", "nmod") and token.head.i == token.i + 1 and token.head.tag_ in ("NN", "NNS")


def _and_more(last: Mention, sentence: Span, figures: Figures) -> tuple[Mention, ...]:
    """ "the death of 4 soldiers and 2 peasants": the small model often gives the second figure to the next verb."""
    following = sentence.doc[last.last + 1] if last.last + 1 < sentence.end else None
    if last.kind != "counted" or following is None or following.lower_ != "and":
        return ()
    mention = run_after(following.i, figures, sentence.doc, sentence.end)
    return () if mention is None or mention.number == last.number or _are_hurt(mention, sentence) else (mention,)


def _are_hurt(mention: Mention, sentence: Span) -> bool:
    """ "The bodies of nine people and 22 wounded": the latter are no bodies."""
    behind = list(sentence.doc[mention.last : min(mention.last + 2, sentence.end)])
    return any(words().noun.get(token.lower_) == "injured" for token in behind)


def _is_actor(token: Token) -> bool:
    """ "Hamas's killing", "Syria's execution": whoever does it, not who suffers it."""
    name = token.doc[token.left_edge.i : token.i + 1].text
    return is_organisation(name) or name.casefold() in _country_names()


@lru_cache(maxsize=1)
def _country_names() -> frozenset[str]:
    return frozenset(name.casefold() for row in read_csv("demonyms.csv") for name in row["names"].split("|"))


def _one(token: Token, figures: Figures) -> Mention:
    first = next(child for child in token.lefts if child.lower_ in ("a", "one"))
    start, end = first.idx, token.idx + len(token)
    return Mention("single", first.i, token.i, start, end, 1, 1, None, (start, end), None, token.lower_, False)


def no_casualties(token: Token, figures: Figures) -> Iterator[Finding]:
    """ "No casualties", "without casualties": nobody killed and nobody hurt."""
    number = next(
        (
            n
            for n in figures.within(token.sent.start_char, token.idx + len(token))
            if n.kind == "none" and _close(n.end, token) and not _parted(n.end, token)
        ),
        None,
    )
    start = number.start if number is not None else None
    if number is None and token.i > 0 and token.doc[token.i - 1].lower_ == "without":
        start = token.doc[token.i - 1].idx
    if start is None:
        return
    end = token.idx + len(token)
    mention = Mention(
        "counted",
        token.i,
        token.i,
        start,
        end,
        0,
        0,
        number,
        (start, end if number is None else number.end),
        None,
        "casualties",
        False,
    )
    yield Finding(token, "killed", (mention,), 0.8, token)
    if token.lower_ != "loss of life":
        yield Finding(token, "injured", (mention,), 0.8, token)


def _parted(end: int, token: Token) -> bool:
    """ "No marks on the victims": none of something else."""
    return any(t.pos_ == "ADP" for t in token.doc[max(token.i - 5, 0) : token.i] if t.idx >= end)


def _close(end: int, token: Token) -> bool:
    return 0 < token.idx - end < 30


def lives(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """ "claimed 12 lives", "cost the lives of 12 people", "12 people lost their lives"."""
    verb = token.head if token.head.pos_ == "VERB" else token.head.head
    if token.head.lower_ in _LOSE:
        yield replace(subject_victims(token.head, "killed", sentence, figures), cue=token)
        return
    if verb.lower_ not in _TAKE_LIVES and not any(t.lower_ in _TAKE_LIVES for t in words_before(token, 5)):
        return
    of = next((child for child in token.children if child.lower_ == "of"), None)
    victims = [child for child in of.children if child.dep_ == "pobj"] if of is not None else [token]
    yield Finding(
        token, "killed", tuple(m for m in read_all(victims, figures) if m.kind in ("counted", "single")), 0.85, token
    )


def death_toll(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """ "the death toll rose from 12 to 45", "a toll of 45", "toll: 45". Of a rise, what it came to."""
    before = {t.lower_ for t in words_before(token, 2)}
    if not before & {"death", "the", "a", "casualty"} and token.i != sentence.start:
        return
    yield from _amount(token, "injured" if before & {"injury", "injured"} else "killed", sentence, figures)


def number_of(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """ "the number of dead rose to 31", "the number of people killed stands at 9"."""
    yield from _amount(token, outcome, sentence, figures)


def _amount(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """The first figure after a word that stands for an amount; of "from 12 to 45", the latter."""
    verb = token.head  # "the toll from the bombing of a school in the city of Gao rose to 45"
    rises = token.dep_ == "nsubj" and verb.lower_ in _RISES and verb.i > token.i
    first = verb.i if rises else token.i
    stretch = token.doc[first + 1 : min(sentence.end, first + 16)]
    for word in stretch:
        number = figures.at(word)
        if number is None:
            continue
        previous = token.doc[max(token.i, word.i - 1)].lower_
        if previous == "from":
            continue
        mention = read(word if number.core_start <= word.idx else token.doc[word.i], figures)
        if mention is None:
            mention = Mention(
                "counted",
                word.i,
                word.i,
                number.start,
                number.end,
                number.min,
                number.max,
                number,
                (number.start, number.end),
                None,
                "",
                False,
            )
        if number.kind == "range" and number.text.lower().startswith("from"):
            mention = replace(mention, low=number.max or number.min)
        yield Finding(token, outcome, (replace(mention, on_top=False, head="people"),), 0.85, token)
        return
