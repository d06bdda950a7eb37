"""A source looked at before and after it is crawled: a few of its stories read at once, and what it gives today held
against what its crawls gave."""

from __future__ import annotations

from pipelines.onboarding.compare import Compared, compare
from pipelines.onboarding.past import Past, past_of
from pipelines.onboarding.samples import Sample, candidates, language_of, samples

__all__ = ["Compared", "Past", "Sample", "candidates", "compare", "language_of", "past_of", "samples"]
