"""How many: the number grammar of casualty figures, in digits and in words.

:func:`find_numbers` reads counts of people and of things: "12", "1,200", "forty-five", "two dozen",
"dozens", "at least 12", "between 20 and 30", "no", "a further two". It leaves out what looks like a
count and is none: dates, years, times, ages, money, shares, ordinals, measures, names of weapons,
units and roads. What each wording means as a lowest and a highest figure is set in the tables
below and told in docs/claims.md; nothing here knows what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from text_to_num import text2num

from pipelines.incidents.model import lowered

#: ``exact`` 12 · ``approximate`` about 12 · ``bound`` at least 12, up to 12 · ``range`` 10 to 12 ·
#: ``vague`` dozens · ``none`` no, nobody.
Kind = Literal["exact", "approximate", "bound", "range", "vague", "none"]


@dataclass(frozen=True, slots=True)
class Number:
    """A count as written: ``text == source[start:end]``, its qualifiers ("at least") included.

    ``min`` and ``max`` are the lowest and highest figure the words allow, ``max`` None when they
    set no upper end. ``core_start``/``core_end`` span the figure alone. ``more``: the wording puts
    this figure on top of another ("another 5", "a further two").
    """

    start: int
    end: int
    text: str
    min: int
    max: int | None
    kind: Kind
    more: bool
    core_start: int
    core_end: int


#: What words for a crowd mean at least. ACLED's rule for "several" (3), "dozens" (12) and
#: "hundreds" (100), carried on: a plural of a unit means no less than one of the unit.
VAGUE: Final[dict[str, int]] = {
    "a few": 3,
    "a handful": 3,
    "a number": 2,
    "countless": 10,
    "dozens": 12,
    "hundreds": 100,
    "hundreds of thousands": 100_000,
    "many": 10,
    "millions": 1_000_000,
    "multiple": 2,
    "numerous": 10,
    "scores": 20,
    "several": 3,
    "tens of thousands": 10_000,
    "thousands": 1_000,
}
NONE: Final = ("no one", "no-one", "nobody", "none", "zero", "not a single", "not one", "neither", "no 1", "no")
#: More is no count of people: mankind, rounded up. The warehouse adds counts up in 64 bits.
MOST: Final = 10_000_000_000
SCALES: Final = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}

#: Qualifiers and what they make of the figure n: ``floor`` (n, open) · ``ceiling`` (1, n) · ``near`` (n, n).
#: The figure itself stays in the pair: "more than 30" is (30, open), as ACLED and Airwars code it.
QUALIFIERS: Final[dict[str, str]] = {
    "at least": "floor",
    "a minimum of": "floor",
    "no fewer than": "floor",
    "no less than": "floor",
    "not less than": "floor",
    "not fewer than": "floor",
    "more than": "floor",
    "well over": "floor",
    "just over": "floor",
    "over": "floor",
    "above": "floor",
    "in excess of": "floor",
    "upwards of": "floor",
    "upward of": "floor",
    "exceeding": "floor",
    "up to": "ceiling",
    "as many as": "ceiling",
    "as much as": "ceiling",
    "at most": "ceiling",
    "no more than": "ceiling",
    "not more than": "ceiling",
    "a maximum of": "ceiling",
    "fewer than": "ceiling",
    "less than": "ceiling",
    "just under": "ceiling",
    "under": "ceiling",
    "below": "ceiling",
    "about": "near",
    "around": "near",
    "some": "near",
    "nearly": "near",
    "almost": "near",
    "roughly": "near",
    "approximately": "near",
    "approx": "near",
    "approx.": "near",
    "an estimated": "near",
    "estimated": "near",
    "close to": "near",
    "perhaps": "near",
    "maybe": "near",
    "possibly": "near",
    "circa": "near",
    "a reported": "near",
}
#: Words that leave the figure as it is and belong to the quantifier.
EXACTLY: Final = ("a total of", "a combined total of", "exactly", "a combined", "only", "just", "a")
#: Words that put the figure on top of another.
MORE: Final = ("a further", "another", "an additional", "additional", "yet another", "at least another")

_GAP = r"(?:[ \t\u00a0]|\n(?![ \t]*\n))+"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
_SMALL = f"(?:(?:{_TENS})(?:(?:-|{_GAP})(?:{_ONES})\\b)?|{_TEENS}|{_ONES})"
_POWER = "(?:hundred|thousand|million|billion)"
_WORDS = (
    f"(?:(?:an?{_GAP}){_POWER}|{_SMALL})(?:(?:-|{_GAP}){_POWER}\\b)*"
    f"(?:(?<=dred|sand|lion){_GAP}(?:and{_GAP})?{_SMALL}(?:(?:-|{_GAP}){_POWER}\\b)*)*"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,9}(?!\d)"


def _any(words: object) -> str:
    """An alternation, longest first, any white space between the words."""
    listed = sorted(words, key=len, reverse=True)  # type: ignore[call-overload]
    return "|".join(re.escape(word).replace("\\ ", _GAP) for word in listed)


_CORE = (
    rf"(?P<none>{_any(NONE)})(?![\w])"
    rf"|(?<!as )(?<!how )(?<!so )(?<!too )(?P<vague>{_any(VAGUE)})\b(?:{_GAP}(?P<vscale>dozen|hundred|thousand)\b)?"
    rf"|(?P<half>half{_GAP}a{_GAP}dozen|(?:a{_GAP})?half[- ]dozen)\b"
    rf"|(?P<pair>a{_GAP}couple(?:{_GAP}of)?|a{_GAP}pair{_GAP}of|both)\b"
    rf"|(?P<adozen>a{_GAP}dozen|a{_GAP}score)\b"
    rf"|(?P<single>a{_GAP}(?:single|lone))\b"
    rf"|(?:(?P<decimal>\d{{1,4}}\.\d{{1,3}}){_GAP}(?P<dscale>million|billion)\b)"
    rf"|(?:(?P<digits>{_DIGITS})|(?P<words>{_WORDS})\b)"
    rf"(?:{_GAP}(?P<scale>dozen|hundred|thousand|million|billion)\b)?"
)


def _core(suffix: str) -> str:
    """The core's pattern with its group names suffixed, so that it can stand twice in one pattern."""
    return "(?:" + re.sub(r"\?P<(\w+)>", rf"?P<\g<1>{suffix}>", _CORE) + ")"


_BEFORE_CORE = r"(?<![\w$€£¥#])(?<![\w)]-)(?<!\d[.,:/])(?<!\w/)"
_NUMBER = re.compile(_BEFORE_CORE + _core(""))  # for text in lower case
_SECOND = re.compile(
    rf"(?P<link>{_GAP}(?:to|or){_GAP}|{_GAP}and{_GAP}|\s?[-–—]\s?)(?:about{_GAP}|around{_GAP})?" + _core("2"), re.I
)
_PREFIX = re.compile(
    rf"(?:(?<![\w-])(?:{_any([*QUALIFIERS, *EXACTLY, *MORE])})(?:{_GAP}|(?<=\.)))+$"
    rf"|(?<!\w)(?:between|from)(?:{_GAP}(?:about|around))?{_GAP}$",
    re.I,
)
_QUALIFIER = re.compile(rf"(?<![\w-])(?:{_any(QUALIFIERS)})(?![\w-])", re.I)
_MORE = re.compile(rf"\b(?:{_any(MORE)})\b", re.I)
_SUFFIX = re.compile(
    rf"(?P<floor>\+|[- ]plus\b|{_GAP}(?:or{_GAP})(?:more|over|above)\b)"
    rf"|(?P<ceiling>{_GAP}or{_GAP}(?:fewer|less)\b)|(?P<near>{_GAP}or{_GAP}so\b|[- ]odd\b)",
    re.I,
)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?"
    r"|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\b\.?"
)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\s*(?:the\s+)?$")
_MONTH_AFTER = re.compile(rf"\s*(?:of\s+)?(?!(?:may|MAY|May)\s+(?i:have|be|yet|also|still)\b){_MONTH}")
#: What follows a measure, a time, a share or a sum of money, never a count of people.
_UNIT_AFTER = re.compile(
    r"""[\s-]*(?:%|°|percent|per\s+cent|pct|percentage|km|kms|kilomet\w+|miles?|met(?:re|er)s?|m\b|feet|foot|ft|inch\w*|yards?
    |cm|mm|millimet\w+|kg|kgs|kilos?|kilogram\w*|grams?|pounds?|lbs?|tons?|tonnes?|lit(?:re|er)s?|gallons?|barrels?
    |acres?|hectares?|square|sq|degrees?|mph|kph|knots|hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|weekends?|months?|years?|yrs?
    |decades?|century|centuries|dollars?|euros?|rupees?|pesos?|naira|shillings?|cents|usd|bn|a\.?m|p\.?m|o['’]clock|gmt|utc
    |local\s+time|caliber|calibre|times|percentage|points?|stars?|thirds?|quarters?|half|halves|fourths|fifths|tenths
    |storey|storeys|stories|floors?|-?\s?years?[\s-]old)(?![\w])""",
    re.I | re.X,
)
_NAME_BEFORE = re.compile(
    r"""(?:(?:US\$|\bRs\.?|[$€£¥#]|\b[Nn]o\.|\bNO\.|\bN[or]\b\.?|\baged?|\bage\s+of|\bAGED?|\bnumber|\bNumber)\s*
    |\b(?:Article|Section|Resolution|Route|Highway|Flight|Brigade|Unit|Chapter|Channel|Zone|Block|Sector|Division
    |Battalion|Phase|Level|Grade|Page|Class|Gate|Terminal|Room|Formula|War|Apollo|Group\s+of|Decree|Law|Bus|Line|Pier
    |Interstate|Ward|District|Street|Avenue|Psalm|Boeing|Airbus|Area|Force|Detachment|DETACHMENT|BRIGADE|BATTALION)\s+)$""",
    re.X,
)
_AGE_BEFORE = re.compile(r"(?:[A-Z][\w.'’-]+|[A-Z]+)\s*[,(]\s*$")
_AGE_AFTER = re.compile(r"\s*(?:[,);.]|and\s+[A-Z])")
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|by|of|during|until|till|from|before|after|early|late|mid|year|around)[\s-]+$", re.I
)
_COUNTED = re.compile(
    r"\s+(?:(?:other|more|\w+ese|\w+ian|\w+can|armed|pro-\w+)\s+)?(?:people|persons|civilians|children|soldiers|troops|fighters"
    r"|militants|dead|deaths|killed|wounded|injured|refugees|families|victims|casualties|others|men|women|residents)\b",
    re.I,
)
_NOT_NONE_AFTER = re.compile(
    r"\s+(?:longer|doubt|matter|more|less|fewer|sooner|way|wonder|later|one\s+else's|exact|further|known|idea|clear|choice|need)\b"
    r"|\s*[.,;:!?)]|\s*$|\s+\d",
    re.I,
)


def find_numbers(text: str) -> list[Number]:
    """The counts in a text, in order, none overlapping. Any text will do; nothing is raised.

    Articles ("a soldier") are no counts here: who reads the sentence knows what they stand before.
    """
    return list(_scan(text))


def _scan(text: str) -> Iterator[Number]:
    position = floor = 0
    small = lowered(text)
    while match := _NUMBER.search(small, position):
        number = _read(text, match, floor)
        if number is None:
            # Past all of a figure that is none, so that its tail is not read as another ("2014" -> "014").
            position = max(match.end(), match.start() + 1)
        else:
            yield number
            position = floor = number.end


def _read(text: str, match: re.Match[str], floor: int) -> Number | None:
    start, end = match.span()
    if _is_glued(text, end):
        return None
    if match["none"]:
        word = match["none"].lower()
        if word == "no" and _NOT_NONE_AFTER.match(text, end):
            return None
        return Number(start, end, text[start:end], 0, 0, "none", False, start, end)
    value = _value(match, "")
    if value is None:
        return None
    low, high, kind = value
    prefix = _PREFIX.search(text, max(floor, start - 60), start)
    lead = text[prefix.start() : start].lower() if prefix else ""
    second = _second(text, end, low, lead) if kind == "exact" else None
    if second is not None:
        high, end = second
        kind = "range"
    elif lead.startswith(("between", "from")):
        prefix, lead = None, ""
    if _is_no_count(text, start, end, low, high, match["digits"]):
        return None
    suffix = None if second else _SUFFIX.match(text, end)
    core_end = end
    sense = _sense(lead)
    if suffix:
        end = suffix.end()
        sense = sense or suffix.lastgroup or ""
    if kind in ("exact", "approximate", "vague") and sense:
        low, high, kind = _apply(sense, low, high, kind)
    begin = prefix.start() if prefix else start
    more = bool(_MORE.search(lead))
    return Number(begin, end, text[begin:end], low, high, kind, more, start, core_end)


def _sense(lead: str) -> str:
    """What the qualifiers before a figure make of it; the one nearest the figure decides, but a
    bound outweighs a "near" ("at least some 30")."""
    senses = [QUALIFIERS[" ".join(found.group().split())] for found in _QUALIFIER.finditer(lead)]
    bounds = [sense for sense in senses if sense != "near"]
    return (bounds or senses or [""])[-1]


def _apply(sense: str, low: int, high: int | None, kind: Kind) -> tuple[int, int | None, Kind]:
    if sense == "floor":
        return low, None, "bound"
    if sense == "ceiling" and kind != "vague":
        return min(1, low), high, "bound"
    return low, high, "approximate" if kind == "exact" else kind


def _value(match: re.Match[str], suffix: str) -> tuple[int, int | None, Kind] | None:
    """Lowest and highest figure of the core, before its qualifiers."""
    group = match.groupdict()
    if vague := group["vague" + suffix]:
        low = VAGUE[" ".join(vague.lower().split())]
        if scale := group["vscale" + suffix]:
            low *= SCALES[scale.lower()]
        return low, None, "vague"
    if group["half" + suffix]:
        return 6, 6, "approximate"
    if group["pair" + suffix]:
        return 2, 2, "exact"
    if adozen := group["adozen" + suffix]:
        return (20, 20, "approximate") if adozen.lower().endswith("score") else (12, 12, "approximate")
    if group["single" + suffix]:
        return 1, 1, "exact"
    if decimal := group["decimal" + suffix]:
        count = round(float(decimal) * SCALES[group["dscale" + suffix].lower()])
        return (count, count, "approximate") if count <= MOST else None
    if digits := group["digits" + suffix]:
        count = int(digits.replace(",", ""))
    elif words := group["words" + suffix]:
        spoken = words_value(words)
        if spoken is None:
            return None
        count = spoken
    else:
        return None
    kind: Kind = "exact"
    if scale := group["scale" + suffix]:
        count *= SCALES[scale.lower()]
        kind = "approximate"
    return (count, count, kind) if count <= MOST else None


def words_value(words: str) -> int | None:
    """The value of a number in words ("forty-five", "a hundred and twenty"), None if it is none."""
    plain = " ".join(words.lower().split()).replace("fourty", "forty")
    for article in ("a ", "an "):
        if plain.startswith(article):
            plain = "one " + plain.removeprefix(article)
    try:
        return int(text2num(plain, "en"))
    except ValueError:
        return None


def _second(text: str, end: int, low: int, lead: str) -> tuple[int, int] | None:
    """The far end of a range: "20 to 30", "between 20 and 30", "two or three", "20-30"."""
    match = _SECOND.match(text, end)
    if match is None or _is_glued(text, match.end()):
        return None
    value = _value(match, "2")
    if value is None or value[1] is None or not low < value[1]:
        return None
    if match["link"].strip().lower() == "and" and not lead.startswith("between"):
        return None
    return value[1], match.end()


def _is_glued(text: str, end: int) -> bool:
    """Whether a figure runs on into a word, a time, a date or a decimal: 122mm, 12th, 10:30, 9/11, 2.5, five-day."""
    after = text[end : end + 2]
    if not after:
        return False
    if after[0].isalnum() or after[0] == "_":
        return True
    if after[0] in ".:/," and after[1:].isdigit():
        return True
    return after[0] in "-‑" and after[1:].isalpha() and not text[end + 1 : end + 5].lower().startswith(("plus", "odd"))


def _is_no_count(text: str, start: int, end: int, low: int, high: int | None, digits: str | None) -> bool:
    if _UNIT_AFTER.match(text, end):
        return True
    before = text[max(0, start - 24) : start]
    if _NAME_BEFORE.search(before):
        return True
    if digits is None:
        return False
    top = high or low
    if top <= 31 and (_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(text, end)):
        return True
    if top <= 110 and _AGE_BEFORE.search(before) and _AGE_AFTER.match(text, end):
        return True
    if 1900 <= top <= 2099 and "," not in digits:
        month = _MONTH_BEFORE.search(before.rstrip(" ,0123456789"))
        return bool(month or _YEAR_BEFORE.search(before)) or not _COUNTED.match(text, end)
    return len(digits) > 1 and digits.startswith("0")
