"""The secret that personal links are made from: a file beside the database, or in the environment."""

import os
import secrets
import stat
import tempfile
from pathlib import Path

from praksis.errors import PraksisError

VARIABLE = "PRAKSIS_SECRET"
_SHORTEST = 32
"""Characters; half of what is made here."""


def read_secret(folder: Path | None) -> bytes:
    """The secret in PRAKSIS_SECRET, else in the file `secret` in the folder, which is made if there is none.

    Raises PraksisError where it is too short, open to others, or where there is no folder to keep one in.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _check(given, VARIABLE)
    if folder is None:
        raise PraksisError(f"with a database server the secret is not kept beside it; set {VARIABLE}")
    path = folder / "secret"
    if not path.exists():
        _make_file(path)
    state = path.stat()
    if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.getuid():
        raise PraksisError(f"{path}: others can read it; it must be yours alone (chmod 600), or set {VARIABLE}")
    return _check(path.read_text(encoding="utf-8"), str(path))


def _check(text: str, where: str) -> bytes:
    secret = text.strip()
    if len(secret) < _SHORTEST:
        raise PraksisError(f"{where}: the secret needs at least {_SHORTEST} characters")
    return secret.encode()


def _make_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written whole under another name first: two that start at once then use the same secret, and no half one is left.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as draft:
        draft.write(secrets.token_urlsafe(48) + "\n")
        draft.flush()
        os.fsync(draft.fileno())
        # NamedTemporaryFile makes it readable for its owner alone.
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
