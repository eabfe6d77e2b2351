"""Reading one YAML file of content, with errors that say what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

ROOT = Path(__file__).resolve().parents[2]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML has it: twenty times as fast
Model = TypeVar("Model", bound=BaseModel)


class ContentError(ValueError):
    """A content file is missing or wrong; the message names file, key and remedy."""


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Raises:
        ContentError: no such file, not YAML, or not a mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error.strerror}). Is the path right?") from error
    except yaml.YAMLError as error:
        raise ContentError(
            f"{path}: not valid YAML. {error} Check indentation and quote texts with a colon."
        ) from error
    except ValueError as error:  # not UTF-8, or a date that does not exist
        raise ContentError(f"{path}: {error}. Correct the date, or save the file as UTF-8.") from error
    if not isinstance(content, dict):
        raise ContentError(f"{path}: must hold `key: value` lines at the top, not {type(content).__name__}.")
    return content


def parse(model: type[Model], content: Any, path: Path) -> Model:
    """Return content as a model.

    Raises:
        ContentError: naming the file, each wrong key and what is expected there.
    """
    try:
        return model.parse_obj(content)
    except ValidationError as error:
        problems = "; ".join(
            f"`{'.'.join(str(part) for part in problem['loc'])}`: {problem['msg']}" for problem in error.errors()
        )
        raise ContentError(f"{path}: {problems}. See docs/content.md for what each key takes.") from error
