"""Three floors, one direction: warehouse is the ground, scrapers stands beside it, pipelines on both."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

#: floor -> top-level packages it must never import.
FORBIDDEN = {
    "warehouse": {"scrapers", "pipelines", "scrapy", "twisted", "dagster", "trafilatura", "spacy"},
    "scrapers": {"pipelines", "dagster", "dagster_pipes", "duckdb", "spacy", "trafilatura"},
    "pipelines/cleaning": {"dagster", "scrapy", "duckdb", "scrapers"},
    "pipelines/incidents": {"dagster", "scrapy", "duckdb", "scrapers"},
    "pipelines/duplicates": {"dagster", "scrapy", "duckdb", "scrapers"},
    "pipelines/events": {"dagster", "scrapy", "duckdb", "scrapers"},
}

#: What scrapers may take from the ground floor: records, paths and words, nothing that opens DuckDB.
SHARED = {"warehouse.records", "warehouse.vocabulary", "warehouse.layout", "warehouse.errors", "warehouse.text"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; the project writes them out"
            found.add(node.module or "")
    return found


def python_files(folder: str) -> list[Path]:
    found = sorted((PROJECT / folder).rglob("*.py"))
    assert found, f"no Python below {folder}"
    return found


@pytest.mark.parametrize("floor", FORBIDDEN)
def test_imports_never_point_up(floor: str) -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in python_files(floor)
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN[floor]
    ]
    assert not wrong


def test_scrapers_takes_only_the_contracts_from_the_ground_floor() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in python_files("scrapers")
        for name in imports(path)
        if name.split(".")[0] == "warehouse" and name not in SHARED
    ]
    assert not wrong


def test_a_plain_scrapy_project_loads_neither_dagster_nor_duckdb() -> None:
    code = (
        "import sys, scrapers.settings\n"
        "from scrapy.spiderloader import SpiderLoader\n"
        "from scrapy.utils.project import get_project_settings\n"
        "assert SpiderLoader.from_settings(get_project_settings()).list()\n"
        "print(sorted({'dagster', 'duckdb', 'spacy', 'trafilatura'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        # each run, code server and daemon imports the definitions; a crawl has a process of its own
        ("pipelines.definitions", {"scrapy", "twisted", "spacy"}),
        # the runs' processes import it, and the command only waits for them
        ("pipelines.runs", {"dagster", "scrapy", "duckdb", "trafilatura"}),
    ],
)
def test_what_starts_often_imports_no_more_than_it_needs(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_stages_can_be_called_without_any_edge() -> None:
    code = (
        "import sys\n"
        "from pipelines.cleaning import clean\n"
        "from pipelines.incidents import extract\n"
        "from pipelines.duplicates import find_copies\n"
        "from pipelines.events import merge\n"
        "print(sorted({'dagster', 'duckdb', 'scrapy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
