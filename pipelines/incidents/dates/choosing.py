"""When: the date of an incident, chosen among those the text names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.incidents.dates.finding import DateMention
from pipelines.incidents.deeds import Deed
from pipelines.incidents.places.resolving import Toponym
from pipelines.incidents.roles.nouns import kind

if TYPE_CHECKING:
    from spacy.tokens import Token

#: A longer span of days is a year or more.
_MONTH = 31
#: On a day so few days ago (or so many) a court said so, and the deed is older.
_LATELY = 7
#: ACLED's time precision of a month: what was said last month is not much older.
_OF_A_MONTH = 3
#: Right before a day, whatever the parse makes of it: "residents said Wednesday".
_SAYS = re.compile(r"\b(?:said|says|reported|announced|added)(?: (?:late|early|on))*$", re.I)
_LASTING = re.compile(r"(?:since|until)\b", re.I)
#: Bounds of something, no day of anything.
_BOUND = re.compile(r"(?:since|until|by|before|after)\b", re.I)
#: Parts of a day, and what a deed is called without its kind.
_ITS_OWN = frozenset(
    {"morning", "afternoon", "evening", "night", "dawn", "noon", "midday", "midnight", "dusk", "violence", "incident"}
    | {"prayer", "prayers", "mass", "sermon", "worship"}
)
#: What is done to a deed with words alone.
_SPOKEN_OF = frozenset(
    {
        "condemn",
        "denounce",
        "deplore",
        "criticize",
        "criticise",
        "investigate",
        "discuss",
        "mourn",
        "confirm",
        "reveal",
        "deny",
        "sentence",
        "convict",
        "jail",
        "imprison",
        "charge",
        "indict",
        "acquit",
        "arraign",
        "plead",
        "remember",
        "commemorate",
        "mark",
    }
)
#: The day that the sentence before names is a deed's so surely, beside its own: 41 of 44 such days were right in
#: MUC-4's dev texts, the day of publication in 33.
_BESIDE_SURE = 0.7
#: The sentence before a deed's begins at most so many characters before it.
_LOOK_BACK = 600
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*\s+|\n\s*\n")
#: What a toll does later.
_GROWING = frozenset({"rise", "climb", "grow", "jump", "reach", "increase", "soar"})
#: What a date costs, or a place, for being that of the report ("said on Monday that ...").
SAID = 1.5
#: And for being that of the dateline, which the parser did not see: on that day it was written.
_WRITTEN = 3.0
#: And for being told aside, in a relative clause ("in a wave of attacks that hit the town last night"): only a day that
#: news counts from its own, for other days there are mostly of something else.
_ASIDE = 3.0
_OF_THE_NEWS = re.compile(r"(?:last night|yesterday|this (?:morning|afternoon|evening)|today|on \w+day)\b", re.I)


def is_a_day(mention: DateMention) -> bool:
    """Whether a date may be that of one deed: a month at most, and nothing that lasts."""
    return (mention.end_date - mention.start_date).days <= _MONTH and not _BOUND.match(mention.text)


def date_of(
    deeds: Sequence[Deed], dates: Sequence[DateMention], published: date | None = None
) -> tuple[DateMention | None, float]:
    """The date told nearest a deed of the incident; a bare year is the day of nothing but the past. The day of what
    is only said then ("said on Monday that ...") is not known so exactly: precision 2.

    What happened has no day after ``published``, and does not happen on the day since when something lasts.
    """
    happened = published is not None and any(deed.status in ("happened", "alleged") for deed in deeds)
    best: tuple[float, DateMention] | None = None
    past = all(deed.background for deed in deeds) or any(deed.tried for deed in deeds)
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
            lately = published is None or (published - mention.start_date).days <= _LATELY
            if apart is None or (past and apart == SAID and mention.precision < _OF_A_MONTH and lately):
                continue  # what is told of a year gone by did not happen on the day of the telling
            cost = (
                abs(mention.start - deed.trigger.start) / 100
                + mention.precision
                - 2 * mention.confidence
                + 0.3 * (deed.number - deeds[0].number)
                + apart
                + (_WRITTEN if mention.start < deed.trigger.token.sent.start_char else 0.0)
            )
            if best is None or cost < best[0]:
                best = (cost, mention)
    if best is None:
        return None, 0.0
    mention = best[1]
    of_the_saying = all(
        hangs(deed, mention) != 0.0 for deed in deeds if deed.sentence[0] <= mention.start < deed.sentence[1]
    )
    if of_the_saying and mention.precision == 1 and mention.start_date == mention.end_date:
        mention = replace(mention, precision=2)
    return mention, mention.confidence


def day_beside(
    text: str, deeds: Sequence[Deed], dates: Sequence[DateMention], published: date | None
) -> tuple[DateMention | None, float]:
    """A day of the month before ``published`` that the sentence before the first deed's names: where the deeds have no
    date themselves. Held for inexact (precision 2), since merging then takes it for no proof of another day."""
    if published is None or all(deed.background for deed in deeds):
        return None, 0.0
    start = deeds[0].sentence[0]
    breaks = [match.end() for match in _SENTENCE_END.finditer(text, max(0, start - _LOOK_BACK), start)]
    before = max((at for at in breaks if text[at:start].strip()), default=max(0, start - _LOOK_BACK))
    days = [
        mention
        for mention in dates
        if mention.precision == 1
        and mention.confidence >= _BESIDE_SURE
        and 0 <= (published - mention.start_date).days < _MONTH
        and not _BOUND.match(mention.text)
    ]
    told = [mention for mention in days if before <= mention.start < start][-1:]
    if not told:
        return None, 0.0
    return replace(told[0], precision=2), round(told[0].confidence * _BESIDE_SURE, 3)


def _is_anothers(day: Token, deed: Token) -> bool:
    """ "The epicentre of the March 28 quake": the day of another thing."""
    thing = day.head
    before = day.dep_ in ("compound", "nmod", "nummod", "amod") and thing.i > day.i
    return before and thing.pos_ == "NOUN" and thing.i != deed.i and thing.lower_ not in _ITS_OWN


def _is_of_somebody(deed: Token, verb: Token) -> bool:
    """ "A suspect in the attack was arrested on Monday": the day of what then became of him."""
    top = deed
    while top.head.i not in (top.i, verb.i):
        top = top.head
    told = top.head.i == verb.i and top.dep_ in ("nsubj", "nsubjpass") and top.i != deed.i
    return told and kind(top)[0] == "people"


def hangs(deed: Deed, mention: DateMention | Toponym) -> float | None:
    """What it costs to date the deed so; None where the date hangs on another clause ("which left in May").

    A date on the verb that reports the deed ("said on Monday that rebels had killed", "on Monday condemned the attack")
    is first that of the saying.
    """
    token = deed.trigger.token
    words = token.doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if words is None:
        return None
    step = words.root
    if isinstance(mention, DateMention) and _is_anothers(step, token):
        return None
    before = token.doc[max(0, words.start - 3) : words.start]
    if isinstance(mention, DateMention) and _SAYS.search(before.text) and token.i != words.start - 1:
        return SAID
    path = {step.i}
    while step.pos_ not in ("VERB", "AUX") and step.head.i != step.i and step.i != token.i:
        step = step.head
        path.add(step.i)
    if step.i == token.i or step.pos_ not in ("VERB", "AUX"):
        return 0.0
    below, above = (token, step) if step.is_ancestor(token) else (step, token)
    if not above.is_ancestor(below):
        return None
    spoken_of = not deed.trigger.is_verb or (deed.tried and token.dep_ == "pcomp")
    reported = spoken_of and token.i == below.i and step.lemma_.lower() in _SPOKEN_OF
    if step.i == above.i and step.lemma_.lower() in _GROWING and not deed.trigger.is_verb:
        return SAID  # "the toll from the bombing rose to 45 on Thursday"
    while below.i != above.i:
        apart = below.dep_ == "relcl" and below.head.i != token.i and below.head.i not in path
        if apart:  # a relative clause has a time of its own, unless it is the dated thing that it tells of
            return _ASIDE if above.i == token.i and _OF_THE_NEWS.match(mention.text) else None
        reported = reported or (below.dep_ == "ccomp" and above.i == step.i)
        below = below.head
    return SAID if reported or (step.i == above.i and _is_of_somebody(token, step)) else 0.0
