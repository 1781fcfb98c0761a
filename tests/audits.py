"""What `make check` asks about what we use and keep: known vulnerabilities in our packages, and secrets in our files.

`python -m tests.audits`. What is found and does not matter is explained in `tests/audits.toml`, each entry with its
reason; a vulnerability's explanation also has a last day, and counts no longer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import requests

ROOT: Final = Path(__file__).parents[1]
LOCKS: Final = ("requirements-dev.lock", "requirements.lock")
OSV: Final = "https://api.osv.dev/v1/query"
NOT_ASKED: Final = "Known vulnerabilities could not be asked for here ({why}): nothing is known about them."
SHARES: Final = 8
"""The files are looked through in so many shares, on as many processors as there are."""
_PATIENCE: Final = 8
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Excuse:
    """Why a known vulnerability of a package does not touch us, and until when that is believed."""

    id: str
    package: str
    why: str
    until: date


@dataclass(frozen=True)
class Known:
    """What looks like a secret and is none: in which files, in which words, and why."""

    file: str
    text: str
    why: str


@dataclass(frozen=True)
class Explained:
    """Everything that `tests/audits.toml` explains."""

    vulnerabilities: tuple[Excuse, ...] = ()
    secrets: tuple[Known, ...] = ()


def explained_in(text: str) -> Explained:
    """What a file of explanations holds. Raises ValueError where one has no reason."""
    told = tomllib.loads(text)
    found = Explained(
        tuple(Excuse(**one) for one in told.get("vulnerabilities", [])),
        tuple(Known(**one) for one in told.get("secrets", [])),
    )
    whys = [one.why for one in found.vulnerabilities] + [one.why for one in found.secrets]
    for why in whys:
        if len(why.split()) < 3:
            raise ValueError(f'"{why}" does not say why')
    return found


def cannot_ask(url: str) -> str:
    """Why a vulnerability service cannot be asked from here, "" where it can: one question is tried."""
    question: Any = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "0.0.1"}
    try:
        answer = requests.post(url, json=question, timeout=_PATIENCE)
        if answer.status_code != 200:
            return f"it answered {answer.status_code}"
        return "" if isinstance(answer.json(), dict) else "what answered is another service"
    except requests.exceptions.JSONDecodeError:
        return "what answered is another service"
    except requests.exceptions.RequestException as error:
        return type(error).__name__


def locks_to_ask_about(root: Path) -> list[str]:
    """The lock files, without one whose every package another holds in the same version."""
    pins = {name: set(_PIN.findall((root / name).read_text(encoding="utf-8"))) for name in LOCKS}
    whole, part = LOCKS
    return [whole] if pins[part] <= pins[whole] else [*LOCKS]


def ask(url: str, root: Path) -> list[dict[str, Any]]:
    """What pip-audit says of each package in our lock files. Raises RuntimeError, with its last words, if it failed."""
    files = [part for name in locks_to_ask_about(root) for part in ("-r", str(root / name))]
    ran = subprocess.run(
        [
            sys.executable, "-m", "pip_audit", *files, "--require-hashes", "--disable-pip", "-s", "osv", "--osv-url",
            url, "-f", "json", "--desc", "off", "--progress-spinner", "off", "--timeout", str(_PATIENCE),
        ],
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    try:
        found: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        said = (ran.stderr.strip() or "nothing").splitlines()[-1]
        raise RuntimeError(f"pip-audit broke off: {said}") from None
    return found


def problems(asked: Sequence[Mapping[str, Any]], excuses: Iterable[Excuse], today: date) -> list[str]:
    """What is wrong with what was found, in words: a pure rule. A package that was left out was not audited."""
    valid = [one for one in excuses if one.until >= today]
    found = [] if asked else ["No package was looked at."]
    for package in asked:
        name = str(package["name"])
        if "skip_reason" in package:
            found.append(f"{name} could not be looked at: {package['skip_reason']}")
        for one in package.get("vulns", []):
            ids = {one["id"], *one.get("aliases", [])}
            if not any(excuse.package == name and excuse.id in ids for excuse in valid):
                mended = ", ".join(one.get("fix_versions", [])) or "no version yet"
                found.append(f"{name} {package['version']}: {one['id']}, mended in {mended}")
    return found


def ended(excuses: Iterable[Excuse], today: date) -> list[str]:
    """The explanations whose last day has gone by: they can be judged without asking anybody."""
    late = (one for one in excuses if one.until < today)
    return [f"The explanation of {one.id} ({one.package}) ended on {one.until}: please look again." for one in late]


def audit_packages(excuses: Sequence[Excuse], today: date, url: str = OSV, root: Path = ROOT) -> tuple[list[str], str]:
    """What is wrong with our packages, and a line to print. Where nobody can be asked, the line says so."""
    late = ended(excuses, today)
    if why := cannot_ask(url):
        return late, NOT_ASKED.format(why=why)
    try:
        asked = ask(url, root)
    except RuntimeError as error:
        return [*late, str(error)], ""
    found = problems(asked, excuses, today)
    return [*late, *found], f"{len(asked)} packages were looked up; {len(found)} findings are not explained."


def tracked(root: Path) -> list[str]:
    """The files that are kept, or about to be: by git, or in an export without it all that there are."""
    asked = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if asked.returncode == 0 and (root / ".git").exists():
        names = [one for one in asked.stdout.split("\0") if one]
    else:
        names = [str(one.relative_to(root)) for one in root.rglob("*") if not _made_here(one.relative_to(root))]
    return sorted(one for one in set(names) if (root / one).is_file() and not (root / one).is_symlink())


_MADE_HERE: Final = frozenset(
    {
        ".venv", ".make", "node_modules", "data", "build", "__pycache__", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".hypothesis", ".import_linter_cache",
    }
)  # fmt: skip


def _made_here(path: Path) -> bool:
    return not _MADE_HERE.isdisjoint(path.parts)


LOCKED: Final = frozenset({*LOCKS, "package-lock.json"})
"""Written by tools, and nothing but names and hashes: `make check` looks for addresses in them by itself."""


def secrets_in(root: Path, names: Sequence[str], known: Sequence[Known]) -> list[str]:
    """What looks like a secret in these files and is not explained, in words that do not repeat it."""
    found = []
    for name, line, sort, text in _suspects(root, sorted(set(names) - LOCKED)):
        if not any(fnmatch(name, one.file) and text == one.text for one in known):
            found.append(f"{name}, line {line}: {sort}")
    return sorted(set(found))


def _suspects(root: Path, names: Sequence[str]) -> list[tuple[str, int, str, str]]:
    """Each suspect: file, line, sort and text. It is only looked at: no service is asked whether it works."""
    shares = [(root, names[start::SHARES]) for start in range(SHARES)]
    if len(names) < SHARES * 20:
        return _suspects_in((root, names))
    with ProcessPoolExecutor() as pool:
        return [one for share in pool.map(_suspects_in, shares) for one in share]


def _suspects_in(share: tuple[Path, Sequence[str]]) -> list[tuple[str, int, str, str]]:
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import transient_settings

    root, names = share
    with transient_settings(_settings()):
        return [
            (name, one.line_number, one.type, one.secret_value or "")
            for name in names
            for one in scan_file(str(root / name))
        ]


def _settings() -> dict[str, Any]:
    plugins = [
        "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector",
        "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector",
        "KeywordDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector",
        "SendGridDetector", "SlackDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
    ]  # fmt: skip
    entropy = [{"name": "Base64HighEntropyString", "limit": 4.5}, {"name": "HexHighEntropyString", "limit": 3.0}]
    filters = [
        "allowlist.is_line_allowlisted", "heuristic.is_indirect_reference", "heuristic.is_likely_id_string",
        "heuristic.is_non_text_file", "heuristic.is_not_alphanumeric_string", "heuristic.is_potential_uuid",
        "heuristic.is_prefixed_with_dollar_sign", "heuristic.is_sequential_string", "heuristic.is_templated_secret",
    ]  # fmt: skip
    return {
        "plugins_used": [*({"name": one} for one in plugins), *entropy],
        "filters_used": [{"path": f"detect_secrets.filters.{one}"} for one in filters],
    }


def main() -> int:
    """Ask both questions; 1 where something was found that is not explained."""
    explained = explained_in((ROOT / "tests" / "audits.toml").read_text(encoding="utf-8"))
    found, line = audit_packages(explained.vulnerabilities, date.today())
    print(line or "The packages could not be looked up.")
    names = tracked(ROOT)
    secrets = secrets_in(ROOT, names, explained.secrets)
    print(f"{len(names)} files were looked through for secrets; {len(secrets)} findings are not explained.")
    for one in (*found, *secrets):
        print(f"  {one}")
    return 1 if found or secrets else 0


if __name__ == "__main__":
    sys.exit(main())
