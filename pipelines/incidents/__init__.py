"""Incidents out of text: ``extract`` for a string, ``extract_article`` for a cleaned article (docs/incidents.md)."""

from pipelines.incidents.actors import find_actors, is_organisation
from pipelines.incidents.claims.finding import toll
from pipelines.incidents.extract import EXTRACTOR_VERSION, extract, extract_article
from pipelines.incidents.places.resolving import geoparse

__all__ = ["EXTRACTOR_VERSION", "extract", "extract_article", "find_actors", "geoparse", "is_organisation", "toll"]
