"""The records that pass between the stages: Page -> Article -> Incident (with Claims) -> Event.

All but :class:`SiteLine` are frozen; every id is a pure function of content (:func:`content_id`), so a second run of
anything gives the same rows. Times carry a time zone (UTC once stored). Offsets count Unicode
code points into ``Article.text``: ``text[start:end]`` is the words.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from warehouse.vocabulary import ArticleKind, Casualty, CopyKind, Purpose, Role, Sector, Standing, Status, Via


def content_id(*parts: object) -> str:
    """The 32 hex digits that name a thing by its content: sha256 over the parts, length-prefixed
    so that no two lists of parts collide by concatenation; cut to 128 bits."""
    digest = hashlib.sha256()
    for part in parts:
        data = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One capture: a requested URL and what became of it.

    ``crawl_day`` is the partition the crawl ran for; ``fetched_at`` is when the bytes came.
    ``warc_file`` is relative to the page store; it and ``warc_offset``/``warc_length`` (bytes)
    are None when nothing came back (``outcome`` then says why). ``moved_to``: where permanent
    redirects alone led to another address. ``stories``: of a listing that was read, how many of
    the source's stories it named, known or new.
    """

    page_id: str
    source_id: str
    crawl_day: date
    url: str
    canonical_url: str
    purpose: Purpose
    via: Via
    fetched_at: datetime
    outcome: str
    status: int | None = None
    error: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_digest: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    discovered_from: str | None = None
    listed_published_at: datetime | None = None
    reservations: tuple[str, ...] = ()
    moved_to: str | None = None
    stories: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What cleaning made of a page; it replaces the page's ``ok`` (``soft_404``, ``not_article`` ...)."""

    page_id: str
    source_id: str
    crawl_day: date
    outcome: str
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A line cleaning took out: the text, the rule that did it, and the place it stood
    (paragraph number, from 0, among all extracted paragraphs)."""

    text: str
    rule: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of an article. ``text``: paragraphs joined by a blank line.

    ``page_id`` and ``source_id`` are None when :func:`pipelines.cleaning.clean` was called on
    bare HTML. ``revision`` hashes the normalised title and text; ``cluster_id`` is shared by
    exact copies; those that were edited or cut need other articles to be seen (:class:`Copy`).
    ``published_day`` is the publisher's, which ``published_at`` tells no more once it is stored (in UTC).
    """

    article_id: str
    revision: str
    url: str
    canonical_url: str
    title: str | None
    lead: str | None
    text: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: str | None = None
    published_day: date | None = None
    modified_at: datetime | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    kind: ArticleKind = "article"
    removed: tuple[Removed, ...] = ()
    cluster_id: str | None = None
    cleaner_version: str = ""
    source_id: str | None = None
    page_id: str | None = None
    crawl_day: date | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(slots=True)  # not frozen, and read back by position: each line of each story has one, and either costs
class SiteLine:
    """What one source's day showed of one line at one host: the site profile is learnt from these.

    ``line`` names the line by its words, so that lines of one story only are kept without their
    text; ``characters`` is its length, ``place`` names where in the template it stood. ``held``: ids
    of the day's articles it stood in; ``around``: how many of the host's ``pages`` of the day had it
    outside the text. ``dropped``: of those that held it, the ones that lost it, most of them by
    ``rule`` (a rule of cleaning, or the profile's own). The rest is the profile as it stood once the day
    was cleaned: on how many of the host's stories within the window (``of_stories``) the line was
    seen (``stories``), and since when.
    """

    source_id: str
    crawl_day: date
    host: str
    line: str
    text: str | None
    characters: int
    place: str
    held: tuple[str, ...]
    around: int
    pages: int
    dropped: tuple[str, ...]
    rule: str | None
    standing: Standing
    stories: int
    of_stories: int
    first_seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is compared of an article to find its copies. ``told_at``: publication, else the first capture;
    ``text_id`` names its words; ``fingerprints``: the runs of words that stand for it, in order of value."""

    article_id: str
    source_id: str
    told_at: datetime
    text_id: str
    fingerprints: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two articles with much text in common (``one_id`` sorts before ``two_id``). ``share_of_one``: the part of
    the first that stands in the second too, 0 to 1, standing text of either outlet not counted."""

    one_id: str
    two_id: str
    share_of_one: float
    share_of_two: float
    same_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A member of a cluster of copies, which is named after its earliest member. ``kind``: ``first`` (the
    earliest), ``exact`` (the same words as its model), ``near`` (mostly alike), ``part`` (one holds the other and
    much besides). ``model_id``: the earlier member it has most text of; ``share``: the part of its text that
    stands there, ``share_of_model``: the part of the model's that stands here, 0 to 1."""

    article_id: str
    cluster_id: str
    kind: CopyKind
    model_id: str | None = None
    share: float | None = None
    share_of_model: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words a field came from: ``text[start:end] == quote``. ``field`` names it as in the
    record (``event_type``, ``start_date``, ``place``, ``actors[0]``, ``weapons[1]``, ``claims[0]``, ``status``)."""

    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone in an incident. ``text`` as written, ``name`` normalised, ``country`` ISO 3166 alpha-2."""

    role: Role
    text: str
    start: int
    end: int
    name: str
    sector: Sector | None = None
    country: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """A weapon as written and its place in the typed lexicon (``tank`` -> ``heavy weapons``)."""

    text: str
    start: int
    end: int
    name: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where, as written and as resolved. ``geo_precision`` is ACLED's: 1 town, 2 near a town or a
    small region, 3 a larger region; ``ucdp_precision`` is UCDP's where_prec, 1 (the place) to 7 (open water).
    Unresolved: ``latitude`` None. ``reason``: why this one."""

    text: str
    start: int
    end: int
    name: str
    geonames_id: int | None = None
    admin1: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geo_precision: int | None = None
    reason: str = ""
    confidence: float = 0.0
    ucdp_precision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who says how many. ``party``: whose losses, as written; ``quantifier``: the words that count.

    ``count_max`` None means open-ended ("at least 12"). ``start``/``end`` span the words that
    hold figure and victims; ``background`` marks totals of a war or a year, which are not this
    incident's toll. ``part_of``: the claim whose figure already holds this one ("12 people,
    including 3 children"); ``adds_to``: the claim this figure comes on top of ("two soldiers and
    three civilians", "another 5"). Both name a ``claim_id`` of the same article.
    """

    claim_id: str
    party: str | None
    party_start: int | None
    party_end: int | None
    party_name: str | None
    outcome: Casualty
    count_min: int
    count_max: int | None
    quantifier: str
    start: int
    end: int
    quote: str
    attributed_to: str | None = None
    speaker_kind: str | None = None
    hedge: str | None = None
    background: bool = False
    part_of: str | None = None
    adds_to: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """How many an incident's claims give for one outcome, put together so that nothing is counted twice.
    ``count_max`` None: open-ended."""

    outcome: Casualty
    count_min: int
    count_max: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident as one article tells it; the primary vocabulary is ACLED's.

    ``time_precision`` is ACLED's: 1 day, 2 week, 3 month; ``ucdp_date_precision`` UCDP's: 1 day, 2 two to six days,
    3 week, 4 month, 5 year. ``attributes`` keep what ACLED folds
    away (robbery, arson, assassination, kidnapping ...). ``confidence`` is the rules' score for its being
    an incident at all; the confidence of a field is the share of such fields that were right on texts with
    known answers. All run from 0 to 1. ``tolls`` are what its claims come to, one an outcome, put together
    where the claims are read. ``published_day`` is its publisher's, as an article's is.
    """

    incident_id: str
    event_type: str
    sub_event_type: str
    status: Status
    confidence: float
    attributes: tuple[str, ...] = ()
    start_date: date | None = None
    end_date: date | None = None
    time_precision: int | None = None
    ucdp_date_precision: int | None = None
    date_confidence: float = 0.0
    type_confidence: float = 0.0
    place: Place | None = None
    actors: tuple[Actor, ...] = ()
    weapons: tuple[Weapon, ...] = ()
    claims: tuple[Claim, ...] = ()
    tolls: tuple[Toll, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    summary: str = ""
    extractor_version: str = ""
    article_id: str | None = None
    revision: str | None = None
    source_id: str | None = None
    crawl_day: date | None = None
    published_at: datetime | None = None
    published_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A field the members of an event tell differently: one row a value."""

    field: str
    value: str
    incident_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, over all the articles that tell it. ``killed_*``/``injured_*`` span the
    members' tolls (never averaged); None where nobody gives a figure."""

    event_id: str
    incident_ids: tuple[str, ...]
    article_ids: tuple[str, ...]
    event_type: str
    sub_event_type: str
    start_date: date | None
    end_date: date | None
    time_precision: int | None
    place_name: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    geo_precision: int | None
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    weapons: tuple[str, ...]
    killed_min: int | None
    killed_max: int | None
    injured_min: int | None
    injured_max: int | None
    disagreements: tuple[Disagreement, ...] = ()
    ucdp_date_precision: int | None = None
    ucdp_where_precision: int | None = None
