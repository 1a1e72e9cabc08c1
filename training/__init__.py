"""Corpus and trainer of the reader; never deployed."""
