"""Loads what every article needs: imported by a server that processes are forked from, so that they share it."""

from __future__ import annotations

import gc

from pipelines.preloading import ending_quietly

with ending_quietly():
    from pipelines.incidents.model import nlp

    nlp()
gc.collect()
gc.freeze()  # as for cleaning
