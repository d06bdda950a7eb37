"""A text as what is compared: its words, hashed, and the runs of words that stand for it in the warehouse."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]

#: Words in a run. Shorter ones are set phrases that chance brings together; longer ones lose a copy in
#: which a sub-editor changed a word a sentence (tried: 5 and 8, docs/duplicates.md).
RUN: Final = 6

#: One fingerprint at least is kept of so many neighbouring runs (winnowing, Schleimer, Wilkerson and Aiken
#: 2003): two texts that share RUN + WINDOW - 1 words in a row share a fingerprint, always.
WINDOW: Final = 6

#: Scripts that put no space between words go by the character.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def words(text: str) -> list[str]:
    """The words in lower case, without typography and punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1 << 18)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread the bits (splitmix64), so that the least of several hashes is a fair draw."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return mixed


def runs(text: str) -> Hashes:
    """Every run of :data:`RUN` words as a 64-bit number, the same on every machine; a shorter text is one run."""
    found = words(text)
    hashes = np.fromiter((_hash(word) for word in found), dtype=np.uint64, count=len(found))
    size = min(RUN, len(found))
    values = np.zeros(len(found) - size + 1 if found else 0, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for place in range(size):
            values = values * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(values)]
        return _mix(values).view(np.int64)


def fingerprints(text: str) -> tuple[int, ...]:
    """The runs that stand for a text, in order of value: the least of each :data:`WINDOW` neighbours."""
    values: npt.NDArray[Any] = runs(text)
    if len(values) > WINDOW:
        values = np.lib.stride_tricks.sliding_window_view(values, WINDOW).min(axis=1)
    elif len(values):
        values = values.min(keepdims=True)
    return tuple(int(value) for value in np.unique(values))
