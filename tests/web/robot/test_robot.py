"""A robot plays questionnaires to the end over HTTP, with right, wrong and random input.

What it says is kept in a model as small as can be: page -> what `read_form` makes of the last form that was sent. At
the end the answers in the database, and the microdata, are those of the model and nothing else.
"""

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from praksis.collect.answering import MISSING, list_fields, read_form, write_form
from praksis.collect.journey import Journey
from praksis.collect.routing import Cell
from praksis.define.question import OPEN_KINDS, Missing
from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.edit.gather import gather_responses
from praksis.edit.microdata import read_microdata, write_microdata
from praksis.web.settings import configure_answering
from tests.collect.robot import draw_answers, draw_form
from tests.databases import SECRET
from tests.web.robot.browser import Browser, enter

ROOT = Path(__file__).parents[3]
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
WAVES = [
    ("tests/collect/every-kind", "2026"),
    ("surveys/it-i-praksis", "2019"),
    ("surveys/it-i-praksis", "2023"),
]


class Robot:
    """One coordinator's way through, and what it has said."""

    def __init__(self, survey: Survey, wave: str, organisation: str, role: str, link: str, data: st.DataObject) -> None:
        found = next(one for one in survey.frame.of_wave(wave) if one.key == organisation)
        self.journey = Journey(survey, wave, role, found)
        self.browser: Browser = enter(link)
        self.language = survey.language_of(found)
        self.data = data
        self.answers: dict[str, Cell] = {}
        self.raw: dict[str, dict[str, tuple[str, ...]]] = {}

    def play(self) -> None:
        """From the first page to the receipt."""
        assert self.browser.page.language == self.language
        start = self.browser.address
        self.browser.get(start + "page/" + next(iter(self.journey.follow({}))).id)
        for _ in range(6 * len(self.journey.pages)):
            here = self.browser.address.rpartition("/page/")[2]
            if "/page/" not in self.browser.address:
                break
            self.turn(here)
        self.finish(start)

    def turn(self, here: str) -> None:
        """Leaves one page: forward mostly, else back, for later, or in another language."""
        assert self.browser.status == 200, (self.browser.address, self.browser.status)
        assert here in {page.id for page in self.journey.follow(self.answers)}, f"{here} is off the path"
        page = self.journey.pages[here]
        form = self.browser.find_form(("go", "next"))
        assert form.fields == set(list_fields(self.journey, page)), here
        self.check_shown(here)
        go = self.data.draw(st.sampled_from(["next"] * 8 + ["back", "later", "language:en"]))
        if ("go", go) not in form.buttons:
            go = "next"
        before = self.browser.address
        self.say(here, draw_form(self.journey, page), go)
        if self.browser.address == before and go == "next":
            assert here in self.raw, f"{here} does not go on, and nothing is wrong with it"
            assert ":" in self.browser.page.title, self.browser.page.title
            self.say(here, draw_answers(self.journey, page).map(lambda a: write_form(self.journey, page, a)), "next")
            assert self.browser.address != before, f"{here} does not go on when it is answered right"
        if go == "later":
            assert "/page/" not in self.browser.address
            self.browser.get(before)

    def say(self, here: str, forms: st.SearchStrategy[dict[str, tuple[str, ...]]], go: str) -> None:
        page = self.journey.pages[here]
        sent = self.data.draw(forms)
        shown = self.browser.find_form(("go", go))
        reading = read_form(self.journey, page, sent)
        self.browser.send(shown, sent, ("go", go))
        for item, cell in reading.answers.items():
            self.answers.pop(item, None)
            if cell is not None:
                self.answers[item] = cell
        self.raw.pop(here, None)
        if reading.raw:
            self.raw[here] = dict(reading.raw)

    def check_shown(self, here: str) -> None:
        """The form shows what was said on the page before, also what could not be read."""
        page = self.journey.pages[here]
        if here in self.raw:
            shown = self.browser.find_form(("go", "next")).filled
            written = {} if page.question and page.question.kind not in OPEN_KINDS else self.raw[here]
            for name, values in written.items():
                if not name.endswith(MISSING):
                    # A parser of HTML does not give NUL back, nor every kind of line end.
                    assert _plain(shown[name][0]) == _plain(values[0]), (here, name)
            return
        again = read_form(self.journey, page, self.browser.find_form(("go", "next")).filled)
        assert again.answers == {item.id: self.answers.get(item.id) for item in self.journey.items_of(page)}, here

    def finish(self, home: str) -> None:
        """Submits; where something hinders, goes to what is named and answers it."""
        for _ in range(4 * len(self.journey.pages)):
            self.browser.get(home + "submit")
            assert self.browser.status == 200
            hindering = [page.id for page in self.journey.follow(self.answers) if self.hinders(page.id)]
            self.browser.send(self.browser.find_form(action="submit"), {})
            if not hindering:
                assert self.browser.address.endswith("/receipt"), self.browser.html[:3000]
                return
            assert self.browser.address.endswith("/submit"), "submitted, although something hinders"
            for here in hindering:
                page = self.journey.pages[here]
                if here not in {one.id for one in self.journey.follow(self.answers)}:
                    continue
                self.browser.get(home + "page/" + here)
                full = draw_answers(self.journey, page).filter(lambda answers: None not in answers.values())
                self.say(here, full.map(lambda answers, page=page: write_form(self.journey, page, answers)), "next")
        pytest.fail("never came to the receipt")

    def hinders(self, here: str) -> bool:
        question = self.journey.pages[here].question
        required = question is not None and question.required
        items = self.journey.items_of(self.journey.pages[here])
        return here in self.raw or (required and any(item.id not in self.answers for item in items))


def _plain(text: str) -> list[str]:
    return text.replace("\0", "").replace("\ufffd", "").split()


@pytest.mark.parametrize(("folder", "wave"), WAVES)
def test_a_robot_plays_it_to_the_end(
    folder: str, wave: str, make_database: Callable[[str], str], tmp_path: Path
) -> None:
    survey = load_survey(ROOT / folder)
    opened = make_database("sqlite")
    configure_answering(opened, SECRET, {survey.header.id: survey}, secure=False)
    from praksis.web.store.collection import list_responses, open_wave
    from praksis.web.store.database import close_connections
    from praksis.web.store.entrance import issue_link
    from praksis.web.store.work import read_response

    open_wave(survey, wave, SECRET, NOW)
    asked = list_responses(survey.header.id, wave)
    close_connections()
    played: dict[tuple[str, str], dict[str, Cell]] = {}
    stored: dict[tuple[str, str], dict[str, Cell]] = {}

    # An example takes a second: what fails is shown as it was, not made smaller first.
    @settings(
        max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(st.data())
    def play(data: st.DataObject) -> None:
        # Every example in a copy of its own, so that one that fails can be played again.
        close_connections()
        fresh = shutil.copy(opened, tmp_path / "example.sqlite")
        configure_answering(str(fresh), SECRET, {survey.header.id: survey}, secure=False)
        one = data.draw(st.sampled_from(asked))
        link = "/answer/l/" + issue_link(one.coordinator, SECRET, NOW)
        robot = Robot(survey, wave, one.organisation, one.role, link, data)
        robot.play()
        state = read_response(one.id)
        assert state.submitted
        assert dict(state.answers) == robot.answers
        played[one.organisation, one.role] = robot.journey.keep_asked(robot.answers)
        stored[one.organisation, one.role] = dict(state.answers)

    play()
    assert played
    write_microdata(gather_responses(survey, wave, stored), survey, tmp_path)
    found = read_microdata(survey, wave, tmp_path)
    assert not found.synthetic
    for row, key in enumerate(zip(found.organisations, found.roles, strict=True)):
        answered = played[key]
        for item in survey.items_asked(wave, key[1]):
            cells = found.open_answers[item] if survey.is_open(item) else found.answers[item]
            cell = cells[row] if survey.is_open(item) else int(cells[row])
            if item in answered:
                assert cell == answered[item], (key, item)
            else:
                assert cell in (Missing.NOT_ASKED, Missing.NOT_ANSWERED), (key, item)
