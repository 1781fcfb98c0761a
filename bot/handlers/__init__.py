"""What each button and command does: read the form, call the use case, show a card. One module per subject."""
