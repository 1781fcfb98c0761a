"""`python -m tests.pictures [CARDS_DIR] [OUT_DIR]`: contact sheets (PNG) for each card (JSON)."""

import json
import sys
from pathlib import Path

from tests.browser import NoBrowser
from tests.pictures.booth import Shot, booth, folds, opened_sheet, sheet


def main(arguments: list[str]) -> int:
    """Draw every card of a folder; 1 if there is none, no browser, or the renderer complains."""
    source = Path(arguments[0] if arguments else ".make/cards")
    target = Path(arguments[1] if len(arguments) > 1 else ".make/pictures")
    shots = [read(path) for path in sorted(source.glob("*.json"))]
    if not shots:
        print(f"There are no cards in {source}.")
        return 1
    target.mkdir(parents=True, exist_ok=True)
    complaints = 0
    try:
        with booth() as page:
            for shot in shots:
                found = sheet(page, shot, target / f"{shot.name}.png")
                if folds(shot):
                    found += opened_sheet(page, shot, target / f"{shot.name}-opened.png")
                complaints += len(found)
                for complaint in found:
                    print(f"{shot.name}: {complaint}")
    except NoBrowser as reason:
        print(reason)
        return 1
    print(f"{len(shots)} cards drawn in {target}")
    return 1 if complaints else 0


def read(path: Path) -> Shot:
    """A file holds the card itself, or the card as `content` with its `summary`."""
    held = json.loads(path.read_text("utf-8"))
    if held.get("type") == "AdaptiveCard":
        return Shot(path.stem, held)
    return Shot(path.stem, held["content"], held.get("summary", ""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
