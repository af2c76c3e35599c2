"""Who of staff is asking, about which wave, and what they may do."""

import datetime
from dataclasses import dataclass
from enum import Enum, auto
from typing import cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from praksis.define.survey import Survey
from praksis.web.fieldwork.acts import Worker
from praksis.web.settings import ACCOUNTS, Fieldwork, Office
from praksis.web.store.staff import Role, find_role

SAID = "said"
"""Where a session keeps what the next page says was done."""


class May(Enum):
    """What pages show and let be done."""

    SEE = auto()
    """How it goes, and where each organisation is: no person."""
    CONTACT = auto()
    """Whom an organisation is written to, and what is noted about it."""
    WORK = auto()
    """Something to a case: note, extend, reopen, reassign."""
    SEND = auto()
    """Letters."""
    EDIT = auto()
    """Answers: checks, corrections."""
    LEAD = auto()
    """What is for a whole wave and cannot be taken back: closing it, deleting contacts."""
    AUDIT = auto()
    """What staff have done."""


RIGHTS = {
    Role.LEAD: frozenset(May),
    Role.FIELDWORKER: frozenset({May.SEE, May.CONTACT, May.WORK, May.SEND, May.EDIT}),
    Role.ANALYST: frozenset({May.SEE, May.EDIT}),
    Role.AUDITOR: frozenset({May.SEE, May.AUDIT}),
}
"""What each role may do. An analyst sees answers and no contacts, an auditor neither."""


@dataclass(frozen=True)
class Visit:
    """A member of staff at work on a wave, in a language, at a moment."""

    name: str
    role: Role
    survey: Survey
    wave: str
    language: str
    now: datetime.datetime

    def may(self, what: May) -> bool:
        return what in RIGHTS[self.role]

    @property
    def worker(self) -> Worker:
        """As whom acts are done and noted."""
        return Worker(self.name, self.survey, self.wave, find_fieldwork().secret, self.now)

    @property
    def content_language(self) -> str:
        """Of the survey's own texts: the page's, where the survey has it."""
        languages = self.survey.header.languages
        return self.language if self.language in languages else languages[0]


def find_fieldwork() -> Fieldwork:
    """The survey and its database."""
    return cast(Fieldwork, settings.FIELDWORK)


def find_office() -> Office:
    """Where letters and microdata go."""
    return cast(Office, settings.OFFICE)


def find_survey() -> Survey:
    """The survey whose waves are run here."""
    (survey,) = find_fieldwork().surveys.values()
    return survey


def read_clock() -> datetime.datetime:
    """The only clock of the staff pages."""
    return timezone.now()


def open_visit(request: HttpRequest, language: str, wave: str) -> Visit | None:
    """The visit of whoever is signed in; None for others. Raises StaffRefused for somebody without a role."""
    user = request.user
    if not isinstance(user, User) or not is_sure(request):
        return None
    return Visit(user.username, find_role(user), find_survey(), wave, language, read_clock())


def is_sure(request: HttpRequest) -> bool:
    """Has more been shown than a password: a code, or an account elsewhere, whose provider asks for what it will."""
    if not request.user.is_authenticated:
        return False
    if request.session.get(BACKEND_SESSION_KEY) == ACCOUNTS:
        return True
    return bool(request.user.is_verified())  # type: ignore[attr-defined]  # set by django_otp


def say_done(request: HttpRequest, text: str) -> None:
    """Let the next page say that something was done."""
    request.session[SAID] = text
