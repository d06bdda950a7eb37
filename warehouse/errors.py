"""The one exception family. Every message names the culprit and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final


class DatelineError(Exception):
    """Anything Dateline raises on purpose.

    ``culprit`` is the file, row, URL or setting at fault; ``mend`` says what to do about it.
    """

    def __init__(self, problem: str, *, culprit: str | None = None, mend: str | None = None) -> None:
        self.problem = problem
        self.culprit = culprit
        self.mend = mend
        text = problem if culprit is None else f"{culprit}: {problem}"
        # what a library says may point at its own words, lines above
        after = "\n" if "\n" in text else " " if text.endswith((".", "!", "?")) else ". "
        super().__init__(text if mend is None else f"{text}{after}{mend}")


class SettingError(DatelineError):
    """A setting, option or environment variable is missing or wrong."""


class SourceError(DatelineError):
    """A source declaration (``scrapers/sources/*.toml``) is wrong."""


class PageStoreError(DatelineError):
    """A WARC file or its index is damaged or does not hold what it should."""


class WarehouseError(DatelineError):
    """The DuckDB warehouse is missing, locked, damaged or of another version."""


class TryAgain(DatelineError):
    """The cause may pass (a time-out, a 503, a lock): the same work is worth retrying."""


class SetAside(DatelineError):
    """The cause will not pass by itself (bad input): retrying is no use, a person must look."""


#: How a system says that it cannot write, in the words that all its messengers pass on (OSError, SQLite, DuckDB,
#: Arrow; only the first gives a number as well). Lower case.
_FULL: Final = ("no space left on device", "disk is full", "disk quota exceeded", "file too large")
_CLOSED: Final = (
    "read-only file system",
    "permission denied",
    "operation not permitted",
    "readonly database",
    "unable to open database file",
)
_SICK: Final = ("disk i/o error", "input/output error")


def disk_error(error: BaseException, path: Path) -> DatelineError | None:
    """What an error of the system means for whoever writes ``path``; None if it is none of the disk's."""
    said = str(error).lower()
    if any(words in said for words in _FULL):
        return TryAgain(
            "the disk is full", culprit=str(path), mend="Free some space, then run this again; what was kept is whole"
        )
    if any(words in said for words in _CLOSED):
        return SettingError(
            "cannot be written: the disk, or the directory, is read-only for this user",
            culprit=str(path),
            mend="Make it writable, or name another data directory with --data",
        )
    if any(words in said for words in _SICK):
        return TryAgain(
            f"the disk does not do what it is asked ({str(error).splitlines()[0]})",
            culprit=str(path),
            mend="See that it has free space and is in order, then run this again; what was kept is whole",
        )
    return None


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Around whatever writes ``path`` or below it: a full or read-only disk is told as an error of ours.

    Raises:
        TryAgain: the disk is full, or fails.
        SettingError: it cannot be written at all.
    """
    try:
        yield
    except DatelineError:
        raise
    except Exception as error:
        told = disk_error(error, path)
        if told is None:
            raise
        raise told from error
