"""Actors: finding them by name, linking them to the knowledge base, resolving what an article calls them.

Names, aliases, countries and sectors stand in ``data/actors.csv``; countries and demonyms in ``data/demonyms.csv``.
State forces are built from a demonym and a noun ("Syrian army" -> Military Forces of Syria), after ACLED's naming.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from pipelines.incidents.data import any_of, read_csv, read_toml
from pipelines.incidents.model import is_capitals, is_common, lowered
from warehouse.vocabulary import Sector

_FORCES = (
    r"(?:(?:armed|security|special|government|military|ground|defen[cs]e|regime|occupation|naval|border"
    r"|paramilitary|national|air|riot|state)\s+)*"
    r"(?:forces?|general staff|security service|army|military|troops|soldiers?|police(?:men|man)?|navy|air force"
    r"|marines|warplanes|jets"
    r"|airstrikes?|air strikes?|(?:attack |combat |kamikaze )?drones?|missiles?|aircraft|helicopters?|artillery"
    r"|commandos?|guards?|gendarmes?|strikes?|shelling|bombardments?|bombings?|raids?|rockets?|shells?|gunfire"
    r"|(?:ballistic |cruise )missiles?|(?:glide |guided )?bombs?|attacks?(?=\s+(?:on|against)\b))"
)
#: What a country fights with: the words name the country as who acts, and these say with what.
_MEANS = re.compile(
    r"(?:jets|airstrikes?|air strikes?|drones?|missiles?|aircraft|warplanes|helicopters?|artillery|strikes?|shelling"
    r"|bombardments?|bombings?|raids?|rockets?|shells?|gunfire|bombs?|attacks?)$",
    re.I,
)
_GOVERNMENT = r"(?:government|regime|authorities|state)"
#: "pro-government forces": a militia on the government's side, whatever the regime is called.
_PRO = re.compile(
    r"\bpro-(?:[a-z][\w-]+[ -])?(?:government|regime|state|[a-z][\w-]+)(?:\s+regime)?\s+(?:\w+\s+)?"
    r"(?:forces?|fighters?|militia(?:s|men)?|troops|gunmen|militants|units|groups?|soldiers)"
    r"|\b(?:forces|fighters|militia(?:s|men)?|troops|gunmen|militants|soldiers) loyal to (?:the )?(?:[a-z][\w-]+ )?"
    r"(?:government|regime|president)\b"
)
#: A country's forces named without the country.
_BARE = re.compile(r"\b(?:armed forces|air force|army|military(?= (?:killed|said|has|had|attacked|bombed|shelled)))\b")
#: What an article calls the fighters of a group it names.
FIGHTERS = {
    "guerrilla",
    "rebel",
    "terrorist",
    "militant",
    "insurgent",
    "fighter",
    "subversive",
    "extremist",
    "jihadist",
    "member",
    "dissident",
}
_POLICE = re.compile(r"\bpolice", re.I)

#: "the coalition", "the group": stand for a fuller name given before, if the article gives one.
_SHORT = {"coalition", "coalition forces"}
#: Before a country's forces: another's beside them.
_AND_BEFORE = re.compile(r"\b(?P<who>[A-Z][a-z]+) and $")
#: Before "coalition": it has a name of its own, or governs ("the Viv Ansanm coalition", "the ruling coalition").
_OF_ITS_OWN = re.compile(
    r"(?:\b(?!The\b)[A-Z][\w'’]+|\b(?:ruling|governing|opposition|political|grand|electoral|civil society))[ -]$"
)


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A known actor as written: span, normalised name, sector and country (ISO 3166 alpha-2)."""

    start: int
    end: int
    name: str
    sector: Sector | None
    country: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    sector: Sector
    country: str | None


@lru_cache(maxsize=1)
def demonyms() -> dict[str, tuple[str, str]]:
    """Country name or demonym -> (ISO code, country's first name)."""
    found: dict[str, tuple[str, str]] = {}
    for row in read_csv("demonyms.csv"):
        names = row["names"].split("|")
        for word in (*names, *row["demonyms"].split("|")):
            if word:
                found.setdefault(word, (row["country"], names[0]))
    return found


@lru_cache(maxsize=1)
def adjectives() -> frozenset[str]:
    """Words that say of which country somebody is, and are not its name: "Saudi"."""
    rows = read_csv("demonyms.csv")
    return frozenset(word for row in rows for word in row["demonyms"].split("|") if word not in row["names"].split("|"))


def _spelling(alias: str) -> str:
    # "Al-Shabaab" is written with a hyphen or a space, an apostrophe straight or curly
    return re.sub(r"(?:\\-|\\ |-| )+", r"[\\s-]+", re.escape(alias)).replace("'", "['’`]")


@lru_cache(maxsize=1)
def _aliases() -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for row in read_csv("actors.csv"):
        for alias in (row["name"], *row["aliases"].split("|")):
            found.setdefault(alias, _Entry(row["name"], cast("Sector", row["sector"]), row["country"] or None))
    return found


def _key(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text).replace("’", "'").replace("`", "'").lower()


@lru_cache(maxsize=2)
def _names(capitals: bool) -> tuple[re.Pattern[str], re.Pattern[str], dict[str, _Entry]]:
    """All aliases as two patterns: those to be sought in lower case, and those whose case tells ("IS"), to be sought
    in the text as it is; of a text in capitals in lower case, too, without acronyms that are also words."""
    aliases = {
        alias: entry
        for alias, entry in _aliases().items()
        if not (capitals and alias.isupper() and is_common(alias.lower()))
    }
    short = [a for a in aliases if len(a) <= 4 or a.isupper() or (a[0].isupper() and " " not in a and "-" not in a)]
    told_by_case = set(short)
    long = [alias.lower() for alias in aliases if alias not in told_by_case]
    if capitals:
        short = [alias.lower() for alias in short]
    any_case, exact = (re.compile(rf"(?<!\w)(?:{any_of(group, _spelling)})(?!\w)") for group in (long, short))
    return any_case, exact, {_key(alias): entry for alias, entry in aliases.items()}


@lru_cache(maxsize=2)
def _forces(capitals: bool) -> re.Pattern[str]:
    words = any_of(demonyms())
    flags = "i" if capitals else "-i"
    return re.compile(rf"(?<!\w)(?P<who>(?{flags}:{words}))(?:['’]s)?[ -]+(?P<what>(?i:{_FORCES}|{_GOVERNMENT}))(?!\w)")


@lru_cache(maxsize=2)
def _countries(capitals: bool) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{any_of(demonyms())})(?!\w)", re.I if capitals else 0)


@lru_cache(maxsize=1)
def _by_key() -> dict[str, tuple[str, str]]:
    return {_key(word): value for word, value in demonyms().items()}


def countries_in(text: str) -> list[str]:
    """ISO codes of the countries the text names, by name or demonym, in order, with repeats."""
    pattern = _countries(is_capitals(text))
    return [_by_key()[_key(match.group())][0] for match in pattern.finditer(text)]


def find_actors(text: str) -> list[ActorMention]:
    """The known actors the text names, in order, spans never overlapping."""
    capitals = is_capitals(text)
    small = lowered(text)
    any_case, exact, names = _names(capitals)
    found: list[ActorMention] = []
    for match in _PRO.finditer(small):
        found.append(ActorMention(match.start(), match.end(), "Pro-government forces", "Political militia", None, 0.8))
    for match in (*any_case.finditer(small), *exact.finditer(small if capitals else text)):
        entry = names[_key(match.group())]
        if match.group().lower() in _SHORT and _OF_ITS_OWN.search(text, max(0, match.start() - 40), match.start()):
            continue
        confidence = 0.6 if match.group().lower() in _SHORT else 0.9
        found.append(ActorMention(match.start(), match.end(), entry.name, entry.sector, entry.country, confidence))
    for match in _forces(capitals).finditer(text):
        code, country = _by_key()[_key(match["who"])]
        what = match["what"].lower()
        if _POLICE.search(what):
            name = f"Police Forces of {country}"
        elif re.fullmatch(_GOVERNMENT, what):
            name = f"Government of {country}"
        else:
            name = f"Military Forces of {country}"
        end = match.end("who") if _MEANS.search(what) else match.end()
        beside = _AND_BEFORE.search(text, max(0, match.start() - 40), match.start())
        if beside is not None and name.startswith("Military") and (other := _by_key().get(_key(beside["who"]))):
            both = f"Military Forces of {other[1]}"  # "Thai and Cambodian soldiers"
            found.append(ActorMention(*beside.span("who"), both, "State forces", other[0], 0.85))
        found.append(ActorMention(match.start(), end, name, "State forces", code, 0.85))
    for match in _BARE.finditer(small):
        found.append(ActorMention(match.start(), match.end(), "Military Forces", "State forces", None, 0.7))
    return _resolve_short(text, _without_overlaps(found))


#: Around a group's name: another is meant, of its kind ("al-Qaeda affiliate", "linked to the Islamic State").
_KIN_BEHIND = re.compile(
    r"[\s-]+(?:affiliate\w*|linked|aligned|allied|inspired|offshoot|branch|franchise|splinter|breakaway|loyalists?)\b",
    re.I,
)
_KIN_BEFORE = re.compile(
    r"\b(?:linked to|affiliated (?:with|to)|allied (?:with|to)|loyal to|allegiance to|offshoot of|branch of"
    r"|affiliate of|faction of|ties to|links to)\s+(?:the\s+|both\s+)?$",
    re.I,
)


def of_kin(text: str, mention: ActorMention) -> bool:
    """Whether the group is only named for another that belongs to it."""
    before = text[max(0, mention.start - 40) : mention.start]
    return bool(_KIN_BEHIND.match(text, mention.end) or _KIN_BEFORE.search(before))


def only_group(mentions: Sequence[ActorMention]) -> ActorMention | None:
    """The one armed group the text names, if it names one only: who "the rebels" then are."""
    groups = {
        m.name: m for m in reversed(mentions) if m.sector in ("Rebel group", "Political militia", "Identity militia")
    }
    groups.pop("Pro-government forces", None)
    return next(iter(groups.values())) if len(groups) == 1 else None


def _without_overlaps(found: Sequence[ActorMention]) -> list[ActorMention]:
    kept: list[ActorMention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _resolve_short(text: str, found: list[ActorMention]) -> list[ActorMention]:
    """ "the coalition" is the coalition the article last named in full; pro-government forces belong to the country
    the article names most."""
    named = Counter(code for code in countries_in(text) if code != "US")
    country = named.most_common(1)[0][0] if named else None
    names = dict(demonyms().values())
    resolved: list[ActorMention] = []
    full: ActorMention | None = None
    for mention in found:
        words = text[mention.start : mention.end].lower()
        if "coalition" in words and words not in _SHORT:
            full = mention
        elif words in _SHORT and full is not None:
            mention = ActorMention(mention.start, mention.end, full.name, full.sector, full.country, 0.8)
        elif mention.name == "Pro-government forces":
            mention = ActorMention(
                mention.start, mention.end, mention.name, mention.sector, country, mention.confidence
            )
        elif mention.name == "Military Forces" and country is not None:
            name = f"Military Forces of {names[country]}"
            mention = ActorMention(mention.start, mention.end, name, mention.sector, country, mention.confidence)
        resolved.append(mention)
    return resolved


def country_of(text: str) -> str | None:
    """The country a phrase names by demonym or name ("two Salvadoran soldiers" -> SV)."""
    found = countries_in(text)
    return found[0] if found else None


def is_organisation(text: str) -> bool:
    """Whether a phrase is, as a whole, the name of a known organisation or of a state's forces, or is headed by a word
    for one ("drug mafia", "the army")."""
    plain = re.sub(r"^(?:the|a|an|so-called)\s+", "", text.strip(), flags=re.I)
    words = plain.split()
    if words and words[-1].lower() in _organisations():
        return True
    mentions = find_actors(plain)
    return any(m.start == 0 and m.end == len(plain) and m.name != "Pro-government forces" for m in mentions)


@lru_cache(maxsize=1)
def _organisations() -> frozenset[str]:
    return frozenset(read_toml("nouns.toml")["organisations"]["words"])
