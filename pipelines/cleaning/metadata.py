"""Who wrote it, when, under what title: JSON-LD first, then ``<meta>``, the ``<h1>``, and htmldate last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import py3langid
from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.cleaning import lean
from pipelines.cleaning.parse import plain

#: schema.org types that are stories; others (WebSite, Organization, BreadcrumbList ...) describe the site.
ARTICLE_TYPES = frozenset(
    """article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle
    reviewnewsarticle askpublicnewsarticle satiricalarticle blogposting liveblogposting advertisercontentarticle
    scholarlyarticle techarticle report socialmediaposting""".split()  # noqa: SIM905
)

#: Query parameters that name a campaign or a reader, not a page.
_TRACKING = re.compile(r"(?:utm_|mc_|pk_|at_)\w+|fbclid|gclid|igshid|ref|cmpid|ocid|ftag|maca|dicbo|smid", re.I)

#: Hosts that hold the same stories for other devices.
_TWIN = re.compile(r"^(?:(?:www\d?|m|mobile|amp|edition|touch)\.)+")

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")
_SEPARATOR = re.compile(r"\s+(?:[|·«–—-]|::|//)\s+")
_WORD = re.compile(r"\w+")
_BY = re.compile(r"^\s*(?:(?:written|reported|posted|story)\s+)?(?:by|von|par|por|di|door|av|af|تقرير)\s*:?\s+", re.I)
_AND = re.compile(r"\s*(?:[,;|&•/]|\s(?:and|und|et|y|e|en|og|och|och|with|mit)\s)\s*", re.I)
_NO_NAME = re.compile(
    r"\d|https?\b|facebook|twitter|^(?:mon|tue|wed|thu|fri|sat|sun)(?:\w*day)?$|https?:|www\.|@|\.(?:com|org|net)\b|^(?:admin|editor|staff|newsroom|redaktion|author|guest|null|none|n/?a)$"
    r"|^\d|\b(?:updated|published|minutes?|ago)\b",
    re.I,
)
_ROLE = re.compile(
    r"\s*[(\[].*?[)\]]|,?\s+(?:senior |chief |staff |special to )?(?:correspondent|reporter|editor|writer)\b.*$", re.I
)
_BYLINES = XPath(
    "//*[self::a or self::span or self::address or self::p or self::div]"
    "[@rel='author' or @itemprop='author' or @class='author' or @class='byline' or @class='author-name'"
    " or contains(@class, 'byline__name') or contains(@class, 'author__name') or contains(@class, 'byline-name')]"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_FRACTION = re.compile(r"\.(\d+)")

_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date.published",
    "pubdate", "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.created", "dc.date", "article.published", "date", "last-modified-date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator")
_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about itself. ``headlines``: every wording of its title, for the rules."""

    title: str | None
    headlines: tuple[str, ...]
    lead: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: str | None
    modified_at: datetime | None
    section: str | None
    tags: tuple[str, ...]
    canonical_url: str
    site_name: str | None
    kind: str | None
    free: bool | None


def read(tree: HtmlElement, url: str, *, now: datetime | None = None) -> Metadata:
    """The metadata of a page.

    Args:
        now: when the page was fetched; a publication date after it (by more than a day) is not believed.
    """
    metas = _metas(tree)
    story = _story(tree, url)
    site = _first(metas, "og:site_name", "application-name")
    title, headlines = _title(tree, metas, story, site)
    published, precision = _published(tree, metas, story, url, now)
    return Metadata(
        title=title,
        headlines=headlines,
        lead=_clean(_string(story.get("description")))
        or _first(metas, "og:description", "description", "twitter:description"),
        authors=_authors(tree, metas, story, site),
        published_at=published,
        published_precision=precision,
        modified_at=_time(_string(story.get("dateModified")) or _first(metas, *_MODIFIED) or "")[0],
        section=_clean(_string(story.get("articleSection")))
        or _first(metas, "article:section", "section", "parsely-section"),
        tags=_tags(metas, story),
        canonical_url=canonical(tree, metas, url),
        site_name=site,
        kind=next(iter(_types(story)), (_first(metas, "og:type") or "").lower() or None),
        free=_free(story),
    )


def language(text: str, tree: HtmlElement) -> str | None:
    """ISO 639-1 code of the text; for a text too short to tell, what the page declares."""
    declared = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    if len(text) < 100 and declared.isalpha():
        return declared or None
    if not text:
        return None
    return str(py3langid.classify(text[:400])[0])


def canonical(tree: HtmlElement, metas: dict[str, list[str]], url: str) -> str:
    """The page's own address: ``rel=canonical`` or ``og:url`` where it stays on the site, else ``url``.

    A canonical link may not send one site's story to another (a hostile page could overwrite it), nor
    every story to the home page (a common mistake).
    """
    own = tidy(url)
    links = [a.get("href") or "" for a in tree.iter("link") if (a.get("rel") or "").lower() == "canonical"]
    for link in [*links, *metas.get("og:url", ())]:
        try:
            candidate = tidy(urljoin(url, link.strip()))
            parts = urlsplit(candidate)
        except ValueError:
            continue
        if parts.scheme not in {"http", "https"} or not parts.netloc or len(candidate) > 2000:
            continue
        if not _same_site(candidate, own) or (parts.path in {"", "/"} and not parts.query and candidate != own):
            continue
        return candidate
    return own


def tidy(url: str) -> str:
    """``url`` without fragment and tracking parameters, host in lower case. Anything odd comes back as it is."""
    try:
        parts = urlsplit(plain(url).strip())
        query = urlencode(
            [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
        )
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
    except ValueError:
        return url


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one host (``www.``, ``amp.``, ``m.`` aside), or one below the other.

    Stricter than the registrable domain: the tenants of a blog host are strangers.
    """
    a, b = (_TWIN.sub("", urlsplit(url).hostname or "") for url in (one, other))
    return bool(a) and (a == b or a.endswith("." + b) or b.endswith("." + a))


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content and (value := _clean(content)):
            found.setdefault(name.lower(), []).append(value)
    return found


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _clean(text: str | None) -> str | None:
    if not text:
        return None
    if "&" in text:
        text = unescape(text)
    return _SPACE.sub(" ", plain(_TAG.sub("", text))).strip()[:2000] or None


def _string(value: Any) -> str | None:
    """The first string in a JSON-LD value."""
    for _ in range(4):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


# JSON-LD


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [k.rsplit("/", 1)[-1].lower() for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object of the page, outer before inner; broken blocks are passed over."""
    for script in tree.iter("script"):
        raw = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
        if not raw or len(raw) > 1_000_000:
            continue
        try:
            queue = [json.loads(raw, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(2000):
            if not queue:
                break
            node = queue.pop(0)
            if isinstance(node, list):
                queue.extend(node)
            elif isinstance(node, dict):
                yield node
                queue.extend(
                    node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement") if key in node
                )


def _story(tree: HtmlElement, url: str) -> dict[str, Any]:
    """The JSON-LD object that tells the page's story; {} where there is none."""
    stories = [node for node in _nodes(tree) if not ARTICLE_TYPES.isdisjoint(_types(node))]
    path = urlsplit(url).path.rstrip("/")
    same = [s for s in stories if path and path in str(s.get("url") or s.get("mainEntityOfPage") or s.get("@id") or "")]
    for node in same + stories:
        if node.get("headline") or node.get("datePublished"):
            return node
    return {}


def _free(story: dict[str, Any]) -> bool | None:
    value = story.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).lower().rsplit("/", 1)[-1])


def _tags(metas: dict[str, list[str]], story: dict[str, Any]) -> tuple[str, ...]:
    found: list[str] = list(metas.get("article:tag", []))
    keywords = story.get("keywords") or metas.get("news_keywords") or metas.get("keywords") or []
    for item in keywords if isinstance(keywords, list) else [keywords]:
        text = _string(item)
        if text:
            found.extend(text.split(","))
    return tuple(dict.fromkeys(tag for t in found if (tag := _clean(t)) and len(tag) < 80))[:30]


# title


def _key(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _alike(one: str, other: str) -> float:
    a, b = set(_key(one)), set(_key(other))
    return len(a & b) / max(1, min(len(a), len(b)))


def _title(
    tree: HtmlElement, metas: dict[str, list[str]], story: dict[str, Any], site: str | None
) -> tuple[str | None, tuple[str, ...]]:
    h1s = [text for h1 in tree.iter("h1") if (text := _clean(" ".join(h1.itertext()))) and len(text) < 400]
    told = [t for t in (_clean(_string(story.get("headline"))), *(_first(metas, name) for name in _TITLES)) if t]
    element = next((t for node in tree.iter("title") if (t := _clean("".join(node.itertext())))), None)
    if element:
        told.append(element)
    bare = [_without_site(t, site, h1s) for t in told]
    title: str | None = None
    for h1 in h1s:
        if len(_key(h1)) > 1 and any(_alike(h1, t) >= 0.5 and len(_key(h1)) <= 2 * len(_key(t)) + 3 for t in bare):
            title = h1
            break
    if title is None:
        title = bare[0] if bare else (h1s[0] if len(h1s) == 1 else None)
    likely = [h1 for h1 in h1s if title and (h1 == title or _alike(h1, title) >= 0.5)]
    return title, tuple(dict.fromkeys(t for t in [title, *bare, *likely] if t))


def _without_site(title: str, site: str | None, h1s: list[str]) -> str:
    """The title without the site's name at its end (or start)."""
    found = list(_SEPARATOR.finditer(title))
    if not found:
        return title
    head, tail = title[: found[-1].start()].strip(), title[found[-1].end() :]
    if len(_key(head)) < 2:
        return title
    if any(_key(h1) == _key(head) for h1 in h1s):
        return head
    if site and _alike(tail, site) >= 0.6:
        return _without_site(head, site, h1s)
    return head if "|" in found[-1][0] and len(_key(tail)) <= 5 else title


# authors


def _authors(
    tree: HtmlElement, metas: dict[str, list[str]], story: dict[str, Any], site: str | None
) -> tuple[str, ...]:
    names = _names(story.get("author") or story.get("creator"), site)
    if not names:
        for key in _AUTHORS:
            names = [
                n for value in metas.get(key, ()) for n in _split(value) if not site or n.casefold() != site.casefold()
            ]
            if names:
                break
    if not names:
        for element in _BYLINES(tree)[:5]:
            text = " ".join("".join(element.itertext()).split())
            if text and len(text) <= 80 and (names := [n for n in _split(text) if 1 <= n.count(" ") <= 4]):
                break
    if not names:
        names = _split((lean.author(tree) or "").replace("; ", ";"))
    return tuple(dict.fromkeys(names))[:20]


def _names(value: Any, site: str | None) -> list[str]:
    """The people; where none is named, the organisations."""
    people: list[str] = []
    others: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        name = _string(item)
        if not name:
            continue
        organisation = isinstance(item, dict) and "organization" in "".join(_types(item))
        (others if organisation or (site and name.casefold() == site.casefold()) else people).extend(_split(name))
    return people or others


def _split(value: str) -> list[str]:
    text = _BY.sub("", _clean(value) or "")
    if text.startswith(("http:", "https:", "www.", "@")):
        return []
    text = _ROLE.sub("", text) if len(text) < 500 else text[:500]
    return [
        name
        for part in _AND.split(text)
        if (name := part.strip(" .-–—:,")) and 1 < len(name) < 80 and not _NO_NAME.search(name)
    ]


# time


def _published(
    tree: HtmlElement, metas: dict[str, list[str]], story: dict[str, Any], url: str, now: datetime | None
) -> tuple[datetime | None, str | None]:
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    told = [_string(story.get("datePublished")), *(metas[name][0] for name in _DATES if name in metas)]
    told += [e.get("datetime") or e.get("content") for e in tree.xpath("//*[@itemprop='datePublished']")[:3]]
    if not any(told):
        told += [e.get("datetime") for e in tree.xpath("//time[@datetime]")[:1]]
    for value in told:
        when, precision = _time(value or "")
        if when is not None and when.year >= 1995 and when <= latest:
            return when, precision
    try:
        found = lean.date(tree, url, latest.strftime("%Y-%m-%d"))
    except Exception:  # htmldate on hostile markup: any error there means "no date"
        found = None
    return _time(found or "")


def _time(value: str) -> tuple[datetime | None, str | None]:
    """An ISO date or time with the zone it was told in (so that its day is the publisher's), and whether it
    tells the ``day`` or the ``time``. No zone is taken for UTC."""
    text = value.strip().replace("Z", "+00:00").replace(" UTC", "+00:00")
    text = _FRACTION.sub(lambda m: "." + m[1][:6].ljust(6, "0"), _OFFSET.sub(r"\1:\2", text))
    try:
        when = datetime.fromisoformat(text)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        when.astimezone(UTC)  # overflows near year 1 and 9999
    except (ValueError, OverflowError):
        return None, None
    return when, "day" if _DAY.fullmatch(text) else "time"
