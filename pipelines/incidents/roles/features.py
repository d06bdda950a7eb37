"""What the role model sees: the noun phrases near an incident's deeds, each with the features that are weighed.

Deliberately plain: a phrase's head and kind, what governs it, its path to the cue word, and what the rules say of it.
Names of people are no features: all are ``NAME``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.incidents.actors import ActorMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.groups import Group
from pipelines.incidents.roles import nouns
from pipelines.incidents.weapons import WeaponMention

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

#: Steps of the parse between a phrase and a cue word that still say something.
_STEPS = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase near an incident's deeds. ``key``: what its mentions share; ``end`` exclusive; ``elsewhere``: its
    sentence tells of another incident and not of this one."""

    token: Token
    start: int
    end: int
    key: str
    weapon: bool
    elsewhere: bool
    features: tuple[str, ...]


def _path(token: Token) -> Iterator[tuple[Token, str]]:
    """What governs the phrase, with the dependencies passed on the way."""
    step, passed = token, ""
    for _ in range(_STEPS):
        if step.head.i == step.i:
            return
        label = step.dep_ if step.dep_ != "prep" else step.lower_
        passed = f"{passed}^{label}" if passed else label
        step = step.head
        yield step, passed


def _governor(token: Token) -> tuple[str, Token]:
    """The word a phrase hangs on, through prepositions and lists, with how."""
    step = token
    while step.dep_ in ("conj", "appos") and step.head.i != step.i:
        step = step.head
    if step.dep_ == "pobj":
        return step.head.lower_, step.head.head
    return step.dep_, step.head


def _key(token: Token, known: ActorMention | None) -> str:
    return (known.name if known is not None else token.lemma_).lower()


class _Around:
    """What an incident's deeds say of each token of their sentences."""

    def __init__(self, group: Group) -> None:
        self.of_trigger = {deed.trigger.token.i: deed for deed in group.deeds}
        self.sides: dict[tuple[str, str], float] = {}
        for deed in group.deeds:
            for told in deed.parties:
                held = self.sides.get((told.key, told.side), 0.0)
                self.sides[told.key, told.side] = max(held, told.confidence)

    def nearest(self, token: Token) -> Iterator[str]:
        for above, path in _path(token):
            deed = self.of_trigger.get(above.i)
            if deed is not None:
                cue = deed.trigger.cue
                how = "v" if deed.trigger.is_verb else "n"
                passive = any(c.dep_ in ("auxpass", "agent", "nsubjpass") for c in above.children)
                yield f"path={path}|{cue.frame}{how}{int(passive)}"
                yield f"path={path}|{above.lemma_.lower()}{int(passive)}"
                yield f"pathkind={path}|{cue.sub_event_type}"
                return
        # the cue word hangs below the phrase: "gunmen who attacked", "the man shot dead"
        for child in token.children:
            if child.i in self.of_trigger and child.dep_ in ("relcl", "acl", "amod"):
                yield f"down={child.dep_}|{child.tag_}|{self.of_trigger[child.i].trigger.cue.frame}"
                yield f"down={child.dep_}|{child.lemma_.lower()}"
                return
        yield "path=none"


def _features(
    token: Token, sentence: Span, known: ActorMention | None, weapon: bool, around: _Around, here: Sequence[Deed],
    far: int,
) -> Iterator[str]:  # fmt: skip
    kind, sector = nouns.kind(token)
    name = token.pos_ == "PROPN" and kind == "name"
    lemma = "NAME" if name else token.lemma_.lower()
    if known is not None:
        sector, lemma = known.sector, "ACTOR"
    how, governor = _governor(token)
    upper = governor.lemma_.lower()
    sub = f"{kind}/{sector}{'/w' if weapon else ''}"
    yield "bias"
    yield f"kind={sub}"
    yield f"head={lemma}"
    yield f"gov={how}|{upper}"
    yield f"govk={how}|{governor.pos_}|{sub}"
    yield f"kindgov={sub}|{upper}"
    yield f"dep={token.dep_}|{sub}"
    yield f"far={min(far, 3)}|{sub}"
    yield f"number={token.tag_}"
    for child in token.children:
        if child.dep_ in ("amod", "compound", "nmod") and child.pos_ != "PROPN":
            yield f"mod={child.lemma_.lower()}"
        elif child.dep_ == "det":
            yield f"det={child.lower_}|{kind}"
        elif child.dep_ == "nummod":
            yield f"counted|{kind}"
        elif child.dep_ == "poss":
            yield f"owned|{kind}"
        elif child.dep_ in ("appos", "relcl", "acl"):
            yield f"has={child.dep_}|{kind}"
    key = _key(token, known)
    for side in ("agent", "patient"):
        weight = around.sides.get((key, side), 0.0)
        if weight:
            yield f"told={side}|{sub}"
            yield f"told={side}|{min(9, int(weight * 10))}"
            yield f"told={side}|{lemma}"
    for deed in here:
        for told in deed.parties:
            if told.start <= token.idx < told.end:
                yield f"rule={told.side}|{sub}"
                yield f"rule={told.side}|{deed.trigger.cue.sub_event_type}|{deed.trigger.cue.needs}"
                yield f"rule={told.side}|{deed.status}"
                yield f"rule={told.side}|{deed.trigger.token.lemma_.lower()}"
        if any(start <= token.idx < end for start, end in deed.instruments):
            yield "rule=instrument"
        if weapon:
            yield f"weapon|{deed.trigger.token.lemma_.lower()}"
            yield f"weapon|{deed.status}"
    yield from around.nearest(token)
    before = token.doc[token.left_edge.i - 1] if token.left_edge.i > sentence.start else None
    yield f"before={before.lower_ if before is not None and before.pos_ != 'PROPN' else '-'}"
    yield f"order={'before' if here and token.i < here[0].trigger.token.i else 'after'}|{sub}"


def words(doc: Doc, start: int, end: int) -> set[str]:
    """The nouns, verbs, adjectives and adverbs of a stretch of tokens as lemmas; names are no words."""
    return {token.lemma_.lower() for token in doc[start:end] if token.pos_ in ("NOUN", "VERB", "ADJ", "ADV")}


def of_group(group: Group) -> Iterator[str]:
    """What kind of telling the incident has, apart from its parties."""
    deeds = group.deeds
    for name in group.families:
        yield f"family={name}"
    for status in {deed.status for deed in deeds}:
        yield f"status={status}"
    for word in {deed.trigger.token.lemma_.lower() for deed in deeds}:
        yield f"cue={word}"
    yield f"first={min(6, deeds[0].number)}"
    yield f"deeds={min(5, len(deeds))}"
    yield f"background={group.background}"
    yield f"town={any(place.geo_precision == 1 for place in group.places)}"
    yield f"day={any(date.precision == 1 for date in group.dates)}"
    yield f"definite={all(deed.definite for deed in deeds)}"
    yield f"general={all(deed.weight < 0.5 for deed in deeds)}"
    for side in ("agent", "patient"):
        told = [each for deed in deeds for each in deed.side(side)]
        yield f"has={side}|{bool(told)}"
        for sector in {str(each.sector) if each.people else "thing" for each in told}:
            yield f"has={side}|{sector}"


def mentions(
    doc: Doc,
    group: Group,
    known: Sequence[ActorMention],
    weapons: Sequence[WeaponMention],
    groups: Sequence[Group] = (),
    far: int = 1,
    *,
    wordy: bool = False,
) -> list[Mention]:
    """The noun phrases of the sentences that tell the incident, and of those up to ``far`` sentences away.

    ``groups``: all incidents of the text. ``wordy``: the words of its sentence are features of a phrase.
    """
    around = _Around(group)
    sentences = [sent for sent in doc.sents if sent.text.strip()]
    numbered = {sent.start: number for number, sent in enumerate(sentences)}
    telling: dict[int, list[Deed]] = {}
    for deed in group.deeds:
        telling.setdefault(numbered[deed.trigger.token.sent.start], []).append(deed)
    others = {numbered[deed.trigger.token.sent.start] for other in groups if other is not group for deed in other.deeds}
    found: list[Mention] = []
    shared = tuple(of_group(group))
    for number, sent in enumerate(sentences):
        away = next((n for n in range(far + 1) if number - n in telling or number + n in telling), None)
        if away is None:
            continue
        elsewhere = away > 0 and number in others
        beside = shared + (tuple(f"word={word}" for word in sorted(words(doc, sent.start, sent.end))) if wordy else ())
        for token in sent:
            weapon = any(w.start < token.idx + len(token) and token.idx < w.end for w in weapons)
            # "a bomb attack" names a weapon, and so does one whose word the parser takes for a verb
            if not (weapon and any(w.end == token.idx + len(token) for w in weapons)) and (
                token.pos_ not in ("NOUN", "PROPN") or token.dep_ == "compound" or token.lower_ in nouns.CALENDAR
            ):
                continue
            start, end = nouns.span(token)
            mention = next((m for m in known if m.start <= token.idx < m.end), None)
            here = telling.get(number, [])
            features = (*_features(token, sent, mention, weapon, around, here, away), *beside)
            if elsewhere:
                features += (f"elsewhere|{nouns.kind(token)[0]}",)
            found.append(Mention(token, start, end, _key(token, mention), weapon, elsewhere, features))
    return found
