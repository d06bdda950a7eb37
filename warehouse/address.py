"""The address of a lake: libpq's connection string in words, with ``data_path`` as one word more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from warehouse.errors import SettingError

#: A word of a connection string: ``host=db`` or ``host='a b'``.
_WORD: Final = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']+)\s*")

#: The password of an address that is written as a URI.
_SECRET: Final = re.compile(r"(?<=:)[^:@/]*(?=@)")

#: A place in an object store; without wildcards, which would find other folders' files.
_BUCKET: Final = re.compile(r"s3://[^/*?\[\]]+/[^*?\[\]]*[^/*?\[\]]/?$")

_CULPRIT: Final = "the address of the DuckLake"


def parsed(text: str) -> tuple[str, str | None]:
    """The connection string of the catalog, and where the lake's files lie if the address says it.

    Raises:
        SettingError: the address is malformed, holds a password or names a data path that is neither a folder nor in an
            object store.
    """
    text, words, at = text.strip(), {}, 0
    while at < len(text):
        word = _WORD.match(text, at)
        if word is None:
            raise SettingError(
                f"cannot be read from {_SECRET.sub('***', text[at:].split('=')[0][:60])!r} on",
                culprit=_CULPRIT,
                mend="Write it in words, as dbname=dateline host=db user=dateline data_path=/srv/lake",
            )
        words[word[1]], at = word[2], word.end()
    if "password" in words:
        raise SettingError(
            "holds a password, which whoever may ask the warehouse could read",
            culprit=_CULPRIT,
            mend="Take it out, and put it into ~/.pgpass or $PGPASSWORD",
        )
    path = words.pop("data_path", None)
    if path is not None:
        path = re.sub(r"\\(.)", r"\1", path[1:-1]) if path.startswith("'") else path
        if not (_BUCKET.match(path) if "://" in path else Path(path).is_absolute()):
            raise SettingError(
                "is no absolute path of a folder, and no place in an object store",
                culprit=f"data_path={path}",
                mend="Name a folder that is mounted under one path on every machine, or write s3://BUCKET/FOLDER",
            )
    return " ".join(f"{name}={value}" for name, value in words.items()), path
