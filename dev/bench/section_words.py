"""Random emails of any shape: is every text that a mail program shows on the ticket once, every file as it was sent?

The emails are those of `tests/unit/test_payload_fuzz.py`: trees of parts in any order, charset and encoding. A sixth as
many are broken at random and may raise nothing.
"""

import os
from unittest.mock import patch

from dev import testrun
from dev.bench.figures import Figure
from dev.paths import LOGS, ROOT
from dev.services.process import ServiceFailed, tail

EMAILS = 5_000
FILE = ROOT / "tests" / "unit" / "test_payload_fuzz.py"


def measure(_installed, say):
    """Read them; the first that loses anything ends it."""
    say(f"{EMAILS:,} random emails")
    log = LOGS / "bench-words.log"
    run = testrun.Run("words", testrun.unit, paths=[FILE])
    with log.open("w") as run.output, patch.dict(os.environ, FUZZ_EXAMPLES=str(EMAILS), K="", ARGS=""):
        run()
    if run.status:
        raise ServiceFailed(f"an email lost something, log {log}:\n{tail(log)}")
    return [Figure(f"of {EMAILS:,} random emails, those that lost a word or a file, or showed one twice", 0, goal=0)]
