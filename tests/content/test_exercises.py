"""Problems of exercises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.content.test_check import Case, assert_one_line, change, copied, problems

REPAIR = "content/exercises/repair.yml"
SCHOLARLY = "Interdisciplinary investigations demonstrate considerable psychological effectiveness internationally. "


# Each: file, key, what is changed, what is said about it, what to do.
PROBLEMS: dict[str, Case] = {
    "source of an exercise that does not exist": (
        REPAIR,
        "sources",
        lambda data: data.update(sources=["S999"]),
        "S999 does not exist",
        "content/sources.yml",
    ),
    "label of two exercises": (
        "content/exercises/say_no.yml",
        "label",
        lambda data: data.update(label="say sorry after a quarrel"),
        "is the label of content/exercises/repair.yml too",
        "another label",
    ),
    "long purpose": (
        REPAIR,
        "purpose",
        lambda data: data.update(purpose="It is so. " * 10 + "Yes."),
        "31 words",
        "Shorten it",
    ),
    "long reason": (
        REPAIR,
        "reason",
        lambda data: data.update(reason="because" + " so" * 16),
        "17 words",
        "Shorten it",
    ),
    "reason that does not fit its sentence": (
        REPAIR,
        "reason",
        lambda data: data.update(reason="you want to put it right"),
        "does not start with `because`",
        "after a comma",
    ),
    "long step": (
        REPAIR,
        "step 2",
        lambda data: data["steps"][1].update(do="It is so. " * 9 + "Yes it is."),
        "30 words",
        "Shorten it",
    ),
    "long title of an exercise": (
        REPAIR,
        "`title`",
        lambda data: data.update(title="A title of one and thirty signs"),
        "at most 30 characters",
        "docs/content.md",
    ),
    "hard text in an exercise": (
        REPAIR,
        "not_when",
        lambda data: data.update(not_when=SCHOLARLY),
        "at most 8",
        "shorter words",
    ),
    "forbidden wording in an exercise": (
        REPAIR,
        "step 1",
        lambda data: data["steps"][0].update(ask="Calm down."),
        "Calm down",
        "Take a break",
    ),
    "braces in an exercise": (
        REPAIR,
        "`steps.0.ask`",
        lambda data: data["steps"][0].update(ask="Wait until {who} is calm."),
        "{who} cannot be filled in",
        "only {person}, {with_person} and {item} can",
    ),
    "two steps of one name": (
        REPAIR,
        "steps",
        lambda data: data["steps"][1].update(id=data["steps"][0]["id"]),
        "is there twice",
        "give each step its own",
    ),
    "step that recalls what was not asked yet": (
        REPAIR,
        "steps",
        lambda data: data["steps"][0].update(recall=["nowhere"]),
        "nowhere is not an earlier step",
        "docs/content.md",
    ),
    "choice without choices": (
        REPAIR,
        "`steps.2",
        lambda data: data["steps"][2].update(answer="choice"),
        "two or more for `answer: choice`",
        "docs/content.md",
    ),
    "kind of answer that does not exist": (
        REPAIR,
        "`steps.0.answer`",
        lambda data: data["steps"][0].update(answer="essay"),
        "unexpected value",
        "docs/content.md",
    ),
    "words for a choice that are not one list for each": (
        REPAIR,
        "`steps.1",
        lambda data: data["steps"][1].update(choice_words=[["calm"]]),
        "choice_words: one list of words for each",
        "docs/content.md",
    ),
    "coach that does not exist": (
        REPAIR,
        "`steps.1.coach`",
        lambda data: data["steps"][1].update(coach="flattery"),
        "unexpected value",
        "docs/content.md",
    ),
    "check without a condition": (
        REPAIR,
        "`steps.0.checks.0",
        lambda data: data["steps"][0].update(checks=[{"say": "Is that all?"}]),
        "exactly one of",
        "docs/content.md",
    ),
    "check that offers what is not there": (
        REPAIR,
        "step 1",
        lambda data: data["steps"][0].update(
            checks=[{"any_of": ["work"], "say": "Is that all?", "stop": True, "offer": ["dancing"]}]
        ),
        "dancing is no exercise",
        "content/exercises",
    ),
    "rehearsal without another side": (
        REPAIR,
        "`__root__`",
        lambda data: data["steps"][1].update(rehearse=True),
        "other_side: needed exactly when",
        "docs/content.md",
    ),
    "text step without help": (
        REPAIR,
        "help",
        lambda data: data["steps"][2].pop("help"),
        "is missing",
        "I don't know what to write",
    ),
    "exercise with another id": (
        REPAIR,
        "id",
        lambda data: data.update(id="make_up"),
        "is make_up, but the file is repair.yml",
        "the same name",
    ),
    "key of an exercise that is not known": (
        REPAIR,
        "`duration`",
        lambda data: data.update(duration=5),
        "extra fields not permitted",
        "docs/content.md",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS.values(), ids=PROBLEMS)
def test_is_one_line_that_names_file_key_and_remedy(tmp_path: Path, case: Case) -> None:
    root = copied(tmp_path)
    change(root / case[0], case[2])

    assert_one_line(problems(root), case)


def test_a_missing_exercise_is_named(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / REPAIR).unlink()

    assert problems(root) == [f"{REPAIR}: id: the exercise is missing. Restore the file."]


def test_a_new_exercise_needs_messages_and_a_response(tmp_path: Path) -> None:
    root = copied(tmp_path)
    new = root / "content/exercises/breathe.yml"
    shutil.copy(root / REPAIR, new)
    change(new, lambda data: data.update(id="breathe", label="take a slow breath"))

    found = problems(root)

    assert len(found) == 2
    assert all(problem.startswith("content/exercises/breathe.yml: id: ") for problem in found)
    assert "Add `- intent: exercise/breathe`" in found[0]
    assert "Add `utter_exercise/breathe`" in found[1]
