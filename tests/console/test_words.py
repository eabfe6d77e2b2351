"""The console's words: those its pages ask for are there, and those that are there are asked for."""

from __future__ import annotations

import re
import subprocess
import sys

from assistant.content.console import load_console
from console.staff import audit
from tests.conftest import ROOT

TEMPLATES = ROOT / "console" / "templates"
BY_CODE = {"names", "audit_actions", "errors", "fields"}  # looked up by values, not one by one


def test_every_word_a_page_asks_for_is_there_and_none_is_there_for_nothing() -> None:
    words = load_console()
    pages = "\n".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    code = "\n".join(path.read_text() for path in (ROOT / "console").rglob("*.py"))
    asked = set(re.findall(r"words\.(\w+)\.(\w+)", pages)) - {("audit_actions", "items")}
    there = {(section, key) for section, texts in words.items() for key in texts}
    assert asked - there == set()
    said = {(section, key) for section, key in there if f'"{key}"' in code}
    unused = {(section, key) for section, key in there - asked - said if section not in BY_CODE}
    unused = {(section, key) for section, key in unused if not re.search(rf"with \w+=words\.{section}\b", pages)}
    assert unused == set()


def test_every_action_of_the_audit_has_words() -> None:
    actions = {value for name, value in vars(audit).items() if name.isupper() and isinstance(value, str)}
    assert actions == set(load_console()["audit_actions"])


def test_the_assistant_imports_no_django_and_the_console_no_rasa() -> None:
    script = "import sys, assistant, assistant.content.console; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    script = "import sys, console.wsgi; assert not {'rasa', 'tensorflow', 'spacy', 'onnxruntime'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
