"""From a casualty cue to its victims: who stands where around "killed", "dead", "the deaths of", "toll".

Each rule first asks the dependency parse and falls back on the words right beside the cue, since the
small model goes astray on headlines, capitals and long lists. A :class:`Finding` is one cue with the
victims of one statement; victims coordinated with each other stand in it together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Span, Token

from pipelines.incidents.claims_mentions import Figures, Mention, heads, read, run_after, run_before
from pipelines.incidents.claims_words import words
from warehouse.vocabulary import Casualty

_SUBJECTS = ("nsubjpass", "nsubj")
_BE = frozenset(
    (
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "remain",
        "remained",
        "remains",
        "go",
        "gone",
        "went",
        "get",
        "got",
        "become",
        "became",
        "lie",
        "lay",
    )
)
_LEAVE = frozenset(("leave", "left", "leaving", "leaves", "with"))
_SUFFER = frozenset(
    ("suffer", "suffered", "suffers", "suffering", "sustain", "sustained", "sustaining", "receive", "received")
)
_LOSE = frozenset(("lost", "lose", "losing", "loses"))
_TAKE_LIVES = frozenset(
    ("claimed", "claiming", "claims", "claim", "took", "taking", "cost", "costing", "takes", "taken")
)
_TAKE = frozenset(("take", "took", "taken", "taking", "takes", "hold", "held", "holding", "holds"))
_HOMES = frozenset(("home", "homes", "houses", "villages", "area", "areas", "town", "towns", "region"))
_DRIVEN = frozenset(("forced", "forcing", "driven", "drove", "evacuated"))
_TAKEN_TO = frozenset(("taken", "rushed", "admitted", "airlifted", "sent", "transferred"))
_TOLL_VERBS = (
    "to",
    "at",
    "of",
    "is",
    "was",
    "reached",
    "exceeded",
    "passed",
    "hit",
    "stands",
    "stood",
    "over",
    "above",
    "than",
    "topped",
    "surpassed",
    "now",
    "be",
    ":",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A cue and the victims it speaks of. ``certainty`` is the rule's own, before hedges."""

    cue: Token
    outcome: Casualty
    mentions: tuple[Mention, ...]
    certainty: float
    governor: Token


def findings(sentence: Span, figures: Figures) -> list[Finding]:
    """Every casualty statement of a sentence, in order of its cues."""
    found: list[Finding] = []
    for token in sentence:
        found.extend(finding for finding in _at(token, sentence, figures) if finding.mentions)
    return _without_overlap(found)


def _at(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lists = words()
    lower = token.lower_
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    if lower == "death" and token.i > sentence.start and token.doc[token.i - 1].lower_ == "to" and token.tag_ == "NN":
        verb = _manner_verb(token, sentence)
        if verb is not None:
            yield _transitive(verb, "killed", sentence, figures, cue=token)
        return
    if lower in lists.fatally:
        verb = token.head
        if verb.lower_ in lists.manner:
            yield _transitive(verb, "killed", sentence, figures, cue=verb)
        return
    if lower == "toll":
        yield from _toll(token, sentence, figures)
    elif lower in ("lives", "life"):
        yield from _lives(token, sentence, figures)
    elif lower in _DRIVEN and any(t.lower_ in _HOMES for t in token.doc[token.i + 1 : token.i + 5]):
        yield _transitive(token, "displaced", sentence, figures, cue=token)
    elif lower in _TAKEN_TO and any(
        t.lower_ in ("hospital", "hospitals") for t in token.doc[token.i + 1 : token.i + 5]
    ):
        yield replace(_transitive(token, "injured", sentence, figures, cue=token), certainty=0.65)
    elif lower in ("flee", "fled", "fleeing"):
        if any(t.lower_ in _HOMES for t in sentence):
            yield _subject_victims(token, "displaced", sentence, figures)
    elif lower == "homeless":
        yield _adjective(token, "displaced", sentence, figures)
    elif (lower, following) in lists.phrasal and token.pos_ == "VERB":
        yield _transitive(token, lists.phrasal[lower, following], sentence, figures, cue=token)
    elif lower in lists.transitive and not _is_noun(token) and not _is_fatally_hurt(token):
        yield _transitive(token, lists.transitive[lower], sentence, figures, cue=token)
    elif lower in lists.intransitive:
        yield _subject_victims(token, lists.intransitive[lower], sentence, figures)
    elif lower in ("hostage", "captive") and token.head.lower_ in _TAKE:
        yield _transitive(token.head, "captured", sentence, figures, cue=token)
    elif lower in lists.adjective:
        yield from _adjectives(token, sentence, figures)
    elif lower in lists.unhurt:
        finding = _adjective(token, "injured", sentence, figures)
        yield replace(
            finding, mentions=tuple(_nobody(mention) for mention in finding.mentions if mention.kind != "plural")
        )
    elif lower in lists.casualties:
        yield from _no_casualties(token, figures)
    elif lower in lists.noun:
        yield from _noun(token, lists.noun[lower], sentence, figures)


def _is_noun(token: Token) -> bool:
    return token.tag_ in ("NN", "NNS") and token.lower_ not in ("injured", "wounded", "killed", "kidnapped")


def _is_fatally_hurt(token: Token) -> bool:
    return any(child.lower_ in words().fatally for child in token.children)


def _manner_verb(token: Token, sentence: Span) -> Token | None:
    """The verb of "stabbed (two men) to death"."""
    lists = words()
    verb = token.head.head
    if verb.lower_ in lists.manner:
        return verb
    before = (token.doc[i] for i in range(token.i - 1, max(sentence.start, token.i - 12) - 1, -1))
    return next((word for word in before if word.lower_ in lists.manner), None)


# Verbs -----------------------------------------------------------------------------------------------------------


def _transitive(verb: Token, outcome: Casualty, sentence: Span, figures: Figures, *, cue: Token) -> Finding:
    beside = _right_before(verb, sentence, figures)
    if beside is not None:
        return Finding(cue, outcome, (beside,), 0.9, verb)
    people = outcome in ("killed", "injured") and verb.lower_ not in (
        "hurt",
        "hurts",
        "hurting",
        "executed",
        "eliminated",
    )
    mentions, certainty = _read_all(_object_of(verb), figures, surely_people=people), 0.9
    if not mentions:
        mentions, certainty = _only(_beside(verb, sentence, figures)), 0.7
    return Finding(cue, outcome, mentions + _along_with(verb, sentence, figures, mentions), certainty, verb)


def _along_with(verb: Token, sentence: Span, figures: Figures, known: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """ "The mayor was killed along with two bodyguards"."""
    for token in verb.doc[verb.i + 1 : min(sentence.end, verb.i + 8)]:
        if token.lower_ == "with" and token.doc[token.i - 1].lower_ in ("along", "together"):
            companions = _read_all([child for child in token.children if child.dep_ == "pobj"], figures)
            return tuple(m for m in companions if not any(m.quantifier == other.quantifier for other in known))
    return ()


def _right_before(verb: Token, sentence: Span, figures: Figures) -> Mention | None:
    """The figure that stands right before a participle, whatever the parse made of it:
    "(12 were killed) and at least 20 wounded", "(killing 3 children) and over 200 others were hurt"."""
    if (
        verb.tag_ not in ("VBN", "VBD", "JJ")
        or verb.dep_ == "amod"
        or any(child.dep_ == "dobj" for child in verb.children)
    ):
        return None
    own = [child for child in verb.children if child.dep_ in _SUBJECTS]
    mention = run_before(verb.i, figures, verb.doc, sentence.start)
    if mention is None or any(token.i in mention.tokens for token in own):
        return None
    if mention.last == verb.i - 1 or (not own and verb.dep_ == "conj"):
        return mention
    return None


def _object_of(verb: Token) -> list[Token]:
    """The head words of a verb's victims, from the parse."""
    objects = [child for child in verb.children if child.dep_ in ("dobj", "obj") and child.i > verb.i]
    if objects:
        return objects
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    if passive or verb.tag_ == "VBN" and verb.dep_ in ("acomp", "oprd", "attr", "xcomp", "ccomp"):
        return _subject_of(verb)
    if verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBD"):
        return [verb.head]
    if verb.dep_ == "amod" and verb.tag_ in ("VBN", "VBD", "JJ"):
        return [verb.head] if any(child.dep_ == "nummod" for child in verb.head.children) else []
    if verb.dep_ == "conj":
        shared = _shared(verb)
        if shared:
            return shared
    for child in verb.children:
        if child.dep_ == "conj" and child.lower_ in words().transitive and child.i - verb.i <= 3 and verb.tag_ != "VBN":
            return [grandchild for grandchild in child.children if grandchild.dep_ == "dobj"]
    if verb.tag_ in ("VBD", "VBN"):
        return [child for child in verb.children if child.dep_ in _SUBJECTS and child.i < verb.i]
    return []


def _shared(verb: Token) -> list[Token]:
    """Victims taken over from the first of two coordinated verbs: "was kidnapped and killed"."""
    if any(child.dep_ in _SUBJECTS for child in verb.children):
        return _subject_of(verb)
    first = verb.head
    if first.lower_ in words().transitive or first.lower_ in words().manner:
        if verb.tag_ == first.tag_ and verb.i - first.i <= 12:
            return _object_of(first) if first.tag_ in ("VBN", "VBD") else []
    return []


def _subject_of(verb: Token) -> list[Token]:
    """The subject, over complements ("is believed to have been killed") and relative pronouns."""
    token = verb
    for _ in range(4):
        subjects = [child for child in token.children if child.dep_ in _SUBJECTS and child.i < verb.i]
        if subjects:
            return [
                token.head if subject.tag_ in ("WDT", "WP") and token.dep_ == "relcl" else subject
                for subject in subjects
            ]
        if token.dep_ in ("acl", "relcl"):
            return [token.head]
        if token.dep_ in ("xcomp", "acomp", "oprd", "attr", "ccomp", "conj", "auxpass") and token.head != token:
            token = token.head
            continue
        break
    return []


def _subject_victims(verb: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Finding:
    mentions, certainty = _read_all(_subject_of(verb), figures), 0.9
    if not mentions and (fallback := run_before(verb.i, figures, verb.doc, sentence.start)):
        mentions, certainty = (fallback,), 0.7
    return Finding(verb, outcome, mentions, certainty, verb)


def _beside(verb: Token, sentence: Span, figures: Figures) -> Mention | None:
    """The counted phrase right after an active verb, or right before a participle."""
    after = run_after(verb.i, figures, verb.doc, sentence.end)
    if after is not None and verb.tag_ != "VBN":
        return after
    before = run_before(verb.i, figures, verb.doc, sentence.start) if verb.tag_ in ("VBN", "VBD", "JJ", "NN") else None
    return before or after


# Adjectives ------------------------------------------------------------------------------------------------------


def _adjectives(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lists = words()
    outcome = lists.adjective[token.lower_]
    if token.lower_ in ("hostage", "captive") and token.head.lower_ not in _LEAVE:
        return
    if (
        token.lower_ == "dead"
        and token.tag_ in ("NN", "NNS", "NNP")
        and token.doc[token.i - 1].lower_ in ("of", "among")
    ):
        return
    if token.lower_ == "dead":
        verb = next(
            (t for t in (token.head, *_before(token, 9)) if t.lower_ in lists.manner and t.pos_ == "VERB"), None
        )
        near = run_before(token.i, figures, token.doc, sentence.start)
        if verb is not None and (near is None or verb.i + 1 == token.i):
            yield replace(_transitive(verb, "killed", sentence, figures, cue=token), cue=token)
            return
    yield _adjective(token, outcome, sentence, figures)


def _before(token: Token, count: int) -> list[Token]:
    return [token.doc[i] for i in range(token.i - 1, max(token.sent.start, token.i - count) - 1, -1)]


def _adjective(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Finding:
    near = run_before(token.i, figures, token.doc, sentence.start)
    if near is not None and near.last >= token.i - 4:
        return Finding(token, outcome, _left_list(near, token, figures), 0.85, token)
    verb = token.head
    if verb.lower_ in _LEAVE:
        objects = [child for child in verb.children if child.dep_ in ("dobj", "pobj") and child.i < token.i]
        objects = objects or [child for child in token.children if child.dep_ == "nsubj"]
        return Finding(token, outcome, _read_all(objects, figures), 0.85, token)
    if token.dep_ in ("amod",) and token.head.i > token.i:
        counted = [child for child in verb.children if child.dep_ == "nummod"]
        return Finding(token, outcome, _read_all([verb], figures) if counted else (), 0.8, token)
    if verb.lower_ in _BE or token.dep_ in ("acomp", "oprd", "attr", "conj", "relcl", "ccomp", "acl"):
        return Finding(token, outcome, _read_all(_subject_of(token), figures), 0.8, token)
    if token.tag_ in ("VBG", "VBN", "JJ"):
        return Finding(
            token, outcome, _read_all([c for c in token.children if c.dep_ in _SUBJECTS], figures), 0.75, token
        )
    return Finding(token, outcome, (), 0.0, token)


def _left_list(near: Mention, cue: Token, figures: Figures) -> tuple[Mention, ...]:
    """Further phrases of the list that ends in ``near``: "left three officers and a clerk wounded"."""
    head = cue.doc[near.last]
    listed = [near]
    while head.dep_ == "conj" and head.head.i < head.i and head.head.pos_ in ("NOUN", "PROPN", "NUM"):
        head = head.head
        mention = read(head, figures)
        if mention is None or mention.kind not in ("counted", "single") or mention.last >= listed[0].first:
            break
        if any(
            cue.doc[i].pos_ in ("VERB", "AUX") or cue.doc[i].lower_ in words().adjective
            for i in range(mention.last, listed[0].first)
        ):
            break
        listed.insert(0, mention)
    return tuple(listed)


# Nouns -----------------------------------------------------------------------------------------------------------


def _noun(token: Token, outcome: Casualty, sentence: Span, figures: Figures) -> Iterator[Finding]:
    lower = token.lower_
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    if following == "toll" or token.tag_ not in ("NN", "NNS", "VBG", "JJ", "VBN", "NNP", "CD"):
        return
    if lower in ("injuries", "wounds", "injury") and token.head.lower_ in ("of", "to", "from", "for"):
        verb = token.head.head
        if verb.lower_ in ("treated", "hospitalized", "hospitalised", "recovering"):
            yield replace(_transitive(verb, "injured", sentence, figures, cue=token), certainty=0.7)
        return
    of = next((child for child in token.children if child.lower_ in ("of", "to") and child.i > token.i), None)
    victims = [child for child in of.children if child.dep_ == "pobj"] if of is not None else []
    if lower in ("dead", "wounded", "injured", "hostages", "captives"):
        victims = []
    if lower in ("massacre", "killing", "killings", "murder", "murders", "execution", "executions", "capture", "death", "deaths", "kidnapping",
                 "abduction", "assassination", "slaying", "wounding", "injuring", "body", "bodies", "corpse", "corpses", "remains",
                 "fatalities", "injuries", "kidnappings", "abductions", "assassinations", "slayings", "displacement", "disappearance",
                 "disappearances", "beheading", "lynching") and victims:  # fmt: skip
        mentions = _read_all(victims, figures)
        counted = tuple(m for m in mentions if m.kind in ("counted", "single"))
        own = read(token, figures)
        if own is not None and own.kind == "counted":
            counted = (own,)
        yield Finding(token, outcome, counted, 0.8, token)
        return
    if lower in ("hostages", "captives") and not any(
        word in _TAKE for word in (token.head.lower_, token.head.head.lower_)
    ):
        return  # "freed three hostages" tells of no new taking
    own = read(token, figures)
    if own is not None and own.kind == "counted" and own.number is not None and lower != "remains":
        if own.low == 0 and own.high == 0 or lower not in ("murder", "capture", "massacre"):
            yield Finding(token, outcome, (own,), 0.85, token)
        return
    if lower in ("body", "corpse") and any(child.lower_ in ("a", "one") for child in token.lefts):
        if token.head.lower_ in ("found", "discovered", "recovered", "find", "found"):
            yield Finding(token, outcome, (_one(token, figures),), 0.6, token)
        return
    if lower in ("injuries", "wounds", "injury") and token.head.lower_ in _SUFFER:
        yield replace(_subject_victims(token.head, outcome, sentence, figures), cue=token)


def _one(token: Token, figures: Figures) -> Mention:
    first = next(child for child in token.lefts if child.lower_ in ("a", "one"))
    start, end = first.idx, token.idx + len(token)
    return Mention("single", first.i, token.i, start, end, 1, 1, None, (start, end), None, token.lower_, False)


def _no_casualties(token: Token, figures: Figures) -> Iterator[Finding]:
    """ "No casualties", "without casualties": nobody killed and nobody hurt."""
    number = next(
        (
            n
            for n in figures.within(token.sent.start_char, token.idx + len(token))
            if n.kind == "none" and _close(n.end, token)
        ),
        None,
    )
    start = number.start if number is not None else None
    if number is None and token.i > 0 and token.doc[token.i - 1].lower_ == "without":
        start = token.doc[token.i - 1].idx
    if start is None:
        return
    end = token.idx + len(token)
    mention = Mention(
        "counted",
        token.i,
        token.i,
        start,
        end,
        0,
        0,
        number,
        (start, end if number is None else number.end),
        None,
        "casualties",
        False,
    )
    yield Finding(token, "killed", (mention,), 0.8, token)
    if token.lower_ != "loss of life":
        yield Finding(token, "injured", (mention,), 0.8, token)


def _close(end: int, token: Token) -> bool:
    return 0 < token.idx - end < 30


def _lives(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """ "claimed 12 lives", "cost the lives of 12 people", "12 people lost their lives"."""
    verb = token.head if token.head.pos_ == "VERB" else token.head.head
    if token.head.lower_ in _LOSE:
        yield replace(_subject_victims(token.head, "killed", sentence, figures), cue=token)
        return
    if verb.lower_ not in _TAKE_LIVES and not any(t.lower_ in _TAKE_LIVES for t in _before(token, 5)):
        return
    of = next((child for child in token.children if child.lower_ == "of"), None)
    victims = [child for child in of.children if child.dep_ == "pobj"] if of is not None else [token]
    yield Finding(
        token, "killed", tuple(m for m in _read_all(victims, figures) if m.kind in ("counted", "single")), 0.85, token
    )


def _toll(token: Token, sentence: Span, figures: Figures) -> Iterator[Finding]:
    """ "the death toll rose from 12 to 45", "a toll of 45", "toll: 45". Of a rise, what it came to."""
    before = {t.lower_ for t in _before(token, 2)}
    if not before & {"death", "the", "a", "casualty"} and token.i != sentence.start:
        return
    outcome: Casualty = "injured" if before & {"injury", "injured"} else "killed"
    stretch = token.doc[token.i + 1 : min(sentence.end, token.i + 16)]
    for word in stretch:
        number = figures.at(word)
        if number is None:
            continue
        previous = token.doc[max(token.i, word.i - 1)].lower_
        if previous == "from":
            continue
        mention = read(word if number.core_start <= word.idx else token.doc[word.i], figures)
        if mention is None:
            mention = Mention(
                "counted",
                word.i,
                word.i,
                number.start,
                number.end,
                number.min,
                number.max,
                number,
                (number.start, number.end),
                None,
                "",
                False,
            )
        if number.kind == "range" and number.text.lower().startswith("from"):
            mention = replace(mention, low=number.max or number.min)
        yield Finding(token, outcome, (replace(mention, on_top=False, head="people"),), 0.85, token)
        return


# Shared ----------------------------------------------------------------------------------------------------------


def _read_all(victims: list[Token], figures: Figures, *, surely_people: bool = False) -> tuple[Mention, ...]:
    mentions: list[Mention] = []
    for victim in victims:
        for head in heads(_first_of_list(victim)):
            mention = read(head, figures, surely_people=surely_people)
            if mention is not None and not any(
                mention.first <= other.last and other.first <= mention.last for other in mentions
            ):
                mentions.append(mention)
    return tuple(mentions)


def _first_of_list(victim: Token) -> Token:
    """ "left three officers and a clerk wounded": the parse ties "wounded" to the clerk alone."""
    first = victim
    while first.dep_ == "conj" and first.head.pos_ in ("NOUN", "PROPN", "NUM") and first.head.i < first.i:
        first = first.head
    return first if first != victim and first.head.lower_ in _LEAVE else victim


def _only(mention: Mention | None) -> tuple[Mention, ...]:
    return () if mention is None else (mention,)


def _nobody(mention: Mention) -> Mention:
    return replace(mention, low=0, high=0)


def _without_overlap(found: list[Finding]) -> list[Finding]:
    """A figure counts once for an outcome, under the cue that stands nearest to it."""
    best: dict[tuple[Casualty, int], tuple[int, int]] = {}
    for index, finding in enumerate(found):
        for mention in finding.mentions:
            key = finding.outcome, mention.quantifier[0]
            gap = min(abs(finding.cue.i - mention.first), abs(finding.cue.i - mention.last))
            if key not in best or gap < best[key][0]:
                best[key] = gap, index
    kept = []
    for index, finding in enumerate(found):
        mentions = tuple(m for m in finding.mentions if best[finding.outcome, m.quantifier[0]][1] == index)
        if mentions:
            kept.append(replace(finding, mentions=mentions))
    return kept
