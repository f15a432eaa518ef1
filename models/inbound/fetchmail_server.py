import re
import time
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ...tools.common import crons
from ...tools.common.notification import notification
from ...tools.inbound import imap_syntax
from ..common import inbound_context
from ..common.server_secrets import is_server_host, main_company, server_secret
from .mailbox_connection import ImapMailbox, MailboxConnection

#: What says where a mailbox is; the begin that was noted there means nothing anywhere else.
PLACE = {"imap_folder", "server", "user"}


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    helpdesk_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        ondelete="restrict",
        index="btree_not_null",
        help="Emails in this mailbox become tickets of this team.",
    )
    helpdesk_address = fields.Char(
        string="Address",
        compute="_compute_helpdesk_address",
        store=True,
        readonly=False,
        help="The address that customers write to.",
    )
    helpdesk_address_name = fields.Char(
        string="Sender Name", help="The name that customers see next to the address, for example Acme Support."
    )

    imap_folder = fields.Char(string="Folder", default="INBOX", help="Its name, as your email program shows it.")
    imap_recipient = fields.Char(
        string="Only Emails To",
        help="For a shared mailbox: only emails with this address in To, Cc, Delivered-To or X-Original-To become "
        "tickets. Other emails stay untouched and unread.",
    )
    imap_keyword = fields.Char(
        string="Keyword",
        default="X-HELPDESK",
        help="Set on processed emails, if the server allows keywords. Every email without it counts as new, so an "
        "email that a person has already read is not missed. If empty or not allowed, unread emails count as new.",
    )
    helpdesk_authserv_id = fields.Char(
        string="Trusted Mail Server",
        help="The name at the start of the Authentication-Results headers that your own mail server adds, for example "
        "mx.example.com. With it, email replies from your agents are accepted as theirs. Without it, an email from an "
        "agent's address about another person's ticket opens a new ticket, because From alone proves nothing.",
    )
    imap_waiting = fields.Integer(string="Emails Waiting", readonly=True, copy=False)
    imap_keyword_refused = fields.Boolean(string="No Keywords Allowed", readonly=True, copy=False)
    #: Or "after:UID", where another system has handled what came before.
    imap_begin = fields.Char(
        string="New Emails Begin At",
        readonly=True,
        copy=False,
        help="UIDVALIDITY and the first UID that counts as new, or a start time.",
    )
    inbound_mail_ids = fields.One2many("helpdesk.inbound.mail", "fetchmail_server_id")
    password_by_server = fields.Boolean(
        string="Password Set on the Server", compute="_compute_password_by_server", compute_sudo=True
    )
    failed_mail_count = fields.Integer(string="Failed Emails", compute="_compute_failed_mail_count")

    def _compute_failed_mail_count(self):
        counts = self.env["helpdesk.inbound.mail"]._read_group(
            [("fetchmail_server_id", "in", self.ids), ("verdict", "=", "failed")], ["fetchmail_server_id"], ["__count"]
        )
        failed = {server.id: count for server, count in counts}
        for server in self:
            server.failed_mail_count = failed.get(server.id, 0)

    @api.depends("user")
    def _compute_helpdesk_address(self):
        for server in self:
            server.helpdesk_address = server.helpdesk_address or email_normalize(server.user or "")

    @api.constrains("helpdesk_address", "helpdesk_team_id")
    def _check_helpdesk_address(self):
        for server in self.filtered("helpdesk_team_id"):
            if server.helpdesk_address and not email_normalize(server.helpdesk_address):
                raise ValidationError(
                    self.env._(
                        "“%s” is not an email address. Enter the address that your customers write to.",
                        server.helpdesk_address,
                    )
                )

    @api.constrains("object_id", "helpdesk_team_id")
    def _check_helpdesk_object(self):
        for server in self.filtered("helpdesk_team_id"):
            if server.object_id.model != "helpdesk.ticket":
                raise ValidationError(
                    self.env._(
                        "The mailbox %(mailbox)s creates records of “%(model)s”. Choose either a helpdesk team or "
                        "another kind of record.",
                        mailbox=server.name,
                        model=server.object_id.name or "",
                    )
                )

    @api.constrains("imap_keyword", "imap_recipient")
    def _check_imap_options(self):
        for server in self:
            if server.imap_keyword and not imap_syntax.is_keyword(server.imap_keyword):
                raise ValidationError(
                    self.env._("“%s” is not a valid keyword. Use only letters, digits and dashes.", server.imap_keyword)
                )
            if server.imap_recipient and not email_normalize(server.imap_recipient):
                raise ValidationError(self.env._("“%s” is not an email address.", server.imap_recipient))

    def _is_corrected_draft(self, vals):
        """An imported mailbox that has never been open, whose host or login was wrong, is still the same mailbox."""
        same_folder = vals.get("imap_folder", self.imap_folder) == self.imap_folder
        return self.state == "draft" and same_folder and self.imap_begin.startswith("after:")

    @api.onchange("helpdesk_team_id")
    def _onchange_helpdesk_team_id(self):
        if self.helpdesk_team_id:
            self.object_id = self._helpdesk_object()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_helpdesk_object(vals) for vals in vals_list])

    def write(self, vals):
        following = self.browse()
        if "user" in vals and "helpdesk_address" not in vals:
            # An address that was taken from the login follows it; one that a person typed stays.
            following = self.filtered(lambda server: server.helpdesk_address == email_normalize(server.user or ""))
        if vals.keys() & PLACE and "imap_begin" not in vals:
            # Another folder: its UIDs are others, and what came into it before this moment is not ours.
            elsewhere = self.filtered(
                lambda server: (
                    server.imap_begin
                    and any(vals[name] != server[name] for name in vals.keys() & PLACE)
                    and not server._is_corrected_draft(vals)
                )
            )
            super(FetchmailServer, elsewhere).write({"imap_begin": f"since:{int(time.time())}"})
        result = super().write(self._with_helpdesk_object(vals))
        following.helpdesk_address = email_normalize(vals.get("user") or "")
        return result

    def _connect__(self, allow_archived=False):  # noqa: PLW3201 (core's name)
        """Whatever core, or an OAuth module, has connected and logged in; ours knows what became of a mail."""
        with self._with_server_password():
            connection = super()._connect__(allow_archived=allow_archived)
        if not self.helpdesk_team_id:
            return connection
        run = inbound_context.current(self.env)
        if self._get_connection_type() != "imap":
            return MailboxConnection(connection, self, run) if run else connection
        mailbox = ImapMailbox(connection, self, run)
        if not run:
            # A test of the connection is also a test of the folder, and the moment from which on mail is ours.
            mailbox.open_folder()
        return mailbox

    def _imap_login__(self, connection):  # noqa: PLW3201 (core's name)
        with self._with_server_password():
            return super()._imap_login__(connection)

    @contextmanager
    def _with_server_password(self):
        """Core logs in with the form's password. Where that is empty it finds the server's, which is never stored."""
        password = self._helpdesk_password()
        if password == (self.password or ""):
            yield
            return
        self._fields["password"]._update_cache(self, password)
        try:
            yield
        finally:
            self.invalidate_recordset(["password"], flush=False)

    def _helpdesk_password(self):
        """The password of this mailbox: the form's, else the one that the server's administrator gives.

        For one mailbox ``mailbox_password_support_acme_example`` (its login, other characters than letters and digits
        as underscores), for all ``mailbox_password``. Only mailboxes of the main company have them, on the host that
        the server names: an administrator of Odoo could send them anywhere else.
        """
        company = self.helpdesk_team_id.company_id
        if self.password or not self.helpdesk_team_id or company not in (company.browse(), main_company(self.env)):
            return self.password or ""
        if not is_server_host(self.env, "mailbox_host", self.server):
            return ""
        login = re.sub(r"[^a-z0-9]+", "_", (self.user or "").lower())
        return server_secret(self.env, f"mailbox_password_{login}") or server_secret(self.env, "mailbox_password")

    @api.depends("password", "helpdesk_team_id", "user", "server")
    def _compute_password_by_server(self):
        for server in self:
            server.password_by_server = bool(not server.password and server._helpdesk_password())

    def button_confirm_login(self):
        result = super().button_confirm_login()
        if self.helpdesk_team_id:
            self.env["ir.cron"]._bridge_wake(crons.FETCH)
        refused = self.filtered(lambda server: server.helpdesk_team_id and server.imap_keyword_refused)
        if not refused:
            return result
        return notification(
            "warning",
            self.env._("Connected, without keywords"),
            self.env._(
                "This mail server does not allow keywords, so unread emails count as new. Make sure that Odoo is the "
                "first to read the emails in this folder."
            ),
            then="reload",
        )

    def _fetch_mail(self, batch_limit=50):
        run = inbound_context.FetchRun()
        ours = self.filtered("helpdesk_team_id")
        left_alone = ours if ours and self.env["helpdesk.bridge.database"]._is_copy() else self.browse()
        fetching = (self - left_alone).with_context(**{inbound_context.KEY: run})
        result = super(FetchmailServer, fetching)._fetch_mail(batch_limit=batch_limit)
        for xmlid in run.woken:
            self.env["ir.cron"]._bridge_wake(xmlid)
        if run.backlog and run.handled:
            # core comes back for the rest, but up to a minute later
            self.env["ir.cron"]._bridge_wake(crons.FETCH)
        return result

    @api.model
    def _listened(self):
        """The mailboxes that `odoo-bin helpdesk_listen` waits at."""
        confirmed = self.search([("helpdesk_team_id", "!=", False), ("state", "=", "done")])
        # OAuth mailboxes have server types of their own.
        return confirmed.filtered(lambda mailbox: mailbox._get_connection_type() == "imap")

    @api.model
    def _with_helpdesk_object(self, vals):
        """A mailbox with a team makes tickets: nobody has to say it twice. Addresses are kept bare."""
        if vals.get("helpdesk_address"):
            vals = {**vals, "helpdesk_address": email_normalize(vals["helpdesk_address"]) or vals["helpdesk_address"]}
        if not vals.get("helpdesk_team_id") or vals.get("object_id"):
            return vals
        return {**vals, "object_id": self._helpdesk_object().id}

    @api.model
    def _helpdesk_addresses(self):
        """Every address that leads back to us: of support mailboxes, in use or not, and of aliases that make tickets.

        :return: a frozenset of normalised addresses
        """
        mailboxes = self.with_context(active_test=False).search([("helpdesk_team_id", "!=", False)])
        aliases = self.env["mail.alias"].search(
            [("alias_model_id", "=", self._helpdesk_object().id), ("alias_full_name", "!=", False)]
        )
        # Whose login opens a mailbox that is shared with others may be a person.
        logins = mailboxes.filtered(lambda mailbox: not mailbox.imap_recipient).mapped("user")
        found = [*mailboxes.mapped("helpdesk_address"), *logins, *aliases.mapped("alias_full_name")]
        return frozenset(filter(None, (email_normalize(address or "") for address in found)))

    @api.model
    def _helpdesk_object(self):
        return self.env["ir.model"].sudo()._get("helpdesk.ticket")
