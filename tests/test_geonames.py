"""Adding a GeoNames dump: what it adds, what it leaves alone, and what it says to a file that is none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipelines.incidents.places.gazetteer import gazetteer
from pipelines.incidents.places.geonames import add, added_files
from pipelines.incidents.places.resolving import geoparse
from warehouse.errors import SettingError
from warehouse.layout import Layout


def line(number: int, name: str, *, kind: str = "P", code: str = "PPL", other: str = "", latitude: str = "35.1") -> str:
    """A line of a dump as GeoNames writes it: 19 columns parted by tabs."""
    return "\t".join(
        [str(number), name, name, other, latitude, "38.2", kind, code, "SY", "", "07", "", "", "", "120", "", "310",
         "Asia/Damascus", "2024-05-01"]
    )  # fmt: skip


def dump(folder: Path, *lines: str, name: str = "SY.zip") -> Path:
    path = folder / name
    text = "\n".join(lines) + "\n"
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "The data format is tab-delimited text in utf8 encoding.")
            archive.writestr("SY.txt", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path / "data"))
    return Layout.from_environment()


@pytest.mark.parametrize("name", ["SY.zip", "SY.txt"])
def test_an_added_village_is_found_by_each_of_its_names_and_gone_with_its_file(
    tmp_path: Path, layout: Layout, name: str
) -> None:
    text = "Shells fell on the village of Qaryat Zubdawi, near Aleppo, Syria."
    assert {place.text: place.latitude for place in geoparse(text)}["Qaryat Zubdawi"] is None
    added = add(dump(tmp_path, line(90000001, "Zubdawi", other="Qaryat Zubdawi,ZBD,qaryt zbdawy"), name=name), set())
    assert (added.path, added.lines, added.places) == (layout.places / "SY.sqlite", 1, 1)
    place = {place.text: place for place in geoparse(text)}["Qaryat Zubdawi"]
    assert (place.name, place.geonames_id, place.country, place.latitude) == ("Zubdawi", 90000001, "SY", 35.1)
    added.path.unlink()
    assert {place.text: place.latitude for place in geoparse(text)}["Qaryat Zubdawi"] is None


def test_hills_streams_ruined_towns_and_towns_known_already_are_left_out(tmp_path: Path) -> None:
    lines = [
        line(1, "Jabal Zubdawi", kind="T", code="HLL"),
        line(2, "Wadi Zubdawi", kind="H", code="WAD"),
        line(3, "Old Zubdawi", code="PPLH"),
        line(4, "Known Zubdawi"),
        line(5, "New Zubdawi"),
    ]
    assert add(dump(tmp_path, *lines), {4}).places == 1
    keys = ["jabal zubdawi", "wadi zubdawi", "old zubdawi", "known zubdawi", "new zubdawi"]
    assert list(gazetteer().find(keys)) == ["new zubdawi"]


def test_adding_a_file_again_replaces_what_it_added(tmp_path: Path, layout: Layout) -> None:
    add(dump(tmp_path, line(5, "First Zubdawi")), set())
    add(dump(tmp_path, line(5, "Second Zubdawi")), set())
    assert added_files() == (layout.places / "SY.sqlite",)
    assert list(gazetteer().find(["first zubdawi", "second zubdawi"])) == ["second zubdawi"]


def test_a_place_two_dumps_hold_is_one_place(tmp_path: Path) -> None:
    add(dump(tmp_path, line(5, "Zubdawi"), name="SY.txt"), set())
    add(dump(tmp_path, line(5, "Zubdawi"), name="allCountries.txt"), set())
    assert [entry.geonames_id for entry in gazetteer().find(["zubdawi"])["zubdawi"]] == [5]


def test_progress_tells_of_every_line_and_ends_at_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, float]] = []
    add(
        dump(tmp_path, *(line(n, f"Zubdawi {n}") for n in range(1, 25001))),
        set(),
        progress=lambda *now: told.append(now),
    )
    assert [lines for lines, _ in told] == [20000, 25000]
    assert told[-1][1] == 1.0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["name,lat,lon", "Aleppo,36.2,37.1"], "line 1 has 1 fields where a dump has 19"),
        ([line(1, "Zubdawi"), line(2, "Bad", latitude="north")], "line 2 has no id and coordinates"),
        ([line(1, "Zubdawi", latitude="135.0")], "line 1 has no id and coordinates"),
        ([line(1, "Jabal Zubdawi", kind="T")], "no new populated place in its 1 lines"),
    ],
)
def test_a_file_that_is_no_dump_is_named_and_leaves_nothing(
    tmp_path: Path, layout: Layout, lines: list[str], said: str
) -> None:
    with pytest.raises(SettingError, match=said) as raised:
        add(dump(tmp_path, *lines), set())
    assert "SY.zip" in str(raised.value)
    assert list(layout.places.iterdir()) == []


@pytest.mark.parametrize("held_by", ["places", "places/SY.sqlite"])
def test_a_data_directory_that_takes_no_places_is_named(tmp_path: Path, layout: Layout, held_by: str) -> None:
    wrong = layout.data / held_by
    if held_by == "places":
        layout.data.mkdir(parents=True, exist_ok=True)
        wrong.touch()
    else:
        wrong.mkdir(parents=True)
    with pytest.raises(SettingError, match=r"places: .*Make the data directory one that can be written"):
        add(dump(tmp_path, line(1, "Zubdawi")), set())


def test_a_zip_with_other_files_and_a_broken_zip_are_named(tmp_path: Path) -> None:
    two = tmp_path / "two.zip"
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.txt", line(1, "A"))
        archive.writestr("b.txt", line(2, "B"))
    with pytest.raises(SettingError, match=r"two\.zip: it holds 2 text files, not one"):
        add(two, set())
    whole = dump(tmp_path, *(line(n, f"Zubdawi {n}") for n in range(1, 2000)))
    data = bytearray(whole.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20] = b"\0" * 20
    whole.write_bytes(data)
    with pytest.raises(SettingError, match=r"SY\.zip"):
        add(whole, set())
