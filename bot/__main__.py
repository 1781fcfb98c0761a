"""The command line: python -m bot run | pack check | people import | start | db upgrade."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from assurance.pack import check, explain
from storage.migrate import upgrade

from bot.edge.gate import CannotStart
from bot.running import serve
from bot.settings import Settings, settings_from


def _run(settings: Settings, _: argparse.Namespace) -> int:
    asyncio.run(serve(settings))
    return 0


def _db_upgrade(settings: Settings, _: argparse.Namespace) -> int:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    print("The database is up to date.")
    return 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Learning Loop, the bot and its tools.")
    words = parser.add_subparsers(required=True, metavar="command")
    words.add_parser("run", help="run the bot").set_defaults(do=_run)
    pack = words.add_parser("pack", help="look at a partnership's pack").add_subparsers(required=True)
    checking = pack.add_parser("check", help="explain every mistake in a pack, with its line")
    checking.add_argument("files", nargs="+", metavar="FILE")
    checking.set_defaults(do=_pack_check)
    database = words.add_parser("db", help="look after the database").add_subparsers(required=True)
    database.add_parser("upgrade", help="apply the migrations it lacks").set_defaults(do=_db_upgrade)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: mistakes were found; 2: it cannot be done, and why was printed."""
    told = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        result: int = told.do(settings_from(), told)
        return result
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
