"""A content file with the line of each key, and the wording of a problem in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, NamedTuple, Optional, Sequence, Union

import yaml

from assistant.content.files import ContentError, read_yaml

Key = Union[str, int]

COUNTED = {"buttons": "button", "condition": "condition", "lines": "help line", "steps": "step"}
SILENT = {"responses", "metadata", "countries", "__root__"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fault(NamedTuple):
    """What is wrong with a text, and what to do about it; both without a full stop."""

    wrong: str
    remedy: str


class Document:
    """One YAML file that could be read.

    Attributes:
        name: its path from the repository's root, as problems name it.
        path: its full path.
        data: what it holds.
    """

    def __init__(self, name: str, path: Path, data: dict[str, Any], node: Optional[yaml.Node]) -> None:
        self.name = name
        self.path = path
        self.data = data
        self._node = node

    @classmethod
    def read(cls, path: Path, root: Path) -> Document:
        """Read a file.

        Raises:
            ContentError: no such file, not YAML, or not a mapping.
        """
        try:
            data = read_yaml(path)
        except ContentError:
            raise
        except ValueError as error:  # a date that does not exist; letters that are not UTF-8
            raise ContentError(f"{path}: {error}. Correct the date, or save the file as UTF-8.") from error
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        return cls(path.relative_to(root).as_posix(), path, data, node)

    @property
    def responses(self) -> dict[str, Any]:
        """Rasa's responses in this file, by name."""
        found = self.data.get("responses")
        return found if isinstance(found, dict) else {}

    @property
    def intents(self) -> dict[str, int]:
        """The full intents that have example messages in this file, each with its place below `nlu`."""
        items = self.data.get("nlu")
        if not _is_list_of_mappings(items):
            return {}
        return {str(item["intent"]): index for index, item in enumerate(items or []) if "intent" in item}

    def shape(self) -> Iterator[str]:
        """Yield a problem if `responses` or `nlu` is there but is no list of the right kind."""
        for key, fits in (("responses", lambda value: isinstance(value, dict)), ("nlu", _is_list_of_mappings)):
            if self.data.get(key) is not None and not fits(self.data[key]):
                fault = Fault("does not hold what it should", "Compare the indentation and dashes with another file")
                yield self.problem([key], fault, name=key)

    def line(self, where: Sequence[Key]) -> Optional[int]:
        """Return the line of a key, or of the nearest key above it that exists; none for the file itself."""
        node, found = self._node, None
        for key in where:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(key)), None)
                if pair is None:
                    break
                found, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                found = node.start_mark.line + 1
            else:
                break
        return found

    def problem(self, where: Sequence[Key], fault: Fault, name: Optional[str] = None) -> str:
        """Return the one line that reports a fault: file, key (its path, or a name), what is wrong, what to do."""
        line = self.line(where)
        place = f" (line {line})" if line else ""
        return f"{self.name}: {name or key_name(where)}{place}: {fault.wrong}. {fault.remedy}."

    def repeated_keys(self) -> Iterator[str]:
        """Yield a problem for each key that stands twice in one place; YAML silently keeps only the last."""
        nodes = [self._node]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode):
                seen: dict[str, int] = {}
                for key, value in node.value:
                    line = key.start_mark.line + 1
                    if key.value in seen:
                        yield (
                            f"{self.name}: {key.value} (line {line}): stands in line {seen[key.value]} already, and only "
                            "one of the two counts. Delete one, or give it its own name."
                        )
                    seen[key.value] = line
                    nodes.append(value)


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def key_name(where: Sequence[Key]) -> str:
    """Return how a key is named to a person: `utter_faq/evidence, variant 2, button 1, title`."""
    parts: list[str] = []
    previous = ""
    for key in where:
        if isinstance(key, int):
            if previous in COUNTED:
                parts.pop()
            parts.append(f"{COUNTED.get(previous, 'variant')} {key + 1}")
        elif key not in SILENT:
            parts.append(key)
        previous = str(key)
    return ", ".join(parts)


def one_line(error: ContentError, root: Path) -> str:
    """Return a loader's message as one line, with paths from the repository's root."""
    return " ".join(str(error).replace(f"{root}/", "").split())


def read_all(paths: Sequence[Path], root: Path) -> tuple[list[Document], list[str]]:
    """Return the files that could be read, and the problems of those that could not or that repeat a key."""
    documents, problems = [], []
    for path in paths:
        try:
            document = Document.read(path, root)
        except ContentError as error:
            problems.append(one_line(error, root))
            continue
        documents.append(document)
        problems += [*document.repeated_keys(), *document.shape()]
    return documents, problems
