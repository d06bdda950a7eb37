"""Retries split by cause: :class:`TryAgain` is worth another try, every other known error is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import dagster as dg

from warehouse.errors import DatelineError, SettingError, TryAgain

WAIT_VARIABLE = "DATELINE_RETRY_WAIT_S"


class Retries(dg.ConfigurableResource):  # type: ignore[type-arg]
    """How a passing cause is retried inside one run."""

    #: Three tries in all: a source that stays down is left for the next night, its neighbours go on.
    tries: int = 3
    #: Seconds, doubled at each retry: outages of a minute are common, hammering a sick host helps nobody.
    wait_s: float = 60.0

    @classmethod
    def from_environment(cls) -> Self:
        """The defaults, or ``$DATELINE_RETRY_WAIT_S`` seconds between tries."""
        value = os.environ.get(WAIT_VARIABLE)
        try:
            return cls(wait_s=float(value)) if value else cls()
        except ValueError as error:
            raise SettingError(
                f"{value!r} is no number of seconds", culprit=f"${WAIT_VARIABLE}", mend="Give a number such as 60"
            ) from error

    @contextmanager
    def by_cause(self, context: dg.AssetExecutionContext | dg.OpExecutionContext) -> Iterator[None]:
        """Turn Dateline's errors into Dagster's: retry the passing ones, set the others aside."""
        try:
            yield
        except TryAgain as error:
            if context.retry_number + 1 >= self.tries:
                raise dg.Failure(str(error), metadata={"tries": self.tries}, allow_retries=False) from error
            raise dg.RetryRequested(
                max_retries=self.tries - 1, seconds_to_wait=self.wait_s * 2**context.retry_number
            ) from error
        except DatelineError as error:
            metadata = {name: value for name in ("culprit", "mend") if (value := getattr(error, name)) is not None}
            raise dg.Failure(str(error), metadata=metadata, allow_retries=False) from error
