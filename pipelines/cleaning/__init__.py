"""HTML to :class:`~warehouse.records.Article`: clean text, metadata, and every dropped line with its rule."""

from __future__ import annotations

from pipelines.cleaning.judge import Cleaned, clean, judge
from pipelines.cleaning.limits import judge_many, judges
from pipelines.cleaning.overrides import Overrides
from pipelines.cleaning.places import Places
from pipelines.cleaning.profile import HISTORY_DAYS, host_of, learn
from pipelines.cleaning.site import apply as apply_profile
from pipelines.cleaning.site import clean_site, drop_recurring, observe

__all__ = [
    "HISTORY_DAYS",
    "Cleaned",
    "Overrides",
    "Places",
    "apply_profile",
    "clean",
    "clean_site",
    "drop_recurring",
    "host_of",
    "judge",
    "judge_many",
    "judges",
    "learn",
    "observe",
]
