"""One page: parse, extract, sift, read the metadata, and say what the page is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from lxml import etree

from pipelines.cleaning import base, classify, hints, liveblog, metadata, places, residue
from pipelines.cleaning.parse import TooComplex, parse, plain
from pipelines.cleaning.places import Places
from pipelines.cleaning.text import key, length
from warehouse.records import Article, content_id

#: Goes into each article; change it with any change that may alter text or metadata.
VERSION = "cleaning-15"

#: Characters of the text's beginning that a description may have been cut from.
MAX_LEAD = 700

# its warnings name URLs of hostile pages, one a page; our outcomes say the same
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a page is: ``ok`` with its article, or a named outcome with the reason in ``detail``.

    ``places``: where its lines stood in the page's template, and what stood around them; empty unless
    asked for.
    """

    outcome: str
    detail: str | None = None
    article: Article | None = None
    places: Places = field(default_factory=Places)


def clean(html: bytes | str, url: str, *, fetched_at: datetime | None = None) -> Article | None:
    """The article of a page; None where :func:`judge` finds none. Never raises."""
    return judge(html, url, fetched_at=fetched_at).article


def judge(
    html: bytes | bytearray | str, url: str, *, fetched_at: datetime | None = None, with_places: bool = False
) -> Cleaned:
    """What a page is, with its article if it is one.

    Args:
        html: the body as fetched; bytes are better than text, the charset is found in them.
        url: where it came from ("" if unknown).
        fetched_at: when; publication dates after it are not believed.
        with_places: whether to tell each line's place in the template, which the site profile learns from.

    Never raises: a page that breaks a library has the outcome ``error:clean_<kind>``. To bound time and
    memory as well, use :func:`pipelines.cleaning.judge_many`.
    """
    try:
        return _judge(html, url or "", fetched_at, with_places)
    except TooComplex as error:
        return Cleaned("too_large", str(error))
    except MemoryError:
        return Cleaned("error:clean_memory", "out of memory")
    except etree.XPathError as error:  # our paths are constants: what fails in them is an allocation
        return Cleaned("error:clean_memory", f"{type(error).__name__}: {error}"[:300])
    except Exception as error:  # hostile markup finds the corners of every library below
        return Cleaned("error:clean_failed", f"{type(error).__name__}: {error}"[:300])


def _judge(html: bytes | bytearray | str, url: str, fetched_at: datetime | None, with_places: bool) -> Cleaned:
    page = parse(html)
    if page is None:
        return Cleaned("not_article", "no HTML")
    meta = metadata.read(page, url, now=fetched_at)
    hinted = hints.read(page, meta)
    posts = liveblog.posts(page)
    shape = classify.shape(page.tree, meta, url, live=bool(posts))
    texts = liveblog.completed(base.lines(page), posts)
    lines = [residue.Line.of(n, text) for n, text in enumerate(texts)]
    left, removed = residue.part(lines, hinted)
    kept = [line.text for line in left]
    shown = " ".join(" ".join(page.tree.itertext()).split()) if sum(map(length, kept)) < classify.TOO_LITTLE else ""
    outcome, detail = classify.verdict(kept, [line.text for line in removed], meta, url, shown, shape)
    if outcome != "ok":
        return Cleaned(outcome, detail)
    text = "\n\n".join(kept)
    told = " ".join(line.key for line in left if line.key)  # the text's key
    article = Article(
        article_id=content_id(metadata.identity(meta.canonical_url)),
        revision=_revision(meta.title, told),
        url=url,
        canonical_url=meta.canonical_url,
        title=meta.title,
        lead=_standfirst(meta, text),
        text=text,
        authors=meta.authors,
        published_at=meta.published_at,
        published_precision=meta.published_precision,
        published_day=meta.published_at.date() if meta.published_at is not None else None,
        modified_at=meta.modified_at,
        language=metadata.language(text, page.tree),
        section=meta.section,
        tags=meta.tags,
        kind=classify.kind_of(meta, shape),
        removed=tuple(removed),
        cluster_id=content_id(told),
        cleaner_version=VERSION,
        first_seen=fetched_at,
        last_seen=fetched_at,
    )
    where = Places()
    if with_places:
        where = replace(places.read(page.tree, texts, url), names=tuple(places.name_of(line.key) for line in lines))
    return Cleaned("ok", "cut at the size limit" if page.cut else None, article, where)


def _standfirst(meta: metadata.Metadata, text: str) -> str | None:
    """The page's description where it is a standfirst: not the title again, not the text's beginning cut off."""
    lead = key((meta.lead or "").removesuffix("[…]").removesuffix("[...]").rstrip(" .…"))
    cut = (meta.lead or "").endswith(("…", "...", "[…]", "[...]"))
    if not lead or lead == key(meta.title or "") or (cut and key(text[: 3 * MAX_LEAD]).startswith(lead)):
        return None
    return meta.lead


def revision(title: str | None, text: str) -> str:
    """The id of a revision: it changes with the words of title or text, not with typography or white space."""
    return _revision(title, key(text))


def _revision(title: str | None, told: str) -> str:
    return content_id(key(plain(title or "")), told)
