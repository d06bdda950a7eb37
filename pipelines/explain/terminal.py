"""An explained article for the terminal: words in brackets with the field they fill, and below what was read.

Colour only repeats what the brackets say: ``[12 people|killed]``, with the incident's number before the
field where there are several (``[12 people|2 killed]``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from pipelines.explain.fields import Field, Told, fields_of
from pipelines.explain.marks import Mark, paragraphs
from pipelines.show import block, safe, told
from warehouse.records import Incident, Removed
from warehouse.text import printable

#: Kind of field -> style of its words.
STYLES = {
    "type": "bold yellow",
    "status": "yellow",
    "date": "cyan",
    "place": "green",
    "actor": "bold magenta",
    "target": "bold blue",
    "associate": "magenta",
    "other": "blue",
    "weapon": "bright_yellow",
    "killed": "bold red",
    "injured": "red",
    "missing": "red",
    "captured": "red",
    "displaced": "red",
}


def show(explained: Told) -> Iterator[RenderableType]:
    """The article and its incidents, a renderable for each paragraph and incident."""
    article = explained.article
    if article.title:
        yield Text.assemble(safe(article.title, style="bold"))
    published = f"{article.published_at:%Y-%m-%d %H:%M %Z}" if article.published_at else None
    if about := "  ".join(filter(None, (article.url, published))):
        yield safe(about, style="dim")
    several = len(explained.incidents) > 1
    for part in paragraphs(article, explained.all_fields()):
        yield Text("")
        if isinstance(part, Removed):
            yield Text.assemble((f"- removed by {printable(part.rule)}: ", "dim"), safe(part.text, style="dim strike"))
        else:
            line = Text(overflow="fold")
            _mark(line, part.parts, several, "")
            yield line
    for number, (incident, fields) in enumerate(zip(explained.incidents, explained.fields, strict=True), 1):
        yield Text("")
        yield incident_block(incident, fields, number=number if several else None)
    if not explained.incidents:
        yield Text("")
        yield Text("no incident found")


def _mark(line: Text, parts: Iterable[Mark | str], several: bool, style: str) -> None:
    for part in parts:
        if isinstance(part, str):
            line.append(printable(part), style)
            continue
        inner = STYLES[part.fields[0].kind]
        line.append("[", inner)
        _mark(line, part.parts, several, inner)
        line.append(f"|{labels(part.fields, several)}", f"dim {inner}")
        line.append("]", inner)


def labels(fields: Iterable[Field], several: bool) -> str:
    """What marked words fill, in a word or two each."""
    names = (f"{field.incident + 1} {field.kind}" if several else field.kind for field in fields)
    return ", ".join(dict.fromkeys(names))


def incident_block(
    incident: Incident, fields: Iterable[Field] | None = None, *, number: int | None = None
) -> RenderableType:
    """One incident: a heading, then each field with its value and the words that it was read from."""
    lines: list[tuple[str, Text]] = []
    for field in fields_of([incident])[0] if fields is None else fields:
        value = safe("" if field.kind == "type" else field.value)  # the heading says the type
        line = told(value, "”, “".join(field.quotes) or None, field.speaker)
        if field.note and field.kind not in ("actor", "target", "associate", "other"):
            line.append_text(Text.assemble((" (", "dim"), safe(field.note, style="dim"), (")", "dim")))
        lines.append((field.kind, line))
    heading = safe(f"{incident.event_type} / {incident.sub_event_type}")
    if number is not None:
        heading = Text.assemble(f"{number}  ", heading)
    return Group(block([heading], lines))
