"""The summary of a night: what came in, what failed, what needs a look; as text and as an HTML page."""

from pipelines.summary.gathering import Night, Trouble, night
from pipelines.summary.telling import html, subject, text

__all__ = ["Night", "Trouble", "html", "night", "subject", "text"]
