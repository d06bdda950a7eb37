"""What classes and ids say of an element, by trafilatura's tables: whether it may be the article's frame, or is none of
the article.

Each name is judged once and remembered. With :mod:`pipelines.cleaning.quick` the place that leans on trafilatura's
inner parts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from trafilatura import xpaths

from pipelines.cleaning.literals import alternation, may_match, needed

#: Names remembered with their verdicts: a site's pages share them.
MEMORY = 16_384


def _any(*groups: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(alternation(token for group in groups for token in group))


_ARTICLE_ID = _any(xpaths._ARTICLE_CONTENT_ID_TOKENS)
_ARTICLE_CLASS = _any(xpaths._ARTICLE_CONTENT_CLASS_TOKENS)
_STORY_ID = _any(xpaths._STORY_ID_TOKENS)
_STORY_CLASS = _any(xpaths._STORY_CLASS_TOKENS)
_MAIN_ID = _any(xpaths._MAIN_CONTENT_ID_TOKENS)
_MAIN_CLASS = _any(xpaths._MAIN_CONTENT_CLASS_TOKENS)
_FRAMES_NAMED = (_ARTICLE_ID, _ARTICLE_CLASS, _STORY_ID, _STORY_CLASS, _MAIN_ID, _MAIN_CLASS)
_FRAME_WORDS = ("post", "entry", "article", "story", "text", "cell", "content", "main")
_DISCARD_ID = _any(xpaths._OVERALL_DISCARD_BOTH_TOKENS, xpaths._OVERALL_DISCARD_ID_TOKENS)
_DISCARD_CLASS = _any(xpaths._OVERALL_DISCARD_BOTH_TOKENS, xpaths._OVERALL_DISCARD_CLASS_TOKENS)
_CONSENT = _any(xpaths._CONSENT_ID_CLASS_TOKENS)
#: Found, in small letters, in each name that one of the six above or an equality below fits.
_FRAMING = (
    _any(tuple(word for pattern in _FRAMES_NAMED for word in needed(pattern)), _FRAME_WORDS)
    if all(map(needed, _FRAMES_NAMED))
    else re.compile("")
)
_COMMENTS_ID = re.compile(f"^(?:{xpaths._COMMENTS_ID})")
_DISQUS_ID = re.compile("^(?:disqus_thread|dsq-comments)")
_COMMENTS_CLASS = re.compile(xpaths._COMMENTS_CLASS)
_COMMENTING = needed(_COMMENTS_CLASS)
_APPENDED = re.compile("mvp-post-add-(?:box|wrap)|infinite-?scroll")
_APPENDED_ALWAYS = re.compile("mvp-post-add-(?:box|wrap)")
_HIDDEN_ID = re.compile("hidden|reader-comments|akismet")
_HIDDEN_CLASS = _any((
    "^hide-", "comments-title", "nocomments", "-reply-", "message", "akismet", "suggest-links", "-hide-",
    "hide-print", " hidden", " hide", "noprint", "notloaded",
))  # fmt: skip


@lru_cache(MEMORY)
def stage_of(name: str, identity: str) -> int:
    """The first of trafilatura's five body patterns that a class and id alone fit; 5 if none."""
    if not (_FRAMING.search(name.lower()) or _FRAMING.search(identity.lower())):  # most names
        return 5
    if name in {"post", "entry"} or identity == "articleContent":
        return 0
    if _ARTICLE_ID.search(identity) or _ARTICLE_CLASS.search(name):
        return 0
    if (
        identity in {"article", "story"}
        or name in {"postarea", "art-postcontent", "text", "cell", "story"}
        or _STORY_ID.search(identity)
        or "fulltext" in name.lower()
        or _STORY_CLASS.search(name)
    ):
        return 2
    if (
        identity == "content"
        or name == "content"
        or _MAIN_ID.search(identity)
        or _MAIN_CLASS.search(name)
        or "main-content" in identity.translate(_LOWER_CM)
        or "main-content" in name.translate(_LOWER_CM)
        or "page-content" in name.translate(_LOWER_CP)
    ):
        return 3
    return 4 if name.startswith("main") or identity.startswith("main") else 5


_LOWER_CM = str.maketrans("CM", "cm")
_LOWER_CP = str.maketrans("CP", "cp")


@lru_cache(MEMORY)
def discarded(name: str | None, identity: str | None, class_first: bool) -> int:
    """Whether class and id are no article's: 0 no, 1 on a block or span, 2 on any element."""
    name, identity = name or "", identity or ""
    if (
        name == "comments-title"
        or (name if class_first else identity).startswith("reply-")
        or _HIDDEN_ID.search(identity)
        or _HIDDEN_CLASS.search(name)
    ):
        return 2
    if (
        _CONSENT.search(name if class_first else identity)
        or _DISCARD_ID.search(identity)
        or _DISCARD_CLASS.search(name)
    ):
        return 1
    return 0


@lru_cache(MEMORY)
def beside(name: str, identity: str) -> bool:
    """Whether class and id are of captions or teasers: ``DISCARD_IMAGE_ELEMENTS`` and ``TEASER_DISCARD_XPATH``."""
    return any("caption" in value or "teaser" in value.replace("T", "t") for value in (name, identity))


@lru_cache(MEMORY)
def aside(name: str, identity: str) -> int:
    """Whether class and id are of comments (1; 2: Disqus, not lists) or of appended articles (4, 8: always)."""
    verdict = 0
    if _COMMENTS_ID.search(identity) or (may_match(_COMMENTING, name) and _COMMENTS_CLASS.search(name)):
        verdict = 1
    elif _DISQUS_ID.search(identity):
        verdict = 2
    if _APPENDED.search(identity) or _APPENDED.search(name):
        verdict += 8 if _APPENDED_ALWAYS.search(identity) or _APPENDED_ALWAYS.search(name) else 4
    if "elementor-share-buttons" in name:
        verdict |= 8
    return verdict
