"""Languages as XLSForms name them, `Bokmål (nb)`, and the words we put into a form ourselves."""

import re
from collections.abc import Mapping

from praksis.define.xlsform.naming import make_id
from praksis.localtext import LocalText

NAMES = {
    "nb": "Bokmål",
    "nn": "Nynorsk",
    "en": "English",
    "se": "Davvisámegiella",
    "sma": "Åarjelsaemien gïele",
    "smj": "Julevsámegiella",
    "fkv": "Kvääni",
    "da": "Dansk",
    "sv": "Svenska",
    "fi": "Suomi",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
}
_ALSO = {"norsk": "nb", "norwegian": "nb", "danish": "da", "swedish": "sv", "german": "de", "french": "fr",
         "spanish": "es", "finnish": "fi", "norsk bokmål": "nb", "norsk nynorsk": "nn"}  # fmt: skip
_CODED = re.compile(r".*\(\s*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)\s*\)\s*")


def name_language(code: str) -> str:
    """A language as a column names it: `Bokmål (nb)`."""
    return f"{NAMES.get(code, code)} ({code})"


def read_language(name: str) -> str:
    """The code of a language as a form names it: the one in brackets, that of a name we know, else the name itself."""
    coded = _CODED.fullmatch(name)
    if coded:
        return coded[1].lower()
    known = {given.casefold(): code for code, given in NAMES.items()} | _ALSO
    plain = name.strip().casefold()
    return known.get(plain) or make_id(plain)


Words = Mapping[str, Mapping[str, str]]

WORDS: Words = {
    "frame": {
        "nb": "Kjent fra utvalgsrammen",
        "nn": "Kjent frå utvalsramma",
        "en": "Known from the frame",
    },
    "organisation": {"nb": "Virksomhetens navn", "nn": "Namnet på verksemda", "en": "Name of the organisation"},
    "role": {
        "nb": "Hvilken rolle svarer du for?",
        "nn": "Kva rolle svarer du for?",
        "en": "Which role do you answer for?",
    },
    "missing": {
        "nb": "Eller, hvis feltet står tomt:",
        "nn": "Eller, om feltet står tomt:",
        "en": "Or, if the field is empty:",
    },
    "missing_fault": {
        "nb": "Velg dette bare når feltet står tomt.",
        "nn": "Vel dette berre når feltet står tomt.",
        "en": "Choose this only if the field is empty.",
    },
    "unit": {"nb": "Svar i {unit}", "nn": "Svar i {unit}", "en": "Answer in {unit}"},
    "between": {
        "nb": "Skriv et svar fra {least} til {most}.",
        "nn": "Skriv eit svar frå {least} til {most}.",
        "en": "Write an answer from {least} to {most}.",
    },
    "least": {
        "nb": "Skriv et svar som er {least} eller mer.",
        "nn": "Skriv eit svar som er {least} eller meir.",
        "en": "Write an answer that is {least} or more.",
    },
    "most": {
        "nb": "Skriv et svar som er {most} eller mindre.",
        "nn": "Skriv eit svar som er {most} eller mindre.",
        "en": "Write an answer that is {most} or less.",
    },
    "decimals": {
        "nb": "Antall desimaler er høyst {decimals}.",
        "nn": "Talet på desimalar er høgst {decimals}.",
        "en": "Write at most {decimals} decimals.",
    },
    "sum": {
        "nb": "Tallene skal til sammen bli {total}.",
        "nn": "Tala skal til saman bli {total}.",
        "en": "The numbers must add up to {total}.",
    },
    "early": {
        "nb": "Velg en dato fra og med {least}.",
        "nn": "Vel ein dato frå og med {least}.",
        "en": "Choose a date from {least} on.",
    },
    "late": {
        "nb": "Velg en dato til og med {most}.",
        "nn": "Vel ein dato til og med {most}.",
        "en": "Choose a date until {most}.",
    },
    "days": {
        "nb": "Velg en dato fra {least} til {most}.",
        "nn": "Vel ein dato frå {least} til {most}.",
        "en": "Choose a date from {least} to {most}.",
    },
    "long": {"nb": "Skriv høyst {longest} tegn.", "nn": "Skriv høgst {longest} teikn.",
             "en": "Write at most {longest} characters."},
    "exclusive": {
        "nb": "Et svar som utelukker de andre, kan bare velges alene.",
        "nn": "Eit svar som utelukkar dei andre, kan berre veljast aleine.",
        "en": "An answer that excludes the others can only be chosen alone.",
    },
    "chosen": {"nb": "Valgt", "nn": "Vald", "en": "Chosen"},
    "not-chosen": {"nb": "Ikke valgt", "nn": "Ikkje vald", "en": "Not chosen"},
    "respondent": {"nb": "Den som svarer", "nn": "Den som svarer", "en": "Respondent"},
    "owner": {"nb": "Skriv hvem som eier undersøkelsen", "nn": "Skriv kven som eig undersøkinga",
              "en": "Write who owns the survey"},
    "about": {"nb": "Skriv hva undersøkelsen er.", "nn": "Skriv kva undersøkinga er.",
              "en": "Write what the survey is."},
    "everyone": {"nb": "Alle virksomheter", "nn": "Alle verksemder", "en": "All organisations"},
    "everyone_who": {"nb": "virksomhetene", "nn": "verksemdene", "en": "the organisations"},
    "design": {"nb": "Skriv hvordan svarene blir til tall.", "nn": "Skriv korleis svara blir til tal.",
               "en": "Write how answers become numbers."},
}  # fmt: skip
"""The words in the languages Praksis speaks; others get English."""


def say(word: str, languages: tuple[str, ...], **fill: LocalText | str) -> LocalText:
    """Our own words in each of the languages, with what stands in braces filled in."""
    said = {}
    for language in languages:
        own = {name: text[language] if isinstance(text, LocalText) else text for name, text in fill.items()}
        said[language] = WORDS[word].get(language, WORDS[word]["en"]).format(**own)
    return LocalText(said)
