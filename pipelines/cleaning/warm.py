"""Loads what every page needs: imported by the process that cleaning's workers are forked from
(:func:`pipelines.cleaning.judges`), so that all of them share it and one that takes another's place starts at once."""

from __future__ import annotations

import gc

from pipelines.cleaning.judge import judge
from pipelines.cleaning.limits import WARM_UP

for page in WARM_UP:
    judge(page, "")
gc.set_threshold(10_000)  # at 700 it looks once a page; docs/decisions.md, 64
gc.collect()
gc.freeze()  # the workers' collectors need not go through it again and again, nor write into what they share
