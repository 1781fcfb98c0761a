"""Documents that people take away: each a pure function from what may be seen to the bytes of a file."""
