"""Letters out of the house: to a mail server, or as files in a folder."""

import hashlib
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage, get_connection

from praksis.errors import PraksisError

if TYPE_CHECKING:  # tables can be imported only when Django is set up
    from praksis.web.store.outbox import Ready

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Send = Callable[["Ready"], None]


def open_server(address: str, sender: str) -> Send:
    """Send by `smtp://user:password@host:port` (STARTTLS, except to this machine) or `smtps://...`."""
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise PraksisError("a mail server is given as smtp://user:password@host:587 or smtps://...")
    secure = parts.scheme == "smtps"
    options: dict[str, Any] = {
        "host": parts.hostname,
        "port": parts.port or (465 if secure else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": secure,
        "use_tls": not secure and parts.hostname not in _LOOPBACK,
        "timeout": 30,
    }
    named = _name_sender(sender)
    # Not at the top: tables can be imported only when Django is set up.
    from praksis.web.store.outbox import NoServer, NotTaken

    def send(letter: "Ready") -> None:
        connection = get_connection("django.core.mail.backends.smtp.EmailBackend", **options)
        try:
            connection.open()
        except OSError as error:
            raise NoServer(str(error)) from error
        try:
            connection.send_messages([_write_message(letter, named)])
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            raise NotTaken(type(error).__name__) from error
        finally:
            connection.close()

    return send


def open_folder(folder: Path, sender: str) -> Send:
    """Write each letter as a file, to look at."""
    named = _name_sender(sender)

    def send(letter: "Ready") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        message = _write_message(letter, named)
        (folder / f"{_name_letter(letter)}.eml").write_bytes(message.message().as_bytes())

    return send


def _name_sender(sender: str) -> tuple[str, str]:
    """The sender, and the domain of the address."""
    domain = parseaddr(sender)[1].partition("@")[2]
    if not domain:
        raise PraksisError(f"'{sender}' is no sender; give one as 'Name <name@example.org>'")
    return sender, domain


def _name_letter(letter: "Ready") -> str:
    return hashlib.sha256(letter.key.encode()).hexdigest()[:32]


def _write_message(letter: "Ready", named: tuple[str, str]) -> EmailMessage:
    sender, domain = named
    # The same letter has the same Message-ID, so that a copy can be known for one.
    headers = {"Message-ID": f"<{_name_letter(letter)}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(" ".join(letter.subject.split()), letter.body, sender, [letter.recipient], headers=headers)
