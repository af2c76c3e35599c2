"""In and out: what a link shows, what it changes, and what happens where it opens nothing."""

import datetime
import re

import pytest
from django.test import Client

from praksis.define.survey import Survey
from tests.databases import SECRET
from tests.web.answering.conftest import (
    NYNORSK_TOWN,
    TOWN,
    WAVE,
    Visitor,
    come_in,
    find_token,
    find_value,
    read,
    read_words,
)

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def _count_events() -> int:
    from praksis.web.store.collection import list_responses

    return sum(one.events for one in list_responses("every-kind", WAVE))


def close_wave(survey: Survey) -> None:
    from praksis.web.store.collection import open_wave

    open_wave(survey, WAVE, SECRET, NOW, datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC))


def test_a_link_that_is_looked_at_changes_nothing(opened: None) -> None:
    token = find_token()
    for method in ("get", "head", "get"):
        client = Client()
        answer = getattr(client, method)(f"/answer/l/{token}")
        assert answer.status_code == 200
        assert "praksis-session" not in client.cookies
    assert _count_events() == 0


def test_a_link_says_who_is_asked_and_what_comes(opened: None) -> None:
    answer = Client().get(f"/answer/l/{find_token()}")
    said = read_words(answer)
    assert "Du er bedt om å svare for Bakkebygd kommune" in said
    assert "1. desember 2040 kl.\u00a023.59" in said
    # The address holds the token: nothing on the page may pass it on.
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    english = Client().get(f"/answer/l/{find_token()}?language=en")
    assert '<html lang="en"' in read(english)


def test_the_frames_written_form_is_the_language_until_another_is_chosen(opened: None) -> None:
    token = find_token("100000059")
    assert '<html lang="nn"' in read(Client().get(f"/answer/l/{token}"))
    come_in(token, "en")
    assert '<html lang="en"' in read(Client().get(f"/answer/l/{token}"))


def test_the_button_gives_a_session_and_an_address_without_the_token(opened: None) -> None:
    token, client = find_token(), Client(enforce_csrf_checks=True)
    page = read(client.get(f"/answer/l/{token}"))
    form = {name: find_value(page, name) for name in ("csrfmiddlewaretoken", "token", "language")}
    answer = client.post("/answer/enter", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/")
    cookie = client.cookies["praksis-session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert _count_events() == 1
    hub = client.get("/answer/nb/")
    assert hub.status_code == 200
    assert token not in read(hub)


def test_a_form_from_elsewhere_is_refused_in_words(opened: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/answer/enter", {"token": find_token()})
    assert answer.status_code == 403
    assert "Siden ble ikke lagret" in read_words(answer)
    assert _count_events() == 0


def test_who_comes_in_again_gets_another_session(opened: None) -> None:
    token, client = find_token(), Client()
    client.post("/answer/enter", {"token": token})
    first = client.cookies["praksis-session"].value
    client.post("/answer/enter", {"token": token})
    assert client.cookies["praksis-session"].value != first
    stale = Client()
    stale.cookies["praksis-session"] = first
    assert stale.get("/answer/nb/").status_code == 403


def test_a_wrong_link_is_explained_in_the_browsers_language(opened: None) -> None:
    answer = Client().get("/answer/l/abcdefghijklmnopqrstuvwxyz", headers={"accept-language": "nn"})
    assert answer.status_code == 404
    assert "Lenkja verkar ikkje" in read_words(answer)
    assert Client().post("/answer/enter", {"token": "x"}).status_code == 404
    assert Client().post("/answer/enter").status_code == 404


def test_a_revoked_link_ends_its_sessions(visitor: Visitor) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import revoke_link

    token = find_token()
    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == TOWN)
    fresh = revoke_link(stored.coordinator, SECRET, NOW)
    answer = Client().get(f"/answer/l/{token}")
    assert answer.status_code == 410
    assert "Lenken gjelder ikke lenger" in read_words(answer)
    assert visitor.get().status_code == 403
    assert "Lenken gjelder ikke lenger" in read_words(visitor.save("word", {"one-word": "x"}, base="0"))
    assert come_in(fresh).get().status_code == 200


def test_an_expired_link_ends_its_sessions(visitor: Visitor) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == TOWN)
    token = issue_link(stored.coordinator, SECRET, NOW, expires_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    answer = Client().get(f"/answer/l/{token}")
    assert answer.status_code == 410
    assert "Lenken er gått ut på dato" in read_words(answer)
    assert visitor.get().status_code == 403


def test_after_the_deadline_a_link_opens_what_can_be_read(opened: None, survey: Survey) -> None:
    token = find_token()
    before = come_in(token)
    assert before.save("staff", {"full-time-equivalents": "12,5"}).status_code == 303
    close_wave(survey)
    answer = Client().get(f"/answer/l/{token}")
    assert answer.status_code == 200
    assert "Fristen er gått ut Svarene kan leses" in read_words(answer), "whether they were submitted is not said here"
    assert "Les svarene" in read_words(answer)
    assert "Gå til spørsmålene" not in read_words(answer)
    late = come_in(token)
    page = late.get("page/staff")
    assert "12,5" in read_words(page)
    assert 'name="full-time-equivalents"' not in read(page)
    assert late.post("page/staff", {"full-time-equivalents": "13", "go": "next", "base": "1"}).status_code == 409
    assert "12,5" in read_words(late.get("page/staff"))


def test_many_wrong_links_must_wait_and_a_right_one_need_not(opened: None) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    codes = [client.get(f"/answer/l/wrong{number}").status_code for number in range(22)]
    assert codes == [404] * 20 + [429] * 2
    answer = client.post("/answer/enter", {"token": "wrong"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Vent i ti minutter" in read_words(answer)
    assert client.get(f"/answer/l/{find_token()}").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.8").get("/answer/l/wrong").status_code == 404


def test_without_a_session_every_page_says_how_to_come_in(opened: None) -> None:
    stranger = Visitor(Client())
    for path in ("", "page/staff", "questions", "submit", "receipt", "receipt.pdf", "section/welcome/hand-over"):
        answer = stranger.get(path)
        assert answer.status_code == 403, path
        assert "Åpne den personlige lenken på nytt" in read_words(answer)
    lost = stranger.post("page/staff", {"full-time-equivalents": "3"})
    assert lost.status_code == 403
    assert "ble ikke lagret" in read_words(lost)
    # A choice is soon made again; a longer text is given back to be copied.
    written = "Det som tok <tid> å skrive, og som ikke må gå tapt"
    lost = stranger.post("page/comments", {"comment": written, "csrfmiddlewaretoken": "y" * 64, "go": "next"})
    said = read_words(lost)
    order = [
        said.index(one) for one in ("ble ikke lagret", "Kopier teksten før du åpner lenken:", written, "på nytt, så")
    ]
    assert order == sorted(order), "it is copied before the link is opened"
    assert "yyyy" not in read(lost)
    assert Client().get("/answer/").status_code == 403


def test_leaving_ends_the_session(visitor: Visitor) -> None:
    answer = visitor.client.post("/answer/leave", {"language": "nn"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nn/left")
    assert "Du er logga ut" in read_words(visitor.client.get("/answer/nn/left"))
    assert visitor.get().status_code == 403


def test_pages_without_a_visit_come_in_other_languages(opened: None) -> None:
    client = Client()
    for path in ("nb/left", "nb/page/staff", "l/abcdefghijklmnopqrstuvwxyz"):
        page = read(client.get(f"/answer/{path}"))
        found = re.findall(r'href="([^"]+)"[^>]*hreflang="nn"', page)
        assert len(found) == 1, path
        there = found[0] if found[0].startswith("/") else f"/answer/{path}{found[0]}"
        assert '<html lang="nn"' in read(client.get(there)), path
    # A form is not sent again to be read in another language, and an address that names none has none to change.
    for answer in (client.post("/answer/nb/page/staff"), client.get("/answer/nowhere")):
        assert "<header" not in read(answer)


def test_what_is_not_there_is_said_within_the_visit(visitor: Visitor) -> None:
    for path in ("page/nothing", "section/nothing/hand-over"):
        page = read(visitor.get(path))
        assert "Bakkebygd kommune" in page, path
        assert 'href="/answer/nb/">Til oversikten<' in page, path
    elsewhere = visitor.client.get("/answer/se/")
    assert '<html lang="nb"' in read(elsewhere)
    assert "Bakkebygd kommune" in read(elsewhere)


def test_a_colleagues_link_says_what_is_asked_and_who_sees_it(visitor: Visitor) -> None:
    from praksis.web.store.entrance import issue_link
    from praksis.web.store.work import hold_assignment

    sent = {"email": "kari.nordman@bakkebygd.kommune.no", "name": "Kari Nordmann"}
    assert visitor.post("section/level/hand-over", sent).status_code == 303
    # A mistyped address is seen, in the list and by whoever has just written it.
    said = read_words(visitor.get("", handed="", section="level"))
    assert "Hos: Kari Nordmann (kari.nordman@bakkebygd.kommune.no)" in said
    assert "E-postadresse: kari.nordman@bakkebygd.kommune.no" in said
    people = hold_assignment(visitor.client.session["assignment"]).people.values()
    token = issue_link(next(one.id for one in people if not one.coordinator), SECRET, NOW)
    said = read_words(Client().get(f"/answer/l/{token}"))
    assert "Del Tjenestene" in said
    assert "Om virksomheten" not in said
    assert "Koordinatoren ser svarene dine og sender inn for virksomheten." in said
    assert "Koordinatoren ser svarene dine" not in read_words(Client().get(f"/answer/l/{find_token()}"))


def test_leaving_and_entering_need_a_button(visitor: Visitor) -> None:
    assert visitor.client.get("/answer/leave").status_code == 405
    assert visitor.client.get("/answer/enter").status_code == 405
    assert visitor.get().status_code == 200


def test_the_root_leads_to_the_overview(visitor: Visitor) -> None:
    answer = visitor.client.get("/answer/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/answer/nb/")


def test_nothing_is_found_at_other_addresses(visitor: Visitor) -> None:
    for path in ("page/nothing", "nothing", "section/nothing/hand-over", "page/staff/more"):
        assert visitor.get(path).status_code == 404, path
    assert visitor.client.get("/answer/se/").status_code == 404
    assert visitor.client.get("/answer/nowhere").status_code == 404


def test_styles_and_script_may_be_kept_and_nothing_else(visitor: Visitor) -> None:
    page = read(visitor.get())
    assets = re.findall(r'(?:href|src)="(/answer/assets/[^"]+)"', page)
    assert len(assets) == 3
    for path in assets:
        answer = visitor.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert visitor.client.get("/answer/assets/answering-000000000000.css").status_code == 404


@pytest.mark.parametrize("path", ["", "page/staff", "page/nothing", "questions", "submit", "receipt", "left"])
def test_pages_are_kept_by_nobody_and_run_nothing_but_our_own(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_an_organisation_that_left_the_frame_is_told(opened: None, survey: Survey) -> None:
    from django.conf import settings

    token = find_token()
    gone = survey.frame.model_copy(
        update={"organisations": tuple(one for one in survey.frame.organisations if one.key != TOWN)}
    )
    smaller = survey.model_copy(update={"frame": gone})
    visitor = come_in(token)
    settings.FIELDWORK.surveys["every-kind"] = smaller
    try:
        assert Client().get(f"/answer/l/{token}").status_code == 404
        assert visitor.get().status_code == 403
    finally:
        settings.FIELDWORK.surveys["every-kind"] = survey
    assert visitor.get().status_code == 200


def test_what_goes_wrong_here_is_said_in_the_language_of_the_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("praksis.web.answering.views.read_response", fail)
    visitor.client.raise_request_exception = False
    visitor.language = "nn"
    answer = visitor.get()
    assert answer.status_code == 500
    assert "Noko gjekk gale hos oss" in read_words(answer)
    assert "database is gone" not in read(answer)
    assert 'href="/answer/">Til oversikta<' in read(answer)


@pytest.mark.parametrize("site", ["same-origin", "cross-site", ""])
def test_what_goes_wrong_here_gives_the_text_back(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    written = "Et lengre svar som det har tatt tid å skrive."
    monkeypatch.setattr("praksis.web.answering.views.change_response", fail)
    visitor.client.raise_request_exception = False
    visitor.headers = {"sec-fetch-site": site} if site else {}
    answer = visitor.save("comments", {"comment": written})
    assert answer.status_code == 500
    said = read_words(answer)
    ours = site == "same-origin"
    assert (written in said) is ours
    assert ("Det du sist skrev på siden, er kanskje ikke lagret." in said) is ours
    assert "Gå tilbake og prøv igjen." in said


def test_a_form_that_cannot_be_read_breaks_no_page(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading the form is what went wrong, it is not read again."""

    def fail(_: object) -> None:
        raise OSError("the connection is gone")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", fail)
    visitor.client.raise_request_exception = False
    visitor.headers = {"sec-fetch-site": "same-origin"}
    answer = visitor.post("page/comments", {"comment": "x" * 40})
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in read_words(answer)


def test_two_links_in_one_browser_do_not_mix(visitor: Visitor) -> None:
    """Who answers for several organisations: a page of the first, sent after the second was opened."""
    from praksis.web.store.collection import list_responses
    from praksis.web.store.work import read_response

    written = "Et lengre svar som det har tatt tid å skrive."
    form = read(visitor.get("page/comments"))
    sent = {name: find_value(form, name) for name in ("who", "base", "shown")} | {"comment": written, "go": "next"}
    visitor.client.post("/answer/enter", {"token": find_token(NYNORSK_TOWN), "language": "nb"})
    answer = visitor.client.post("/answer/nb/page/comments", sent)
    assert answer.status_code == 409
    said = read_words(answer)
    assert "Siden gjelder en annen besvarelse" in said
    assert said.index(written) < said.index("Åpne den personlige lenken"), "it is copied before the link is opened"
    for path in ("submit", "section/level/hand-over", "section/level/take-back", "reopen"):
        answer = visitor.client.post(f"/answer/nb/{path}", {"who": sent["who"], "email": "x@example.org"})
        assert answer.status_code == 409, path
    for stored in list_responses("every-kind", WAVE):
        assert not read_response(stored.id).visited


def test_a_form_that_fails_its_check_gives_the_text_back_to_our_own_pages_only(opened: None) -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"comment": "Et lengre svar som det har tatt tid å skrive.", "csrfmiddlewaretoken": "y" * 64}
    ours = client.post("/answer/nb/page/comments", form, headers={"sec-fetch-site": "same-origin"})
    theirs = client.post("/answer/nb/page/comments", form, headers={"sec-fetch-site": "cross-site"})
    assert (ours.status_code, theirs.status_code) == (403, 403)
    assert form["comment"] in read_words(ours)
    assert form["comment"] not in read_words(theirs)


@pytest.mark.parametrize("path", ["l/abcdefghijklmnopqrstuvwxyz", "l/abcdefghijklmnopqrstuvwxyz/"])
def test_no_page_at_a_links_address_tells_where_it_is(opened: None, path: str) -> None:
    assert Client().get(f"/answer/{path}").headers["Referrer-Policy"] == "strict-origin"
    token = find_token()
    assert Client().get(f"/answer/l/{token}").headers["Referrer-Policy"] == "strict-origin"
    assert Client().get(f"/answer/l/{token}/").headers["Referrer-Policy"] == "strict-origin"


def test_what_is_too_long_has_a_page_of_its_own(visitor: Visitor) -> None:
    answer = visitor.post("page/comments", {"comment": "x" * 2_700_000})
    assert answer.status_code == 400
    assert "kunne ikke leses" in read_words(answer)


def test_a_missing_style_sheet_is_not_kept(opened: None) -> None:
    answer = Client().get("/answer/assets/none.css")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
