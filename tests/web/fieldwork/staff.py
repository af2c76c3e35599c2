"""Staff as tests know them: signed in by password and code, without a browser."""

import base64
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hashers, get_hashers_by_algorithm
from django.test import Client
from django_otp.oath import totp

from praksis.define.survey import Survey
from praksis.web.settings import Fieldwork, Office, Provider, configure_staff
from tests.databases import SECRET
from tests.web.store.conftest import EVERY_KIND

PASSWORD = "fire ganske vanlige ord"


class QuickHasher(Argon2PasswordHasher):
    """The same, made cheap: a thousand tests sign in, and each real hash takes a fifth of a second, as it should."""

    time_cost, memory_cost, parallelism = 1, 8, 1


def open_office(
    database: str,
    survey: Survey,
    microdata: Path,
    smtp: str = "",
    *,
    folder: Path = EVERY_KIND,
    secure: bool = False,
    provider: Provider | None = None,
) -> None:
    """Set this process up for the staff pages of a survey, which is in `folder`."""
    fieldwork = Fieldwork(database, SECRET, {survey.header.id: survey}, secure=secure)
    settings.PASSWORD_HASHERS = [f"{QuickHasher.__module__}.{QuickHasher.__name__}"]
    get_hashers.cache_clear()
    get_hashers_by_algorithm.cache_clear()
    configure_staff(
        fieldwork,
        Office("http://survey.example", microdata, folder, smtp, "Survey <survey@praksis.example>", provider=provider),
    )


def employ(name: str, role: str) -> str:
    """Somebody new; the path of the link they get."""
    from praksis.web.store.staff import Role, add_staff, make_welcome

    add_staff(name, Role(role))
    return f"/nb/welcome/{make_welcome(name)}"


def sign_in(name: str, role: str, *, checks: bool = False) -> Client:
    """Somebody new, signed in. `checks`: forms are checked as a browser's are."""
    client = Client(enforce_csrf_checks=checks)
    link = employ(name, role)
    client.get(link)
    token = {"csrfmiddlewaretoken": client.cookies["praksis-staff-form"].value}
    chosen = client.post(link, token | {"password": PASSWORD, "again": PASSWORD})
    assert chosen.status_code == 303, chosen.content.decode()
    page = client.get("/nb/code").content.decode()
    key = page.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    token = {"csrfmiddlewaretoken": client.cookies["praksis-staff-form"].value}
    given = client.post("/nb/code", token | {"code": write_code(key)})
    assert given.status_code == 303, given.content.decode()
    return client


def find_key(name: str) -> str:
    """What the app of somebody who has one has."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.get(user__username=name, confirmed=True)
    return base64.b32encode(bytes.fromhex(device.key)).decode().rstrip("=")


def write_code(key: str, ahead: int = 0) -> str:
    """What the app of a key shows, or will show in so many half minutes."""
    return f"{totp(base64.b32decode(key + '=' * (-len(key) % 8)), t0=-30 * ahead):06}"
