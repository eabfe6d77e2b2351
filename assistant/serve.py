"""Starts the Rasa server without TensorFlow: `python -m assistant.serve <options of rasa run>`.

Rasa imports TensorFlow for components that this project does not use (docs/decisions.md): 0.4 GB of memory and six seconds. Here
those modules of Rasa 3.6.21 are empty, so the server never reads it. Training, `rasa test` and `rasa shell` run Rasa as it is.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional, Sequence

_TENSORS = (
    "callback",
    "crf",
    "data_generator",
    "environment",
    "layers",
    "layers_utils",
    "metrics",
    "models",
    "rasa_layers",
)
LEFT_OUT = {
    "rasa.core.policies.ted_policy",
    "rasa.core.policies.unexpected_intent_policy",
    "rasa.nlu.classifiers.diet_classifier",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "rasa.nlu.selectors.response_selector",
    *(f"rasa.utils.tensorflow.{name}" for name in (*_TENSORS, "transformer", "types")),
}


class _Empty(MetaPathFinder, Loader):
    """Finds the modules that are left out, as empty ones: whatever is imported from them fails when it is used."""

    def find_spec(self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None) -> Any:
        return ModuleSpec(name, self) if name in LEFT_OUT else None

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__.endswith(".environment"):  # Rasa calls these at every start
            module.setup_tf_environment = module.check_deterministic_ops = lambda: None  # type: ignore[attr-defined]
            return

        def missing(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)

            def refuse(self: Any, *_: Any, **__: Any) -> None:
                raise RuntimeError(f"{module.__name__}.{name} needs TensorFlow. Start the server with `rasa run`.")

            return type(name, (), {"__init__": refuse, "__module__": module.__name__})

        module.__getattr__ = missing  # type: ignore[method-assign]


def main() -> None:
    """Run `rasa run` with the options of the command line."""
    # One message is read at a time. NumPy's waiting threads would take the cores that the encoder's threads need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.meta_path.insert(0, _Empty())
    from rasa.__main__ import main as rasa

    from assistant.dialogue.processor import use

    use()
    sys.argv = ["rasa", "run", *sys.argv[1:]]
    rasa()


if __name__ == "__main__":
    main()
