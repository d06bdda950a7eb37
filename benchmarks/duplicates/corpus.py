"""The labelled set: stories of our own, copied the way newsrooms copy, among texts that only look like copies."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
START: Final = datetime(2026, 11, 16, 6, tzinfo=UTC)
OUTLETS: Final = tuple(f"outlet-{number}" for number in range(1, 9))
PLACES: Final = ("Port Orle", "Keln", "Darrow", "Antaville", "Garu", "Selm", "Tarn", "Osk")

Paragraphs = list[str]
Edit = Callable[[Paragraphs, random.Random], Paragraphs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One article. ``gold``: what copies of one text share; ``kind``: how it was made."""

    name: str
    gold: str
    kind: str
    outlet: str
    told_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A text to copy, and what a follow-up of it tells anew."""

    name: str
    paragraphs: tuple[str, ...]
    next_day: tuple[str, ...] = ()


def stories() -> list[Story]:
    """The agency stories written for the benchmark, and those of the demo newspaper."""
    from pipelines.demo.stories import load_stories

    table = tomllib.loads((HERE / "stories.toml").read_text("utf-8"))["story"]
    found = [
        Story(name=entry["title"], paragraphs=tuple(entry["paragraphs"]), next_day=tuple(entry["next_day"]))
        for entry in table
    ]
    # a corrected edition is the same article again, not another one
    return found + [Story(name=story.slug, paragraphs=story.body) for story in load_stories() if story.edition == 1]


# What newsrooms do to a text that is not theirs.


def verbatim(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Under another headline."""
    return story


def trimmed(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Cut from the end, to half at most."""
    return story[: chance.randint(max(2, len(story) // 2), max(2, len(story) - 1))]


def shortened(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Cut to what a column of briefs holds: a third at most."""
    return story[: max(2, len(story) // 3)]


def thinned(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Paragraphs taken out here and there."""
    dropped = set(chance.sample(range(1, len(story)), k=max(1, len(story) // 4)))
    return [paragraph for place, paragraph in enumerate(story) if place not in dropped]


def localised(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """A paragraph of local interest on top, the end cut off."""
    return [_local(chance), *trimmed(story, chance)]


def framed(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Local paragraphs before and after."""
    return [_local(chance), *story, _local(chance)]


def reordered(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """The lead stays, the rest is told in another order."""
    rest = story[1:]
    chance.shuffle(rest)
    return [story[0], *rest]


def house_style(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Units, spelling and quotation marks as the house has them."""
    return [_restyle(paragraph) for paragraph in story]


def corrected(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """Up to three figures put right, as in a later version of the agency's."""
    text = "\n\n".join(story)
    figures = list(re.finditer(r"\d+", text))
    for found in sorted(chance.sample(figures, k=min(3, len(figures))), key=lambda found: -found.start()):
        text = text[: found.start()] + str(int(found.group()) + chance.randint(1, 4)) + text[found.end() :]
    return text.split("\n\n")


def subbed(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """A word changed in every third sentence, the way a sub-editor cannot help it."""
    return [_touch(paragraph, chance, 0.35) for paragraph in story]


def rewritten_lead(story: Paragraphs, chance: random.Random) -> Paragraphs:
    """A lead of the outlet's own, the rest as it came, with a word changed here and there."""
    return [_local(chance), *(_touch(paragraph, chance, 0.2) for paragraph in story[1:])]


COPIES: Final[tuple[Edit, ...]] = (
    verbatim, trimmed, shortened, thinned, localised, framed, reordered, house_style, corrected, subbed, rewritten_lead,
)  # fmt: skip

_LOCAL: Final = (
    "{place} residents followed the news closely on {day}, and a telephone line was opened for relatives.",
    "Nobody from {place} is known to be affected, the council said on {day}, but gifts are taken in at the {spot}.",
    "{place} has a reason to look twice: {number} families came from there in the past ten years.",
    "The {place} chamber of trade said that it was too early to tell what this would mean for firms in the district.",
    "In {place}, where {number} people marched last spring, the {spot} was lit up in the evening.",
)
_STYLE: Final = (
    (r"(\d+) miles", lambda found: f"{round(int(found[1]) * 1.6)} kilometres"),
    (r"(\d+(?:,\d+)?) kilometres", lambda found: f"{round(int(found[1].replace(',', '')) / 1.6)} miles"),
    (r"\btons\b", lambda found: "tonnes"),
    (r"\bpercent\b", lambda found: "per cent"),
    (r"\btold reporters\b", lambda found: "said"),
    (r"\bsaid that\b", lambda found: "said"),
    (r"\b(\d{1,2})\.(\d\d) p\.m\.", lambda found: f"{int(found[1]) + 12}:{found[2]}"),
    (r'"', lambda found: "'"),
    (r"\borganis", lambda found: "organiz"),
    (r"\blitres\b", lambda found: "liters"),
)  # fmt: skip
_SWAPS: Final = {
    "said": "stated", "about": "around", "people": "persons", "had": "has", "killed": "slain", "would": "will",
    "after": "following", "on": "this", "but": "yet", "and": "as well as", "more": "further", "the": "that",
    "to": "so as to", "a": "one", "of": "from", "in": "inside", "was": "had been", "were": "had been", "it": "this",
}  # fmt: skip


def _local(chance: random.Random) -> str:
    """Two sentences that no other article has."""
    return " ".join(
        sentence.format(
            place=chance.choice(PLACES),
            day=chance.choice(("Monday", "Tuesday", "Wednesday", "Thursday")),
            number=chance.randint(11, 990),
            spot=chance.choice(("library", "town hall", "old station", "swimming pool")),
        )
        for sentence in chance.sample(_LOCAL, k=2)
    )


def _restyle(paragraph: str) -> str:
    for pattern, put in _STYLE:
        paragraph = re.sub(pattern, put, paragraph)
    return paragraph


def _touch(paragraph: str, chance: random.Random, share: float) -> str:
    """One word changed in that share of the sentences."""
    sentences = re.split(r"(?<=[.!?]) ", paragraph)
    for number, sentence in enumerate(sentences):
        tokens = sentence.split(" ")
        places = [place for place, token in enumerate(tokens) if token.casefold() in _SWAPS]
        if places and chance.random() < share:
            place = chance.choice(places)
            tokens[place] = _SWAPS[tokens[place].casefold()]
            sentences[number] = " ".join(tokens)
    return " ".join(sentences)


# The set.


def labelled(seed: int, source: Sequence[Story] | None = None, *, series: bool = True) -> list[Sample]:
    """Copies of each story, follow-ups that quote it, texts that hold several, and series.

    Args:
        seed: the same seed gives the same set.
        source: other stories than ours.
        series: whether instalments of series are among them.
    """
    chance = random.Random(seed)
    source = stories() if source is None else source
    made = [*_copied(source, chance), *_compiled(source, chance)]
    return made + list(_series(chance)) if series else made


def _copied(source: Sequence[Story], chance: random.Random) -> Iterator[Sample]:
    for number, story in enumerate(source):
        told = START + timedelta(days=number % 10, hours=chance.randint(0, 12))
        carried = chance.sample(OUTLETS, k=chance.randint(3, 6))
        edits: list[Edit] = [verbatim, *chance.sample(COPIES, k=len(carried) - 1)]
        for outlet, edit in zip(carried, edits, strict=True):
            paragraphs = edit(list(story.paragraphs), chance)
            yield _sample(story.name, edit.__name__, outlet, told, paragraphs)
            told += timedelta(minutes=chance.randint(5, 900))
        # an own report that holds the agency's text: copied, if not for the most part
        other = source[(number + 3) % len(source)].paragraphs
        mine = [_touch(paragraph, chance, 1.0) for paragraph in _unlike(other, chance)]
        yield _sample(story.name, "held in an own report", chance.choice(OUTLETS), told, mine + list(story.paragraphs))
        # the day after: new, then the end of the old story as background, which is less than half of either
        new = list(story.next_day) or _unlike(source[(number + 5) % len(source)].paragraphs, chance)
        most, old = min(_length(new) * chance.uniform(0.35, 0.9), 0.45 * _length(story.paragraphs)), list[str]()
        for paragraph in story.paragraphs[:0:-1]:
            if _length([*old, paragraph]) <= most:
                old.insert(0, paragraph)
        yield _sample(
            f"{story.name}, day after", "follow-up", chance.choice(OUTLETS), told + timedelta(days=1), new + old
        )


def _length(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _unlike(paragraphs: Sequence[str], chance: random.Random) -> Paragraphs:
    """Another story's matter in words that match no other article's: two words of five go."""
    return [" ".join(word for word in one.split() if chance.random() < 0.6) for one in paragraphs]


def _compiled(source: Sequence[Story], chance: random.Random) -> Iterator[Sample]:
    """The news in brief: several stories, each nearly whole, in one article that is none of them."""
    for number in range(max(1, len(source) // 6)):
        held = chance.sample(source, k=3)
        text = [paragraph for story in held for paragraph in story.paragraphs[: max(3, len(story.paragraphs) * 2 // 3)]]
        told = START + timedelta(days=5, hours=number)
        yield _sample(f"news in brief {number}", "several in one", chance.choice(OUTLETS), told, text)


def _series(chance: random.Random) -> Iterator[Sample]:
    for series in tomllib.loads((HERE / "series.toml").read_text("utf-8"))["series"]:
        carriers = chance.sample(OUTLETS, k=series["outlets"])
        for number in range(8):
            told = START + (timedelta(days=number) if series["every"] == "day" else timedelta(hours=number))
            for outlet in carriers:
                place = PLACES[number] if series["every"] == "place" else PLACES[OUTLETS.index(outlet)]
                own = list(_instalment(series, told, place, chance))
                gold = f"{series['name']} {number} {outlet}"
                yield _sample(gold, series["name"], outlet, told, own)
                if number % 4 == 1:  # an instalment is copied like anything else
                    other = chance.choice([name for name in OUTLETS if name not in carriers])
                    yield _sample(gold, "copied instalment", other, told + timedelta(hours=2), own[:-1])


def _instalment(series: dict[str, Any], told: datetime, place: str, chance: random.Random) -> Iterator[str]:
    drawn = {
        name: str(chance.randint(*values)) if isinstance(values[0], int) else chance.choice(values)
        for name, values in series["slots"].items()
    }
    for paragraph in series["paragraphs"]:
        yield paragraph.format(weekday=f"{told:%A}", date=f"{told:%d %B}", place=place, **drawn)


def _sample(gold: str, kind: str, outlet: str, told_at: datetime, paragraphs: Sequence[str]) -> Sample:
    return Sample(
        name=f"{gold} / {kind} / {outlet} / {told_at:%d %H:%M}",
        gold=gold, kind=kind, outlet=outlet, told_at=told_at, text="\n\n".join(paragraphs),
    )  # fmt: skip
