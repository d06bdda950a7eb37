"""Imports what every run needs: the server does it, once, from which :mod:`pipelines.runs` has its processes forked."""

from __future__ import annotations

import gc
from contextlib import suppress

from pipelines.preloading import ending_quietly

with ending_quietly():
    import pipelines.dagster_storage
    import pipelines.run_process
    from pipelines.cli import spare_pandas
    from warehouse.errors import DatelineError

    spare_pandas()
    with suppress(DatelineError):  # a wrong setting: each run meets it, and tells it
        import pipelines.definitions  # noqa: F401
gc.collect()
gc.freeze()  # the runs' collectors need not go through it again and again, nor write into what they share
