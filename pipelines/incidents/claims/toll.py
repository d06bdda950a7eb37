"""An incident's toll from its claims: lowest and highest figure, nothing counted twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from pipelines.incidents.claims.people import count_persons, is_attacker, is_general, is_of_kind, name, party_key
from warehouse.records import Claim
from warehouse.vocabulary import Casualty

Range = tuple[int, int | None]

#: "A soldier", "another man": somebody not told of before.
_NEW = re.compile(r"(?:an?|another|one)\b", re.I)
#: "The driver was also killed": beside those told of before.
_ALSO = re.compile(r"\balso\b", re.I)
#: Words for a number nobody counted.
ROUNDABOUT = re.compile(r"\b(?:dozens|scores|hundreds|thousands|several|many|numerous|a few)\b", re.I)
#: From here up, two equal figures for one outcome in one incident are taken for one fact.
_TELLING = 10


@dataclass(slots=True)
class _Statement:
    """A claim with those that add to it: one telling of the losses."""

    claims: list[Claim]

    @property
    def low(self) -> int:
        return sum(claim.count_min for claim in self.claims)

    @property
    def high(self) -> int | None:
        return _sum(claim.count_max for claim in self.claims)

    @property
    def is_general(self) -> bool:
        """Whether the telling covers everybody: "12 people", "12", "the toll rose to 12"."""
        return any(is_general(claim) for claim in self.claims)


def toll(claims: Iterable[Claim]) -> dict[Casualty, Range]:
    """The lowest and highest number of people for each outcome the claims of one incident give.

    Background totals and parts are left out; parties told of together or on top of each other are
    added; a fact told twice counts once. Where tellings differ, the lowest and the highest figure
    stated are given; the maximum is None when nothing bounds the only figure. Attackers who died in
    their own attack widen the maximum only.
    """
    told = list(claims)
    counted = [_with_parts(claim, told) for claim in told if not claim.background and claim.part_of is None]
    result: dict[Casualty, Range] = {}
    for outcome in get_args(Casualty):
        own = [claim for claim in counted if claim.outcome == outcome]
        if own:
            result[outcome] = _toll(own)
    return result


def _with_parts(whole: Claim, claims: Sequence[Claim]) -> Claim:
    """ "At least three were hurt, among them A, B, C and D": four at the least."""
    if whole.count_max is not None:
        return whole
    listed = sum(claim.count_min for claim in claims if claim.part_of == whole.claim_id)
    return replace(whole, count_min=max(whole.count_min, listed)) if listed > whole.count_min else whole


def _toll(claims: list[Claim]) -> Range:
    attackers = [claim for claim in claims if is_attacker(claim) and claim.count_max != 0]
    victims = [claim for claim in claims if claim not in attackers]
    if not any(claim.count_max != 0 for claim in victims):
        if not attackers:
            return 0, 0
        return _of_statements(_statements(attackers))
    low, high = _of_statements(_statements(victims))
    if attackers:
        extra = _of_statements(_statements(attackers))
        high = None if high is None or extra[1] is None else high + extra[1]
    return low, high


def _statements(claims: list[Claim]) -> list[_Statement]:
    """Claims grouped with what they add to."""
    statement_of: dict[str, _Statement] = {}
    statements: list[_Statement] = []
    for claim in claims:
        statement = statement_of.get(claim.adds_to or "")
        if statement is None:
            statement = _Statement([])
            statements.append(statement)
        statement.claims.append(claim)
        statement_of[claim.claim_id] = statement
    return statements


def _of_statements(statements: list[_Statement]) -> Range:
    positive = [statement for statement in statements if statement.high != 0]
    figured = [statement for statement in positive if not _is_vague(statement)] or positive
    counted = [statement for statement in figured if not _is_roundabout(statement)]
    if counted and max(s.low for s in counted) >= max(s.low for s in figured):
        figured = counted  # "dozens", later 39
    general = _without_shares([s for s in figured if s.is_general and not _is_pronoun(s)])
    special = [statement for statement in figured if statement not in general and not _is_pronoun(statement)]
    if not general and not special:
        return _span(figured)
    if not general:
        return _of_parties(special)
    low, high = _span(general)
    least, most = _of_parties(special) if special else (0, 0)
    top = max(least, most or 0)
    if top and all(_is_roundabout(statement) for statement in general):
        low = min(low, least)  # "several people", of whom the text names two
    if high is not None and top > high:
        high = top
    return low, high


def _without_shares(statements: list[_Statement]) -> list[_Statement]:
    """The tellings of everybody, without those that make up the highest: "eight were killed. One strike killed three
    people, another five"."""
    top = max((statement.low for statement in statements), default=0)
    whole = [statement for statement in statements if statement.low == top]
    shares = [statement.low for statement in statements if statement.low != top]
    return whole if len(shares) > 1 and sum(shares) == top else statements


def _of_parties(statements: list[_Statement]) -> Range:
    """Over who was lost: speakers who contradict each other are tellings of their own, all others are added up.

    "The army said it killed 20 rebels; the rebels said three fighters and 15 soldiers died" is 18 or 20, not 38.
    """
    tellings: dict[str, list[_Statement]] = {}
    for statement in statements:
        tellings.setdefault((statement.claims[0].attributed_to or "").casefold(), []).append(statement)
    sums = [_of_telling(told) for speaker, told in tellings.items() if speaker]
    if "" in tellings or len(sums) < 2 or not _contradict(list(tellings.values())):
        return _of_telling(statements)
    top = max(low if high is None else high for low, high in sums)
    return min(low for low, _ in sums), None if any(high is None and low == top for low, high in sums) else top


def _contradict(tellings: list[list[_Statement]]) -> bool:
    """Whether any two speakers give different figures for the same kind of people."""
    figures = [
        {party_key(claim): (s.low, s.high) for s in told if not _is_unfigured(s) for claim in s.claims}
        for told in tellings
    ]
    return any(
        key in other and own[key] != other[key]
        for number, own in enumerate(figures)
        for other in figures[number + 1 :]
        for key in own
    )


def _of_telling(statements: list[_Statement]) -> Range:
    """The sum over parties. Somebody named or pointed at ("the driver", "John Doe") beside a figure is
    one of those counted; beside "a soldier" he may be that soldier, which widens the maximum only."""
    figured = [statement for statement in statements if not _is_unfigured(statement)]
    single = [statement for statement in statements if _is_unfigured(statement)]
    new = [statement for statement in single if any(_NEW.match(claim.quantifier) for claim in statement.claims)]
    known = [statement for statement in single if statement not in new]
    if not figured and not new:
        return _of_people(known)
    low, high = _distinct([*figured, *new])
    told = {party for statement in new for party in _figures(statement)}
    others = [statement for statement in known if not _figures(statement).keys() <= told]
    if new and others and not figured and high is not None:
        high = max(high, _distinct(new)[0] + _of_people(others)[0])
    return low, high


def _of_people(statements: list[_Statement]) -> Range:
    """How many persons are told of without a figure. One name in two spellings is one person; somebody pointed at
    ("the general") may be one of those named, unless told in one breath with them or as "also" killed."""
    named = [claim for statement in statements for claim in statement.claims if claim.count_max == 1 and name(claim)]
    persons = count_persons(named)
    sure: dict[str, Range] = {}
    unsure: dict[str, Range] = {}
    for statement in statements:
        for claim in statement.claims:
            if claim not in named:
                beside = len(statement.claims) > 1 or bool(_ALSO.search(claim.quote))
                (sure if beside else unsure).setdefault(party_key(claim), (claim.count_min, claim.count_max))
    unsure = {key: counted for key, counted in unsure.items() if key not in sure}
    low = persons + sum(low for low, _ in sure.values())
    high = _sum(high for _, high in (*sure.values(), *unsure.values()))
    low = max(low, *(least for least, _ in unsure.values())) if unsure else low
    return low, None if high is None else max(low, persons + high)


def _span(statements: list[_Statement]) -> Range:
    """Lowest and highest figure stated. An open end stays open only where it is the highest figure
    and the only one."""
    lows = [statement.low for statement in statements]
    tops = [statement.low if statement.high is None else statement.high for statement in statements]
    low, top = min(lows), max(tops)
    open_ended = any(s.high is None and s.low == top for s in statements)
    return low, None if open_ended and low == top else top


def _distinct(statements: list[_Statement]) -> Range:
    """The sum over parties: what is told of the same party twice is the same fact, and so is the same figure told of
    two parties; where it is so small that it may be chance, only the lowest sum takes it so. What is told of some of
    the parties of a longer telling is held by it: "six monks and two cooks", later "the six monks"."""
    told_of: list[tuple[dict[str, int], list[_Statement]]] = []
    where: dict[object, list[int]] = {}  # what may be the same fact, by whom it tells of and by its figure
    small: set[Range] = set()
    doubtful = 0
    for statement in sorted(statements, key=lambda one: -len(_figures(one))):
        figures, figure = _figures(statement), (statement.low, statement.high)
        marks: list[object] = [frozenset(figures), *figures.items()]
        again = statement.low >= _TELLING or _is_known(statement)
        marks += [figure] if again else []
        for number in sorted({number for mark in marks for number in where.get(mark, ())}):
            known, told = told_of[number]
            shared = any(known.get(party) == count for party, count in figures.items())
            same = (again or shared) and figure == (told[0].low, told[0].high)
            if figures.keys() == known.keys() or same:
                told.append(statement)
                break
            if shared and figures.items() <= known.items() and not _is_unfigured(statement):
                break
        else:
            if statement.low > 1 and len(statement.claims) == 1 and not is_of_kind(party_key(statement.claims[0])):
                doubtful += statement.low if figure in small else 0  # "two missionaries", later "two Canadians"
                small.add(figure)
            for mark in {*marks, figure}:
                where.setdefault(mark, []).append(len(told_of))
            told_of.append((figures, [statement]))
    # "a civilian" beside "15 civilians" is one of them or one more, not another count of them.
    spans = [_span([one for one in told if not _is_unfigured(one)] or told) for _, told in told_of]
    return sum(low for low, _ in spans) - doubtful, _sum(high for _, high in spans)


def _figures(statement: _Statement) -> dict[str, int]:
    """How many of each party a telling speaks of, at the least."""
    figures: dict[str, int] = {}
    for claim in statement.claims:
        figures[party_key(claim)] = figures.get(party_key(claim), 0) + claim.count_min
    return figures


def _is_pronoun(statement: _Statement) -> bool:
    return all(claim.quantifier.lower() in ("he", "she", "him", "her") for claim in statement.claims)


def _is_known(statement: _Statement) -> bool:
    """ "The five men": as many as were told of before."""
    claim = statement.claims[0]
    again = rf"\b(?:the|these|those)\s+{re.escape(claim.quantifier)}"
    return len(statement.claims) == 1 and statement.low > 1 and re.search(again, claim.quote, re.I) is not None


def _is_unfigured(statement: _Statement) -> bool:
    """Told without any figure: "civilians were killed", "a civilian was killed"."""
    return all(claim.party is not None and claim.party in claim.quantifier for claim in statement.claims)


def _is_vague(statement: _Statement) -> bool:
    """People in the plural without any figure: "civilians were killed"; not so beside somebody ("the rector and other
    teachers")."""
    alone = all(claim.count_max is None for claim in statement.claims)
    return _is_unfigured(statement) and statement.high is None and alone


def _is_roundabout(statement: _Statement) -> bool:
    """A number word that counts nobody: "dozens", "scores", "several"."""
    return all(ROUNDABOUT.search(claim.quantifier) for claim in statement.claims)


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
