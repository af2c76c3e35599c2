"""Requests that arrived whole."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def refuse_cut_requests(answer: Answer) -> Answer:
    """Middleware: what was cut off on the way is not read at all.

    The server hands on what came before a connection broke, and a form that lacks its end is a form whose last fields
    somebody has emptied.
    """

    def check(request: HttpRequest) -> HttpResponse:
        promised = request.META.get("CONTENT_LENGTH") or "0"
        if request.method == "POST" and len(request.body) != int(promised):
            raise BadRequest("the request was cut off")
        return answer(request)

    return check
