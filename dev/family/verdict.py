"""What the outcomes of one addon's tests mean: pure, for a table of tests."""

from dataclasses import dataclass

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Verdict:
    """How an addon does beside ours.

    :param installed: whether it was installed without an error
    :param passed: number of tests
    :param failed: tests that fail beside ours and pass without
    :param intended: tests that fail on purpose, with the reason each
    :param outdated: tests that are listed as failing on purpose and do not fail
    :param theirs: tests that fail without ours as well
    :param skipped: number of tests that skip themselves
    :param lacks_tests: it has tests, and none passed
    """

    installed: bool = True
    passed: int = 0
    failed: tuple = ()
    intended: tuple = ()
    outdated: tuple = ()
    theirs: tuple = ()
    skipped: int = 0
    lacks_tests: bool = False

    @property
    def is_good(self):
        """Whether nothing is wrong that is ours to mend."""
        return self.installed and not (self.failed or self.outdated or self.lacks_tests)

    def __str__(self):
        if not self.installed:
            return "NOT INSTALLED"
        counts = [f"{self.passed} passed", f"{len(self.failed)} failed"]
        counts += [f"{len(self.intended)} fail on purpose"] * bool(self.intended)
        counts += [f"{len(self.theirs)} fail without ours too"] * bool(self.theirs)
        counts += [f"{self.skipped} skipped"] * bool(self.skipped)
        counts += ["NO TEST PASSED"] * self.lacks_tests
        return f"installed, {', '.join(counts)}"


def verdict(outcomes, differences, without_ours, has_tests=True):
    """The verdict on an addon that was installed.

    :param outcomes: test -> `PASSED`, `FAILED` or `SKIPPED`, beside ours
    :param differences: test -> why it has to fail
    :param without_ours: a function from names of tests to their outcomes without ours
    """
    failed = [test for test, outcome in outcomes.items() if outcome == FAILED]
    unexplained = [test for test in failed if test not in differences]
    alone = without_ours(unexplained) if unexplained else {}
    theirs = tuple(test for test in unexplained if alone.get(test) == FAILED)
    return Verdict(
        passed=sum(outcome == PASSED for outcome in outcomes.values()),
        failed=tuple(test for test in unexplained if test not in theirs),
        intended=tuple((test, differences[test]) for test in failed if test in differences),
        outdated=tuple(test for test in differences if outcomes.get(test) != FAILED),
        theirs=theirs,
        skipped=sum(outcome == SKIPPED for outcome in outcomes.values()),
        lacks_tests=has_tests and PASSED not in outcomes.values(),
    )
