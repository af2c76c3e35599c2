"""Where staff have accounts already: a provider of OpenID Connect, as the environment names it and as it describes
itself."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from praksis.errors import PraksisError
from praksis.web.settings import Provider

ISSUER, CLIENT, SECRET, CLAIM = (
    "PRAKSIS_OIDC_ISSUER",
    "PRAKSIS_OIDC_CLIENT",
    "PRAKSIS_OIDC_SECRET",
    "PRAKSIS_OIDC_CLAIM",
)
BACK = "/oidc/callback"
"""Where it sends people back to, from the root of the staff pages."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PATIENCE = 10
"""Seconds."""
_SIGNED = ("RS256", "ES256")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnfit(PraksisError):
    """Nobody can sign in by that provider."""


def read_provider(environment: Mapping[str, str], office: str) -> Provider | None:
    """The provider that the environment names, None where it names none. `office`: address of the staff pages.

    Raises ProviderUnfit where something lacks, the provider does not answer, or says of itself what cannot be trusted
    (OpenID Connect Discovery 1.0, sections 3 and 4.3).
    """
    issuer, client, secret = (environment.get(name, "").strip() for name in (ISSUER, CLIENT, SECRET))
    if not (issuer or client or secret):
        return None
    lacking = [name for name, text in ((ISSUER, issuer), (CLIENT, client), (SECRET, secret)) if not text]
    if lacking:
        raise ProviderUnfit(f"to sign in with accounts elsewhere, set {' and '.join(lacking)} too")
    _check_address(issuer, ISSUER, loopback=True)
    said = _ask(issuer)
    _check(said, issuer)
    # A provider that says nothing takes the secret in a header (Discovery, section 3).
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Provider(
        issuer=issuer,
        client=client,
        secret=secret,
        claim=environment.get(CLAIM, "").strip() or "email",
        callback=office.rstrip("/") + BACK,
        authorization=said["authorization_endpoint"],
        token=said["token_endpoint"],
        keys=said["jwks_uri"],
        userinfo=said.get("userinfo_endpoint") or "",
        algorithms=_find_algorithms(said),
        basic="client_secret_post" not in methods,
    )


def _is_loopback(address: str) -> bool:
    return address.startswith("http://") and urlsplit(address).hostname in _LOOPBACK


def _is_fit(address: object, *, loopback: bool) -> bool:
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        return bool(parts.hostname) and (parts.scheme == "https" or (loopback and _is_loopback(parts.geturl())))
    except ValueError:
        return False


def _check_address(address: object, name: str, *, loopback: bool) -> None:
    if not _is_fit(address, loopback=loopback):
        raise ProviderUnfit(f"{name} is {address!r}; it must be an address that begins with https://")


def _ask(issuer: str) -> dict[str, Any]:
    try:
        import mozilla_django_oidc  # type: ignore[import-untyped]  # noqa: F401  # only whether it is there
        import requests  # comes with the former
    except ImportError as error:
        raise ProviderUnfit("accounts elsewhere need `pip install praksis[oidc]`") from error
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=_PATIENCE, allow_redirects=False)
    except requests.RequestException as error:
        raise ProviderUnfit(f"{address} cannot be reached ({type(error).__name__}); is {ISSUER} right?") from None
    if answer.status_code != 200:
        raise ProviderUnfit(f"{address} answers {answer.status_code}; is {ISSUER} right?")
    try:
        said = json.loads(answer.content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ProviderUnfit(f"{address} is not what a provider of OpenID Connect says of itself; is {ISSUER} right?")
    return said


def _check(said: dict[str, Any], issuer: str) -> None:
    if said.get("issuer") != issuer:
        # Microsoft's `common` says {tenantid} here: accounts of every organisation there is.
        raise ProviderUnfit(
            f"{ISSUER} is {issuer!r}, and the provider calls itself {said.get('issuer')!r}; they must be equal"
        )
    for name in _ENDPOINTS:
        _check_address(said.get(name), f"the provider's {name}", loopback=_is_loopback(issuer))
    if said.get("userinfo_endpoint"):
        _check_address(said["userinfo_endpoint"], "the provider's userinfo_endpoint", loopback=_is_loopback(issuer))
    if not _find_algorithms(said):
        raise ProviderUnfit(f"the provider signs by none of {', '.join(_SIGNED)}")


def _find_algorithms(said: dict[str, Any]) -> tuple[str, ...]:
    offered = said.get("id_token_signing_alg_values_supported")
    return tuple(one for one in _SIGNED if isinstance(offered, list) and one in offered)
