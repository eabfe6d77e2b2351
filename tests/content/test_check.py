"""What `make content` reports: each kind of problem, in a copy of the repository's content with one thing changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml

from assistant.content import check
from assistant.content.check import check_all
from assistant.content.files import ROOT

TODAY = date(2026, 11, 23)
ABOUT = "data/faq/about.yml"
ACCESS = "data/faq/access.yml"
HELPLINES = "content/helplines.yml"
REPAIR = "content/exercises/repair.yml"
SCHOLARLY = "Interdisciplinary investigations demonstrate considerable psychological effectiveness internationally. "

Change = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def fast_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with the C parser: the same result, twenty times as fast."""
    monkeypatch.setattr(yaml, "safe_load", lambda text: yaml.load(text, Loader=yaml.CSafeLoader))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def change(path: Path, how: Change) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    how(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def answer(data: Any, topic: str = "what_is_ipt") -> Any:
    """Return the first variant of an answer."""
    return data["responses"][f"utter_faq/{topic}"][0]


def british(data: Any) -> Any:
    """Return the second line of the United Kingdom: NHS 111."""
    return data["countries"]["GB"]["lines"][1]


def test_the_content_of_this_repository_passes() -> None:
    assert check_all(ROOT, TODAY) == []


# Each: file, key, what is changed, what is said about it, what to do.
PROBLEMS: dict[str, tuple[str, str, Change, str, str]] = {
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
        lambda data: data["responses"]["utter_faq/what_is_ipt"][1]["metadata"].pop("sources"),
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
        lambda data: data["responses"]["utter_faq/what_is_ipt"][1]["condition"][0].update(value="bipolar"),
        "'bipolar' does not exist",
        "name of a topic",
    ),
    "country of a condition that does not exist": (
        ACCESS,
        "utter_faq/how_to_access, variant 2, condition 1",
        lambda data: data["responses"]["utter_faq/how_to_access"][1]["condition"][0].update(value="USA"),
        "'USA' does not exist",
        "country.yml",
    ),
    "slot that does not exist": (
        ABOUT,
        "utter_faq/what_is_ipt, variant 2, condition 1",
        lambda data: data["responses"]["utter_faq/what_is_ipt"][1]["condition"][0].update(name="mood"),
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
        lambda data: data["responses"]["utter_faq/techniques"][1].update(
            buttons=[{"title": "Hello", "payload": "/greet"}]
        ),
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
    "response in two files": (
        "domain.yml",
        "utter_faq/what_is_ipt",
        lambda data: data["responses"].update({"utter_faq/what_is_ipt": [{"text": "A talking therapy."}]}),
        "stands in data/faq/about.yml too",
        "Delete one",
    ),
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
    "rule of wording that is no expression": (
        "content/style.yml",
        "forbidden.0.pattern",
        lambda data: data["forbidden"][0].update(pattern="(unclosed"),
        "not a regular expression",
        "ask an engineer",
    ),
    "line checked too long ago": (
        HELPLINES,
        "US, help line 1, checked_on",
        lambda data: data["countries"]["US"]["lines"][0].update(checked_on=date(2025, 11, 22)),
        "more than 12 months ago",
        "dial the number",
    ),
    "emergency number checked too long ago": (
        HELPLINES,
        "US, emergency, checked_on",
        lambda data: data["countries"]["US"]["emergency"].update(checked_on=date(2024, 1, 1)),
        "more than 12 months ago",
        "dial the number",
    ),
    "line checked in the future": (
        HELPLINES,
        "backstop, checked_on",
        lambda data: data["backstop"].update(checked_on=date(2027, 1, 1)),
        "has not come yet",
        "Write the day",
    ),
    "source of a line that does not exist": (
        HELPLINES,
        "US, emergency, source",
        lambda data: data["countries"]["US"]["emergency"].update(source="S999"),
        "S999 does not exist",
        "content/sources.yml",
    ),
    "number that is given but not said": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call the NHS and choose option 2"),
        "does not say 111",
        "Make the numbers agree",
    ),
    "number that is said but not given": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111 and choose option 2, or 0800 1112"),
        "says 08001112",
        "Make the numbers agree",
    ),
    "no emergency number": (
        HELPLINES,
        "US, emergency, number",
        lambda data: data["countries"]["US"]["emergency"].update(number="ask around"),
        "no emergency number",
        "such as 112",
    ),
    "country without emergency": (
        HELPLINES,
        "countries.US.emergency",
        lambda data: data["countries"]["US"].pop("emergency"),
        "field required",
        "docs/content.md",
    ),
    "country nobody can name": (
        HELPLINES,
        "XX",
        lambda data: data["countries"].update(XX={**data["countries"]["US"], "lines": []}),
        "nobody can name",
        "content/lexicon/country.yml",
    ),
    "line that does not fit its sentence": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="in England NHS 111 and option 2 help"),
        "cannot follow `you can`",
        "Start with call",
    ),
    "line with a full stop": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111 and choose option 2."),
        "full stop",
        "Delete it",
    ),
    "line with forbidden wording": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111, choose option 2 and calm down, please calm down"),
        "calm down",
        "Say what to do",
    ),
    "two lines of one id": (
        HELPLINES,
        "GB, help line 2, id",
        lambda data: british(data).update(id="gb_samaritans"),
        "names two lines",
        "another id",
    ),
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
        lambda data: data["steps"].__setitem__(1, "It is so. " * 9 + "Yes it is."),
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
        lambda data: data["steps"].__setitem__(0, "Calm down."),
        "calm down",
        "Take a break",
    ),
    "braces in an exercise": (
        REPAIR,
        "step 1",
        lambda data: data["steps"].__setitem__(0, "Wait until {person} is calm."),
        "{person} is not filled in",
        "Write the word itself",
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


@pytest.mark.parametrize(("file", "key", "how", "wrong", "remedy"), PROBLEMS.values(), ids=PROBLEMS)
def test_one_change_gives_one_line_that_names_file_key_and_remedy(
    root: Path, file: str, key: str, how: Change, wrong: str, remedy: str
) -> None:
    change(root / file, how)

    problems = check_all(root, TODAY)

    assert len(problems) == 1, problems
    place, said = problems[0].split(": ", maxsplit=1)
    assert place == file
    assert key in said
    assert wrong.casefold() in said.casefold()
    assert remedy in said
    assert said.endswith(".")


def test_a_missing_exercise_is_named(root: Path) -> None:
    (root / REPAIR).unlink()

    assert [problem for problem in check_all(root, TODAY) if problem.startswith(f"{REPAIR}: id: ")] == [
        f"{REPAIR}: id: the exercise is missing. Restore the file."
    ]


def test_a_new_exercise_needs_messages_and_a_response(root: Path) -> None:
    new = root / "content/exercises/breathe.yml"
    shutil.copy(root / REPAIR, new)
    change(new, lambda data: data.update(id="breathe", label="take a slow breath"))

    problems = check_all(root, TODAY)

    assert len(problems) == 2
    assert all(problem.startswith("content/exercises/breathe.yml: id: ") for problem in problems)
    assert "data/nlu/exercises.yml" in problems[0]


@pytest.mark.parametrize(
    "file", [ABOUT, "domain.yml", HELPLINES, REPAIR, "content/sources.yml", "content/choices.yml", "content/style.yml"]
)
def test_a_file_that_is_not_yaml_is_one_line_and_the_rest_is_still_checked(root: Path, file: str) -> None:
    with (root / file).open("a", encoding="utf-8") as handle:
        handle.write("\nunclosed: [a, b\n")
    change(root / "content/exercises/say_no.yml", lambda data: data["steps"].__setitem__(0, "Say no!"))

    about_it = [problem for problem in check_all(root, TODAY) if not problem.startswith("content/exercises/say_no.yml")]
    others = [problem for problem in check_all(root, TODAY) if problem.startswith("content/exercises/say_no.yml")]

    assert len(about_it) == 1, about_it
    assert about_it[0].startswith(f"{file}: not valid YAML")
    assert "\n" not in about_it[0]
    # The rules of wording lie in style.yml themselves.
    assert len(others) == (0 if file == "content/style.yml" else 1)


def test_a_date_that_does_not_exist_is_reported(root: Path) -> None:
    text = (root / HELPLINES).read_text(encoding="utf-8")
    (root / HELPLINES).write_text(text.replace("checked_on: 2026-11-22", "checked_on: 2026-13-22", 1), encoding="utf-8")

    problems = check_all(root, TODAY)

    assert len(problems) == 1
    assert problems[0].startswith(f"{HELPLINES}: ")
    assert "Correct the date" in problems[0]


def test_a_key_that_stands_twice_is_reported_with_both_lines(root: Path) -> None:
    with (root / REPAIR).open("a", encoding="utf-8") as handle:
        handle.write("title: Make peace\n")
    lines = (root / REPAIR).read_text(encoding="utf-8").splitlines()

    problems = check_all(root, TODAY)

    assert len(problems) == 1
    assert problems[0].startswith(f"{REPAIR}: title (line {len(lines)}): ")
    assert f"line {lines.index('title: Make up after a quarrel') + 1}" in problems[0]


def test_a_problem_names_the_line(root: Path) -> None:
    text = (root / REPAIR).read_text(encoding="utf-8").replace("Wait until you feel calm.", "Wait! Then go on.")
    (root / REPAIR).write_text(text, encoding="utf-8")
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if "Wait!" in words)

    assert check_all(root, TODAY)[0].startswith(f"{REPAIR}: step 1 (line {line}): ")


@pytest.mark.parametrize(("today", "stale"), [(date(2027, 11, 22), False), (date(2027, 11, 23), True)])
def test_help_lines_hold_for_twelve_months_to_the_day(root: Path, today: date, stale: bool) -> None:
    assert any("more than 12 months ago" in problem for problem in check_all(root, today)) is stale


def test_a_leap_day_ends_a_year_later(root: Path) -> None:
    change(
        root / HELPLINES,
        lambda data: data["backstop"].update(checked_on=date(2027, 2, 28)),
    )

    assert not any("backstop" in problem for problem in check_all(root, date(2028, 2, 29)))


def test_the_command_says_what_was_checked(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(check, "ROOT", root)
    monkeypatch.setattr(check, "date", _Today)

    assert check.main() == 0
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 1
    assert "53 answers, 17 exercises" in said


def test_the_command_fails_with_one_line_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(check, "ROOT", root)
    monkeypatch.setattr(check, "date", _Today)
    change(root / REPAIR, lambda data: data["steps"].__setitem__(0, "Wait!"))
    change(root / ABOUT, lambda data: answer(data)["metadata"].pop("more"))

    assert check.main() == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


class _Today(date):
    """A calendar that stands still."""

    @classmethod
    def today(cls) -> date:
        return TODAY


def test_checking_does_not_import_rasa() -> None:
    loaded = "import assistant.content.check, sys; print({'rasa', 'tensorflow'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
