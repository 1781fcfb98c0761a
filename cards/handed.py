"""Where a file is that somebody asked for."""

from __future__ import annotations

from cards.parts import Card, card, paragraph, title


def handed_card(name: str, what: str, where: str, here: str) -> Card:
    """Where the file is: in OneDrive, on the machine that runs the service (`here` says so), or nowhere."""
    what = what[:1].upper() + what[1:]
    if where == "onedrive":
        text = f"{what} is in your OneDrive, in the folder for files from Teams chats: {name}"
        return card(f"{what} is in your OneDrive.", [paragraph(text)])
    text = here or f"{what} could not be put into your OneDrive. Please ask for it again."
    return card(text, [paragraph(text)])


def kept_card(asker: str, name: str, what: str, folder: str) -> Card:
    """For an officer: a file to be passed on to somebody whom Teams hands none."""
    text = (
        f"{asker} has asked for {what}, and Teams hands them no files. It is ready on the machine that runs me, as "
        f"{name} in {folder}."
    )
    return card(f"A file to pass on: {what}.", [title("A file to pass on"), paragraph(text)])
