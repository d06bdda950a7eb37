"""Docs are executed: every snippet of README and docs runs against one real demo warehouse.

A fenced block is run by its language: ``bash`` line by line (each must begin with ``dateline``),
``python`` as a script, ``sql`` on the published file, ``toml`` as a source declaration. A block that
cannot run here carries ``<!-- not run by the tests: why -->`` on the line before it.
"""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from scrapers.source import load_source
from tests.conftest import PROJECT, dateline
from warehouse.layout import Layout
from warehouse.query import connect, run

BLOCK = re.compile(
    r"(?P<skip><!-- not run by the tests: [^\n]+-->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Snippet:
    file: str
    line: int
    language: str
    code: str
    skipped: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def snippets() -> list[Snippet]:
    found = []
    for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]:
        text = path.read_text("utf-8")
        for match in BLOCK.finditer(text):
            line = text[: match.start("code")].count("\n") + 1
            name = str(path.relative_to(PROJECT))
            found.append(Snippet(name, line, match["language"], match["code"], match["skip"] is not None))
    return found


def of(language: str) -> list[Snippet]:
    return [snippet for snippet in snippets() if snippet.language == language and not snippet.skipped]


def test_every_block_runs_or_says_why_not() -> None:
    known = {"bash", "python", "sql", "toml", "mermaid"}
    stray = [str(snippet) for snippet in snippets() if not snippet.skipped and snippet.language not in known]
    assert not stray, "give the block a language the tests run, or say above it why it is not run"
    assert of("bash")
    assert of("python")


@pytest.fixture(scope="module")
def warehouse(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's data directory: the snippets may read old days again, other tests share the original."""
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("docs") / "data"))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the real declarations, so that a snippet may switch one on."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for path in (PROJECT / "scrapers" / "sources").glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("snippet", of("bash"), ids=str)
def test_command_lines_work(snippet: Snippet, warehouse: Path, sources: Path) -> None:
    for line in snippet.code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        assert words[0] == "dateline", f"{snippet}: {line}"
        dateline(*words[1:], data=warehouse, DATELINE_SOURCES=str(sources))


@pytest.mark.slow
@pytest.mark.parametrize("snippet", of("python"), ids=str)
def test_python_works(snippet: Snippet, warehouse: Path) -> None:
    code = snippet.code.replace('"dateline.duckdb"', repr(str(Layout(warehouse).published)))
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{snippet}\n{done.stderr}"


@pytest.mark.slow
@pytest.mark.parametrize("snippet", of("sql"), ids=str)
def test_sql_works(snippet: Snippet, warehouse: Path) -> None:
    with connect(Layout(warehouse)) as connection:
        run(connection, snippet.code).fetchall()


@pytest.mark.parametrize("snippet", of("toml"), ids=str)
def test_declarations_are_valid(snippet: Snippet, tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(snippet.code, "utf-8")
    load_source(path)


def test_every_test_that_the_docs_name_exists() -> None:
    named = {
        (match[1], match[2]): path.name
        for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
        for match in re.finditer(r"\b(test_\w+\.py)::(test_\w+)", path.read_text("utf-8"))
    }
    assert named
    there = {
        (path.name, node.name)
        for path in (PROJECT / "tests").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert not [f"{page}: {file}::{name}" for (file, name), page in named.items() if (file, name) not in there]


def test_every_verb_has_help_and_stands_in_the_docs() -> None:
    from pipelines.cli import VERBS, add_verbs, app

    add_verbs()
    added_by = {
        name: {
            verb.callback.__module__.rpartition(".")[2] for verb in getattr(command, "commands", {"": command}).values()
        }
        for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    }
    assert added_by == {
        name: {module for module, names in VERBS.items() if name in names} for names in VERBS.values() for name in names
    }

    documented = "\n".join(
        path.read_text("utf-8") for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]
    )
    verbs = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    helpless = [c.callback.__name__ for c in app.registered_commands if c.callback and not c.callback.__doc__]
    assert not helpless
    assert not [verb for verb in verbs if f"dateline {verb}" not in documented]
