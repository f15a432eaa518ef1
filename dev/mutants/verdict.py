"""What a run of tests says about a fault. Standard library only."""

import re
import xml.etree.ElementTree as ET

KILLED, SURVIVED, UNCLEAR = "killed", "SURVIVED", "UNCLEAR"
#: An assertion that failed, or what an end-to-end test has waited for in vain. Anything else that ends a test may as
#: well be a fault that breaks the program outright.
ASSERTION = re.compile(r"(AssertionError\b|assert |Failed: DID NOT RAISE|dev\.sightings\.NotSeen: )")


def verdict(report, status):
    """(verdict, why, or what failed).

    :param report: path of pytest's report as JUnit's XML
    :param status: how the run ended; a run that was interrupted reports what has passed so far
    """
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
    failures = [(case.get("name"), said.get("message") or "") for case in cases for said in case.iter("failure")]
    errors = [(case.get("name"), said.get("message") or "") for case in cases for said in case.iter("error")]
    noticed = [name for name, message in failures if ASSERTION.match(message)]
    if noticed:
        return KILLED, noticed[0]
    if failures or errors:
        name, message = (failures + errors)[0]
        return UNCLEAR, f"{name}: {message.splitlines()[0] if message else 'no message'}"
    if not cases:
        return UNCLEAR, "no test was run"
    if status:
        return UNCLEAR, f"no test failed, but the run ended with {status}"
    return SURVIVED, f"{len(cases)} tests passed"
