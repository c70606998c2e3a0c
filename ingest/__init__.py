"""Files -> outline -> lines and passages -> index; the past questions found in the notes."""
