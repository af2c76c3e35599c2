"""From looking over to the receipt, and back."""

import io

import pytest
from pypdf import PdfReader

from praksis.define.survey import Survey
from tests.web.answering.conftest import Visitor, find_value, read, read_words
from tests.web.answering.test_doors import close_wave
from tests.web.answering.test_pages import fill_all


@pytest.fixture
def submitted(visitor: Visitor) -> Visitor:
    fill_all(visitor)
    answer = visitor.post("submit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/receipt")
    return visitor


def test_what_must_be_answered_keeps_it_from_being_submitted(visitor: Visitor) -> None:
    fill_all(visitor, ("staff",))
    visitor.save("word", {"one-word": "x" * 41})
    shown = read(visitor.get("submit"))
    assert "Før du kan sende inn" in shown
    answer = visitor.post("submit")
    assert answer.status_code == 200
    page = read(answer)
    assert "<title>Feil: Se over svarene" in page
    assert "autofocus" in page
    assert '<a class="ds-link" href="/answer/nb/page/staff">Må besvares: Hvor mange årsverk' in page
    assert '<a class="ds-link" href="/answer/nb/page/word">Rett svaret: ' in page
    assert visitor.get("receipt").status_code == 404


def test_what_must_be_answered_is_found_from_the_list(visitor: Visitor) -> None:
    """The link leads to the row that was left, where somebody has been on the page."""
    fill_all(visitor, ("staff", "statements"))
    assert 'href="/answer/nb/page/statements">' in read(visitor.get("submit"))
    visitor.save("statements", {"users-first": "agree", "services-tested": "agree"})
    target = "f-data-shared"
    assert f'href="/answer/nb/page/statements#{target}">Må besvares' in read(visitor.get("submit"))
    assert f'id="{target}"' in read(visitor.get("page/statements"))
    assert 'href="/answer/nb/page/staff">' in read(visitor.get("submit"))
    visitor.save("staff", {})
    assert 'href="/answer/nb/page/staff#f-full-time-equivalents">' in read(visitor.get("submit"))


def test_a_page_to_settle_is_named_once(visitor: Visitor) -> None:
    fill_all(visitor, ("staff",))
    visitor.save("staff", {"full-time-equivalents": "12"}, base="0")
    visitor.save("staff", {}, base="99")
    visitor.save("staff", {"full-time-equivalents": "about 12"}, base="98")
    said = read_words(visitor.get("submit"))
    assert said.count("Velg mellom svarene: Hvor mange årsverk") == 1
    assert "Må besvares: Hvor mange" not in said
    assert "Rett svaret: Hvor mange" not in said


def test_after_the_deadline_nothing_is_offered_that_cannot_be_done(visitor: Visitor, survey: Survey) -> None:
    fill_all(visitor, ("staff",))
    before = read(visitor.get("submit"))
    close_wave(survey)
    after = read(visitor.get("submit"))
    for offered in (
        "Du kan endre dem helt til du sender inn.",
        ">Endre<",
        "Før du kan sende inn",
        "Send inn besvarelsen",
    ):
        assert offered in before, offered
        assert offered not in after, offered
    assert "Fristen er gått ut, og besvarelsen ble ikke sendt inn" in after
    assert "Travelt" in after
    hub = visitor.get()
    assert "Fristen er gått ut, og besvarelsen ble ikke sendt inn" in read_words(hub)
    assert "Svarene lagres hver gang du går videre" not in read_words(hub)


def test_after_the_deadline_what_was_submitted_stands(submitted: Visitor, survey: Survey) -> None:
    submitted.post("reopen")
    submitted.save("word", {"one-word": "Rolig"})
    close_wave(survey)
    for path in ("", "page/word", "submit"):
        said = read_words(submitted.get(path))
        assert "Fristen er gått ut, og endringene ble ikke sendt inn" in said, path
        assert "Det som ble sendt inn før besvarelsen ble åpnet igjen, gjelder." in said, path
        assert "Endringene gjelder først når" not in said, path


def test_a_question_that_must_be_answered_is_seen_in_the_overview(visitor: Visitor) -> None:
    fill_all(visitor, ("staff",))
    visitor.save("staff", {})
    said = read_words(visitor.get())
    assert "2 av 3 deler er ferdige." in said
    assert "Må sjekkes" in said


def test_what_is_not_answered_is_counted_and_may_be_submitted(visitor: Visitor) -> None:
    fill_all(visitor, ("word", "comments"))
    assert "Spørsmål uten svar: 2." in read_words(visitor.get("submit"))
    assert visitor.post("submit").status_code == 303


def test_the_receipt_holds_every_answer_in_words(submitted: Visitor) -> None:
    said = read_words(submitted.get("receipt"))
    for answer in (
        "Besvarelsen er sendt inn",
        "Bakkebygd kommune",
        "100000040",
        "1\u00a0234,5\u00a0årsverk",
        "31. mars 2020",
        "Det mangler penger",
        "\u22122,25\u00a0millioner kroner",
        "Vi deler data med andre: Vet ikke",
        "Vi tester tjenestene med brukere: Ikke aktuelt",
        "Drift: 50\u00a0%",
    ):
        assert answer in said, answer
    assert "Ingenting hindrer oss" not in said


def test_submitting_twice_is_submitting_once(submitted: Visitor) -> None:
    answer = submitted.post("submit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/receipt")
    assert submitted.get("submit").headers["Location"] == "/answer/nb/receipt"


def test_what_is_submitted_is_read_and_not_written(submitted: Visitor) -> None:
    page = read(submitted.get("page/word"))
    assert "<form" not in page
    assert "Travelt" in page
    refused = submitted.save("word", {"one-word": "Rolig"}, base="14")
    assert refused.status_code == 409
    assert "Rolig" in read_words(refused)
    assert "Travelt" in read_words(submitted.get("receipt"))
    hub = read(submitted.get())
    assert "hand-over" not in hub
    assert "Se kvitteringen" in hub


def test_what_is_submitted_can_be_opened_and_submitted_again(submitted: Visitor) -> None:
    answer = submitted.post("reopen")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/answer/nb/?reopened")
    just, later, looked_over = (
        read(page) for page in (submitted.get("", reopened=""), submitted.get(), submitted.get("submit"))
    )
    for page in (just, later, looked_over):
        assert "Endringene gjelder først når den er sendt inn på nytt." in page
    assert ["autofocus" in page for page in (just, later, looked_over)] == [True, False, False]
    assert submitted.get("receipt").status_code == 404
    assert submitted.save("word", {"one-word": "Rolig"}).status_code == 303
    submitted.post("submit")
    assert "Endringene gjelder først" not in read(submitted.get())
    assert "Rolig" in read_words(submitted.get("receipt"))


@pytest.mark.parametrize(
    ("language", "title", "number"),
    [
        ("nb", "Kvittering: Besvarelsen er sendt inn", "1\u00a0234,5"),
        ("nn", "Kvittering: Svara er sende inn", "1\u00a0234,5"),
        ("en", "Receipt: The answers have been submitted", "1\u00a0234.5"),
    ],
)
def test_the_receipt_is_a_tagged_pdf(submitted: Visitor, language: str, title: str, number: str) -> None:
    submitted.language = language
    answer = submitted.get("receipt.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].endswith('-every-kind-2026.pdf"')
    pdf = PdfReader(io.BytesIO(answer.content))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title.startswith(f"{title} – Bakkebygd kommune")
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    kinds = _list_tags(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/P"} <= kinds
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert number in text.replace("\n", " ")
    assert "Fjern" not in text
    assert title in " ".join(text.split())
    fonts = {font["/BaseFont"] for page in pdf.pages for font in map(_get, page["/Resources"]["/Font"].values())}
    assert fonts
    assert all("+Inter" in font for font in fonts), fonts


def _get(reference: object) -> object:
    return reference.get_object()


def _list_tags(node: object) -> set[str]:
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*map(_list_tags, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    kinds = {node["/S"]} if "/S" in node else set()
    if node.get("/S") == "/L":
        # A list that holds anything but its items is no list to a screen reader.
        children = node["/K"].get_object()
        assert {child.get_object()["/S"] for child in children} <= {"/LI", "/Caption"}
    return kinds | (_list_tags(node["/K"]) if "/K" in node else set())


def test_a_receipt_reads_nothing_but_its_fonts() -> None:
    from weasyprint.urls import FatalURLFetchingError

    from praksis.web.answering.receipt import write_pdf

    with pytest.raises(FatalURLFetchingError):
        write_pdf('<html lang="en"><title>t</title><img alt="x" src="file:///etc/hostname"></html>')


def test_what_is_submitted_is_what_was_looked_over(visitor: Visitor) -> None:
    fill_all(visitor)
    number = find_value(read(visitor.get("submit")), "number")
    visitor.save("word", {"one-word": "Rolig"})
    answer = visitor.post("submit", {"number": number})
    assert answer.status_code == 200
    assert "Svarene er endret siden du så over dem" in read_words(answer)
    assert "Rolig" in read_words(answer)
    again = visitor.post("submit", {"number": find_value(read(answer), "number")})
    assert again.headers["Location"].endswith("/receipt")
