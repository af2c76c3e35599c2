"""Who is asked to answer: reads a list of contacts, and checks it against the frame and the roles of a wave.

Contacts are personal data. They are returned in memory, and no problem or other text made here holds a name, an address
or a phone number; the same goes for what Python prints of a contact.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from praksis.define.codes import Findings, join_known, suggest
from praksis.define.frame_table import Line, TableRequest, read_table, strip_number
from praksis.define.organisation import Organisation
from praksis.define.survey import Survey
from praksis.errors import Place, PraksisError, Problem, ProblemsFound

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "organisation": (
        "organisation number",
        "organisation_number",
        "orgnr",
        "org.nr.",
        "organisasjonsnummer",
        "virksomhet",
    ),
    "role": ("rolle",),
    "name": ("navn", "namn"),
    "email": ("e-mail", "mail", "epost", "e-post", "e-postadresse"),
    "phone": ("telephone", "mobile", "telefon", "mobil"),
    "language": ("språk", "målform"),
    "coordinator": ("koordinator",),
}
"""Columns, and what they are often called instead."""
_NEEDED = ("organisation", "name", "email")
_YES, _NO = ("yes", "ja", "x", "1", "true"), ("", "no", "nei", "0", "false")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 characters, with its angle brackets."""
_QUOTABLE = (3, 4, 9)
"""Lengths of municipality numbers, with and without their zero, and organisation numbers; phones have others."""
_PHONE = re.compile(r"\+?[0-9][0-9 ]{3,18}[0-9]")

_REMEDIES = {
    "A001": "Write the organisation number, or the reference, of an organisation that the wave asks.",
    "A002": "Write one of: {known}.",
    "A003": "Write one address, as name@example.no, without anything around it.",
    "A004": "Remove one of the rows.",
    "A005": "Write one of: {known}; or leave the cell empty.",
    "A006": "Write digits, with + and the country before them if it is abroad; or leave the cell empty.",
    "A007": "Mark one contact of each organisation and role, or none: then the first is coordinator.",
    "A008": "Write what is missing, or remove the row.",
}


class UnknownWave(PraksisError):
    """The survey has no such wave."""


@dataclass(frozen=True)
class Contact:
    """A person who is asked to answer one role for one organisation."""

    organisation: str
    """Key."""
    role: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    """'' where it is not given."""
    language: str
    """The language the person is written to in: as the list says, else as the organisation is."""
    coordinator: bool
    """Answers, and may hand sections over; the others help. One for each organisation and role."""


@dataclass(frozen=True)
class ContactList:
    """The contacts of a wave, and what a person should know before letters are sent."""

    contacts: tuple[Contact, ...]
    without: tuple[tuple[str, str], ...]
    """(organisation, role) that the wave asks, and that have no contact."""
    shared: tuple[tuple[str, ...], ...]
    """Organisations that have a contact with the same address."""


def read_contacts(path: Path, survey: Survey, wave: str, sheet: str | None = None) -> tuple[Contact, ...]:
    """The contacts of a CSV file or a workbook, in its order. Raises ProblemsFound with everything that is wrong."""
    return read_contact_list(path, survey, wave, sheet).contacts


def read_contact_list(path: Path, survey: Survey, wave: str, sheet: str | None = None) -> ContactList:
    """As `read_contacts`, with those who have no contact and addresses that several have.

    Columns: organisation (number or reference), role (id or title; not needed where a wave asks one role), name, email;
    phone, language and coordinator if there are any. Raises ProblemsFound, and UnknownWave.
    """
    if wave not in survey.wave_ids:
        raise UnknownWave(f"the survey has no wave {wave}; it has {', '.join(survey.wave_ids)}")
    return _ContactReader(path, survey, wave, sheet).read()


class _ContactReader:
    def __init__(self, path: Path, survey: Survey, wave: str, sheet: str | None) -> None:
        self.path, self.survey, self.wave, self.sheet = path, survey, wave, sheet
        self.problems: list[Problem] = []
        self.roles = {role.id: role for role in survey.header.roles if wave in role.waves}
        self.asked = {
            (organisation.key, role.id): organisation
            for role in self.roles.values()
            for organisation in survey.frame.of_wave(wave, role.group)
        }
        organisations = survey.frame.of_wave(wave)
        self.organisations = {one.reference: one for one in organisations} | {one.key: one for one in organisations}
        titles = ((title, role.id) for role in self.roles.values() for title in role.title.root.values())
        self.role_names = {title.casefold(): role for title, role in titles} | {role: role for role in self.roles}

    def read(self) -> ContactList:
        lines = self._read_lines()
        read = [(line, self._read_contact(line)) for line in lines]
        marked = {id(line) for line in lines if self._is_marked(line)}
        whole = [(line, contact) for line, contact in read if contact]
        self._check_doubled(whole)
        contacts = self._choose_coordinators(whole, marked)
        if self.problems:
            raise ProblemsFound(self.problems)
        reached = {(contact.organisation, contact.role) for contact in contacts}
        addresses: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for contact in contacts:
            addresses[contact.email.casefold()][contact.organisation] = None
        return ContactList(
            contacts=tuple(contacts),
            without=tuple(pair for pair in self.asked if pair not in reached),
            shared=tuple(tuple(those) for those in addresses.values() if len(those) > 1),
        )

    def _read_lines(self) -> tuple[Line, ...]:
        findings = Findings()
        names = {other.casefold(): name for name, others in _COLUMNS.items() for other in (name, *others)}
        needed = _NEEDED if len(self.roles) == 1 else (*_NEEDED, "role")
        name = self.path.name
        request = TableRequest(self.path, name, Place(name), needed, self.sheet, names=names, is_personal=True)
        table = read_table(request, findings)
        self.problems += findings.problems
        if table is None:
            raise ProblemsFound(self.problems)
        return table.rows

    def _add(self, code: str, line: Line, what: str, known: Iterable[str] = ()) -> None:
        self.problems.append(Problem(line.place, code, what, _REMEDIES[code].format(known=join_known(known))))

    def _read_contact(self, line: Line) -> Contact | None:
        """A contact; None where the row does not say whose it is. What else is wrong is reported too."""
        # A name may be empty: many bodies have one mailbox for all, and letters then greet the organisation.
        if not line.cells["email"]:
            self._add("A008", line, "`email` is empty")
        role = self._read_role(line)
        organisation = self._find_organisation(line)
        email, phone, language = (line.cells.get(name, "") for name in ("email", "phone", "language"))
        if email and not is_email(email):
            self._add("A003", line, "`email` is not an e-mail address")
        if phone and not is_phone(phone):
            self._add("A006", line, "`phone` is not a phone number")
        if language and language not in self.survey.header.languages:
            self._add("A005", line, "`language` is not a language of the survey", self.survey.header.languages)
        if not role or not organisation:
            return None
        if (organisation.key, role) not in self.asked:
            what = f"the wave does not ask `{role}` of {organisation.name}"
            self._add("A002", line, what, [one for one in self.roles if (organisation.key, one) in self.asked])
            return None
        return Contact(
            organisation=organisation.key,
            role=role,
            name=" ".join(line.cells["name"].split()),
            email=email,
            phone=phone,
            language=language or self.survey.language_of(organisation),
            coordinator=False,
        )

    def _read_role(self, line: Line) -> str | None:
        text = line.cells.get("role", "")
        if not text and len(self.roles) == 1:
            return next(iter(self.roles))
        if text.casefold() in self.role_names:
            return self.role_names[text.casefold()]
        near = suggest(text, self.roles)
        what = f"`role` is not a role of the wave{near}" if text else "`role` is empty"
        self._add("A002", line, what, self.roles)
        return None

    def _find_organisation(self, line: Line) -> Organisation | None:
        text = strip_number(line.cells["organisation"])
        if text in self.organisations:
            return self.organisations[text]
        # Other texts are not repeated: in a file with its columns mixed up they are someone's name or phone number.
        number = f" {text}" if text.isdigit() and len(text) in _QUOTABLE else ""
        hint = f"; did a spreadsheet take the zero of 0{text} away?" if f"0{text}" in self.organisations else ""
        what = f"{self.wave} does not ask the organisation{number}{hint}" if text else "`organisation` is empty"
        self._add("A001", line, what)
        return None

    def _is_marked(self, line: Line) -> bool:
        text = line.cells.get("coordinator", "").casefold()
        if text not in (*_YES, *_NO):
            self._add("A005", line, "`coordinator` is neither yes nor no", ("yes", "no"))
        return text in _YES

    def _check_doubled(self, whole: Sequence[tuple[Line, Contact]]) -> None:
        seen: dict[tuple[str, str, str], Line] = {}
        for line, contact in whole:
            pair = (contact.organisation, contact.role, contact.email.casefold())
            if contact.email and pair in seen:
                what = f"the same address for the same organisation and role stands at line {seen[pair].place.line}"
                self._add("A004", line, what)
            seen.setdefault(pair, line)

    def _choose_coordinators(self, whole: Sequence[tuple[Line, Contact]], marked: set[int]) -> list[Contact]:
        """The one that is marked, else the first of each organisation and role."""
        groups: defaultdict[tuple[str, str], list[tuple[Line, Contact]]] = defaultdict(list)
        for line, contact in whole:
            groups[contact.organisation, contact.role].append((line, contact))
        chosen: set[int] = set()
        for those in groups.values():
            named = [line for line, _ in those if id(line) in marked]
            for line in named[1:]:
                what = f"another coordinator stands at line {named[0].place.line}"
                self._add("A007", line, what)
            chosen.add(id(named[0] if named else those[0][0]))
        return [replace(contact, coordinator=id(line) in chosen) for line, contact in whole]


def is_email(text: str) -> bool:
    """Could a letter be sent there? One address and nothing else: whether it arrives, only sending it can tell."""
    if len(text) > _LONGEST_EMAIL or ".." in text or not text.partition("@")[0].isascii():
        return False  # before the @ only ASCII: few mail servers take more (RFC 6531), and `web.mail` does not
    return bool(_EMAIL.fullmatch(text))


def is_phone(text: str) -> bool:
    """Digits, with + and the country before them if it is abroad; spaces between."""
    return bool(_PHONE.fullmatch(text))
