"""How the demo ends: one Ctrl-C, cleanly."""

import os
import signal
import sys
from contextlib import contextmanager

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_cleanly_on_signals():
    """Who asks the demo to end raises KeyboardInterrupt, once."""
    for number in ENDINGS:
        signal.signal(number, _interrupt)


def _interrupt(_number, _frame):
    for number in ENDINGS:
        # A second Ctrl-C would break off the cleaning up.
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def own_terminal():
    """Let Ctrl-C reach the demo alone, not the `make` that started it: that would call it an error."""
    started_by = os.getpgrp()
    terminal = _terminal_to_take(started_by)
    if terminal is None:
        yield
        return
    # The first is sent to whoever changes a terminal from the background. The second is Ctrl-Z: the shell waits for
    # `make`, would not notice that we stand still, and nobody could wake us.
    for number in (signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(terminal, started_by)
        os.setpgid(0, started_by)
        os.close(terminal)


def _terminal_to_take(group):
    """The terminal, if a person looks at it and somebody above us would get their Ctrl-C too; else None."""
    if not sys.stdout.isatty() or group == os.getpid():
        return None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return None
    if os.tcgetpgrp(terminal) == group:
        return terminal
    os.close(terminal)
    return None
