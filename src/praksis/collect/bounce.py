"""What comes back after a letter: reports that it could not be delivered, automatic replies, and what people write.

Bounces are read as RFC 3464 has them (and RFC 6533, for addresses in other scripts); where a server writes to people
only, by the forms of qmail (D. J. Bernstein's QSBMF), Exim and old Exchange. Automatic replies are known by RFC 3834
and by what servers write in its place. Anybody can send such a mail: believe one only if it names a letter of ours.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

MOST_READ = 400_000
"""Bytes: what matters stands at the beginning, and the letter that comes back may bring anything along."""
LONGEST_DIAGNOSTIC = 500

# What is larger than these is no report, and is written to keep a reader busy: `email` takes time by the square of it.
_MOST_BOUNDARIES = 50
_MOST_PARTS = 50
_MOST_RECIPIENTS = 100
_LONGEST_HEADER = 10_000
_DEEPEST = 10
"""Parts within parts; reports need three."""

Mail: TypeAlias = "Message[str, str]"

_FAULTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What Python's `email` lets out where a mail is malformed enough."""


class Action(StrEnum):
    """What a server has done with a letter."""

    FAILED = "failed"
    """It has given up."""
    DELAYED = "delayed"
    """It goes on trying."""


@dataclass(frozen=True)
class Bounce:
    """A report that a letter was not delivered."""

    message_id: str
    """Of the letter, without angle brackets; '' where the report does not say."""
    recipient: str
    """In small letters; '' where the report does not say."""
    action: Action
    status: str
    """As 5.1.1 (RFC 3463); '' where the report does not say."""
    diagnostic: str
    """What the server said, on one line."""

    @property
    def permanent(self) -> bool:
        """Will the next letter fail too? Not where the reason may pass, as after days without contact (4.4.7)."""
        return self.action is Action.FAILED and not self.status.startswith("4")

    @property
    def reason(self) -> str:
        """What the server said, without whom we wrote to."""
        return hide_address(self.diagnostic, self.recipient)


@dataclass(frozen=True)
class AutoReply:
    """An answer that nobody wrote: out of office, a receipt that a letter was opened, a report of success."""

    message_id: str
    """Of the letter it answers, without angle brackets; '' where it does not say."""
    sender: str
    """In small letters."""
    subject: str


def read_mail(data: bytes) -> Bounce | AutoReply | None:
    """The report of failure or delay, or the automatic reply, that a mail is; None where it is neither. Never raises.

    What a person has written is neither, and most other mail too.
    """
    data = data[:MOST_READ]
    if data.lower().count(b"boundary") > _MOST_BOUNDARIES:
        return None
    try:
        mail = message_from_bytes(data)
        bounce = _read_report(mail) or _read_prose(mail)
        if bounce or not _is_automatic(mail):
            return bounce
        sender = parseaddr(_read_header(mail, "From"))[1].lower()
        return AutoReply(_find_answered(mail), sender, _read_header(mail, "Subject"))
    except _FAULTS:
        return None


# -- reports that machines read ----------------------------------------------------------------------------------------

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")


def _read_report(mail: Mail) -> Bounce | None:
    """Of several recipients the one with the gravest news: our letters have one, who may pass them on to others."""
    parts = [part for part in _list_parts(mail) if part.get_content_type() in _STATUS_TYPES]
    if not parts and mail.get_content_type() == "multipart/report" and not mail.is_multipart():
        parts = [mail]  # its boundary is not the one that it names: all of it is one text
    blocks = [block for part in parts for block in _split_blocks(_read_text(part))][:_MOST_RECIPIENTS]
    found = [bounce for block in blocks if (bounce := _read_block(mail, block))]
    gravest = sorted(found, key=lambda bounce: (bounce.permanent, bounce.action is Action.FAILED), reverse=True)
    return replace(gravest[0], message_id=_find_returned(mail, blocks)) if gravest else None


def _list_parts(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail, but not those of a mail within: somebody may pass on a bounce that is not about us."""
    return islice(_walk(mail, 0), _MOST_PARTS)


def _walk(mail: Mail, depth: int) -> Iterator[Mail]:
    yield mail
    if mail.get_content_maintype() == "multipart" and mail.is_multipart() and depth < _DEEPEST:
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from _walk(part, depth + 1)


def _split_blocks(text: str) -> list[Mail]:
    """Fields of the letter as a whole come first, then a block for each recipient, with empty lines between."""
    blocks = re.split(r"\n(?:[ \t]*\n)+", text.strip(), maxsplit=_MOST_RECIPIENTS)
    return [message_from_string(block) for block in blocks]


def _read_block(mail: Mail, block: Mail) -> Bounce | None:
    diagnostic = _strip_type(_read_header(block, "Diagnostic-Code"))
    status = _choose_status(_read_header(block, "Status"), diagnostic)
    action = _read_action(_read_header(block, "Action"), status)
    if action is None:
        return None
    return Bounce("", _read_recipient(mail, block), action, status, diagnostic[:LONGEST_DIAGNOSTIC])


def _read_action(said: str, status: str) -> Action | None:
    word = said.lower().partition(" ")[0]
    if not word:
        # It must be there. Where it is not, and a recipient's block has a status, that has to do.
        return {"5": Action.FAILED, "4": Action.DELAYED}.get(status[:1])
    return Action(word) if word in list(Action) else None  # delivered, relayed, expanded


_STATUS = re.compile(r"(?<![\w.])([45]\.[0-7]\.\d{1,3})(?![\w.]|\.\d)")
_REPLY = re.compile(r"(?<![\w.])([45])[0-5]\d(?=[ -]|$)")


def _choose_status(said: str, diagnostic: str) -> str:
    """The status, or the one in the words of the other server where that is more exact (5.0.0 says nothing)."""
    told = _find_status(diagnostic)
    given = match[0] if (match := re.match(r"[245]\.\d{1,3}\.\d{1,3}", said)) else ""
    return told if not given or (given.endswith(".0.0") and told[:1] == given[:1]) else given


def _find_status(text: str) -> str:
    """The first status code in a text, else what can be said from the first SMTP reply code, else ''."""
    if match := _STATUS.search(text):
        return match[1]
    return f"{match[1]}.0.0" if (match := _REPLY.search(text)) else ""


def hide_address(text: str, address: str = "") -> str:
    """A text without e-mail addresses, and without what stands before the @ of the one given: servers repeat that."""
    hidden, name = _ADDRESS.sub("…", text), address.partition("@")[0]
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", hidden, flags=re.IGNORECASE) if name else hidden


def _read_recipient(mail: Mail, block: Mail) -> str:
    """Whom we wrote to, rather than whom it was passed on to."""
    for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        if address := _find_address(_strip_type(_read_header(block, name))):
            return address
    return _find_address(_read_header(mail, "X-Failed-Recipients"))


def _strip_type(value: str) -> str:
    """`rfc822; kari@example.org` without what stands before the semicolon."""
    kind, point, rest = value.partition(";")
    return rest.strip() if point and " " not in kind.strip() else value


_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,255}")


def _find_address(text: str, but: str = "") -> str:
    """The first address in a text, in small letters, that is not the one given."""
    found = (match[0].rstrip(".").lower() for match in _ADDRESS.finditer(text))
    return next((address for address in found if address != but and address.isprintable()), "")


def _find_returned(mail: Mail, blocks: Iterable[Mail]) -> str:
    """The Message-ID of the letter that came back."""
    for part in _list_parts(mail):
        if part.get_content_type() in _RETURNED_TYPES and (found := _find_id_line(_read_text(part))):
            return found
    for block in blocks:
        if found := _find_id(_read_header(block, "X-Original-Message-ID")):
            return found
    if found := _find_answered(mail):
        return found
    leaves = [part for part in _list_parts(mail) if not part.is_multipart()]
    # What is said to be encoded may be so only in part: then it is read as it stands.
    texts = (text for part in leaves for text in (_read_text(part), str(part.get_payload())))
    return next((found for text in texts if (found := _find_id_line(text))), "")


# -- reports that people read ------------------------------------------------------------------------------------------

_DAEMON = re.compile(r"(mailer|mail)[-_.]?daemon@", re.IGNORECASE)
_POSTMASTER = re.compile(r"postmaster@", re.IGNORECASE)
_NOT_DELIVERED = re.compile(
    r"(undeliver|not deliver|delivery (status|fail|has fail|delay|notif)|failure notice|mail delivery|returned mail"
    r"|(ikke|ikkje) lever|(ikke|ikkje) bli lever|uleverlig)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(re|sv|vs|aw|fw|fwd|svar)\s*:", re.IGNORECASE)
_DELAY = re.compile(
    r"delayed|still trying|not yet been delivered|will be retried|continue to try|forsinket|forseinka", re.IGNORECASE
)
_COPY = re.compile(r"^-.*$", re.MULTILINE)
"""The line after which the letter follows."""
_QMAIL = "Hi. This is the"
_ACTION = re.compile(r"^Action:[ \t]*[a-z]", re.IGNORECASE | re.MULTILINE)


def _read_prose(mail: Mail) -> Bounce | None:
    sender, subject = _read_header(mail, "From"), _read_header(mail, "Subject")
    text = next((_read_text(part) for part in _list_parts(mail) if part.get_content_type() == "text/plain"), "")
    failed = _read_header(mail, "X-Failed-Recipients")
    qmail = text.lstrip().startswith(_QMAIL)
    told = _DAEMON.search(sender) or (_POSTMASTER.search(sender) and _NOT_DELIVERED.search(subject))
    if not (qmail or failed or told) or _ANSWER.match(subject):
        return None
    if any(part.get_content_type() in _STATUS_TYPES and _ACTION.search(_read_text(part)) for part in _list_parts(mail)):
        return None  # it has been read, and says that all is well
    says = _COPY.split(text, maxsplit=1)[0]
    status = _find_status(says)
    if not (qmail or failed or status):
        return None
    delayed = _DELAY.search(subject + says) and not failed and not status.startswith("5")
    action = Action.DELAYED if delayed else Action.FAILED
    recipient = _find_address(failed) or _find_address(says, but=_find_address(sender))
    message_id = _find_id_line(text) or _find_returned(mail, ())
    return Bounce(message_id, recipient, action, status, _quote(says, recipient))


def _quote(says: str, recipient: str) -> str:
    """What follows the recipient's address, where it stands; else from the line with the code."""
    _, found, rest = says.partition(recipient) if recipient else ("", "", "")
    if not found:
        match = _STATUS.search(says) or _REPLY.search(says)
        rest = says[says.rfind("\n", 0, match.start()) + 1 :] if match else says
    return _join(rest[: 4 * LONGEST_DIAGNOSTIC].lstrip(">:"))[:LONGEST_DIAGNOSTIC]


# -- automatic replies -------------------------------------------------------------------------------------------------

_MARKS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply", "X-AutoReply-From")
"""What servers wrote before there was a standard. Not X-Auto-Response-Suppress: it asks others not to reply."""
_MASS = ("auto_reply", "auto-reply", "bulk", "junk")
_AWAY = re.compile(
    r"\s*(auto(matisk|matic)?[ -]?(svar|reply|response)|autosvar|auto:|out of (the )?office|fravær(smelding)?\b"
    r"|ikke på kontoret|ikkje på kontoret|ikke til stede:|ikkje til stades:)",
    re.IGNORECASE,
)


def _is_automatic(mail: Mail) -> bool:
    marked = _read_header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    return (
        marked not in ("", "no")
        or mail.get_content_type() == "multipart/report"
        or any(_read_header(mail, name).lower() not in ("", "no") for name in _MARKS)
        or any(_read_header(mail, name).lower() in _MASS for name in ("Precedence", "X-Precedence"))
        or bool(_AWAY.match(_read_header(mail, "Subject")))
    )


def _find_answered(mail: Mail) -> str:
    """The Message-ID that a mail answers."""
    if found := _find_id(_read_header(mail, "In-Reply-To")):
        return found
    known = _ID.findall(_read_header(mail, "References"))
    if known:
        return str(known[-1])
    receipts = [part for part in _list_parts(mail) if part.get_content_type() == "message/disposition-notification"]
    lines = (re.search(r"^Original-Message-ID:(.*)$", _read_text(one), re.I | re.M) for one in receipts)
    return next((found for line in lines if line and (found := _find_id(line[1]))), "")


# -- what a mail is made of --------------------------------------------------------------------------------------------

_ID = re.compile(r"<([^<>\s]{1,250})>")
_ID_LINE = re.compile(r"^[ \t>]*Message-ID:[ \t]*(?:\r?\n[ \t>]+)?(.*)$", re.IGNORECASE | re.MULTILINE)


def _find_id(text: str) -> str:
    match = _ID.search(text)
    return match[1] if match and match[1].isprintable() else ""


def _find_id_line(text: str) -> str:
    match = _ID_LINE.search(text)
    return _find_id(match[1]) if match else ""


def _read_header(mail: Mail, name: str) -> str:
    """A header on one line, decoded where that can be done."""
    given = next((value for known, value in mail.raw_items() if known.lower() == name.lower()), "")
    given = _read_raw(given)[:_LONGEST_HEADER]
    try:
        return _join(str(make_header(decode_header(given))))
    except _FAULTS:
        return _join(given)


def _read_raw(value: object) -> str:
    """A header as it stands, letters beyond ASCII too: `email` keeps their bytes as surrogates."""
    return _decode(str(value).encode("utf-8", "surrogateescape"), "utf-8")


def _join(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _read_text(part: Mail) -> str:
    """What stands in a part, decoded. `email` has taken parts of the type message/... apart; they are put together."""
    if not part.is_multipart():
        return _read_body(part)
    pieces = []
    for piece in islice(part.get_payload(), _MOST_RECIPIENTS):
        if isinstance(piece, Message):
            head = "".join(f"{name}: {_read_raw(value)}\n" for name, value in piece.raw_items())
            pieces.append(f"{head}\n{'' if piece.is_multipart() else _read_body(piece)}")
    text = "\n".join(pieces)
    try:
        match str(part.get("Content-Transfer-Encoding", "")).strip().lower():
            case "base64":
                # Not allowed here (RFC 2046), and done all the same.
                return _decode(base64.b64decode(text.strip().encode("ascii", "ignore")), "utf-8")
            case "quoted-printable":
                return _decode(quopri.decodestring(text.encode("utf-8", "replace")), "utf-8")
    except binascii.Error:
        pass
    return text


def _read_body(part: Mail) -> str:
    data = part.get_payload(decode=True)
    return _decode(data, part.get_content_charset() or "utf-8") if isinstance(data, bytes) else ""


def _decode(data: bytes, charset: str) -> str:
    """In the character set given, else in the one that can read anything."""
    try:
        text = data.decode(charset)
    except (LookupError, ValueError):
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n")
