"""No more letters: by a button, and by one click in a mail program."""

from django.test import Client

from praksis.collect.link import make_opt_out, read_opt_out
from tests.databases import SECRET
from tests.web.answering.conftest import TOWN, WAVE, find_token, read_words


def _find_coordinator() -> tuple[int, str]:
    from praksis.web.store.collection import list_responses

    stored = next(one for one in list_responses("every-kind", WAVE) if one.organisation == TOWN)
    return stored.id, stored.coordinator


def test_looking_at_it_changes_nothing(opened: None) -> None:
    from praksis.web.store.cases import has_opted_out

    response, person = _find_coordinator()
    answer = Client().get(f"/answer/out/{make_opt_out(SECRET, person)}")
    assert answer.status_code == 200
    assert "Vil du ikke ha flere e-poster om undersøkelsen?" in read_words(answer)
    assert not has_opted_out(response, person)


def test_one_click_from_a_mail_program(opened: None) -> None:
    """It sends this form alone, without a cookie (RFC 8058, section 3.2); and may send it twice."""
    from praksis.web.store.cases import has_opted_out, list_facts

    response, person = _find_coordinator()
    address = f"/answer/out/{make_opt_out(SECRET, person)}"
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Du får ikke flere e-poster" in read_words(answer)
    assert has_opted_out(response, person)
    (facts,) = list_facts("every-kind", WAVE, [response])
    assert len(facts.case_events) == 1
    assert Client().get(f"/answer/l/{find_token()}").status_code == 200, "the link still works"


def test_what_was_not_made_here_opens_nothing(opened: None) -> None:
    response, person = _find_coordinator()
    token = make_opt_out(SECRET, person)
    assert read_opt_out(SECRET, token) == person
    wrong = ["", "x", f"{person}.", token[:-1], make_opt_out(b"another secret" * 3, person), f"{person}.{'é' * 26}"]
    assert [read_opt_out(SECRET, one) for one in wrong] == [""] * len(wrong)
    for one in wrong[1:]:
        assert Client().post(f"/answer/out/{one}").status_code == 404
    assert Client().post(f"/answer/out/{make_opt_out(SECRET, 'nobody')}").status_code == 404
