"""The words of a text: what lines, titles and names are compared and measured by."""

from __future__ import annotations

import re

#: Han characters and kana: each says about as much as half a word, and no blank parts the words.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
SIGN = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
#: The same where no sign is in the text: to ask of each letter whether it is one takes twice the time.
_SPACED_WORD = re.compile(r"\w+")
_SENTENCE_ENDS = frozenset(".!?…。！？؟")
_CLOSING = "'\"”’»)]"

#: Such signs that say as much as a word.
SIGNS_OF_A_WORD = 2

#: Letters of an alphabet that a Han character or a kana stands for, and a Korean syllable, as translations of news run.
LETTERS_OF_A_SIGN = 3
LETTERS_OF_A_SYLLABLE = 2
_SYLLABLE = re.compile("[\uac00-\ud7a3]")
#: Where both stand among the characters; few texts hold any, and one range is sought in a fraction of their time.
_EAST = re.compile("[\u3040-\ufaff]")

#: For each byte of ASCII the small letter or figure, and a blank where it is no part of a word: splitting at blanks
#: takes a sixth of the expression's time.
_BLANKS = bytes(ord(c.lower()) if _WORD.match(c) else ord(" ") for c in map(chr, range(128))).ljust(256)

#: The same for Western Europe's letters, but for ß and µ, which fold to others.
_WESTERN = bytes(ord(c.lower()) if _WORD.match(c) else ord(" ") for c in map(chr, range(256)))

#: What most lines hold that are else of these letters.
_TYPOGRAPHY = "’“”–\u00a0—‘…„"


def words(text: str) -> list[str]:
    """The words of ``text``, case folded; in Chinese and Japanese, its signs."""
    if not text.isascii():
        parted = text
        for mark in _TYPOGRAPHY:
            parted = parted.replace(mark, " ")
        if not parted.isascii():
            try:  # the two letters as they fold; the second is none of these then
                parted = parted.replace("ß", "ss").replace("µ", "μ")
                return parted.encode("latin-1").translate(_WESTERN).decode("latin-1").split()
            except UnicodeEncodeError:
                return (_WORD if _EAST.search(text) else _SPACED_WORD).findall(text.casefold())
        text = parted
    return text.encode().translate(_BLANKS).decode().split()


def key(text: str) -> str:
    """A line's words in lower case, so that typography and punctuation do not hide a repeat."""
    return " ".join(words(text))


def one_line(text: str) -> str:
    """``text`` without blanks at its ends and with one blank for each run of others."""
    if text.isprintable() and "  " not in text:  # holds no other blank: half of the texts of a page
        return text.strip()
    return " ".join(text.split())


def length(text: str) -> int:
    """Characters of ``text``, Chinese and Japanese signs and Korean syllables counted as the letters they stand for."""
    if text.isascii() or _EAST.search(text) is None:
        return len(text)
    signs, syllables = len(SIGN.findall(text)), len(_SYLLABLE.findall(text))
    return len(text) + (LETTERS_OF_A_SIGN - 1) * signs + (LETTERS_OF_A_SYLLABLE - 1) * syllables


def ends_sentence(text: str) -> bool:
    """Whether ``text`` ends like a sentence, closing quotation marks and brackets aside."""
    return text.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS
