"""Is it an article? Consent walls, paywalls, bot challenges and soft 404s must never become one.

Each kind is told by words a whole page of that kind is made of, and only where little other text stands:
an article *about* cookies, paywalls or error 404 is an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipelines.cleaning.metadata import Metadata

#: Characters of text below which a page may be a wall or an error page; the longest seen hold about 1,200.
SHORT = 1500

#: Characters of prose below which a page without metadata of a story is none.
TOO_LITTLE = 200

#: Share of sentences in a home page's text above which it is no list of headlines.
HOME_PROSE = 0.75

_CHALLENGE = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied"
    r"|are you (?:a )?(?:human|robot)|pardon our interruption"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|checking your browser|security check"
    r"|unusual traffic|enable javascript and cookies"
    r"|403 forbidden|request (?:was )?blocked|captcha|ddos protection|bot detection|you have been blocked",
    re.I,
)
_MISSING = re.compile(
    r"\b404\b|not found|(?:page|article|story|content|url|link)[^.!?\n]{0,40}(?:n[o']t|no longer"
    r"|cannot|could ?n[o']t|can't|doesn'?t)[^.!?\n]{0,30}"
    r"(?:found|exist|available|be found|here|located)|can'?t find (?:that|the|this|what)"
    r"|no longer available|gone missing"
    r"|nicht gefunden|existiert nicht|introuvable|n'existe pas|no encontrad|no existe|não encontrad"
    r"|non trovat|niet gevonden"
    r"|не найдена|не знайдено|غير موجود|bulunamad",
    re.I,
)
_CONSENT = re.compile(
    r"cookies?\b|consent|before you continue|privacy (?:policy|choices|settings|preferences)"
    r"|accept all|reject all|manage (?:your )?(?:choices|options|preferences)"
    r"|personali[sz]ed (?:ads|advertising)|our partners|vendors|legitimate interest|einwilligung"
    r"|zustimmen|datenschutz|werbung|consentement|accepter|consentimiento"
    r"|aceptar|toestemming|akkoord|consenso|accetta|согласие|ملفات تعريف",
    re.I,
)
_PAYWALL = re.compile(
    r"subscri(?:be|bers?|ption)\b[^.!?\n]{0,60}(?:read|continue|access|unlock|article|story|only"
    r"|exclusive)|(?:continue|keep) reading"
    r"|already a (?:subscriber|member)|(?:log|sign) in to (?:read|continue)|to (?:read"
    r"|continue reading|access|unlock) (?:this|the|the full|the rest)"
    r"|free articles? (?:left|remaining|this month)|for subscribers|members[- ]only"
    r"|jetzt (?:abonnieren|weiterlesen)|weiterlesen mit|réservé aux abonnés"
    r"|la suite de cet article|suscr[íi]bete para|solo para suscriptores|exclusivo para assinantes"
    r"|contenuto riservato agli abbonati",
    re.I,
)


def verdict(
    paragraphs: Sequence[str], removed: Sequence[str], meta: Metadata, url: str, page_text: str
) -> tuple[str, str | None]:
    """The outcome of a page (``ok`` or one of :data:`warehouse.vocabulary.OUTCOMES`) and why.

    Args:
        paragraphs: what is left of the text.
        removed: the lines the rules dropped (a paywall's plea is often among them).
        page_text: the page's text outside scripts, for pages whose article is empty.
    """
    size = sum(map(len, paragraphs))
    everything = "\n".join([*paragraphs, *removed])
    shown = everything if size >= TOO_LITTLE else f"{everything}\n{page_text[:4000]}"
    names = " / ".join(meta.headlines)
    words = max(1, len(shown.split()))
    if size < SHORT:
        if (hit := _CHALLENGE.search(names)) or (size < 600 and (hit := _CHALLENGE.search(shown)) and words < 250):
            return "blocked", f"bot challenge: {hit[0]!r}"
        if (hit := _MISSING.search(names)) and not _is_story(meta):
            return "soft_404", f"title says {hit[0]!r}"
        if size < 600 and words < 250 and (hit := _MISSING.search(shown)) and not _is_story(meta):
            return "soft_404", f"text says {hit[0]!r}"
        hits = {m[0].casefold() for m in _CONSENT.finditer(names + "\n" + shown)}
        if len(hits) >= 3 and _share(_CONSENT, paragraphs or shown.split("\n")) >= 0.5:
            return "consent_wall", "asks for consent: " + ", ".join(sorted(hits)[:4])
        if (
            meta.free is not True
            and (hit := _PAYWALL.search(shown))
            and (meta.free is False or size < 800)
            and _stub(paragraphs, removed)
        ):
            return "paywall", f"a stub that says {hit[0]!r}"
    if not paragraphs:
        return "not_article", "no text"
    if not _is_story(meta):
        sentences = [p for p in paragraphs if len(p) >= 80 or (len(p) >= 40 and p[-1:] in '.!?"”»。')]
        parts = urlsplit(url)
        home = parts.netloc and not parts.path.strip("/") and not parts.query
        # an outlet's is made of headlines; a firm's or an office's may be a text of its own
        if (
            home
            and sum(len(p) >= 120 for p in sentences) < 3
            and not (len(sentences) >= 4 and sum(map(len, sentences)) > HOME_PROSE * size)
        ):
            return "not_article", "the home page"
        if size < TOO_LITTLE and len(sentences) < 2:
            return "not_article", f"{size} characters of text and no sign of a story"
        if len(paragraphs) >= 8 and sum(map(len, sentences)) < 0.15 * size:
            return "not_article", "a list of short lines: an index"
    elif size < 40:
        return "not_article", f"{size} characters of text"
    return "ok", None


def _is_story(meta: Metadata) -> bool:
    return bool(meta.kind and ("article" in meta.kind or "posting" in meta.kind)) and bool(meta.title)


def _share(pattern: re.Pattern[str], paragraphs: Sequence[str]) -> float:
    size = sum(map(len, paragraphs))
    return sum(len(p) for p in paragraphs if pattern.search(p)) / size if size else 0.0


def _stub(paragraphs: Sequence[str], removed: Sequence[str]) -> bool:
    """The plea stands at the end of what is shown, or the last words break off."""
    tail = [*paragraphs[-2:], *removed[-3:]]
    return any(_PAYWALL.search(line) for line in tail) or (bool(paragraphs) and paragraphs[-1].endswith(("…", "...")))
