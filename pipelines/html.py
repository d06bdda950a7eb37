"""Pages of HTML from a template and a style sheet: no script, nothing fetched, all text escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from warehouse.text import printable


def render(template: Path, style: str, **values: object) -> str:
    """The page as text, to be written as UTF-8.

    Args:
        style: CSS of our own, the only one that the page's policy allows; the template places it as ``style``,
            the policy as ``policy``.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _sheet(template).render(
        style=Markup(style),  # noqa: S704 - our own
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        **values,
    )


def link(url: str | None) -> str | None:
    """An address that may stand in ``href``: of the web, or none."""
    return url if url and url.startswith(("http://", "https://")) else None


def sheets(folder: Path) -> Environment:
    """The templates of a folder; whatever is filled in is escaped, and without control and bidi characters."""
    loader = FileSystemLoader(folder)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, finalize=_harmless)


@cache
def _sheet(path: Path) -> Template:
    return sheets(path.parent).get_template(path.name)


def _harmless(value: object) -> object:
    """Every value on its way into the page: without control and bidi characters (Jinja escapes it then)."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
