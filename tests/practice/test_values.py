"""Numbers, lists, choices and times out of what people type."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from assistant.practice.values import Moment, read_choice, read_list, read_moment, read_number

NOW = datetime(2026, 11, 23, 10, 0)  # a Monday


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("about a 6 i think", 6),
        ("six", 6),
        ("Seven out of ten", 7),
        ("8/10", 8),
        ("10!!", 10),
        ("0", 0),
        ("3 or 4", 4),
        ("skip this one", None),
        ("not at all", 0),
        ("what does 10 mean", None),
        ("3, 4, 9", None),
        ("11", None),
        ("very upset", None),
        ("7, was 3 this morning", 7),
        ("actually it was 1 not 0", 1),
        ("off the charts", 10),
        ("tomorrow at 9", None),
        ("5 minutes", None),
        ("-", None),
    ],
)
def test_a_number(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "names", "entries"),
    [
        ("mum, J and my dog Rex", True, ["mum", "J", "my dog Rex"]),
        ("mum; J\nAnna", True, ["mum", "J", "Anna"]),
        ("- stay\n- leave\n- wait", False, ["stay", "leave", "wait"]),
        ("1. stay 2 weeks\n2. leave", False, ["stay 2 weeks", "leave"]),
        ("stay, leave, do nothing for now", False, ["stay", "leave", "do nothing for now"]),
        ("more money, but less time at home with the kids and the dog", False, None),
        ("nobody", True, []),
        ("none", False, []),
        ("mum, mum", True, ["mum"]),
    ],
)
def test_a_list(text: str, names: bool, entries: list[str] | None) -> None:
    assert read_list(text, names) == ([text] if entries is None else entries)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("not calm at all", None),
        ("2", 1),
        ("half and half", 1),
        ("calm", 0),
        ("pretty stirred up tbh", 2),
        ("5", None),
        ("green", None),
    ],
)
def test_a_choice(text: str, place: int | None) -> None:
    assert read_choice(text, ["Calm enough", "Half and half", "Still stirred up"]) == place


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Saturday at 10", Moment(date(2026, 11, 28), time(10))),
        ("saturday at 3", Moment(date(2026, 11, 28), time(15))),
        ("tonight at 8", Moment(date(2026, 11, 23), time(20))),
        ("tomorrow", Moment(date(2026, 11, 24))),
        ("tmrw evening", Moment(date(2026, 11, 24))),
        ("dec 2nd at 14:30", Moment(date(2026, 12, 2), time(14, 30))),
        ("friday half 7 pm", Moment(date(2026, 11, 27), time(19, 30))),
        ("thursday at 7 after her shift", Moment(date(2026, 11, 26), time(19))),
        ("sunday at 2 when hes back from the road", Moment(date(2026, 11, 29), time(14))),
        ("tomorrow at 11 before lunch", Moment(date(2026, 11, 24), time(11))),
        ("monday at 7 before handover", Moment(date(2026, 11, 30), time(7))),
        ("sunday after dinner", Moment(date(2026, 11, 29))),
        ("next weds 6pm", Moment(date(2026, 12, 2), time(18))),
        ("half an hour", Moment(date(2026, 11, 23), time(10, 30))),
        ("in 20 min", Moment(date(2026, 11, 23), time(10, 20))),
        ("back in an hour", Moment(date(2026, 11, 23), time(11))),
        ("saturday for an hour", Moment(date(2026, 11, 28))),
        ("sat morning", Moment(date(2026, 11, 28))),
        ("tomorow morning", Moment(date(2026, 11, 24))),
        ("after dinner", Moment(date(2026, 11, 23))),
        ("end of jan", Moment(date(2027, 1, 28))),
        ("mid december", Moment(date(2026, 12, 15))),
        ("in two weeks", Moment(date(2026, 12, 7))),
        ("not today", None),
        ("i cant this week", None),
        ("we live 3 hours apart", None),
        ("when i see her", None),
        ("may be later", None),
        ("dunno", None),
    ],
)
def test_a_moment(text: str, moment: Moment | None) -> None:
    assert read_moment(text, NOW) == moment


@pytest.mark.parametrize("moment", [Moment(date(2026, 11, 24)), Moment(date(2026, 11, 24), time(9, 30))])
def test_a_moment_can_be_kept_as_text(moment: Moment) -> None:
    assert Moment.from_text(str(moment)) == moment


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("worn out, scared", None),
        ("just worn out tbh", 0),
        ("nothing would help", None),
        ("all of them", None),
        ("she would shout", 2),
    ],
)
def test_own_words_are_not_taken_for_a_button(text: str, place: int | None) -> None:
    assert read_choice(text, ["worn out", "Help with a task", "Annoyed"], [[], [], ["shout"]]) == place
