"""The one exception family. Every message names the culprit and the mend."""

from __future__ import annotations


class DatelineError(Exception):
    """Anything Dateline raises on purpose.

    ``culprit`` is the file, row, URL or setting at fault; ``mend`` says what to do about it.
    """

    def __init__(self, problem: str, *, culprit: str | None = None, mend: str | None = None) -> None:
        self.problem = problem
        self.culprit = culprit
        self.mend = mend
        text = problem if culprit is None else f"{culprit}: {problem}"
        super().__init__(text if mend is None else f"{text}. {mend}")


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
