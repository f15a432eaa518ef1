"""Send another customer's email to the demo that is running: python3 -m dev.demo_send SUBJECT [BODY]"""

import json
import smtplib
import sys
from contextlib import contextmanager

from dev.acme import customer_mail
from dev.paths import STATE

ADDRESS = STATE / "demo.json"


@contextmanager
def reachable(smtp_port):
    """Leave word of where a demo takes email, for as long as it does."""
    ADDRESS.write_text(json.dumps({"smtp_port": smtp_port}))
    try:
        yield
    finally:
        ADDRESS.unlink()


def words_for(subject):
    """What somebody with this trouble writes."""
    return f"Hello,\n\n{subject.rstrip('.!?')}. Can you help, please?\n\nJane\n"


def main(subject=None, *body):
    """Send it; the demo's own terminal tells what becomes of it."""
    if not subject:
        sys.exit(__doc__)
    try:
        with smtplib.SMTP("127.0.0.1", json.loads(ADDRESS.read_text())["smtp_port"]) as smtp:
            smtp.send_message(customer_mail(subject, *(body or [words_for(subject)])))
    except (FileNotFoundError, ConnectionRefusedError):
        sys.exit("No demo of this checkout is running: `make demo`.")
    print("Sent. Look at the terminal of the demo. What the same sender writes within the hour is confirmed shortly.")


if __name__ == "__main__":
    main(*sys.argv[1:3])
