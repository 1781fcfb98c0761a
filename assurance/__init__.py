"""The language, the rules and the use cases of the frameworks."""
