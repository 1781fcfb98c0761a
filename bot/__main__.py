"""The command line: python -m bot run | due | check | pack check | package | people import | person | start | export |
backup | restore | db upgrade."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assurance.pack import PackMistakes, check, explain
from bot.edge.gate import CannotStart
from bot.logs import set_up
from bot.running import serve
from bot.settings import Settings, make_data_folder, settings_from
from storage.base import NotAllowed, StorageError
from storage.migrate import upgrade


def _run(settings: Settings, _: argparse.Namespace) -> int:
    try:
        asyncio.run(serve(settings))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise CannotStart(f"Port {settings.port} is in use. Stop what uses it, or set LOOP_PORT.") from None
    return 0


def _db_upgrade(settings: Settings, _: argparse.Namespace) -> int:
    make_data_folder(settings)
    upgrade(settings.database_url)
    print("The database is up to date.")
    return 0


def _people_import(settings: Settings, told: argparse.Namespace) -> int:
    from bot.people_command import import_people

    return asyncio.run(import_people(settings, told.file, told.partnership, confirmed=told.identifies_nobody))


def _start(settings: Settings, told: argparse.Namespace) -> int:
    from bot.start_command import bring_in, write_template

    if told.template:
        return asyncio.run(write_template(settings, told.file, told.partnership))
    return asyncio.run(
        bring_in(settings, told.file, told.partnership, told.starts_on, confirmed=told.identifies_nobody)
    )


def _due(settings: Settings, told: argparse.Namespace) -> int:
    from bot.due_command import show_due

    return asyncio.run(show_due(settings, told.at))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a time; write it as 2026-11-02T10:00") from None


def _export(settings: Settings, told: argparse.Namespace) -> int:
    from bot.export_command import export

    return asyncio.run(export(settings, told.partnership, told.out))


def _person_export(settings: Settings, told: argparse.Namespace) -> int:
    from bot.person_command import export_person

    return asyncio.run(export_person(settings, told.person, told.partnership, told.out))


def _person_erased(settings: Settings, told: argparse.Namespace) -> int:
    from bot.person_command import list_erased

    return asyncio.run(list_erased(settings, told.partnership, told.since))


def _person_erase_again(settings: Settings, told: argparse.Namespace) -> int:
    from bot.person_command import erase_again

    return asyncio.run(erase_again(settings, told.file, told.partnership, told.since, yes=told.yes))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day; write it as 2026-11-02") from None


def _pack_check(_: Settings, told: argparse.Namespace) -> int:
    wrong = 0
    for name in told.files:
        path = Path(name)
        if not path.is_file():
            print(f"{name}: there is no such file.")
            wrong += 1
            continue
        mistakes = check(path.read_text(encoding="utf-8", errors="replace"), name)
        print(explain(mistakes) if mistakes else f"{name}: this pack is sound.")
        wrong += bool(mistakes)
    return 1 if wrong else 0


def _package(settings: Settings, told: argparse.Namespace) -> int:
    from bot.package import write_package

    return write_package(settings, told.out)


def _check(told: argparse.Namespace) -> int:
    from bot.check_command import check as look_at_all

    return asyncio.run(look_at_all(strict=told.strict, names=told.names, as_json=told.json))


def _backup(settings: Settings, told: argparse.Namespace) -> int:
    from bot.backup_command import backup

    return backup(settings, told.out, told.keep)


def _restore(settings: Settings, told: argparse.Namespace) -> int:
    from bot.restore_command import restore

    if (told.file is None) != told.settle:
        raise CannotStart("Please name the copy, or say --settle after it was put back by other means; not both.")
    return asyncio.run(restore(settings, told.file, give_up_newer=told.give_up_newer))


def _some(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Learning Loop, the bot and its tools.")
    words = parser.add_subparsers(required=True, metavar="command")
    words.add_parser("run", help="run the bot").set_defaults(do=_run)
    due = words.add_parser("due", help="show what would be sent at a time, and to whom; sends nothing")
    due.add_argument("--at", type=_moment, required=True, metavar="TIME", help="such as 2026-11-02T10:00, local time")
    due.set_defaults(do=_due)
    _people_words(words.add_parser("people", help="look after who sits where").add_subparsers(required=True))
    _person_words(words.add_parser("person", help="one person's data, on their request").add_subparsers(required=True))
    _start_words(words.add_parser("start", help="bring in a partnership's earlier records from a workbook"))
    exporting = words.add_parser("export", help="write a partnership's whole record to an Excel workbook")
    _export_words(exporting)
    exporting.set_defaults(do=_export)
    pack = words.add_parser("pack", help="look at a partnership's pack").add_subparsers(required=True)
    checking = pack.add_parser("check", help="explain every mistake in a pack, with its line")
    checking.add_argument("files", nargs="+", metavar="FILE")
    checking.set_defaults(do=_pack_check)
    packaging = words.add_parser("package", help="make the app package that is uploaded to Teams")
    packaging.add_argument("--out", metavar="FILE", default="learning-loop.zip", help="the zip to write")
    packaging.set_defaults(do=_package)
    _care_words(words)
    database = words.add_parser("db", help="look after the database").add_subparsers(required=True)
    database.add_parser("upgrade", help="apply the migrations it lacks").set_defaults(do=_db_upgrade)
    return parser


def _care_words(words: Any) -> None:
    checking = words.add_parser("check", help="look whether everything is there that the service needs")
    checking.add_argument("--strict", action="store_true", help="end with 1 also where something is to be looked at")
    checking.add_argument("--names", action="store_true", help="name people, not only agencies and seats")
    checking.add_argument("--json", action="store_true", help="print it for a program")
    checking.set_defaults(do=_check, reads_settings=False)
    copying = words.add_parser("backup", help="copy the records, also while the service runs")
    copying.add_argument("--out", metavar="FOLDER", help="where to put the copy, instead of the folder for backups")
    copying.add_argument("--keep", type=_some, metavar="N", help="remove our own copies beyond the N newest there")
    copying.set_defaults(do=_backup)
    back = words.add_parser("restore", help="put a copy back, with the service stopped")
    back.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the copy")
    back.add_argument("--settle", action="store_true", help="the copy was put back by other means, as by pg_restore")
    back.add_argument("--give-up-newer", action="store_true", help="also where the database holds what the copy lacks")
    back.set_defaults(do=_restore)


def _people_words(people: Any) -> None:
    importing = people.add_parser("import", help="bring in a list of people (CSV or XLSX), whole or not at all")
    _file_words(importing, "the list")
    importing.set_defaults(do=_people_import)


def _person_words(person: Any) -> None:
    exporting = person.add_parser("export", help="write what is held about one person to an Excel workbook")
    exporting.add_argument("person", metavar="PERSON", help="a name, an e-mail address, an Entra object id or a number")
    _export_words(exporting)
    exporting.set_defaults(do=_person_export)
    listing = person.add_parser("erased", help="print who was erased, by number: keep it apart from the copies")
    again = person.add_parser("erase-again", help="after a restore: erase those on such a list once more")
    again.add_argument("file", metavar="FILE", help="the list")
    again.add_argument("--yes", action="store_true", help="do it; without it, only a preview")
    for one, do in ((listing, _person_erased), (again, _person_erase_again)):
        one.add_argument("--partnership", metavar="NAME", help="which one, where there are several")
        one.add_argument("--since", type=_day, metavar="DAY", help="only those erased from this day on")
        one.set_defaults(do=do)


def _start_words(start: argparse.ArgumentParser) -> None:
    _file_words(start, "the workbook")
    start.add_argument("--starts-on", type=_day, metavar="DAY", help="the first day; without it, only a preview")
    start.add_argument("--template", action="store_true", help="write an empty workbook to FILE instead")
    start.set_defaults(do=_start)


def _export_words(exporting: argparse.ArgumentParser) -> None:
    exporting.add_argument("--partnership", metavar="NAME", help="which one, where there are several")
    exporting.add_argument("--out", metavar="FILE", help="where to write it, instead of the folder for exports")


def _file_words(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument("file", metavar="FILE", help=what)
    command.add_argument("--partnership", metavar="NAME", help="which one, where there are several")
    command.add_argument(
        "--identifies-nobody", action="store_true", help="texts that look as if they identify somebody do not"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: mistakes were found; 2: it cannot be done, and why was printed."""
    told = _parser().parse_args(arguments)
    try:
        set_up(os.environ.get("LOOP_LOG_FORMAT", ""), quiet=told.do is not _run)
        result: int = told.do(settings_from(), told) if "reads_settings" not in told else told.do(told)
        return result
    except (CannotStart, PackMistakes) as why:
        print(why, file=sys.stderr)
        return 2
    except NotAllowed:
        print(
            "The database's account lacks a right that this takes. Which account does what, and the rights of each, "
            "stand in docs/governance/permissions.md under Accounts. Nothing was kept.",
            file=sys.stderr,
        )
        return 2
    except StorageError:
        print("The database could not be reached. Please look at LOOP_DATABASE_URL.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
