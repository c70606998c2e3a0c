"""Errors a learner can act on. Each message says what happened and what to do next."""


class NoteproofError(Exception):
    """Base of every error that the command line and the page turn into text."""


class ConfigError(NoteproofError):
    """A setting or an argument that cannot be used."""


class NotesError(NoteproofError):
    """Notes that cannot be read, or a corpus without any."""


class NotesUnreachable(NoteproofError):
    """Notes that lie elsewhere and cannot be had now; what is indexed of them still serves."""


class IndexMissing(NoteproofError):
    """A search before there is an index."""


class ModelUnavailable(NoteproofError):
    """A model that cannot answer now; the next lower rung takes over."""


class ModelBusy(ModelUnavailable):
    """The model may answer when asked again shortly; `after` is the seconds that it asks for."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class MalformedOutput(NoteproofError):
    """A model that answered with something unusable."""
