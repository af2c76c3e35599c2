"""Personal links: who comes in, who does not, and that the database does not know them."""

import datetime
from itertools import product

import pytest

from praksis.collect.link import LENGTH
from praksis.define.survey import Survey
from tests.databases import SECRET
from tests.web.store.conftest import NOON

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


@pytest.fixture
def person(survey: Survey, wave: str) -> str:
    """A coordinator's assignment."""
    from praksis.web.store.collection import list_responses

    return list_responses(survey.header.id, wave)[0].coordinator


def dump() -> str:
    """Everything the database holds, as text."""
    from django.db import connection

    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_a_link_opens_its_assignment_and_stays_the_same(person: str) -> None:
    from praksis.web.store.entrance import Entrance, find_assignment, issue_link

    token = issue_link(person, SECRET, NOON)
    assert len(token) == LENGTH == 26
    assert find_assignment(token, NOON) == Entrance(person, 1, language="nb")
    assert find_assignment(f" {token.upper()} ", NOON).assignment == person
    assert issue_link(person, SECRET, NOON + DAY) == token


@pytest.mark.parametrize("token", ["", "a" * LENGTH, "æ" * 1000, "\x00"])
def test_what_is_no_link_opens_nothing(person: str, token: str) -> None:
    from praksis.web.store.entrance import Entrance, find_assignment

    assert find_assignment(token, NOON) == Entrance(reason="unknown")


def test_links_are_not_in_the_database(survey: Survey, wave: str, person: str) -> None:
    from praksis.collect.link import hash_token
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import issue_link, note_wrong_link, revoke_link
    from praksis.web.store.outbox import LINK, Draft, add_letters
    from praksis.web.store.work import add_colleague

    response = list_responses(survey.header.id, wave)[0].id
    colleague = add_colleague(response, "ola@bakkebygd.example", "Ola", "nb", SECRET, NOON)[0].id
    tokens = [issue_link(one, SECRET, NOON) for one in (person, colleague)]
    tokens.append(revoke_link(person, SECRET, NOON))
    note_wrong_link("192.0.2.17", SECRET, NOON)
    add_letters([Draft("a", "ola@bakkebygd.example", "Hello", f"Go to {LINK}", "nb", colleague)], NOON)
    everything = dump()
    assert not [token for token in tokens if token in everything.lower()]
    assert "192.0.2.17" not in everything
    assert all(hash_token(token) in everything for token in tokens)


def test_a_revoked_link_is_told_from_one_that_never_was(person: str) -> None:
    from praksis.web.store.entrance import Entrance, find_assignment, issue_link, revoke_link
    from praksis.web.store.work import hold_assignment

    old = issue_link(person, SECRET, NOON)
    new = revoke_link(person, SECRET, NOON)
    assert new != old
    assert find_assignment(old, NOON) == Entrance(reason="revoked", language="nb")
    assert find_assignment(new, NOON) == Entrance(person, 2, language="nb")
    assert issue_link(person, SECRET, NOON) == new
    # What a session is held against.
    assert hold_assignment(person).generation == 2
    newest = revoke_link(person, SECRET, NOON)
    assert [find_assignment(one, NOON).reason for one in (old, new, newest)] == ["revoked", "revoked", ""]


def test_who_is_shut_out_has_no_link_until_a_new_one(person: str) -> None:
    from praksis.web.store.entrance import LinkRevoked, find_assignment, issue_link, revoke_link, shut_out
    from praksis.web.store.work import hold_assignment

    old = issue_link(person, SECRET, NOON)
    shut_out(person, NOON)
    assert find_assignment(old, NOON).reason == "revoked"
    assert hold_assignment(person).revoked
    with pytest.raises(LinkRevoked):
        issue_link(person, SECRET, NOON)
    new = revoke_link(person, SECRET, NOON)
    assert not hold_assignment(person).revoked
    assert (find_assignment(old, NOON).reason, find_assignment(new, NOON).assignment) == ("revoked", person)


def test_an_expired_link(person: str) -> None:
    from praksis.web.store.entrance import find_assignment, issue_link, revoke_link
    from praksis.web.store.work import hold_assignment

    token = issue_link(person, SECRET, NOON, expires_at=NOON + DAY)
    assert find_assignment(token, NOON + DAY - MINUTE).assignment == person
    assert find_assignment(token, NOON + DAY).reason == "expired"
    assert find_assignment(token, NOON + DAY).assignment == ""
    assert hold_assignment(person).expires_at == NOON + DAY
    # Asked for again it is still the one that expires; a new link does not.
    assert find_assignment(issue_link(person, SECRET, NOON), NOON + DAY).reason == "expired"
    assert find_assignment(revoke_link(person, SECRET, NOON), NOON + DAY).assignment == person


def test_a_closed_wave_can_be_read(survey: Survey, wave: str, person: str) -> None:
    from praksis.web.store.collection import open_wave
    from praksis.web.store.entrance import find_assignment, issue_link

    token = issue_link(person, SECRET, NOON)
    open_wave(survey, wave, SECRET, NOON, closes_at=NOON + DAY)
    assert find_assignment(token, NOON + DAY).assignment == person


def test_another_secret_is_noticed(person: str) -> None:
    from praksis.web.store.entrance import SecretChanged, find_assignment, issue_link, revoke_link

    other = SECRET + b"!"
    with pytest.raises(SecretChanged):
        issue_link(person, other, NOON)
    assert find_assignment(revoke_link(person, other, NOON), NOON).assignment == person


def test_too_many_wrong_links_from_one_address(database: str) -> None:
    from praksis.web.store.entrance import WINDOW, WRONG_LINKS, is_too_many, note_wrong_link

    here, there = "192.0.2.17", "192.0.2.18"
    for n in range(WRONG_LINKS):
        assert not is_too_many(here, SECRET, NOON)
        note_wrong_link(here, SECRET, NOON + n * MINUTE / 10)
    assert WRONG_LINKS == 20
    assert is_too_many(here, SECRET, NOON + 2 * MINUTE)
    assert not is_too_many(there, SECRET, NOON + 2 * MINUTE)
    # The first of them is ten minutes old.
    assert not is_too_many(here, SECRET, NOON + WINDOW)


def test_an_address_is_its_network_and_is_forgotten(database: str) -> None:
    from praksis.web.store import models
    from praksis.web.store.entrance import WRONG_LINKS, is_too_many, note_wrong_link

    for n in range(WRONG_LINKS):
        note_wrong_link(f"2001:db8:0:1::{n:x}", SECRET, NOON)
    addresses = {"2001:db8:0:1:ffff::1": True, "2001:db8:0:2::1": False, "not an address": False}
    assert {one: is_too_many(one, SECRET, NOON) for one in addresses} == addresses
    note_wrong_link("not an address", SECRET, NOON + DAY + MINUTE)
    assert models.WrongLink.objects.count() == 1


def test_an_ipv4_address_is_its_own_however_it_is_written(database: str) -> None:
    """A server that listens on IPv6 sees all of IPv4 in one network: one guesser must not lock everyone out."""
    from praksis.web.store.entrance import WRONG_LINKS, is_too_many, note_wrong_link

    for _ in range(WRONG_LINKS):
        note_wrong_link("::ffff:192.0.2.17", SECRET, NOON)
    addresses = {"::ffff:192.0.2.17": True, "192.0.2.17": True, "::ffff:192.0.2.18": False, "198.51.100.1": False}
    assert {one: is_too_many(one, SECRET, NOON) for one in addresses} == addresses


def test_no_two_people_have_a_link_in_common(survey: Survey, wave: str) -> None:
    from praksis.web.store.collection import list_responses
    from praksis.web.store.entrance import find_assignment, issue_link

    people = [one.coordinator for one in list_responses(survey.header.id, wave)]
    links = {one: issue_link(one, SECRET, NOON) for one in people}
    for owner, other in product(people, people):
        assert (find_assignment(links[owner], NOON).assignment == other) == (owner == other)
