"""When: the date of an incident, chosen among those the text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipelines.incidents.dates import DateMention
from pipelines.incidents.deeds import Deed

#: A longer span of days is a year or more.
_MONTH = 31
_LASTING = re.compile(r"(?:since|until)\b", re.I)
#: What a date costs for being that of the report ("said on Monday that ...").
_SAID = 1.5


def date_of(
    deeds: Sequence[Deed], dates: Sequence[DateMention], published: date | None = None
) -> tuple[DateMention | None, float]:
    """The date told nearest a deed of the incident; a bare year is the day of nothing but the past.

    What happened has no day after ``published``, and does not happen on the day since when something lasts.
    """
    happened = published is not None and any(deed.status in ("happened", "alleged") for deed in deeds)
    best: tuple[float, DateMention] | None = None
    past = all(deed.background for deed in deeds)
    for deed in deeds:
        for mention in dates:
            if not deed.sentence[0] <= mention.start < deed.sentence[1]:
                continue
            if (mention.end_date - mention.start_date).days > _MONTH and not past:
                continue
            if happened and published is not None and mention.start_date > published:
                continue
            if _LASTING.match(mention.text):
                continue
            apart = hangs(deed, mention)
            if apart is None:
                continue
            cost = (
                abs(mention.start - deed.trigger.start) / 100
                + mention.precision
                - 2 * mention.confidence
                + 0.3 * (deed.number - deeds[0].number)
                + apart
            )
            if best is None or cost < best[0]:
                best = (cost, mention)
    return (best[1], best[1].confidence) if best else (None, 0.0)


def hangs(deed: Deed, mention: DateMention) -> float | None:
    """What it costs to date the deed so; None where the date hangs on another clause ("which left in May").

    A date on the verb that reports the deed ("said on Monday that rebels had killed") is first that of the saying.
    """
    token = deed.trigger.token
    words = token.doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if words is None:
        return None
    step = words.root
    path = {step.i}
    while step.pos_ not in ("VERB", "AUX") and step.head.i != step.i and step.i != token.i:
        step = step.head
        path.add(step.i)
    if step.i == token.i or step.pos_ not in ("VERB", "AUX"):
        return 0.0
    below, above = (token, step) if step.is_ancestor(token) else (step, token)
    if not above.is_ancestor(below):
        return None
    reported = False
    while below.i != above.i:
        apart = below.dep_ == "relcl" and below.head.i != token.i and below.head.i not in path
        if apart:  # a relative clause has a time of its own, unless it is the dated thing that it tells of
            return None
        reported = reported or (below.dep_ == "ccomp" and above.i == step.i)
        below = below.head
    return _SAID if reported else 0.0
