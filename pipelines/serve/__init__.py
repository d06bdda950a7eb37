"""``dateline serve``: the published warehouse as a local, read-only web page.

A request goes one way: from its address to filters (:mod:`pipelines.serve.filters`), by ``sql/`` to rows of the
published file, which is followed as loads replace it (:mod:`pipelines.serve.published`), and by ``templates/`` to a
page. Nothing is written, nothing is fetched from elsewhere, and what articles say is text wherever it is shown.
"""

from pipelines.serve.app import make_app

__all__ = ["make_app"]
