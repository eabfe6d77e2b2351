"""Checks the contact request (`content/contact.yml`): its shape, and every word that is said."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, one_line
from assistant.content.check_practice import GRADE, SENTENCE_WORDS, texts_of
from assistant.content.check_words import Style, forbidden, too_hard, unfilled, word_count
from assistant.content.contact import ContactWords
from assistant.content.files import ContentError, parse

CONTACT = "content/contact.yml"
# What is read or stored rather than said.
NOT_SAID = {
    "id",
    "words",
    "names",
    "phone_names",
    "email_names",
    "mail_domains",
    "value",
    "answer",
    "only_for",
    "consent_version",
}
# The words in braces that the file's head names.
FILLED = [
    *("emergency_number", "suicide_line", "suicide_short", "abuse_line", "hours", "clinic"),
    *("count", "number", "label", "value", "answer", "reference", "country", "summary"),
]


def check_contact(document: Document, root: Path, style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of `content/contact.yml`."""
    try:
        parse(ContactWords, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for where, text in texts_of(document.data, []):
        if NOT_SAID.intersection(str(key) for key in where):
            continue
        graded = too_hard(text, GRADE, style) if word_count(text) >= SENTENCE_WORDS else ()
        for fault in (*forbidden(text, style), *unfilled(text, *FILLED), *graded):
            yield document.problem(where, fault)
