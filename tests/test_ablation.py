"""The ablation on a set of our own: what a family gains there is what its lines cost the score."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.ablation import ablation
from warehouse.errors import SettingError

STORY = [
    "Two trawlers collided in fog off the northern cape on Monday, the coast guard said, and one of them sank.",
    "Nine sailors were taken ashore, three of them with broken bones, and the search for a tenth went on.",
    "The owner of both ships said that their radar had been tested in the spring and that nobody had reported a fault.",
]
TEASER = "Also read: Seven ways to cook a mackerel that your neighbours have never thought of before"


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    pages = tmp_path / "ours" / "html"
    pages.mkdir(parents=True)
    gold = {}
    for number in range(2):
        lines = [f"{line[:-1]} ({number})." for line in STORY]
        body = "".join(f"<p>{line}</p>" for line in [*lines[:2], TEASER, *lines[2:]])
        html = f"<html><head><title>Trawlers {number}</title></head><body><article>{body}</article></body></html>"
        (pages / f"page-{number}.html.gz").write_bytes(gzip.compress(html.encode()))
        gold[f"page-{number}"] = {"url": f"https://gazette.example/{number}", "body": "\n".join(lines)}
    (tmp_path / "ours" / "gold.json").write_text(json.dumps(gold), "utf-8")
    return tmp_path


def test_a_family_gains_what_its_lines_would_cost(sets: Path) -> None:
    figures = ablation(sets)
    assert figures["ours: everything"] == "P 1.0000  R 1.0000  F1 1.0000  exact 1.0000"
    gained = str(figures["ours: teaser"]).split()
    assert float(gained[1]) > 0.05
    assert gained[-1] == "+1.0000"
    assert figures["ours: newsletter, app, support"] == "P +0.0000  R +0.0000  F1 +0.0000  exact +0.0000"
    assert figures["ours: all of these"] == figures["ours: teaser"]


def test_without_sets_the_error_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"needs scoring sets.*--data"):
        ablation(tmp_path)
