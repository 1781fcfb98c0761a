"""`python -m bot check`: a healthy deployment is all right, and each thing that is broken is named, for good."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assurance.owing import owe
from assurance.pack import read_shipped
from assurance.roll_call import CARD, about
from bot.__main__ import main
from bot.check_command import check, in_words, looked_at
from bot.checking.clocks import clock_right
from bot.checking.database import database_there
from bot.checking.findings import Check, Finding, Looking, attempt
from bot.checking.signing_in import certificate_kept, keys_there, signs_in
from bot.settings import settings_from
from storage.contacts import RollCall, RollCallReply
from storage.log import append_log, log_entries
from storage.partnerships import Partnership, every_partnership, seats
from storage.people import Address, address_of_person, all_holdings, people
from storage.unit import Store, Unit
from tests.connector import TENANT
from tests.databases import Postgres
from tests.entra import SECRET, Entra, made
from tests.group import a_group
from tests.issuer import APP, Issuer

NOW = datetime.now(UTC)


@dataclass
class Deployment:
    """A deployment and those whom it asks; what stands in its database can be broken."""

    entra: Entra
    issuer: Issuer
    environment: dict[str, str]

    async def found(self, **told: str) -> list[Finding]:
        groups = await looked_at(self.environment | told, NOW)
        return [one for _, some in groups for one in some]

    async def problems(self, **told: str) -> str:
        """What is not all right, in one text."""
        return "\n".join(f"{one.state} {one.name}: {one.said}" for one in await self.found(**told) if one.state != "ok")

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[tuple[Unit, Partnership]]:
        store = Store(self.environment["LOOP_DATABASE_URL"])
        try:
            async with store.open_unit() as unit:
                yield unit, (await every_partnership(unit))[0]
        finally:
            await store.close()


async def called_and_reached(unit: Unit, its: Partnership) -> None:
    """Everybody can be written to, and has pressed in a roll call."""
    call = await unit.save(RollCall(partnership_id=its.id, at=NOW))
    for one, _ in await people(unit, its.id):
        unit.add(Address(partnership_id=its.id, person_id=one.id, conversation_id=f"a:{one.id}", reach="reachable"))
        unit.add(RollCallReply(partnership_id=its.id, roll_call_id=call.id, person_id=one.id, at=NOW))
        card = await owe(
            unit, its.id, f"{about(call.id)}:{one.id}", CARD, now=NOW, subject={}, about=about(call.id),
            person_id=one.id,
        )  # fmt: skip
        card.state = "delivered"


@asynccontextmanager
async def deployment(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, used: bool = True
) -> AsyncIterator[Deployment]:
    """Entra, the issuer, and, where `used`, a database with a partnership at work in it."""
    async with AsyncExitStack() as stack:
        entra = await stack.enter_async_context(Entra(folder))
        issuer = await stack.enter_async_context(Issuer())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(entra.authorities))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        pages = {f"LOOP_{name}_URL": f"https://example.gov.uk/{name}" for name in ("WEBSITE", "PRIVACY", "TERMS")}
        there = Deployment(
            entra, issuer, pages | {
                "LOOP_DATA_DIR": str(folder), "LOOP_DATABASE_URL": url, "LOOP_APP_ID": APP,
                "LOOP_APP_TENANT_ID": TENANT, "LOOP_APP_PASSWORD": SECRET, "LOOP_TOKEN_URL": entra.token_url,
                "LOOP_APP_SECRET_EXPIRES": (date.today() + timedelta(days=400)).isoformat(),
                "LOOP_OPENID_METADATA_URL": issuer.metadata_url,
            },
        )  # fmt: skip
        if used:
            async with a_group(url, folder):
                pass
            async with there.unit() as (unit, its):
                await called_and_reached(unit, its)
        yield there


@pytest.mark.both_databases
async def test_a_healthy_deployment_is_all_right_and_a_log_entry_changed_by_hand_is_named(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with deployment(database_url, tmp_path, monkeypatch) as there:
        assert await check(environment=there.environment, strict=True) == 0
        said = capsys.readouterr().out
        assert said.endswith("All is well.\n") and "GWH" not in said
        assert there.entra.tokens == 1 and there.issuer.fetches == 1
        async with there.unit() as (unit, its):
            for number in range(5):
                await append_log(unit, its.id, at=NOW, person_id=None, what="x", subject=f"x:{number}")
        async with there.unit() as (unit, its):
            entries = await log_entries(unit, its.id)
            entries[-3].subject = "x:changed"
            broken, last = entries[-3].number, entries[-1]
        assert await check(environment=there.environment, as_json=True) == 1
        told = json.loads(capsys.readouterr().out)
        [wrong] = [one for one in told["checks"] if one["state"] == "wrong"]
        assert (wrong["group"], wrong["check"]) == ("Records", "Log")
        assert f"entry {broken} does not fit" in wrong["said"]
        async with there.unit() as (unit, its):
            assert (await log_entries(unit, its.id))[-1].hash == last.hash, "looking writes nothing"
        assert SECRET not in said + str(told)


async def break_everything(unit: Unit, its: Partnership) -> None:
    """Nobody on one seat, somebody who blocked the app on another, no officer, no team, and deliveries that wait."""
    numbers = {one.slug: one.id for one in await seats(unit, its.id)}
    for held in await all_holdings(unit, its.id):
        if held.seat_id == numbers["gwh"]:
            await unit.remove(held)
        elif held.seat_id == numbers["cgl"]:
            row = await address_of_person(unit, its.id, held.person_id)
            assert row is not None
            row.reach = "the person has blocked the app"
        elif held.role == "officer":
            held.ends_on = date(2026, 1, 1)
    its.team_id = None
    await owe(unit, its.id, "old", "welcome", now=NOW - timedelta(hours=2), subject={}, channel_id="c")
    (await owe(unit, its.id, "lost", "welcome", now=NOW, subject={}, channel_id="c")).state = "unsure"


async def test_everything_that_is_broken_in_the_records_is_found_at_once_and_people_are_named_only_where_asked(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deployment(sqlite_url, tmp_path, monkeypatch) as there:
        async with there.unit() as (unit, its):
            await break_everything(unit, its)
            title = its.title
        changed = tmp_path / "swindon.toml"
        changed.write_text(read_shipped("swindon") + "\n# another text\n", encoding="utf-8")
        said = await there.problems(LOOP_PACKS=str(changed))
        for expected in (
            f"look Seats: Nobody is on one of {title}'s 15 seats: GWH.", "wrong Officers: ",
            f"look Reach: One person of {title}: has blocked the app (CGL).", "look Team: ",
            f"wrong Queue: One of {title}: the oldest has waited for 120 minutes.",
            f"look Deliveries: {title}: one not confirmed by Teams, no refused.", "look In use: ",
        ):  # fmt: skip
            assert expected in said
        groups = await looked_at(there.environment, NOW, names=True)
        assert "(Cgl (CGL))" in in_words(groups) and "Cgl" not in said


async def test_each_way_in_which_microsoft_gives_no_token_is_explained_and_no_secret_is_told(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deployment(sqlite_url, tmp_path, monkeypatch, used=False) as there:

        async def said(check: Check, **told: str) -> str:
            environment = there.environment | told
            at = Looking(environment, settings_from(environment), NOW)
            found = [*await attempt("A check", check, at), *await clock_right(at)]
            text = "\n".join(f"{one.state}: {one.said} {one.do}" for one in found)
            assert SECRET not in text and "an old secret" not in text
            return text

        assert "ok: Microsoft gave a token" in await said(signs_in)
        assert "to within" in await said(signs_in)
        assert "The client secret is wrong. (AADSTS7000215)" in await said(signs_in, LOOP_APP_PASSWORD="an old secret")
        other = "1b2c3d4e-0000-4000-8000-000000000000"
        assert "The tenant knows no such app." in await said(signs_in, LOOP_APP_ID=other)
        nowhere = there.entra.token_url.replace(TENANT, other)
        assert "There is no such tenant" in await said(signs_in, LOOP_TOKEN_URL=nowhere)
        assert "could not be reached" in await said(signs_in, LOOP_TOKEN_URL="https://127.0.0.1:9/tenant")
        there.entra.refusal = (400, {"error": "x", "error_description": "AADSTS53003: blocked"})
        assert "did not accept the credential. (AADSTS53003)" in await said(signs_in)
        there.entra.refusal, there.entra.ahead = None, timedelta(minutes=-20)
        assert "wrong: 20 minutes ahead of Microsoft's." in await said(signs_in)
        there.entra.ahead = timedelta()
        (tmp_path / "bot.pem").write_bytes(made(20).pem())
        by_certificate = {"LOOP_APP_CERTIFICATE": str(tmp_path / "bot.pem"), "LOOP_APP_PASSWORD": ""}
        assert "ok: Microsoft gave a token" in await said(signs_in, **by_certificate)
        assert "ok: Only this account can read its key." in await said(certificate_kept, **by_certificate)
        there.entra.certificates = []
        assert "The certificate is not the registration's. (AADSTS700027)" in await said(signs_in, **by_certificate)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        assert "is not trusted" in await said(signs_in)
        assert "ok: https://api.botframework.com publishes 1 key for Teams." in await said(keys_there)
        there.issuer.keys[0].endorsements = ["webchat"]
        assert "publishes no key for Teams" in await said(keys_there)
        there.issuer.status = 500
        assert "not usable: the answer was 500" in await said(keys_there)
        assert "could not be fetched" in await said(keys_there, LOOP_OPENID_METADATA_URL="http://127.0.0.1:9/x")


async def test_practice_asks_nobody_outside(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with deployment(sqlite_url, tmp_path, monkeypatch, used=False) as there:
        without = {name: "" for name in there.environment if name.startswith("LOOP_APP")}
        found = await there.found(**without, LOOP_PLAYGROUND="1")
        assert there.entra.asked == there.issuer.asked == 0
        assert {one.name for one in found if one.state == "not done"} >= {"Sign-in", "Credential", "Keys", "Package"}
        assert [one for one in found if one.state == "wrong"] == []


async def the_database(url: str) -> str:
    at = Looking({}, settings_from({"LOOP_DATABASE_URL": url}), NOW)
    found = await database_there(at)
    if at.store is not None:
        await at.store.close()
    return "\n".join(f"{one.state}: {one.said} {one.do}" for one in found)


@pytest.mark.both_databases
async def test_a_database_that_lacks_migrations_or_is_newer_than_the_program_is_found(database_url: str) -> None:
    async def at_version(version: str) -> str:
        store = Store(database_url)
        async with store.open_unit() as unit:
            await unit.run(text("UPDATE alembic_version SET version_num = :version").bindparams(version=version))
        await store.close()
        return await the_database(database_url)

    assert "wrong: It was made by a newer version of this program." in await at_version("of the future")
    lacking = await at_version("0001")
    assert "It lacks" in lacking and "python -m bot db upgrade" in lacking
    assert ("wrong: It lacks" in lacking) == database_url.startswith("postgresql"), "SQLite is upgraded by the start"


async def test_a_postgresql_that_is_away_closed_or_read_only_is_explained(
    postgres_server: Postgres, postgres_url: str, tmp_path: Path
) -> None:
    assert "ok: What is written is taken." in await the_database(postgres_url)
    assert "no database of that name" in await the_database(postgres_server.address("nowhere"))
    assert "does not let us in" in await the_database(postgres_url.replace("postgres@", "stranger:hidden@"))
    assert "No server answers there." in await the_database("postgresql://loop:hidden@127.0.0.1:9/loop")
    name = postgres_url.partition("@/")[2].partition("?")[0]
    postgres_server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "wrong: It can be read and not written to." in await the_database(postgres_url)
    assert "look: There is no file" in await the_database(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


def test_from_the_command_line_it_ends_with_1_where_something_is_wrong_also_with_settings_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in os.environ if one.startswith("LOOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LOOP_PLAYGROUND", "1")
    assert main(["check"]) == 0
    assert main(["check", "--strict"]) == 1, "there is no database yet"
    monkeypatch.setenv("LOOP_PORT", "many")
    monkeypatch.setenv("LOOP_PAKCS", "swindon")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "LOOP_PORT is many" in said and "Did you mean LOOP_PACKS?" in said and "Traceback" not in said
