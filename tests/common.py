"""What every flow test needs: a team, a channel, a Slack, and words to speak of them."""

from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.tests import TransactionCase
from odoo.tests import new_test_user as new_invited_user

from ..models.common import caches, inbound_context, transactions
from ..models.inbound.mailbox_connection import MailboxConnection
from .queue_trap import trap_queued  # noqa: F401 (for other addons: docs/extending.rst)
from .slack_fake import TOKEN, SlackFake

FIXTURES = Path(__file__).parent / "fixtures"
#: How often one step of a cron may find something to do in a test.
MOST_STEPS = 300


def new_test_user(env, login, **values):
    """Odoo's own, but without the invitation by email: to write that takes longer than the user."""
    context = {**env.context, "no_reset_password": True}
    return new_invited_user(env, login, context=context, **values).with_env(env)


class BridgeCase(TransactionCase):
    """One team with one Slack channel, told by a Slack fake that really listens on a socket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A test's own transaction cannot be committed; that buttons do is shown in dev/tests.
        cls.startClassPatcher(patch.object(transactions, "release", lambda env: env.flush_all()))
        # Odoo's tests only play that other processes are told of changed settings: nothing of that is stored.
        cls.startClassPatcher(patch.object(caches, "_heard", return_value=0))
        cls.slack = SlackFake()
        cls.addClassCleanup(cls.slack.stop)
        cls.company = cls.env.company
        # A company of before the defaults of today: new ones are quieter, and mention the assignee more often.
        cls.company.write({"helpdesk_slack_mention": "channel", "helpdesk_letter_times": True})
        quiet = [{"company_id": cls.company.id, "event": event} for event in ("assigned", "customer_replied")]
        cls.env["helpdesk.slack.rule"].create(quiet)
        cls.workspace = cls.env["helpdesk.slack.workspace"].create(
            {"name": "Acme", "api_url": cls.slack.url, "bot_token": TOKEN, "company_id": cls.company.id}
        )
        cls.channel = cls._new_channel("#support", "C0SUPPORT01")
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Support", "slack_channel_id": cls.channel.id})
        cls.agent = new_test_user(
            cls.env, "agent", groups="helpdesk_mgmt.group_helpdesk_user", name="Anna Agent", email="anna@example.com"
        )
        cls.manager = new_test_user(cls.env, "manager", groups="helpdesk_mgmt.group_helpdesk_manager")
        cls.Outbox = cls.env["helpdesk.slack.outbox"]
        cls.Dispatcher = cls.env["helpdesk.slack.dispatcher"]

    def setUp(self):
        super().setUp()
        self.slack.reset()
        self.addCleanup(lambda: self.assertFalse(self.slack.armed(), "misbehaviour that nobody met"))
        # A flow starts with a clean transaction as far as the count of told tickets goes.
        self.env.cr.cache.pop("helpdesk_bridge.mentioning", None)

    @contextmanager
    def well(self, words):
        """A block that has to go well: whatever it raises is a failed assertion, in these words."""
        try:
            yield
        except self.failureException:
            raise
        except Exception as error:
            self.fail(f"{words}: {type(error).__name__}: {error}")

    @classmethod
    def _new_channel(cls, name, ref, workspace=None):
        return cls.env["helpdesk.slack.channel"].create(
            {"name": name, "channel_ref": ref, "workspace_id": (workspace or cls.workspace).id}
        )

    def new_ticket(self, **values):
        defaults = {"name": "Printer is on fire", "description": "<p>Please help</p>", "team_id": self.team.id}
        ticket = self.env["helpdesk.ticket"].create({**defaults, **values})
        self.assertTrue(ticket.mail_reference)  # it has its number, as after a commit
        return ticket

    def comment(self, ticket, body, user=None, author=None, note=False, **values):
        """Somebody says something on a ticket. :param author: a partner, for what a user did not say themself"""
        values.update({"author_id": author.id} if author else {})
        return ticket.with_user(user or self.env.user).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
            **values,
        )

    def said_last(self, ticket):
        """The last message on a ticket, without what has followed from it, such as another stage."""
        messages = ticket.message_ids.sorted("id")
        return (messages.filtered(lambda message: message.message_type != "notification") or messages)[-1:]

    def lines(self, ticket):
        """What stands in the ticket's thread in Slack, as its members' phones show it, without the reference."""
        below = [m for m in self.slack.messages if m.get("thread_ts") == ticket.slack_thread_id.ts]
        return [message["text"].replace(f"{ticket.mail_reference} ", "") for message in below]

    def shown(self, ticket):
        """The first message of the ticket's thread, everything a person can read in it."""
        [root] = [m for m in self.slack.messages if m["ts"] == ticket.slack_thread_id.ts]
        return self.texts(root)

    def texts(self, message):
        """Everything a person can read in a message, as one string."""
        parts = [message["text"]]
        for block in message["blocks"]:
            texts = [block.get("text"), *block.get("fields", ()), *(e.get("text") for e in block.get("elements", ()))]
            parts += [text if isinstance(text, str) else text["text"] for text in texts if text]
        return "\n".join(parts)

    def entries(self, ticket):
        return self.Outbox.search([("ticket_id", "=", ticket.id)], order="id")

    def attempt(self):
        """One round of the dispatcher without its commits; returns the row it took, empty when nothing was due."""
        with patch.object(type(self.Dispatcher), "_retried", lambda model, step, *arguments: step(*arguments)):
            claim = self.Dispatcher._claim()
            if not claim:
                return self.Outbox
            self.Dispatcher._attempt(claim)
        return self.Outbox.browse(claim.entry_id)

    def deliver(self):
        """Deliver whatever is due, as the cron would."""
        return self.Outbox.union(*self.exhaust(self.attempt))

    def exhaust(self, step):
        """Do a step until it finds nothing to do; returns what it found. A loop without end fails, it does not hang."""
        found = []
        for _step in range(MOST_STEPS):
            if not (something := step()):
                return found
            found.append(something)
        self.fail(f"there is no end to it: {found[-1]}, after {MOST_STEPS} steps")

    def make_due(self, entries):
        """Let the time of a back-off or a lease pass, and the holds of channel and workspace."""
        entries.next_attempt_at = entries.filtered("leased_until").leased_until = "2000-01-01 00:00:00"
        entries.channel_id.hold_until = entries.channel_id.workspace_id.hold_until = False

    def mail(self, name, **values):
        """The bytes of a fixture, with its ``{placeholders}`` filled in."""
        raw = (FIXTURES / "mail" / name).read_bytes()
        for placeholder, value in values.items():
            raw = raw.replace(b"{%s}" % placeholder.encode(), str(value).encode())
        return raw


@contextmanager
def without_our_write(model):
    """A block in which a model is written as if this addon changed nothing about it."""
    with ExitStack() as patches:
        for part in type(model).__mro__:
            if part.__module__.startswith("odoo.addons.helpdesk_bridge.") and "write" in vars(part):
                plain = lambda records, vals, part=part: super(part, records).write(vals)  # noqa: E731
                patches.enter_context(patch.object(part, "write", plain))
        yield


class FakeConnection:
    """The four methods Odoo's fetchmail uses of a connection."""

    def __init__(self, mails):
        self.mails = dict(enumerate(mails))

    def check_unread_messages(self):
        return len(self.mails)

    def retrieve_unread_messages(self):
        yield from list(self.mails.items())

    def handled_message(self, number):
        del self.mails[number]

    def disconnect(self):
        pass


class InboundCase(BridgeCase):
    """A support mailbox of the team, and people who write to it."""

    SUPPORT = "support@example.com"
    VOUCHING = "mx.example.com"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["fetchmail.server"].search([]).action_archive()
        cls.mailbox = cls._new_mailbox(cls.SUPPORT, cls.team)
        cls.Log = cls.env["helpdesk.inbound.mail"]
        cls.Ticket = cls.env["helpdesk.ticket"]

    @classmethod
    def _new_mailbox(cls, user, team):
        values = {"server_type": "pop", "server": "127.0.0.1", "password": "x", "state": "done"}
        values.update(name=user, user=user, helpdesk_team_id=team.id, helpdesk_opens_lists=True)
        return cls.env["fetchmail.server"].create(values)

    def fetch(self, *mails, mailbox=None, connection=None):
        """Let Odoo's fetchmail work off these emails; returns the connection, which holds what was not flagged."""
        connection = connection or FakeConnection(mails)

        def connect(server, allow_archived=False):
            return MailboxConnection(connection, server, inbound_context.current(server.env))

        mailbox = mailbox or self.mailbox
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(type(mailbox), "_connect__", connect),
        ):
            mailbox.with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        return connection

    def rows(self):
        return self.Log.search([("company_id", "=", self.company.id)], order="id")

    def receive(
        self,
        sender,
        *headers,
        subject="Printer is on fire",
        body="Smoke comes out of it.",
        mailbox=None,
        has_number=True,
    ):
        """Let somebody's email come in; returns its row in the log.

        :param headers: further lines of the header block
        :param has_number: its ticket has its number, as after a commit
        """
        type(self).number = getattr(type(self), "number", 0) + 1
        lines = [f"From: {sender}", f"Subject: {subject}", f"Message-ID: <{self.number}@test.example>"]
        if not any(header.lower().startswith("to:") for header in headers):
            lines.append(f"To: {self.SUPPORT}")
        raw = "\r\n".join([*headers, *lines, "", body, ""]).encode()
        self.fetch(raw, mailbox=mailbox)
        row = self.Log.search([("message_id", "=", f"<{self.number}@test.example>")])
        if has_number:
            row.ticket_id.mapped("mail_reference")
        return row

    def vouched(self, address):
        """The header with which the receiving server says that an address is genuine."""
        domain = address.partition("@")[2]
        return f"Authentication-Results: {self.VOUCHING}; dmarc=pass header.from={domain}"

    def answering(self, ticket):
        """The header of an email that answers the last message of a ticket that has any words."""
        return f"In-Reply-To: {ticket.message_ids.filtered('body').sorted('id')[-1:].message_id}"

    def words(self, ticket):
        """What was said on a ticket, in order: (kind of subtype, text)."""
        said = ticket.message_ids.filtered(lambda message: message.body).sorted("id")
        return [("note" if message.subtype_id.internal else "public", message.preview) for message in said]
