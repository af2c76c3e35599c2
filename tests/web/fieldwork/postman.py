"""A mail server that takes letters, on a port of this machine, and keeps each before it says so."""

import contextlib
import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What was taken, as files in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._taken = 0
        self.answers: dict[str, str] = {}
        """Recipient -> what the server says of them, where it does not take letters for them."""

    async def handle_RCPT(  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        to = f"X-Taken-For: {', '.join(envelope.rcpt_tos)}\r\n".encode()
        draft = self.folder.parent / f"{self.folder.name}.draft"
        draft.write_bytes(to + envelope.content)
        draft.rename(self.folder / f"{self._taken:06}.eml")
        self._taken += 1
        return "250 OK"

    def count(self) -> int:
        return self._taken

    def read(self) -> list[EmailMessage]:
        found = []
        for path in sorted(self.folder.iterdir()):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found


@contextlib.contextmanager
def open_mailbox(folder: Path) -> Iterator[tuple[Mailbox, str]]:
    """A mailbox, and the address of its server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox(folder)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
