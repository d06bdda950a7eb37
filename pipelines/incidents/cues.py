"""Cue words: which sentences may tell of violence (before parsing), and which words in a parsed one do.

The words stand in ``data/cues.toml``. The regex pass over the raw text is cheap; only cue sentences go to the
parser, which takes most of an extraction's time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.incidents.data import read_toml
from pipelines.incidents.model import is_capitals, lowered, text_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

#: Past and other forms that no ending rule gives.
_IRREGULAR = {
    "shoot": "shoot|shot|shoots|shooting", "strike": "strike|struck|strikes|striking|stricken",
    "fight": "f[io]ught|fight|fights|fighting|fought",
    "throw": "throw|threw|thrown|throws|throwing", "slay": "slay|slew|slain|slays|slaying",
    "blow": "blow|blew|blown|blows|blowing",
    "take": "take|took|taken|takes|taking", "hold": "hold|held|holds|holding", "go": "go|goes|went|gone|going",
    "retake": "retake|retook|retaken|retakes|retaking", "overrun": "overrun|overran|overruns|overrunning",
    "beat": "beat|beaten|beats|beating", "die": "die|died|dies|dying", "burn": "burn|burnt|burned|burns|burning",
    "set": "set|sets|setting", "stab": r"stab\w*", "shell": "shelled|shelling|shells",
    "gas": "gassed|gassing", "fire": "fire|fired|firing|fires", "machine": "machine", "gun": r"gun\w*",
    "battle": "battl\\w+", "raid": "raid(?:s|ed|ing)?", "rape": "rape|raped|rapes|raping",
    "steal": "steal|stole|stolen|steals|stealing",
    "run": "run|ran|runs|running", "fall": "fall|fell|fallen|falling", "drive": "drive|drove|driven|drives|driving",
    "step": "step|stepped|steps|stepping", "tread": "tread|trod|trodden", "waylay": "waylay|waylaid|waylays|waylaying",
    "come": "come|came|comes|coming",
    "stone": "stone|stoned|stones|stoning", "slit": "slit|slits|slitting", "cut": "cut|cuts|cutting",
}  # fmt: skip

#: Words besides the cues that make a sentence worth parsing: its casualties and its weapons.
_BESIDES = (
    r"dead|deaths?|died|die|fatal\w*|casualt\w+|toll|bod(?:y|ies)|wound\w*|injur\w*|kill\w*|hostages?"
    r"|bombs?|rockets?|missiles?|grenades?|drones?|warplanes?|jets?|"
    r"artillery|mortars?|gunm[ae]n|gunfire|shots?|dynamite|explosives?|assailants?|hijack\w*"
    r"|incident,? (?:which |that )?(?:happened|occurred|took place)"
    r"|molotovs?|(?:petrol|fire|gasoline) ?bombs?|acid"
    r"|responsibility|perpetrat\w+|shells?|cattle|livestock|goats|camels|forcibly|(?:land)?mines?|ieds?"
)
#: Who and what together make a sentence worth parsing: "soldiers beat a farmer", "militants destroyed a bridge",
#: "strikes on the port".
_HARM = re.compile(
    r"\b(?:soldiers?|troops|forces|military|police\w*|officers?|army|militants?|rebels?|insurgents?|fighters?|guerrillas?|terrorists?"
    r"|militia\w*|gunm[ae]n|bandits?|herders?|extremists?|assailants?|attackers?|paramilitar\w+|mob|crowd|youths?"
    r"|al[- ]?shabaab|boko haram|demonstrators|protesters|rioters|gangs?|settlers|vigilantes)\b"
    r"[^.\n]{0,120}?"
    r"\b(?:beat(?:en|ing)?|tortur\w+|destroy\w*|demolish\w*|smash\w*|hit|struck|target(?:ed|ing)|raz(?:ed|ing)"
    r"|burn(?:ed|t|ing)"
    r"|fir(?:ed?|ing) (?:\w+ ){0,3}?(?:at|on|upon|into))\b"
    r"|\bstrikes?\b[^.\n]{0,120}?\b(?:on|against|destroy\w*|damag\w*|hit|target(?:ed|ing)|flatten\w*|level\w*)\b"
)

#: Words that a full stop behind them shortens.
_SHORTENED = (
    "Mr", "Ms", "Mrs", "Dr", "St", "Gen", "Col", "Lt", "Maj", "No", "Sgt", "Capt", "Cpl", "Brig", "Sen", "Rep", "Gov",
    "Rev", "Prof", "Jan", "Feb", "Mar", "Apr", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
)  # fmt: skip
_SENTENCE_END = re.compile(
    "(?<![A-Z])" + "".join(rf"(?<!\b{word})" for word in _SHORTENED) + r"[.!?]+[\"'”’)\]]*(?:\s+|(?=[\"“A-Z]))|\n+"
)
_SENTENCE_END_CAPITALS = re.compile(
    r"(?<!\b[A-Z])(?<!\bMR)(?<!\bDR)(?<!\bGEN)(?<!\bCOL)(?<!\bLT)(?<!\bMAJ)(?<!\bNO)[.!?]+[\"')\]]*\s+|\n+"
)

#: What a word may need and still be told of alone: a sentence with it is worth parsing.
_ALONE = frozenset(
    ("", "patient", "somebody", "crowd", "protesters", "many", "pact", "place_object", "fighters", "captive", "fire")
)

#: Words looked at after a verb for its second word ("set the bus on fire").
_REACH = 6


@dataclass(frozen=True, slots=True)
class Cue:
    """One ``[[cue]]`` of the data file."""

    sub_event_type: str
    attributes: tuple[str, ...]
    weight: float
    frame: str
    of: str
    poss: str
    needs: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A cue word in a parsed text. ``start``/``end``: character offsets, the words of a compound included. ``others``:
    what else the word may tell of, if it has not the company that ``cue`` needs."""

    token: Token
    cue: Cue
    is_verb: bool
    start: int
    end: int
    others: tuple[Cue, ...] = ()

    def readings(self) -> Iterator[Trigger]:
        """The word as each cue that it may be."""
        yield self
        yield from (replace(self, cue=other) for other in self.others)

    @property
    def words(self) -> str:
        return text_of(self.token.doc)[self.start : self.end].lower()


@dataclass(frozen=True, slots=True)
class CueTable:
    """The data file, ready for look-up: last word of a noun, or lemma of a verb -> [(other words, cue)].

    ``filter`` and ``weak`` search text in lower case: ``weak`` the words that need company (``needs``), too.
    """

    nouns: dict[str, list[tuple[tuple[str, ...], Cue]]]
    verbs: dict[str, list[tuple[tuple[str, ...], Cue]]]
    words: dict[str, frozenset[str]]
    not_cues: re.Pattern[str]
    mishaps: re.Pattern[str]
    claim_phrases: re.Pattern[str]
    filter: re.Pattern[str]
    weak: re.Pattern[str]


def _forms(lemma: str) -> str:
    if lemma in _IRREGULAR:
        return f"(?:{_IRREGULAR[lemma]})"
    stem = lemma[:-1] if lemma[-1] in "ey" else lemma
    return re.escape(stem) + r"\w*"


def _phrase(entry: str, *, verb: bool) -> str:
    words = entry.lower().split()
    if verb:
        first, *rest = words
        return _forms(first) + "".join(rf"\W(?:[^.]{{0,40}}\W)?{re.escape(word)}" for word in rest)
    return r"[\s-]".join([*map(re.escape, words[:-1]), _forms(words[-1])])


@lru_cache(maxsize=1)
def table() -> CueTable:
    """The cue words of ``data/cues.toml``."""
    raw = read_toml("cues.toml")
    nouns: dict[str, list[tuple[tuple[str, ...], Cue]]] = {}
    verbs: dict[str, list[tuple[tuple[str, ...], Cue]]] = {}
    patterns: list[str] = [_BESIDES]
    weak: list[str] = []
    for row in raw["cue"]:
        cue = Cue(
            row["sub_event_type"], tuple(row.get("attributes", ())), row["weight"], row["frame"],
            row.get("of", "patient"), row.get("poss", "agent"), row.get("needs", ""),
        )  # fmt: skip
        for entry in row.get("nouns", ()):
            *before, last = entry.replace("-", " - ").split()  # as the tokenizer takes "sit-in" apart
            nouns.setdefault(last, []).append((tuple(before), cue))
        for entry in row.get("verbs", ()):
            first, *rest = entry.split()
            verbs.setdefault(first, []).append((tuple(rest), cue))
        alone = cue.needs in _ALONE
        told = patterns if alone else weak
        told += [_phrase(entry, verb=False) for entry in row.get("nouns", ())]
        told += [_phrase(entry, verb=True) for entry in row.get("verbs", ())]
    for entries in (*nouns.values(), *verbs.values()):
        entries.sort(key=lambda entry: -len(entry[0]))  # the longest wording wins
    claims = [_phrase(entry, verb=True) for entry in raw["words"].pop("claim_phrases")]
    return CueTable(
        nouns=nouns,
        verbs=verbs,
        words={name: frozenset(words) for name, words in raw["words"].items()},
        not_cues=re.compile(r"\b(?:" + "|".join(raw["not"]["phrases"]) + r")\b", re.I),
        mishaps=re.compile(r"\b(?:" + "|".join(raw["not"]["mishaps"]) + r")\b", re.I),
        claim_phrases=re.compile(r"\b(?:" + "|".join(claims) + r")\b", re.I),
        filter=re.compile(r"\b(?:" + "|".join(dict.fromkeys(patterns)) + r")\b"),
        weak=re.compile(r"\b(?:" + "|".join(dict.fromkeys(weak)) + r")\b"),
    )


def sentences(text: str) -> list[tuple[int, int]]:
    """Rough sentence spans of raw text, by punctuation and line breaks."""
    pattern = _SENTENCE_END_CAPITALS if text.isupper() else _SENTENCE_END
    spans = []
    start = 0
    for match in pattern.finditer(text):
        if text[start : match.end()].strip():
            spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def cue_spans(text: str) -> list[tuple[int, int]]:
    """The sentences with a cue word, and of those beside them the ones with a word that needs company ("struck").

    In wire copy in capitals all sentences beside them, since its role model is learnt from those too; in other news
    they cost a third of the time and tell nothing more (docs/incidents.md).
    """
    spans = sentences(text)
    small, cue, weak = lowered(text), table().filter, table().weak
    hits = [bool(cue.search(small, start, end) or _HARM.search(small, start, end)) for start, end in spans]
    wire = is_capitals(text)
    return [
        span for number, span in enumerate(spans)
        if hits[number]
        or (any(hits[max(0, number - 1) : number + 2]) and (wire or weak.search(small, *span)))
    ]  # fmt: skip


def _noun_entry(token: Token) -> tuple[tuple[str, ...], Cue] | None:
    for key in {token.lemma_.lower(), token.lower_}:
        for before, cue in table().nouns.get(key, ()):
            if token.i - len(before) < 0:
                continue
            words = tuple(t.lower_ for t in token.doc[token.i - len(before) : token.i])
            if words == before:
                return before, cue
    return None


@lru_cache(maxsize=1)
def _lemma_of() -> dict[str, str]:
    """The lemma of each irregular form spelt out."""
    return {form: lemma for lemma, forms in _IRREGULAR.items() for form in forms.split("|") if form.isalpha()}


def _verb_entries(token: Token) -> list[tuple[tuple[str, ...], Cue]]:
    verbs = table().verbs
    lemma = token.lemma_.lower()
    if lemma not in verbs:  # the lemmatizer knows no "retook", and makes "raped" a form of "rap"
        lemma = _lemma_of().get(token.lower_, token.lower_.removesuffix("d"))
    if lemma not in verbs:
        return []
    near = {child.lower_ for child in token.children}
    near |= {t.lower_ for t in token.doc[token.i + 1 : token.i + 1 + _REACH]}
    return [(rest, cue) for rest, cue in verbs[lemma] if near.issuperset(rest)]


def _is_named_so(token: Token) -> bool:
    """ "Shelling by the rebels killed four", "was destroyed by shelling": a noun, whatever the parse says."""
    if token.tag_ != "VBG" or _noun_entry(token) is None:
        return False
    around = list(token.children)
    doer = token.dep_ == "pcomp" and token.head.dep_ == "agent"
    return (doer or any(c.dep_ in ("prep", "agent") and c.lower_ in ("by", "of") for c in around)) and not any(
        c.dep_ in ("dobj", "nsubj", "nsubjpass", "aux", "auxpass") for c in around
    )


def find(doc: Doc) -> list[Trigger]:
    """The cue words of a parsed text, in order. Idioms that are none ("heart attack") are left out."""
    blocked = [match.span() for match in table().not_cues.finditer(text_of(doc))]
    found: list[Trigger] = []
    for token in doc:
        if token.is_space or token.is_punct:
            continue
        verb = token.pos_ in ("VERB", "AUX") or (token.tag_.startswith("VB") and token.pos_ != "NOUN")
        entries = _verb_entries(token) if verb and not _is_named_so(token) else []
        is_verb = bool(entries)
        entry = entries[0] if entries else None
        if entry is None and (not verb or token.tag_ == "VBG"):
            entry = _noun_entry(token)
        if entry is None:
            continue
        words, cue = entry
        start = token.idx if is_verb else token.doc[token.i - len(words)].idx
        end = token.idx + len(token)
        if any(a < end and start < b for a, b in blocked):
            continue
        others = tuple(other for rest, other in entries[1:] if len(rest) == len(words))
        found.append(Trigger(token, cue, is_verb, start, end, others))
    return found
