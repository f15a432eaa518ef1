"""`make demo`: a customer's mail on its way to Slack, side by side; then everything stays up to click through.

With ONCE=1 it ends by itself. Its exit status says whether the whole way was seen.
"""

import os
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev import locks, sightings
from dev.acme import AGENTS, CHANNEL, CONFIRMATION, CUSTOMER_NAME, SUPPORT
from dev.demo_screen import Screen
from dev.demo_send import reachable
from dev.demo_services import start
from dev.demo_terminal import end_cleanly_on_signals, own_terminal
from dev.paths import LOGS, STATE
from dev.services.odoo_server import RpcError
from dev.services.process import ServiceFailed, tail

SUBJECT = "Printer on fire"
NOTE = "Which printer is it? I have the number of the fire brigade at hand."
ANSWER, REPLY = "Please unplug it and step back.", "Unplugged. The smoke is gone, thank you!"
FAILED, INTERRUPTED = 1, 130
ENDS = {
    0: "The whole way was seen. Everything is stopped; the logs stay.",
    FAILED: "The demo FAILED, see above. Everything is stopped; the logs stay.",
    INTERRUPTED: "Interrupted before the whole way was seen. Everything is stopped.",
}


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
        self.screen.title("The team works on it")
        self._show_life(ticket)
        self.whole_way_seen = True
        if not once:
            self._tell_addresses(ticket)
            self._stay()

    def _show_mail(self):
        self.log = LOGS / "demo-dovecot.log"
        self.helpdesk.customer_writes(SUBJECT)
        self.screen.seen("SMTP", f"took a mail from {CUSTOMER_NAME} to {SUPPORT}")
        # Read or unread: who looks now may be slower than Odoo.
        sightings.mail(self.helpdesk, SUBJECT)
        self.screen.seen("Mailbox", f"has it: “{SUBJECT}”")

    def _show_ticket(self):
        self.log = LOGS / "demo-odoo.log"
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
        """What agents and the customer do, and the line that each leaves in the thread."""
        helpdesk, agent = self.helpdesk, AGENTS[0]
        name = f"{agent.title()} Agent"
        letters = {f"{name} replied: {ANSWER}": ANSWER, f"Closed by {name} after …": "has been closed"}
        told = []
        for act, sentence in (
            (lambda: helpdesk.agent_takes(agent, ticket), f"{name} took it"),
            (lambda: self._type_in_slack(agent, ticket), NOTE),
            (lambda: helpdesk.agent_answers(agent, ticket, ANSWER), f"{name} replied: {ANSWER}"),
            (lambda: self._customer_replies(ticket), f"Customer replied ({CUSTOMER_NAME}): {REPLY}"),
            (lambda: helpdesk.agent_closes(agent, ticket), f"Closed by {name} after …"),
        ):
            act()
            told.append(sentence)
            line = sightings.lines(helpdesk, ticket, *told)[-1]
            self.screen.seen("Thread", f"“{line.removeprefix(ticket['mail_reference']).strip()}”")
            if sentence in letters:
                self._show_letter(ticket, letters[sentence])
            if sentence == NOTE:
                author = sightings.note(helpdesk, ticket, NOTE)
                self.screen.seen("Ticket", f"has it as an internal note of {author}, which no customer gets")
        root = sightings.shown(helpdesk, ticket, f"<@{helpdesk.slack.users[f'{agent}@acme.example']}>", "Done")
        self.screen.seen("Slack", "shows the present in the first message, and calls nobody again:")
        self.screen.message(root)

    def _show_letter(self, ticket, words):
        sender, subject = sightings.letter(self.helpdesk, ticket, words)
        self.screen.seen("Customer", f"has a mail from {sender}: “{subject}”")

    def _type_in_slack(self, agent, ticket):
        [thread] = self.helpdesk.threads(ticket)
        self.helpdesk.slack.person(agent).post(CHANNEL, NOTE, thread["ts"])

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
                "Slack": (helpdesk.slack.page(CHANNEL), "a double: choose who you are, write, click, attach"),
                "Slack API": (helpdesk.slack.api_url, f"for programs only; bot token {helpdesk.slack.token}"),
                "Mail in": (f"smtp://127.0.0.1:{helpdesk.inlet.port}", "takes mail to the mailbox"),
                "Mail out": (helpdesk.outgoing.url, "what Odoo sends; nothing leaves this machine"),
                "Mailbox": (f"imap://127.0.0.1:{mailboxes.port}", f"{SUPPORT}, password {mailboxes.users[SUPPORT]}"),
                "Logs": (at_home(LOGS / "demo-*.log"), ""),
            }
        )
        self.screen.title("Write another mail, in another terminal and this folder")
        self.screen.more('python3 -m dev.demo_send "The coffee machine leaks"')
        self.screen.more("It has the same sender, who gets one confirmation an hour: this one comes up in Slack only,")
        self.screen.more("not as a letter. Or log in to Odoo and assign, answer, close.")
        self.screen.title("New messages in Slack come up here. Ctrl-C ends the demo.")

    def _stay(self):
        """Until somebody ends it: show each new mail, and what comes up in Slack."""
        inlet = self.helpdesk.inlet
        taken, posts, last = inlet.taken, self._posts(), self._messages()[-1]["ts"]
        with reachable(inlet.port):
            while True:
                time.sleep(0.3)
                if inlet.taken > taken:
                    taken = inlet.taken
                    self.screen.seen("SMTP", "took another mail")
                if self._posts() > posts:
                    posts = self._posts()
                    last = self._show_messages_after(last)

    def _posts(self):
        """How many posts Slack answered."""
        return sum("status" in call for call in self.helpdesk.slack.calls("chat.postMessage"))

    def _messages(self):
        """What stands in the channel and below it, oldest first."""
        slack, found = self.helpdesk.slack, []
        for message in slack.messages(CHANNEL):
            found += slack.messages(CHANNEL, message["ts"]) if message.get("reply_count") else [message]
        return sorted(found, key=lambda message: float(message["ts"]))

    def _show_messages_after(self, last):
        """Show the messages that came after one; returns the newest one's ts."""
        for message in self._messages():
            if float(message["ts"]) > float(last):
                last = message["ts"]
                below = message.get("thread_ts", last) != last
                self.screen.seen("Slack", f"has a new {'line in a thread of' if below else 'message in'} #{CHANNEL}:")
                self.screen.message(message)
        return last


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
    except (sightings.NotSeen, ServiceFailed, RpcError, OSError) as error:
        # Of what Odoo answered, the last line says it; the rest is in its log.
        demo.screen.failed(str(error).strip().splitlines()[-1] if isinstance(error, RpcError) else str(error))
        demo.screen.more(
            f"{demo.log} ends with:\n{tail(demo.log, 10)}" if demo.log else f"logs: {at_home(LOGS / 'demo-*.log')}"
        )
        return FAILED
    return 0


@contextmanager
def _only_one():
    """One demo at a time in a checkout: its database would be taken from under the other."""
    with (STATE / "demo.lock").open("w") as lock:
        if not locks.take(lock):
            sys.exit("A demo of this checkout is running already. End it first, with Ctrl-C in its terminal.")
        yield


if __name__ == "__main__":
    sys.exit(main())
