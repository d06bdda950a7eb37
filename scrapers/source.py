"""Sources as declarations: one TOML file each, checked with messages that name file, key and mend."""

from __future__ import annotations

import difflib
import fnmatch
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import pycountry
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from scrapers.urls import ascii_host, canonical, host_of, requestable, under, without_secrets
from warehouse.errors import SourceError
from warehouse.layout import sources_directory

#: A source's id is its file's name: it becomes folder names, so only these.
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

#: Days for which pages stay whatever is asked: articles are looked at again for thirty days, and each look is held
#: against the last; what a site repeats is learnt from twenty-eight.
LEAST_KEPT_DAYS = 60

#: Characters of a declaration; ours have below 2,000.
LARGEST = 100_000

#: Twenty names of a dotted key (ours have one or two): tomllib takes a time that grows with their square, a
#: minute and a half for the longest key that fits a file.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){20}""")


def _url(value: str) -> str:
    if without_secrets(value).partition("?")[0] != value.partition("?")[0]:
        raise ValueError("holds a user name or password, which no crawl sends; leave it out of the address")
    clean = requestable(value)
    if clean is None or not value.startswith(("http://", "https://")):
        raise ValueError("not an http(s) address; write it in full, such as https://example.org/feed.xml")
    return value


def _country(value: str) -> str:
    if pycountry.countries.get(alpha_2=value) is None:
        raise ValueError("not an ISO 3166 country; write two capitals, such as QA")
    return value


def _language(value: str) -> str:
    if pycountry.languages.get(alpha_2=value) is None:
        raise ValueError("not an ISO 639-1 language; write two small letters, such as en")
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError("not an IP address or network; write 127.0.0.1 or 10.0.0.0/8") from None
    return value


def _glob(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("not a path pattern; begin with a slash, * stands for anything: /news/*")
    return value


Url = Annotated[str, Field(max_length=2083), AfterValidator(_url)]
#: A shell-style pattern over path and query. No regular expressions: a declaration must not be able to hang the crawl.
PathPattern = Annotated[str, Field(max_length=200), AfterValidator(_glob)]
Urls = Annotated[tuple[Url, ...], Field(max_length=100)]
PathPatterns = Annotated[tuple[PathPattern, ...], Field(max_length=50)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, hide_input_in_errors=True)


class Politeness(_Table):
    """How gently the site is asked."""

    #: Seconds between two requests to one host.
    delay: float = Field(1.0, ge=0, le=600)
    #: Requests to one host at a time.
    concurrency: int = Field(2, ge=1, le=16)
    #: Whether robots.txt's Crawl-delay lengthens the delay.
    obey_crawl_delay: bool = True
    #: Whether the delay grows with the server's latency (AutoThrottle).
    adaptive: bool = True


class Network(_Table):
    """What the crawl may connect to beyond public addresses with good certificates."""

    #: Addresses or networks that may be connected to although they are not public.
    allow_addresses: Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], Field(max_length=20)] = ()
    #: Whether certificates go unchecked.
    allow_self_signed: bool = False


def _line(value: str) -> str:
    if not re.search(r"\w", value):
        raise ValueError("a line without words; write the line as it stands on the page, * stands for any words")
    return value


#: A whole line of text, compared by its words; ``*`` stands for any words.
Line = Annotated[str, Field(max_length=1000), AfterValidator(_line)]


class Cleaning(_Table):
    """What is known better than the rules: single lines of the source's pages."""

    #: Lines that always go.
    drop: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    #: Lines that stay, whatever rule would take them out.
    keep: Annotated[tuple[Line, ...], Field(max_length=200)] = ()


class Before(_Table):
    """What held for crawl days up to and including ``until``; keys left out are as in the file's top."""

    until: date
    feeds: Urls | None = None
    sitemaps: Urls | None = None
    sections: Urls | None = None
    wordpress: Url | None = None
    allow: PathPatterns | None = None
    deny: PathPatterns | None = None


class Source(_Table):
    """One outlet. ``id`` is the file's name without ``.toml``."""

    id: str
    name: str = Field(min_length=1, max_length=200)
    home: Url
    #: Where it is published, ISO 3166 alpha-2; helps to resolve places.
    country: Annotated[str, AfterValidator(_country)] | None = None
    language: Annotated[str, AfterValidator(_language)]
    enabled: bool = False
    #: The day ``dateline sources check`` last reached it; absent: not checked from here.
    checked: date | None = None
    feeds: Urls = ()
    sitemaps: Urls = ()
    sections: Urls = ()
    #: Root of the WordPress API with its version: https://example.org/wp-json/wp/v2
    wordpress: Url | None = None
    #: Hosts its stories may be on besides home's own (subdomains included).
    hosts: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    #: Only stories whose path matches one of these (all, when empty) ...
    allow: PathPatterns = ()
    #: ... and none of these.
    deny: PathPatterns = ()
    #: Stories that sitemaps or WordPress date further back than this many days before the crawl day
    #: are left out of an ordinary crawl; a backfill asks for them by --since and --until.
    recent_days: int = Field(7, ge=0, le=36_500)
    #: Days after which ``dateline prune`` may delete its pages; absent: as the command says.
    keep_pages_days: int | None = Field(None, ge=LEAST_KEPT_DAYS, le=36_500)
    #: Pages are taken as served; nothing runs their scripts.
    rendering: Literal["none"] = "none"
    politeness: Politeness = Politeness()
    network: Network = Network()
    cleaning: Cleaning = Cleaning()
    before: Annotated[tuple[Before, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _has_a_route(self) -> Self:
        if not (self.feeds or self.sitemaps or self.sections or self.wordpress):
            raise ValueError("no way to find stories; give feeds, sitemaps, sections or wordpress")
        return self

    def on(self, day: date) -> Source:
        """The declaration as it held on a day: overridden by the earliest ``[[before]]`` that reaches it."""
        held = min((entry for entry in self.before if day <= entry.until), key=lambda entry: entry.until, default=None)
        if held is None:
            return self
        return self.model_copy(update=held.model_dump(exclude={"until"}, exclude_none=True))

    @property
    def domains(self) -> tuple[str, ...]:
        """The hosts, with their subdomains, whose stories are this source's."""
        return _domains(self.home, self.hosts)

    def own(self, url: str) -> bool:
        """Whether a story at ``url`` is on one of the source's hosts."""
        host = host_of(url)
        return any(under(host, domain) for domain in self.domains)

    def named(self, url: str) -> str:
        """The address under which a crawl asks for a story: canonical, and on the home page's own host by https where
        that is. Listings go on giving http for years after a site has moved, and it is the same page."""
        name = canonical(url)
        if name.startswith("http://") and self.home.startswith("https://"):
            secure = "https" + name.removeprefix("http")
            own, home = urlsplit(secure), urlsplit(self.home)
            if host_of(secure) == host_of(self.home) and own.port == home.port:
                return secure
        return name

    def wanted(self, url: str) -> bool:
        """Whether the path (with query) of ``url`` passes ``allow`` and ``deny``."""
        path = "/" + url.partition("://")[2].partition("/")[2]
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in self.deny):
            return False
        return not self.allow or any(fnmatch.fnmatchcase(path, pattern) for pattern in self.allow)


@lru_cache(1024)  # asked for each record of an archive and each link of a page
def _domains(home: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    return (host_of(home), *(ascii_host(host).removeprefix("www.") for host in hosts))


def _known_keys(where: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {
        "politeness": Politeness,
        "network": Network,
        "cleaning": Cleaning,
        "before": Before,
    }
    model = tables.get(str(where[0]), Source) if len(where) > 1 else Source
    return [name for name in model.model_fields if name != "id"]


def _complaint(error: dict[str, Any]) -> tuple[str, str]:
    """Problem and mend of one validation error, in the words of the file."""
    where = error["loc"]
    key = ".".join(str(part) if isinstance(part, str) else f"[{part + 1}]" for part in where).replace(".[", "[")
    value = error.get("input")
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(where[-1]), _known_keys(where), 1, 0.5)
        known = ", ".join(_known_keys(where))
        return f"unknown key {key!r}", f"Did you mean {near[0]!r}?" if near else f"The keys are: {known}"
    if error["type"] == "missing":
        return f"the key {key!r} is missing", f"Add a line such as: {where[-1]} = {_EXAMPLES.get(str(where[-1]), '…')}"
    message = str(error["msg"]).removeprefix("Value error, ")
    shown = without_secrets(f" = {value!r}")[:120] if isinstance(value, str | int | float | bool) else ""
    problem, _, mend = message.partition("; ")
    return f"{key}{shown}: {problem}" if key else problem, (mend[:1].upper() + mend[1:]) or "Correct the value"


_EXAMPLES = {
    "name": '"The Example Times"',
    "home": '"https://example.org/"',
    "country": '"QA"',
    "language": '"en"',
    "until": "2023-06-30",
}


def load_source(path: Path) -> Source:
    """The source one TOML file declares.

    Raises:
        SourceError: naming the file, the key and how to mend it.
    """
    culprit = str(path)
    if not ID.fullmatch(path.stem):
        raise SourceError(
            "the file's name is the source's id and cannot be one",
            culprit=culprit,
            mend="Use small letters, digits and hyphens, at most 64: al-jazeera.toml",
        )
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise SourceError(
            "no such file", culprit=culprit, mend="See the sources with: dateline sources list"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {error}", culprit=culprit, mend="Save it as UTF-8 text") from error
    return parse_source(text, path.stem, culprit)


def parse_source(text: str, source_id: str, culprit: str) -> Source:
    """The source that a declaration's text declares; ``culprit`` is what complaints name.

    Raises:
        SourceError: naming the key and how to mend it.
    """
    if len(text) > LARGEST:
        raise SourceError(f"longer than {LARGEST} characters", culprit=culprit, mend="Keep declarations short")
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise SourceError(f"line {line} has a key of many dots", culprit=culprit, mend="See docs/sources.md")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"not TOML: {error}", culprit=culprit, mend="Mend the line named") from error
    if "id" in table:
        raise SourceError("unknown key 'id'", culprit=culprit, mend="Leave it out: the file's name is the id")
    try:
        return Source(id=source_id, **table)
    except ValidationError as error:
        complaints = [_complaint(dict(found)) for found in error.errors()]
        first = complaints[0]
        others = "".join(f"; also {problem}" for problem, _ in complaints[1:5])
        raise SourceError(first[0] + others, culprit=culprit, mend=first[1]) from error


def _files(directory: Path | None) -> Iterator[Path]:
    folder = directory or sources_directory()
    if not folder.is_dir():
        raise SourceError("no such folder", culprit=str(folder), mend="Set $DATELINE_SOURCES to the folder of sources")
    yield from sorted(folder.glob("*.toml"))


def load_sources(directory: Path | None = None) -> dict[str, Source]:
    """All sources of a folder (default: the one in force), by id.

    Raises:
        SourceError: one is broken; :func:`survey` gives the good ones and every complaint instead.
    """
    return {path.stem: load_source(path) for path in _files(directory)}


def survey(directory: Path | None = None) -> tuple[dict[str, Source], list[SourceError]]:
    """The sources that can be read, and a complaint for each that cannot."""
    good: dict[str, Source] = {}
    errors: list[SourceError] = []
    for path in _files(directory):
        try:
            good[path.stem] = load_source(path)
        except SourceError as error:
            errors.append(error)
    return good, errors


def declared(source_id: str) -> Source | None:
    """The source of this id; None where nothing declares it (any more).

    Raises:
        SourceError: its declaration is broken.
    """
    path = sources_directory() / f"{source_id}.toml"
    return load_source(path) if path.exists() else None


def beside(source: Source, known: Iterable[Source]) -> list[str]:
    """The ids of the other sources that share a host with this one."""
    return sorted(
        other.id
        for other in known
        if other.id != source.id and any(under(a, b) or under(b, a) for a in source.domains for b in other.domains)
    )


_TABLE = re.compile(r"(?m)^\s*\[")


def set_enabled(path: Path, enabled: bool) -> None:
    """Write ``enabled`` into a declaration, keeping every comment and line as it is; atomic.

    Raises:
        SourceError: the file is broken, before or after.
    """
    _set(path, "enabled", "true" if enabled else "false")


def set_checked(path: Path, day: date) -> None:
    """Write the day a source's listings were last seen to work, like :func:`set_enabled`.

    Raises:
        SourceError: the file is broken, before or after.
    """
    _set(path, "checked", day.isoformat())


def _set(path: Path, key: str, value: str) -> None:
    load_source(path)
    text = path.read_text("utf-8")
    table = _TABLE.search(text)
    end = table.start() if table else len(text)
    head, found = re.subn(rf"(?m)^(\s*{key}\s*=\s*)[\w-]+", rf"\g<1>{value}", text[:end], count=1)
    if not found:
        head = f"{text[:end].rstrip()}\n{key} = {value}\n" + ("\n" if table else "")
    temporary = path.with_name(f".{path.stem}-{os.getpid()}.toml.tmp")
    try:
        temporary.write_text(head + text[end:], "utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    load_source(path)
