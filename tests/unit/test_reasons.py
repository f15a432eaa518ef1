"""The guide explains every reason that a screen can give, and none that is given nowhere."""

import re

import pytest
import reasons

GUIDE = (reasons.ADDON / "docs" / "reasons.rst").read_text()


def chapters():
    """Title -> text of each chapter of the guide."""
    parts = re.split(r"^(.+)\n=+\n", GUIDE, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def rows(text):
    """The rows of a chapter's table: (its reasons, what to do)."""
    for cells in re.findall(r"^   \* - \| ((?:.|\n)+?)^     - ((?:.+\n(?:       .+\n)*))", text, re.MULTILINE):
        lines = re.split(r"^       \| ", cells[0], flags=re.MULTILINE)
        yield [" ".join(line.split()).replace("\\*", "*") for line in lines], " ".join(cells[1].split())


@pytest.mark.parametrize("chapter", reasons.SOURCES)
def test_the_guide_explains_what_the_code_can_say(chapter):
    explained = [reason for said, _what in rows(chapters()[chapter]) for reason in said]
    assert len(explained) == len(set(explained))
    assert set(explained) == reasons.reasons(chapter)
    assert len(explained) > 10


@pytest.mark.parametrize("chapter", reasons.SOURCES)
def test_each_row_says_what_to_do(chapter):
    found = [what for _said, what in rows(chapters()[chapter])]
    assert len(found) > 4
    assert not [what for what in found if len(what) < 10 or not what.endswith(".")]


def test_the_chapters_are_the_screens():
    assert list(chapters())[1:] == list(reasons.SOURCES)


def test_what_is_left_out_is_a_method_of_these_files():
    assert reasons.methods() >= reasons.NO_REASONS


def test_every_file_that_is_named_is_there():
    assert all(list(reasons.ADDON.glob(pattern)) for patterns in reasons.SOURCES.values() for pattern in patterns)


@pytest.mark.parametrize(
    ("term", "general"),
    [("%s bytes, more than %(limit)s", "… bytes, more than …"), ("100 % sure", "100 % sure"), ("a\n  b", "a b")],
)
def test_what_changes_is_left_out(term, general):
    assert reasons.general(term) == general
