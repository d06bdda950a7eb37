"""What of the extracted lines is not the article: the rules of the folder ``words``, and those that need the page.

The rules that need the tree or the other lines (repeated headline, link-only paragraph, caption,
repeated line) stand here as code; all that are words stand in the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.cleaning.literals import folded, is_folded_apart
from pipelines.cleaning.metadata.shown_dates import MONTHS
from pipelines.cleaning.rules import ABOVE, Rule, Rules, load
from pipelines.cleaning.text import ends_sentence, words
from warehouse.records import Removed

#: A line of so many words that ends like a sentence is a paragraph of the story: the head ends there.
PROSE_WORDS = 20

#: If the rules would take more than this share of the characters, something else is wrong: they stand down.
MOST = 0.6

#: A block that holds more than this share of the characters is no furniture, whatever its name.
MOST_OF_A_BLOCK = 1 / 3

#: More link-only paragraphs than this in one text, and they are its substance: a list of sources, a guide.
MOST_LINKS = 4

#: The rule below whose lines others go along, at most so many in a row, of at most so many words.
POLICY = "comment-policy"
BRIDGE_LINES = 2
BRIDGE_WORDS = 30

#: Only so far up from its first line may the headline be, with kicker, date and byline above it.
HEADLINE_WITHIN = 8

#: A headline of so many words is known again behind a kicker; "Who are the rebels?" also ends like "The rebels".
HEADLINE_WORDS = 4

#: What a story tells: figures, quotations, and names (a capital inside a sentence).
_TOLD = re.compile(r"\d|[\"“”„«»]|(?<![.!?…:] )(?<!^)\b(?!I\b)[^\W\d_a-z]")
#: The words of a date line besides names and months: "Tuesday, 17 November 2026, 18:40 GMT - by".
_STAMP = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)?|[ap]m|gmt|utc|[bcem]e?[sd]?t|ist|on|at|by|von|par|por|di|and|und|et|y|e|the|de|del|le|el|il|am|um|uhr|[年月日]"
    r"|published|updated|posted|last|first|written|story|report|special|to|from|for|in"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
)
#: Who signs where nobody is named.
_DESK = frozenset("newsroom staff admin editor editors reporter desk news agencies redaktion correspondent".split())  # noqa: SIM905


@dataclass(slots=True)  # not frozen: one is made of each line of each page, and that makes it dearer
class Line:
    """An extracted line and what the rules ask of it."""

    position: int
    text: str
    key: str
    words: int
    sentence: bool
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, position: int, text: str) -> Line:
        told = words(text)
        vocabulary = frozenset(words(folded(text)) if is_folded_apart(text) else told)
        return cls(position, text, " ".join(told), len(told), ends_sentence(text), vocabulary)

    @property
    def prose(self) -> bool:
        return self.words >= PROSE_WORDS and self.sentence


@dataclass(frozen=True, slots=True)
class Hints:
    """What the tree tells of its texts, by :func:`key`: paragraphs that are one link, captions, short
    texts that stand more than once (trafilatura may have dropped the others); ``placed``: texts in blocks
    whose names say that they are not the article, each with the rule and the block's number."""

    linked: frozenset[str]
    captions: frozenset[str]
    repeated: frozenset[str]
    headlines: frozenset[str]
    authors: frozenset[str]
    years: frozenset[str] = frozenset()
    placed: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def sift(texts: Sequence[str], page: Hints, rules: Rules | None = None) -> tuple[list[str], list[Removed]]:
    """Part the article's lines from the residue.

    Returns:
        The lines kept, and those removed with rule and position in ``texts``.
    """
    kept, removed = part([Line.of(n, text) for n, text in enumerate(texts)], page, rules)
    return [line.text for line in kept], removed


def part(lines: list[Line], page: Hints, rules: Rules | None = None) -> tuple[list[Line], list[Removed]]:
    """:func:`sift` over lines whose words are known."""
    rules = load() if rules is None else rules
    dropped: dict[int, str] = {}
    _titles(lines, page, dropped)
    _words(lines, rules, dropped)
    _repeats(lines, page, dropped)
    _tree(lines, page, dropped)
    _blocks(lines, page, dropped)
    _tail(lines, page, rules, dropped)
    size = sum(len(line.text) for line in lines)
    if sum(len(lines[n].text) for n in dropped) > MOST * size:
        dropped = {n: rule for n, rule in dropped.items() if rule == "headline"}
    kept = [line for line in lines if line.position not in dropped]
    return kept, [Removed(text=lines[n].text, rule=dropped[n], position=n) for n in sorted(dropped)]


def _titles(lines: list[Line], page: Hints, dropped: dict[int, str]) -> None:
    """The headline, wherever it is repeated; above it, the kicker, the date and the byline."""
    for line in lines:
        if line.key in page.headlines:
            dropped[line.position] = "headline"
            if line.position < HEADLINE_WITHIN and not any(above.prose for above in lines[: line.position]):
                for above in lines[: line.position]:
                    dropped.setdefault(above.position, "above-headline")
        elif (
            line.position < 4
            and not line.prose
            and any(
                line.key.endswith(" " + title) and line.words <= title.count(" ") + 9
                for title in page.headlines
                if title.count(" ") >= HEADLINE_WORDS - 1
            )
        ):
            dropped[line.position] = "headline"  # kicker and headline in one <h1>


def _words(lines: list[Line], rules: Rules, dropped: dict[int, str]) -> None:
    """The table's rules for any place and for the head; a heading takes the teasers below it along."""
    first = next((line.position for line in lines if line.prose), len(lines))
    for line in lines:
        if line.position in dropped:
            continue
        if not line.words:
            dropped[line.position] = "no-words"
            continue
        for rule in rules.among(line.vocabulary):
            if rule.where != "any" and (rule.where != "head" or line.position >= first):
                continue
            if _fits(rule, line):
                dropped[line.position] = rule.id
                if rule.opens:
                    _below(lines, line.position, dropped)
                break


def _fits(rule: Rule, line: Line) -> bool:
    return rule.fits(line.text, line.words, line.vocabulary)


def _below(lines: list[Line], heading: int, dropped: dict[int, str]) -> None:
    """Drop the headlines under a "Related stories" heading; to the end, where mostly headlines follow."""
    rest = [line for line in lines[heading + 1 :] if line.position not in dropped]
    if rest and sum(not line.sentence for line in rest) > 0.5 * len(rest) and not any(line.words > 45 for line in rest):
        for line in rest:
            dropped[line.position] = "teaser-block"
        return
    for line in rest:
        if line.sentence or line.words < 4 or line.words > 25:
            return
        if line.position == lines[-1].position or not lines[line.position + 1].prose or line.text.startswith("- "):
            dropped[line.position] = "teaser-block"
        else:
            return  # a subheading over the next paragraph


def _repeats(lines: list[Line], page: Hints, dropped: dict[int, str]) -> None:
    """A short line that comes again and again above the story (photo slugs); a long one that comes twice."""
    live = [line for line in lines if line.position not in dropped]
    count = Counter(line.key for line in live)
    first = next((line.position for line in live if line.prose or (line.words >= 12 and line.sentence)), len(lines))
    seen: set[str] = set()
    previous = ""
    for line in live:
        half = len(line.key) // 2
        if (
            (
                (count[line.key] > 1 or line.key in page.repeated)
                and not line.sentence
                and line.words <= 12
                and line.position < first
            )
            or (line.key in seen and line.words >= 12)
            or (line.key == previous and line.words >= 2)
        ):
            dropped[line.position] = "repeat"
        elif line.words >= 6 and line.key[half : half + 1] == " " and line.key[:half] == line.key[half + 1 :]:
            dropped[line.position] = "doubled"  # a card's image text and its headline
        seen.add(line.key)
        previous = line.key


def _tree(lines: list[Line], page: Hints, dropped: dict[int, str]) -> None:
    """Paragraphs that are one link, and picture texts set as paragraphs."""
    links = {
        line.key
        for line in lines
        if line.key in page.linked and line.words >= 4 and not line.prose and not line.text.startswith(("- ", "http"))
    }
    if len(links) > MOST_LINKS:
        links = set()
    first = next((line.position for line in lines if line.prose), len(lines))
    for line in lines:
        if line.position in dropped:
            continue
        if line.key in links:
            dropped[line.position] = "link-only"
        elif line.key in page.captions and line.words >= 2 and not line.sentence:
            dropped[line.position] = "caption"
        elif line.position < first and _byline(line, page):
            dropped[line.position] = "byline"


def _blocks(lines: list[Line], page: Hints, dropped: dict[int, str]) -> None:
    """Lines of blocks that their names set apart; not where such a block is the frame of the story."""
    found = [(line, page.placed[line.key]) for line in lines if line.key in page.placed]
    share: Counter[int] = Counter()
    for line, (_, block) in found:
        share[block] += len(line.text)
    most = MOST_OF_A_BLOCK * sum(len(line.text) for line in lines)
    for line, (rule, block) in found:
        if share[block] <= most:
            dropped.setdefault(line.position, rule)


def _byline(line: Line, page: Hints) -> bool:
    """Whether the line says nothing but who wrote it, or when: the metadata says both."""
    if line.words > 16 or line.sentence:
        return False
    rest = [word for word in line.key.split() if not _STAMP.fullmatch(word) and word not in MONTHS]
    dated = not page.years.isdisjoint(line.key.split())
    if not rest:
        return dated
    names = {word for author in page.authors for word in author.split()}
    signed = all(word in names or (dated and word in _DESK) for word in rest)
    return signed and (dated or line.words <= 8)


def _tail(lines: list[Line], page: Hints, rules: Rules, dropped: dict[int, str]) -> None:
    """From the end upwards, as long as each line is residue; among the lines of a comment policy also lines no
    rule knows, if they tell nothing, and above them those in which the site itself speaks: a policy is a dozen
    sentences in any words, and stands under the whole story."""
    unknown: list[Line] = []
    below = ""
    for line in reversed(lines):
        if line.position in dropped:
            continue
        fitting = [rule for rule in rules.among(line.vocabulary) if rule.where in ("tail", ABOVE)]
        rule = next((rule.id for rule in fitting if rule.where == "tail" and _fits(rule, line)), None)
        if rule is None and line.key in page.linked and line.words >= 3:
            rule = "link-only"
        passing = line.words <= BRIDGE_WORDS and not _TOLD.search(line.text)
        if (
            rule is None
            and passing
            and any(more.where == ABOVE and more.id == below and _fits(more, line) for more in fitting)
        ):
            rule = below
        if rule == POLICY or (rule is not None and not unknown):
            dropped.update((passed.position, POLICY) for passed in unknown)
            dropped[line.position] = below = rule
            unknown.clear()
        elif passing and len(unknown) < BRIDGE_LINES:
            unknown.append(line)
        else:
            return
