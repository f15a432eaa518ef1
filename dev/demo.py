"""`make demo`: a customer's email on its way to Slack, side by side; then everything stays up to click through.

With ONCE=1 it ends by itself. Its exit status says whether the whole way was seen.
"""

import os
import sys
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path

from slack_sdk.errors import SlackApiError

from dev import locks, sightings
from dev.acme import AGENTS, CHANNEL, CONFIRMATION, CUSTOMER_NAME, SUPPORT
from dev.demo_screen import Screen
from dev.demo_send import reachable
from dev.demo_services import NAME, start
from dev.demo_slack import SlackWork
from dev.demo_terminal import end_cleanly_on_signals, own_terminal
from dev.demo_watch import Watch
from dev.paths import LOGS, STATE
from dev.services.odoo_server import RpcError
from dev.services.process import ServiceFailed, tail
from dev.services.slack_double import NotAllowed

SUBJECT = "Printer on fire"
REPLY = "Unplugged. The smoke is gone, thank you!"
#: What went wrong outside, each said in a line.
TROUBLE = (sightings.NotSeen, ServiceFailed, RpcError, NotAllowed, SlackApiError, HTTPException, OSError, ValueError)
FAILED, INTERRUPTED = 1, 130
ENDS = {
    0: "The whole way was seen. Everything is stopped; the logs stay.",
    FAILED: "The demo FAILED, see above. Everything is stopped; the logs stay.",
    INTERRUPTED: "Interrupted before the whole way was seen. Everything is stopped.",
}


BY_HAND = (
    "Anna and Ben are agents: [Take], [Reply to customer] with [Undo], [Close], [⋯]; reply in a thread for a note;",
    "type /helpdesk mine; look at Apps → Helpdesk; make a ticket of any message by its menu.",
    "Carla has no user in Odoo, Gina and Uma are guests, Mallory is from another company (and has Anna's address):",
    "be one of them, press the same buttons, and read why nothing happens.",
)


class Demo:
    """One run of it."""

    def __init__(self, screen):
        self.screen = screen
        self.helpdesk = None
        self.log = None  # where to look for what went wrong
        self.whole_way_seen = False

    def run(self, services, once):
        """Start, show, and stay."""
        self.screen.title("Starting")
        self.helpdesk = start(services, self.screen)
        members = {address.partition("@")[0]: ref for address, ref in self.helpdesk.slack.users.items()}
        self.screen.people = {ref: name.title() for name, ref in members.items()}
        self.screen.title("A customer writes")
        self._show_mail()
        ticket = self._show_ticket()
        self._show_slack(ticket)
        self._show_letter(ticket, CONFIRMATION)
        sightings.read_mail(self.helpdesk, SUBJECT)
        self.screen.seen("Mailbox", "flagged the mail as read")
        self.screen.title("The team works on it, from Slack alone")
        self._show_life(ticket)
        self.whole_way_seen = True
        if not once:
            self._tell_addresses(ticket)
            self._stay()

    def _show_mail(self):
        self.log = LOGS / f"{NAME}-dovecot.log"
        self.helpdesk.customer_writes(SUBJECT)
        self.screen.seen("SMTP", f"took a mail from {CUSTOMER_NAME} to {SUPPORT}")
        # Read or unread: who looks now may be slower than Odoo.
        sightings.mail(self.helpdesk, SUBJECT)
        self.screen.seen("Mailbox", f"has it: “{SUBJECT}”")

    def _show_ticket(self):
        self.log = LOGS / f"{NAME}-odoo.log"
        self.screen.doing("Odoo", "fetching mail (woken by the listener; by itself it comes each minute)")
        ticket = sightings.ticket(self.helpdesk, SUBJECT)
        facts = [ticket[name] and ticket[name][1] for name in ("team_id", "channel_id", "user_id")]
        team, channel, assignee = (fact or "none" for fact in facts)
        self.screen.seen("Ticket", f"{ticket['number']} {ticket['mail_reference']} “{ticket['name']}”")
        self.screen.more(f"team: {team}   channel: {channel}   assigned to: {assignee}")
        return ticket

    def _show_slack(self, ticket):
        row = sightings.sent(self.helpdesk, ticket)
        self.screen.seen("Outbox", f"says “{row['event']}” was {row['state']} at attempt {row['attempts']}")
        message = sightings.message(self.helpdesk, ticket)
        self.screen.seen("Slack", f"has one message in #{CHANNEL}:")
        self.screen.message(message)
        thread = sightings.thread(self.helpdesk, ticket, message)
        self.screen.seen("Thread", f"of the ticket begins at {thread['ts']} in {thread['channel_ref']}")

    def _show_life(self, ticket):
        """What agents do in Slack, and the customer by email; each leaves a line in the thread."""
        helpdesk, work = self.helpdesk, SlackWork(self.helpdesk, self.screen, ticket)
        work.take()
        work.answer()
        self._customer_replies(ticket)
        work.hear(f"Customer replied ({CUSTOMER_NAME}): {REPLY}")
        work.close()
        root = sightings.shown(helpdesk, ticket, f"<@{helpdesk.slack.users[f'{AGENTS[0]}@acme.example']}>", "Done")
        self.screen.seen("Slack", "shows the present in the first message, and calls nobody again:")
        self.screen.message(root)

    def _show_letter(self, ticket, words):
        sender, subject = sightings.letter(self.helpdesk, ticket, words)
        self.screen.seen("Customer", f"has a mail from {sender}: “{subject}”")

    def _customer_replies(self, ticket):
        self.helpdesk.customer_writes(f"Re: {SUBJECT} {ticket['mail_reference']}", body=f"{REPLY}\n")
        self.helpdesk.fetch()

    def _tell_addresses(self, ticket):
        helpdesk, mailboxes = self.helpdesk, self.helpdesk.mailboxes
        people = ", ".join(["admin", *AGENTS])
        self.screen.title("Have a look")
        self.screen.table(
            {
                "Odoo": (helpdesk.odoo.url, f"log in as {people}; the password is the same word"),
                "The ticket": (f"{helpdesk.odoo.url}/odoo/helpdesk-tickets/{ticket['id']}", ""),
                "Slack": (
                    f"{helpdesk.slack.page(CHANNEL)}&as={AGENTS[0]}",
                    "a double: choose who you are, at the left",
                ),
                "Slack API": (helpdesk.slack.api_url, f"for programs only; bot token {helpdesk.slack.token}"),
                "Mail in": (f"smtp://127.0.0.1:{helpdesk.inlet.port}", "takes mail to the mailbox"),
                "Mail out": (helpdesk.outgoing.url, "what Odoo sends; nothing leaves this machine"),
                "Mailbox": (f"imap://127.0.0.1:{mailboxes.port}", f"{SUPPORT}, password {mailboxes.users[SUPPORT]}"),
                "Logs": (at_home(LOGS / f"{NAME}-*.log"), ""),
            }
        )
        self.screen.title("Write another mail, in another terminal and this folder")
        self.screen.more('python3 -m dev.demo_send "The coffee machine leaks"')
        self.screen.more(
            "It has the same sender: within the hour, the confirmation is a short email with the reference."
        )
        self.screen.title("Work it in Slack, and look at it in Odoo")
        for line in BY_HAND:
            self.screen.more(line)
        self.screen.title("What comes up in Slack, and what the customer gets, is shown here. Ctrl-C ends the demo.")

    def _stay(self):
        """Until somebody ends it: show each new email, and what comes up in Slack."""
        with reachable(self.helpdesk.inlet.port):
            watch = Watch(self.helpdesk, self.screen)
            while True:
                time.sleep(0.3)
                watch.look(TROUBLE)


def at_home(path):
    """A path as people write it, who are at home in it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def main():
    """Run it once; returns the exit status."""
    demo = Demo(Screen())
    end_cleanly_on_signals()
    with own_terminal(), _only_one():
        with ExitStack() as services:
            status = _play(demo, services)
            demo.screen.title("Stopping …")
        demo.screen.title(ENDS[status])
    return status


def _play(demo, services):
    """Play it to its end; returns the exit status."""
    try:
        demo.run(services, once=bool(os.environ.get("ONCE")))
    except KeyboardInterrupt:
        return 0 if demo.whole_way_seen else INTERRUPTED
    except TROUBLE as error:
        # Of what Odoo answered, the last line says it; the rest is in its log.
        demo.screen.failed(str(error).strip().splitlines()[-1] if isinstance(error, RpcError) else str(error))
        demo.screen.more(
            f"{demo.log} ends with:\n{tail(demo.log, 10)}" if demo.log else f"logs: {at_home(LOGS / f'{NAME}-*.log')}"
        )
        return FAILED
    return 0


@contextmanager
def _only_one():
    """One demo at a time in a checkout: its database would be taken from under the other."""
    with (STATE / f"{NAME}.lock").open("w") as lock:
        if not locks.take(lock):
            sys.exit("A demo of this checkout is running already. End it first, with Ctrl-C in its terminal.")
        yield


if __name__ == "__main__":
    sys.exit(main())
