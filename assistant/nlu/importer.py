"""Reads the training data once. Rasa asks its importer twice, and copies and checksums every message at each of a dozen merges.

`importers` in config.yml names it.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class KeptMessage(Message):
    """A training example that merging does not copy, and whose checksum lasts as long as nothing changes in it."""

    @classmethod
    def of(cls, message: Message) -> KeptMessage:
        """Return a message as one that is kept."""
        return cls(message.data, message.output_properties, message.time, message.features)

    def __deepcopy__(self, memo: Dict[int, Any]) -> KeptMessage:
        return self

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property (see parent class); the same text again is no change."""
        if add_to_output or not isinstance(info, str) or self.data.get(prop) != info:
            super().set(prop, info, add_to_output)


class OnceReadImporter(RasaFileImporter):
    """Rasa's importer of files, for data of one language that is read once and of which one process trains one model."""

    _data: Optional[TrainingData] = None

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """Return the training data for language understanding; all of it is in the language of config.yml."""
        if self._data is None:
            sets = [load_data(file, language) for file in self._nlu_files]
            for data in sets:
                data.training_examples = [KeptMessage.of(message) for message in data.training_examples]
            self._data = TrainingData().merge(*sets)
        return self._data
