"""Sets aside the cards that the tests make, so that `python -m tests.pictures` can draw them."""

import json
import os
import re
from pathlib import Path
from typing import Any


def keep(name: str, content: dict[str, Any], summary: str = "") -> None:
    """Write one card into the folder that KEEP_CARDS names; without KEEP_CARDS, do nothing."""
    folder = os.environ.get("KEEP_CARDS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.json"
        path.write_text(json.dumps({"content": content, "summary": summary}, ensure_ascii=False), "utf-8")
