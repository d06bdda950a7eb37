"""Overlaps joined to clusters: who carries one text, who had it first, and how much each took.

Two texts that are mostly alike belong together. One that stands for the most part in a much longer
text does too, for an outlet's own report holds the agency's, and a brief is cut from a story; but a
text that holds several stories (the news in brief, a live page) must not make one of them. So a
longer text joins only when all it holds is one story, and when those it is mostly like, if there
are any, hold that story too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from warehouse.records import Copy, Overlap, Story
from warehouse.vocabulary import CopyKind

#: Both texts share so much of themselves: one text. Else the longer one only holds the shorter.
ALIKE: Final = 0.5

Pair = tuple[str, str]


class _Sets:
    """Disjoint sets of ids, each known by its least member."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, name: str) -> str:
        root = name
        while (above := self._above.get(root, root)) != root:
            root = above
        while name != root:
            self._above[name], name = root, self._above.get(name, name)
        return root

    def join(self, one: str, two: str) -> None:
        least, other = sorted((self.find(one), self.find(two)))
        self._above[other] = least


def cluster(stories: Iterable[Story], overlaps: Iterable[Overlap]) -> list[Copy]:
    """The members of every cluster of two or more, by article id.

    A cluster is named after its earliest member. Whatever stories are linked by ``overlaps``, however
    remotely, must be given together.

    Raises:
        KeyError: an overlap names a story that is not given.
    """
    known = {story.article_id: story for story in stories}
    links = {(one.one_id, one.two_id): one for one in overlaps}
    near: dict[str, set[str]] = defaultdict(set)
    for one, two in links:
        near[one].add(two)
        near[two].add(one)
    sets = _Sets()
    joined: list[Pair] = []
    alike: dict[str, set[str]] = defaultdict(set)
    parts: dict[str, set[str]] = defaultdict(set)
    for pair, link in links.items():
        one, two = pair
        if min(link.share_of_one, link.share_of_two) >= ALIKE:
            sets.join(one, two)
            joined.append(pair)
            alike[one].add(two)
            alike[two].add(one)
        elif link.share_of_one < link.share_of_two:
            parts[one].add(two)
        else:
            parts[two].add(one)
    # the shorter first: that a brief and its story are one is known when the report that holds both comes
    for holder in sorted(parts, key=lambda name: (len(known[name].fingerprints), name)):
        held = {part for part in parts[holder] if not alike[holder] or near[part] & alike[holder]}
        if len({sets.find(part) for part in held} - {sets.find(holder)}) > 1:
            continue  # several stories in one
        for part in held:
            sets.join(holder, part)
            joined.append((holder, part))
    return sorted(_members(known, links, joined, sets), key=lambda copy: copy.article_id)


def _members(known: dict[str, Story], links: dict[Pair, Overlap], joined: list[Pair], sets: _Sets) -> Iterable[Copy]:
    partners: dict[str, set[str]] = defaultdict(set)
    for one, two in joined:
        partners[one].add(two)
        partners[two].add(one)
    groups: dict[str, list[Story]] = defaultdict(list)
    for name in partners:
        groups[sets.find(name)].append(known[name])
    for group in groups.values():
        first = min(group, key=_time)
        for story in group:
            yield _member(story, first, [known[name] for name in partners[story.article_id]], links)


def _member(story: Story, first: Story, partners: list[Story], links: dict[Pair, Overlap]) -> Copy:
    if story is first:
        return Copy(article_id=story.article_id, cluster_id=first.article_id, kind="first")

    def shares(other: Story) -> tuple[float, float]:
        link = links.get((story.article_id, other.article_id))
        if link is not None:
            return link.share_of_one, link.share_of_two
        link = links[other.article_id, story.article_id]
        return link.share_of_two, link.share_of_one

    earlier = [other for other in partners if _time(other) < _time(story)]
    # the likeliest model: most of this text, then most of its own, then the earliest
    model = min(earlier or partners, key=lambda other: (*(-share for share in shares(other)), _time(other)))
    share, of_model = shares(model)
    alike: CopyKind = "near" if min(share, of_model) >= ALIKE else "part"
    return Copy(
        article_id=story.article_id,
        cluster_id=first.article_id,
        kind="exact" if story.text_id == model.text_id else alike,
        model_id=model.article_id,
        share=share,
        share_of_model=of_model,
    )


def _time(story: Story) -> tuple[datetime, str]:
    return story.told_at, story.article_id
