"""Who died later: of the wounded told of before, in hospital, as the one more that a toll rose by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.incidents.claims.parts import Parts
from pipelines.incidents.claims.verbs import Finding
from pipelines.incidents.claims.words import words
from warehouse.records import Claim

#: "Died of their wounds", "died in hospital", "one of the wounded died".
OF_WOUNDS = re.compile(
    r"\b(?:(?:of|from) (?:\w+ ){0,2}(?:wounds|injuries|burns)|in (?:a |the )?hospital|of the (?:wounded|injured))\b",
    re.I,
)


def died_of_the_wounded(part: Parts, finding: Finding, found: Sequence[Finding]) -> bool:
    """ "One of the wounded died", "six were wounded, one of whom later died": dead beside those who were before.

    Args:
        part: those who died, as a part of a whole.
        found: all that their sentence tells.
    """
    if finding.outcome != "killed" or finding.cue.lower_ not in words().intransitive:
        return False
    if part.outcome is not None:
        return part.outcome == "injured"
    before = [(m.quantifier[0], f.outcome) for f in found for m in f.mentions if m.quantifier[0] < part.opener]
    return bool(before) and max(before)[1] == "injured"


def held_by_toll(claims: Sequence[Claim], sentence: str) -> list[Claim]:
    """The claims of a sentence, those of whom it says that the toll rose when they died of their wounds marked as a
    part of that toll: "the toll climbed to 17 after two people died of their injuries"."""
    tolls = [c for c in claims if c.outcome == "killed" and "toll" in c.quote.lower() and c.count_max is not None]
    if not tolls or not OF_WOUNDS.search(sentence):
        return list(claims)
    whole = tolls[0]
    return [
        replace(claim, part_of=whole.claim_id)
        if claim.outcome == "killed"
        and claim not in tolls
        and claim.part_of is None
        and claim.adds_to is None
        and 0 < claim.count_min < whole.count_min
        else claim
        for claim in claims
    ]
