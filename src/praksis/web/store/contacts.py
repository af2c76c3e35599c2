"""Whom we write to: kept apart from answers, encrypted, deleted on the wave's date."""

import datetime
from dataclasses import asdict, dataclass

from django.core.exceptions import ObjectDoesNotExist

from praksis.web.store import models
from praksis.web.store.seal import index_email, seal, unseal


@dataclass(frozen=True)
class Address:
    """How somebody is reached."""

    email: str = ""
    name: str = ""
    phone: str = ""


def read_address(row: models.Assignment) -> Address:
    """Of the person of an assignment; empty where there is none, or it has been deleted."""
    contact = find_contact_of(row)
    return Address(**unseal(contact.sealed, _about(contact.assignment_id))) if contact else Address()


def find_contact_of(row: models.Assignment) -> models.Contact | None:
    """The contact of the person of an assignment, if there is one."""
    try:
        contact: models.Contact = row.contact  # type: ignore[attr-defined]  # the other side of Contact.assignment
    except ObjectDoesNotExist:
        return None
    return contact


def find_contact(response: models.Response, email: str) -> models.Contact | None:
    """The person of a response with this e-mail address."""
    rows = models.Contact.objects.select_related("assignment")
    return rows.filter(response=response, found_by=index_email(email)).first()


def write_contact(row: models.Assignment, address: Address) -> bool:
    """Set how the person of an assignment is reached, in place of what was there; False if that was the same."""
    kept = Address(address.email.strip().lower(), _clean(address.name), _clean(address.phone))
    if read_address(row) == kept:
        return False
    models.Contact.objects.update_or_create(
        assignment=row,
        defaults={
            "response_id": row.response.pk,
            "found_by": index_email(kept.email),
            "sealed": seal(asdict(kept), _about(row.pk)),
        },
    )
    return True


@dataclass(frozen=True)
class Held:
    """What is held on a person about one response."""

    survey: str
    wave: str
    organisation: str
    role: str
    address: Address
    letters: int
    """Letters to the address, sent or waiting."""
    events: int
    """What they have done to the response: what they answered is the organisation's, and stays."""
    shut_out: bool


def find_held(email: str) -> tuple[Held, ...]:
    """Everything that is held on whoever has an e-mail address."""
    rows = models.Contact.objects.filter(found_by=index_email(email))
    found = []
    for row in rows.select_related("assignment__response__wave").order_by("pk"):
        own = row.assignment
        found.append(
            Held(
                survey=own.response.wave.survey,
                wave=own.response.wave.wave,
                organisation=own.response.organisation,
                role=own.response.role,
                address=read_address(own),
                letters=models.Letter.objects.filter(assignment=own, found_by=row.found_by).count(),
                events=models.Event.objects.filter(who=own).count(),
                shut_out=own.revoked_at is not None,
            )
        )
    return tuple(found)


def forget_wave(survey_id: str, wave: str) -> int:
    """Delete whom a wave was written to, and what the letters said; returns how many people that were.

    Letters that staff wrote to themselves go too, of any wave: nobody needs them.
    """
    letters = models.Letter.objects.filter(assignment__response__wave__survey=survey_id)
    letters.filter(assignment__response__wave__wave=wave).update(sealed="", found_by="", bounce="")
    models.Letter.objects.filter(assignment=None, key__startswith="try/").update(sealed="", found_by="")
    people = models.Contact.objects.filter(response__wave__survey=survey_id, response__wave__wave=wave)
    return people.delete()[0]


def list_kept(survey_id: str) -> tuple[str, ...]:
    """The waves of which contacts, or the words of letters, are held."""
    people = models.Contact.objects.filter(response__wave__survey=survey_id).values_list("response__wave__wave")
    letters = models.Letter.objects.filter(assignment__response__wave__survey=survey_id).exclude(sealed="")
    found = {*people, *letters.values_list("assignment__response__wave__wave")}
    return tuple(sorted(wave for (wave,) in found))


def list_closings(survey_id: str, wave: str) -> tuple[datetime.datetime | None, ...]:
    """When a wave closes, and then each response that has a time of its own; nothing for a wave that was never open."""
    waves = models.Wave.objects.filter(survey=survey_id, wave=wave)
    own = models.Response.objects.filter(wave__in=waves).exclude(closes_at=None)
    return (*waves.values_list("closes_at", flat=True), *own.values_list("closes_at", flat=True))


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()[:200]


def _about(assignment: object) -> str:
    return f"contact {assignment}"
