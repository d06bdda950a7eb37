"""Incidents out of text: ``extract`` for a string, ``extract_article`` for a cleaned article (docs/incidents.md)."""

from pipelines.incidents.actors import is_organisation
from pipelines.incidents.claims import toll
from pipelines.incidents.extract import EXTRACTOR_VERSION, extract, extract_article
from pipelines.incidents.places import geoparse

__all__ = ["EXTRACTOR_VERSION", "extract", "extract_article", "geoparse", "is_organisation", "toll"]
