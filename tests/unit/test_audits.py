"""`make check` finds known vulnerabilities and secrets, and says plainly where it could not ask."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audits import (
    ROOT,
    Excuse,
    Known,
    audit_packages,
    cannot_ask,
    explained_in,
    locks_to_ask_about,
    problems,
    secrets_in,
    tracked,
)

TODAY = date(2026, 11, 2)
HASH = "0" * 64
LOCK = f"idna==3.6 \\\n    --hash=sha256:{HASH}\nsix==1.16.0 \\\n    --hash=sha256:{HASH}\n"
EXCUSE = Excuse("GHSA-jjg7-2v4v-x38h", "idna", "We never encode names of others.", date(2027, 1, 31))


def vulnerable(name: str) -> dict[str, Any]:
    """What OSV answers about one package, cut down to what is read."""
    if name != "idna":
        return {}
    return {
        "vulns": [
            {
                "id": "PYSEC-2024-60", "aliases": ["GHSA-jjg7-2v4v-x38h"], "summary": "Slow on crafted input",
                "schema_version": "1.7.0", "affected": [
                    {
                        "package": {"name": "idna", "ecosystem": "PyPI"},
                        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.7"}]}],
                    }
                ],
            }
        ]
    }  # fmt: skip


class Osv(BaseHTTPRequestHandler):
    """An imitation of OSV's query."""

    asked: list[str] = []  # noqa: RUF012
    status = 200

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert question["package"]["ecosystem"] == "PyPI"
        self.asked.append(question["package"]["name"])
        body = json.dumps(vulnerable(question["package"]["name"])).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def osv(status: int = 200) -> Iterator[str]:
    """The address of the imitation."""
    Osv.status, Osv.asked = status, []
    server = HTTPServer(("127.0.0.1", 0), Osv)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lock files of two packages, one of which has a known vulnerability."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(LOCK, encoding="utf-8")
    return tmp_path


def test_a_known_vulnerability_is_found_by_pip_audit_and_passes_only_while_it_is_explained(locks: Path) -> None:
    with osv() as url:
        found, line = audit_packages([], TODAY, url, locks)
        assert found == ["idna 3.6: PYSEC-2024-60, mended in 3.7"] and "2 packages were looked up" in line
        assert sorted(Osv.asked) == ["idna", "pip", "six"]
        assert audit_packages([EXCUSE], TODAY, url, locks)[0] == []


ASKED = [
    {"name": "idna", "version": "3.6", "vulns": [{"id": "PYSEC-2024-60", "aliases": [EXCUSE.id], "fix_versions": []}]},
    {"name": "six", "version": "1.16.0", "vulns": []},
]


def test_an_explanation_counts_for_its_package_and_until_its_last_day() -> None:
    assert problems(ASKED, [], TODAY) == ["idna 3.6: PYSEC-2024-60, mended in no version yet"]
    assert problems(ASKED, [EXCUSE], EXCUSE.until) == []
    assert problems(ASKED, [EXCUSE], date(2027, 2, 1)) != []
    assert problems(ASKED, [Excuse(EXCUSE.id, "six", EXCUSE.why, EXCUSE.until)], TODAY) != []


def test_what_was_left_out_was_not_audited() -> None:
    left_out = [{"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited: idna (3.6)"}]
    assert problems(left_out, [], TODAY) != [] and problems([], [], TODAY) == ["No package was looked at."]


def test_where_nobody_can_be_asked_it_says_so_and_fails_only_for_an_explanation_that_ended(locks: Path) -> None:
    nowhere = "http://127.0.0.1:9/v1/query"
    found, line = audit_packages([EXCUSE], TODAY, nowhere, locks)
    assert found == [] and line == (
        "Known vulnerabilities could not be asked for here (ConnectionError): nothing is known about them."
    )
    found, _ = audit_packages([EXCUSE], date(2027, 2, 1), nowhere, locks)
    assert found == ["The explanation of GHSA-jjg7-2v4v-x38h (idna) ended on 2027-01-31: please look again."]
    with osv(503) as url:
        assert cannot_ask(url) == "it answered 503"


def test_a_lock_file_that_cannot_be_read_is_no_audit(locks: Path) -> None:
    (locks / "requirements-dev.lock").write_text("idna==3.6\nsix==1.16.0\n", encoding="utf-8")
    with osv() as url:
        found, line = audit_packages([], TODAY, url, locks)
    assert len(found) == 1 and found[0].startswith("pip-audit broke off: ") and line == ""


def test_a_lock_file_that_holds_all_of_the_other_is_asked_about_alone(locks: Path) -> None:
    assert locks_to_ask_about(locks) == ["requirements-dev.lock"]
    (locks / "requirements.lock").write_text(LOCK.replace("1.16.0", "1.17.0"), encoding="utf-8")
    assert locks_to_ask_about(locks) == ["requirements-dev.lock", "requirements.lock"]
    assert locks_to_ask_about(ROOT) == ["requirements-dev.lock"]


def test_every_explanation_says_why() -> None:
    assert explained_in((ROOT / "tests" / "audits.toml").read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="does not say why"):
        explained_in('[[secrets]]\nfile = "x.py"\ntext = "x"\nwhy = "fine"\n')


PLANTED = f'APP_{"PASSWORD"} = "q8Q~{"Zk3vT9xWm2"}LrB7nYc4HsDp6fJt1uGaEe"\n'


def test_a_secret_that_was_planted_is_found_and_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(PLANTED, encoding="utf-8")
    key = f"-----BEGIN {'RSA PRIVATE'} KEY-----\n"
    (tmp_path / "bot.pem").write_text(key, encoding="utf-8")
    (tmp_path / "fine.py").write_text('title = "The learning loop"\n', encoding="utf-8")
    found = secrets_in(tmp_path, tracked(tmp_path), [])
    assert any(one.startswith("settings.py, line 1: ") for one in found) and "bot.pem, line 1: Private Key" in found
    assert not any("fine.py" in one or "Zk3vT9xWm2" in one for one in found)
    known = [Known("settings.py", PLANTED.split('"')[1], "A fixture of this test.")]
    assert secrets_in(tmp_path, tracked(tmp_path), known) == ["bot.pem, line 1: Private Key"]
    (tmp_path / "settings.py").write_text(PLANTED.replace("Zk3", "Zk4"), encoding="utf-8")
    assert len(secrets_in(tmp_path, tracked(tmp_path), known)) > 1, "another secret in the same file is found"


def test_the_files_are_those_that_git_keeps_or_in_an_export_all_but_what_was_made_here(tmp_path: Path) -> None:
    for name in ("a.py", "data/loop.db", "node_modules/x.js", "docs/b.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert tracked(tmp_path) == ["a.py", "docs/b.md"]
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    (tmp_path / ".gitignore").write_text("docs/\n", encoding="utf-8")
    assert tracked(tmp_path) == [".gitignore", "a.py", "data/loop.db", "node_modules/x.js"]
