"""Acme Support, what demo and end-to-end tests play in: set up through RPC, as a person would, and then used."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import partial

from dev.acme import AGENTS, CHANNEL, COMPANY, SUPPORT, TEAM, customer_mail
from dev.services import passwords
from dev.services.dovecot import Dovecot
from dev.services.maildev import Maildev
from dev.services.odoo_server import OdooServer, RpcError
from dev.services.slack_double import SlackDouble
from dev.services.smtp_inlet import SmtpInlet
from dev.services.smtp_outlet import SmtpOutlet
from dev.sightings import PATIENCE, wait_for

FETCH_CRON = "mail.ir_cron_mail_gateway_action"


@dataclass
class Helpdesk:
    """Everything around Acme Support. What is looked at is what a person could see; nothing here asks the database."""

    odoo: OdooServer
    slack: SlackDouble
    mailboxes: Dovecot
    inlet: SmtpInlet
    outgoing: Maildev | SmtpOutlet | None = None
    mailbox_id: int = 0
    team_id: int = 0
    workspace_id: int = 0

    @property
    def channel_ref(self):
        """The id of the team's channel in Slack."""
        return self.slack.channels[CHANNEL]

    def customer_writes(self, subject, **parts):
        """Send a customer's email through SMTP; it is in the mailbox when this returns."""
        self.inlet.send(customer_mail(subject, **parts))

    def fetch(self):
        """Let Odoo's fetch cron run now; by itself it comes each minute."""
        self.run(FETCH_CRON)

    def run(self, xmlid):
        """Let a cron run now."""
        cron = record_id(self.odoo.rpc, xmlid)
        when_free(xmlid, partial(self.odoo.rpc, "ir.cron", "method_direct_trigger", cron), "already executing")

    def retry(self, ticket):
        """Press Retry on what is queued for a ticket."""
        self.odoo.rpc("helpdesk.slack.outbox", "action_retry", [row["id"] for row in self.outbox(ticket)])

    def give_token(self, token):
        """Enter a bot token."""
        self.odoo.rpc("helpdesk.slack.workspace", "write", self.workspace_id, {"bot_token_entry": token})

    def mails(self, criterion):
        """The subjects of the emails that IMAP finds in the support mailbox; looking leaves no trace."""
        with self.mailboxes.imap(SUPPORT) as imap:
            _status, [numbers] = imap.search(None, criterion)
            return [_subject(imap, number) for number in numbers.split()]

    def tickets(self, subject):
        """The tickets with this title."""
        names = [
            "number",
            "bridge_number",
            "name",
            "mail_reference",
            "partner_email",
            "team_id",
            "company_id",
            "channel_id",
            "user_id",
        ]
        return self.odoo.rpc("helpdesk.ticket", "search_read", [("name", "=", subject)], names)

    def outbox(self, ticket):
        """What is or was queued for Slack for a ticket, oldest first."""
        mine = [("ticket_id", "=", ticket["id"])]
        names = ["event", "kind", "state", "attempts", "error", "slack_ts"]
        return self.odoo.rpc("helpdesk.slack.outbox", "search_read", mine, names, order="id")

    def threads(self, ticket):
        """Where the ticket's thread goes on: one thread, or none yet."""
        current = [("ticket_id", "=", ticket["id"]), ("is_current", "=", True)]
        return self.odoo.rpc("helpdesk.slack.thread", "search_read", current, ["channel_ref", "ts", "url"])

    def told(self, ticket):
        """The messages in Slack that begin a thread about this ticket."""
        mark = f"{ticket['mail_reference']} "
        messages = self.slack.messages(CHANNEL)
        return [message for message in messages if mark in message["text"] and not _is_reply(message)]

    def lines(self, ticket):
        """What stands in the ticket's thread below its first message, oldest first."""
        [thread] = self.threads(ticket)
        messages = self.slack.messages(thread["channel_ref"], thread_ts=thread["ts"])
        return [message["text"] for message in messages if message["ts"] != thread["ts"]]

    def root(self, ticket):
        """The first message of the ticket's thread, as it is now."""
        [thread] = self.threads(ticket)
        messages = self.slack.messages(thread["channel_ref"])
        [root] = [message for message in messages if message["ts"] == thread["ts"]]
        return root

    def as_agent(self, login):
        """A function that calls Odoo as an agent does."""
        return self.odoo.rpc_as(login, login)

    def agent_takes(self, login, ticket):
        """An agent presses *Assign to me*."""
        self.as_agent(login)("helpdesk.ticket", "assign_to_me", ticket["id"])

    def agent_answers(self, login, ticket, words):
        """An agent writes to the customer."""
        said = {"body": words, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        self.as_agent(login)("helpdesk.ticket", "message_post", ticket["id"], **said)

    def agent_closes(self, login, ticket):
        """An agent moves the ticket to Done."""
        done = record_id(self.odoo.rpc, "helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.as_agent(login)("helpdesk.ticket", "write", ticket["id"], {"stage_id": done})

    def unsent(self, ticket):
        """What a ticket says of email that has not left: (waiting, failed or False, why)."""
        [found] = self.odoo.rpc("helpdesk.ticket", "read", ticket["id"], ["mail_unsent", "mail_unsent_reason"])
        return found["mail_unsent"], found["mail_unsent_reason"]

    def message_id(self, subject):
        """The Message-ID of the email with this subject in the support mailbox."""
        with self.mailboxes.imap(SUPPORT) as imap:
            _status, [numbers] = imap.search(None, "ALL")
            found = [
                _header(imap, number, "MESSAGE-ID") for number in numbers.split() if _subject(imap, number) == subject
            ]
        return found[-1]

    def workspace(self):
        """The Slack workspace as Odoo shows it."""
        [workspace] = self.odoo.rpc("helpdesk.slack.workspace", "read", [self.workspace_id], ["state", "pause_reason"])
        return workspace


def set_up(odoo, slack, mailboxes, inlet, outgoing=None):
    """Configure a fresh Odoo for Acme Support; returns the Helpdesk."""
    helpdesk = Helpdesk(odoo, slack, mailboxes, inlet, outgoing)
    _name_company(odoo)
    _freeze_address(odoo)
    if outgoing:
        _send_through(odoo, outgoing)
    helpdesk.workspace_id = _connect_slack(odoo, slack)
    helpdesk.team_id = _gather_team(odoo, _add_channel(odoo, slack, helpdesk.workspace_id))
    helpdesk.mailbox_id = open_mailbox(odoo, mailboxes, helpdesk.team_id)
    return helpdesk


def _name_company(odoo):
    """It and its administrator need email addresses, or Odoo sends nothing in their names."""
    company = {"name": COMPANY, "email": "office@acme.example"}
    # What this company has switched on.
    company |= {"helpdesk_slack_mention": "channel", "helpdesk_letter_times": True}
    odoo.rpc("res.company", "write", record_id(odoo.rpc, "base.main_company"), company)
    odoo.rpc("res.users", "write", record_id(odoo.rpc, "base.user_admin"), {"email": "admin@acme.example"})


def _freeze_address(odoo):
    """Links in messages lead here, whatever address somebody logs in by."""
    for name, value in {"web.base.url": odoo.url, "web.base.url.freeze": "True"}.items():
        odoo.rpc("ir.config_parameter", "set_param", name, value)


def _send_through(odoo, outgoing):
    server = {"name": "maildev", "smtp_host": "127.0.0.1", "smtp_port": outgoing.smtp_port, "smtp_encryption": "none"}
    outgoing_server = odoo.rpc("ir.mail_server", "create", server)
    odoo.rpc("ir.mail_server", "test_smtp_connection", outgoing_server)  # raises when it does not work


def _connect_slack(odoo, slack):
    """A workspace whose connection was tested; returns its id."""
    values = {"name": "Slack", "api_url": slack.api_url, "bot_token_entry": slack.token}
    workspace = odoo.rpc("helpdesk.slack.workspace", "create", values)
    told = odoo.rpc("helpdesk.slack.workspace", "action_test_connection", workspace)["params"]
    if told["type"] != "success":
        raise RpcError(f"Testing the Slack connection: {told['message']}")
    return workspace


def _add_channel(odoo, slack, workspace):
    values = {"name": f"#{CHANNEL}", "channel_ref": slack.channels[CHANNEL], "workspace_id": workspace}
    return odoo.rpc("helpdesk.slack.channel", "create", values)


def _gather_team(odoo, channel):
    """A team told in a channel, and its agents; returns its id."""
    group = record_id(odoo.rpc, "helpdesk_mgmt.group_helpdesk_user_team")
    people = [
        {
            "name": f"{login.title()} Agent",
            "login": login,
            "email": f"{login}@acme.example",
            "group_ids": [(4, group)],
        }
        for login in AGENTS
    ]
    team = {"name": TEAM, "user_ids": [(6, 0, hire(odoo, people))], "slack_channel_id": channel}
    return odoo.rpc("helpdesk.ticket.team", "create", team)


def hire(odoo, people):
    """Make users, each with the login as password; returns their ids."""
    # They know their passwords: no need for an invitation by email.
    users = odoo.rpc("res.users", "create", people, context={"no_reset_password": True})
    passwords.give(odoo.database, {user: person["login"] for user, person in zip(users, people, strict=True)})
    return users


def open_mailbox(odoo, mailboxes, team, user=SUPPORT, **options):
    """A mailbox of the team, confirmed, which starts Odoo's fetch cron; returns its id."""
    values = {
        "name": user,
        "server_type": "imap",
        "server": mailboxes.host,
        "port": mailboxes.port,
        "user": user,
        "password": mailboxes.users[user],
        "helpdesk_team_id": team,
        "helpdesk_address": user,
        "helpdesk_address_name": TEAM,
        **options,
    }
    mailbox = odoo.rpc("fetchmail.server", "create", values)
    odoo.rpc("fetchmail.server", "button_confirm_login", mailbox)
    return mailbox


def change_cron(rpc, cron, values, timeout=PATIENCE):
    """Write a cron. It cannot be changed while it runs, as it may after the start of a server: then a moment later."""
    when_free(
        f"cron {cron}", lambda: rpc("ir.cron", "write", cron, values), "currently being executed", timeout=timeout
    )


def when_free(what, act, *busy, timeout=PATIENCE):
    """Do something by RPC as soon as nobody else is at it.

    :param what: its name, for when that never comes
    :param busy: what Odoo answers until then
    """

    def is_done():
        try:
            act()
        except RpcError as error:
            if any(words in str(error) for words in busy):
                return False
            raise
        return True

    wait_for(f"{what}, free", is_done, timeout=timeout)


def record_id(rpc, xmlid):
    """The id of the record with this external id."""
    module, _dot, name = xmlid.partition(".")
    [found] = rpc("ir.model.data", "search_read", [("module", "=", module), ("name", "=", name)], ["res_id"])
    return found["res_id"]


def _is_reply(message):
    return message.get("thread_ts") not in (None, message["ts"])


def _subject(imap, number):
    return _header(imap, number, "SUBJECT")


def _header(imap, number, name):
    _status, [(_envelope, header), _end] = imap.fetch(number, f"(BODY.PEEK[HEADER.FIELDS ({name})])")
    return message_from_bytes(header, policy=policy.default)[name]
