"""What outlives a session: items shown, attempts."""
