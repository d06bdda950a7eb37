"""The dateline of a report: "MOPTI, Mali (Agency) –" says where, and with old wires when, it was written."""

from __future__ import annotations

import re

#: Capitals, or a town and its country in newspaper case; then, if at all, the agency and a day; a dash ends it.
_DATELINE = re.compile(
    r"^[ \t]*[^\W\d_a-z][\w .'’-]{1,40}(?:, ?[\w .'’-]{2,40}){0,3}(?: ?[(\[][^)\]\n]{1,40}[)\]])? ?(?:--|–|—|- )\s*",
    re.M,
)
#: A dateline stands at the head of the text or behind its standfirst: in the first so many characters.
_OPENING = 600
#: "Mopti, Mali – Gunmen ...": at the very head only, and with its comma, for else it may be any heading.
_NEWSPAPER_CASE = re.compile(
    r"\s*[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2}, [^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2}"
    r"(?: ?[(\[][^)\]\n]{1,40}[)\]])? (?:--|–|—|-) "
)
_NAME = re.compile(r"\s*([^\W\d_]+(?:[ '’-][^\W\d_]+){0,3})(?=,| ?[(\[]| ?(?:--|–|—|- ))")


def dateline(text: str) -> tuple[int, int] | None:
    """Where the text's dateline stands, its dash included; None where it has none.

    It is no part of its sentence: read as one, the parser takes the country for the subject.
    """
    for match in _DATELINE.finditer(text, 0, _OPENING):
        if match.group().split(",")[0].split("(")[0].strip(" -–—").isupper():
            return match.span()
    found = _NEWSPAPER_CASE.match(text)
    return found.span() if found else None


def written_at(text: str) -> tuple[int, int] | None:
    """Where the dateline names its town."""
    opening = dateline(text)
    name = _NAME.match(text, *opening) if opening else None
    return name.span(1) if name else None
