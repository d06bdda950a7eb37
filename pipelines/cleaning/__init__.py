"""HTML to :class:`~warehouse.records.Article`: clean text, metadata, and every dropped line with its rule."""

from __future__ import annotations

from pipelines.cleaning.judge import Cleaned, clean, judge
from pipelines.cleaning.limits import judge_many
from pipelines.cleaning.site import HISTORY_DAYS, clean_site, drop_recurring

__all__ = ["HISTORY_DAYS", "Cleaned", "clean", "clean_site", "drop_recurring", "judge", "judge_many"]
