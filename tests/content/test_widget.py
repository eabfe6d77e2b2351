"""The words on the chat window, and the places that help to find care: what the content check says of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.content.care import load_care
from assistant.content.check import check_all
from assistant.content.files import ContentError
from assistant.content.widget import LANGUAGE, load_widget
from tests.content.test_check import change, copied

TODAY = date(2026, 11, 23)


def labels(tmp_path: Path, **languages: Any) -> Path:
    english = load_widget().labels(LANGUAGE).dict()
    path = tmp_path / "widget.yml"
    path.write_text(yaml.safe_dump({LANGUAGE: english, **languages}))
    return path


def test_a_label_that_a_language_lacks_is_english(tmp_path: Path) -> None:
    widget = load_widget(labels(tmp_path, it={"send": "Invia", "launcher": {"short": "Chat qui"}}))
    italian, english = widget.labels("it"), widget.labels(LANGUAGE)
    assert italian.send == "Invia" and italian.help == english.help
    assert italian.launcher == {**english.launcher, "short": "Chat qui"}


def test_a_label_that_nothing_shows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"it\.sende"):
        load_widget(labels(tmp_path, it={"sende": "Invia"}))


def test_the_check_names_each_missing_label(tmp_path: Path) -> None:
    root = copied(tmp_path)

    def forget(data: Any) -> None:
        del data["de"]["help"], data["ar"]["launcher"]["retry"]
        data["fr"]["too_long"] = "Trop long."

    change(root / "content/widget.yml", forget)
    problems = [problem for problem in check_all(root, TODAY) if "widget.yml" in problem]
    assert len(problems) == 3
    for place, told in (("de, help", "English"), ("ar, launcher, retry", "English"), ("fr, too_long", "{limit}")):
        assert any(place in problem and told in problem for problem in problems), problems


def test_a_place_needs_a_way_to_it(tmp_path: Path) -> None:
    path = tmp_path / "care.yml"
    path.write_text("places: {x: {name: A place, what: Somewhere.}}")
    with pytest.raises(ContentError, match="needs `call` or `link`"):
        load_care(path)


def test_the_check_reads_places_and_who_names_them(tmp_path: Path) -> None:
    root = copied(tmp_path)

    def spoil(data: Any) -> None:
        data["places"]["samhsa"]["source"] = "S0"
        data["places"]["isipt"]["what"] = "We cure you!"
        data["places"]["ipt-uk"] = data["places"].pop("ipt_uk")

    change(root / "content/care.yml", spoil)
    problems = check_all(root, TODAY)
    assert any("samhsa" in problem and "S0" in problem for problem in problems)
    assert any("isipt" in problem and "exclamation" in problem for problem in problems)
    assert any("find_care.yml" in problem and "place ipt_uk does not exist" in problem for problem in problems)
