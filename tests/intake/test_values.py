"""Phone numbers, addresses, names, ages and choices out of messy sentences."""

from __future__ import annotations

import pytest

from assistant.content.contact import load_contact
from assistant.intake.phones import read_country, read_phone, shown_phone
from assistant.intake.values import read_choice, read_email, read_name, relation_in

DOMAINS = load_contact().mail_domains


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("no, the number is 0151 23456789 ok", "DE", "+4915123456789"),
        ("0151/2345-6789", "DE", "+4915123456789"),
        ("49 151 23456789", "DE", "+4915123456789"),
        ("call me on 0161 496 0000 after 5 pm", "GB", "+441614960000"),
        ("0044 161 496 0000", "US", "+441614960000"),
        ("+353 86 123 4567 is best", "US", "+353861234567"),
        ("(202) 555-0143 ext 5", "US", "+12025550143"),
        ("zero one six one four nine six oh oh oh oh", "GB", "+441614960000"),
        ("my number is oh one six one four nine six double oh double oh", "GB", "+441614960000"),
        ("plus four eight 601 234 567", "GB", "+48601234567"),
        ("not 202 555 0143, it's 202 555 0144", "US", "+12025550144"),
    ],
)
def test_numbers_are_read_out_of_sentences(text: str, country: str, number: str) -> None:
    found = read_phone(text, country, [])
    assert found is not None and found.number == number


@pytest.mark.parametrize(
    ("text", "told", "problem"),
    [
        ("12345", "GB", "phone_too_short"),
        ("015123456789012345", "DE", "phone_too_long"),
        ("07700900123", "GB", "phone_not_given_out"),
        ("+999 1234567", "GB", "phone_unknown_code"),
        ("911", "US", "phone_emergency"),
        ("988", "US", "phone_emergency"),
        ("202 555 0143 or 202 555 0144", "US", "phone_several"),
        ("0151 23456789", None, "phone_country"),
    ],
)
def test_a_number_that_cannot_be_right_has_its_reason(text: str, told: str | None, problem: str) -> None:
    found = read_phone(text, told, ["US"])
    assert found is not None and (found.number, found.problem) == ("", problem)
    assert getattr(load_contact(), problem)


@pytest.mark.parametrize("text", ["anytime after 5", "my email is a1234567890@mail.com", "I don't know", "2 kids"])
def test_where_there_is_no_number_none_is_found(text: str) -> None:
    assert read_phone(text, "GB", []) is None


def test_a_number_is_shown_with_its_country() -> None:
    assert shown_phone("+4915123456789") == "+49 1512 3456789 (Germany)"


@pytest.mark.parametrize(("text", "code"), [("germany", "DE"), ("I'm in Dublin", "IE"), ("+48", "PL"), ("se", "SE")])
def test_a_country_is_read_by_name_town_code_or_prefix(text: str, code: str) -> None:
    assert read_country(text) == code


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("its sam.o@gmail.com thanks", "sam.o@gmail.com"),
        ("sam at gmail dot com", "sam@gmail.com"),
        ("write to sam@ gmail.com.", "sam@gmail.com"),
        ("sam(at)web(dot)de", "sam@web.de"),
        ("not a.b@mail.com but x@gmail.com", "x@gmail.com"),
        ("SAM@Gmail.COM", "SAM@gmail.com"),
    ],
)
def test_addresses_are_read_out_of_sentences(text: str, address: str) -> None:
    found = read_email(text, DOMAINS)
    assert found is not None and found.address == address and not found.problem


@pytest.mark.parametrize(
    ("text", "problem"), [("sam@gmail", "email_no_dot"), ("s@b@c.de", "email_wrong"), ("sam@gmial.com", "email_slip")]
)
def test_an_address_that_cannot_be_right_has_its_reason(text: str, problem: str) -> None:
    found = read_email(text, DOMAINS)
    assert found is not None and found.problem == problem


def test_at_home_is_no_address() -> None:
    assert read_email("call me at home. mornings are best", DOMAINS) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("call me Sam pls", "Sam"),
        ("My name is Aoife O'Brien", "Aoife O'Brien"),
        ("hi, I'm Ravi Kumar.", "Ravi Kumar"),
        ("Sam not Max", "Sam"),
        ("J", "J"),
    ],
)
def test_a_name_is_kept_without_the_words_around_it(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("mode", "not online please, in person", "in_person"),
        ("mode", "either online or in person", "either"),
        ("mode", "2", "in_person"),
        ("mode", "hm", None),
        ("age_band", "im 14", "under 16"),
        ("age_band", "17", "16 or 17"),
        ("age_band", "34 yrs", "adult"),
        ("age_band", "I am eighty-one", "adult"),
        ("age_band", "fifteen", "under 16"),
        ("therapist_gender", "it does not matter", "no preference"),
        ("urgency", "not urgent", "routine"),
        ("urgency", "i need someone today", "urgent"),
        ("leave_message", "no he checks my phone", "not safe"),
        ("leave_message", "yes thats fine", "safe"),
        ("therapist_gender", "dont mind", "no preference"),
        ("language", "polish or english", "polish or english"),
        ("language", "English", "English"),
    ],
)
def test_choices_are_read_out_of_own_words(question: str, text: str, value: str | None) -> None:
    found = load_contact().question(question)
    assert found is not None and read_choice(found, text) == value


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("for my mother", "mother"),
        ("i want it for my little sister", "sister"),
        ("mum", "mother"),
        ("its for me", None),
        ("me and my wife", None),
    ],
)
def test_who_it_is_for_is_read_from_the_words(text: str, relation: str | None) -> None:
    assert relation_in(text) == relation
