"""Articles and incidents read back out of a warehouse as the records they were stored from."""

from __future__ import annotations

import duckdb

from warehouse.errors import SettingError
from warehouse.records import Article, Claim, Incident
from warehouse.schema import from_row
from warehouse.tables import records, rows

#: The fewest digits of an article's id that are taken for one: fewer might be a word.
ID_DIGITS = 6

#: What stands when one article is asked for by its address or the beginning of its id.
_FIND = """
SELECT article_id FROM store.articles
WHERE list_contains($addresses, url) OR list_contains($addresses, canonical_url)
    OR (len($digits) >= $least AND starts_with(article_id, $digits))
GROUP BY article_id ORDER BY article_id LIMIT 2
"""

_REVISIONS = "FROM store.articles WHERE article_id = ? ORDER BY first_seen, revision"
_INCIDENTS = """
FROM store.incidents WHERE article_id = ? AND revision = ?
ORDER BY list_min([item."start" FOR item IN evidence]), incident_id
"""
_CLAIMS = "FROM store.claims WHERE incident_id = ? ORDER BY position"


def find_article(connection: duckdb.DuckDBPyConnection, what: str, *addresses: str) -> str | None:
    """The id of the article that ``what`` names: an address, an id or the beginning of one; None if there is none.

    ``addresses``: other spellings of the same address.

    Raises:
        SettingError: several articles' ids begin so.
    """
    given = {"addresses": [what, *addresses], "digits": what.lower(), "least": ID_DIGITS}
    found = [str(article_id) for (article_id,) in connection.execute(_FIND, given).fetchall()]
    if len(found) > 1:
        raise SettingError("several articles' ids begin so", culprit=what, mend="Give more of the id, or the address")
    return found[0] if found else None


def revisions(connection: duckdb.DuckDBPyConnection, article_id: str) -> list[Article]:
    """Every revision of an article, in the order in which they were first seen; the last stands unless
    an earlier one was seen again later."""
    return list(records(connection.execute(_REVISIONS, [article_id]), Article))


def latest(connection: duckdb.DuckDBPyConnection, article_id: str) -> str | None:
    """The revision of an article that stands: the one seen last."""
    row = connection.execute(
        "SELECT revision FROM store.latest_revisions WHERE article_id = ?", [article_id]
    ).fetchone()
    return None if row is None else str(row[0])


def incidents_of(connection: duckdb.DuckDBPyConnection, article_id: str, revision: str) -> list[Incident]:
    """The incidents that one revision of an article tells, in the order of their first words."""
    found = list(rows(connection.execute(_INCIDENTS, [article_id, revision]), Incident))
    return [
        from_row(Incident, row | {"claims": list(rows(connection.execute(_CLAIMS, [row["incident_id"]]), Claim))})
        for row in found
    ]
