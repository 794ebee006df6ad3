"""Compile time against the length of straight-line text."""
