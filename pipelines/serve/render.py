"""Rows to pages: the templates, and how days and figures are written for people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from starlette.responses import HTMLResponse

from pipelines.html import link, sheets
from pipelines.show import figure

_TEMPLATES: Final = Path(__file__).with_name("templates")


@cache
def _environment() -> Environment:
    made = sheets(_TEMPLATES).overlay(trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"day": day, "time": moment, "number": number, "web": link}
    made.globals |= {"days": days, "losses": losses}
    return made


def html(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """``templates/NAME.html.j2`` filled in; every text escaped, and without control and bidi characters."""
    return HTMLResponse(_environment().get_template(f"{template}.html.j2").render(values), status)


def day(value: date | datetime | None) -> str:
    """``5 March 2026``; nothing for no day."""
    return f"{value.day} {value:%B %Y}" if value is not None else ""


def moment(value: datetime | None) -> str:
    """``5 March 2026, 14:30 UTC``."""
    return f"{day(value)}, {value.astimezone(UTC) if value.tzinfo else value:%H:%M} UTC" if value is not None else ""


def days(start: date | None, end: date | None) -> str:
    """The days something can have happened on: ``5 March 2026``, ``3 to 9 March 2026``, ``30 May to 2 June 2026``."""
    if start is None or end is None or start == end:
        return day(start or end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    return f"{start.day} {start:%B}{'' if start.year == end.year else f' {start.year}'} to {day(end)}"


def losses(least: int | None, most: int | None, outcome: str) -> str | None:
    """``12–15 killed``; None where no figure is given."""
    return None if least is None else f"{figure(least, most)} {outcome}"


def number(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"
