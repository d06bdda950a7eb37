"""What an article says about an incident beyond the incident itself: its day, its sisters, whose text it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

from pipelines.events.telling import Telling, merged_on, stated, telling
from warehouse.records import Incident
from warehouse.window import ARTICLE_DAYS, told_day


def read(incidents: Collection[Incident], clusters: Mapping[str, str]) -> Iterator[Telling]:
    """What merging compares of each incident, in the light of the others of its article."""
    days = _days(incidents)
    told = Counter((one.article_id, merged_on(one, days.get(one.article_id))) for one in incidents)
    for one in incidents:
        article = one.article_id
        day = merged_on(one, days.get(article))
        sister = article is not None and told[article, day] > 1
        yield telling(one, day, clusters.get(article) if article else None, sister=sister)


def _days(incidents: Collection[Incident]) -> dict[str | None, int]:
    """The day that an article speaks of, where it names a single one of the last few: what it tells without a day
    ("a second bomb wounded three") happened then rather than when it was published."""
    named: dict[str, set[int]] = defaultdict(set)
    for incident in incidents:
        day, told = incident.start_date, told_day(incident)
        if incident.article_id is None or day is None or told is None or not stated(incident):
            continue
        if 0 <= (told - day).days <= ARTICLE_DAYS:
            named[incident.article_id].add(day.toordinal())
    return {article: days.pop() for article, days in named.items() if len(days) == 1}
