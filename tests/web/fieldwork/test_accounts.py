"""In with an account that staff have elsewhere: OpenID Connect, with a provider on a port."""

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from praksis.define.survey import Survey
from praksis.web.fieldwork.provider import ProviderUnfit, read_provider
from praksis.web.settings import Provider
from tests.web.fieldwork.accounts import CLIENT, SECRET, Liar, add_account, come_by, open_liar, open_provider
from tests.web.fieldwork.conftest import EVERY_KIND, Praksis
from tests.web.fieldwork.staff import open_office

OFFICE = "http://office.example"
BOARD = "/nb/2026/"


def _environment(issuer: str, claim: str = "") -> dict[str, str]:
    given = {"PRAKSIS_OIDC_ISSUER": issuer, "PRAKSIS_OIDC_CLIENT": CLIENT, "PRAKSIS_OIDC_SECRET": SECRET}
    return given | ({"PRAKSIS_OIDC_CLAIM": claim} if claim else {})


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with open_provider() as address:
        yield address


@pytest.fixture
def liar() -> Iterator[Liar]:
    with open_liar() as found:
        yield found


Opened = Callable[..., Provider]


@pytest.fixture
def office(database: str, wave: str, survey: Survey, tmp_path: Path) -> Opened:
    """The staff pages, with a provider; kari is a lead."""

    def opened(issuer: str, claim: str = "") -> Provider:
        provider = read_provider(_environment(issuer, claim), OFFICE)
        assert provider is not None
        open_office(database, survey, tmp_path, provider=provider)
        from praksis.web.store.staff import Role, add_staff

        add_staff("Kari@Example.no", Role.LEAD)
        return provider

    return opened


def _is_in(client: Client) -> bool:
    return bool(client.get(BOARD).status_code == 200)


# -- a provider that does as it should ---------------------------------------------------------------------------------


def test_an_account_leads_where_one_was_going(office: Opened, issuer: str) -> None:
    office(issuer)
    add_account(issuer, "1", email="kari@EXAMPLE.no", email_verified=True)
    client = Client()
    page = client.get("/nb/sign-in?next=/en/2026/stuck").content.decode()
    link = page.partition('data-variant="secondary" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert link.startswith("/oidc/start?")
    back = come_by(client, "1", link)
    assert (back.status_code, back["Location"]) == (303, "/en/2026/stuck")
    assert "kari@example.no (undersøkelsesleder)" in client.get(BOARD).content.decode()
    from praksis.web.store.audit import list_acts

    assert [(one.who, one.act) for one in list_acts("every-kind", 1)] == [("kari@example.no", "sign-in-account")]


def test_without_a_provider_there_is_no_button_and_no_page(
    database: str, wave: str, survey: Survey, tmp_path: Path
) -> None:
    open_office(database, survey, tmp_path)
    client = Client()
    assert "oidc" not in client.get("/nb/sign-in").content.decode()
    assert client.get("/oidc/start").status_code == client.get("/oidc/callback").status_code == 404


def test_a_session_ends_where_the_provider_is_no_longer_set(
    office: Opened, issuer: str, database: str, survey: Survey, tmp_path: Path
) -> None:
    office(issuer)
    add_account(issuer, "1", email="kari@example.no", email_verified=True)
    client = Client()
    come_by(client, "1")
    assert _is_in(client)
    open_office(database, survey, tmp_path)
    assert not _is_in(client)


def test_another_claim_may_be_the_name(office: Opened, issuer: str) -> None:
    office(issuer, "preferred_username")
    add_account(issuer, "2", preferred_username="kari@example.no", email="someone@else.example", email_verified=False)
    client = Client()
    assert come_by(client, "2").status_code == 303
    assert _is_in(client)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "ola@example.no", "email_verified": True}, "ikke lagt til her"),
        ({"email": "kari@example.no", "email_verified": False}, "ikke bekreftet at e-postadressen"),
        ({"email": "kari@example.no"}, "ikke bekreftet at e-postadressen"),
        ({}, "sier ikke hva du heter"),
        # A Kelvin sign, which many a database takes for a small k.
        ({"email": "\N{KELVIN SIGN}ari@example.no", "email_verified": True}, "ikke lagt til her"),
        ({"email": "kari@example.no\0", "email_verified": True}, "ikke lagt til her"),
        ({"email": ["kari@example.no"], "email_verified": True}, "sier ikke hva du heter"),
    ],
)
def test_whoever_is_not_staff_stays_out(office: Opened, issuer: str, claims: dict[str, object], said: str) -> None:
    office(issuer)
    add_account(issuer, "3", **claims)
    client = Client()
    back = come_by(client, "3", "/oidc/start?language=nb")
    assert back.status_code == 403
    assert said in back.content.decode()
    assert not _is_in(client)


def test_the_page_that_refuses_speaks_the_language_one_came_in(office: Opened, issuer: str) -> None:
    office(issuer)
    add_account(issuer, "3", email="ola@example.no", email_verified=True)
    page = come_by(Client(), "3", "/oidc/start?language=en").content.decode()
    assert "have not been added here" in page
    assert "<strong>ola@example.no</strong>" in page


def test_whoever_is_removed_is_out_at_once_and_stays_out(office: Opened, issuer: str) -> None:
    office(issuer)
    add_account(issuer, "1", email="kari@example.no", email_verified=True)
    client = Client()
    come_by(client, "1")
    assert _is_in(client)
    from praksis.web.store.staff import remove_staff

    remove_staff("kari@example.no")
    assert not _is_in(client)
    assert come_by(client, "1").status_code == 403
    assert not _is_in(client)


def test_signing_out_ends_our_session(office: Opened, issuer: str) -> None:
    office(issuer)
    add_account(issuer, "1", email="kari@example.no", email_verified=True)
    client = Client()
    come_by(client, "1")
    assert client.post("/nb/sign-out").status_code == 303
    assert not _is_in(client)


def test_an_account_makes_no_password_and_a_password_page_takes_no_code_of_a_provider(
    office: Opened, liar: Liar
) -> None:
    office(liar.issuer)
    liar.claims = {"email": "kari@example.no", "email_verified": True}
    client = Client()
    there = parse_qs(urlsplit(client.get("/oidc/start")["Location"]).query)
    liar.nonce = there["nonce"][0]
    form = {"name": "kari@example.no", "password": "fire ganske vanlige ord"}
    assert client.post(f"/nb/sign-in?code=c&state={there['state'][0]}", form).status_code == 422
    assert [path for path, _, _ in liar.asked if path == "/token"] == []


# -- what a provider, or somebody in between, may try ------------------------------------------------------------------


def test_what_is_sent_there_and_asked_for(office: Opened, liar: Liar) -> None:
    office(liar.issuer)
    liar.claims = {"email": "kari@example.no", "email_verified": True}
    client = Client(headers={"host": "evil.example"})
    there = client.get("/oidc/start")
    assert there["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(there["Location"]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{OFFICE}/oidc/callback"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    assert liar.come_by(client).status_code == 303
    (form,) = [form for path, form, _ in liar.asked if path == "/token"]
    assert form["redirect_uri"] == [f"{OFFICE}/oidc/callback"]
    assert form["client_secret"] == [SECRET]
    assert len(form["code_verifier"][0]) >= 43


def test_the_secret_goes_in_a_header_where_the_provider_says_so(office: Opened, liar: Liar) -> None:
    liar.document = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    liar.claims = {"email": "kari@example.no", "email_verified": True}
    office(liar.issuer)
    assert liar.come_by(Client()).status_code == 303
    ((form, header),) = [(form, header) for path, form, header in liar.asked if path == "/token"]
    assert "client_secret" not in form
    assert base64.b64decode(header.split()[1]).decode() == f"{CLIENT}:{SECRET.replace(' ', '%20')}"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_both_ways_of_signing_are_known(office: Opened, liar: Liar, algorithm: str) -> None:
    office(liar.issuer)
    liar.algorithm, liar.claims = algorithm, {"email": "kari@example.no", "email_verified": True}
    assert liar.come_by(Client()).status_code == 303


def test_what_the_token_lacks_the_provider_is_asked_for(office: Opened, liar: Liar) -> None:
    office(liar.issuer)
    liar.claims = {"email": "kari@example.no"}
    liar.userinfo = {"sub": "1", "email": "kari@example.no", "email_verified": True}
    assert liar.come_by(Client()).status_code == 303
    liar.userinfo = {"sub": "2", "email": "kari@example.no", "email_verified": True}
    assert liar.come_by(Client()).status_code == 403


_LIES: dict[str, dict[str, object]] = {
    "for another client": {"claims": {"aud": "another"}},
    "for others too, and used by one of them": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "from another": {"claims": {"iss": "https://evil.example"}},
    "too old": {"claims": {"iat": 1, "exp": 1000}},
    "without an end": {"claims": {"exp": None}},
    "of another visit": {"claims": {"nonce": "another"}},
    "without a nonce": {"claims": {"nonce": None}},
    "of nobody": {"claims": {"sub": None}},
    "signed by a stranger": {"algorithm": "stranger"},
    "signed with the secret": {"algorithm": "HS256"},
    "signed by nobody": {"algorithm": "none"},
    "no token": {"token": "x.y.z"},
    "something else": {"token": {"a": 1}},
    "the token endpoint fails": {"statuses": {"/token": 400}},
    "the keys are gone": {"statuses": {"/keys": 500}},
}


@pytest.mark.parametrize("lie", _LIES)
def test_a_token_that_is_not_what_it_should_be_lets_nobody_in(
    office: Opened, liar: Liar, lie: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(liar.issuer)
    for name, value in _LIES[lie].items():
        setattr(liar, name, value)
    liar.claims = {"email": "kari@example.no", "email_verified": True} | liar.claims
    monkeypatch.setattr(logging.getLogger("praksis"), "propagate", True)
    client = Client()
    back = liar.come_by(client, "/oidc/start?language=nb")
    assert back.status_code == 403
    assert "Innloggingen ble ikke fullført" in back.content.decode()
    assert not _is_in(client)
    assert "kari" not in caplog.text


def test_the_provider_is_down_after_the_start(office: Opened, caplog: pytest.LogCaptureFixture) -> None:
    with open_liar() as liar:
        office(liar.issuer)
        client = Client()
        there = parse_qs(urlsplit(client.get("/oidc/start?language=en")["Location"]).query)
    back = client.get("/oidc/callback", {"code": "c", "state": there["state"][0]})
    assert back.status_code == 403
    assert "could not be confirmed just now" in back.content.decode()


def test_a_state_is_of_one_browser_and_counts_once(office: Opened, liar: Liar) -> None:
    office(liar.issuer)
    liar.claims = {"email": "kari@example.no", "email_verified": True}
    client = Client()
    assert liar.come_by(client, state="tampered").status_code == 403
    assert liar.come_by(client, state="").status_code == 403
    there = parse_qs(urlsplit(client.get("/oidc/start")["Location"]).query)
    liar.nonce, back = there["nonce"][0], {"code": "c", "state": there["state"][0]}
    assert Client().get("/oidc/callback", back).status_code == 403
    assert client.get("/oidc/callback", back | {"error": "access_denied"}).status_code == 403
    assert client.get("/oidc/callback", back).status_code == 303
    assert client.get("/oidc/callback", back).status_code == 403
    assert _is_in(client), "whoever is in is not thrown out by an address that somebody else wrote"


def test_too_many_tries_are_stopped_before_the_provider_is_asked(office: Opened, liar: Liar) -> None:
    office(liar.issuer)
    liar.statuses = {"/token": 400}
    for _ in range(20):
        assert liar.come_by(Client()).status_code == 403
    asked = len(liar.asked)
    assert liar.come_by(Client()).status_code == 429
    assert len(liar.asked) == asked


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"])
def test_next_leads_nowhere_else(office: Opened, liar: Liar, next_: str) -> None:
    office(liar.issuer)
    liar.claims = {"email": "kari@example.no", "email_verified": True}
    back = liar.come_by(Client(), f"/oidc/start?language=nb&next={next_}")
    assert back["Location"] in ("/nb/", "/%09/evil.example")


# -- at the start ------------------------------------------------------------------------------------------------------


def test_without_a_word_in_the_environment_there_is_no_provider() -> None:
    assert read_provider({}, OFFICE) is None


def test_everything_that_is_needed_is_asked_for() -> None:
    with pytest.raises(ProviderUnfit, match="set PRAKSIS_OIDC_CLIENT and PRAKSIS_OIDC_SECRET too"):
        read_provider({"PRAKSIS_OIDC_ISSUER": "https://login.example"}, OFFICE)


@pytest.mark.parametrize(
    "issuer", ["http://login.example", "login.example", "ftp://localhost", "https://", "https://["]
)
def test_a_provider_is_only_asked_by_https(issuer: str) -> None:
    with pytest.raises(ProviderUnfit, match="must be an address that begins with https"):
        read_provider(_environment(issuer), OFFICE)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"issuer": "https://login.example/{tenantid}/v2.0"}, "they must be equal"),
        ({"token_endpoint": "http://login.example/token"}, "token_endpoint is 'http://login.example/token'"),
        ({"jwks_uri": None}, "jwks_uri is None"),
        ({"userinfo_endpoint": "http://login.example/me"}, "userinfo_endpoint is"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "signs by none of RS256, ES256"),
        ({"id_token_signing_alg_values_supported": None}, "signs by none of"),
    ],
)
def test_what_a_provider_says_of_itself_must_hold(liar: Liar, document: dict[str, object], said: str) -> None:
    liar.document = document
    with pytest.raises(ProviderUnfit) as refusal:
        read_provider(_environment(liar.issuer), OFFICE)
    assert said in str(refusal.value)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_provider_that_is_not_there(liar: Liar, status: int) -> None:
    liar.statuses = {"/.well-known/openid-configuration": status}
    with pytest.raises(ProviderUnfit, match=f"answers {status}; is PRAKSIS_OIDC_ISSUER right"):
        read_provider(_environment(liar.issuer), OFFICE)


def test_the_server_says_that_the_provider_is_down_and_not_the_secret(
    praksis: Praksis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_liar() as liar:
        issuer = liar.issuer
    for name, value in _environment(issuer).items():
        monkeypatch.setenv(name, value)
    code, out, complaints = praksis("fieldwork", "serve", folder=EVERY_KIND)
    assert code != 0
    assert f"{issuer}/.well-known/openid-configuration cannot be reached (ConnectionError)" in complaints.replace(
        "\n", " "
    )
    assert SECRET not in out + complaints


def test_a_provider_does_not_show_its_secret(liar: Liar) -> None:
    provider = read_provider(_environment(liar.issuer), OFFICE)
    assert SECRET not in repr(provider)


def test_the_liar_can_be_believed(liar: Liar) -> None:
    """So that the tests above fail for what they say."""
    liar.nonce = "n"
    token = liar.sign()
    assert isinstance(token, str)
    assert jwt.decode(token, liar.rsa.public_key(), ["RS256"], audience=CLIENT)["iss"] == liar.issuer
