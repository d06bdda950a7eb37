"""Ways to break a page: seeded, so that a failure can be had again."""

# ruff: noqa: E501 -- each on its own line

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

#: What breaks parsers, charsets, dates and addresses, put in between the tags of a page.
NASTY = [
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", "\u202e\u2066".encode(), b"&#0;&#xD800;&#x110000;", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<script type='application/ld+json'>", b"</script>", b"<plaintext>", b"<textarea>", b"<noscript>", b"<base href='http://[bad'>",
    b"<link rel=canonical href='//[::1'>", b"<link rel='canonical' href='https://rival.example/x'>", b"<link rel=amphtml href='\\\\'>",
    b"<meta property='og:url' content='http://\xf0\x9f\x92\xa9\x00/'>", b"<meta property='article:published_time' content='0000-13-45T99:99:99+99:99'>",
    b"<meta name=date content='9999-12-31T23:59:59-14:00'>", b"<meta name=author content='" + b"By and " * 400 + b"'>",
    b"<time datetime='-1-1-1'>1.1.20001</time>", b"<h1>" + b"<span>:" * 50 + b"</h1>", b"<p>Published: 99/99/2024</p>", b"<html lang='" + b"x" * 300 + b"'>",
    b"<table><tr><td>" * 60, b"</div>" * 60, b"<p>" * 400, b"<a href='javascript:" + b"a" * 3000 + b"'>x</a>", b"<p class='" + b"byline " * 200 + b"'>By A B</p>",
    b"<svg><title>", b"<frameset>", b"<template>", b"<p itemprop=author itemscope><p itemprop=name>", "<p>责编：</p>".encode(),
]  # fmt: skip

#: Values put in the place of any value in JSON-LD.
WRONG: list[Any] = [
    None, True, -1, 1e308, "", " ", "\ud800", "\x00", "<b>", [], {}, [[[[]]]], [None, 7, {"name": {}}], {"@id": "#x"}, {"@id": 7}, {"name": ["", 3]},
    {"@type": ["Person", 7], "name": "A B"}, "9999-12-31T24:00:00Z", "0001-01-01T00:00:00+23:59", "x" * 50_000, ["y"] * 3_000, "http://[", "and, and; und",
    {"@value": {"@value": {"@value": {"@value": {"@value": "deep"}}}}},
]  # fmt: skip

CHARSETS = ("utf-8", "utf-16", "utf-7", "shift_jis", "windows-1251", "iso-8859-1", "big5", "koi8-r", "x-nonsense")

_LD = re.compile(rb"(<script[^>]{0,200}ld\+json[^>]{0,200}>)(.*?)(</script>)", re.S)
_CHARSET = re.compile(rb"(charset\s*=\s*[\"']?)[\w-]+", re.I)


def _cut(page: bytes, rng: random.Random) -> bytes:
    return page[: rng.randrange(len(page) + 1)]


def _drop(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + page[at + rng.randrange(1, 3_000) :]


def _flip(page: bytes, rng: random.Random) -> bytes:
    broken = bytearray(page)
    for _ in range(rng.randrange(1, 60) if page else 0):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    return bytes(broken)


def _insert(page: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randrange(1, 6)):
        at = page.find(b"<", rng.randrange(len(page) + 1))
        at = len(page) if at < 0 else at
        page = page[:at] + rng.choice(NASTY) + page[at:]
    return page


def _repeat(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    piece = page[at : at + rng.randrange(1, 400)]
    return page[:at] + piece * rng.randrange(2, 600) + page[at:]


def _shuffle(page: bytes, rng: random.Random) -> bytes:
    tags = page.split(b"<")
    if len(tags) > 20:
        for _ in range(rng.randrange(1, 200)):
            one, other = rng.randrange(len(tags)), rng.randrange(len(tags))
            tags[one], tags[other] = tags[other], tags[one]
    return b"<".join(tags)


def _recode(page: bytes, rng: random.Random) -> bytes:
    name = rng.choice(CHARSETS)
    page = _CHARSET.sub(rb"\g<1>" + name.encode(), page)
    if name != "x-nonsense" and rng.random() < 0.5:
        return page.decode("utf-8", "replace").encode(name, "replace")
    return page


def _json(page: bytes, rng: random.Random) -> bytes:
    """Wrong values at some keys of each JSON-LD block; or a block cut, or nested deep."""

    def worse(match: re.Match[bytes]) -> bytes:
        try:
            value = json.loads(match[2])
        except (ValueError, RecursionError):
            return match[1] + match[2][: rng.randrange(len(match[2]) + 1)] + match[3]
        told = json.dumps(_wrong(value, rng, rng.choice((0.02, 0.1, 0.5)))).encode()
        if rng.random() < 0.1:
            told = b'{"@graph":' * 5_000 + told
        return match[1] + told + match[3]

    return _LD.sub(worse, page)


def _wrong(value: Any, rng: random.Random, share: float) -> Any:
    if rng.random() < share:
        return rng.choice(WRONG)
    if isinstance(value, dict):
        return {key: _wrong(inner, rng, share) for key, inner in value.items()}
    if isinstance(value, list):
        return [_wrong(inner, rng, share) for inner in value]
    return value


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _drop, _flip, _insert, _repeat, _shuffle, _recode, _json, _json,
)  # fmt: skip


def mutate(page: bytes, rng: random.Random) -> bytes:
    """``page`` broken in one to three ways."""
    for way in rng.sample(WAYS, rng.randrange(1, 4)):
        page = way(page, rng)
    return page
