"""Addresses where answering and the public pages stand together."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.defaults import bad_request, server_error

from praksis.web.answering import doors
from praksis.web.settings import ADDRESS
from praksis.web.site import views

urlpatterns = [
    path(ADDRESS, include("praksis.web.answering.urls")),
    path("", include("praksis.web.site.urls")),
]


def show_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there, as the part of the site has it that was asked."""
    if request.path_info.startswith(f"/{ADDRESS}"):
        return doors.show_missing(request)
    return views.show_missing(request, exception)


def show_broken(request: HttpRequest) -> HttpResponse:
    """The page for what went wrong here; the public pages have Django's own, which says no more than that."""
    return doors.show_broken(request) if request.path_info.startswith(f"/{ADDRESS}") else server_error(request)


def show_unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what cannot be read."""
    return (
        doors.show_unreadable(request)
        if request.path_info.startswith(f"/{ADDRESS}")
        else bad_request(request, exception)
    )


handler400 = show_unreadable
handler404 = show_missing
handler500 = show_broken
