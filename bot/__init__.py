"""The Teams door, the commands, the courier and the command line: the only room that wires all the others."""
