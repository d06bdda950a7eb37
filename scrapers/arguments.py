"""What is given to a spider by ``-a NAME=VALUE``, read with messages that say what to write instead."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapers.source import ID, Source, load_source
from warehouse.errors import SettingError
from warehouse.layout import sources_directory


def moment(value: str | None, name: str) -> datetime | None:
    """A spider argument as a time in UTC: ``2018-02-08`` or ``2018-02-08T12:00:00+00:00``.

    Raises:
        SettingError: it is neither.
    """
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise SettingError(
            f"{value!r} is no day or time", culprit=f"-a {name}", mend=f"Write it as -a {name}=2018-02-08"
        ) from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def declared_source(source_id: str) -> Source:
    """The declaration of one source; naming the known ones when there is none."""
    path = sources_directory() / f"{source_id}.toml"
    if not ID.fullmatch(source_id) or not path.is_file():
        known = ", ".join(sorted(found.stem for found in sources_directory().glob("*.toml"))) or "none"
        raise SettingError(
            f"no source {source_id!r}", culprit="-a source", mend=f"Known in {sources_directory()}: {known}"
        )
    return load_source(path)
