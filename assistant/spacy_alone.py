"""Imports spaCy without TensorFlow.

thinc, below spaCy, imports TensorFlow just because it is installed (for Rasa): 0.4 GB of memory and four seconds in processes
that don't need it. Import this module before spaCy; where TensorFlow is there already, nothing changes.
"""

from __future__ import annotations

import sys

if "tensorflow" not in sys.modules and "thinc" not in sys.modules:
    sys.modules["tensorflow"] = None  # type: ignore[assignment]  # an import of it now fails, which thinc takes as "not installed"
    try:
        import thinc.compat  # noqa: F401
    finally:
        del sys.modules["tensorflow"]
