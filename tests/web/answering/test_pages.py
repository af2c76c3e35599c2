"""Pages of every kind of question: what is shown, what is saved, and what happens where something is wrong."""

import re

import pytest

from praksis.define.survey import Survey
from tests.web.answering.conftest import NYNORSK_TOWN, Visitor, come_in, find_token, find_value, read, read_words

FILLED = {
    "staff": {"full-time-equivalents": "1 234,5"},
    "strategy": {"has-strategy": "yes"},
    "strategy-day": {"strategy-adopted.day": "31", "strategy-adopted.month": "3", "strategy-adopted.year": "2020"},
    "strategy-since": {"strategy-holds": "agree"},
    "local-cooperation": {"partner": "Lauvdal"},
    "level": {"services-are": "on-paper"},
    "barriers": {"barriers": ["lack-of-money", "lack-of-time"]},
    "money-wanted": {"budget-change": "-2,25"},
    "statements": {"users-first": "agree", "data-shared": "do-not-know", "services-tested": "not-applicable"},
    "contact": {"by-phone": "never", "by-chat": "often", "in-person": "always"},
    "time-spent": {"time-running": "50", "time-building": "30", "time-helping": "20"},
    "word": {"one-word": "Travelt"},
    "comments": {"comment": "To\nlinjer"},
    "goodbye": {},
}
"""An answer to every page, all of them on the path of a municipality."""

WRONG = {
    "staff": ({"full-time-equivalents": "mange"}, "f-full-time-equivalents", "Skriv svaret med tall"),
    "strategy": ({"has-strategy": "perhaps"}, "f-has-strategy", "Velg et av svarene"),
    "strategy-day": (
        {"strategy-adopted.day": "31", "strategy-adopted.month": "2", "strategy-adopted.year": "2020"},
        "f-strategy-adopted.day",
        "Datoen finnes ikke",
    ),
    "local-cooperation": (
        {"partner": "Lauvdal", "partner.missing": "not-applicable"},
        "f-partner",
        "Behold bare det ene",
    ),
    "barriers": ({"barriers": ["lack-of-money", "no-barrier"]}, "f-barriers", "«Ingenting hindrer oss»"),
    "money-wanted": ({"budget-change": "1000,5"}, "f-budget-change", "større enn 1\u00a0000."),
    "contact": ({"by-chat": "now and then"}, "f-by-chat", "På nettprat: Velg"),
    "time-spent": ({"time-running": "50", "time-building": "60"}, "f-time-running", "blir 110 til sammen"),
    "comments": ({"comment": "x" * 501}, "f-comment", "501 tegn"),
}


def fill_all(visitor: Visitor, leave_out: tuple[str, ...] = ()) -> None:
    for page, form in FILLED.items():
        if page not in leave_out:
            # One that is left out may lead past others, which have no form to open then.
            assert visitor.save(page, form, base="0").status_code == 303, page


def test_a_press_of_next_leads_through_every_page(visitor: Visitor) -> None:
    pages, page = [], "staff"
    while True:
        pages.append(page)
        answer = visitor.save(page, FILLED[page])
        assert answer.status_code == 303
        if "/page/" not in answer.headers["Location"]:
            break
        page = answer.headers["Location"].rpartition("/")[2]
    assert pages == list(FILLED)
    # Everything is answered, so the answers are looked over next.
    assert answer.headers["Location"] == "/answer/nb/submit"


@pytest.mark.parametrize("page", [page for page, form in FILLED.items() if form])
def test_what_was_answered_stands_in_the_fields_again(visitor: Visitor, page: str) -> None:
    fill_all(visitor)
    shown = read(visitor.get(f"page/{page}"))
    for name, value in FILLED[page].items():
        for one in [value] if isinstance(value, str) else value:
            tags = [tag for tag in re.findall(r"<(?:input|textarea)[^>]*>", shown) if f'name="{name}"' in tag]
            chosen = [tag for tag in tags if f'value="{one}"' in tag and " checked" in tag]
            # 1 234,5 is kept as a number and written back without spaces.
            written = [tag for tag in tags if f'value="{one.replace(" ", "")}"' in tag and 'type="text"' in tag]
            assert chosen or written or f"\n{one}</textarea>" in shown, (name, tags)
    assert "ds-error-summary" not in shown


def _open_way(visitor: Visitor) -> None:
    for page in ("strategy", "level", "barriers"):
        visitor.save(page, FILLED[page])


@pytest.mark.parametrize("page", WRONG)
def test_what_cannot_be_read_is_kept_and_said(visitor: Visitor, page: str) -> None:
    form, target, said = WRONG[page]
    _open_way(visitor)
    answer = visitor.save(page, form)
    assert answer.status_code == 200
    for shown in (read(answer), read(visitor.get(f"page/{page}"))):
        assert "<title>Feil: " in shown
        summary = re.search(r'<div class="ds-error-summary".*?</div>', shown, re.S)
        assert summary
        assert 'tabindex="-1" autofocus' in summary[0]
        assert f'href="#{target}"' in summary[0]
        assert f'id="{target}"' in shown
        assert said in summary[0]
        assert 'aria-invalid="true"' in shown or page in ("strategy",)
    for value in form.values():
        for one in [value] if isinstance(value, str) else value:
            assert one in shown or one in ("perhaps", "now and then"), one


def test_a_fault_stands_at_its_row_and_is_read_out_with_it(visitor: Visitor) -> None:
    shown = read(visitor.save("time-spent", {"time-running": "a", "time-building": "40", "time-helping": "-1"}))
    assert 'aria-describedby="f-time-running.error f-time-running.unit"' in shown
    assert 'id="f-time-helping.error"' in shown
    assert 'id="f-time-building.error"' not in shown
    assert shown.count('<li><a class="ds-link" href="#f-time-') == 2


@pytest.mark.parametrize(("go", "leads"), [("back", "page/staff"), ("later", "?saved"), ("hub", "")])
def test_other_buttons_save_and_do_not_stop_at_faults(visitor: Visitor, go: str, leads: str) -> None:
    answer = visitor.save("strategy", {"has-strategy": "perhaps"}, go)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/answer/nb/{leads}")
    assert "Feil: " in read(visitor.get("page/strategy"))
    answer = visitor.save("strategy", {"has-strategy": "yes"}, go)
    assert answer.status_code == 303
    assert 'value="yes" checked' in read(visitor.get("page/strategy"))


def test_another_language_is_chosen_by_a_button_that_saves(visitor: Visitor) -> None:
    answer = visitor.save("word", {"one-word": "Travelt"}, "language:nn")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nn/page/word")
    shown = read(visitor.client.get("/answer/nn/page/word"))
    assert '<html lang="nn"' in shown
    assert 'value="Travelt"' in shown
    assert 'value="language:nb"' in shown
    # It is the person's language from now on.
    assert visitor.client.get("/answer/").headers["Location"] == "/answer/nn/"


def test_enter_in_a_field_goes_on_and_does_not_change_the_language(visitor: Visitor) -> None:
    page = read(visitor.get("page/word"))
    first = re.search(r'<button[^>]*name="go"[^>]*>', page)
    assert first
    assert 'value="next"' in first[0]
    assert 'tabindex="-1"' in first[0]


def test_buttons_and_values_that_are_none_of_ours_do_no_harm(visitor: Visitor) -> None:
    for go in ("", "language:se", "language:", "fly", "next:back"):
        assert visitor.save("word", {"one-word": go or "x"}, go).status_code == 303, go
    odd = visitor.post("page/word", {"one-word": "y", "go": "next", "base": "²", "shown": "yesterday", "page": "staff"})
    assert odd.status_code in (303, 409)


def test_a_chosen_answer_can_be_cleared(visitor: Visitor) -> None:
    assert 'value="clear"' not in read(visitor.get("page/strategy"))
    visitor.save("strategy", {"has-strategy": "yes"})
    assert 'value="clear"' in read(visitor.get("page/strategy"))
    answer = visitor.save("strategy", {"has-strategy": "yes"}, "clear")
    assert answer.headers["Location"] == "/answer/nb/page/strategy"
    assert "checked" not in read(visitor.get("page/strategy"))


def test_clearing_a_grid_says_that_it_clears_the_page(visitor: Visitor) -> None:
    visitor.save("strategy", {"has-strategy": "yes"})
    visitor.save("contact", {"by-phone": "never"})
    assert "Fjern svaret" in read_words(visitor.get("page/strategy"))
    assert "Fjern alle svarene på siden" in read_words(visitor.get("page/contact"))


def test_what_was_left_without_an_answer_that_there_must_be_is_marked(visitor: Visitor) -> None:
    mark = "Ikke besvart ennå"
    for page in ("staff", "strategy", "statements"):
        assert mark not in read_words(visitor.get(f"page/{page}")), "nobody has been there"
    visitor.save("statements", {"users-first": "agree"})
    legends = re.findall(r"<legend.*?</legend>", read(visitor.get("page/statements")), re.S)
    assert [mark in legend for legend in legends] == [False, True, True]
    visitor.save("strategy", {})
    shown = read(visitor.get("page/strategy"))
    # Read out with the question: it stands in what describes it.
    assert re.search(rf'id="q-note">Må besvares[^<]*<span[^>]*>{mark}</span>', shown)
    assert 'aria-describedby="q-note' in shown or " q-note" in shown
    visitor.save("strategy", {"has-strategy": "no"})
    visitor.save("word", {})
    visitor.save("staff", {"full-time-equivalents": "mange"})
    for page in ("strategy", "word", "staff"):
        assert mark not in read_words(visitor.get(f"page/{page}")), page


def test_faults_are_said_as_they_fit_the_fields(visitor: Visitor) -> None:
    assert "med tall, for eksempel 12." in read_words(visitor.save("time-spent", {"time-running": "halve"}))
    both = visitor.save("time-spent", {"time-running": "50", "time-spent.missing": "do-not-know"})
    assert "Du har både fylt ut og krysset av nederst." in read_words(both)
    assert "Skriv svaret med tall, som 1" in read_words(visitor.save("staff", {"full-time-equivalents": "ti"}))


def test_a_text_that_names_an_answer_shows_that_it_is_left_open(visitor: Visitor) -> None:
    visitor.save("strategy", FILLED["strategy"])
    visitor.save("strategy-day", FILLED["strategy-day"])
    assert "Strategien er fra […]. Er dere" in read_words(visitor.get("questions"))
    assert "Strategien er fra 31. mars 2020." in read_words(visitor.get("page/strategy-since"))


def test_every_row_of_a_printed_grid_has_its_options(visitor: Visitor) -> None:
    page = read(visitor.get("questions"))
    row = re.search(r"<li>Vi deler data med andre<ul[^>]*>(.*?)</ul></li>", page)
    assert row
    assert row[1].count("<li>") == read(visitor.get("page/statements")).count('name="data-shared"')


def test_the_overview_counts_questions_and_not_fields(visitor: Visitor) -> None:
    _open_way(visitor)
    visitor.save("statements", {"users-first": "agree"})
    # Level and barriers are answered; the amount, and one row of the two grids, leave three.
    assert "2 av 5 spørsmål besvart" in read_words(visitor.get())
    visitor.save("statements", FILLED["statements"])
    assert "3 av 5 spørsmål besvart" in read_words(visitor.get())


def test_the_last_answer_is_shown_for_facts_and_never_filled_in(visitor: Visitor) -> None:
    number, choice, date = (read_words(visitor.get(f"page/{one}")) for one in ("staff", "strategy", "strategy-day"))
    assert "Sist svarte dere: 12,5\u00a0årsverk" in number
    assert "Sist svarte dere: Ja" in choice
    assert "Sist svarte dere" not in date
    visitor.save("strategy", {"has-strategy": "yes"})
    assert "Sist svarte dere: 4. mars 2019" in read_words(visitor.get("page/strategy-day"))
    assert find_value(read(visitor.get("page/staff")), "full-time-equivalents") == ""
    assert "checked" not in read(visitor.get("page/statements"))


def test_answers_in_later_texts_are_written_as_people_write_them(visitor: Visitor) -> None:
    visitor.save("strategy", FILLED["strategy"])
    visitor.save("strategy-day", FILLED["strategy-day"])
    assert "Strategien er fra 31. mars 2020." in read_words(visitor.get("page/strategy-since"))
    visitor.language = "en"
    assert "The strategy is from 31 March 2020." in read_words(visitor.get("page/strategy-since"))


def test_information_stands_before_its_question_or_alone(visitor: Visitor) -> None:
    assert "Takk for at Bakkebygd kommune svarer." in read_words(visitor.get("page/staff"))
    alone = read(visitor.get("page/goodbye"))
    assert "Det var alt." in alone
    assert "<h1" in alone


def test_options_that_exclude_all_others_come_last_after_an_or(visitor: Visitor) -> None:
    _open_way(visitor)
    page = read(visitor.get("page/barriers"))
    assert re.search(r'<p class="or">eller</p>\s*<div[^>]*><input[^>]*value="no-barrier"', page)


def test_long_help_is_read_out_with_its_option(visitor: Visitor) -> None:
    page = read(visitor.get("page/level"))
    option = next(tag for tag in re.findall(r"<input[^>]*>", page) if 'value="digital-form"' in tag)
    assert 'aria-describedby="f-services-are.digital-form.help"' in option
    assert 'id="f-services-are.digital-form.help"' in page


def test_a_question_that_no_longer_applies_is_explained(visitor: Visitor) -> None:
    answer = visitor.get("page/strategy-day")
    assert answer.status_code == 200
    assert "Dette spørsmålet gjelder ikke dere" in read_words(answer)
    # Who had it open while the way changed loses nothing.
    saved = visitor.save("strategy-day", FILLED["strategy-day"], base="0")
    assert saved.status_code == 303
    visitor.save("strategy", {"has-strategy": "yes"})
    assert find_value(read(visitor.get("page/strategy-day")), "strategy-adopted.year") == "2020"


def test_hostile_answers_are_shown_as_text(visitor: Visitor) -> None:
    hostile = "<script>alert(1)</script>\"'&{full-time-equivalents}"
    visitor.save("word", {"one-word": hostile[:40]})
    visitor.save("staff", {"full-time-equivalents": hostile})
    for path in ("page/word", "page/staff", "submit"):
        assert "<script>alert" not in read(visitor.get(path)), path


def test_the_device_is_kept_as_one_word(visitor: Visitor) -> None:
    from praksis.web.store.collection import list_responses, read_events

    visitor.headers = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"}
    page = read(visitor.get("page/contact"))
    visitor.post("page/contact", {"by-phone": "never", "base": "0", "shown": find_value(page, "shown"), "go": "next"})
    stored = next(one for one in list_responses("every-kind", "2026") if one.events)
    event = read_events(stored.id)[-1]
    shown = event.paradata.pop("shown") if isinstance(event.paradata, dict) else ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", shown)
    assert event.paradata == {"device": "phone", "language": "nb", "layout": "table"}


def test_other_methods_are_refused(visitor: Visitor) -> None:
    for path in ("", "page/staff", "questions", "submit", "receipt", "reopen", "section/level/take-back"):
        assert visitor.client.delete(f"/answer/nb/{path}").status_code == 405, path
    assert visitor.client.get("/answer/nb/reopen").status_code == 405


# -- two people on a page ----------------------------------------------------------------------------------------------


def _meet(first: Visitor, second: Visitor, form: dict[str, str]) -> str:
    """Both open the page; the first saves `form`, the second something else. Returns what the second is shown."""
    seen = second.base_of("word")
    assert first.save("word", form).status_code == 303
    answer = second.save("word", {"one-word": "Rolig"}, base=seen)
    assert answer.status_code == 409
    return read(answer)


def test_two_answers_to_a_page_are_both_shown(visitor: Visitor) -> None:
    other = come_in(find_token())
    shown = _meet(visitor, other, {"one-word": "Travelt"})
    assert "Travelt" in shown
    assert "Rolig" in shown
    # The same page comes to whoever opens it, and the overview says that there is something to settle.
    again = visitor.get("page/word")
    assert again.status_code == 409
    assert "Det er gitt ulike svar på samme side" in read_words(again)
    assert "Må sjekkes" in read_words(visitor.get())


@pytest.mark.parametrize("choice", [0, 1])
def test_one_of_two_answers_is_chosen(visitor: Visitor, choice: int) -> None:
    other = come_in(find_token())
    shown = _meet(visitor, other, {"one-word": "Travelt"})
    form = re.findall(r"<form method.*?</form>", shown, re.S)[choice]
    answer = other.post("page/word", {"one-word": find_value(form, "one-word"), "base": find_value(form, "base")})
    assert answer.status_code == 303
    page = visitor.get("page/word")
    assert page.status_code == 200
    assert find_value(read(page), "one-word") == ("Travelt", "Rolig")[choice]


def test_what_cannot_be_read_does_not_settle_two_answers(visitor: Visitor) -> None:
    other = come_in(find_token())
    shown = _meet(visitor, other, {"one-word": "Travelt"})
    answer = other.save("word", {"one-word": "x" * 41}, base=find_value(shown, "base"))
    assert answer.status_code == 409
    assert "41 tegn" in read_words(answer)
    assert "Travelt" in read(visitor.get("page/word"))
    answered = other.save("word", {"one-word": "Passe"}, base=find_value(read(answer), "base"))
    assert answered.status_code == 303
    assert find_value(read(visitor.get("page/word")), "one-word") == "Passe"


def test_each_answer_says_when_it_was_given(visitor: Visitor) -> None:
    """The same person in two windows cannot be told apart by name."""
    shown = _meet(visitor, come_in(find_token()), {"one-word": "Travelt"})
    titles = re.findall(r'id="v-\d">([^<]+)<', shown)
    assert len(titles) == 2
    for number, title in enumerate(titles, start=1):
        assert re.fullmatch(rf"Svar {number}, fra deg, \d+\. \w+ \d{{4}} kl\.\u00a0\d\d\.\d\d", title), title


def test_what_cannot_be_read_has_no_button(visitor: Visitor) -> None:
    other = come_in(find_token())
    seen = other.base_of("word")
    visitor.save("word", {"one-word": "Travelt"})
    shown = read(other.save("word", {"one-word": "x" * 41}, base=seen))
    assert shown.count("Bruk dette svaret</button>") == 1
    assert "Dere skrev «xxx" in shown
    # Where none can be read, the fields to answer anew are open.
    seen = visitor.base_of("staff")
    visitor.save("staff", {"full-time-equivalents": "ti"})
    other.save("staff", {"full-time-equivalents": "elleve"}, base=seen)
    shown = read(visitor.get("page/staff"))
    assert "Bruk dette svaret" not in shown
    assert '<details class="anew" open>' in shown
    assert '<details class="anew">' in read(visitor.get("page/word"))


def test_a_doubled_click_is_one_answer(visitor: Visitor) -> None:
    seen = visitor.base_of("word")
    for _ in range(2):
        assert visitor.save("word", {"one-word": "Travelt"}, base=seen).status_code == 303
    assert visitor.get("page/word").status_code == 200


# -- where nothing can be changed --------------------------------------------------------------------------------------


def test_after_the_deadline_pages_are_read_and_not_written(visitor: Visitor, survey: Survey) -> None:
    from tests.web.answering.test_doors import close_wave

    fill_all(visitor, ("word",))
    close_wave(survey)
    page = visitor.get("page/staff")
    assert "Fristen er gått ut" in read_words(page)
    assert "1\u00a0234,5\u00a0årsverk" in read_words(page)
    assert "<form" not in read(page)
    assert "Fristen er gått ut" in read_words(visitor.get())
    refused = visitor.save("word", {"one-word": "For sent"}, base="0")
    assert refused.status_code == 409
    assert "Det du skrev, ble ikke lagret" in read_words(refused)
    assert '<blockquote class="copied"><p class="line">For sent</p>' in read(refused), "bare, to be copied"
    parts = read_words(visitor.save("time-spent", {"time-running": "50", "time-building": "30"}, base="0"))
    assert "Drift: 50" in parts
    assert "«50»" not in parts
    refused = visitor.save("strategy", {"has-strategy": "no"}, base="0")
    assert '<p class="line">Nei</p>' in read(refused), "what was chosen is in words"
    assert visitor.post("submit").status_code == 409
    assert visitor.get("section/level/hand-over").status_code == 409


def test_nynorsk_is_shown_where_the_frame_says_so(opened: None) -> None:
    visitor = come_in(find_token(NYNORSK_TOWN), "nn")
    said = read_words(visitor.get("page/statements"))
    assert "Kor einige er de i desse påstandane?" in said
    assert "Må svarast på" in said
