"""The site profile applied: articles without their site's furniture, and what the day showed of each line.

What a source's declaration says of a line (:class:`~pipelines.cleaning.overrides.Overrides`) comes
before all that was learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import Final

from pipelines.cleaning import residue
from pipelines.cleaning.judge import judge, revision
from pipelines.cleaning.overrides import DROP_RULE, Overrides
from pipelines.cleaning.places import Places, line_id
from pipelines.cleaning.profile import (
    AROUND_SHARE,
    HEADING,
    PARAGRAPH_WORDS,
    RULE,
    Named,
    Profile,
    host_of,
    learn,
    learn_site,
    lines_of,
    order,
)
from pipelines.cleaning.text import ends_sentence, key, words
from warehouse.records import Article, Removed, SiteLine, content_id

#: Of a page whose template was not asked.
NOWHERE = Places()

#: Text, place and fates of a line that stands in no text, only around some.
_AROUND: Final[tuple[str, str, dict[str, str]]] = "", "", {}

_QUOTES = ('"', "“", "„", "«", "»", "‘", "- “", '- "')


def apply(profile: Profile, article: Article, places: Places = NOWHERE) -> Article:
    """The article without its site's furniture; its own title and lead stay.

    Where the profile would take most of it, it is wrong about this page, which then stays as it is,
    but for what the source's declaration says.
    """
    said = lines_of(article, places)
    if profile.overrides:
        said = [_said(profile.overrides, line) for line in said]
    elif profile.spares(article.article_id, said, places):
        return article
    own = {line_id(article.title or ""), line_id(article.lead or ""), ""}
    begins = next((n for n, line in enumerate(said) if _tells(profile, line)), len(said))
    learnt: list[Named] = []
    goes_on = False  # whether the story stands below, too
    for number, line in reversed(list(enumerate(said))):
        if (
            not line.rule
            and line.name not in own
            and profile.overrides.of(line.text) != "keep"
            and profile.drops(
                article.article_id,
                line.name,
                line.place,
                begun=number > begins,
                goes_on=goes_on,
                told=_told(line.text),
            )
        ):
            learnt.append(line._replace(rule=RULE))
        else:
            learnt.append(line)
            goes_on = goes_on or _tells(profile, line)
    learnt.reverse()
    trusted = _size(learnt) >= (1 - residue.MOST) * _size(said)
    return _made_of(article, learnt if trusted else said)


def drop_recurring(
    articles: Sequence[Article],
    history: Iterable[SiteLine] = (),
    overrides: Overrides | None = None,
    places: Sequence[Places] = (),
) -> list[Article]:
    """The articles without their sites' furniture, in their order: :func:`learn`, then :func:`apply`."""
    profiles = learn(articles, history, overrides, places)
    where = places or [NOWHERE] * len(articles)
    return [apply(profiles[host_of(article)], article, at) for article, at in zip(articles, where, strict=True)]


def observe(
    profiles: Mapping[str, Profile],
    articles: Sequence[Article],
    source_id: str,
    day: date,
    places: Sequence[Places] = (),
) -> Iterator[SiteLine]:
    """What the day showed of each line, for the profiles of later days.

    Args:
        profiles: those that :func:`learn` made for these articles.
        articles: as :func:`apply` left them.
        places: of each article's page.
    """
    paired = zip(articles, places or [NOWHERE] * len(articles), strict=True)
    by_host: dict[str, list[tuple[Article, Places]]] = {}
    for article, where in sorted(paired, key=lambda pair: order(pair[0])):
        by_host.setdefault(host_of(article), []).append((article, where))
    for host, found in sorted(by_host.items()):
        profile = profiles[host]
        # line -> its text and place, and article -> the rule that took it from the last capture
        seen: dict[str, tuple[str, str, dict[str, str]]] = {}
        for article, where in found:
            for name, place, text, rule, _ in lines_of(article, where):
                if name in seen:
                    seen[name][2][article.article_id] = rule
                elif name:
                    seen[name] = text, place, {article.article_id: rule}
        around = Counter(chain.from_iterable(where.around for _, where in found))
        # what stands around few of the pages comes and goes: other stories' summaries, weather, prices
        lasting = {name for name, count in around.items() if count >= AROUND_SHARE * len(found)}
        for name in sorted(seen.keys() | lasting):
            text, place, fate = seen.get(name, _AROUND)
            standing = profile.standing(name, text, place) if text else "single"
            rules = [rule for rule in fate.values() if rule] if any(fate.values()) else []
            yield SiteLine(
                source_id=source_id,
                crawl_day=day,
                host=host,
                line=name,
                text=None if standing == "single" and not (RULE in rules or DROP_RULE in rules) else text,
                characters=len(text),
                place=place,
                held=tuple(sorted(fate) if len(fate) > 1 else fate),
                around=around.get(name, 0),
                pages=len(found),
                dropped=tuple(sorted(article_id for article_id, rule in fate.items() if rule)) if rules else (),
                rule=max(set(rules), key=lambda rule: (rules.count(rule), rule)) if rules else None,
                standing=standing,
                stories=profile.counts.get(name, 0),
                of_stories=profile.stories,
                first_seen=profile.first_seen.get(name, day),
            )


def clean_site(pages: Sequence[tuple[bytes | str, str]], *, fetched_at: datetime | None = None) -> list[Article | None]:
    """:func:`pipelines.cleaning.clean` over pages of one site, without the furniture they show together."""
    judged = [judge(html, url, fetched_at=fetched_at, with_places=True) for html, url in pages]
    found = [(page.article, page.places) for page in judged if page.article is not None]
    profile = learn_site([article for article, _ in found], [where for _, where in found])
    return [None if page.article is None else apply(profile, page.article, page.places) for page in judged]


def _tells(profile: Profile, line: Named) -> bool:
    """Whether a line is a paragraph of the story: a sentence of some length that does not recur."""
    if line.rule or profile.counts.get(line.name, 0) >= profile.least:
        return False
    return ends_sentence(line.text) and len(words(line.text)) >= PARAGRAPH_WORDS


def _told(text: str) -> bool:
    """Whether a line may be a subheading, or is somebody's words: stories repeat both, furniture is neither."""
    if text.startswith(_QUOTES):
        return True
    return len(text) <= HEADING and not ends_sentence(text) and any(map(str.isalpha, text))


def _said(overrides: Overrides, line: Named) -> Named:
    word = overrides.of(line.text)
    if word is None:
        return line
    return line._replace(rule=DROP_RULE if word == "drop" else "")


def _size(lines: Iterable[Named]) -> int:
    return sum(len(line.text) for line in lines if not line.rule)


def _made_of(article: Article, lines: Sequence[Named]) -> Article:
    removed = tuple(Removed(text=line.text, rule=line.rule, position=line.position) for line in lines if line.rule)
    if removed == article.removed:
        return article
    text = "\n\n".join(line.text for line in lines if not line.rule)
    return replace(
        article,
        text=text,
        revision=revision(article.title, text),
        cluster_id=content_id(key(text)),
        removed=removed,
    )
