"""What every chat model of Noteproof can do, whichever engine runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from core.errors import ModelUnavailable
from providers.traits import SMALL, ModelTraits

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Phase = Literal["off", "missing", "fetching", "loading", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class ModelState:
    """Where a model is on its way to `ready`.

    `detail` is one line for the learner; when `failed`, it is the remedy. `progress` is 0 to 1
    while fetching. `goes_to` names the server that reads questions and evidence; empty: they stay
    on this machine.
    """

    phase: Phase
    detail: str = ""
    progress: float | None = None
    goes_to: str = ""


class ChatProvider(Protocol):
    """A chat model that gets ready behind the learner's back."""

    @property
    def label(self) -> str:
        """How answers name this rung, such as `qwen2.5-coder-1.5b (embedded)`."""

    @property
    def traits(self) -> ModelTraits:
        """How much it is given to read and to write; certain once it is ready."""

    def state(self) -> ModelState:
        """Where it is now; never blocks."""

    def start(self) -> None:
        """Begin to get ready in a daemon thread. Idempotent; after `failed` it tries again."""

    def wait(self, timeout: float | None = None) -> ModelState:
        """Block until what was started is ready or failed, or `timeout` seconds passed."""

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        """A LangChain model.

        Raises:
            ModelUnavailable: unless `ready`; the message names the next step.
        """

    def close(self) -> None:
        """Stop what was started and free the memory. Idempotent."""


class NoModel:
    """The lowest rung: answers are lines of the notes, no model is asked."""

    label = "extractive"
    traits = SMALL

    def state(self) -> ModelState:
        return ModelState("off", "no model is set: answers are lines of your notes")

    def start(self) -> None:
        return None

    def wait(self, timeout: float | None = None) -> ModelState:
        return self.state()

    def chat_model(self, *, max_tokens: int, temperature: float = 0.0) -> BaseChatModel:
        raise ModelUnavailable(
            "No model is set. Set NOTEPROOF_LLM=embedded, openai or bedrock to have one."
        )

    def close(self) -> None:
        return None
