"""In and out of the staff pages."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from praksis.define.survey import Survey
from praksis.web.logs import hide_personal
from praksis.web.settings import configure_answering
from tests.databases import SECRET
from tests.web.fieldwork.conftest import Praksis
from tests.web.fieldwork.staff import PASSWORD, employ, find_key, open_office, sign_in, write_code

BOARD = "/nb/2026/"
Office = Callable[..., None]


@pytest.fixture
def office(database: str, wave: str, survey: Survey, tmp_path: Path) -> Office:
    """Open the staff pages (again)."""

    def opened(*, secure: bool = False) -> None:
        open_office(database, survey, tmp_path, secure=secure)

    opened()
    return opened


def _is_in(client: Client) -> bool:
    page = client.get(BOARD)
    assert page.status_code in (200, 302)
    return page.status_code == 200


def _try(name: str, password: str, address: str = "192.0.2.1", client: Client | None = None) -> tuple[int, str]:
    """What somebody is told who signs in so, without what differs from form to form."""
    answer = (client or Client()).post("/nb/sign-in", {"name": name, "password": password}, REMOTE_ADDR=address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, text.replace(f'value="{name}"', "")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.timedelta], None]:
    """Move the clock on."""
    now = timezone.now
    ahead = datetime.timedelta()

    def move(by: datetime.timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(timezone, "now", lambda: now() + ahead)
    # Django has a clock of its own for links, of the machine's time and made to be set by tests.
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: datetime.datetime.now() + ahead)
    return move


# -- password ----------------------------------------------------------------------------------------------------------


def test_password_and_code_lead_to_the_board(office: Office) -> None:
    client = sign_in("kari", "lead", checks=True)
    page = client.get(BOARD)
    assert page.status_code == 200
    assert "kari (undersøkelsesleder)" in page.content.decode()


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(office: Office) -> None:
    sign_in("kari", "lead")
    employ("ola", "analyst")
    from praksis.web.store.staff import Role, add_staff, remove_staff

    add_staff("gone", Role.LEAD)
    remove_staff("gone")
    status, text = _try("kari", "a wrong one")
    assert status == 422
    assert "Navnet eller passordet er feil." in text
    for name, password in (("nobody", PASSWORD), ("ola", PASSWORD), ("gone", PASSWORD), ("ka\0ri", PASSWORD), ("", "")):
        assert _try(name, password) == (status, text)
    assert _try("k" * 5000, PASSWORD)[0] == status


def test_what_was_typed_is_kept_and_the_password_is_not(office: Office) -> None:
    page = Client().post("/nb/sign-in", {"name": "kari", "password": "a wrong one"}).content.decode()
    assert 'value="kari"' in page
    assert "a wrong one" not in page


def test_capital_letters_of_a_name_do_not_matter(office: Office) -> None:
    sign_in("Kari@Example.no", "lead")
    assert _try("KARI@example.NO", PASSWORD)[0] == 303
    assert _try("\N{KELVIN SIGN}ARI@example.no", PASSWORD)[0] == 422


def test_twenty_wrong_tries_from_one_address_are_enough(office: Office, clock: Callable[..., None]) -> None:
    sign_in("kari", "lead")
    for number in range(20):
        assert _try(f"name{number}", "a wrong one")[0] == 422
    status, text = _try("kari", PASSWORD)
    assert status == 429
    assert "Vent ti minutter" in text
    assert _try("kari", PASSWORD, "192.0.2.2")[0] == 303
    clock(datetime.timedelta(minutes=11))
    assert _try("kari", PASSWORD)[0] == 303


def test_twenty_wrong_tries_at_one_name_are_enough_wherever_they_come_from(office: Office) -> None:
    sign_in("kari", "lead")
    for number in range(20):
        assert _try("Kari", "a wrong one", f"192.0.2.{number}")[0] == 422
    assert _try("kari", PASSWORD, "192.0.2.100")[0] == 429
    assert _try("ola", "a wrong one", "192.0.2.100")[0] == 422


def test_a_name_is_an_address_of_nobody(office: Office) -> None:
    """A name that looks like an address does not close the door for that address."""
    for number in range(20):
        _try("192.0.2.100", "a wrong one", f"192.0.2.{number}")
    assert _try("kari", PASSWORD, "192.0.2.100")[0] == 422


def test_a_password_without_a_code_shows_nothing(office: Office) -> None:
    sign_in("kari", "lead")
    client = Client()
    assert _try("kari", PASSWORD, client=client)[0] == 303
    assert not _is_in(client)
    assert client.get("/nb/code").status_code == 200
    assert 'class="key"' not in client.get("/nb/code").content.decode()


def test_a_password_alone_sets_no_app_up(office: Office) -> None:
    """Somebody who chose a password and went away: who finds that out has no way in."""
    client = Client()
    link = employ("kari", "lead")
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    thief = Client()
    assert _try("kari", PASSWORD, client=thief)[0] == 303
    page = thief.get("/nb/code")
    assert page.status_code == 403
    assert "Du har ikke satt opp koder" in page.content.decode()
    assert thief.post("/nb/code", {"code": "123456"}).status_code == 403
    assert client.get("/nb/code").status_code == 200


def test_argon2_is_what_hashes(office: Office) -> None:
    sign_in("kari", "lead")
    from django.contrib.auth.models import User

    assert User.objects.get(username="kari").password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("kort", "kort", "kortere enn 12 tegn"),
        ("qwerty123456", "qwerty123456", "som mange bruker"),
        ("kari.nordmann@example.no", "kari.nordmann@example.no", "ligner for mye på navnet"),
        (PASSWORD, "noe annet enn det", "ikke like"),
        ("", "", "kortere enn 12 tegn"),
    ],
)
def test_a_password_that_will_not_do(office: Office, password: str, again: str, said: str) -> None:
    client = Client()
    page = client.post(employ("kari.nordmann@example.no", "lead"), {"password": password, "again": again})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert client.get("/nb/code").status_code == 302


# -- code --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(office: Office) -> str:
    """What kari's app has."""
    sign_in("kari", "lead")
    return find_key("kari")


def _half(name: str = "kari") -> Client:
    client = Client()
    assert _try(name, PASSWORD, client=client)[0] == 303
    return client


def test_a_code_counts_once(key: str) -> None:
    code = write_code(key, ahead=1)
    client = _half()
    assert client.post("/nb/code", {"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert _is_in(client)
    other = _half()
    assert other.post("/nb/code", {"code": code}).status_code == 422
    assert not _is_in(other)


@pytest.mark.parametrize("code", ["", "abcdef", "-1", "1_0", "１２３４５６", "9" * 500, "12345", "\0"])
def test_what_is_no_code_is_no_code(key: str, code: str) -> None:
    client = _half()
    assert client.post("/nb/code", {"code": code}).status_code == 422
    assert not _is_in(client)


def test_after_a_wrong_code_the_right_one_has_to_wait(key: str) -> None:
    client = _half()
    right = write_code(key, ahead=1)
    wrong = f"{(int(right) + 1) % 1000000:06}"
    for _ in range(3):
        assert client.post("/nb/code", {"code": wrong}).status_code == 422
    assert client.post("/nb/code", {"code": right}).status_code == 422
    assert not _is_in(client)


def test_a_password_is_good_for_a_quarter_of_an_hour(key: str, clock: Callable[..., None]) -> None:
    client = _half()
    clock(datetime.timedelta(minutes=14))
    assert client.get("/nb/code").status_code == 200
    clock(datetime.timedelta(minutes=2))
    assert client.get("/nb/code").status_code == 302
    assert client.post("/nb/code", {"code": write_code(key, ahead=1)})["Location"] == "/nb/sign-in"
    assert not _is_in(client)


@pytest.mark.parametrize("act", ["remove_staff", "reset_staff"])
def test_a_half_session_ends_when_the_password_does(key: str, act: str) -> None:
    """Else whoever has a stolen password could set up an app of their own right after a reset."""
    client = _half()
    from praksis.web.store import staff

    getattr(staff, act)("kari")
    assert client.get("/nb/code").status_code == 302
    assert client.post("/nb/code", {"code": write_code(key, ahead=1)}).status_code == 302
    assert not _is_in(client)


# -- links -------------------------------------------------------------------------------------------------------------


def test_a_link_works_once(office: Office) -> None:
    link = employ("kari", "lead")
    client = Client()
    assert client.get(link).status_code == client.get(link).status_code == 200
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    for answer in (client.get(link), client.post(link, {"password": "noe helt annet", "again": "noe helt annet"})):
        assert answer.status_code == 410
        assert "Lenken virker ikke lenger" in answer.content.decode()
    assert _try("kari", PASSWORD)[0] == 303


def test_a_link_works_for_three_days(office: Office, clock: Callable[..., None]) -> None:
    link = employ("kari", "lead")
    clock(datetime.timedelta(days=3, seconds=-60))
    assert Client().get(link).status_code == 200
    clock(datetime.timedelta(seconds=120))
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("act", ["remove_staff", "reset_staff"])
def test_a_link_dies_when_its_owner_is_reset_or_removed(office: Office, act: str) -> None:
    link = employ("kari", "lead")
    from praksis.web.store import staff

    getattr(staff, act)("kari")
    assert Client().get(link).status_code == 410


def test_a_link_is_of_one_person(office: Office) -> None:
    mine, other = employ("kari", "analyst"), employ("ola", "lead")
    mixed = f"{other.rpartition('.')[0]}.{mine.rpartition('.')[2]}"
    assert Client().get(mixed).status_code == 410


@pytest.mark.parametrize(
    "token", ["x", "MQ.x", "MQ.x-y", "=.-", "æ.ø", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk.x-y", "%00", "MQ"]
)
def test_what_is_no_link_opens_nothing(office: Office, token: str) -> None:
    employ("kari", "lead")
    assert Client().get(f"/nb/welcome/{token}").status_code == 410


def test_a_link_stands_in_no_log(office: Office) -> None:
    link = employ("kari@example.no", "lead")
    assert hide_personal(f"Not Found: {link} kari@example.no") == "Not Found: /nb/welcome/… …@…"


# -- who is in stays in until ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["remove_staff", "reset_staff"])
def test_whoever_is_removed_or_reset_is_out_at_once(office: Office, act: str) -> None:
    client, other = sign_in("kari", "lead"), sign_in("ola", "lead")
    from praksis.web.store import staff

    getattr(staff, act)("kari")
    assert not _is_in(client)
    assert _is_in(other)


def test_whoever_comes_back_does_not_come_back_into_the_old_session(office: Office) -> None:
    client = sign_in("kari", "lead")
    from praksis.web.store.staff import Role, add_staff, remove_staff

    remove_staff("kari")
    add_staff("kari", Role.AUDITOR)
    assert not _is_in(client)
    assert _try("kari", PASSWORD)[0] == 422


def test_a_new_role_counts_at_once(office: Office) -> None:
    client = sign_in("kari", "lead")
    assert client.get(f"{BOARD}people").status_code == 200
    from praksis.web.store.staff import Role, change_role

    change_role("kari", Role.ANALYST)
    assert client.get(f"{BOARD}people").status_code == 403
    assert "kari (analytiker)" in client.get(BOARD).content.decode()


def test_a_session_lasts_twelve_hours_whatever_is_done_in_it(office: Office, clock: Callable[..., None]) -> None:
    client = sign_in("kari", "lead")
    cookie = client.cookies["praksis-staff-session"]
    assert 12 * 3600 - 60 < cookie["max-age"] <= 12 * 3600
    clock(datetime.timedelta(hours=11, minutes=50))
    session = client.session
    session["said"] = "something was done"
    session.save()
    assert "something was done" in client.get(BOARD).content.decode()
    clock(datetime.timedelta(minutes=11))
    assert not _is_in(client)


def test_signing_out_ends_the_session_on_the_server(office: Office) -> None:
    client = sign_in("kari", "lead")
    kept = client.cookies["praksis-staff-session"].value
    assert client.get("/nb/sign-out").status_code == 405
    assert client.post("/nb/sign-out").status_code == 303
    assert not _is_in(client)
    thief = Client()
    thief.cookies["praksis-staff-session"] = kept
    assert not _is_in(thief)


def test_signing_in_changes_the_session(key: str) -> None:
    """What somebody has put into a browser before is worth nothing after."""
    client = _half()
    before = client.cookies["praksis-staff-session"].value
    client.post("/nb/code", {"code": write_code(key, ahead=1)})
    assert client.cookies["praksis-staff-session"].value != before
    thief = Client()
    thief.cookies["praksis-staff-session"] = before
    assert not _is_in(thief)


def test_whoever_is_in_is_not_asked_again(office: Office) -> None:
    client = sign_in("kari", "lead")
    assert client.get("/nb/sign-in?next=/nb/2026/stuck")["Location"] == "/nb/2026/stuck"


def test_signing_in_is_noted(office: Office) -> None:
    sign_in("kari", "lead")
    from praksis.web.store.audit import list_acts

    assert [(one.who, one.act) for one in list_acts("every-kind", 2)] == [
        ("kari", "sign-in"),
        ("kari", "choose-password"),
    ]


def test_a_user_without_a_role_sees_nothing(office: Office) -> None:
    client = sign_in("kari", "lead")
    from django.contrib.auth.models import User

    User.objects.get(username="kari").groups.clear()
    assert client.get(BOARD).status_code == 403
    assert client.get("/nb/sign-in").status_code == 302


# -- next --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("going", "goes"),
    [
        ("/en/2026/stuck?a=1", "/en/2026/stuck?a=1"),
        ("//evil.example", "/nb/"),
        ("///evil.example", "/nb/"),
        ("/\\evil.example", "/nb/"),
        ("\\\\evil.example", "/nb/"),
        ("http://evil.example", "/nb/"),
        ("http:evil.example", "/nb/"),
        ("https:///evil.example", "/nb/"),
        ("javascript:alert(1)", "/nb/"),
        ("/\t/evil.example", "/nb/"),
        ("/\n/evil.example", "/nb/"),
        (" //evil.example", "/nb/"),
        ("evil", "/nb/"),
        ("", "/nb/"),
    ],
)
def test_next_leads_nowhere_else(key: str, going: str, goes: str) -> None:
    client = Client()
    form = {"name": "kari", "password": PASSWORD}
    assert client.post("/nb/sign-in", form, query_params={"next": going}).status_code == 303
    assert client.post("/nb/code", {"code": write_code(key, ahead=1)})["Location"] == goes
    assert client.get("/nb/sign-in", query_params={"next": going})["Location"] == goes


# -- cookies and forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [False, True])
def test_cookies(office: Office, secure: bool) -> None:
    office(secure=secure)
    client = sign_in("kari", "lead")
    assert set(client.cookies) == {"praksis-staff-session", "praksis-staff-form"}
    for cookie in client.cookies.values():
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) is secure
        assert cookie["path"] == "/"
        assert not cookie["domain"]
    assert client.cookies["praksis-staff-form"]["max-age"] == ""


def test_a_session_of_answering_is_none_of_staff(office: Office, database: str) -> None:
    content = dict(sign_in("kari", "lead").session.items())

    def make() -> Client:
        session = SessionStore()
        session.update(content)
        session.save()
        client = Client()
        client.cookies["praksis-staff-session"] = session.session_key
        return client

    assert _is_in(make()), "the copy is right"
    configure_answering(database, SECRET, {}, secure=False)
    client = make()
    office()
    assert not _is_in(client)


@pytest.mark.parametrize("path", ["/nb/sign-in", "/nb/code", "/nb/sign-out", "{link}"])
def test_a_form_of_another_site_does_nothing(office: Office, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(path.format(link=employ("kari", "lead")), {"name": "kari", "password": PASSWORD})
    assert page.status_code == 403
    assert "Skjemaet er for gammelt" in page.content.decode()


# -- the command -------------------------------------------------------------------------------------------------------


def test_staff_are_added_changed_reset_and_removed_by_command(praksis: Praksis, wave: str) -> None:
    assert "Nobody can sign in yet" in praksis("fieldwork", "staff")[1]
    code, said, _ = praksis("fieldwork", "staff", "Kari@example.no", "--role", "lead", "--office", "https://o.example/")
    assert code == 0
    assert re.search(r"^https://o.example/nb/welcome/\w+\.\w+-\w+$", said, re.M)
    assert praksis("fieldwork", "staff")[1] == "kari@example.no: lead, has not chosen a password\n"
    assert praksis("fieldwork", "staff", "KARI@example.no", "--role", "auditor")[1] == (
        "kari@example.no is auditor from now on\n"
    )
    assert "/nb/welcome/" in praksis("fieldwork", "staff", "kari@example.no", "--reset")[1]
    assert (
        praksis("fieldwork", "staff", "kari@example.no", "--remove")[1] == "kari@example.no cannot sign in any more\n"
    )
    assert "Nobody can sign in yet" in praksis("fieldwork", "staff")[1]
    assert "/nb/welcome/" in praksis("fieldwork", "staff", "kari@example.no", "--role", "analyst")[1]
    audit = praksis("fieldwork", "audit")[1]
    assert [line.split()[3] for line in reversed(audit.splitlines())] == [
        "add-staff",
        "change-staff",
        "reset-staff",
        "remove-staff",
        "add-staff",
    ]
    assert "welcome" not in audit


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kari"], "say what is to be done with kari"),
        (["kari", "--remove"], "there is no kari among staff; there is nobody"),
        (["kari", "--reset"], "there is no kari among staff"),
        (["kari", "--remove", "--role", "lead"], "give --remove alone"),
        (["kari", "--role", "lead", "--office", "http://office.example"], "would travel in the clear"),
        (["kari nordmann", "--role", "lead"], "no space"),
        (["k" * 101, "--role", "lead"], "1 to 100 characters"),
        (["kari\u202e", "--role", "lead"], "1 to 100 characters"),
        (["command:kari", "--role", "lead"], "choose another name"),
        (["Praksis", "--role", "lead"], "choose another name"),
    ],
)
def test_what_cannot_be_done_to_staff(praksis: Praksis, wave: str, arguments: list[str], said: str) -> None:
    code, _, complaints = praksis("fieldwork", "staff", *arguments)
    assert code != 0
    assert said in " ".join(complaints.split())
    assert praksis("fieldwork", "audit")[1] == ""


def test_with_accounts_elsewhere_no_link_is_needed(
    praksis: Praksis, wave: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAKSIS_OIDC_ISSUER", "https://login.example")
    said = praksis("fieldwork", "staff", "kari", "--role", "lead")[1]
    assert "account at https://login.example" in said
    assert "welcome" not in said
    assert praksis("fieldwork", "staff")[1] == "kari: lead\n"
    assert "/nb/welcome/" in praksis("fieldwork", "staff", "kari", "--reset")[1]
