"""Failure alerts reach each kind of target: a real webhook receiver and a real SMTP server on loopback."""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipelines import alerts
from warehouse.errors import SettingError, TryAgain


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index,misc]
    finally:
        server.shutdown()
        server.server_close()


def test_webhook_gets_a_json_object_with_text() -> None:
    got: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Hook)) as port:
        assert alerts.send("crawl failed", "why", f"http://127.0.0.1:{port}/secret") == "webhook"
    assert got == [{"text": "crawl failed\nwhy", "subject": "crawl failed", "body": "why"}]


@contextmanager
def mailbox() -> Iterator[tuple[str, list[str]]]:
    """An SMTP server: the alert target that names it, and every line it was sent."""
    lines: list[str] = []

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            def say(text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

            say("220 test")
            in_data = False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                lines.append(line)
                if in_data:
                    if line == ".":
                        in_data = False
                        say("250 taken")
                elif line.upper().startswith("DATA"):
                    in_data = True
                    say("354 go on")
                elif line.upper().startswith("QUIT"):
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Smtp)) as port:
        yield f"smtp://127.0.0.1:{port}/?from=dateline@example.org&to=desk@example.org", lines


def test_mail_is_delivered_over_smtp() -> None:
    with mailbox() as (target, lines):
        assert alerts.send("crawl failed", "the reason", target) == "mail"
    assert "Subject: crawl failed" in lines
    assert "the reason" in lines
    assert "RCPT TO:<desk@example.org>" in [
        line.upper().replace("DESK@EXAMPLE.ORG", "desk@example.org") for line in lines
    ]


def test_log_is_the_default(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(alerts.ALERT_VARIABLE, raising=False)
    with caplog.at_level(logging.ERROR):
        assert alerts.send("crawl failed", "why") == "log"
    assert "crawl failed" in caplog.text


@pytest.mark.parametrize("target", ["ftp://example.org", "nonsense", "smtp://host-without-addresses"])
def test_a_wrong_target_is_named_with_its_mend(target: str) -> None:
    with pytest.raises(SettingError, match="DATELINE_ALERT"):
        alerts.send("s", "b", target)


@pytest.mark.parametrize(
    "target",
    [
        "hooks.example/T0/hunter2",  # no https://
        "https://hooks.example/T0 hunter2",
        "https://hooks.example/T0/hunter2\nX",
        "smtp://user:word/hunter2@mail.example:587/?from=a@b&to=c@d",  # an unescaped slash in the password
        "smtp://user:hunter2@mail.example:port/",
    ],
)
def test_a_target_that_cannot_be_used_is_named_without_its_secret(target: str) -> None:
    with pytest.raises(SettingError, match="DATELINE_ALERT") as caught:
        alerts.send("s", "b", target)
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None, "nor in a traceback"


def test_a_dead_webhook_is_worth_another_try_and_its_path_stays_secret() -> None:
    with pytest.raises(TryAgain) as caught:
        alerts.send("s", "b", "http://127.0.0.1:9/secret-token")
    assert "secret-token" not in str(caught.value)
