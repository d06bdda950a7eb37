"""``scrapy check -a source=ID``: do the listings the source declares still give stories?"""

from __future__ import annotations

from typing import Any

from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail


class DeclaredContract(Contract):
    """``@declared feeds``: the first listing the source declares under ``feeds`` gives something.

    Without ``-a source=…``, or where the source declares none of the kind, there is nothing to check.
    """

    name = "declared"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        spider = getattr(args["callback"], "__self__", None)
        address = spider.declared(self.args[0]) if spider is not None else None
        if address is not None:
            args["url"] = address
        return args

    def post_process(self, output: list[Any]) -> None:
        if not output:
            raise ContractFail(f"no story and no further listing came from the source's {self.args[0]}")
