"""What a source's look gave, for a terminal: listings, what robots.txt says, and stories with the lines that cleaning
took out beside them. All of it is text from the web, and shown as text (:mod:`pipelines.show`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.explain.marks import Paragraph, paragraphs
from pipelines.onboarding.compare import Compared
from pipelines.onboarding.samples import Sample
from pipelines.show import block, safe
from scrapers.propose import Proposal
from warehouse.records import Article, Removed

#: Columns from which text and removed lines stand side by side; below, one under the other.
WIDE = 70

#: Characters shown of a paragraph and of a removed line.
SHOWN = 220

#: Paragraphs shown at the beginning, where nothing was taken out.
FIRST = 2


def found(proposal: Proposal) -> Iterator[RenderableType]:
    """What there is at a site: each listing that was looked at, and what its robots.txt says."""
    table = Table("by", "listing", "stories", "newest", "", show_edge=False)
    table.columns[1].overflow = "fold"
    kept = proposal.kept
    for route in [route for route in proposal.routes if route.stories]:
        newest = route.newest.isoformat(" ", "minutes")[:16] if route.newest else ""
        said = route.trouble or ("" if route in kept else "not needed")
        style = "" if route in kept else "dim"
        table.add_row(route.kind, safe(route.shown), str(route.stories), newest, safe(said), style=style)
    yield table
    nothing = [f"{route.shown} ({route.trouble})" for route in proposal.routes if not route.stories]
    if nothing:
        yield block([], [("nothing", safe(f"at {', '.join(nothing)}"))])
    delay = proposal.rules.crawl_delay
    rest = f"; it asks for {delay:g} s between two requests" if delay else ""
    yield block([], [("robots", safe(f"lets us fetch what is listed here{rest}"))])
    if proposal.language not in (None, "en"):
        said = f"{proposal.language}: its stories are kept as articles, but incidents are read out of English only"
        yield block([], [("language", safe(said))])
    for host, stories in proposal.elsewhere().most_common(3):
        said = f'{stories} stories are on {host}, and left out; if it is the outlet\'s own, add: hosts = ["{host}"]'
        yield block([], [("hosts", safe(said))])


def stories(samples: Sequence[Sample], width: int) -> Iterator[RenderableType]:
    """Each sampled story, its text beside the lines that cleaning took out; what was none, with the reason."""
    for sample in samples:
        yield Text("")
        if sample.article is None:
            why = f" ({sample.detail})" if sample.detail else ""
            yield block([safe(sample.url)], [("", safe(f"no article: {sample.outcome}{why}"))])
            continue
        lines = len(sample.article.removed)
        out = f"{lines} line{'' if lines == 1 else 's'} taken out, {sample.removed:.0%} of the text"
        told = f"{sample.words} words; {out}"
        dated = sample.article.published_at
        about = [("", safe(sample.url)), ("", safe(told))]
        about += [("dated", safe(f"{dated:%Y-%m-%d %H:%M %Z}" if dated else "the page gives no date"))]
        about += [("by", safe(", ".join(sample.article.authors)))] if sample.article.authors else []
        about += [("reserved", safe(", ".join(sample.reserved)))] if sample.reserved else []
        yield block([safe(sample.article.title or "without a title")], about)
        yield beside(sample.article, width)


def beside(article: Article, width: int) -> RenderableType:
    """The text with the removed lines at the height where they stood; paragraphs between that lost nothing are
    counted, not shown."""
    table = Table(show_edge=False, leading=1, expand=width >= WIDE)
    table.add_column("kept", ratio=3, overflow="fold")
    if width >= WIDE:
        table.add_column("taken out", ratio=2, overflow="fold")
    for kept, removed in _rows(article):
        out = Text("\n").join(_line(line) for line in removed)
        if width >= WIDE:
            table.add_row(kept, out)
        elif kept or out:
            table.add_row(Group(*filter(None, (kept, out))))
    return table


def _rows(article: Article) -> Iterator[tuple[Text, list[Removed]]]:
    """Paragraphs with the lines that stood behind them."""
    rows: list[tuple[Text, list[Removed]]] = []
    for part in paragraphs(article, ()):
        if isinstance(part, Paragraph):
            rows.append((safe("".join(str(words) for words in part.parts), SHOWN), []))
        elif rows:
            rows[-1][1].append(part)
        else:
            rows.append((Text(""), [part]))
    passed = shown = 0
    for kept, removed in rows:
        if shown >= FIRST and kept is not rows[-1][0] and not removed:
            passed += 1
            continue
        shown += bool(kept)
        if passed:
            yield Text(f"… {passed} paragraph{'' if passed == 1 else 's'}", style="dim"), []
            passed = 0
        yield kept, removed


def _line(line: Removed) -> Text:
    return Text.assemble((f"{line.rule}: ", "dim"), safe(line.text, SHOWN))


def compared(figures: Iterable[Compared]) -> RenderableType:
    """Each figure as it was and as it is; what has changed stands out, with what it means."""
    table = Table("", "its last days", "today", "what has changed", show_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for figure in figures:
        style = "bold" if figure.means else ""
        table.add_row(safe(figure.what), safe(figure.usual), safe(figure.today), safe(figure.means), style=style)
    return table
