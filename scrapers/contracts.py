"""``scrapy check -a source=ID``: do the listings the source declares still give stories?"""

from __future__ import annotations

from typing import Any

from scrapy.contracts import Contract


class DeclaredContract(Contract):
    """``@declared feeds`` aims a reader's check at the first listing of that kind its source declares.

    Without ``-a source=…``, or where the source declares none of the kind, there is nothing to check.
    """

    name = "declared"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        spider = getattr(args["callback"], "__self__", None)
        address = spider.declared(self.args[0]) if spider is not None else None
        if address is not None:
            args["url"] = address
        return args
