"""Personal links: 130 bits that nobody can guess, of which only a hash is stored."""

import base64
import hashlib
import hmac

_BITS = 130
LENGTH = _BITS // 5
"""Characters of a token: 5 bits each, in capitals and digits that are hard to confuse when read aloud (RFC 4648)."""


def make_token(secret: bytes, assignment: str, generation: int) -> str:
    """The token of an assignment's link: the first 130 bits of an HMAC-SHA256. Another generation, another token."""
    return _shorten(hmac.digest(secret, f"link\0{assignment}\0{generation}".encode(), "sha256"))


def make_opt_out(secret: bytes, assignment: str) -> str:
    """What stands at the end of the address by which a person gets no more letters; it opens nothing else."""
    return f"{assignment}.{_sign_opt_out(secret, assignment)}"


def read_opt_out(secret: bytes, token: str) -> str:
    """The assignment it is for; '' where it was not made here."""
    assignment, _, signature = token.rpartition(".")
    expected = _sign_opt_out(secret, assignment)
    return assignment if hmac.compare_digest(signature.encode(), expected.encode()) else ""


def _sign_opt_out(secret: bytes, assignment: str) -> str:
    return _shorten(hmac.digest(secret, f"opt-out\0{assignment}".encode(), "sha256"))


def _shorten(digest: bytes) -> str:
    return base64.b32encode(digest).decode()[:LENGTH].lower()


def hash_token(token: str) -> str:
    """What is stored of a token, in hexadecimal. With 130 random bits there is nothing to salt against."""
    return hashlib.sha256(token.strip().lower().encode()).hexdigest()
