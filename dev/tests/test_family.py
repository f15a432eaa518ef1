"""What `make family` concludes from the outcomes of an addon's tests."""

import pytest

from dev.family.members import DIFFERENCES, MEMBERS
from dev.family.verdict import FAILED, PASSED, SKIPPED, Verdict, verdict

WHY = "because"


@pytest.mark.parametrize(
    ("outcomes", "differences", "alone", "is_good", "words"),
    [
        ({"a": PASSED, "b": PASSED}, {}, {}, True, "installed, 2 passed, 0 failed"),
        ({"a": PASSED, "b": FAILED}, {}, {"b": PASSED}, False, "installed, 1 passed, 1 failed"),
        ({"a": PASSED, "b": FAILED}, {}, {}, False, "installed, 1 passed, 1 failed"),
        ({"a": PASSED, "b": FAILED}, {}, {"b": FAILED}, True, "1 passed, 0 failed, 1 fail without ours too"),
        ({"a": PASSED, "b": FAILED}, {"b": WHY}, {}, True, "1 passed, 0 failed, 1 fail on purpose"),
        ({"a": PASSED, "b": PASSED}, {"b": WHY}, {}, False, "2 passed, 0 failed"),
        ({"a": PASSED}, {"b": WHY}, {}, False, "1 passed, 0 failed"),
        ({"a": PASSED, "b": SKIPPED}, {"b": WHY}, {}, False, "1 passed, 0 failed, 1 skipped"),
        ({"a": SKIPPED}, {}, {}, False, "0 passed, 0 failed, 1 skipped, NO TEST PASSED"),
        ({"a": FAILED}, {}, {"a": FAILED}, False, "1 fail without ours too, NO TEST PASSED"),
        ({}, {}, {}, False, "NO TEST PASSED"),
    ],
)
def test_a_verdict(outcomes, differences, alone, is_good, words):
    found = verdict(outcomes, differences, lambda tests: {test: alone[test] for test in tests if test in alone})
    assert found.is_good is is_good
    assert str(found).endswith(words)


def test_an_addon_without_tests_is_good_once_installed():
    assert verdict({}, {}, None, has_tests=False).is_good
    assert not Verdict(installed=False).is_good


def test_without_ours_only_what_nobody_has_explained_is_run_again():
    asked = []
    outcomes = {"a": PASSED, "b": FAILED, "c": FAILED}
    verdict(outcomes, {"b": WHY}, lambda tests: asked.append(tests) or {})
    assert asked == [["c"]]
    verdict({"a": PASSED, "b": FAILED}, {"b": WHY}, lambda tests: asked.append(tests) or {})
    assert asked == [["c"]]


def test_every_difference_is_of_an_addon_that_is_tested_and_has_a_reason():
    tested = {member.addon for member in MEMBERS}
    for (addon, test), why in DIFFERENCES.items():
        assert addon in tested
        assert test.count("::") == 2
        assert len(why) > 20
