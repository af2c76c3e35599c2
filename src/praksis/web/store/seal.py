"""Personal data as it lies in the database: encrypted, and found again by a keyed hash.

A copy of the database alone tells nobody whom we have written to. Who also has the secret can read it all.
"""

import base64
import hmac
import json
import os
from functools import cache
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from praksis.errors import PraksisError

_NONCE = 12
"""Bytes, random for every seal: NIST SP 800-38D, section 8.2.2."""


class SealBroken(PraksisError):
    """What was sealed cannot be read: another secret, or it was moved or changed."""


def seal(content: dict[str, Any], about: str) -> str:
    """Encrypted text of a content. `about` says where it lies: moved elsewhere it cannot be opened."""
    nonce = os.urandom(_NONCE)
    data = AESGCM(_derive(_secret(), b"contacts")).encrypt(nonce, json.dumps(content).encode(), about.encode())
    return base64.b64encode(nonce + data).decode()


def unseal(sealed: str, about: str) -> dict[str, Any]:
    """What was sealed. Raises SealBroken."""
    try:
        data = base64.b64decode(sealed)
        plain = AESGCM(_derive(_secret(), b"contacts")).decrypt(data[:_NONCE], data[_NONCE:], about.encode())
    except (InvalidTag, ValueError):  # ValueError: not even the form of it, as what was emptied
        raise SealBroken(f"{about} cannot be read with this secret; use the one the database was made with") from None
    return cast(dict[str, Any], json.loads(plain))


def index_email(email: str) -> str:
    """What an e-mail address is found by; capitals and spaces around it do not tell."""
    return hmac.digest(_derive(_secret(), b"index"), email.strip().lower().encode(), "sha256").hex()


def _secret() -> bytes:
    return cast(bytes, settings.FIELDWORK.secret)


@cache
def _derive(secret: bytes, purpose: bytes) -> bytes:
    """A key of its own for each purpose (RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"praksis " + purpose).derive(secret)
