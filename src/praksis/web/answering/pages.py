"""What stands on each page of a visit, as plain values for the templates."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from praksis.collect.answering import Fault, read_form, write_form
from praksis.collect.journey import Page
from praksis.collect.response import Response, find_unanswered, find_unfinished
from praksis.collect.routing import Cell
from praksis.collect.status import SectionStatus, Stage, list_statuses
from praksis.web.answering.fields import fill_form, find_first, list_errors, list_lacking, show_question
from praksis.web.answering.guard import point
from praksis.web.answering.summary import list_groups, list_lines, list_raw
from praksis.web.answering.texts import Texts
from praksis.web.answering.visit import Visit
from praksis.web.words import write_moment

Form = Mapping[str, Sequence[str]]
_COLOURS = {"opened": "neutral", "started": "info", "complete": "success", "check": "warning"}


@dataclass(frozen=True)
class Written:
    """What somebody has written on a page, and what cannot be read of it."""

    form: Form
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Task:
    """A section in the list of the hub."""

    id: str
    title: str
    href: str
    state: str
    colour: str
    progress: str
    holder: str
    mine: bool
    done: bool
    hand_over: str
    take_back: str


def describe_hub(visit: Visit, response: Response, texts: Texts) -> dict[str, Any]:
    """The overview: how far each section has come, who has it, and what to do next."""
    words = texts.words
    statuses = [one for one in list_statuses(response, visit.journey) if visit.sees(response, one.section.id)]
    tasks = [_describe_task(visit, response, one, texts) for one in statuses]
    mine = [one for one in tasks if one.mine]
    left = [one for one in mine if not one.done]
    done = sum(one.done for one in tasks)
    return {
        "title": words.fill("hub_title" if visit.person.coordinator else "hub_title_colleague", **_names(texts)),
        **describe_state(visit, response, texts),
        "role": texts.role,
        "deadline": write_moment(visit.held.closes_at, words) if visit.held.closes_at else "",
        "coordinator": visit.person.coordinator,
        "tasks": tasks,
        "progress": words.fill("hub_progress", done=done, all=len(tasks)) if len(tasks) > 1 else "",
        "all_done": bool(tasks) and done == len(tasks),
        "mine_done": bool(mine) and not left,
        "go_on": left[0].href if left else "",
        "started": any(status.visited for status in statuses if visit.answers(response, status.section.id)),
        "questions": point(visit, "questions"),
        "submit": point(visit, "submit"),
        "receipt": point(visit, "receipt"),
    }


def _describe_task(visit: Visit, response: Response, status: SectionStatus, texts: Texts) -> Task:
    words, section = texts.words, status.section
    state = "check" if status.to_check else status.stage.value
    counts = {"answered": status.questions_answered, "items": status.questions}
    progress = words.fill("task_progress", **counts) if status.questions else ""
    frozen = visit.closed or response.submitted is not None
    hands_out = visit.person.coordinator and not frozen
    whom = visit.held.people.get(status.holder)
    return Task(
        id=section.id,
        title=texts.fill(section.title),
        href=point(visit, "page", page=status.pages[0] if frozen else status.next_page),
        state=words[f"task_{state}"],
        colour=_COLOURS[state],
        progress=progress,
        # With the address: one that was mistyped is seen here, or nowhere.
        holder=texts.name_person(whom, visit.person.id, address=True) if status.holder else "",
        mine=visit.answers(response, section.id),
        done=status.stage is Stage.COMPLETE,
        hand_over=point(visit, "hand-over", section=section.id) if hands_out else "",
        take_back=point(visit, "take-back", section=section.id) if hands_out and status.holder else "",
    )


def describe_state(visit: Visit, response: Response, texts: Texts) -> dict[str, Any]:
    """Whether anything can be changed, and what to say where it cannot."""
    submitted = response.submitted
    said: dict[str, Any] = {
        "closed": visit.closed,
        "submitted": submitted is not None,
        "reopened": response.reopened is not None,
    }
    if submitted:
        whom = texts.name_person(visit.held.people.get(submitted.who))
        said["submitted_at"] = texts.words.fill(
            "submitted_at", moment=write_moment(submitted.at, texts.words), who=whom
        )
    return said


def describe_page(
    visit: Visit, response: Response, page: Page, texts: Texts, written: Written | None = None
) -> dict[str, Any]:
    """A page to answer, with what was kept; or with what was just written."""
    journey, words = visit.journey, texts.words
    written = written or _read_kept(visit, response, page, texts)
    form, faults = written.form, written.faults
    errors = list_errors(journey, page, texts, faults)
    lacking = _list_left(visit, response, page)
    question = show_question(journey, page, texts, form, faults, visit.held.earlier, lacking)
    information, title = _describe_information(page, texts)
    title = question.title if question else title
    before, _ = visit.find_beside(response, page)
    answered = any(item.id in response.answers for item in journey.items_of(page))
    return {
        "title": title,
        "head_title": words.fill("error_title", title=title) if errors else title,
        "errors": errors,
        "information": information,
        "question": question,
        "place": describe_place(visit, response, page, texts),
        "before": before is not None,
        "clears": answered and question is not None and question.kind in ("single", "grid"),
        "base": response.versions.get(page.id, 0),
        "shown": visit.now.isoformat(timespec="seconds"),
    }


def _list_left(visit: Visit, response: Response, page: Page) -> tuple[str, ...]:
    """The items that somebody who has been on the page left without an answer that there must be."""
    if page.id not in response.visited or page.id in response.disputes or page.id in response.raw:
        return ()
    return list_lacking(visit.journey, page, response.answers)


def _read_kept(visit: Visit, response: Response, page: Page, texts: Texts) -> Written:
    kept = response.raw.get(page.id)
    if kept:
        return Written(kept, read_form(visit.journey, page, kept).faults)
    return Written(fill_form(page.question, write_form(visit.journey, page, response.answers), texts), ())


def describe_place(visit: Visit, response: Response, page: Page, texts: Texts) -> dict[str, str]:
    """Where in the questionnaire a page is: section and number of the question in it."""
    path = visit.journey.follow(response.answers)
    sections = list(dict.fromkeys(one.section for one in path if visit.sees(response, one.section)))
    pages = [one.id for one in path if one.section == page.section]
    title = texts.fill(visit.journey.section_by_id[page.section].title)
    place = {"section": title}
    if page.section in sections and page.id in pages:
        here, count = sections.index(page.section) + 1, len(sections)
        place["section_no"] = texts.words.fill("section_no", number=here, count=count)
        place["page_no"] = texts.words.fill("page_no", number=pages.index(page.id) + 1, count=len(pages))
    return place


def describe_answers(visit: Visit, response: Response, page: Page, texts: Texts) -> dict[str, Any]:
    """A page to read: what was answered, where nothing can be changed any more."""
    before, after = visit.find_beside(response, page)
    raw = response.raw.get(page.id)
    lines = (
        list_raw(visit.journey, page, raw, texts) if raw else list_lines(visit.journey, page, response.answers, texts)
    )
    information, title = _describe_information(page, texts)
    return {
        "title": texts.fill(page.question.text) if page.question else title,
        **describe_state(visit, response, texts),
        "information": information,
        "asked": page.question is not None,
        "lines": lines,
        "place": describe_place(visit, response, page, texts),
        "before": point(visit, "page", page=before.id) if before else "",
        "after": point(visit, "page", page=after.id) if after else "",
        "home": point(visit, "hub"),
        "receipt": point(visit, "receipt") if response.submitted else "",
    }


def _describe_information(page: Page, texts: Texts) -> tuple[list[list[str]], str]:
    """The paragraphs of each information on a page; and a title for a page that has nothing else: its section's."""
    information = [question for question in page.questions if question is not page.question]
    heading = texts.journey.section_by_id[page.section].title
    return [texts.split(question.text) for question in information], texts.fill(heading)


def describe_dispute(
    visit: Visit, response: Response, page: Page, texts: Texts, written: Written | None = None
) -> dict[str, Any]:
    """The answers to one page beside each other, each to be taken as it is; and the fields, to answer anew."""
    journey, people, me = visit.journey, visit.held.people, visit.person.id
    filled = Written(fill_form(page.question, write_form(journey, page, response.answers), texts), ())
    page_texts = describe_page(visit, response, page, texts, written or filled)
    saved = response.saves.get(page.id, ())[-1:]
    said: list[tuple[str, datetime.datetime, Mapping[str, Cell | None], Form]] = [
        *((one.who, one.at, response.answers, response.raw.get(page.id, {})) for one in saved),
        *((one.who, one.at, one.new, one.raw) for one in response.disputes[page.id]),
    ]
    versions = []
    for number, (who, at, answers, raw) in enumerate(said, start=1):
        lines = list_raw(journey, page, raw, texts) if raw else list_lines(journey, page, answers, texts)
        named = {"who": texts.name_person(people.get(who), me), "moment": write_moment(at, texts.words)}
        versions.append(
            {
                "title": texts.words.fill("answer_of", number=number, **named),
                "lines": lines,
                "fields": _list_hidden(raw or write_form(journey, page, answers)),
                # What cannot be read settles nothing: a button for it could only fail.
                "readable": not (raw and read_form(journey, page, raw).faults),
            }
        )
    title = texts.words["dispute_title"]
    return page_texts | {
        "title": title,
        "head_title": texts.words.fill("error_title", title=title) if written else title,
        "versions": versions,
        "anew": written is not None or not any(version["readable"] for version in versions),
    }


def _list_hidden(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, values in form.items() for value in values]


def describe_submit(visit: Visit, response: Response, texts: Texts) -> dict[str, Any]:
    """All answers to look over, and what keeps them from being submitted."""
    words = texts.words
    unfinished = find_unfinished(response, visit.journey)
    links = [
        {
            "text": words.fill(f"hinder_{reason}", question=_name_page(visit, page, texts)),
            "target": point(visit, "page", page=page) + _find_left(visit, response, page),
        }
        for reason, pages in unfinished.items()
        for page in pages
    ]
    unanswered = [page for page in find_unanswered(response, visit.journey) if page not in sum(unfinished.values(), ())]
    away = [
        words.fill("submit_away", section=texts.fill(one.section.title), who=_name_holder(visit, one, texts))
        for one in list_statuses(response, visit.journey)
        if one.holder and one.stage is not Stage.COMPLETE
    ]
    return {
        "title": words["submit_title"],
        **describe_state(visit, response, texts),
        "groups": list_groups(visit, response, texts),
        "hinders": links,
        "unanswered": words.fill("submit_unanswered", count=len(unanswered)) if unanswered else "",
        "away": away,
        "deadline": write_moment(visit.held.closes_at, words) if visit.held.closes_at else "",
        "home": point(visit, "hub"),
    }


def _find_left(visit: Visit, response: Response, page: str) -> str:
    """What leads to the first field of a page that was left without an answer; '' where nobody has been on it."""
    whole = visit.journey.pages[page]
    field = find_first(visit.journey, whole, _list_left(visit, response, whole))
    return f"#{field}" if field else ""


def _name_holder(visit: Visit, status: SectionStatus, texts: Texts) -> str:
    return texts.name_person(visit.held.people.get(status.holder), visit.person.id)


def _name_page(visit: Visit, page: str, texts: Texts) -> str:
    question = visit.journey.pages[page].question
    return texts.fill(question.text) if question else ""


def describe_receipt(visit: Visit, response: Response, texts: Texts) -> dict[str, Any]:
    """What was submitted, by whom and when."""
    return {
        "title": texts.words["receipt_title"],
        "head_title": f"{texts.words['receipt_title']} – {texts.organisation}",
        **describe_state(visit, response, texts),
        "survey": texts.survey,
        "owner": texts.owner,
        "wave": visit.held.wave,
        "organisation": texts.organisation,
        "organisation_key": visit.journey.organisation.key,
        "role": texts.role,
        "coordinator": visit.person.coordinator,
        "deadline": write_moment(visit.held.closes_at, texts.words) if visit.held.closes_at else "",
        "groups": list_groups(visit, response, texts),
        "pdf": point(visit, "receipt-pdf"),
        "reopen": point(visit, "reopen"),
        "home": point(visit, "hub"),
    }


def _names(texts: Texts) -> dict[str, str]:
    return {"organisation": texts.organisation, "survey": texts.survey}
