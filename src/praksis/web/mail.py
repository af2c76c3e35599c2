"""Letters out of the house: to a mail server, or as files in a folder."""

import re
from collections.abc import Callable
from email.errors import MessageError
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from praksis.errors import PraksisError

if TYPE_CHECKING:  # tables can be imported only when Django is set up
    from praksis.web.store.outbox import Ready, Write

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def encode_address(email: str) -> str:
    """An e-mail address in ASCII: its domain as DNS has it (IDNA, RFC 3490). Raises ValueError if it has no such form.

    For what stands before the @ there is none, so that must be ASCII already.
    """
    name, _, domain = email.rpartition("@")
    if not name or not domain:
        raise ValueError(f"'{email}' is no address")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"


def open_server(address: str, sender: str, copy_to: str = "", reply_to: str = "") -> "Write":
    """Send by `smtp://user:password@host:port` (STARTTLS, except to this machine) or `smtps://...`.

    `copy_to`: an address that gets each letter too, without standing in it. `reply_to`: where answers go.
    """
    try:
        parts = urlsplit(address)
        port, known = parts.port, parts.scheme in ("smtp", "smtps") and bool(parts.hostname)
    except ValueError:  # no port, or no address at all
        port, known = None, False
    if not known:
        raise PraksisError("a mail server is given as smtp://user:password@host:587 or smtps://...")
    secure = parts.scheme == "smtps"
    options: dict[str, Any] = {
        "host": parts.hostname,
        "port": port or (465 if secure else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": secure,
        "use_tls": not secure and parts.hostname not in _LOOPBACK,
        "timeout": 30,
    }
    envelope, copies = _read_sender(sender), [_read_copy(copy_to)] if copy_to else []
    # Not at the top: tables can be imported only when Django is set up.
    from praksis.web.store.outbox import NoMailbox, NoServer, NotTaken

    def write(letter: "Ready") -> Callable[[], None]:
        recipient, data = _write_message(letter, sender, "\r\n", reply_to)

        def hand_over() -> None:
            connection: Any = EmailBackend(**options)
            try:
                connection.open()
            except (OSError, ValueError) as error:
                raise NoServer(str(error)) from error
            try:
                # Not `send_messages`, which would write it once more, and might fail then.
                refused = connection.connection.sendmail(envelope, [recipient, *copies], data)
            except SMTPRecipientsRefused as error:
                refused = error.recipients
            except SMTPResponseException as error:
                raise NotTaken(type(error).__name__) from error
            finally:
                connection.close()
            if recipient in refused:
                code, said = refused[recipient]
                reason = f"{code} {said.decode(errors='replace')}"
                # Only what is said of the address itself (RFC 3463, 5.1.x): a server that relays nothing refuses all.
                raise (NoMailbox if re.match(r"5\d\d 5\.1\.", reason) else NotTaken)(reason)

        return hand_over

    return write


def open_folder(folder: Path, sender: str, reply_to: str = "") -> "Write":
    """Write each letter as a file, to look at."""
    _read_sender(sender)

    def write(letter: "Ready") -> Callable[[], None]:
        _, data = _write_message(letter, sender, "\n", reply_to)
        # Not at the top: tables can be imported only when Django is set up.
        from praksis.web.store.outbox import mark_letter

        def keep() -> None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{mark_letter(letter.key)}.eml").write_bytes(data)

        return keep

    return write


def _read_sender(sender: str) -> str:
    """The sender's address, without the name."""
    try:
        return encode_address(parseaddr(sender)[1])
    except ValueError as error:
        raise PraksisError(f"'{sender}' is no sender; give one as 'Name <name@example.org>'") from error


def _read_copy(email: str) -> str:
    try:
        return encode_address(email)
    except ValueError as error:
        raise PraksisError(f"'{email}' is no address for copies; give one as name@example.org") from error


def _write_message(letter: "Ready", sender: str, line_end: str, reply_to: str) -> tuple[str, bytes]:
    """The recipient's address and the whole message, as they go over the line. Raises NotTaken."""
    from praksis.web.store.outbox import NotTaken, mark_letter

    identity = f"<{mark_letter(letter.key)}@{_read_sender(sender).rpartition('@')[2]}>"
    headers = {"Message-ID": identity, "Auto-Submitted": "auto-generated", "Content-Language": letter.language}
    if reply_to:
        headers["Reply-To"] = reply_to
    if letter.opt_out:
        # One click in the mail program (RFC 8058).
        headers |= {"List-Unsubscribe": f"<{letter.opt_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    try:
        recipient = encode_address(letter.recipient)
        message = EmailMessage(" ".join(letter.subject.split()), letter.body, sender, [recipient], headers=headers)
        whole: Any = message.message()
        return recipient, whole.as_bytes(linesep=line_end)
    except (ValueError, IndexError, MessageError) as error:
        raise NotTaken(f"the letter {letter.key} cannot be written: {error}") from error


def list_mails(folder: Path) -> tuple[Path, ...]:
    """The mails of a folder: a Maildir, or files. Raises PraksisError."""
    if not folder.is_dir():
        raise PraksisError(f"{folder} is not a folder of mails")
    places = (folder, folder / "new", folder / "cur")
    return tuple(sorted(path for place in places if place.is_dir() for path in place.iterdir() if path.is_file()))


def read_marks(folder: Path) -> frozenset[str]:
    """What the Message-IDs of the mails in a folder begin with. Raises PraksisError."""
    found = set()
    for path in list_mails(folder):
        with path.open("rb") as file:
            identity = BytesHeaderParser().parse(file).get("Message-ID", "")
        found.add(str(identity).strip().removeprefix("<").partition("@")[0])
    return frozenset(found)
