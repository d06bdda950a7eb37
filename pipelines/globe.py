"""Distances on the earth, taken for a sphere: half a per cent off at most, and places are told to the town.

The hashes of what extraction and merging are made by (pipelines/code.py) do not cover this file: the earth stays.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final

#: The earth's mean radius (km).
EARTH_KM: Final = 6371.0

#: A place in space, from the earth's middle (km).
Point = tuple[float, float, float]


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance of two places in degrees (haversine formula)."""
    north, east, other_north, other_east = map(radians, (latitude, longitude, other_latitude, other_longitude))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def in_space(latitude: float, longitude: float) -> Point:
    """Where a place in degrees lies in space: straight lines between near points are as long as the way."""
    north, east = radians(latitude), radians(longitude)
    return EARTH_KM * cos(north) * cos(east), EARTH_KM * cos(north) * sin(east), EARTH_KM * sin(north)
