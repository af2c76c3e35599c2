"""Addresses of the staff pages."""

from django.urls import path

from praksis.web.fieldwork import doors
from praksis.web.fieldwork.views import (
    audit,
    board,
    case,
    cases,
    closing,
    contacts,
    editing,
    editing_case,
    elsewhere,
    frame,
    letters,
    people,
)

handler400 = doors.show_unreadable
handler404 = doors.show_missing
handler500 = doors.show_broken

urlpatterns = [
    path("", doors.go_home, name="root"),
    path("own/<str:name>", doors.show_asset, name="asset"),
    path("oidc/start", elsewhere.go_to_provider, name="account"),
    path("oidc/callback", elsewhere.come_back, name="account-back"),
    path("<str:language>/", doors.go_home, name="home"),
    path("<str:language>/sign-in", doors.sign_in, name="sign-in"),
    path("<str:language>/code", doors.give_code, name="code"),
    path("<str:language>/welcome/<str:token>", doors.welcome, name="welcome"),
    path("<str:language>/sign-out", doors.sign_out, name="sign-out"),
    path("<str:language>/<str:wave>/", board.show_board, name="board"),
    path("<str:language>/<str:wave>/stuck", board.show_stuck, name="stuck"),
    path("<str:language>/<str:wave>/organisations", cases.show_organisations, name="organisations"),
    path("<str:language>/<str:wave>/organisations/<str:organisation>/<str:role>", case.show_case, name="case"),
    path("<str:language>/<str:wave>/frame", frame.show_frame, name="frame"),
    path("<str:language>/<str:wave>/contacts", contacts.show_contacts, name="contacts"),
    path("<str:language>/<str:wave>/letters", letters.show_letters, name="letters"),
    path("<str:language>/<str:wave>/letters/send", letters.send_due, name="letters-send"),
    path("<str:language>/<str:wave>/letters/mails", letters.read_mails, name="letters-mails"),
    path("<str:language>/<str:wave>/letters/read/<str:letter>", letters.show_letter, name="letter"),
    path("<str:language>/<str:wave>/work", editing.show_work, name="work"),
    path("<str:language>/<str:wave>/work/sheet", editing.show_sheet, name="sheet"),
    path("<str:language>/<str:wave>/work/sheet.csv", editing.give_sheet, name="sheet-file"),
    path("<str:language>/<str:wave>/work/<str:organisation>/<str:role>", editing_case.show_answers, name="answers"),
    path("<str:language>/<str:wave>/close", closing.show_closing, name="close"),
    path("<str:language>/<str:wave>/people", people.show_people, name="people"),
    path("<str:language>/<str:wave>/audit", audit.show_audit, name="audit"),
    path("<str:language>/<str:wave>/audit.csv", audit.give_audit, name="audit-file"),
]
