"""Why each option is right or wrong, from the notes; and the key of a pasted question."""
