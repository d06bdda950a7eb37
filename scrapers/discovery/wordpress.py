"""WordPress: the ``posts`` route of its REST API (``wp-json/wp/v2``), newest first."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from scrapers.discovery.listing import Discovered, Listing, ListingError, link, parse_date

#: Posts a page: the API's own maximum.
PER_PAGE = 100

#: Pages asked for in one crawl: 5,000 posts, a month of the largest outlets.
MOST_PAGES = 50

_NUMBER = re.compile(r"[0-9]{1,9}")


def posts_url(root: str, *, after: datetime | None = None, before: datetime | None = None, page: int = 1) -> str:
    """The address of one page of posts dated in [``after``, ``before``).

    ``root``: the API's root with its version (``https://example.org/wp-json/wp/v2``), or its posts route.
    """
    query: dict[str, str | int] = {"per_page": PER_PAGE, "page": page, "orderby": "date", "order": "desc"}
    query["_fields"] = "link,date_gmt,modified_gmt,title"
    for name, moment in (("after", after), ("before", before)):
        if moment is not None:
            query[name] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{root.rstrip('/').removesuffix('/posts')}/posts?{urlencode(query)}"


def _title(post: Mapping[str, Any]) -> str | None:
    title = post.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else title
    return html.unescape(rendered).strip()[:500] or None if isinstance(rendered, str) else None


def _moment(value: object) -> datetime | None:
    return parse_date(value) if isinstance(value, str) else None


def read_posts(body: bytes, url: str, total_pages: str | None = None) -> Listing:
    """The posts of one answer; the story itself is fetched from each post's ``link``.

    ``total_pages``: the ``X-WP-TotalPages`` header, which some caches leave out.

    Raises:
        ListingError: not the JSON list the route answers with.
    """
    try:
        posts = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ListingError(f"not JSON: {error}", culprit=url, mend="Correct the source's wordpress root") from error
    if not isinstance(posts, list):
        said = posts.get("code") if isinstance(posts, dict) else type(posts).__name__
        raise ListingError(f"no list of posts but {said!r}", culprit=url, mend="Correct the source's wordpress root")
    stories: dict[str, Discovered] = {}
    broken = 0
    for post in posts[: PER_PAGE * 2]:
        href = post.get("link") if isinstance(post, dict) else None
        address = link(href, url) if isinstance(href, str) else None
        if address is None:
            broken += 1
            continue
        story = Discovered(address, _moment(post.get("date_gmt")), _moment(post.get("modified_gmt")), _title(post))
        stories.setdefault(address, story)
    told = int(total_pages) if total_pages and _NUMBER.fullmatch(total_pages) else None
    pages = min(told, MOST_PAGES) if told is not None else None if len(posts) >= PER_PAGE else 1
    return Listing(stories=tuple(stories.values()), broken=broken, pages=pages)
