"""The list of contacts: read whole or not at all, every problem at once, and nothing that says who anyone is."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from praksis.collect.contacts import Contact, UnknownWave, is_email, read_contact_list, read_contacts
from praksis.define.survey import Survey
from praksis.errors import ProblemsFound

HEADING = ("organisation", "role", "name", "email", "phone", "language", "coordinator")
OSLO, STAVANGER, LABOUR = "958935420", "964965226", "974761211"
IT, EDUCATION = "head-of-it", "director-of-education"
KARI = (OSLO, IT, "Kari Nordmann", "kari@oslo.example.no", "+47 22 33 44 55", "nn", "")
OLA = (OSLO, IT, "Ola Nordmann", "ola@oslo.example.no", "", "", "")
LIV = (OSLO, EDUCATION, "Liv Dahl", "liv@oslo.example.no", "", "", "")
PER = (LABOUR, IT, "Per Moe", "per@arbeid.example.no", "", "", "")


def write(path: Path, *rows: Iterable[str], heading: Iterable[str] = HEADING, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([heading, *rows])
    return path


def find_problems(path: Path, survey: Survey, wave: str = "2019") -> list[tuple[str, int, str]]:
    with pytest.raises(ProblemsFound) as found:
        read_contacts(path, survey, wave)
    told = str(found.value)
    for row in (KARI, OLA, LIV, PER):
        assert not any(secret in told for secret in (row[2], row[3], row[2].split()[0], row[3].split("@")[0])), told
    return [(problem.code, problem.place.line, problem.what) for problem in found.value.problems]


def test_contacts_in_the_order_of_the_list(tmp_path: Path, reference: Survey) -> None:
    contacts = read_contacts(write(tmp_path / "contacts.csv", KARI, LIV, OLA, PER), reference, "2019")
    assert contacts == (
        Contact(OSLO, IT, "Kari Nordmann", "kari@oslo.example.no", "+47 22 33 44 55", "nn", True),
        Contact(OSLO, EDUCATION, "Liv Dahl", "liv@oslo.example.no", "", "nb", True),
        Contact(OSLO, IT, "Ola Nordmann", "ola@oslo.example.no", "", "nb", False),
        Contact(LABOUR, IT, "Per Moe", "per@arbeid.example.no", "", "nb", True),
    )


def test_the_one_who_is_marked_is_coordinator(tmp_path: Path, reference: Survey) -> None:
    contacts = read_contacts(write(tmp_path / "contacts.csv", KARI, (*OLA[:6], "Ja"), LIV), reference, "2019")
    assert [contact.coordinator for contact in contacts] == [False, True, True]


def test_norwegian_headings_titles_of_roles_spaces_and_references(tmp_path: Path, reference: Survey) -> None:
    heading = ("Orgnr", "Rolle", "Navn", "E-post", "Målform", "Merknad")
    rows = [
        ("958 935 420", "leder for IT eller digitalisering", " Kari   Nordmann ", "kari@oslo.example.no", "nn", "!"),
        ("1103", EDUCATION, "Bo", "bo@example.no", "", ""),
    ]
    contacts = read_contacts(write(tmp_path / "c.csv", *rows, heading=heading, delimiter=";"), reference, "2019")
    assert [(one.organisation, one.role, one.name, one.language) for one in contacts] == [
        (OSLO, IT, "Kari Nordmann", "nn"),
        (STAVANGER, EDUCATION, "Bo", "nb"),
    ]


def test_a_workbook_with_numbers(tmp_path: Path, reference: Survey) -> None:
    book = Workbook()
    book.active.append(["other"]) if book.active else None
    sheet = book.create_sheet("Contacts")
    sheet.append(["organisation", "name", "email", "phone"])
    sheet.append([958935420.0, "Kari", "kari@oslo.example.no", 22334455])
    book.save(tmp_path / "contacts.xlsx")
    (contact,) = read_contacts(tmp_path / "contacts.xlsx", reference, "2023", "Contacts")
    assert (contact.organisation, contact.role, contact.phone) == (OSLO, IT, "22334455")


def test_who_has_no_contact_and_who_shares_one(tmp_path: Path, reference: Survey) -> None:
    shared = (STAVANGER, IT, "Kari Nordmann", "KARI@oslo.example.no", "", "", "")
    read = read_contact_list(write(tmp_path / "contacts.csv", KARI, shared, LIV), reference, "2019")
    assert read.shared == ((OSLO, STAVANGER),)
    asked = len(reference.frame.of_wave("2019")) + len(reference.frame.of_wave("2019", "sector=municipality"))
    assert len(read.without) == asked - 3
    assert (STAVANGER, EDUCATION) in read.without
    assert (LABOUR, IT) in read.without
    assert (LABOUR, EDUCATION) not in read.without
    # One person in two roles of an organisation is no sharing.
    both = (OSLO, EDUCATION, *KARI[2:])
    assert read_contact_list(write(tmp_path / "contacts.csv", KARI, both), reference, "2019").shared == ()


def test_everything_wrong_is_told_at_once(tmp_path: Path, reference: Survey) -> None:
    rows = [
        ("958935421", *KARI[1:]),
        ("301", *KARI[1:]),
        ("Kari Nordmann", *KARI[1:]),
        ("", "", "", "", "", "", ""),
        ("", *KARI[1:]),
        (OSLO, "head-of-id", *KARI[2:]),
        (OSLO, "", *KARI[2:]),
        (LABOUR, EDUCATION, *KARI[2:]),
        (*KARI[:2], "", "", "", "", ""),
        (*KARI[:3], "Kari Nordmann <kari@oslo.example.no>", "many", "se", "perhaps"),
        KARI,
        KARI,
        (*OLA[:6], "yes"),
        (*OLA[:3], "ola2@example.no", "", "", "x"),
    ]
    assert find_problems(write(tmp_path / "contacts.csv", *rows), reference) == [
        ("A001", 2, "2019 does not ask the organisation 958935421"),
        ("A001", 3, "2019 does not ask the organisation 301; did a spreadsheet take the zero of 0301 away?"),
        ("A001", 4, "2019 does not ask the organisation"),
        ("A001", 6, "`organisation` is empty"),
        ("A002", 7, "`role` is not a role of the wave; did you mean `head-of-it`?"),
        ("A002", 8, "`role` is empty"),
        ("A002", 9, "the wave does not ask `director-of-education` of Arbeidstilsynet"),
        ("A008", 10, "`email` is empty"),
        ("A003", 11, "`email` is not an e-mail address"),
        ("A005", 11, "`coordinator` is neither yes nor no"),
        ("A005", 11, "`language` is not a language of the survey"),
        ("A006", 11, "`phone` is not a phone number"),
        ("A004", 13, "the same address for the same organisation and role stands at line 12"),
        ("A007", 15, "another coordinator stands at line 14"),
    ]


@pytest.mark.parametrize(
    ("rows", "heading", "said"),
    [
        ([KARI], KARI, ("F005", 0, "contacts.csv has no column `organisation`, `name`, `email`, `role`")),
        ([HEADING, KARI], KARI, ("F015", 1, "the heading stands on line 2")),
        ([KARI[:3]], HEADING, ("F008", 2, "the row has more or fewer fields than the heading")),
    ],
)
def test_a_list_that_is_no_table(
    rows: list[tuple[str, ...]], heading: tuple[str, ...], said: object, tmp_path: Path, reference: Survey
) -> None:
    assert find_problems(write(tmp_path / "contacts.csv", *rows, heading=heading), reference) == [said]


def test_a_list_in_another_encoding_is_not_quoted(tmp_path: Path, reference: Survey) -> None:
    path = write(tmp_path / "contacts.csv", (*KARI[:2], "Kåre", *KARI[3:]))
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert find_problems(path, reference) == [("F014", 2, "a byte that is not UTF-8")]


def test_a_role_is_needed_where_a_wave_asks_several(tmp_path: Path, reference: Survey) -> None:
    path = write(tmp_path / "contacts.csv", (OSLO, "Kari", "k@example.no"), heading=("orgnr", "navn", "epost"))
    assert [contact.role for contact in read_contacts(path, reference, "2023")] == [IT]
    assert find_problems(path, reference) == [("F005", 0, "contacts.csv has no column `role`")]


def test_an_unknown_wave(tmp_path: Path, reference: Survey) -> None:
    with pytest.raises(UnknownWave, match="no wave 2031"):
        read_contacts(write(tmp_path / "contacts.csv"), reference, "2031")


def test_a_contact_is_printed_without_the_person(tmp_path: Path, reference: Survey) -> None:
    read = read_contact_list(write(tmp_path / "contacts.csv", KARI), reference, "2019")
    assert OSLO in repr(read)
    assert not any(secret in repr(read) for secret in ("Kari", "kari", "22 33"))


@pytest.mark.parametrize(
    "text",
    ["a@b.no", "post+it@kommune.no", "kare@blåbær.no", "o'brien@x-y.example.co", f"{'a' * 64}@b.no", "a@xn--bc-eka.no"],
)
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a@b", "@b.no", "a@.no", "a@b.no.", "a b@c.no", "a@b.no, c@d.no", "a@b.no;c@d.no", "<a@b.no>",
        "a@@b.no", "a@b..no", "a..b@c.no", "a@b.no\nBcc: c@d.no", "a@-b.no", "a@b-.no", "a@b.1", f"{'a' * 65}@b.no",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.no", "a\u00a0@b.no", "kåre@b.no",
    ],
)  # fmt: skip
def test_no_addresses(text: str) -> None:
    assert not is_email(text)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """Whatever passes is one address on one line: nothing that a mail server could take for more."""
    if is_email(text):
        assert text.count("@") == 1
        assert len(text.split()) == 1
        assert not set(text) & set("<>,;\r\n\0")
