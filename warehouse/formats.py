"""The file formats of an export, each written batch by batch: Parquet, GeoParquet, CSV, JSON Lines, GeoJSON."""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.query import csv_row, to_json

Write = Callable[[pa.RecordBatch], None]

#: GeoParquet 1.1.0 (geoparquet.org/releases/v1.1.0): a column of WKB points. Without ``crs`` it is OGC:CRS84,
#: longitude before latitude in degrees of WGS 84.
_GEO: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield writer.write_batch


@contextmanager
def _geoparquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    wide = schema.append(pa.field("geometry", pa.binary())).with_metadata({b"geo": json.dumps(_GEO).encode()})
    with pq.ParquetWriter(path, wide, compression="zstd") as writer:

        def write(batch: pa.RecordBatch) -> None:
            points = pa.array([point and struct.pack("<BIdd", 1, 1, *point) for point in _points(batch)], pa.binary())
            writer.write_batch(pa.RecordBatch.from_arrays([*batch.columns, points], schema=wide))

        yield write


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(csv_row(schema.names))
        yield lambda batch: writer.writerows(csv_row(row.values()) for row in batch.to_pylist())


@contextmanager
def _jsonl(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda batch: file.writelines(to_json(row) + "\n" for row in batch.to_pylist())


@contextmanager
def _geojson(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """RFC 7946: a FeatureCollection, longitude first; what has no place has a null geometry (section 3.2)."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        separator = "\n"

        def write(batch: pa.RecordBatch) -> None:
            nonlocal separator
            for row, point in zip(batch.to_pylist(), _points(batch), strict=True):
                geometry = point and {"type": "Point", "coordinates": point}
                file.write(separator + to_json({"type": "Feature", "geometry": geometry, "properties": row}))
                separator = ",\n"

        yield write
        file.write("\n]}\n")


def _points(batch: pa.RecordBatch) -> Iterator[tuple[float, float] | None]:
    """(longitude, latitude) of each row; None where it has no place on the globe."""
    longitudes, latitudes = (batch.column(name).to_pylist() for name in ("longitude", "latitude"))
    for longitude, latitude in zip(longitudes, latitudes, strict=True):
        known = longitude is not None and latitude is not None and isfinite(longitude) and isfinite(latitude)
        yield (float(longitude), float(latitude)) if known else None


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: the ending of its files, how one is written, and whether rows must have latitude and longitude."""

    ending: str
    writing: Callable[[Path, Any], AbstractContextManager[Write]]
    needs_place: bool = False


FORMATS: Final = {
    "parquet": Format("parquet", _parquet),
    "csv": Format("csv", _csv),
    "jsonl": Format("jsonl", _jsonl),
    "geojson": Format("geojson", _geojson, needs_place=True),
    "geoparquet": Format("parquet", _geoparquet, needs_place=True),
}
