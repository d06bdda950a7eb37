"""How a deed is worded: as an answer, as another than the one told before, as one in general, as one before a court."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.incidents import cues
from pipelines.incidents.cues import Trigger
from pipelines.incidents.roles.clauses import objects_after, subject_of
from pipelines.incidents.roles.parties import Party

_ACCIDENTAL = re.compile(
    r"\b(?:gas (?:leaks?|explosions?|cylinders?|canisters?|pipelines?|mains?)|boilers?|fireworks|firecrackers"
    r"|short circuit|accidental)\b",
    re.I,
)
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


_REACH = 5


def is_accidental(words: str) -> bool:
    """Whether a sentence tells of what blows up by itself."""
    return bool(_ACCIDENTAL.search(words))


def is_in_prison(words: str) -> bool:
    """Whether a sentence tells of prisoners, whose riot is mob violence to ACLED."""
    return bool(_PRISON.search(words))


#: What courts do to people over what they did.
_COURT = frozenset(
    {"sentence", "convict", "jail", "imprison", "charge", "indict", "acquit", "arraign", "try", "plead", "prosecute"}
)
_PUT_TO_DEATH = frozenset({"hang", "execute"})
_VERDICTS = frozenset({"guilty", "trial", "conviction", "charge", "verdict", "sentence", "indictment", "prison"})


def is_tried(trigger: Trigger) -> bool:
    """ "Sentenced to life for the murder of two guards", "on trial over the attack", "convicted of killing"."""
    step = trigger.token
    for _ in range(_REACH):
        below, step = step, step.head
        if step.pos_ == "VERB" and step.lemma_.lower() in _COURT:
            return True
        if step.lemma_ in _PUT_TO_DEATH and below.dep_ in ("dobj", "nsubjpass"):
            return True  # "hanged a man who had murdered a guard"
        # but "dynamite charges that injured two", "the judge in charge of investigating the murder"
        told = below.dep_ != "relcl" and not (step.dep_ == "pobj" and step.lower_ == "charge")
        if step.pos_ != "VERB" and step.lemma_.lower() in _VERDICTS and told:
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


def is_heard(trigger: Trigger) -> bool:
    """ "A blast was heard inside the building": while it was attacked, and nothing is known of what blew up."""
    noun = trigger.token
    return noun.dep_ in ("nsubj", "nsubjpass") and noun.head.lower_ == "heard"


def is_definite(trigger: Trigger) -> bool:
    """ "The attack", "these raids": told of before."""
    if trigger.is_verb:
        return False
    if trigger.cue.frame == "fight" and any(
        side.lemma_ == "side" and any(c.lower_ == "the" for c in side.children)
        for side in objects_after(trigger.token, {"between"})
    ):
        return True  # "clashes between the two sides"
    return any(c.lower_ in ("the", "this", "that", "these", "those") for c in trigger.token.children if c.dep_ == "det")


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
    if _counts_on(trigger):
        return False
    return bool(apart.search(words[max(0, at - 25) : trigger.end - start]) or opens_another(words))


def _counts_on(trigger: Trigger) -> bool:
    """ "One strike hit a car. Another hit a house": of those that a sentence before summed up."""
    subject = subject_of(trigger.token)[0] if trigger.is_verb else None
    return subject is not None and subject.lower_ == "another"


def by_a_blow(trigger: Trigger, triggers: dict[int, Trigger], instruments: Sequence[tuple[int, int]]) -> bool:
    """ "The strike set fire to a depot": says what it did, and is no arson."""
    subject, _ = subject_of(trigger.token)
    return (
        trigger.is_verb
        and subject is not None
        and (subject.i in triggers or any(a <= subject.idx < b for a, b in instruments))
    )
