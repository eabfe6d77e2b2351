"""Cards: an exercise that is offered, and ways to find care."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Chat, NewChat
from tests.browser.messages import answer_with, in_sight, shown
from tests.browser.test_hostile import MARKUP, assert_harmless

DIRECTORY = {"name": "Dr. A. Example", "what": "Psychologist, trained in IPT.", "call": ["555 010 99"]}


def test_a_suggested_exercise_is_a_card_that_starts_it(chat: Chat) -> None:
    chat.say("i fight with my boss all the time, suggest an exercise")
    card = chat.frame.get_by_role("group", name='Say it with "I"')
    expect(chat.replies.last).to_contain_text("I suggest this one, because")
    expect(card.get_by_role("heading", level=2)).to_have_text('Say it with "I"')
    expect(card).to_contain_text("Helps you say something hard")
    expect(card).to_contain_text("5 to 10 minutes")
    assert chat.replies.last.inner_text().count("Helps you say") == 1
    start = card.get_by_role("button", name="Start this one")
    expect(start).to_have_accessible_description('Say it with "I"')
    assert "Start this one" not in chat.frame.locator("#log .choices button").all_inner_texts()
    start.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.replies.last).to_contain_text("One question first")
    chat.button("No").click()
    card = chat.frame.get_by_role("group", name='Say it with "I"').last
    expect(card).to_contain_text("in 8 short steps")
    text = card.inner_text()
    assert text.index("This is practice, not treatment") < text.index("Let's start")  # the caution comes first
    chat.axe()
    card.get_by_role("button", name="Let's start").click()
    expect(chat.button("10")).to_be_visible()


def test_ways_to_care_can_be_tapped(chat: Chat) -> None:
    chat.say("find a therapist")
    places = chat.frame.get_by_role("list", name="Ways to find care")
    assert places.get_by_role("listitem").count() == 3
    call = places.get_by_role("link", name="Call 1-800-662-4357, SAMHSA National Helpline")
    expect(call).to_have_attribute("href", "tel:18006624357")
    page = places.get_by_role("link", name="findtreatment.gov (new tab), FindTreatment.gov")
    expect(page).to_have_attribute("href", "https://findtreatment.gov")
    expect(page).to_have_attribute("rel", "noopener noreferrer")
    expect(chat.frame.locator("#said")).to_contain_text("Ways to find care: FindTreatment.gov")
    expect(chat.replies.last.get_by_text("Where this is from")).to_be_visible()
    chat.axe()


def test_cards_outlive_a_reload(chat: Chat) -> None:
    chat.say("find a therapist")
    chat.say("i fight with my boss all the time, suggest an exercise")
    texts = chat.replies.all_inner_texts()
    chat.page.reload()
    chat.launcher.click()
    expect(chat.replies).to_have_count(len(texts))
    assert chat.replies.all_inner_texts() == texts


def test_numbers_are_not_broken_by_a_line_end(new_chat: NewChat) -> None:
    chat = new_chat(viewport={"width": 320, "height": 640}).open()
    answer_with(chat, shown("Call the helpline of this place, 1-800-662-4357, or 116 123, day or night."))
    for number in chat.replies.last.locator(".number").all():
        assert number.evaluate("part => part.getClientRects().length") == 1
    assert chat.replies.last.locator(".number").all_inner_texts() == ["1-800-662-4357", "116 123"]


def test_therapists_of_a_directory_with_hostile_data(chat: Chat) -> None:
    bad = [
        {**DIRECTORY, "name": MARKUP[:90], "what": MARKUP},
        {**DIRECTORY, "name": "Script", "link": "javascript:top.hacked=1"},
        {**DIRECTORY, "name": "Quote", "link": 'x.example/"onmouseover=top.hacked=1'},
        {"name": "Nowhere", "what": "No way to reach them."},
    ]
    answer_with(chat, shown("Two therapists near you.", care=[DIRECTORY, *bad]))
    places = chat.replies.last.locator(".places li")
    expect(places).to_have_count(2)  # what has no usable way is left out
    expect(places.last).to_contain_text("<img src=x")
    assert_harmless(chat)
    hrefs = {link.get_attribute("href") for link in places.get_by_role("link").all()}
    assert hrefs == {"tel:55501099"}


def test_a_card_with_hostile_ways_from_the_server(chat: Chat) -> None:
    way = {"shown": MARKUP, "href": "javascript:top.hacked=1"}
    place = {"name": MARKUP, "what": MARKUP, "call": [way], "link": way}
    offer = {"type": "exercise", "title": MARKUP, "purpose": MARKUP, "minutes": "5", "before": MARKUP, "after": MARKUP}
    start = {"id": "x" * 32, "title": MARKUP}
    answer_with(
        chat,
        {**shown("x"), "card": {"type": "care", "places": [place], "sources": []}},
        {
            **shown("x"),
            "card": {**offer, "start": start, "sources": [{"key": "x", "title": MARKUP}]},
            "buttons": [start],
        },
    )
    expect(chat.replies.last.get_by_role("button")).to_have_text(MARKUP)
    assert_harmless(chat)
    assert chat.frame.locator("#log a").count() == 0


def test_cards_fit_a_narrow_screen(new_chat: NewChat) -> None:
    chat = new_chat(viewport={"width": 320, "height": 640}).open()
    long = {
        **DIRECTORY,
        "name": "A very long name of a practice " * 2,
        "what": "Words " * 40,
        "link": "a" * 60 + ".example",
    }
    answer_with(chat, shown("Places.", care=["samhsa", long]))
    assert chat.run("document.documentElement.scrollWidth <= innerWidth") is True
    assert chat.run("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth") is True
    in_sight(chat, "header button:visible, form button")
