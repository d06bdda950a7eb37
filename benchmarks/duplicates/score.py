"""How well copies are told from what only looks like them, beside the usual ways, on the labelled set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from benchmarks.clustering import Tally
from benchmarks.duplicates.corpus import Sample, Story, labelled
from pipelines.duplicates import cluster, overlaps, pairs
from pipelines.duplicates.words import fingerprints, words
from warehouse import records
from warehouse.records import content_id

#: Sets drawn for the figures. 1 to 3 were looked at while the rules were made.
SEEDS = (11, 12, 13, 14, 15)

#: Shingles and signature of plain MinHash, as its users mostly have them.
SHINGLE, PERMUTATIONS = 5, 128

#: A method: for each sample, the name of the cluster it is put in.
Method = Callable[[Sequence[Sample]], list[str]]


def linked(samples: Sequence[Sample], links: Iterable[tuple[int, int]]) -> list[str]:
    """Clusters as whatever links lead to."""
    heads = list(range(len(samples)))

    def head(number: int) -> int:
        while heads[number] != number:
            number = heads[number]
        return number

    for one, two in links:
        heads[head(two)] = head(one)
    return [str(head(number)) for number in range(len(samples))]


def exact(samples: Sequence[Sample]) -> list[str]:
    """A hash of the words."""
    return [content_id(*words(sample.text)) for sample in samples]


def shingles(text: str) -> list[str]:
    """Runs of words, as plain MinHash takes them."""
    found = words(text)
    return [" ".join(found[at : at + SHINGLE]) for at in range(max(1, len(found) - SHINGLE + 1))]


def minhash(threshold: float) -> Method:
    """Plain MinHash (rensa) at an estimated resemblance."""

    def method(samples: Sequence[Sample]) -> list[str]:
        from rensa import RMinHash

        sketches = []
        for sample in samples:
            sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
            sketch.update(shingles(sample.text))
            sketches.append(sketch)
        near = combinations(range(len(samples)), 2)
        return linked(samples, [(a, b) for a, b in near if sketches[a].jaccard(sketches[b]) >= threshold])

    return method


def contained(samples: Sequence[Sample]) -> list[str]:
    """Candidates by MinHash at .3, then half of the shorter text's shingles in the other."""
    from rensa import RMinHash

    sets, sketches = [frozenset(shingles(sample.text)) for sample in samples], []
    for held in sets:
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(sorted(held))
        sketches.append(sketch)
    near = ((a, b) for a, b in combinations(range(len(samples)), 2) if sketches[a].jaccard(sketches[b]) >= 0.3)
    links = [(a, b) for a, b in near if len(sets[a] & sets[b]) >= 0.5 * min(len(sets[a]), len(sets[b]))]
    return linked(samples, links)


def told(sample: Sample) -> records.Story:
    """A sample as the pipeline sees it."""
    return records.Story(
        article_id=sample.name, source_id=sample.outlet, told_at=sample.told_at,
        text_id=content_id(*words(sample.text)), fingerprints=fingerprints(sample.text),
    )  # fmt: skip


def ours(samples: Sequence[Sample]) -> list[str]:
    """pipelines.duplicates."""
    stories = [told(sample) for sample in samples]
    found = {copy.article_id: copy.cluster_id for copy in cluster(stories, overlaps(stories))}
    return [found.get(sample.name, sample.name) for sample in samples]


def without_standing_text(samples: Sequence[Sample]) -> list[str]:
    """Ours, with every run counted."""
    kept, pairs.STANDING = pairs.STANDING, 1 << 30  # type: ignore[misc]
    try:
        return ours(samples)
    finally:
        pairs.STANDING = kept  # type: ignore[misc]


def without_holders(samples: Sequence[Sample]) -> list[str]:
    """Ours, with every overlap taken for a link."""
    number = {sample.name: at for at, sample in enumerate(samples)}
    found = overlaps(told(sample) for sample in samples)
    return linked(samples, [(number[one.one_id], number[one.two_id]) for one in found])


METHODS: dict[str, Method] = {
    "exact hash": exact,
    "MinHash .8": minhash(0.8),
    "MinHash .7": minhash(0.7),
    "MinHash .3, containment .5": contained,
    "ours": ours,
    "ours, standing text counted": without_standing_text,
    "ours, every overlap a link": without_holders,
}


def texts(path: Path) -> list[Story]:
    """Other people's texts to copy: the ``text`` of each line of a JSONL file, every second one by name, those that
    were not read while the rules were made; cut to paragraphs of three sentences where it has none."""
    rows = sorted((json.loads(line) for line in path.read_text("utf-8").splitlines()), key=lambda row: str(row["doc"]))
    made = []
    for row in rows[1::2]:
        paragraphs = [" ".join(part.split()) for part in row["text"].split("\n\n") if part.strip()]
        if len(paragraphs) < 4:
            sentences = " ".join(paragraphs).replace("? ", "?. ").split(". ")
            paragraphs = [". ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
        if len(paragraphs) >= 6:
            made.append(Story(name=str(row["doc"]), paragraphs=tuple(paragraphs)))
    return made


def duplicates(source: Path | None) -> dict[str, float | int | str]:
    """Pairwise precision, recall, F1, then B-cubed, of each method over five drawn sets.

    With a JSONL file of texts, those are copied in the place of our stories (forty a set), without series.
    """
    others = texts(source) if source is not None else []
    sets = []
    for at, seed in enumerate(SEEDS):
        some = others[at * 40 : at * 40 + 40] if others else None
        sets.append(labelled(seed, some, series=some is None))
    done: dict[str, float | int | str] = {
        "articles": sum(map(len, sets)),
        "clusters of two or more": sum(
            sum(count > 1 for count in Counter(sample.gold for sample in drawn).values()) for drawn in sets
        ),
        "": "pairs: P R F1        B-cubed: P R F1",
    }
    for name, method in METHODS.items():
        tally = Tally()
        for drawn in sets:
            tally.add(drawn, method(drawn))
        done[name] = tally.figures()
        if method is ours:
            for kinds, count in tally.wrongly.most_common(4):
                done[f"  ours, wrong pairs: {kinds}"] = count
            done["  ours, missed pairs"] = tally.missed // 2
    return done
