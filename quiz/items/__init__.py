"""Concepts and past questions -> items."""
