"""A strict AWS in front of a lenient one, for tests. gate.py, one folder up, is the program."""
