"""Forms as others write them, made for these tests: what ODK and KoboToolbox users put into one."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

Sheet = Sequence[Sequence[object]]

LIBRARY: Mapping[str, Sheet] = {
    # English only, as written for ODK: groups, routing, a table of ratings, hours that sum, and much that we lack.
    "survey": (
        ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "appearance",
         "calculation", "choice_filter", "parameters", "default"),
        ("start", "start"),
        ("deviceid", "deviceid"),
        ("note", "intro", "**Welcome!** This takes <b>five</b> minutes. Write to [us](https://library.example)."),
        ("begin_group", "Profile", "About the library"),
        ("text", "libraryName", "What is the name of the library?", "As on the door", "yes"),
        ("select_one type", "library_type", "What kind of library is ${libraryName}?", None, "yes"),
        ("geopoint", "location", "Where is it?"),
        ("image", "photo", "Take a picture of the entrance"),
        ("select_one region", "region", "In which region?"),
        ("select_one district", "district", "In which district?", None, None, None, None, None, "minimal", None,
         "region = ${region}"),
        ("integer", "staff_count", "How many work there?", None, "yes", None, ". > 0 and . <= 500",
         "Between 1 and 500"),
        ("decimal", "budget", "What is the budget, in million NOK?", None, None, "${staff_count} > 10",
         ". >= 0 and . != 13"),
        ("calculate", "per_head", None, None, None, None, None, None, None, "${budget} div ${staff_count}"),
        ("end_group",),
        ("begin_group", "services", "Services", None, None, "${library_type} != 'school'"),
        ("select_multiple service", "offered", "Which services are offered?", "Choose all that apply", None, None,
         "not(selected(., 'none') and count-selected(.) > 1)", "None excludes the others"),
        ("select_one yesno", "wants_more", "Do you want to offer more?", None, None,
         "not(selected(${offered}, 'none')) and count-selected(${offered}) > 0"),
        ("select_one yesno or_other", "reason", "Is money the reason not to?", None, None, "${wants_more} = 'no'"),
        ("begin_group", "rating", "How well do these work?", None, None, None, None, None, "table-list"),
        ("select_one rate", "rate_loans", "Loans", None, "yes"),
        ("select_one rate", "rate_events", "Events", None, "yes"),
        ("end_group",),
        ("range", "satisfaction", "How satisfied are users?", None, None, None, None, None, None, None, None,
         "start=0 end=10 step=2"),
        ("end_group",),
        ("begin_group", "hours", "How are the opening hours divided?", "They add up to 100 percent"),
        ("integer", "morning", "Morning", None, None, None, ". >= 0 and . <= 100"),
        ("integer", "evening", "Evening", None, "yes", None, ". + ${morning} = 100", "They must add up to 100"),
        ("end_group",),
        ("begin_repeat", "branch", "Branches"),
        ("text", "branch_name", "Name of the branch"),
        ("integer", "branch_staff", "How many work there?"),
        ("end_repeat",),
        ("date", "opened", "When did it open?", None, None, None, ". <= today() and . >= date('1780-01-01')"),
        ("select_one yesno", "opened_late", "Was that later than planned?", None, None, "${opened} > '2020-01-01'"),
        ("text", "email", "E-mail", None, None, None, "regex(., '[^@]+@[^@]+')", "Not an address"),
        ("text", "comment", "Anything else about ${district}, ${photo} and ${per_head}?", None, None,
         "${library_type} = 'public' or ${wants_more} = 'yes'", "string-length(.) < 500", None, "multiline", None, None,
         None, "Nothing"),
    ),
    "choices": (
        ("list_name", "name", "label", "region", "image"),
        ("type", "public", "Public library"),
        ("type", "school", "School library"),
        ("type", "dont_know", "Don't know"),
        ("region", "1", "North"),
        ("region", "2", "South"),
        ("district", "a", "Alta", "1"),
        ("district", "b", "Bodø", "1"),
        ("district", "c", "Sandnes", "2"),
        ("service", "loans", "Loans", None, "loans.jpg"),
        ("service", "events", "Events"),
        ("service", "none", "None of these"),
        ("yesno", "yes", "Yes"),
        ("yesno", "no", "No"),
        ("rate", 1, "Badly"),
        ("rate", 2, "Fairly"),
        ("rate", 3, "Well"),
    ),
    "settings": (
        ("form_title", "form_id", "version", "instance_name"),
        ("Libraries 2024", "libraries_2024", "3", "${libraryName}"),
    ),
    "external_choices": (("list_name", "name"), ("street", "Storgata")),
}  # fmt: skip

CLINIC: Mapping[str, Sheet] = {
    # Two languages, columns as KoboToolbox writes them, one text untranslated; all of it can be held.
    "survey": (
        ("type", "name", "label::English (en)", "label::Français (fr)", "hint::English (en)", "hint::Français (fr)",
         "required", "relevant", "constraint", "appearance"),
        ("begin_group", "g_first", "The clinic", "La clinique", None, None, None, None, None, "field-list"),
        ("select_one yn", "has_power", "Is there electricity?", "Y a-t-il de l'électricité ?", None, None, "true"),
        ("select_one source", "power_source", "From where?", "D'où ?", None, None, "false", "${has_power} = 'yes'"),
        ("select_multiple staff", "staff_kinds", "Who works in ${has_power}?", "Qui travaille dans ${has_power} ?",
         "All that apply", "Tout ce qui s'applique"),
        ("end_group",),
        ("begin_group", "g_second", "Visits", "Visites", None, None, None, "${has_power} = 'yes'"),
        ("integer", "visits", "How many visits?", "Combien de visites ?", None, None, True, None, ".>=0"),
        ("select_one scale5", "pressure", "How hard is it?", "Est-ce difficile ?", None, None, None,
         "selected(${staff_kinds}, 'nurse') and ${power_source} != 'sun'"),
        ("text", "why", "Why?", None, None, None, None, "${pressure} >= 4 and ${visits} != ''", None, "multiline"),
        ("end_group",),
    ),
    "choices": (
        ("list_name", "name", "label::English (en)", "label::Français (fr)"),
        ("yn", "yes", "Yes", "Oui"),
        ("yn", "no", "No", "Non"),
        ("source", "grid", "The grid", "Le réseau"),
        ("source", "sun", "The sun", "Le soleil"),
        ("source", "motor", "A generator", "Un groupe électrogène"),
        ("staff", "nurse", "Nurses", "Infirmiers"),
        ("staff", "doctor", "Doctors", "Médecins"),
        *(("scale5", number, f"{number}", f"{number}") for number in range(1, 6)),
    ),
    "settings": (("form_title", "form_id", "default_language"), ("Clinics", "clinics", "English (en)")),
}  # fmt: skip


def save_form(sheets: Mapping[str, Sheet], path: Path) -> Path:
    """Write the sheets as a workbook."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
