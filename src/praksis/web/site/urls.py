"""Addresses of the public pages; `/files/` and the fonts are handed out before Django (praksis.web.wsgi)."""

from django.urls import path, re_path

from praksis.web.site import views

urlpatterns = [
    path("", views.go_to_front_page),
    path("assets/<str:name>.css", views.show_styles),
    re_path(r"^(?P<language>[^/]+)$", views.go_to_language),
    re_path(r"^(?P<path>.+)$", views.show_page),
]

handler404 = "praksis.web.site.views.show_missing"
