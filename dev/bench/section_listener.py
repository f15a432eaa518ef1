"""How soon Slack is called after a customer's email was delivered, with the listener running.

The clock starts when SMTP has answered 250, and the email lies in the mailbox. It stops when the request has arrived at
the Slack double, on the same machine and so by the same clock. In between: IMAP IDLE, the listener, Odoo's fetch cron,
the ticket, our dispatcher.
"""

import random
import time
from contextlib import ExitStack
from email import message_from_bytes, policy

from dev.acme import SUPPORT
from dev.bench.corpus import mail, sender
from dev.bench.figures import Figure, percentile
from dev.bench.stage import stage
from dev.scenario import open_mailbox
from dev.services.dovecot import dovecot
from dev.services.listener import listener
from dev.services.smtp_inlet import smtp_inlet

MAILS = 100
WARM_UP = 3
GOAL = 2.0
PATIENCE = 90  # seconds for one email: longer than Odoo takes without the listener


def measure(installed, say):
    """Emails one after the other, each from somebody else."""
    with ExitStack() as services:
        play = services.enter_context(stage(installed))
        mailboxes = services.enter_context(dovecot([SUPPORT], name="bench-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        open_mailbox(play.odoo, mailboxes, play.team_id)
        services.enter_context(listener(play.database, name="bench-listener"))
        _waits(play, inlet, range(WARM_UP))
        say("server and listener are warm")
        waits = _waits(play, inlet, range(WARM_UP, WARM_UP + MAILS))
    say(f"{MAILS} mails one by one: {percentile(waits, 50):.2f} s at the median")
    return [
        Figure("mail delivered by SMTP to Slack call, with the listener: p50", percentile(waits, 50), "s"),
        Figure("mail delivered by SMTP to Slack call, with the listener: p95", percentile(waits, 95), "s", goal=GOAL),
        Figure("mail delivered by SMTP to Slack call, with the listener: max", max(waits), "s"),
    ]


def _waits(play, inlet, numbers):
    """Seconds from delivery to call, of each email."""
    dice, waits = random.Random(len(numbers)), []
    posts = len(play.slack.calls("chat.postMessage"))
    for number in numbers:
        # Long enough for everybody to have gone to sleep again, and never in step with them.
        time.sleep(dice.uniform(0.1, 0.4))
        inlet.send(message_from_bytes(mail(number), policy=policy.SMTP), sender(number), [SUPPORT])
        delivered = time.time()
        posts += 1
        waits.append(play.wait_for_posts(posts, PATIENCE)[-1]["at"] - delivered)
    return waits
