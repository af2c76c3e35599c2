"""The pages of letters through a real mail server, in both databases: what is due is sent once, whoever asks for it."""

import datetime
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from praksis.collect.contacts import Contact
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.web.store.database import close_connections
from tests.databases import SECRET
from tests.web.fieldwork.conftest import BAKKEBYGD, FIRST
from tests.web.fieldwork.postman import Mailbox, open_mailbox
from tests.web.fieldwork.staff import open_office, sign_in
from tests.web.fieldwork.test_killed_sender import _make_survey as make_survey
from tests.web.store.conftest import WAVE

PAGE = "/nb/2026/letters"
SEND = f"{PAGE}/send"
MONDAY = datetime.datetime(2026, 11, 2, 10, tzinfo=datetime.UTC)
"""An hour after letters of the plan leave, on the day of the invitation."""
CLOSES = datetime.datetime(2026, 12, 1, 16, tzinfo=datetime.UTC)

Sign = Callable[..., Client]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.datetime], None]:
    from django.utils import timezone

    def set_it(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_it


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Mailbox, str]]:
    with open_mailbox(tmp_path / "mailbox") as opened:
        yield opened
        wait()


@pytest.fixture
def lead(
    database: str, survey: Survey, tmp_path: Path, post: tuple[Mailbox, str], clock: Callable[..., None]
) -> Client:
    """The survey lead, signed in on the day of the invitation; three organisations have a contact."""
    clock(MONDAY)
    prepare(database, survey, tmp_path, post[1])
    load({FIRST: "kari@first.example", BAKKEBYGD: "ola@bakkebygd.example", "100000059": "post@fjordheim.example"})
    return sign_in("kari", "lead")


def prepare(database: str, survey: Survey, folder: Path, smtp: str) -> None:
    from praksis.web.store.collection import open_wave

    open_office(database, survey, folder, smtp)
    open_wave(survey, WAVE, SECRET, MONDAY, CLOSES)


def load(addresses: dict[str, str]) -> None:
    from praksis.web.fieldwork.acts import Worker, load_contacts

    worker = Worker("test", find_survey(), WAVE, SECRET, MONDAY)
    load_contacts(
        worker,
        [
            Contact(key, "head-of-it", "Kari Nordmann", email, "", "nn" if key == BAKKEBYGD else "nb", coordinator=True)
            for key, email in addresses.items()
        ],
    )


def find_survey() -> Survey:
    """The one the pages are set up for."""
    from praksis.web.fieldwork import visit

    return visit.find_survey()


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "letters":
            thread.join(60)
            assert not thread.is_alive(), "the letters are sent within a minute"


def read_form(client: Client) -> dict[str, list[str]]:
    """What the page that asks for confirmation would send."""
    page = client.get(SEND).content.decode()
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', page)}


def send(client: Client, form: dict[str, list[str]] | None = None) -> HttpResponse:
    answer = client.post(SEND, read_form(client) if form is None else form)
    assert isinstance(answer, HttpResponse)
    return answer


def show_text(page: str) -> str:
    """What stands on a page."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def list_acts(about: str = "every-kind/2026") -> list[str]:
    from praksis.web.store.audit import list_acts

    return [one.act for one in list_acts(about)]


def test_what_is_due_is_seen_confirmed_and_sent_once(lead: Client, post: tuple[Mailbox, str]) -> None:
    page = lead.get(PAGE).content.decode()
    assert re.search(r"invitation</span></a></th><td>bokmål</td><td class=.number.>2</td>", page)
    assert re.search(r"invitation</span></a></th><td>nynorsk</td><td class=.number.>1</td>", page)
    assert '<th scope="row">Mangler e-postadresse</th><td class="number">9</td>' in page
    assert "2.\xa0november 2026" in page
    form = read_form(lead)
    assert form == {"seen": ["invitation/nb/2", "invitation/nn/1", "waiting/0"]}
    assert "Send 3 brev" in lead.get(SEND).content.decode()
    assert post[0].count() == 0, "nothing is sent by looking"
    sent = send(lead)
    assert (sent.status_code, sent["Location"]) == (303, PAGE)
    wait()
    page = lead.get(PAGE).content.decode()
    assert "3 brev er lagt i kø, og sendingen har begynt." in page
    assert "Sist sendt 2.\xa0november 2026 kl.\xa011.00 av kari: 3 brev." in page
    assert '<th scope="row">Har et brev' not in page
    assert "Ingen skal ha brev nå." in page
    assert send(lead, form).status_code == 303, "the same form once more"
    wait()
    assert Counter(letter["To"] for letter in post[0].read()) == Counter(
        ["kari@first.example", "ola@bakkebygd.example", "post@fjordheim.example"]
    )
    letter = next(one for one in post[0].read() if one["To"] == "ola@bakkebygd.example")
    assert re.search(r"http://survey\.example/answer/l/[a-z2-7]{26}", letter.get_content())
    assert list_acts() == ["letters-sent", "send-letters", "load-contacts"]
    assert (
        '<td class="number">3</td><td class="number">0</td><td class="number">0</td>' in lead.get(PAGE).content.decode()
    )


def test_more_than_was_seen_is_shown_before_it_is_sent(lead: Client, post: tuple[Mailbox, str]) -> None:
    form = read_form(lead)
    load({"100000016": "bo@etaten.example"})
    again = send(lead, form)
    assert again.status_code == 409
    text = again.content.decode()
    assert "Det er blitt flere" in text
    assert "Send 4 brev" in text
    wait()
    assert post[0].count() == 0
    for wrong in ({}, {"seen": ["invitation/nb/x", "", "/", "waiting/-1"]}):
        assert send(lead, wrong).status_code == 409, "a form of somebody's own making"
    assert send(lead).status_code == 303
    wait()
    assert post[0].count() == 4


def test_fewer_than_was_seen_are_sent(lead: Client, post: tuple[Mailbox, str]) -> None:
    from praksis.collect.disposition import Found
    from praksis.web.fieldwork.acts import Worker, find_case, note_found

    form = read_form(lead)
    worker = Worker("test", find_survey(), WAVE, SECRET, MONDAY)
    note_found(worker, find_case(worker, FIRST), Found.DECLINED, "no time")
    assert send(lead, form).status_code == 303
    wait()
    assert sorted(one["To"] for one in post[0].read()) == ["ola@bakkebygd.example", "post@fjordheim.example"]
    assert "Har sagt nei" in lead.get(PAGE).content.decode()


def test_a_letter_to_oneself(lead: Client, post: tuple[Mailbox, str], clock: Callable[..., None]) -> None:
    address = f"{PAGE}/read/invitation"
    page = lead.get(address).content.decode()
    for language in ("nb", "nn", "en"):
        assert f'<div class="letter" lang="{language}">' in page
    assert "Hei, Namn Namnesen!" in page
    assert "Kari Nordmann" not in page, "nobody's own name, so no look is noted"
    wrong = lead.post(address, {"email": "kari@", "language": "nn"})
    assert (wrong.status_code, 'value="kari@"' in wrong.content.decode()) == (422, True)
    sent = lead.post(address, {"email": "kari@praksis.example", "language": "nn"})
    assert (sent.status_code, sent["Location"]) == (303, address)
    assert "Brevet er sendt til kari@praksis.example" in lead.get(address).content.decode()
    (letter,) = post[0].read()
    assert letter["X-Taken-For"] == "kari@praksis.example"
    assert "Hei, Namn Namnesen!" in letter.get_content()
    assert "/answer/" not in letter.get_content()
    assert list_acts()[0] == "try-letter"
    assert lead.get(f"{PAGE}/read/invitasjon").status_code == 404
    post[0].answers["nobody@praksis.example"] = "550 5.1.1 no such user"
    post[0].answers["later@praksis.example"] = "451 4.3.0 later, please"
    for minute, email, said in ((1, "nobody", "adressen ikke finnes"), (2, "later", "Det prøves igjen neste gang")):
        clock(MONDAY + datetime.timedelta(minutes=minute))
        refused = lead.post(address, {"email": f"{email}@praksis.example", "language": "nn"})
        assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert "(451 4.3.0)" in refused.content.decode()


def test_what_the_mail_server_would_not_have_is_told(lead: Client, post: tuple[Mailbox, str]) -> None:
    post[0].answers["kari@first.example"] = "554 5.7.1 Relay access denied for kari@first.example"
    post[0].answers["ola@bakkebygd.example"] = "550 5.1.1 no such user"
    assert send(lead).status_code == 303
    wait()
    page = lead.get(PAGE).content.decode()
    assert "1 brev." in page
    assert "1 av adressene finnes ikke og regnes" in page
    assert "1 brev gikk ikke, og venter" in page
    assert "Posttjeneren tok ikke imot alle brevene." in page
    assert '<span class="code" lang="en">554 5.7.1</span>' in page
    assert "1 (1 forsøkt)" in page
    assert "kari@first.example" not in page
    post[0].answers.clear()
    assert "Brev som venter fra før" in lead.get(SEND).content.decode()
    assert send(lead).status_code == 303
    wait()
    assert sorted(one["To"] for one in post[0].read()) == ["kari@first.example", "post@fjordheim.example"]


def test_a_mail_server_that_is_not_there(
    database: str, survey: Survey, tmp_path: Path, clock: Callable[..., None]
) -> None:
    clock(MONDAY)
    prepare(database, survey, tmp_path, "smtp://127.0.0.1:9")
    load({FIRST: "kari@first.example", BAKKEBYGD: "ola@bakkebygd.example"})
    client = sign_in("kari", "fieldworker")
    assert send(client).status_code == 303
    wait()
    page = client.get(PAGE).content.decode()
    assert "Posttjeneren svarte ikke, eller slapp oss ikke inn" in page
    assert "Connection refused" in page
    assert '<td class="number">2 (1 forsøkt)</td>' in page, "both wait, and one was tried"
    tried = client.post(f"{PAGE}/read/begin", {"email": "kari@praksis.example", "language": "nb"})
    assert (tried.status_code, "Posttjeneren svarte ikke" in tried.content.decode()) == (422, True)


def test_without_a_mail_server_everything_else_is_offered(
    database: str, survey: Survey, tmp_path: Path, clock: Callable[..., None]
) -> None:
    clock(MONDAY)
    prepare(database, survey, tmp_path, "")
    load({FIRST: "kari@first.example"})
    client = sign_in("kari", "lead")
    page = client.get(PAGE).content.decode()
    assert "praksis fieldwork letters surveys/every-kind --wave 2026 --send" in show_text(page)
    assert SEND not in page
    assert "Les e-postene" in page
    assert client.get(SEND).status_code == client.post(SEND).status_code == 409
    example = client.get(f"{PAGE}/read/invitation").content.decode()
    assert "--try EMAIL --letter invitation" in show_text(example)
    assert client.post(f"{PAGE}/read/invitation", {"email": "a@b.example"}).status_code == 409
    assert "send-letters" not in list_acts()


def test_letters_of_which_nobody_knows_are_named(
    lead: Client, post: tuple[Mailbox, str], clock: Callable[..., None]
) -> None:
    """Whoever sent them was killed: what is left of that is a letter that was begun."""
    from praksis.web.fieldwork.letters import queue_letters
    from praksis.web.store import models

    queue_letters(find_survey(), WAVE, MONDAY)
    begun = models.Letter.objects.order_by("pk").first()
    assert begun is not None
    models.Letter.objects.filter(pk=begun.pk).update(begun_at=MONDAY)
    assert "Uvisst om disse" not in lead.get(PAGE).content.decode(), "it is being sent"
    clock(MONDAY + datetime.timedelta(minutes=10))
    page = lead.get(PAGE).content.decode()
    assert "Uvisst om disse brevene er sendt" in page
    assert "Tilsynet for fiktive saker" in page
    assert begun.mark in page
    assert "praksis collect send surveys/every-kind --unknown" in show_text(page)
    assert '<td class="number">2</td><td class="number">1</td></tr>' in page
    assert send(lead).status_code == 303
    wait()
    assert "kari@first.example" not in [one["To"] for one in post[0].read()], "nobody sends it again but on purpose"
    assert post[0].count() == 2


def test_a_run_that_was_cut_off_is_told_and_taken_up(lead: Client, post: tuple[Mailbox, str]) -> None:
    from praksis.web.fieldwork.acts import Worker
    from praksis.web.fieldwork.sending import queue_due

    queue_due(Worker("ola", find_survey(), WAVE, SECRET, MONDAY))
    page = lead.get(PAGE).content.decode()
    assert "ola begynte å sende 2.\xa0november 2026 kl.\xa011.00" in page
    assert "og sendingen er ikke meldt ferdig. 3 brev venter." in page
    assert "Se hvor langt sendingen er kommet" in page
    assert send(lead).status_code == 303
    wait()
    assert post[0].count() == 3


def test_whoever_sends_by_command_is_named_as_in_the_audit(lead: Client) -> None:
    from praksis.web.fieldwork.acts import Worker

    Worker("command:ola", find_survey(), WAVE, SECRET, MONDAY).note("send-letters")
    Worker("command:ola", find_survey(), WAVE, SECRET, MONDAY).note("letters-sent", details={"sent": "2"})
    page = lead.get(PAGE).content.decode()
    assert "av ola (kommando): 2 brev" in page
    assert "command:" not in page


def test_a_process_that_is_told_to_stop_ends_between_two_letters(lead: Client, post: tuple[Mailbox, str]) -> None:
    from praksis.web.fieldwork.acts import Worker
    from praksis.web.fieldwork.sending import Trouble, find_last_run, queue_due, send_waiting
    from praksis.web.mail import open_server

    worker = Worker("ola", find_survey(), WAVE, SECRET, MONDAY)
    queue_due(worker)
    outcome = send_waiting(
        worker, "http://survey.example", open_server(post[1], "a@b.example"), lambda: post[0].count() == 1
    )
    assert (outcome.sent.sent, outcome.trouble, outcome.sent.unknown) == (1, Trouble.STOPPED, ())
    run = find_last_run(worker)
    assert run is not None
    assert run.trouble is Trouble.STOPPED
    assert "Serveren ble stoppet mens den sendte" in lead.get(PAGE).content.decode()


def test_the_sender_is_not_cut_off_with_its_process(lead: Client, post: tuple[Mailbox, str]) -> None:
    """The server's threads end with the process, and what they start would inherit that."""
    found: list[bool] = []
    post[0].answers["kari@first.example"] = "451 4.3.0 Later, please"

    def press() -> None:
        try:
            assert send(lead).status_code == 303
            found.extend(one.daemon for one in threading.enumerate() if one.name == "letters")
        finally:
            close_connections()

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    thread.join()
    wait()
    assert found == [False]


def test_mails_that_came_back(lead: Client, post: tuple[Mailbox, str]) -> None:
    send(lead)
    wait()
    sent = next(letter for letter in post[0].read() if letter["To"] == "ola@bakkebygd.example")
    bounce = (
        "From: MAILER-DAEMON@mx.example\nTo: survey@praksis.example\nSubject: Undelivered Mail\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ola@bakkebygd.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n"
        "--b\nContent-Type: message/rfc822\n\n"
        f"Message-ID: {sent['Message-ID']}\nTo: ola@bakkebygd.example\n\nHei\n--b--\n"
    )

    def give(*contents: bytes) -> str:
        files = [SimpleUploadedFile(f"{place}.eml", one) for place, one in enumerate(contents)]
        answer = lead.post(f"{PAGE}/mails", {"mails": files})
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        return lead.get(PAGE).content.decode()

    page = give(bounce.encode(), b"Subject: hei\n\nhei", os.urandom(3000))
    assert "1 brev kom i retur, 0 var kjent fra før." in page
    assert "2 er annen post" in page
    assert '<td class="number">3</td><td class="number">1</td>' in page
    assert '<th scope="row">Brev er kommet i retur</th><td class="number">1</td>' in page
    assert "0 brev kom i retur, 1 var kjent fra før." in give(bounce.encode())
    assert lead.post(f"{PAGE}/mails").status_code == 422
    large = lead.post(f"{PAGE}/mails", {"mails": SimpleUploadedFile("a.eml", b"x" * 10_000_001)})
    assert (large.status_code, "større enn 10\N{NO-BREAK SPACE}MB" in large.content.decode()) == (422, True)


def test_a_wave_without_a_deadline_cannot_get_letters_that_name_it(
    database: str, wave: str, survey: Survey, tmp_path: Path, post: tuple[Mailbox, str], clock: Callable[..., None]
) -> None:
    open_office(database, survey, tmp_path, post[1])
    clock(MONDAY)
    load({FIRST: "kari@first.example"})
    client = sign_in("kari", "lead")
    assert client.get(PAGE).status_code == 200
    for page in (SEND, f"{PAGE}/read/invitation"):
        text = client.get(page).content.decode()
        assert (
            "nevner noe som ikke finnes" in text,
            "{deadline}" in text,
            "<button" in text.partition("<main")[2],
        ) == (
            True,
            True,
            False,
        )
    assert client.post(SEND, {"seen": "invitation/nb/9"}).status_code == 200
    wait()
    assert (post[0].count(), "send-letters" in list_acts()) == (0, False)


def test_a_wave_that_is_not_open(database: str, survey: Survey, tmp_path: Path, post: tuple[Mailbox, str]) -> None:
    open_office(database, survey, tmp_path, post[1])
    client = sign_in("kari", "lead")
    assert "Årgangen er ikke åpnet" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}/read/invitation").status_code == 409
    assert send(client, {}).status_code == 303
    assert "Ingen skal ha brev nå." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_not_for_roles_that_do_not_send(
    database: str, wave: str, survey: Survey, tmp_path: Path, post: tuple[Mailbox, str], role: str
) -> None:
    open_office(database, survey, tmp_path, post[1])
    client = sign_in("ada", role)
    assert PAGE not in client.get("/nb/2026/").content.decode(), "not in the menu"
    for address in (PAGE, SEND, f"{PAGE}/read/invitation"):
        assert client.get(address).status_code == 403
    for address in (SEND, f"{PAGE}/mails", f"{PAGE}/read/invitation"):
        assert client.post(address).status_code == 403


# -- two at once -------------------------------------------------------------------------------------------------------

MANY = 60


@pytest.fixture
def crowd(database: str, tmp_path: Path, post: tuple[Mailbox, str]) -> Path:
    """A survey of many organisations that are all due an invitation; its folder."""
    folder, contacts = make_survey(tmp_path, MANY)
    survey = load_survey(folder)
    prepare(database, survey, tmp_path, post[1])
    rows = [row.split(",") for row in contacts.read_text().splitlines()[1:]]
    load({row[0]: row[2] for row in rows})
    return folder


def test_two_who_press_at_once(crowd: Path, post: tuple[Mailbox, str]) -> None:
    clients = [sign_in("kari", "lead"), sign_in("ola", "fieldworker")]
    forms = [read_form(client) for client in clients]
    ready = threading.Barrier(2)

    def press(client: Client, form: dict[str, list[str]]) -> int:
        ready.wait()
        try:
            return send(client, form).status_code
        finally:
            close_connections()

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(press, clients, forms))
    wait()
    assert done == [303, 303]
    arrived = Counter(letter["To"] for letter in post[0].read())
    assert (len(arrived), set(arrived.values())) == (MANY, {1})


def test_the_hourly_command_beside_the_page(crowd: Path, database: str, post: tuple[Mailbox, str]) -> None:
    client = sign_in("kari", "lead")
    form = read_form(client)
    command = ["fieldwork", "letters", str(crowd), "--database", database, "--send", "--smtp", post[1]]
    call = [sys.executable, "-m", "praksis.cli", *command, "--sender", "survey@praksis.example"]
    environ = os.environ | {"PRAKSIS_SECRET": SECRET.decode()}
    with subprocess.Popen(call, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as beside:
        while beside.poll() is None and not post[0].count():
            time.sleep(0.01)
        assert send(client, form).status_code in (303, 409)
        wait()
        output, _ = beside.communicate(timeout=120)
    # What the page was sending at the moment the command looked is named as perhaps sent; that is no fault.
    assert beside.returncode in (0, 1), output
    arrived = Counter(letter["To"] for letter in post[0].read())
    assert (len(arrived), set(arrived.values())) == (MANY, {1})
