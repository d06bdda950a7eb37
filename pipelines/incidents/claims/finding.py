"""Casualty claims: who says how many were killed, hurt, missing, taken or displaced, in which words.

:func:`find_claims` reads a parsed text sentence by sentence; only sentences with a casualty cue are
looked at. Every claim carries its words: ``text[start:end] == quote``, and the quote holds the figure.
Contradicting figures stay side by side; parts, additions and background totals are marked, and
:func:`toll` is where they are put together. The grammar and its conventions: docs/claims.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.incidents.claims.context import Speaker, hedge, is_background, is_perfect, reality, speaker
from pipelines.incidents.claims.later import died_of_the_wounded, held_by_toll
from pipelines.incidents.claims.mentions import Figures, Mention
from pipelines.incidents.claims.parts import Parts, find_parts
from pipelines.incidents.claims.rules import findings
from pipelines.incidents.claims.toll import toll
from pipelines.incidents.claims.verbs import Finding
from pipelines.incidents.claims.words import words
from pipelines.incidents.model import lowered, text_of
from pipelines.incidents.numbers import find_numbers
from warehouse.records import Claim, content_id
from warehouse.vocabulary import Casualty

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["find_claims", "toll"]

#: What kind of mention makes a claim how sure, beside the rule that found it.
_SURENESS = {"counted": 1.0, "single": 0.85, "pronoun": 0.6, "plural": 0.5, "anyone": 0.9}
#: "More than 7,000 people have died": so many, told in the perfect, are no single incident's.
_WAR_SIZED = {"killed": 1_000, "displaced": 100_000}
#: A figure "on top" belongs to one at most this many sentences back.
_REACH = 3


def find_claims(doc: Doc, *, text: str | None = None, year: int | None = None) -> list[Claim]:
    """The casualty claims of a parsed text, in order.

    ``text`` is what quotes are cut from when the parser saw another case or only some stretches of it
    (same length as ``doc.text``, as :func:`pipelines.incidents.model.parse` keeps it). ``year`` is the
    year of publication: other years named beside a figure mark it as background.

    :raises ValueError: if ``text`` is not as long as ``doc.text``.
    """
    parsed = text_of(doc)
    source = parsed if text is None else text
    if len(source) != len(parsed):
        raise ValueError(f"text has {len(source)} characters, doc.text {len(parsed)}; pass the text doc was made from")
    reader = _Reader(doc, source, year)
    cue = words().cue
    for number, sentence in enumerate(doc.sents):
        if cue.search(lowered(sentence.text)):
            reader.read(number, sentence)
    return reader.claims


class _Reader:
    """Claims so far, with what a later sentence refers back to: the last speaker, the figures before."""

    def __init__(self, doc: Doc, source: str, year: int | None) -> None:
        self.source = source
        self.year = year
        self.figures = Figures(doc, find_numbers(text_of(doc)))
        self.claims: list[Claim] = []
        self._speaker: Speaker | None = None
        self._sentence_of: dict[str, int] = {}

    def read(self, number: int, sentence: Span) -> None:
        """Add the claims of one sentence."""
        first = len(self.claims)
        found = findings(sentence, self.figures)
        told = (self._of_known(sentence, part, found) for part in find_parts(sentence, self.figures))
        parts = [part for part in told if not _is_whole(part, found)]
        for finding in found:
            self._add(number, sentence, finding, parts, found)
        for listed in parts:
            self._add_parts(number, sentence, listed, first)
        self.claims[first:] = held_by_toll(self.claims[first:], sentence.text)

    def _of_known(self, sentence: Span, part: Parts, found: Sequence[Finding]) -> Parts:
        """ "Three of them died on arrival": of those told of before, where more are known to have died."""
        if part.outcome is not None or part.opener - sentence.start_char > 1:
            return part
        outcomes = {f.outcome for f in found for m in f.mentions if m.quantifier == part.mentions[0].quantifier}
        more = {c.outcome for c in self.claims if not c.background and c.count_min > part.mentions[0].low}
        return replace(part, outcome=next(iter(outcomes & more), None))

    def _add(self, number: int, sentence: Span, finding: Finding, parts: list[Parts], found: Sequence[Finding]) -> None:
        state = reality(finding.governor)
        if state == "unreal":
            return
        together: str | None = None
        shared = _either_or(finding)
        for mention in finding.mentions:
            part = next((p for p in parts if any(mention.quantifier == m.quantifier for m in p.mentions)), None)
            if part is not None and not died_of_the_wounded(part, finding, found):
                continue
            counted = _negated(mention) if state == "none" else mention
            if counted is None or (counted.kind == "anyone" and state == "fact"):
                continue
            if shared:
                counted = replace(counted, low=0)
            claim = self._claim(sentence, finding, counted, 0.5 if shared else 1.0)
            if claim is None:
                continue
            more = mention.on_top or part is not None
            on_top = together or (self._whole(claim.outcome, number, before=claim.start) if more else None)
            claim = replace(claim, adds_to=None if claim.count_max == 0 else on_top)
            if claim.count_max != 0 and not claim.background:
                together = together or claim.claim_id
            self._keep(number, claim)

    def _add_parts(self, number: int, sentence: Span, listed: Parts, first: int) -> None:
        wholes = [c for c in self.claims[first:] if c.part_of is None and c.start < listed.opener and c.count_max != 0]
        if listed.outcome is not None:
            known = [c for c in self.claims if c.outcome == listed.outcome and c.part_of is None and not c.background]
            wholes = [c for c in wholes if c.outcome == listed.outcome] or known[-1:]
        if not wholes:
            behind = [c for c in self.claims[first:] if c.part_of is None and c.end > listed.opener]
            wholes = [c for c in behind if c.count_max != 0 and listed.outcome in (None, c.outcome)][:1]
        if not wholes:
            self._keep_as_least(number, sentence, listed)
            return
        whole = wholes[-1]
        for mention in listed.mentions:
            if whole.count_max is not None and mention.low > whole.count_max:
                continue  # "Twenty of them went off, killing nine": of the drones told of before
            if whole.start <= mention.quantifier[0] and mention.quantifier[1] <= whole.start + len(whole.quantifier):
                continue
            cue = sentence.doc[mention.first]
            claim = self._claim(sentence, Finding(cue, whole.outcome, (), 0.8, cue), mention, 1.0)
            if claim is not None:
                part = replace(claim, part_of=whole.claim_id, background=whole.background)
                self._keep(number, replace(part, attributed_to=whole.attributed_to, speaker_kind=whole.speaker_kind))

    def _keep_as_least(self, number: int, sentence: Span, listed: Parts) -> None:
        """ "Among the dead were two journalists", where nobody says how many died: at least two."""
        if listed.outcome is None:
            return
        together: str | None = None
        for mention in listed.mentions:
            cue = sentence.doc[mention.first]
            claim = self._claim(sentence, Finding(cue, listed.outcome, (), 0.7, cue), replace(mention, high=None), 1.0)
            if claim is not None:
                self._keep(number, replace(claim, adds_to=together))
                together = together or claim.claim_id

    def _claim(self, sentence: Span, finding: Finding, mention: Mention, share: float) -> Claim | None:
        cue = finding.cue
        shot_dead = finding.governor.i + 1 == cue.i  # the verb before "dead" belongs to the words
        start = min(mention.start, finding.governor.idx if shot_dead else cue.idx)
        end = max(mention.end, cue.idx + len(cue))
        quote = self.source[start:end]
        quantifier = self.source[slice(*mention.quantifier)]
        if quantifier not in quote:
            return None
        speaking = speaker(finding.governor, sentence, self.source, self._speaker)
        if speaking is not None:
            self._speaker = speaking
        hedged = hedge(finding.governor, sentence)
        party = self.source[slice(*mention.party)] if mention.party else None
        sureness = finding.certainty * _SURENESS[mention.kind] * share * (0.9 if hedged else 1.0)
        return Claim(
            claim_id=content_id(finding.outcome, start, end, *mention.quantifier, quote),
            party=party,
            party_start=mention.party[0] if mention.party else None,
            party_end=mention.party[1] if mention.party else None,
            party_name=_party_name(party),
            outcome=finding.outcome,
            count_min=mention.low,
            count_max=mention.high,
            quantifier=quantifier,
            start=start,
            end=end,
            quote=quote,
            attributed_to=speaking.text if speaking else None,
            speaker_kind=speaking.kind if speaking else None,
            hedge=hedged,
            background=is_background(sentence, start, end, finding.governor, self.year)
            or (mention.low >= _WAR_SIZED.get(finding.outcome, math.inf) and _in_perfect(finding.governor)),
            confidence=round(sureness, 3),
        )

    def _keep(self, number: int, claim: Claim) -> None:
        if any(claim.claim_id == known.claim_id for known in self.claims):
            return
        self._sentence_of[claim.claim_id] = number
        self.claims.append(claim)

    def _whole(self, outcome: Casualty, number: int, *, before: int) -> str | None:
        """The claim that "another 5" or "12 others" comes on top of."""
        for claim in reversed(self.claims):
            near = number - self._sentence_of[claim.claim_id] <= _REACH
            if (
                near
                and claim.outcome == outcome
                and claim.part_of is None
                and not claim.background
                and claim.start < before
            ):
                return claim.claim_id if claim.count_max != 0 else None
        return None


def _in_perfect(verb: Token) -> bool:
    """ "Has killed thousands and displaced two million"."""
    return is_perfect(verb) or (verb.dep_ == "conj" and is_perfect(verb.head))


def _is_whole(part: Parts, found: Sequence[Finding]) -> bool:
    """ "A bomb went off among recruits, killing nine of them": of people, not of a figure told before."""
    own = [f for f in found for m in f.mentions if any(m.quantifier == p.quantifier for p in part.mentions)]
    return part.outcome is None and any(
        not any(
            other.outcome == finding.outcome and mention.high != 0 and mention.quantifier[0] < part.opener
            for other in found
            for mention in other.mentions
        )
        for finding in own
        if "VERB" in (finding.cue.pos_, finding.governor.pos_)  # "killing nine", "shot dead nine"
    )


def _negated(mention: Mention) -> Mention | None:
    """What "was not hurt" leaves of a mention: nobody of that party. A denied figure says nothing."""
    if mention.kind == "counted" and mention.low > 0:
        return None
    return replace(mention, low=0, high=0)


def _either_or(finding: Finding) -> bool:
    """ "killed or wounded 12", "12 were killed and wounded": the figure is shared between two outcomes."""
    outcomes = words().transitive
    cue = finding.cue
    others = [child for child in cue.children if child.dep_ == "conj"] + ([cue.head] if cue.dep_ == "conj" else [])
    for other in others:
        kind = outcomes.get(other.lower_)
        if kind is None or kind == finding.outcome or {kind, finding.outcome} != {"killed", "injured"}:
            continue
        first, second = sorted((cue.i, other.i))
        if second - first <= 2 and not any(
            mention.first > first and mention.last < second for mention in finding.mentions
        ):
            return True
    return False


def _party_name(party: str | None) -> str | None:
    """The party in one spelling: lower case, single spaces, no determiners. Names keep their case."""
    if party is None:
        return None
    plain = " ".join(party.split())
    if plain.lower() in ("he", "she", "him", "her"):
        return None
    people = words().people
    common = " " not in plain and (plain.lower() in people or plain.lower().removesuffix("s") in people)
    if plain.isupper() or common:
        return plain.lower()
    return plain
