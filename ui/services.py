"""What app.py builds, and how it gets ready for a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.settings import Settings

if TYPE_CHECKING:
    from chat.abouts import Abouts
    from ingest.library import Library
    from providers.models import Models
    from retrieval.embedder import SentenceEmbedder
    from study.pool import Pool
    from study.store import StudyStore
    from ui.desk import Desk, Desks


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or the page needs, built once. `desk` has the model that is set."""

    settings: Settings
    embedder: SentenceEmbedder
    library: Library
    models: Models
    store: StudyStore
    pool: Pool
    desk: Desk
    desks: Desks
    abouts: Abouts

    def close(self) -> None:
        """Stop what was started."""
        self.abouts.close()
        self.pool.close()
        self.store.close()
        self.models.close()


class Build(Protocol):
    """Builds the services over a corpus, by default that of the settings; `app.build` does.

    Raises ConfigError when the settings will not do.
    """

    def __call__(
        self, corpus: Sequence[str | Path] | None, *, no_llm: bool = False
    ) -> Services: ...


def indexed(services: Services) -> Services:
    """With the index brought up to date, progress on standard error."""
    from ui.cli_notes import bring_up_to_date

    bring_up_to_date(services.library)
    return services


def with_model(services: Services, patient: bool) -> Services:
    """With the model started; `patient` waits for a download, else only for loading."""
    from ui.cli_models import start_model

    start_model(services.desk.model, services.settings, patient=patient)
    return services
