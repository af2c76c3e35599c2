"""Addresses of answering, from where it is mounted."""

from django.urls import path, re_path

from praksis.web.answering import doors, team, views

app_name = "answering"

urlpatterns = [
    path("", doors.go_to_hub, name="root"),
    path("assets/<str:name>", doors.show_asset, name="asset"),
    path("l/<str:token>", doors.show_link, name="link"),
    path("out/<str:token>", doors.opt_out, name="opt-out"),
    path("enter", doors.enter_by_link, name="enter"),
    path("leave", doors.leave, name="leave"),
    path("<str:language>/", views.show_hub, name="hub"),
    path("<str:language>/left", doors.show_left, name="left"),
    path("<str:language>/page/<str:page>", views.show_page, name="page"),
    path("<str:language>/questions", views.show_questions, name="questions"),
    path("<str:language>/section/<str:section>/hand-over", team.show_hand_over, name="hand-over"),
    path("<str:language>/section/<str:section>/take-back", team.take_section_back, name="take-back"),
    path("<str:language>/submit", views.show_submit, name="submit"),
    path("<str:language>/receipt", views.show_receipt, name="receipt"),
    path("<str:language>/receipt.pdf", views.show_receipt_pdf, name="receipt-pdf"),
    path("<str:language>/reopen", views.reopen_response, name="reopen"),
    re_path(r"^.*$", doors.show_missing),
]
