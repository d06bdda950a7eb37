"""Archives: pages that somebody captured long ago, brought into our page store as if we had.

::

    route = WarcRoute(layout, [Path("captures/")])
    filled = fill(layout, route, [source], date(2018, 2, 1), date(2018, 2, 28))

A **route** is one module with one class that meets :class:`Route`: it names the archive's *parts* (a WARC file,
a source's month), *walks* a part (what it lists: URL, time, status, place; nothing is read yet) and *reads*
one capture. :func:`fill` does the rest, the same for all routes: it passes over what is no story of the source,
skips what the page store holds, writes the others on the UTC day they were **captured** with ``via`` naming the
route (the page store makes repeats revisit records by itself), gives everything that did not come a named outcome,
and notes in the :class:`Ledger` how far it came.

To add one:

1. ``scrapers/archives/<name>.py`` with a class that has what :class:`Route` asks for
   (:mod:`scrapers.archives.warc` is the model). ``walk`` gives marks by which it can go on; a part that has one
   source and one calendar month (:func:`scrapers.archives.months.spans`) is what Dagster's partitions ask for.
   Errors: :class:`Missed` for one capture (outcomes that :func:`scrapers.answers.may_pass` calls passing are asked
   for again by the next fill, three times in all), ``TryAgain`` where the archive itself fails for now.
2. its name in :data:`warehouse.vocabulary.Via`, and how to make one in :func:`scrapers.archives.routes.route_for`:
   from there the command line, Dagster and ``dateline status`` know it.
3. a page in ``docs/archives.md`` and a test against a real server or real files.
"""

from scrapers.archives.captures import passed_over
from scrapers.archives.fill import Filled, Told, fill
from scrapers.archives.ledger import Asked, Ledger, Progress, asked, losses, recorded
from scrapers.archives.plan import Planned, plan
from scrapers.archives.route import Answer, Found, Lost, Missed, Part, Reached, Route
from scrapers.archives.routes import DAYS_AFTER, ROUTES, route_for

__all__ = [
    "DAYS_AFTER",
    "ROUTES",
    "Answer",
    "Asked",
    "Filled",
    "Found",
    "Ledger",
    "Lost",
    "Missed",
    "Part",
    "Planned",
    "Progress",
    "Reached",
    "Route",
    "Told",
    "asked",
    "fill",
    "losses",
    "passed_over",
    "plan",
    "recorded",
    "route_for",
]
