"""Where a failure is told: the log, a webhook, or e-mail, named by one URL in ``$DATELINE_ALERT``; and the summary of
a night, where ``$DATELINE_SUMMARY`` names such a target.

``log:`` (the default) · ``https://hooks.example.org/…`` (POST of a JSON object with ``text``, which
Slack, Mattermost and ntfy-style receivers take) · ``smtp://user:password@host:587/?from=a@b&to=c@d``
(STARTTLS when the server offers it; ``smtps://`` for TLS from the start).
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import smtplib
import ssl
import urllib.parse
import urllib.request
from email.message import EmailMessage

from warehouse.errors import SettingError, TryAgain

ALERT_VARIABLE = "DATELINE_ALERT"
SUMMARY_VARIABLE = "DATELINE_SUMMARY"

#: Seconds an alert target may take: the sensor that sends it must not hang.
TIMEOUT_S = 15.0

logger = logging.getLogger("dateline.alerts")


def send(
    subject: str, body: str, target: str | None = None, *, html: str | None = None, variable: str = ALERT_VARIABLE
) -> str:
    """Tell the target; return which kind it was (``log``, ``webhook`` or ``mail``).

    Args:
        target: an alert URL; what ``variable`` names, or ``log:``, when None.
        html: the body as a page, which a mail carries beside the plain text.
        variable: where the target is set: what an error names.

    Raises:
        SettingError: the URL names no known kind of target, or lacks a part.
        TryAgain: the target did not take the message.
    """
    target = target or os.environ.get(variable) or "log:"
    try:
        url = urllib.parse.urlsplit(target)
        _ = url.port
    except ValueError:
        # its message would quote what stands where a port should: half a password with an unescaped slash in it
        raise SettingError(
            "it is no URL", culprit=f"${variable}", mend="Write / and @ of a password as %2F and %40"
        ) from None
    match url.scheme:
        case "log":
            logger.log(logging.ERROR if variable == ALERT_VARIABLE else logging.WARNING, "%s\n%s", subject, body)
            return "log"
        case "http" | "https":
            _post(target, subject, body, variable)
            return "webhook"
        case "smtp" | "smtps":
            _mail(url, subject, body, html, variable)
            return "mail"
    raise SettingError(
        f"{url.scheme!r} is no kind of alert target" if url.scheme else "it names no kind of alert target",
        culprit=f"${variable}",
        mend="Give log:, https://…, or smtp://host:port/?from=…&to=…",
    )


def _post(target: str, subject: str, body: str, variable: str) -> None:
    data = json.dumps({"text": f"{subject}\n{body}", "subject": subject, "body": body}).encode()
    request = urllib.request.Request(target, data, {"Content-Type": "application/json"})  # noqa: S310 - http(s) only
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT_S).close()  # noqa: S310
    except http.client.InvalidURL:  # quotes the path, which is the webhook's password
        raise SettingError("it is no URL", culprit=f"${variable}", mend="Leave out spaces and line breaks") from None
    except (OSError, http.client.HTTPException) as error:
        raise TryAgain(f"the alert webhook failed: {error}", culprit=_host(target)) from error


def _mail(url: urllib.parse.SplitResult, subject: str, body: str, html: str | None, variable: str) -> None:
    query = urllib.parse.parse_qs(url.query)
    if not url.hostname or "from" not in query or "to" not in query:
        raise SettingError(
            "the mail target lacks a host, from= or to=",
            culprit=f"${variable}",
            mend="Write smtp://user:password@host:587/?from=dateline@example.org&to=desk@example.org",
        )
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, query["from"][0], ", ".join(query["to"])
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    secure = ssl.create_default_context()
    try:
        connection = (
            smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=TIMEOUT_S, context=secure)
            if url.scheme == "smtps"
            else smtplib.SMTP(url.hostname, url.port or 25, timeout=TIMEOUT_S)
        )
        with connection as server:
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=secure)
            if url.username:
                server.login(urllib.parse.unquote(url.username), urllib.parse.unquote(url.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise TryAgain(f"the alert mail failed: {error}", culprit=url.hostname) from error


def _host(target: str) -> str:
    """The target without its path: a webhook's path is its password."""
    return urllib.parse.urlsplit(target).hostname or "webhook"
