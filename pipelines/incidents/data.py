"""Reading the data files beside this module: word lists and knowledge kept as data that a person can review."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from warehouse.errors import SettingError

DATA = Path(__file__).parent / "data"


def read_toml(name: str) -> dict[str, Any]:
    """A TOML file of ``data/``.

    Raises:
        SettingError: the file is missing or is no TOML.
    """
    path = DATA / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingError(str(error), culprit=str(path), mend="Restore or correct the file") from error


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of ``data/``, by column name.

    Raises:
        SettingError: the file is missing, or a row has too few or too many cells.
    """
    path = DATA / name
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
    except (OSError, csv.Error) as error:
        raise SettingError(str(error), culprit=str(path), mend="Restore or correct the file") from error
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise SettingError(
                "a row with another number of cells than the header",
                culprit=f"{path}:{number}",
                mend="Quote cells that hold a comma",
            )
    return rows


def any_of(words: Iterable[str], spelling: Callable[[str], str] = re.escape) -> str:
    """A pattern for any of the words, the longest first, put together by their first letters.

    ``re`` tries alternatives one by one: of hundreds it then passes over all but those of one letter at once.
    ``spelling`` makes a word a pattern and keeps its first letter.
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(spelling(word))
    return "|".join(f"(?:{'|'.join(patterns)})" for patterns in by_letter.values())
