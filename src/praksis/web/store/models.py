"""The tables. Only modules of this package read them (import-linter holds that)."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models  # noqa: TID251  # the store is where the database is

if TYPE_CHECKING:
    # Said by hand what the columns hold: django-stubs would need a plugin and a settings module to find out.
    Text = models.CharField[str, str] | models.TextField[str, str]
    Count = models.PositiveIntegerField[int, int]
    Flag = models.BooleanField[bool, bool]
    Time = models.DateTimeField[datetime.datetime, datetime.datetime]
    MaybeTime = models.DateTimeField[datetime.datetime | None, datetime.datetime | None]
    Tree = models.JSONField[dict[str, Any], dict[str, Any]]
    Identity = models.UUIDField[uuid.UUID, uuid.UUID]


class Wave(models.Model):
    """A wave that is open for answers, or was."""

    survey: Text = models.CharField(max_length=100)
    wave: Text = models.CharField(max_length=100)
    opens_at: Time = models.DateTimeField()
    closes_at: MaybeTime = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Wave]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "wave"), name="wave_once"),)


class Questionnaire(models.Model):
    """What was asked from a moment on. The latest is what is answered; there are several where texts were corrected."""

    wave: models.ForeignKey[Wave, Wave] = models.ForeignKey(Wave, models.PROTECT)
    since: Time = models.DateTimeField()
    frozen: Text = models.TextField()
    """Canonical JSON of everything a respondent could meet."""
    meaning: Text = models.TextField()
    """Canonical JSON of what gives answers their meaning; the same in all of a wave that has been answered."""

    objects: ClassVar[models.Manager[Questionnaire]] = models.Manager()


class Response(models.Model):
    """An organisation's response in a role: the row that whoever changes it locks."""

    wave: models.ForeignKey[Wave, Wave] = models.ForeignKey(Wave, models.PROTECT)
    organisation: Text = models.CharField(max_length=100)
    role: Text = models.CharField(max_length=100)
    earlier: Tree = models.JSONField()
    """Item -> what the organisation answered last, of factual items."""
    events: Count = models.PositiveIntegerField(default=0)
    """How many there are: kept with them, so that a lost one would be noticed."""
    closes_at: MaybeTime = models.DateTimeField(null=True)
    """Where this one may answer longer than the wave's others."""

    objects: ClassVar[models.Manager[Response]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("wave", "organisation", "role"), name="response_once"),)


class Assignment(models.Model):
    """A person asked to answer, and the link they were given, as a hash."""

    id: Identity = models.UUIDField(primary_key=True, default=uuid.uuid4)
    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    coordinator: Flag = models.BooleanField()
    language: Text = models.CharField(max_length=20)
    generation: Count = models.PositiveIntegerField(default=1)
    token_hash: Text = models.CharField(max_length=64, unique=True)
    expires_at: MaybeTime = models.DateTimeField(null=True)
    revoked_at: MaybeTime = models.DateTimeField(null=True)
    """When the person was shut out without a new link."""

    objects: ClassVar[models.Manager[Assignment]] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("response",), condition=models.Q(coordinator=True), name="assignment_coordinator_once"
            ),
        )


class Contact(models.Model):
    """Who somebody asked to answer is: apart from the answers, encrypted, gone when the wave's contacts are deleted."""

    assignment: models.OneToOneField[Assignment, Assignment] = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True
    )
    assignment_id: uuid.UUID
    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    found_by: Text = models.CharField(max_length=64, db_index=True)
    """Keyed hash of the e-mail address."""
    sealed: Text = models.TextField()
    """E-mail, name and telephone (seal.py)."""

    objects: ClassVar[models.Manager[Contact]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("response", "found_by"), name="contact_email_once"),)


class OldLink(models.Model):
    """A link that was replaced: who follows it is told so, in place of that it never was one."""

    token_hash: Text = models.CharField(max_length=64, unique=True)
    assignment: models.ForeignKey[Assignment, Assignment] = models.ForeignKey(Assignment, models.PROTECT)
    revoked_at: Time = models.DateTimeField()

    objects: ClassVar[models.Manager[OldLink]] = models.Manager()


class Event(models.Model):
    """What happened to a response. The database itself refuses to change or delete one (migration 0002)."""

    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    number: Count = models.PositiveIntegerField()
    at: Time = models.DateTimeField()
    who: models.ForeignKey[Assignment | None, Assignment | None] = models.ForeignKey(
        Assignment, models.PROTECT, null=True
    )
    who_id: uuid.UUID | None
    staff: Text = models.CharField(max_length=150, blank=True)
    """Who, where it was not a person who answers."""
    kind: Text = models.CharField(max_length=20)
    body: Text = models.TextField()
    """JSON as text: PostgreSQL's own JSON refuses signs that a browser may send, and what was written is kept."""

    objects: ClassVar[models.Manager[Event]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("response", "number"), name="event_once"),)


class Letter(models.Model):
    """A letter to send, or sent."""

    key: Text = models.CharField(max_length=200, unique=True)
    """What it is about: the same letter is never queued twice."""
    assignment: models.ForeignKey[Assignment | None, Assignment | None] = models.ForeignKey(
        Assignment, models.PROTECT, null=True
    )
    assignment_id: uuid.UUID | None
    """Whose personal link is put in when it is sent; links are not stored."""
    letter: Text = models.CharField(max_length=100, blank=True)
    """Which of the survey's letters it is; empty for those that answering writes itself."""
    mark: Text = models.CharField(max_length=32, db_index=True)
    """What its Message-ID begins with: bounces name it."""
    found_by: Text = models.CharField(max_length=64, db_index=True)
    """Keyed hash of the recipient's e-mail address."""
    sealed: Text = models.TextField(blank=True)
    """Recipient, subject and body (seal.py); empty when the wave's contacts have been deleted."""
    language: Text = models.CharField(max_length=20)
    created_at: Time = models.DateTimeField()
    begun_at: MaybeTime = models.DateTimeField(null=True)
    """Set before it is handed to the mail server, cleared if the server would not have it."""
    sent_at: MaybeTime = models.DateTimeField(null=True)
    attempts: Count = models.PositiveIntegerField(default=0)
    bounced_at: MaybeTime = models.DateTimeField(null=True)
    """When it was learnt that it could not be delivered, for good."""
    bounce: Text = models.TextField(blank=True)
    """Why, as the other mail server said it, without addresses."""

    objects: ClassVar[models.Manager[Letter]] = models.Manager()


class WrongLink(models.Model):
    """A link was tried that is none."""

    address: Text = models.CharField(max_length=64)
    """Keyed hash of where it was tried from."""
    at: Time = models.DateTimeField()

    objects: ClassVar[models.Manager[WrongLink]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=("address", "at"), name="wrong_link_address"),)


class CaseEvent(models.Model):
    """What has happened to a case beside its answers. Never changed, never deleted (migration 0002)."""

    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    at: Time = models.DateTimeField()
    who: Text = models.CharField(max_length=150)
    kind: Text = models.CharField(max_length=20)
    body: Text = models.TextField()
    """JSON as text: whom, reason, details."""

    objects: ClassVar[models.Manager[CaseEvent]] = models.Manager()


class Correction(models.Model):
    """An answer that staff have put right, beside what was answered. Never changed, never deleted (migration 0002)."""

    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    item: Text = models.CharField(max_length=100)
    old: Text = models.TextField()
    """The answer it takes the place of; it and the new one are JSON as text, like the body of an event."""
    new: Text = models.TextField()
    reason: Text = models.TextField()
    who: Text = models.CharField(max_length=150)
    at: Time = models.DateTimeField()

    objects: ClassVar[models.Manager[Correction]] = models.Manager()


class Decision(models.Model):
    """What staff have said of a check that failed. Never changed, never deleted (migration 0002)."""

    response: models.ForeignKey[Response, Response] = models.ForeignKey(Response, models.PROTECT)
    response_id: int
    name: Text = models.CharField(max_length=100)
    """Of the check."""
    verdict: Text = models.CharField(max_length=20)
    body: Text = models.TextField()
    """JSON as text: the items, and the answers that it is about."""
    reason: Text = models.TextField()
    who: Text = models.CharField(max_length=150)
    at: Time = models.DateTimeField()

    objects: ClassVar[models.Manager[Decision]] = models.Manager()


class Closing(models.Model):
    """A wave was frozen: its files were written. Never changed, never deleted (migration 0002)."""

    wave: models.ForeignKey[Wave, Wave] = models.ForeignKey(Wave, models.PROTECT)
    at: Time = models.DateTimeField()
    who: Text = models.CharField(max_length=150)
    reason: Text = models.TextField(blank=True)
    """Why it was closed anew."""
    body: Text = models.TextField()
    """JSON as text: SHA-256 of each file, and how much there was."""

    objects: ClassVar[models.Manager[Closing]] = models.Manager()


class Act(models.Model):
    """What a member of staff has done or looked at. Never changed, never deleted (migration 0002)."""

    at: Time = models.DateTimeField(db_index=True)
    who: Text = models.CharField(max_length=150)
    """`command:` and their name on the machine."""
    act: Text = models.CharField(max_length=50)
    about: Text = models.CharField(max_length=200, blank=True)
    body: Text = models.TextField()
    """JSON as text."""

    objects: ClassVar[models.Manager[Act]] = models.Manager()
