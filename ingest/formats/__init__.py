"""One file per format: bytes -> the text that a learner reads, its structure as Markdown."""
