"""The page store: every page as it was fetched, in WARC files with CDXJ indexes beside them.

``pages/<source>/<day>/<time>-<hash>.warc.gz`` and ``.cdxj``; a file still being written ends in
``.open``. A spider needs this much of it and of :mod:`scrapers.frontier`::

    frontier = Frontier(layout.frontier(source.id))
    with PageWriter(layout, source.id, day) as writer:          # first mends what a killed run left
        frontier.start(day)
        frontier.reconcile(captures(layout, source.id, day))    # fetched, indexed, then killed: done
        frontier.add(url, canonical_url=..., day=day, purpose="discovery")
        while entries := frontier.lease(100):
            written = [(entry, writer.write(exchange)) for entry, exchange in fetched(entries)]
            writer.flush()                                      # on disk, then indexed
            for entry, page in written:                         # only then
                frontier.done(entry.url, page)                  # or frontier.failed(entry.url, page.outcome, retry=...)
    frontier.close()

Killed anywhere in this, nothing is lost and nothing stands twice: what was written but not indexed
is indexed by the next :class:`PageWriter`, what was indexed but not marked done is marked by
``reconcile``, and what was leased but not written is pending again.

Bodies are stored free of gzip and deflate content-encoding, and the headers say so (the original
ones are kept as ``X-Archive-Orig-*``): payload digests then find repeats that a server compressed
anew, and every WARC tool replays the record. Encodings the crawler did not undo (br, zstd) stay as
they are, header and all. A record of another archive that holds nothing to be left out stays as that archive packed it
(:mod:`~scrapers.pagestore.verbatim`). Credentials in URLs, cookies and authorization headers are not stored.
"""

from scrapers.pagestore.exchange import Exchange, Packed, clean_url
from scrapers.pagestore.index import captures, partition_rows, read_index
from scrapers.pagestore.reader import iter_payloads, payloads_elsewhere, read_payload
from scrapers.pagestore.recover import recover
from scrapers.pagestore.verify import verify
from scrapers.pagestore.writer import PageWriter

__all__ = [
    "Exchange",
    "Packed",
    "PageWriter",
    "captures",
    "clean_url",
    "iter_payloads",
    "partition_rows",
    "payloads_elsewhere",
    "read_index",
    "read_payload",
    "recover",
    "verify",
]
