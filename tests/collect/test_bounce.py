"""Mails that come back: what servers, vacation programs and people write, and whatever else may arrive."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from praksis.collect.bounce import (
    LONGEST_DIAGNOSTIC,
    MOST_READ,
    Action,
    AutoReply,
    Bounce,
    hide_address,
    read_mail,
)

MAILS = Path(__file__).parent / "mails"
LETTER = "9f86d081884c7d659a2feaa0c55ad015@praksis.example"
KARI = "kari.nordmann@bakkebygd.example"
UNKNOWN = f"550 5.1.1 <{KARI}>: Recipient address rejected: User unknown in virtual mailbox table"
TIMEOUT = "connect to mx.utbygd.example[198.51.100.25]:25: Connection timed out"
FAILED, DELAYED = Action.FAILED, Action.DELAYED

BOUNCES = {
    "postfix-unknown-user": Bounce(LETTER, KARI, FAILED, "5.1.1", UNKNOWN),
    "postfix-delayed": Bounce(LETTER, "ola@utbygd.example", DELAYED, "4.4.1", TIMEOUT),
    "expired": Bounce(LETTER, "ola@utbygd.example", FAILED, "4.4.1", TIMEOUT),
    "exchange-online": Bounce(
        LETTER, KARI, FAILED, "5.1.10",
        f"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {KARI} not found by SMTP address lookup",
    ),
    # Report and letter in base64, which is not allowed; the status is the more exact one of the diagnostic.
    "exchange-mailbox-full": Bounce(
        LETTER, "ola@utbygd.example", FAILED, "5.2.2", "552 5.2.2 The mailbox is over its quota"
    ),
    "gmail-no-such-user": Bounce(
        LETTER, "bergljot.ruud@skule.example", FAILED, "5.1.1",
        "550-5.1.1 The account does not exist. Check the address 550-5.1.1 for misprints and spaces. 550 5.1.1 gsmtp",
    ),
    "qmail": Bounce(
        LETTER, "arkiv@gamlebygd.example", FAILED, "5.7.1",
        "198.51.100.40 does not like recipient. Remote host said: 550 5.7.1 Rejected by the content filter"
        " Giving up on 198.51.100.40.",
    ),
    "qmail-no-code": Bounce(
        LETTER, "arkiv@gamlebygd.example", FAILED, "", "Sorry, no mailbox here by that name."
    ),
    "exim-text": Bounce(
        LETTER, KARI, FAILED, "5.0.0",
        "host mx1.bakkebygd.example [192.0.2.17] SMTP error from remote mail server after"
        f" RCPT TO:<{KARI}>: 550 Unrouteable address",
    ),
    "exchange-5.5-text": Bounce(
        LETTER, "per.aas@arkivet.example", FAILED, "5.1.1",
        "den 01.09.2026 09:02 Kontoen finnes ikke hos denne virksomheten. <epost.arkivet.example #5.1.1>",
    ),
    "other-scripts": Bounce(LETTER, "bjørg@bråtebygd.example", FAILED, "5.1.1", "550 5.1.1 bjørg is unknown"),
    "broken-encodings": Bounce(LETTER, KARI, FAILED, "5.1.1", "550 5.1.1 Ukjent mottaker æøå"),
    "broken-boundary": Bounce(LETTER, KARI, FAILED, "5.1.1", UNKNOWN),
}  # fmt: skip
REPLIES = {
    "away-exchange": AutoReply(LETTER, KARI, "Automatisk svar: Bakkebygd kommune: undersøkelsen IT i praksis"),
    "away-gmail": AutoReply(LETTER, "bergljot.ruud@skule.example", "Permisjon Re: Skulen: IT i praksis"),
    "away-unmarked": AutoReply(LETTER, "ola.hansen@utbygd.example", "Fravær: eg er ikkje på kontoret"),
    "read-receipt": AutoReply(LETTER, KARI, "Lest: Bakkebygd kommune"),
    "delivered": AutoReply("", "mailer-daemon@ut.praksis.example", "Successful Mail Delivery Report"),
}
PEOPLE = ("human-reply", "human-postmaster", "human-forwards-a-bounce")


def read_bounce(data: bytes) -> Bounce | None:
    found = read_mail(data)
    return found if isinstance(found, Bounce) else None


def read_auto_reply(data: bytes) -> AutoReply | None:
    found = read_mail(data)
    return found if isinstance(found, AutoReply) else None


def test_every_mail_is_expected_to_be_something() -> None:
    assert sorted(path.stem for path in MAILS.glob("*.eml")) == sorted([*BOUNCES, *REPLIES, *PEOPLE])


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", [*BOUNCES, *REPLIES, *PEOPLE])
def test_mail(name: str, line_end: bytes) -> None:
    data = (MAILS / f"{name}.eml").read_bytes().replace(b"\n", line_end)
    assert read_bounce(data) == BOUNCES.get(name)
    assert read_auto_reply(data) == REPLIES.get(name)


def test_what_will_not_pass() -> None:
    passing = {name for name, bounce in BOUNCES.items() if not bounce.permanent}
    assert passing == {"postfix-delayed", "expired"}


def test_reasons_name_nobody() -> None:
    expected = "550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table"
    assert BOUNCES["postfix-unknown-user"].reason == expected
    for bounce in BOUNCES.values():
        assert "@" not in bounce.reason
        assert bounce.recipient.partition("@")[0] not in bounce.reason, bounce.reason
    assert BOUNCES["other-scripts"].reason == "550 5.1.1 … is unknown"
    assert hide_address("Kari.Nordmann, karins", "kari.nordmann@x.no") == "…, karins"
    assert hide_address("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Action: failed\nStatus: 5.1.1\n", "Status: 5.1.1\n", (FAILED, "5.1.1")),
        ("Action: failed\nStatus: 5.1.1\n", "Status: 4.2.0\n", (DELAYED, "4.2.0")),
        ("Status: 5.1.1\n", "", (FAILED, "5.1.1")),  # from the diagnostic
        ("Status: 5.1.1\n", "Status: 5.0.0 (nothing said)\n", (FAILED, "5.1.1")),
        ("Status: 5.1.1\n", "Status: 4.0.0\n", (FAILED, "4.0.0")),  # the two differ: the report's own counts
        ("Action: failed", "Action: FAILED (for good)", (FAILED, "5.1.1")),
    ],
)
def test_reports_that_say_less(old: str, new: str, expected: tuple[Action, str]) -> None:
    text = (MAILS / "postfix-unknown-user.eml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    bounce = read_bounce(text.replace(old, new).encode())
    assert bounce
    assert (bounce.action, bounce.status) == expected


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_bounce(action: str) -> None:
    text = (MAILS / "postfix-unknown-user.eml").read_text(encoding="utf-8")
    data = text.replace("Action: failed", f"Action: {action}").encode()
    assert read_bounce(data) is None
    assert read_auto_reply(data)


def test_of_several_recipients_the_gravest_news_counts() -> None:
    block = "Final-Recipient: rfc822; {}@utbygd.example\nAction: {}\nStatus: {}\n\n"
    blocks = [("a", "expanded", "2.0.0"), ("b", "delayed", "4.4.1"), ("c", "failed", "4.4.7"), ("d", "failed", "5.2.1")]
    head = (MAILS / "postfix-unknown-user.eml").read_text(encoding="utf-8")
    begin, end = head.index("Final-Recipient:"), head.index("--4X1abc2DEfz9s.1788246005/ut.praksis.example\nContent-De"
                                                            "scription: Undelivered")  # fmt: skip
    for count, expected in [(1, None), (2, "b"), (3, "c"), (4, "d")]:
        for order in (blocks[:count], blocks[:count][::-1]):
            text = head[:begin] + "".join(block.format(*one) for one in order) + head[end:]
            bounce = read_bounce(text.encode())
            assert (bounce and bounce.recipient) == (expected and f"{expected}@utbygd.example")


@pytest.mark.parametrize(
    ("subject", "automatic"),
    [
        ("Automatic reply: Survey", True),
        ("Autosvar: Undersøkelse", True),
        ("Automatisk svar: Undersøking", True),
        ("Out of Office: Survey", True),
        ("Ikke på kontoret", True),
        ("Ikkje på kontoret denne veka", True),
        ("Fravær", True),
        ("SV: Automatisk svar på spørreundersøkelser", False),
        ("Fraværet hos oss", False),
        ("Spørsmål om autosvar", False),
        ("Automatisering hos oss", False),
    ],
)
def test_subjects_of_unmarked_replies(subject: str, automatic: bool) -> None:
    mail = f"From: Kari <{KARI}>\nIn-Reply-To: <{LETTER}>\nSubject: {subject}\n\nHei!\n".encode()
    assert read_bounce(mail) is None
    assert read_auto_reply(mail) == (AutoReply(LETTER, KARI, subject) if automatic else None)


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: auto-replied; owner-email=kari", True),
        ("X-Auto-Response-Suppress: All", False),  # asks others not to reply, and stands in what people write
        ("X-Autorespond: Survey", True),
        ("Precedence: auto_reply", True),
        ("Precedence: normal", False),
        ("X-Autoreply: no", False),
    ],
)
def test_marks_of_replies(header: str, automatic: bool) -> None:
    assert bool(read_auto_reply(f"From: {KARI}\n{header}\nSubject: SV: Hei\n\nHei!\n".encode())) is automatic


def test_a_huge_letter_that_comes_back_is_not_read_through() -> None:
    data = (MAILS / "postfix-unknown-user.eml").read_bytes()
    end = data.rindex(b"--4X1abc2DEfz9s")
    huge = data[:end] + b"All work and no play makes a dull letter.\n" * 1_000_000 + data[end:]
    began = time.perf_counter()
    assert read_bounce(huge) == BOUNCES["postfix-unknown-user"]
    assert time.perf_counter() - began < 5
    assert len(huge) > 100 * MOST_READ


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
DAEMON = b"From: MAILER-DAEMON@post.example\n"
REPORT = DAEMON + b"Content-Type: multipart/report; boundary=b\n\n"
STATUS = b"--b\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n"


@pytest.mark.parametrize(
    "data",
    [
        NESTED + b"hello\n" * 60_000,
        b"Content-Type: message/rfc822\n\n" * 14_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 28_000 + b"\n\n",
        b"A: b\n" * 80_000,
        REPORT + STATUS * 5_000,
        REPORT + STATUS + b"Final-Recipient: rfc822; a@b\nAction: failed\n\n" * 8_000,
        DAEMON + b"\n550 5.1.1 " + b"a" * 390_000,
        DAEMON + b"\n550 5.1.1 " + b"a@" * 190_000,
        DAEMON + b"\n550 5.1.1 " + b"\n" * 390_000,
        DAEMON + b"\n" + b"5.1." * 90_000,
        b"From: " + b"(" * 390_000,
    ],
)
def test_mails_written_to_keep_a_reader_busy(data: bytes) -> None:
    began = time.perf_counter()
    read_bounce(data)
    assert time.perf_counter() - began < 5


# -- whatever arrives --------------------------------------------------------------------------------------------------

ALL = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
PIECES = [b"\n\n", b"--", b"Content-Type: ", b"multipart/report", b"message/delivery-status", b"message/rfc822",
          b"=?", b"?=", b"boundary=", b"boundary*=a\0b''x", b"Action: ", b"failed", b"Status: 9.9.9", b"<", b">", b"@",
          b"\x00", b"\xff\xfe", b"charset=", b"charset=utf-7", b"charset=idna", b"charset=rot13", b"base64", b";", b'"',
          b"quoted-printable", b"uuencode", b"(", b"Original-Recipient: utf-8;", b"\r", b"Auto-Submitted:", b"%",
          b"X-Failed-Recipients: ", b"Hi. This is the", b"In-Reply-To:", b"*0*=", b"Diagnostic-Code:",
          b"Message-ID:"]  # fmt: skip
CUT = st.tuples(st.integers(0, 10_000), st.integers(0, 400), st.sampled_from(PIECES) | st.binary(max_size=20))


def check(data: bytes) -> None:
    bounce, reply = read_bounce(data), read_auto_reply(data)
    assert not (bounce and reply)
    if bounce:
        assert bounce.recipient == bounce.recipient.lower()
        assert len(bounce.diagnostic) <= LONGEST_DIAGNOSTIC
        for text in (bounce.diagnostic, bounce.message_id, bounce.recipient, bounce.status):
            assert text.isprintable()
        assert not set("<> ") & set(bounce.message_id)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(ALL), st.lists(CUT, min_size=1, max_size=6))
@example(ALL[0], [(0, 0, b"Content-Type: multipart/mixed; boundary*=a\0b''x\n")])
def test_mutilated_mails(data: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, length, piece in cuts:
        start = at % (len(data) + 1)
        data = data[:start] + piece + data[start + length :]
    check(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.lists(st.sampled_from([*PIECES, b"\n", b" ", b"b"]), max_size=60).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    check(data)
    check(REPORT + data)
    check(REPORT + b"--b\nContent-Type: message/delivery-status\n\n" + data)
