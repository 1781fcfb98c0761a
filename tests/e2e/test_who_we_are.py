"""How the bot signs in: by secret, certificate or managed identity, over real TLS, and what happens when it cannot."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.edge.connector import Connector, no_token
from bot.edge.credentials import certificate_in, expires_on, way_to_sign_in
from bot.edge.our_token import CannotSignIn, Fetched, OurToken, authority_of, token_for
from bot.edge.outcomes import NotSignedIn, Refused
from bot.edge.starting import CannotStart
from bot.running import running
from bot.settings import Settings
from storage.partnerships import every_partnership
from storage.people import Holding, Person, PersonName
from tests import inbound
from tests.connector import TENANT, Teams
from tests.connector import Person as Account
from tests.entra import ENDS, SECRET, Entra, made
from tests.issuer import APP, Issuer

ASHA = Account("Asha Rao", "a5aa0000-0000-4000-8000-000000000001", "29:asha", "asha@example.org")
CERTAIN = Settings(data_dir=Path(), database_url="", app_id=APP, app_tenant_id=TENANT)
BY_SECRET = replace(CERTAIN, app_password=SECRET)


@pytest.fixture
async def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Entra]:
    async with Entra(tmp_path) as running_entra:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running_entra.authorities))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield running_entra


def by_certificate(entra: Entra, path: Path, content: bytes, passphrase: str = "") -> Settings:
    path.write_bytes(content)
    return replace(
        CERTAIN, app_certificate=str(path), app_password=passphrase, app_auth="certificate", token_url=entra.token_url
    )


async def test_a_secret_gives_a_token_that_is_kept(entra: Entra) -> None:
    token = token_for(replace(BY_SECRET, token_url=entra.token_url))
    assert [await token() for _ in range(5)] == ["token-1"] * 5
    assert entra.asked == 1


@pytest.mark.parametrize("name", ["bot.pem", "bot.pfx", "bot.p12"])
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
async def test_a_certificate_gives_a_token(entra: Entra, tmp_path: Path, name: str, passphrase: str) -> None:
    pair = made(20)
    content = pair.pem(passphrase) if name.endswith("pem") else pair.pfx(passphrase)
    settings = by_certificate(entra, tmp_path / name, content, passphrase)
    assert await token_for(settings)() == "token-1"
    assert expires_on(settings) == ENDS


async def test_a_renewed_certificate_is_taken_up_without_a_restart(entra: Entra, tmp_path: Path) -> None:
    settings = by_certificate(entra, tmp_path / "bot.pem", made(22).pem())
    token = token_for(settings)
    with pytest.raises(NotSignedIn, match="AADSTS700027"):
        await token()
    (tmp_path / "bot.pem").write_bytes(made(20).pem())
    assert isinstance(token, OurToken)
    token._failed_at = None
    assert await token() == "token-1"


async def test_a_managed_identity_gives_a_token(entra: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{entra.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "the-header")
    settings = replace(CERTAIN, app_auth="managed-identity")
    assert await token_for(settings)() == "managed-1"
    assert expires_on(settings) is None


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (replace(BY_SECRET, app_password="an old one"), "AADSTS7000215"),
        (replace(BY_SECRET, app_id="5a1e0000-0000-4000-8000-0000000000ff"), "AADSTS700016"),
    ],
)
async def test_what_entra_refuses_is_said_with_its_code_and_never_with_the_secret(
    entra: Entra, settings: Settings, code: str
) -> None:
    with pytest.raises(NotSignedIn) as refused:
        await token_for(replace(settings, token_url=entra.token_url))()
    assert code in refused.value.why and settings.app_password not in refused.value.why


async def test_an_entra_out_of_reach_is_said_in_a_sentence(entra: Entra) -> None:
    with pytest.raises(NotSignedIn, match="could not be reached"):
        await token_for(replace(BY_SECRET, token_url="https://127.0.0.1:9/tenant"))()


async def test_practice_has_no_token() -> None:
    assert token_for(replace(CERTAIN, app_id="", playground=True)) is no_token


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """What gives tokens, and can refuse."""

    def __init__(self) -> None:
        self.times = 0
        self.refuses = False
        self.takes = 0.0
        self.threads: set[int] = set()

    def __call__(self) -> Fetched:
        self.times += 1
        self.threads.add(threading.get_ident())
        time.sleep(self.takes)
        if self.refuses:
            raise CannotSignIn("Microsoft did not accept it.")
        return Fetched(f"token-{self.times}", 3600)


async def test_many_who_wait_cause_one_fetch_away_from_the_event_loop() -> None:
    source = Source()
    source.takes = 0.05
    token = OurToken(source)
    assert set(await asyncio.gather(*(token() for _ in range(50)))) == {"token-1"}
    assert source.times == 1 and threading.get_ident() not in source.threads


async def test_a_token_is_renewed_before_it_runs_out_and_nobody_waits_for_that() -> None:
    source, clock = Source(), Seconds()
    token = OurToken(source, clock=clock)
    await token()
    clock.now, source.takes = 3400, 0.05
    assert await token() == "token-1"
    assert token._flight is not None
    await token._flight
    assert await token() == "token-2"


async def test_a_failed_fetch_keeps_the_old_token_while_it_is_good_and_asks_again_after_a_pause() -> None:
    source, clock = Source(), Seconds()
    token = OurToken(source, clock=clock)
    await token()
    source.refuses = True
    clock.now = 3400
    for _ in range(3):
        assert await token() == "token-1"
        if token._flight is not None:
            await token._flight
    assert source.times == 2
    clock.now = 3580
    with pytest.raises(NotSignedIn, match="did not accept it") as refused:
        await token()
    assert refused.value.after == 60 and source.times == 3
    with pytest.raises(NotSignedIn):
        await token()
    assert source.times == 3
    source.refuses, clock.now = False, 3600
    assert await token() == "token-4"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"app_id": "bot"}, "LOOP_APP_ID is"),
        ({"app_tenant_id": "swindon.gov.uk"}, "LOOP_APP_TENANT_ID"),
        ({}, "without a credential"),
        ({"app_auth": "password"}, "LOOP_APP_AUTH is"),
        ({"app_auth": "secret"}, "LOOP_APP_PASSWORD"),
        ({"app_auth": "certificate", "app_certificate": "nowhere.pem"}, "nowhere.pem"),
    ],
)
def test_settings_that_do_not_add_up_are_explained(changed: dict[str, str], says: str) -> None:
    with pytest.raises(CannotStart, match=says):
        way_to_sign_in(replace(CERTAIN, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN NONSENSE-----", None])
def test_a_file_without_certificate_and_key_is_explained(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bot.pem"
    other = (
        made(20).pem().partition(b"-----BEGIN CERTIFICATE")[0] + made(22).pem()[made(22).pem().index(b"-----BEGIN C") :]
    )
    path.write_bytes(other if content is None else content)
    with pytest.raises(CannotStart, match="no certificate with its RSA key"):
        certificate_in(str(path))


def test_a_wrong_passphrase_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "bot.pfx"
    path.write_bytes(made(20).pfx("right"))
    with pytest.raises(CannotStart, match="passphrase"):
        certificate_in(str(path), "wrong")


def test_a_secrets_end_is_what_the_settings_say() -> None:
    assert expires_on(replace(BY_SECRET, app_secret_expires=date(2027, 1, 31))) == date(2027, 1, 31)
    assert expires_on(BY_SECRET) is None


def test_the_password_is_not_shown_with_the_settings() -> None:
    assert SECRET not in repr(BY_SECRET)


def test_a_token_address_names_its_tenant_or_takes_ours() -> None:
    assert authority_of(BY_SECRET) == f"https://login.microsoftonline.com/{TENANT}"
    told = replace(BY_SECRET, token_url="https://login.microsoftonline.us/contoso/oauth2/v2.0/token")
    assert authority_of(told) == "https://login.microsoftonline.us/contoso"
    assert authority_of(replace(BY_SECRET, token_url="https://login.example/")).endswith(f"/{TENANT}")
    with pytest.raises(CannotStart, match="https"):
        authority_of(replace(BY_SECRET, token_url="http://login.example/"))


async def test_no_token_of_ours_goes_to_a_stranger() -> None:
    asked = 0

    async def token() -> str:
        nonlocal asked
        asked += 1
        return "ours"

    async with Teams([ASHA], token="ours") as teams, Connector(token) as connector:
        for stranger in (teams.url, "https://evil.example/", "https://smba.trafficmanager.net.evil.example/"):
            with pytest.raises(Refused) as refused:
                await connector.post(stranger, "a:1", {"type": "message"})
            assert "nothing was sent" in refused.value.why
        assert (teams.calls, asked) == ([], 0)


async def test_the_whole_service_lets_in_what_is_genuine_and_answers_with_its_own_token(
    entra: Entra, sqlite_url: str, tmp_path: Path
) -> None:
    async with Issuer() as issuer, Teams([ASHA], token="token-1") as teams, aiohttp.ClientSession() as http:
        settings = replace(
            BY_SECRET, data_dir=tmp_path, database_url=sqlite_url, token_url=entra.token_url,
            openid_metadata_url=issuer.metadata_url, service_urls=(teams.url,),
        )  # fmt: skip
        async with running(settings, by_hand=True) as (house, app, courier):
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
            async with house.open_unit() as unit:
                its = (await every_partnership(unit))[0]
                row = await unit.save(Person(partnership_id=its.id, tenant_id=TENANT, object_id=ASHA.object_id))
                unit.add(PersonName(person_id=row.id, partnership_id=its.id, name=ASHA.name))
                unit.add(Holding(partnership_id=its.id, person_id=row.id, role="chair"))
            said = inbound.message(ASHA, "help", teams.url)
            teams.personal[teams.chat_with(ASHA)] = ASHA
            async with http.post(url, json=said) as answer:
                assert answer.status == 401
            headers = {"Authorization": f"Bearer {issuer.token(teams.url)}"}
            async with http.post(url, json=said, headers=headers) as answer:
                assert answer.status == 200
            while await courier.deliver_due():
                pass
            assert "status" in str(teams.card(teams.chat_with(ASHA)))
            assert entra.tokens == 1
            await runner.cleanup()


async def test_while_we_cannot_sign_in_nothing_is_lost_and_no_attempt_is_counted(
    entra: Entra, sqlite_url: str, tmp_path: Path
) -> None:
    from tests.group import a_group

    async with a_group(sqlite_url, tmp_path) as group:
        source, clock = Source(), Seconds()
        source.refuses = True
        group.house.adapter.connector._token = OurToken(source, clock=clock)
        group.teams.personal.setdefault(group.teams.chat_with(group.people["chair"]), group.people["chair"])
        await group.send(inbound.message(group.people["chair"], "help", group.teams.url))
        for _ in range(20):
            await group.courier.deliver_due()
            group.clock.move(minutes=2)
            clock.now += 120
        assert group.chat("chair") == []
        source.refuses = False
        clock.now += 120
        await group.settle()
        assert len(group.chat("chair")) == 1
