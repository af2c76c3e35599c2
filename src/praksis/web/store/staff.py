"""Those who run a wave: what they may do, and what they sign in with, a password and a code or an account elsewhere."""

import datetime
import hmac
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction  # noqa: TID251  # the store is where the database is
from django.utils.crypto import constant_time_compare
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice  # type: ignore[import-untyped]  # ships no types

from praksis.errors import PraksisError
from praksis.web.store.audit import count_acts


class Role(StrEnum):
    """What somebody is in the fieldwork."""

    LEAD = "lead"
    FIELDWORKER = "fieldworker"
    ANALYST = "analyst"
    AUDITOR = "auditor"


class StaffRefused(PraksisError):
    """It cannot be done to this member of staff."""


class PasswordRefused(Exception):
    """A password that will not do. `codes`: why, as Django names it (`password_too_short` ...)."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


@dataclass(frozen=True)
class Staff:
    """A member of staff."""

    name: str
    """What they sign in as, and what stands in the audit."""
    role: Role
    has_password: bool
    has_code: bool
    """Have they set an app up for codes?"""


_COMMAND, _ITSELF = "command:", "praksis"
"""As whom the audit knows commands (and who gave them), and what nobody did."""


def fold_name(name: str) -> str:
    """The name as it is kept and looked for: `Kari@Example.NO` is kari@example.no.

    Only the letters A to Z: other signs that a computer takes for small or capital forms of each other (a Kelvin sign
    and a k) would let one account elsewhere stand in for another's name, and no two databases agree on them.
    """
    return "".join(sign.lower() if sign.isascii() else sign for sign in name)


def add_staff(name: str, role: Role) -> None:
    """Make somebody known, without a password: `make_welcome` gives the link to choose one. Raises StaffRefused."""
    name = fold_name(name)
    if not _is_name(name):
        raise StaffRefused(f"{name!r}: a name has 1 to 100 characters and no space; an e-mail address will do")
    if name == _ITSELF or name.startswith(_COMMAND):
        raise StaffRefused(f"{name}: the audit calls what staff did not do so; choose another name")
    with transaction.atomic():
        known = User.objects.filter(username=name).first()
        if known and known.is_active:
            raise StaffRefused(f"{known.username} is there already; change what they are with --role")
        user = known or User(username=name)
        user.is_active = True
        user.set_unusable_password()
        user.save()
        _set_role(user, role)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 100 and name.isprintable() and not any(sign.isspace() for sign in name)


def find_named(name: str) -> User | None:
    """Who has a name, if they may sign in."""
    # What is no name is not looked for: PostgreSQL cannot take every sign.
    return User.objects.filter(username=fold_name(name), is_active=True).first() if _is_name(name) else None


def list_staff() -> tuple[Staff, ...]:
    """Everybody who may sign in, by name."""
    rows = User.objects.filter(is_active=True).order_by("username")
    return tuple(describe(row) for row in rows)


def describe(user: User) -> Staff:
    """A user as a member of staff."""
    devices = TOTPDevice.objects.filter(user=user, confirmed=True)
    return Staff(user.username, find_role(user), user.has_usable_password(), devices.exists())


@dataclass(frozen=True)
class HeldStaff:
    """What is held on a member of staff, or somebody who was one."""

    name: str
    role: Role
    removed: bool
    last_in: datetime.datetime | None
    """When they signed in last."""
    acts: int
    """Of theirs in the audit."""


def find_held_staff(name: str) -> HeldStaff | None:
    """What is held on whoever signs in, or did, by a name; an e-mail address is one."""
    user = User.objects.filter(username=fold_name(name)).first() if _is_name(name) else None
    if user is None:
        return None
    return HeldStaff(user.username, find_role(user), not user.is_active, user.last_login, count_acts(who=user.username))


def find_role(user: User) -> Role:
    """What a user is. Raises StaffRefused for somebody who is nothing."""
    names = [group.name for group in user.groups.all()]
    if not names:
        raise StaffRefused(f"{user.username} has no role; give one with `praksis fieldwork staff`")
    return Role(names[0])


def change_role(name: str, role: Role) -> None:
    """Let somebody be something else from now on. Raises StaffRefused."""
    with transaction.atomic():
        _set_role(_find(name), role)


def remove_staff(name: str) -> None:
    """Somebody may not sign in any more, and whoever is signed in as them is out. Raises StaffRefused."""
    with transaction.atomic():
        user = _find(name)
        user.is_active = False
        user.set_unusable_password()
        user.save()
        TOTPDevice.objects.filter(user=user).delete()


def reset_staff(name: str) -> None:
    """Password and code are worth nothing from now on, for whoever has lost one. Raises StaffRefused."""
    with transaction.atomic():
        user = _find(name)
        user.set_unusable_password()
        user.save()
        TOTPDevice.objects.filter(user=user).delete()


def _find(name: str) -> User:
    user = find_named(name)
    if user is None:
        known = ", ".join(User.objects.filter(is_active=True).values_list("username", flat=True)) or "nobody"
        raise StaffRefused(f"there is no {name} among staff; there is {known}")
    return user


def _set_role(user: User, role: Role) -> None:
    group, _ = Group.objects.get_or_create(name=role.value)
    user.groups.set([group])


# -- passwords ---------------------------------------------------------------------------------------------------------


class _Welcome(PasswordResetTokenGenerator):
    """Django's, with a secret that is the same for the command that makes a link and the server that takes it."""

    key_salt = "praksis.web.store.staff"

    def __init__(self) -> None:
        super().__init__()
        self.secret = hmac.digest(settings.FIELDWORK.secret, b"welcome", "sha256").hex()


def make_welcome(name: str) -> str:
    """The token of a link by which somebody chooses a password: works once, for three days. Raises StaffRefused."""
    user = _find(name)
    return f"{urlsafe_base64_encode(str(user.pk).encode())}.{_Welcome().make_token(user)}"


def find_welcome(token: str) -> User | None:
    """Whose link it is; None if it is nobody's, was used, or is too old."""
    identity, _, sign = token.partition(".")
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(identity).decode()), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user and _Welcome().check_token(user, sign) else None


def set_password(user: User, password: str) -> None:
    """Raises PasswordRefused. The welcome link that led here is then used."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(tuple(one.code for one in error.error_list if one.code)) from None
    user.set_password(password)
    user.save()


def mark_password(user: User) -> str:
    """What a session keeps of somebody who has given their password: another when the password is another."""
    return str(user.get_session_auth_hash())


def find_marked(identity: int, mark: str) -> User | None:
    """Who has given their password, if they may still sign in, and by that password."""
    user = User.objects.filter(pk=identity, is_active=True).first()
    return user if user and constant_time_compare(mark_password(user), mark) else None


# -- codes -------------------------------------------------------------------------------------------------------------


def has_code(user: User) -> bool:
    """Has the user set an app up for codes?"""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def start_code(user: User) -> TOTPDevice:
    """The device that is being set up: the same until it is confirmed, so a reloaded page shows the same picture."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


def confirm_code(user: User, token: str) -> TOTPDevice | None:
    """The device, now set up, if the code is one of it. A second app is not set up this way."""
    with transaction.atomic():
        if has_code(user):
            return None
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not _verify(device, token):
            return None
        device.confirmed = True
        device.save()
    return device


def check_code(user: User, token: str) -> TOTPDevice | None:
    """The device that a code is of; a code counts once, and after wrong ones the device waits longer and longer."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        return device if device is not None and _verify(device, token) else None


def _verify(device: TOTPDevice, token: str) -> bool:
    digits = "".join(token.split())
    # It would take other signs that `int` reads; and it waits after wrong codes by itself.
    return digits.isascii() and digits.isdecimal() and device.verify_token(digits) is True
