"""The measures: retrieval, answers, speed. `python -m evals --help`."""
