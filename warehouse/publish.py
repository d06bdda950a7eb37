"""Let readers see what has been loaded, and take the dead space out of the warehouse."""

from __future__ import annotations

from warehouse.engine import Published, engine
from warehouse.layout import Layout


def publish(layout: Layout) -> Published:
    """Let readers see what has been loaded.

    Of a DuckDB file a copy is put in place of the published one. In a DuckLake a load is seen as soon as it is
    committed, and nothing is left to do.

    Raises:
        TryAgain: another process did not end its load or publish in time, or the disk is full.
        SettingError: the disk is read-only.
        WarehouseError: nothing has been loaded yet, or the warehouse cannot be opened.
    """
    chosen = engine(layout)
    size = chosen.publish()
    return Published(chosen.where, size)


def compact(layout: Layout) -> tuple[int, int]:
    """Take the dead space out of the warehouse; its size before and after, in bytes.

    Raises:
        TryAgain, SettingError, WarehouseError: as :func:`publish`.
    """
    return engine(layout).compact()
