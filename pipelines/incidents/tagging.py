"""spaCy's attribute ruler by look-up: parts of speech, morphology and some lemmas from tag, word and dependency.

The ruler walks its 179 patterns at every token, an eighth of a parse's time. All but a few are of one token, whose
tag, word or dependency must be one of some: those are looked up here, the rest are left to the ruler itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacy.pipeline import AttributeRuler
from spacy.tokens._retokenize import set_token_attrs

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_KEYS = {"TAG", "LOWER", "DEP"}
#: The values a rule takes for tag, word and dependency; None: any.
_Wanted = tuple[frozenset[str] | None, ...]


def _wanted(patterns: Any) -> _Wanted | None:
    """What a rule of one token wants, or None for any other rule."""
    if len(patterns) != 1 or len(patterns[0]) != 1 or not patterns[0][0].keys() <= _KEYS:
        return None
    found: list[frozenset[str] | None] = []
    for key in ("TAG", "LOWER", "DEP"):
        value = patterns[0][0].get(key)
        if isinstance(value, dict):
            if value.keys() != {"IN"}:
                return None
            value = value["IN"]
        found.append(None if value is None else frozenset([value] if isinstance(value, str) else value))
    return tuple(found)


@dataclass(slots=True)
class Tagging:
    """A pipe that sets what ``ruler`` would. Later rules win, as there."""

    ruler: AttributeRuler
    _rules: list[tuple[_Wanted, dict[int, Any]]] = field(default_factory=list)
    _words: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str, str], dict[int, Any]] = field(default_factory=dict)
    _rest: AttributeRuler | None = None

    def __post_init__(self) -> None:
        self._rest = AttributeRuler(self.ruler.vocab)
        rules: list[dict[str, Any]] = self.ruler.patterns
        for number, rule in enumerate(rules):
            wanted = _wanted(rule["patterns"])
            if wanted is None:
                self._rest.add(**rule)
            else:
                self._rules.append((wanted, self.ruler.attrs[number]))
                self._words |= wanted[1] or set()

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            attributes = self._of(token)
            if attributes:
                set_token_attrs(token, attributes)
        return self._rest(doc) if self._rest is not None else doc

    def _of(self, token: Token) -> dict[int, Any]:
        word = token.lower_
        key = (token.tag_, word if word in self._words else "", token.dep_)
        if key not in self._known:
            merged: dict[int, Any] = {}
            for wanted, attributes in self._rules:
                if all(values is None or value in values for values, value in zip(wanted, key, strict=True)):
                    merged |= attributes
            self._known[key] = merged
        return self._known[key]
