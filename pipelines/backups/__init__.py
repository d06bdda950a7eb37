"""Backup and restore of a data directory while it is in use; docs/operations.md."""

from pipelines.backups.copying import KEEP, Backed, backup
from pipelines.backups.restoring import Restored, restore
from pipelines.backups.states import Kept, chosen, damaged, manifest, place, same, whole

__all__ = [
    "KEEP",
    "Backed",
    "Kept",
    "Restored",
    "backup",
    "chosen",
    "damaged",
    "manifest",
    "place",
    "restore",
    "same",
    "whole",
]
