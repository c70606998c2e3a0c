"""The concept map: named things in the notes, what is said of each, what stands beside it."""
