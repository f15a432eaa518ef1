"""No sentence is said to a person without having been offered for translation."""

import ast
import re
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]
ROOMS = ("models", "wizards", "controllers", "report")
#: What is given to these is read by a person.
SAYING = {"UserError", "ValidationError", "AccessError", "RedirectWarning", "MissingError"}
SAYING |= {"message_post", "_message_log", "_message_log_batch", "activity_schedule", "notice"}


def untranslated(text):
    """(line, words) of every literal sentence that reaches a person past ``_``."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _name(node) in SAYING:
            for words in _words(node):
                if " " in words.value and re.search(r"[^\W\d_]", words.value):
                    yield words.lineno, words.value


def _words(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and _name(child) == "_":
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _words(child)


def _name(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@pytest.mark.parametrize("room", ROOMS)
def test_whatever_is_said_to_a_person_can_be_translated(room):
    found = {path.name: list(untranslated(path.read_text())) for path in sorted((ADDON / room).glob("*.py"))}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        'raise UserError("Not like this.")',
        'raise exceptions.ValidationError(f"Not {like} this.")',
        'raise AccessError("Not like this: %s" % self.env._("nobody may"))',
        'self._message_log(body=Markup("<p>Not like</p>"))',
        'ticket.activity_schedule("x", summary="Not like" if many else "this")',
    ],
)
def test_it_is_found_wherever_it_stands(text):
    assert list(untranslated(text))


@pytest.mark.parametrize(
    "text",
    [
        'raise UserError(self.env._("Like this: %s", name))',
        'ticket.message_post(body=ticket.env._("Like this."), subtype_xmlid="mail.mt_note")',
        'raise KeyError("no such entry")',
    ],
)
def test_what_is_translated_or_said_to_nobody_is_none_of_it(text):
    assert not list(untranslated(text))
