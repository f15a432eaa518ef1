"""maildev: takes every email by SMTP and shows it on a web page."""

import json
import tempfile
import urllib.request
from contextlib import contextmanager

from dev.paths import Environment
from dev.services import ports
from dev.services.process import background, wait_until


class Maildev:
    """A running maildev."""

    def __init__(self, smtp_port, web_port):
        self.smtp_port = smtp_port
        self.url = f"http://127.0.0.1:{web_port}"

    def messages(self):
        """The emails it took, as maildev's own JSON."""
        with urllib.request.urlopen(f"{self.url}/email", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def maildev(smtp_port=None, web_port=None, name="maildev"):
    """Run maildev for a block."""
    smtp_port, web_port = smtp_port or ports.free(), web_port or ports.free()
    program = f"{Environment.load().node_modules}/maildev/bin/maildev"
    listen = ["--smtp", smtp_port, "--web", web_port, "--ip", "127.0.0.1", "--web-ip", "127.0.0.1"]
    with tempfile.TemporaryDirectory(prefix="helpdesk-maildev-") as mails:
        command = ["node", program, *listen, "--mail-directory", mails]
        with background(name, command) as (child, log):
            both = (web_port, smtp_port)
            wait_until(lambda: all(map(ports.answers, both)), child, log, "maildev")
            yield Maildev(smtp_port, web_port)
