"""The words of the casualty engine, read once from the package's ``data/casualty_words.toml`` and put into the forms
the rules ask for: every inflected verb form to what it means for whoever suffers it, one pattern that
tells whether a sentence speaks of casualties at all, compiled patterns for background totals."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pipelines.incidents.data import DATA, any_of
from warehouse.errors import DatelineError
from warehouse.vocabulary import Casualty

WORDS_FILE: Final = DATA / "casualty_words.toml"


@dataclass(frozen=True, slots=True)
class Words:
    """Lower-case word forms, by what they do in a sentence."""

    transitive: dict[str, Casualty]
    phrasal: dict[tuple[str, str], Casualty]
    intransitive: dict[str, Casualty]
    adjective: dict[str, Casualty]
    noun: dict[str, Casualty]
    unhurt: frozenset[str]
    casualties: frozenset[str]
    manner: frozenset[str]
    fatally: frozenset[str]
    not_people: frozenset[str]
    people: frozenset[str]
    person_suffixes: tuple[str, ...]
    attackers: frozenset[str]
    generic: frozenset[str]
    alike: dict[str, str]
    modals: frozenset[str]
    softened: frozenset[str]
    factual: frozenset[str]
    hedges: re.Pattern[str]
    hedge_participles: frozenset[str]
    speech: frozenset[str]
    speakers: tuple[tuple[str, re.Pattern[str]], ...]
    background: re.Pattern[str]
    year: re.Pattern[str]
    background_agents: frozenset[str]
    breaks: re.Pattern[str]
    cue: re.Pattern[str]
    grammar: dict[str, frozenset[str]]


def inflect(verb: str, irregular: dict[str, list[str]]) -> list[str]:
    """The forms of a verb in its base form: itself, -s, -ed, -ing, or what ``irregular`` lists for it."""
    if verb in irregular:
        return sorted({verb, *irregular[verb]})
    stem = verb.removesuffix("e")
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return [verb, third, stem + "ed", stem + "ing"]


@lru_cache(maxsize=1)
def words() -> Words:
    """The word lists. :raises DatelineError: naming the file and what is wrong with it."""
    try:
        return _read(tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise DatelineError(
            f"the casualty words cannot be read ({error})",
            culprit=str(WORDS_FILE),
            mend="Mend that entry, or put the file back as it was installed.",
        ) from error


def word_set(name: str) -> frozenset[str]:
    """One list of the file's ``[grammar]`` table."""
    return words().grammar[name]


def _read(data: dict[str, Any]) -> Words:
    irregular: dict[str, list[str]] = data["irregular"]

    def forms(table: dict[str, list[str]]) -> dict[str, Casualty]:
        return {
            form: outcome  # type: ignore[misc]
            for outcome, verbs in table.items()
            for verb in verbs
            if " " not in verb
            for form in inflect(verb, irregular)
        }

    def listed(table: dict[str, list[str]], skip: tuple[str, ...] = ()) -> dict[str, Casualty]:
        return {word: outcome for outcome, items in table.items() if outcome not in skip for word in items}  # type: ignore[misc]

    phrasal: dict[tuple[str, str], Casualty] = {}
    for outcome, verbs in data["transitive"].items():
        for verb in (verb for verb in verbs if " " in verb):
            base, particle = verb.split()
            phrasal |= {(form, particle): outcome for form in inflect(base, irregular)}
    transitive, intransitive = forms(data["transitive"]), forms(data["intransitive"])
    adjective, noun = listed(data["adjective"], ("unhurt",)), listed(data["noun"], ("casualties",))
    manner = frozenset(form for verb in data["manner"]["verbs"] for form in inflect(verb, irregular))
    cues = [*transitive, *intransitive, *adjective, *noun, *data["adjective"]["unhurt"], *data["noun"]["casualties"]]
    cues += [f"{verb} {particle}" for verb, particle in phrasal] + ["toll", "lives", "life", "fled", "flee", "fleeing"]
    cues += [*data["grammar"]["lose"], "hospital", "hospitals", "treated", "condition", "homes", "homeless"]
    cues += ["fatally", "mortally"]
    marks = data["background"]
    return Words(
        transitive=transitive,
        phrasal=phrasal,
        intransitive=intransitive,
        adjective=adjective,
        noun=noun,
        unhurt=frozenset(data["adjective"]["unhurt"]),
        casualties=frozenset(data["noun"]["casualties"]),
        manner=manner,
        fatally=frozenset(data["manner"]["adverbs"]),
        not_people=frozenset(data["not_people"]["words"]),
        people=frozenset(data["people"]["words"]),
        person_suffixes=tuple(data["people"]["suffixes"]),
        attackers=frozenset(data["people"]["attackers"]),
        generic=frozenset(data["people"]["generic"]),
        alike={word: kind for kind, listed_words in data["alike"].items() for word in listed_words},
        modals=frozenset(data["irrealis"]["modals"]),
        softened=frozenset(data["irrealis"]["softened"]),
        factual=frozenset(data["irrealis"]["factual"]),
        hedges=re.compile(rf"\b(?:{any_of(data['hedge']['words'])})\b", re.I),
        hedge_participles=frozenset(data["hedge"]["participles"]),
        speech=frozenset(data["speech"]["verbs"]),
        speakers=tuple(
            (kind.replace("_", " "), re.compile(rf"(?<![\w-])(?:{any_of(names)})(?![\w-])", re.I))
            for kind, names in data["speaker"].items()
        ),
        background=re.compile("|".join(f"(?:{mark})" for mark in marks["marks"]), re.I),
        year=re.compile(marks["year"], re.I),
        background_agents=frozenset(marks["agents"]),
        breaks=re.compile(marks["breaks"], re.I),
        grammar={name: frozenset(items) for name, items in data["grammar"].items()},
        cue=re.compile(rf"(?<!\w)(?:{any_of(cues)})(?!\w)"),
    )
