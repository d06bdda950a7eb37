"""``dateline serve`` on a real port, in a thread of the test, and a warehouse full of attacks for it to show."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from pipelines.events import merge
from pipelines.serve import make_app
from scrapers.pagestore import Exchange, PageWriter
from tests.attacks import PAYLOADS
from tests.warehouse_records import DAY, TEXT, actor, article, at, claim, incident, page, place, stage
from warehouse.layout import Layout
from warehouse.loader import SourceName, load_day
from warehouse.publish import publish
from warehouse.query import connect
from warehouse.records import Article, Evidence, Incident, Weapon


@contextmanager
def serving(layout: Layout) -> Iterator[str]:
    """Serve a layout on a free port; gives the address, without a slash at its end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(make_app(layout), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


POISON = " ".join(PAYLOADS)

#: A page that tries whatever a page can; where it succeeds, port 1 is asked.
OUT = "http://127.0.0.1:1"
HOSTILE_PAGE = f"""<!doctype html><html><head><meta http-equiv="refresh" content="0;url={OUT}/refresh">
<base href="{OUT}/"><link rel="stylesheet" href="{OUT}/style"><link rel="preconnect" href="//evil.test">
<script src="{OUT}/script"></script></head><body onload="window.owned=1" background="{OUT}/back">
<h1>Shells hit the bridge</h1><p style="background:url({OUT}/css)">Two people were <b>killed</b>.</p>
<script>window.owned=parent.owned=top.owned=1;fetch('{OUT}/fetch')</script>
<img src="{OUT}/img" onerror="owned=1"><svg onload="owned=1"><a href="javascript:owned=1">x</a></svg>
<iframe src="{OUT}/frame"></iframe><form action="{OUT}/form"><input name=a autofocus onfocus="owned=1"></form>
<a href="{OUT}/link" target="_top" id="link">away</a>
<math><mtext><style><img src=x onerror=owned=1></style></mtext></math>{POISON}</body></html>"""


def attacked(number: int, **changes: Any) -> tuple[Article, Incident]:
    """An article all of whose texts are attacks, and an incident whose every field quotes it."""
    text = TEXT.replace("the governor", f"{POISON} the governor") + "\n\n" + POISON
    told = article(
        number,
        text=text,
        title=POISON,
        url="javascript:window.owned=1",
        authors=(POISON,),
        language='"onload=x',
        **changes,
    )
    where = text.index(POISON)
    one = incident(
        number, text=text, summary=POISON, attributes=(POISON,),
        place=place(POISON, 10.0, 20.0, country="NG", start=where, end=where + len(POISON), reason=POISON),
        actors=(actor(POISON), actor(POISON, "target")),
        weapons=(Weapon(text=POISON, start=where, end=where + len(POISON), name=POISON, category=POISON),),
        claims=(claim(text=text, party=POISON, party_name=POISON, attributed_to=POISON, hedge=POISON),),
        evidence=(Evidence(field="event_type", start=0, end=len(text), quote=text),),
    )  # fmt: skip
    return told, one


def hostile_warehouse(data: Path) -> Layout:
    """Four events of two sources: one told by both, with other figures; one of which every word is an attack."""
    layout = Layout(data)
    with PageWriter(layout, "courier", DAY) as writer:
        kept = writer.write(
            Exchange(
                url="https://courier.example/7", canonical_url="https://courier.example/7", purpose="article",
                fetched_at=at(), status=200, response_headers=[("Content-Type", "text/html")], outcome="ok",
                body=HOSTILE_PAGE.encode(),
            )
        )  # fmt: skip
    told, poisoned = attacked(4)
    other = TEXT.replace("12", "15")
    stage(
        layout,
        pages=[page(0, purpose="discovery"), *(page(n) for n in range(1, 5)), kept],
        articles=[
            *(article(n) for n in range(1, 4)),
            told,
            article(
                7, page_id=kept.page_id, title="Shells hit the bridge", text="Shells hit the old bridge of Harran."
            ),
        ],
        incidents=[
            incident(1),
            incident(
                2,
                place=place("Manbij", 36.53, 37.95, country="SY"),
                actors=(actor("Desert Brigade"),),
                claims=(claim(40),),
            ),
            incident(3, start_date=DAY - timedelta(days=40), end_date=DAY - timedelta(days=40), place=None),
            poisoned,
        ],
    )
    stage(
        layout,
        "herald",
        pages=[page(1, source="herald")],
        articles=[article(1, source="herald", text=other)],
        incidents=[incident(1, source="herald", text=other, claims=(claim(15, text=other.replace("15", "12")),))],
    )
    names = [("courier", f"The Courier {POISON}"), ("herald", "The Herald")]
    load_day(layout, DAY, merge=merge, sources=[SourceName(source_id=key, name=name) for key, name in names])
    publish(layout)
    return layout


def all_paths(layout: Layout) -> list[str]:
    """The address of every page there is."""
    with connect(layout) as connection:
        found = ["/", "/search", "/search?q=shelling", "/sources", "/map.json", "/nothing", "/?since=x"]
        for form, table in (("/event/{}", "events"), ("/article/{}", "articles"), ("/archived/{}", "pages")):
            column = table.removesuffix("s") + "_id"
            found += [form.format(row[0]) for row in connection.execute(f"SELECT {column} FROM {table}").fetchall()]
    return found
