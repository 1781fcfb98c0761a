"""Packs made from the shipped ones for tests: the same partnership, with something changed."""

from pathlib import Path

from assurance.pack import read_shipped

OLD_LABEL = "revised October 2025"
NEW_LABEL = "revised April 2027"
OLD_CRITERION = (
    "There is strong evidence that the learning has been disseminated appropriately to relevant professionals"
    " in the agency/service."
)
NEW_CRITERION = "Records show that the learning reached every professional in the agency/service whom it concerns."


def revised_swindon() -> str:
    """Swindon's pack after its criteria were reworded in the middle of a cycle (scenario 17)."""
    text = read_shipped("swindon")
    assert OLD_LABEL in text and OLD_CRITERION in text
    revised = text.replace(OLD_LABEL, NEW_LABEL).replace(OLD_CRITERION, NEW_CRITERION)
    return revised.replace('version = "2025-26"', 'version = "2026-27"')


def strategic_leads() -> str:
    """The pack with a kind of request that no shipped pack has (C6)."""
    return (Path(__file__).parent / "strategic-leads.toml").read_text(encoding="utf-8")
