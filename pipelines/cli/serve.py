"""``dateline serve``: the published warehouse as a page in the browser."""

from __future__ import annotations

import socket
import webbrowser
from contextlib import suppress
from typing import Annotated, Final

import typer

from pipelines.cli import app
from warehouse.engine import engine
from warehouse.errors import SettingError
from warehouse.layout import Layout

#: A port of its own: Dagster's UI is on 3000, the demo newspaper from 18460 on.
PORT: Final = 8460


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = PORT,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Show the warehouse as a page: map, timeline, events with their quotes, search. Only this machine can see it."""
    import uvicorn  # the web server would cost every verb some hundredths of a second

    from pipelines.serve import make_app

    layout = Layout.from_environment()
    warehouse = engine(layout)
    address = f"http://127.0.0.1:{port}/"
    with _listening(port) as listening:
        typer.echo(f"{address} shows {warehouse.where}; Ctrl-C ends it")
        if warehouse.published_at() is None:
            typer.echo("nothing is published yet; the page shows it as soon as something is")
        if browser:
            webbrowser.open(address)  # it is answered once the server runs
        config = uvicorn.Config(
            make_app(layout), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    """A socket on this machine's own address, which no other machine reaches."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
        made.listen()
    except OSError as error:
        made.close()
        raise SettingError(
            f"cannot be listened on ({error.strerror})", culprit=f"port {port}", mend="Name another: --port 8461"
        ) from error
    return made
