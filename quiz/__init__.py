"""Concepts -> items -> checks -> pool; grading; explanation."""
