"""The words everyone shares: value types, errors, settings, text helpers."""
