"""The content check as a whole: the repository's own content, broken files, the command. Copies content for its neighbours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Callable, Tuple

import pytest
import yaml

from assistant.content import check
from assistant.content.files import ROOT

TODAY = date(2026, 11, 23)
ABOUT = "data/faq/about.yml"
REPAIR = "content/exercises/repair.yml"
SAY_NO = "content/exercises/say_no.yml"

Change = Callable[[Any], Any]
Case = Tuple[str, str, Change, str, str]


def copied(tmp_path: Path) -> Path:
    """Copy the content of this repository; return the folder it lies in."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def change(path: Path, how: Change) -> None:
    """Change what a YAML file holds."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    how(data)
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def rewrite(path: Path, old: str, new: str) -> None:
    """Change the text of a file in one place."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(root: Path, today: date = TODAY) -> list[str]:
    """Check a folder."""
    return check.check_all(root, today)


def assert_one_line(found: list[str], case: Case) -> None:
    """Assert that the one problem names the file, the key, what is wrong and what to do."""
    file, key, _, wrong, remedy = case
    assert len(found) == 1, found
    place, said = found[0].split(": ", maxsplit=1)
    assert place == file
    assert key in said
    assert wrong in said
    assert remedy in said
    assert said.endswith(".")


def test_the_content_of_this_repository_passes() -> None:
    assert check.check_all(ROOT, TODAY) == []


# Each: file, key, what is changed, what is said about it, what to do.
PROBLEMS: dict[str, Case] = {
    "unknown choice": (
        "content/choices.yml",
        "labels, share_joy",
        lambda data: data["labels"].update(share_joy="Something good has happened"),
        "not something a person can mean",
        "Use a full intent",
    ),
    "choice with an exclamation mark": (
        "content/choices.yml",
        "labels, share_anger",
        lambda data: data["labels"].update(share_anger="I'm so angry!"),
        "exclamation mark",
        "full stop",
    ),
    "key of the choices that is not known": (
        "content/choices.yml",
        "lables",
        lambda data: data.update(lables={}),
        "extra fields not permitted",
        "docs/content.md",
    ),
    "word in two places of the lexicon": (
        "content/lexicon/feeling.yml",
        "furious",
        lambda data: data["values"]["sad"]["words"].append("furious"),
        "under both `angry` and `sad`",
        "Remove one",
    ),
    "our own mark in a source": (
        "content/sources.yml",
        "S2",
        lambda data: data["sources"]["S2"].update(title="A paper (year GK)"),
        "our own mark GK",
        "Delete the mark",
    ),
    "message without a dash": (
        ABOUT,
        "faq/what_is_ipt",
        lambda data: data["nlu"][0].update(examples=data["nlu"][0]["examples"] + "insomnia?\n"),
        '"insomnia?" has no dash',
        'Start the line with "- "',
    ),
    "message that stands twice": (
        ABOUT,
        "faq/how_ipt_works",
        lambda data: data["nlu"][1].update(
            examples="- so whats ipt in two sentences, not the brochure version\n" + data["nlu"][1]["examples"]
        ),
        "stands under faq/what_is_ipt too",
        "Keep it where it belongs",
    ),
    "rule of wording that is no expression": (
        "content/style.yml",
        "forbidden.0.pattern",
        lambda data: data["forbidden"][0].update(pattern="(unclosed"),
        "not a regular expression",
        "ask an engineer",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_is_one_line_that_names_file_key_and_remedy(tmp_path: Path, case: Case) -> None:
    root = copied(tmp_path)
    change(root / case[0], case[2])

    assert_one_line(problems(root), case)


@pytest.mark.parametrize(
    "file",
    [ABOUT, "domain.yml", REPAIR, *(f"content/{name}.yml" for name in ("helplines", "sources", "choices", "style"))],
)
def test_a_file_that_is_not_yaml_is_one_line_and_the_rest_is_still_checked(tmp_path: Path, file: str) -> None:
    root = copied(tmp_path)
    with (root / file).open("a", encoding="utf-8") as handle:
        handle.write("\nunclosed: [a, b\n")
    change(root / SAY_NO, lambda data: data.update(sources=["S999"], reason="it is too much"))

    found = problems(root)

    assert [problem for problem in found if problem.startswith(f"{SAY_NO}: reason")]
    about_it = [problem for problem in found if not problem.startswith(SAY_NO)]
    assert len(about_it) == 1, about_it
    assert about_it[0].startswith(f"{file}: not valid YAML")
    assert "\n" not in about_it[0]


def test_a_key_that_stands_twice_is_reported_with_both_lines(tmp_path: Path) -> None:
    root = copied(tmp_path)
    with (root / REPAIR).open("a", encoding="utf-8") as handle:
        handle.write("title: Make peace\n")
    lines = (root / REPAIR).read_text(encoding="utf-8").splitlines()

    found = problems(root)

    assert len(found) == 1
    assert found[0].startswith(f"{REPAIR}: title (line {len(lines)}): ")
    assert f"line {lines.index('title: Make up after a quarrel') + 1}" in found[0]


def test_a_problem_names_the_line(tmp_path: Path) -> None:
    root = copied(tmp_path)
    rewrite(root / REPAIR, "Wait until you feel calm.", "Wait! Then go on.")
    lines = (root / REPAIR).read_text(encoding="utf-8").splitlines()
    line = next(number for number, words in enumerate(lines, start=1) if "Wait!" in words)

    assert problems(root)[0].startswith(f"{REPAIR}: step 2, do (line {line}): ")


class _Today(date):
    """A calendar that stands still."""

    @classmethod
    def today(cls) -> date:
        return TODAY


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the command at a copy of the content, on a fixed day; return the copy's folder."""
    monkeypatch.setattr(check, "ROOT", copied(tmp_path))
    monkeypatch.setattr(check, "date", _Today)
    return tmp_path


def test_the_command_says_what_was_checked(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main() == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 1
    assert re.fullmatch(r"All right: \d+ answers, 17 exercises, \d+ help lines and \d+ sources checked\.", said.strip())


def test_the_command_fails_with_one_line_a_problem(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(command / REPAIR, lambda data: data["steps"].__setitem__(0, "Wait!"))
    change(command / SAY_NO, lambda data: data.update(sources=["S999"]))

    assert check.main() == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_checking_does_not_import_rasa() -> None:
    loaded = "import assistant.content.check, sys; print({'rasa', 'tensorflow'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
