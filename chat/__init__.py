"""Question + history -> checked, cited answer."""
