"""Who comes in by a personal link, and who does not. Of a link only the hash is stored."""

import datetime
import hmac
import ipaddress
import uuid
from dataclasses import dataclass

from django.db import transaction  # noqa: TID251  # the store is where the database is

from praksis.collect.link import hash_token, make_token
from praksis.errors import PraksisError
from praksis.web.store import models

WRONG_LINKS = 20
"""As many wrong links may be tried from one address within WINDOW."""
WINDOW = datetime.timedelta(minutes=10)
_KEPT = datetime.timedelta(days=1)
"""Addresses are forgotten after this."""


class SecretChanged(PraksisError):
    """Links are made from another secret than the one that is given now."""


class LinkRevoked(PraksisError):
    """The person was shut out."""


@dataclass(frozen=True)
class Entrance:
    """What a link opens."""

    assignment: str = ""
    """The assignment; empty unless one may come in."""
    generation: int = 0
    """Of the link; a session keeps it and ends when the assignment's is another."""
    reason: str = ""
    """Why one may not: `unknown`, `revoked` or `expired`."""
    language: str = ""
    """The person's language, also where they may not come in; empty for unknown links."""


def find_assignment(token: str, now: datetime.datetime) -> Entrance:
    """Whose link it is, or why it opens nothing. Changes nothing.

    After the wave has closed it still opens: what was answered, and the receipt, can be read.
    """
    hashed = hash_token(token)
    found = models.Assignment.objects.filter(token_hash=hashed).first()
    if found is None:
        old = models.OldLink.objects.select_related("assignment").filter(token_hash=hashed).first()
        return Entrance(reason="revoked", language=old.assignment.language) if old else Entrance(reason="unknown")
    if found.revoked_at:
        return Entrance(reason="revoked", language=found.language)
    if found.expires_at and now >= found.expires_at:
        return Entrance(reason="expired", language=found.language)
    return Entrance(str(found.pk), found.generation, language=found.language)


def issue_link(
    assignment_id: str, secret: bytes, now: datetime.datetime, expires_at: datetime.datetime | None = None
) -> str:
    """The token of an assignment's link, the same until it is revoked. With `expires_at` it opens nothing after that.

    Raises LinkRevoked where there is none, SecretChanged where it was made from another secret: it would open nothing.
    """
    found = models.Assignment.objects.get(pk=assignment_id)
    if found.revoked_at:
        raise LinkRevoked("the link was revoked; make a new one with `praksis collect revoke`")
    token = make_token(secret, str(found.pk), found.generation)
    if hash_token(token) != found.token_hash:
        raise SecretChanged("the links of this database are made from another secret; use that, or revoke the link")
    if expires_at:
        models.Assignment.objects.filter(pk=found.pk).update(expires_at=expires_at)
    return token


def revoke_link(assignment_id: str, secret: bytes, now: datetime.datetime) -> str:
    """The token of a new link; the old one, and sessions that came by it, are worth nothing from now on."""
    with transaction.atomic(durable=True):
        found = models.Assignment.objects.select_for_update().get(pk=assignment_id)
        return renew_link(found, secret, now)


def shut_out(assignment_id: str, now: datetime.datetime) -> None:
    """The person's link and sessions end, and there is no new one until `revoke_link`."""
    models.Assignment.objects.filter(pk=assignment_id, revoked_at=None).update(revoked_at=now)


def is_dead(row: models.Assignment, now: datetime.datetime) -> bool:
    """Does the link of an assignment open nothing any more?"""
    return row.revoked_at is not None or (row.expires_at is not None and now >= row.expires_at)


def renew_link(row: models.Assignment, secret: bytes, now: datetime.datetime) -> str:
    """The next generation of a locked assignment's link; the old one is remembered as revoked."""
    models.OldLink.objects.create(token_hash=row.token_hash, assignment=row, revoked_at=now)
    row.generation += 1
    token = make_token(secret, str(row.pk), row.generation)
    row.token_hash = hash_token(token)
    row.expires_at = row.revoked_at = None
    row.save(update_fields=("generation", "token_hash", "expires_at", "revoked_at"))
    return token


def make_assignment(response: models.Response, secret: bytes, language: str, *, coordinator: bool) -> models.Assignment:
    """An assignment with its first link, not yet saved."""
    identity = uuid.uuid4()
    return models.Assignment(
        id=identity, response=response, coordinator=coordinator, language=language,
        token_hash=hash_token(make_token(secret, str(identity), 1)),
    )  # fmt: skip


# -- wrong links -------------------------------------------------------------------------------------------------------


def note_wrong_link(address: str, secret: bytes, now: datetime.datetime) -> None:
    """A link that is none was tried from an IP address, of which only a keyed hash is kept, and that for a day."""
    models.WrongLink.objects.filter(at__lt=now - _KEPT).delete()
    models.WrongLink.objects.create(address=_hash_address(address, secret), at=now)


def is_too_many(address: str, secret: bytes, now: datetime.datetime) -> bool:
    """Have too many wrong links been tried from this address lately?"""
    tried = models.WrongLink.objects.filter(address=_hash_address(address, secret), at__gt=now - WINDOW)
    return tried.count() >= WRONG_LINKS


def _hash_address(address: str, secret: bytes) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        whom = address  # a Unix socket, or a proxy that says something else
    else:
        # A server that listens on IPv6 sees IPv4 addresses as ::ffff:192.0.2.17, all in one network.
        known = getattr(known, "ipv4_mapped", None) or known
        # Whoever has one IPv6 address has the other 2^64 of its network too.
        whom = str(ipaddress.ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)
    return hmac.digest(secret, f"address\0{whom}".encode(), "sha256").hex()
