"""How a deed is worded: as an answer, as of another day, as another than the one told before, or as none at all."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from pipelines.incidents import cues
from pipelines.incidents.cues import Trigger
from pipelines.incidents.numbers import find_numbers
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.roles.parties import Party
from pipelines.incidents.weapons import WeaponMention

_PRISON = re.compile(r"\b(?:prisons?|jails?|penitentiar\w+|inmates?|prisoners?)\b", re.I)
#: Words by which an article tells a blow as an answer to another.
_COUNTER = re.compile(
    r"\bcounter-?(?:attack|strike|offensive)|\bretaliat\w+|\bself-? ?defen[cs]e|\bdefensive\b"
    r"|\bin response\b|\brespond\w*|\bthwart\w*|\brepel\w*|\brepuls\w*|\bfoil\w*",
    re.I,
)
#: Before an answer that has not come: "threatened retaliation".
_ONLY_SAID = re.compile(
    r"\b(?:threaten\w*|vow\w*|promis\w*|warn\w*(?: of)?|swore|pledg\w+|fears? of)(?: \w+){0,2} $", re.I
)
#: Words that put a deed before the one reported.
BEFORE_NOW = re.compile(
    r"\b(?:last (?:year|month)|years? ago|months? ago|in recent (?:years|months|weeks)|since (?:19"
    rf"|20)\d\d|in (?:(?:{'|'.join(calendar.month_name[1:])}),? )?(?:19|20)\d\d|earlier this (?:year|month)"
    r"|since (?:the )?(?:start|beginning|outbreak|war|coup|invasion|conflict)|since (?:last|early|mid|late)\b"
    r"|(?:has|have) been \w+ (?:\w+ ){0,3}times"
    r"|in the (?:first|last) (?:half|quarter|\w+ months) of"
    r"|so far this|decades?|history|in the past|wave of|spate of|string of|series of|have been killed since"
    r"|anniversary|a year (?:ago|earlier)|for (?:many |several |some |\w+ )?(?:years|decades|months)"
    r"|(?:two|three|four|five|six|\d+) years (?:later|earlier|before)"
    r"|(?:once|twice|(?:several|many|three) times) before"
    r"|(?:has|have) been (?:several|many|dozens of|repeated|a number of|other|similar)"
    r"|the first such|in the (?:19|20)\d\ds|when the war)\b",
    re.I,
)
#: A span that a total is of, and the beginning of one that goes on, if it is no matter of hours.
_TOTAL = re.compile(
    r"\b(?:so far (?:this|in)|per (?:year|month)|in recent (?:years|months|weeks)"
    r"|(?:in|over|during) the (?:past|last|first|second|previous) (?:\w+ )?(?:years?|months?|decades?|half|quarter))\b",
    re.I,
)
_ONGOING = re.compile(
    r"\bsince (?!(?:(?:early|late|last) )*(?:\w+day|yesterday|night|midnight|dawn|the early hours|this morning))"
    r"|\b(?:for (?:many |several |more than |over |nearly |almost )?(?:a |\w+ )?(?:years?|decades?|months)"
    r"|this year|decades?)\b",
    re.I,
)


def sums_up(trigger: Trigger, words: str) -> bool:
    """ "Has attacked more than 100 ships since November 2023": a total, and no incident."""
    return bool(_TOTAL.search(words)) or lasts(trigger, words)


def lasts(trigger: Trigger, words: str) -> bool:
    """ "Gunmen have attacked the pipeline since January"."""
    return _is_perfect(trigger) and bool(_ONGOING.search(words))


def is_a_war(trigger: Trigger, words: str) -> bool:
    """ "Has been battling jihadists for a decade", "where the gang fights a cartel": fought all along."""
    if trigger.cue.frame != "fight" or not trigger.is_verb:
        return False
    habit = trigger.token.tag_ in ("VBZ", "VBP") and trigger.token.dep_ in ("relcl", "advcl")
    return habit or (trigger.token.tag_ == "VBG" and lasts(trigger, words))


def is_advice(trigger: Trigger) -> bool:
    """ "Attack it with your hands", "start by killing the crab": the reader is told what to do."""
    root = trigger.token.sent.root
    told = any(c.dep_ in ("nsubj", "nsubjpass", "aux", "csubj", "expl") for c in root.children)
    quoted = any(c.dep_ == "ccomp" for c in root.children)
    return root.tag_ == "VB" and trigger.is_verb and not told and not quoted and trigger.token.tag_ != "VBD"


def _is_perfect(trigger: Trigger) -> bool:
    verb = trigger.token
    if verb.dep_ in ("dobj", "nsubj", "nsubjpass") and not trigger.is_verb:
        verb = verb.head  # "the province has seen many attacks"
    elif verb.dep_ == "advcl" and verb.tag_ == "VBG" and not any(c.lower_ in ("has", "have") for c in verb.children):
        verb = verb.head  # "has attacked 100 ships, killing eight"
    return any(c.dep_ == "aux" and c.lower_ in ("has", "have", "had", "'ve") for c in verb.children)


#: "The deadliest attack since 2015", "the worst in the country's history": of today, whatever year is named.
_RECORD = re.compile(
    r"\b(?:deadliest|worst|bloodiest|largest|biggest|heaviest|first|most \w+)\b[^.;]{0,60}?"
    r"\b(?:history|decades?|years|months|(?:since|in) (?:\w+ )?(?:19|20)\d\d)\b",
    re.I,
)


def is_before_now(words: str) -> bool:
    """Whether a sentence tells of days before those of the news."""
    return bool(BEFORE_NOW.search(_RECORD.sub("", words)))


_ANOTHER = re.compile(r"\b(?:another|separate(?:ly)?|second|third|other|also|meanwhile|elsewhere|similar)\b", re.I)
#: A sentence that opens so tells of something else.
_OPENS_ANOTHER = re.compile(
    r"(?:elsewhere|separately|meanwhile|at the same time"
    r"|in (?:an? |the )?(?:separate|another|other|similar|second|third))\b",
    re.I,
)
#: So does one that opens with another place.
OPENS_WITH_PLACE = re.compile(r"(?:and |but |meanwhile,? |elsewhere,? )?(?:in|at|near|outside) ", re.I)
#: The same of people who were hurt: "10 other people were also injured" are others, of the same blast.
_ANOTHER_HURT = re.compile(r"\b(?:separate(?:ly)?|meanwhile|elsewhere|similar)\b", re.I)


#: "The attack came two weeks after gunmen killed 32 people", "the raid followed an ambush that killed six".
_COMING = {"come", "occur", "happen", "take", "be"}
_REACH = 5
#: What air defences bring down: nothing is attacked that way.
_BARE = {"most", "all", "some", "dozens", "many", "half"}
_BROUGHT_DOWN = {"drone", "missile", "rocket", "shell"}
#: What figures of a year do: "bombings fell by a third".
_TRENDS = {
    "fall",
    "rise",
    "drop",
    "increase",
    "decrease",
    "double",
    "triple",
    "halve",
    "decline",
    "jump",
    "surge",
    "soar",
}
#: What soldiers do before they do it: "jets will simulate air strikes".
_REHEARSING = {"simulate", "rehearse", "practise", "practice", "train"}


def protested(trigger: Trigger, triggers: dict[int, Trigger]) -> bool:
    """ "a march against the killings": told of elsewhere, if at all."""
    preposition = trigger.token.head
    above = triggers.get(preposition.head.i)
    return (
        not trigger.is_verb
        and preposition.lower_ in ("against", "over", "at", "about")
        and above is not None
        and above.cue.frame == "gather"
    )


def is_in_prison(words: str) -> bool:
    return bool(_PRISON.search(words))


#: Nobody says so of himself but in a figure of speech: "we were killed on the counter".
_DEADLY = {"kill", "murder", "slaughter", "massacre", "butcher", "execute", "destroy"}


def lives_to_tell(trigger: Trigger) -> bool:
    return trigger.token.lemma_ in _DEADLY and any(
        child.dep_ == "nsubjpass" and child.lower_ in ("i", "we") for child in trigger.token.children
    )


#: What courts do to people over what they did.
_COURT = frozenset(
    {"sentence", "convict", "jail", "imprison", "charge", "indict", "acquit", "arraign", "try", "plead", "prosecute"}
)
_VERDICTS = frozenset({"guilty", "trial", "conviction", "charge", "verdict", "sentence", "indictment", "prison"})


def is_tried(trigger: Trigger) -> bool:
    """ "Sentenced to life for the murder of two guards", "on trial over the attack", "convicted of killing"."""
    step = trigger.token
    for _ in range(_REACH):
        step = step.head
        if step.lemma_.lower() in (_COURT if step.pos_ == "VERB" else _VERDICTS):
            return True
    return False


def was_hit(trigger: Trigger, parties: Sequence[Party]) -> bool:
    """ "The shelter was hit late on Friday": by what is told elsewhere."""
    struck = trigger.token.lemma_ in ("hit", "strike", "target", "destroy", "damage")
    passive = trigger.token.tag_ == "VBN" and any(child.dep_ == "auxpass" for child in trigger.token.children)
    hit = [party for party in parties if party.side == "patient"]
    unread = not any(child.dep_ in ("nsubj", "nsubjpass") for child in trigger.token.children)
    return struck and passive and not any(party.people for party in hit) and (bool(hit) or unread)


def took_place(trigger: Trigger) -> bool:
    """ "The incident, which took place on Tuesday"."""
    noun = trigger.token
    told = [noun.head] if noun.dep_ == "nsubj" else [c for c in noun.children if c.dep_ == "relcl"]
    return trigger.cue.needs == "told_of" and is_definite(trigger) and any(v.lemma_ in _HAPPEN for v in told)


_HAPPEN = {"happen", "occur", "take"}
#: Whoever keeps count does this to deeds.
_COUNTING = {"record", "register", "report", "see", "count", "document", "tally"}
_MANY = 10


def is_statistic(trigger: Trigger) -> bool:
    """ "Ecuador recorded 781 murders in January"."""
    noun = trigger.token
    counted = [n for c in noun.children if c.dep_ == "nummod" for n in find_numbers(c.text)]
    return (
        not trigger.is_verb
        and noun.dep_ in ("dobj", "nsubjpass")
        and noun.head.lemma_ in _COUNTING
        and any(n.min >= _MANY for n in counted)
    )


def is_denied_in_general(trigger: Trigger) -> bool:
    """ "Moscow denies targeting civilians": no deed in particular."""
    denying = trigger.token.head
    return trigger.token.tag_ == "VBG" and denying.lemma_ == "deny" and denying.tag_ in ("VBZ", "VBP")


def is_a_trend(trigger: Trigger) -> bool:
    """ "Kidnappings doubled", "shootings rose by 6 per cent": how many there were, and none of them."""
    token = trigger.token
    verb = token.head
    return (
        not trigger.is_verb
        and token.tag_ == "NNS"
        and token.dep_ == "nsubj"
        and verb.lemma_.lower() in _TRENDS
        and not any(c.dep_ == "dobj" and c.pos_ != "NUM" and c.lower_ not in ("%", "percent") for c in verb.children)
    )


def rehearsed(trigger: Trigger) -> bool:
    """ "Soldiers practised defending a port against an attack": an exercise."""
    step = trigger.token
    for _ in range(_REACH):
        if step.lemma_.lower() in _REHEARSING and step.i != trigger.token.i:
            return True
        step = step.head
    return False


def in_general(trigger: Trigger) -> bool:
    """ "attacks and murders are on the rise": a bare plural tells of a kind of deed, not of one."""
    token = trigger.token
    return (
        not trigger.is_verb
        and trigger.cue.frame not in ("gather", "suffer")  # protests held are judged by _is_protest; wounds are wounds
        and token.tag_ == "NNS"
        and not any(c.dep_ in ("det", "nummod") or c.lower_ in ("several", "two", "twin") for c in token.children)
        and token.lower_ not in ("clashes", "airstrikes", "strikes", "casualties", "hostilities")
    )


#: Before what somebody answers, decries or lives with: "in response to Ukrainian attacks on Russia".
_SPOKEN_TO = re.compile(
    r"\b(?:in response to|in retaliation for|retaliat\w+ (?:for|against)|amid|despite|because of|against"
    r"|protect\w* \w+ from|end(?:ing)?)$"
)


def weight(trigger: Trigger) -> float:
    """How much of a cue word's weight is left: less where it tells of a kind of deed, least where it only gives a
    reason."""
    if not in_general(trigger):
        return 1.0
    before = trigger.token.doc[max(trigger.token.sent.start, trigger.token.left_edge.i - 4) : trigger.token.left_edge.i]
    return 0.2 if _SPOKEN_TO.search(before.text.lower()) else 0.5


def is_definite(trigger: Trigger) -> bool:
    """ "The attack", "these raids": told of before."""
    return not trigger.is_verb and any(
        c.lower_ in ("the", "this", "that", "these", "those") for c in trigger.token.children if c.dep_ == "det"
    )


def answers(words: str, start: int, at: int) -> bool:
    """Whether the deed at ``at`` answers another: it stands before "in response to", or after "in response,"."""
    for match in _COUNTER.finditer(words):
        if _ONLY_SAID.search(words, 0, match.start()):
            continue
        first, last = start + match.start(), start + match.end()
        if at < last or words[match.end() : match.end() + 1] == ",":
            return True
        if first <= at < last:
            return True
    return False


def _tells_of_the_hurt(trigger: Trigger) -> bool:
    """ "Were wounded", "were killed": says who was hit, and of the deed only that it was one."""
    tells = trigger.is_verb and trigger.cue.attributes in ((), ("killing",)) and not trigger.cue.sub_event_type
    return tells and trigger.token.lemma_.lower() in cues.table().words["harming_verbs"]


def opens_another(sentence: str) -> bool:
    """Whether a sentence begins as one of something else: "Elsewhere", "In a separate attack"."""
    return _OPENS_ANOTHER.match(sentence) is not None


def is_another(trigger: Trigger, words: str, start: int) -> bool:
    """Whether the words before a deed, or those that open its sentence, set it apart from what was told before."""
    apart = _ANOTHER_HURT if _tells_of_the_hurt(trigger) else _ANOTHER
    at = trigger.start - start
    return bool(apart.search(words[max(0, at - 25) : trigger.end - start]) or opens_another(words))


def by_a_blow(trigger: Trigger, triggers: dict[int, Trigger], instruments: Sequence[tuple[int, int]]) -> bool:
    """ "The strike set fire to a depot": says what it did, and is no arson."""
    subject, _ = subject_of(trigger.token)
    return (
        trigger.is_verb
        and subject is not None
        and (subject.i in triggers or any(a <= subject.idx < b for a, b in instruments))
    )


def behind(trigger: Trigger, triggers: dict[int, Trigger]) -> int | None:
    """Where the words begin that tell of a deed as what another came after: one of another day, whatever its sentence
    tells besides. None for other deeds."""
    step = trigger.token
    for _ in range(_REACH):
        above = step.head
        if above.i == step.i:
            return None
        after = (step.lower_ == "after" and step.dep_ == "prep") or any(
            c.dep_ == "mark" and c.lower_ == "after" for c in step.children
        )
        if step.dep_ == "pobj" and above.lower_ == "of" and above.head.lemma_ == "anniversary":
            return step.left_edge.idx  # "the tenth anniversary of the attacks in which 130 people died"
        followed = step.dep_ == "dobj" and above.lemma_ == "follow"
        if (after and above.lemma_ in _COMING) or followed:
            told = [c for c in above.children if c.dep_ == "nsubj" and c.i < step.i]
            another = any(c.i in triggers or c.lower_ in ("it", "this", "that") for c in told)
            return step.left_edge.idx if another else None
        step = above
    return None


def brought_down(trigger: Trigger, weapons: Sequence[WeaponMention]) -> bool:
    """ "Shot down 40 drones", "destroyed 20 missiles": stops an attack, and is none."""
    verb = trigger.token
    down = any(c.lower_ == "down" for c in verb.children)
    if verb.lower_ not in (("shot", "shoot", "shoots", "shooting") if down else ("destroy", "destroys", "destroyed")):
        return False
    shot = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "npadvmod")]
    if down and any(c.pos_ in ("NUM", "PRON", "DET") or c.lower_ in _BARE for c in shot):
        return True  # "140 drones, of which 88 were shot down"
    heads = [*shot, *(t for c in shot for t in objects_after(c, {"of"}))]
    return any(w.name in _BROUGHT_DOWN and w.start <= t.idx < w.end for t in heads for w in weapons)
