"""What `python -m bot check` looks at, group by group."""
