"""How things look: builds Adaptive Cards, and reads back what their buttons send."""
