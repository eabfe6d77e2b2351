"""Problems of responses: answers to topics and the sentences of the domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.content.test_check import Case, assert_one_line, change, copied, problems

ABOUT = "data/faq/about.yml"
ACCESS = "data/faq/access.yml"
SCHOLARLY = "Interdisciplinary investigations demonstrate considerable psychological effectiveness internationally. "


def answer(data: Any, topic: str = "what_is_ipt", variant: int = 0) -> Any:
    """Return a variant of an answer, the first unless told."""
    return data["responses"][f"utter_faq/{topic}"][variant]


# Each: file, key, what is changed, what is said about it, what to do.
PROBLEMS: dict[str, Case] = {
    "topic without answer": (
        ABOUT,
        "faq/what_is_ipt",
        lambda data: data["responses"].pop("utter_faq/what_is_ipt"),
        "no answer",
        "Write utter_faq/what_is_ipt",
    ),
    "answer without questions": (
        ABOUT,
        "utter_faq/history_of_ipt",
        lambda data: data["nlu"].remove(next(i for i in data["nlu"] if i["intent"] == "faq/history_of_ipt")),
        "nobody can ask",
        "Add `- intent: faq/history_of_ipt`",
    ),
    "first variant with a condition": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1",
        lambda data: answer(data).update(condition=[{"type": "slot", "name": "topic", "value": "evidence"}]),
        "has a condition",
        "without condition first",
    ),
    "no text": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1",
        lambda data: answer(data).pop("text"),
        "no text",
        "Write the sentence",
    ),
    "no more": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1",
        lambda data: answer(data)["metadata"].pop("more"),
        "no `more`",
        "Write the longer answer",
    ),
    "no label": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1",
        lambda data: answer(data)["metadata"].pop("label"),
        "no `label`",
        "Write 2 to 8 words",
    ),
    "no source": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1",
        lambda data: answer(data)["metadata"].update(sources=[]),
        "no source",
        "Add `sources",
    ),
    "no source in a variant": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 2",
        lambda data: answer(data, variant=1)["metadata"].pop("sources"),
        "no source",
        "Add `sources",
    ),
    "source that does not exist": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, sources",
        lambda data: answer(data)["metadata"]["sources"].append("S999"),
        "S999 does not exist",
        "content/sources.yml",
    ),
    "topic of a condition that does not exist": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 2, condition 1",
        lambda data: answer(data, variant=1)["condition"][0].update(value="bipolar"),
        "'bipolar' does not exist",
        "name of a topic",
    ),
    "country of a condition that does not exist": (
        ACCESS,
        "utter_faq/how_to_access, variant 2, condition 1",
        lambda data: answer(data, "how_to_access", 1)["condition"][0].update(value="USA"),
        "'USA' does not exist",
        "country.yml",
    ),
    "slot that does not exist": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 2, condition 1",
        lambda data: answer(data, variant=1)["condition"][0].update(name="mood"),
        "slot `mood` does not exist",
        "domain.yml",
    ),
    "label of two answers": (
        ABOUT,
        "utter_faq/techniques, variant 1, label",
        lambda data: answer(data, "techniques")["metadata"].update(label=answer(data)["metadata"]["label"].upper()),
        "is the label of utter_faq/what_is_ipt too",
        "another label",
    ),
    "label of nine words": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, label",
        lambda data: answer(data)["metadata"].update(label="one two three four five six seven eight nine"),
        "9 words",
        "Write 2 to 8 words",
    ),
    "answer of 61 words": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, text",
        lambda data: answer(data).update(text="It is so. " * 20 + "Yes."),
        "61 words",
        "Shorten it",
    ),
    "hard answer": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, text",
        lambda data: answer(data).update(text=SCHOLARLY),
        "school grade",
        "shorter words",
    ),
    "more of 171 words": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, more",
        lambda data: answer(data)["metadata"].update(more="It is so. " * 57),
        "171 words",
        "Shorten it",
    ),
    "hard more": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, more",
        lambda data: answer(data)["metadata"].update(more=SCHOLARLY),
        "at most 9",
        "shorter words",
    ),
    "hard sentence in the domain": (
        "domain.yml",
        "utter_goodbye, variant 1, text",
        lambda data: data["responses"]["utter_goodbye"][0].update(text=SCHOLARLY),
        "at most 8",
        "shorter words",
    ),
    "button to nowhere": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, button 1, payload",
        lambda data: answer(data)["buttons"][0].update(payload="/faq/nothing"),
        "/faq/nothing, which does not exist",
        "Use a full intent",
    ),
    "button to a group of intents": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, button 1, payload",
        lambda data: answer(data)["buttons"][0].update(payload="/faq"),
        "/faq, which does not exist",
        "Use a full intent",
    ),
    "button without slash": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, button 1, payload",
        lambda data: answer(data)["buttons"][0].update(payload="greet"),
        "does not start with /",
        "Write /greet",
    ),
    "long title": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, button 1, title",
        lambda data: answer(data)["buttons"][0].update(title="A title of one and thirty signs"),
        "31 letters",
        "Shorten it",
    ),
    "one button": (
        ABOUT,
        "utter_faq/techniques, variant 2, buttons",
        lambda data: answer(data, "techniques", 1).update(buttons=[{"title": "Hello", "payload": "/greet"}]),
        "one button",
        "Add a button",
    ),
    "five buttons": (
        ABOUT,
        "utter_faq/techniques, variant 1",
        lambda data: answer(data, "techniques").update(
            buttons=[{"title": f"Button {number}", "payload": "/greet"} for number in range(5)]
        ),
        "5 buttons",
        "delete buttons",
    ),
    "equal titles": (
        "domain.yml",
        "utter_thanks, variant 1, button 2, title",
        lambda data: data["responses"]["utter_thanks"][0]["buttons"][1].update(title="how do I get it?"),
        "stands on two buttons",
        "another title",
    ),
    "word in braces that nothing fills": (
        "domain.yml",
        "utter_goodbye, variant 1, text",
        lambda data: data["responses"]["utter_goodbye"][0].update(text="Goodbye, {name}. Come back when you like."),
        "{name} is not filled in",
        "{suicide_line}",
    ),
    "word of exercises in an answer": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, text",
        lambda data: answer(data).update(text="It takes {exercise_minutes} of your time."),
        "{exercise_minutes} is not filled in",
        "Use one of",
    ),
    "brace that stands alone": (
        "domain.yml",
        "utter_goodbye, variant 1, text",
        lambda data: data["responses"]["utter_goodbye"][0].update(text="Goodbye, {person. Come back when you like."),
        "a brace stands alone",
        "Delete it",
    ),
    "key that is not known": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 1, souces",
        lambda data: answer(data)["metadata"].update(souces=["S1"]),
        "extra fields not permitted",
        "docs/content.md",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS.values(), ids=PROBLEMS)
def test_is_one_line_that_names_file_key_and_remedy(tmp_path: Path, case: Case) -> None:
    root = copied(tmp_path)
    change(root / case[0], case[2])

    assert_one_line(problems(root), case)


def test_a_response_in_two_files_is_reported(tmp_path: Path) -> None:
    root = copied(tmp_path)
    change(root / "domain.yml", lambda data: data["responses"].update(utter_find_therapist=[{"text": "Ask around."}]))

    found = problems(root)

    assert len(found) == 1
    assert found[0].startswith("domain.yml: utter_find_therapist (line ")
    assert "stands in data/faq/find_care.yml too" in found[0]
    assert found[0].endswith("Delete one of them.")
