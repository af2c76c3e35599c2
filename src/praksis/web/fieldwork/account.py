"""Who an account elsewhere belongs to. Imported only where a provider is set: it needs `praksis[oidc]`.

mozilla-django-oidc keeps state, nonce and PKCE, and talks to the provider. It does not look at who a token is from, and
whom it is for, and takes an address that nobody has confirmed: that is done here (OpenID Connect Core 1.0, 3.1.3.7,
5.3.2 and 5.7).
"""

import logging
from typing import Any
from urllib.parse import quote

import jwt
import requests
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend  # type: ignore[import-untyped]  # ships no types
from mozilla_django_oidc.views import (  # type: ignore[import-untyped]  # ships no types
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from praksis.web.fieldwork.visit import find_office
from praksis.web.settings import Provider
from praksis.web.store.staff import find_named

_log = logging.getLogger(__name__)
_LEEWAY = 60
"""Seconds that clocks may differ."""


class AccountRefused(Exception):
    """An account that does not open these pages. `reason`: a word of the pages; `name`: what the account is called."""

    def __init__(self, reason: str, name: str = "") -> None:
        self.reason, self.name = reason, name
        super().__init__(reason)


def find_provider() -> Provider:
    """The provider that is set; there is one where this module is used."""
    provider = find_office().provider
    assert provider is not None
    return provider


class AccountBackend(OIDCAuthenticationBackend):  # type: ignore[misc]  # ships no types
    """Takes the code that a provider sent somebody back with."""

    # Named, so that Django never tries it with what was typed on the sign-in page.
    def authenticate(self, request: HttpRequest, *, nonce: str, code_verifier: str) -> User | None:
        """Raises AccountRefused, and what the library and its libraries raise."""
        found: User | None = super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        return found

    def get_token(self, payload: dict[str, Any]) -> Any:
        # The library takes our own address from what the browser said.
        payload["redirect_uri"] = find_provider().callback
        if find_provider().basic:
            payload["client_secret"] = quote(payload["client_secret"], safe="")  # RFC 6749, 2.3.1
        return super().get_token(payload)

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        # The library wants a name on key and token, which a provider with one key need not give (Core, 10.1).
        answer = requests.get(find_provider().keys, timeout=self.get_settings("OIDC_TIMEOUT"))
        answer.raise_for_status()
        name = jwt.get_unverified_header(token).get("kid")
        keys = [key for key in answer.json()["keys"] if key.get("use", "sig") == "sig"]
        if name is not None:
            keys = [key for key in keys if key.get("kid", name) == name]
        if len(keys) != 1:
            raise LookupError("the token is signed by no key of the provider, or nobody knows by which")
        return jwt.PyJWK(keys[0])

    def _verify_jws(self, payload: str, key: jwt.PyJWK) -> dict[str, Any]:
        provider = find_provider()
        return jwt.decode(
            payload,
            key,
            algorithms=list(provider.algorithms),
            audience=provider.client,
            issuer=provider.issuer,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        provider = find_provider()
        if payload.get("azp", provider.client) != provider.client:
            raise AccountRefused("unsound")
        wanted = {provider.claim, "email_verified"} if provider.claim == "email" else {provider.claim}
        claims = payload
        if provider.userinfo and not wanted <= payload.keys():
            claims = self.get_userinfo(access_token, id_token, payload)
            if claims.get("sub") != payload["sub"]:
                raise AccountRefused("unsound")
        name = claims.get(provider.claim)
        if not isinstance(name, str) or not name:
            raise AccountRefused("nameless")
        # Some let people write any address they like, and say no word of whether it was confirmed.
        if provider.claim == "email" and claims.get("email_verified") not in (True, "true"):
            raise AccountRefused("unconfirmed", name)
        user = find_named(name)
        if user is None:
            raise AccountRefused("unknown", name)
        return user

    def get_user(self, user_id: int) -> User | None:
        # The library's lets in whoever was removed.
        found = ModelBackend().get_user(user_id)
        return found if isinstance(found, User) else None


class Start(OIDCAuthenticationRequestView):  # type: ignore[misc]  # ships no types
    """Sends somebody to the provider."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        return {"redirect_uri": find_provider().callback}


class _Back(OIDCAuthenticationCallbackView):  # type: ignore[misc]  # ships no types
    """Takes somebody back; `user` is then who it is."""

    user: User

    def login_success(self) -> HttpResponse:
        return HttpResponse()

    def login_failure(self) -> HttpResponse:
        raise AccountRefused("failed")


def find_user(request: HttpRequest) -> User:
    """Whom the provider has sent back. Raises AccountRefused."""
    back = _Back()
    back.setup(request)
    try:
        back.get(request)
    # The libraries raise what they will where an answer is not what it should be: of another kind, signed by nobody, or
    # not there at all. Whatever it is, nobody is let in.
    except (jwt.PyJWTError, SuspiciousOperation, OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        # What the provider answered may hold a token, and is left out.
        status = getattr(getattr(error, "response", None), "status_code", "")
        _log.error("an account elsewhere could not be confirmed: %s %s", type(error).__name__, status)
        raise AccountRefused("failed") from None
    return back.user
