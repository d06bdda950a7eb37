"""Why: an article with the words marked that each field of each incident was read from, for terminal and browser."""

from pipelines.explain.fields import Field, Told, fields_of
from pipelines.explain.page import page
from pipelines.explain.terminal import incident_block, show

__all__ = ["Field", "Told", "fields_of", "incident_block", "page", "show"]
