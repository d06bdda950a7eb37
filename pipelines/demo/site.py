"""Every document an outlet serves, made from its stories with Jinja templates (all of them escaping)."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from pipelines.demo.stories import HERE, Outlet, Story

#: How many other stories a page's teasers and "related" lists name.
OTHERS = 4

#: WordPress's own bounds on ``per_page``.
MOST_PER_PAGE = 100


def long_day(moment: datetime) -> str:
    """A day as an English page shows it: ``Wednesday, November 11, 2026``."""
    return f"{moment:%A}, {moment:%B} {moment.day}, {moment.year}"


def iso(moment: datetime) -> str:
    """A time in UTC as feeds and metadata write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc822(moment: datetime) -> str:
    """A time as RSS and HTTP headers write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,  # for the XML as for the HTML: no template is exempt
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters.update(long_day=long_day, iso=iso, rfc822=rfc822)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one address answers."""

    body: bytes
    content_type: str
    changed: datetime
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def etag(self) -> str:
        """A validator that changes with the bytes; weak, since gzip leaves it as it is."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @property
    def last_modified(self) -> str:
        """The ``Last-Modified`` header."""
        return rfc822(self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a front page, feed or sitemap."""

    path: str
    title: str
    published: datetime
    changed: datetime
    summary: str | None = None


def render_story(outlet: Outlet, story: Story, base: str, others: Sequence[Listed] = ()) -> str:
    """A story's page in its outlet's template, with the outlet's boilerplate and teasers around it."""
    url = base + outlet.path_of(story)
    return _templates.get_template(f"{outlet.template}.html").render(
        outlet=outlet,
        story=story,
        url=url,
        others=others,
        content=_content(story, others),
        json_ld=_json_ld(outlet, story, url),
    )


def _content(story: Story, others: Sequence[Listed]) -> Markup:
    """The body as WordPress stores it: markup that its own template has escaped already."""
    return Markup(_templates.get_template("wordpress_content.html").render(story=story, others=others))  # noqa: S704


def _json_ld(outlet: Outlet, story: Story, url: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.lead or story.body[0],
        "datePublished": iso(story.published),
        "dateModified": iso(story.changed),
        "author": [{"@type": "Person", "name": story.author}],
        "articleSection": story.section,
        "inLanguage": "en",
        "mainEntityOfPage": url,
        "publisher": {"@type": "Organization", "name": outlet.name},
    }


class Site:
    """One outlet's site in one edition, at ``base`` (scheme, host and port)."""

    def __init__(self, outlet: Outlet, stories: Iterable[Story], base: str) -> None:
        self.outlet = outlet
        self.base = base
        self.stories = [story for story in stories if outlet.id in story.outlets]
        lines = [
            Listed(path=outlet.path_of(s), title=s.title, published=s.published, changed=s.changed, summary=s.lead)
            for s in self.stories
        ]
        extras = [Listed(path=e.path, title=e.title, published=e.published, changed=e.published) for e in outlet.extras]
        self.listed = sorted(lines + extras, key=lambda line: (line.published, line.path), reverse=True)
        self.changed = max(line.changed for line in self.listed)
        self._of_story = dict(zip((line.path for line in lines), self.stories, strict=True))
        self.documents = dict(self._documents())

    def answer(self, path: str, query: str) -> Document | None:
        """What stands at an address; None for nothing (404)."""
        if self.outlet.template == "wordpress" and path == "/wp-json/wp/v2/posts":
            return self._posts(parse_qs(query))
        return self.documents.get(path)

    def _others(self, path: str) -> list[Listed]:
        """The stories a page names in its teasers: those that follow it in the paper, round to the first."""
        lines = [line for line in self.listed if line.path in self._of_story]
        at = next(n for n, line in enumerate(lines) if line.path == path)
        return (lines[at + 1 :] + lines[:at])[:OTHERS]

    def _documents(self) -> Iterable[tuple[str, Document]]:
        for path, story in self._of_story.items():
            yield path, self._html(render_story(self.outlet, story, self.base, self._others(path)), story.changed)
        for extra in self.outlet.extras:
            if extra.template:
                page = _templates.get_template(f"{extra.template}.html").render(outlet=self.outlet)
                yield extra.path, self._html(page, extra.published)
        front = self._render("front.html")
        for section in self.outlet.sections:
            yield section, self._html(front, self.changed)
        feed = self._render("atom.xml" if self.outlet.feed_kind == "atom" else "rss.xml")
        yield self.outlet.feed, self._xml(feed, f"application/{self.outlet.feed_kind}+xml")
        for sitemap in self.outlet.sitemaps:
            if "index" in sitemap:
                yield sitemap, self._xml(self._render("sitemap_index.xml"), "application/xml")
                yield "/sitemap-news.xml", self._xml(self._render("sitemap.xml"), "application/xml")
            else:
                yield sitemap, self._xml(self._render("sitemap.xml"), "application/xml")
        robots = [f"User-agent: *\nDisallow: {self.outlet.denied}\n"]
        robots += [f"Sitemap: {self.base}{sitemap}\n" for sitemap in self.outlet.sitemaps]
        yield "/robots.txt", Document(body="\n".join(robots).encode(), content_type="text/plain", changed=self.changed)

    def _render(self, template: str) -> str:
        return _templates.get_template(template).render(
            outlet=self.outlet, base=self.base, listed=self.listed, changed=self.changed
        )

    def _html(self, text: str, changed: datetime) -> Document:
        return Document(body=text.encode(), content_type="text/html; charset=utf-8", changed=changed)

    def _xml(self, text: str, content_type: str) -> Document:
        return Document(body=text.encode(), content_type=content_type, changed=self.changed)

    def _posts(self, query: dict[str, list[str]]) -> Document:
        """WordPress's list of posts: ``after``, ``before``, ``per_page``, ``page``; newest first."""
        asked = {key: values[-1] for key, values in query.items()}
        try:
            per_page, page = int(asked.get("per_page", 10)), int(asked.get("page", 1))
            after, before = (_moment(asked.get(name)) for name in ("after", "before"))
        except ValueError:
            return self._refusal("rest_invalid_param", "Invalid parameter(s).")
        if not 1 <= per_page <= MOST_PER_PAGE or page < 1:
            return self._refusal("rest_invalid_param", "Invalid parameter(s): per_page, page")
        stories = [
            s for s in self.stories if (not after or s.published > after) and (not before or s.published < before)
        ]
        pages = math.ceil(len(stories) / per_page)
        if page > max(pages, 1):
            return self._refusal("rest_post_invalid_page_number", "The page number is larger than the pages there are.")
        posts = [self._post(story) for story in stories[(page - 1) * per_page : page * per_page]]
        return Document(
            body=json.dumps(posts).encode(),
            content_type="application/json; charset=UTF-8",
            changed=self.changed,
            headers=(("X-WP-Total", str(len(stories))), ("X-WP-TotalPages", str(pages))),
        )

    def _refusal(self, code: str, message: str) -> Document:
        body = json.dumps({"code": code, "message": message, "data": {"status": 400}}).encode()
        return Document(body=body, content_type="application/json; charset=UTF-8", changed=self.changed, status=400)

    def _post(self, story: Story) -> dict[str, object]:
        path = self.outlet.path_of(story)
        local = "%Y-%m-%dT%H:%M:%S"  # WordPress writes times without a zone; this site's clock is UTC
        return {
            "id": zlib.crc32(story.slug.encode()) % 100_000,
            "date": story.published.strftime(local),
            "date_gmt": story.published.strftime(local),
            "modified": story.changed.strftime(local),
            "modified_gmt": story.changed.strftime(local),
            "slug": story.slug,
            "status": "publish",
            "type": "post",
            "link": self.base + path,
            "title": {"rendered": str(escape(story.title))},
            "excerpt": {"rendered": f"<p>{escape(story.lead or story.body[0])}</p>"},
            "content": {"rendered": str(_content(story, self._others(path))), "protected": False},
        }


def _moment(text: str | None) -> datetime | None:
    """A WordPress time, UTC where it names no zone.

    Raises:
        ValueError: it is no ISO 8601 time.
    """
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
