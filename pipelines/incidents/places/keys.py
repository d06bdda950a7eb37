"""Keys under which spellings of one place name meet.

``fold_key`` forgives case, accents, apostrophes and hyphens; ``sound_key`` also forgives how Arabic,
Cyrillic or Persian was put into Latin letters: Deir ez-Zor, Deir Ezzor and Dayr az Zawr are one key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_TRANSLITERATED = """
AE AF AM AZ BD BG BH BY CN CY DJ DZ EG EH ER ET GE GR IL IN IQ IR JO KG KM KW KZ LB LK LY MA MD MK MM MN
MR NP OM PK PS QA RS RU SA SD SO SS SY TD TJ TM TN TR UA UZ XK YE
"""
#: Countries whose names reach the news through a transliteration: only these get sound keys.
TRANSLITERATED: Final = frozenset(_TRANSLITERATED.split())
#: Letters that Unicode decomposition leaves whole, and marks that are dropped (apostrophes, ayn, hamza, dots).
_LETTERS: Final = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ə": "a", "æ": "ae", "œ": "oe", "ħ": "h", "ŋ": "n",
        "'": "", "’": "", "‘": "", "`": "", "´": "", "ʿ": "", "ʾ": "", "ʻ": "", "ʼ": "", "′": "", ".": "", "\u200b": "",
        "-": " ", "–": " ", "—": " ", "‑": " ", "‐": " ", "/": " ", ",": " ", "_": " ", "(": " ", ")": " ", '"': "",
    }
)  # fmt: skip
#: Spelled both ways in the news.
_SHORT: Final = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft", "&": "and"}
_ARTICLES = """
al el ul ar er as es ash esh az ez ad ed at et an en il l
"""
#: The Arabic article in its assimilated forms, as a word of its own.
ARTICLES: Final = frozenset(_ARTICLES.split())
_DOUBLED_ARTICLE: Final = re.compile(r"^[aeu]([bdjlnrstz])\1|^[aeu](sh)(?=sh)")
_SOUNDS: Final = (
    ("sch", "x"), ("shch", "x"), ("tch", "c"), ("sh", "x"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"), ("dj", "j"), ("zh", "j"), ("ts", "s"), ("tz", "s"), ("ch", "x"), ("ck", "k"), ("q", "k"), ("c", "k"),
    ("w", "v"),
)  # fmt: skip
#: "y" and "w" beside a vowel are half-vowels: Dayr/Deir, Zawr/Zor.
_GLIDES: Final = re.compile(r"(?<=[aeiou])[yw](?![aeiou])|(?<![aeiou])y(?![aeiou])|y(?=$)")


@lru_cache(maxsize=65536)
def fold_key(name: str) -> str:
    """The name in plain small letters, without marks: ``Dayr az-Zawr`` -> ``dayr az zawr``.

    A name that is not in Latin script keeps its own letters.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name)
        name = "".join(letter for letter in name if not unicodedata.combining(letter))
    words = name.casefold().translate(_LETTERS).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def _heard(name: str) -> str:
    """The consonants of a name as they are heard."""
    words = fold_key(name).split()
    heard: list[str] = []
    for place, word in enumerate(words):
        if word in ARTICLES and (place + 1 < len(words)):
            continue
        if place:
            word = _DOUBLED_ARTICLE.sub(lambda match: match[1] or "", word)
        word = _GLIDES.sub("", word)
        for sound, letter in _SOUNDS:
            word = word.replace(sound, letter)
        first = "a" if word[:1] in set("aeiou") else ""
        heard.append(first + re.sub(r"[aeiouyh]", "", word[len(first) :]))
    return re.sub(r"(.)\1+", r"\1", "".join(heard))


@lru_cache(maxsize=65536)
def sound_key(name: str) -> str:
    """The consonants as heard, articles left out, vowels dropped but a leading one: ``~drzr``.

    The empty string when fewer than three consonants remain: such a key would meet everything.
    """
    key = _heard(name)
    return f"~{key}" if len(key.lstrip("a")) >= 3 else ""


def is_name(name: str) -> bool:
    """Whether one of GeoNames' alternate names is a name: they hold airport codes (ALP) and machine
    transliterations (areppo) as well."""
    return name.lstrip("‘’ʿʾʻʼ'`")[:1].isupper() and not (len(name) <= 4 and name.isupper()) and len(name) <= 60


def keys_of(name: str, *, main: bool, sounds: bool) -> Iterator[tuple[str, bool]]:
    """The keys under which a place is found by a name, each with whether that is its usual one.

    ``sounds``: by sound as well. None for names in other scripts.
    """
    key = fold_key(name)
    if len(key) < 2 or not key.isascii():
        return
    yield key, main
    if sounds:
        if sound := sound_key(name):
            yield sound, False
        first, _, rest = key.partition(" ")
        if first in ARTICLES and len(rest) > 3:  # Al Fallujah is Fallujah in the news
            yield rest, main


def with_either_article(key: str) -> list[str]:
    """A folded name and, where an Arabic article stands in it, the name with the other one: "deir al balah", "el"."""
    words = key.split()
    other = {"al": "el", "el": "al"}
    swapped = " ".join(other.get(word, word) if place else word for place, word in enumerate(words))
    return [key] if swapped == key else [key, swapped]


def is_transliteration(written: str, name: str, country: str | None) -> bool:
    """Whether one name is another put otherwise into Latin letters: Jenin, which GeoNames has as Janīn."""
    return country in TRANSLITERATED and fold_key(written)[:1] == fold_key(name)[:1] and _heard(written) == _heard(name)


def likeness(one: str, other: str) -> float:
    """Share of letter pairs two names have in common (Dice), 0 to 1; both are folded first."""
    first, second = _pairs(fold_key(one)), _pairs(fold_key(other))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else float(first == second)


@lru_cache(maxsize=65536)
def _pairs(key: str) -> frozenset[str]:
    return frozenset(key[place : place + 2] for place in range(len(key))) | {f"^{key[:1]}"}
