"""How well the pipeline reads the demo: its incidents against what a careful reader would note.

The answers stand in the stories' own front matter. Nothing here reaches the pipeline; the tests
measure with it, and ``python -m pipelines.demo.expected`` prints the table.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.cleaning import clean_site
from pipelines.demo.site import Site
from pipelines.demo.stories import Expected, Story, edition_of, load_outlets, load_stories
from pipelines.events import merge
from pipelines.incidents import extract_article
from warehouse.records import Article, Event, Incident

#: What is asked of an incident, in the order the table prints it.
FIELDS = ("found", "type", "place", "country", "day", "killed", "injured", "actor", "target")


@dataclass
class Score:
    """Right answers and questions by field, with a line for every miss.

    ``quiet``: stories without an incident that gave none; ``extra``: incidents beyond those told.
    """

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    extra: int = 0
    misses: list[str] = field(default_factory=list)

    def share(self, name: str) -> float:
        """The share of right answers on one field, 0 to 1; 1 where nothing was asked."""
        return self.right[name] / self.asked[name] if self.asked[name] else 1.0

    def lines(self) -> Iterator[str]:
        """The table, then the misses."""
        for name in (*FIELDS, "quiet"):
            yield f"{name:8} {self.right[name]:3} of {self.asked[name]:3}  {self.share(name):.2f}"
        yield f"{'extra':8} {self.extra:3} incidents that the stories do not tell apart"
        yield from self.misses


def measure(stories: Iterable[Story], incidents_of: Callable[[Story], list[Incident]]) -> Score:
    """Compare what each story gave with what it should give; only what took place counts."""
    score = Score()
    for story in stories:
        left = [i for i in incidents_of(story) if i.status in ("happened", "alleged")]
        if not story.incidents:
            score.asked["quiet"] += 1
            score.right["quiet"] += not left
            score.misses += [f"{story.slug}: nothing happened, but: {found.summary}" for found in left]
            continue
        for expected in story.incidents:
            answers = [(found, _answers(expected, found)) for found in left]
            found, best = max(answers, key=lambda pair: sum(ok for _, ok, _ in pair[1]), default=(None, []))
            score.asked["found"] += 1
            score.right["found"] += found is not None
            if found is None:
                score.misses.append(f"{story.slug}: not found")
                for name in _asked(expected):
                    score.asked[name] += 1
                continue
            left.remove(found)
            for name, ok, told in best:
                score.asked[name] += 1
                score.right[name] += ok
                if not ok:
                    score.misses.append(f"{story.slug}: {name} is {told}")
        score.extra += len(left)
    return score


def _asked(expected: Expected) -> list[str]:
    names = ["type", *(name for name in FIELDS[2:] if getattr(expected, name, None) is not None)]
    return names


def _answers(expected: Expected, found: Incident) -> list[tuple[str, bool, str]]:
    """(field, right, what was told) for each field asked."""
    (event,) = merge([found])
    actors = [f"{a.text} {a.name}" for a in found.actors if a.role == "actor"]
    targets = [f"{a.text} {a.name}" for a in found.actors if a.role == "target"]
    place = found.place.name if found.place else None
    country = found.place.country if found.place else None
    told: dict[str, tuple[bool, object]] = {
        "type": (found.sub_event_type in expected.types, found.sub_event_type),
        "place": (plain(expected.place or "") in plain(place or ""), place),
        "country": (country == expected.country, country),
        "day": (found.start_date == expected.day == found.end_date, f"{found.start_date} to {found.end_date}"),
        "killed": _toll(expected.killed, event, "killed"),
        "injured": _toll(expected.injured, event, "injured"),
        "actor": (_named(expected.actor, actors), actors),
        "target": (_named(expected.target, targets), targets),
    }
    return [(name, *_shown(told[name])) for name in _asked(expected)]


def _shown(answer: tuple[bool, object]) -> tuple[bool, str]:
    return answer[0], str(answer[1])


def _toll(expected: tuple[int, int | None] | None, event: Event, outcome: str) -> tuple[bool, object]:
    least, most = getattr(event, f"{outcome}_min"), getattr(event, f"{outcome}_max")
    if expected is None:
        return True, None
    # an open figure ("at least 12") has no greatest number: the least is what can be right
    return least == expected[0] and (expected[1] is None or most == expected[1]), f"{least} to {most}"


def _named(word: str | None, names: list[str]) -> bool:
    return word is None or any(plain(word) in plain(name) for name in names)


def plain(text: str) -> str:
    """Letters without accents and apostrophes, in lower case: spellings of one name compare equal."""
    letters = unicodedata.normalize("NFKD", text.replace("ı", "i")).replace("-", " ").replace("ez Zor", "Ezzor")
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ").casefold()


def read_edition(edition: int) -> list[tuple[Story, Article | None]]:
    """Each outlet's stories of an edition, cleaned as the pages are served, among their outlet's pages."""
    base = "http://127.0.0.1"
    read: list[tuple[Story, Article | None]] = []
    for outlet in load_outlets().values():
        site = Site(outlet, edition_of(load_stories(), edition), base)
        paths = [outlet.path_of(story) for story in site.stories]
        cleaned = clean_site([(site.documents[path].body, base + path) for path in paths])
        read += zip(site.stories, cleaned, strict=True)
    return read


def text_faults(story: Story, article: Article | None) -> tuple[list[str], list[str]]:
    """(paragraphs of the page that are not the story's, paragraphs of the story that were lost)."""
    kept = article.text.split("\n\n") if article else []
    own = {*story.body, story.lead}
    return [line for line in kept if line not in own], [line for line in story.body if line not in kept]


def main() -> None:
    """Clean and extract every story as served, and print how well it was read."""
    read = read_edition(2)
    given = {story.slug: extract_article(article) if article else [] for story, article in read}
    stories = {story.slug: story for story, _ in read}
    print(*measure(stories.values(), lambda story: given[story.slug]).lines(), sep="\n")
    for story, article in read:
        leaked, lost = text_faults(story, article)
        for fault, lines in (("left in", leaked), ("lost", lost)):
            for line in lines:
                print(f"{story.slug}: {fault}: {line}")


if __name__ == "__main__":
    main()
