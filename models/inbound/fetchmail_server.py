import re
import time
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ...tools.common import crons
from ...tools.common.notification import notification
from ...tools.email import addresses
from ...tools.inbound import imap_syntax
from ...tools.inbound.patience import Patience
from ..common import inbound_context
from ..common.server_secrets import is_server_host, main_company, server_secret
from .imap_mailbox import ImapMailbox
from .mailbox_connection import MailboxConnection
from .mailbox_sockets import opened_with

#: Fields that identify a mailbox; `imap_begin` is only valid for these values.
PLACE = {"imap_folder", "server", "user"}
#: Of IMAP from the first byte on (RFC 8314).
TLS_PORT = 993


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

    helpdesk_opens_lists = fields.Boolean(
        string="Tickets from Newsletters and Lists",
        help="Without it, newsletters and emails of mailing lists (List-Id, List-Unsubscribe, Precedence) open no "
        "ticket. They are listed in Inbound Emails, where each can be replayed to open one.",
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
    #: Or "after:UID", if another system has processed the emails up to that UID.
    imap_begin = fields.Char(
        string="New Emails Begin At",
        readonly=True,
        copy=False,
        help="UIDVALIDITY and the first UID that counts as new, or a start time.",
    )
    inbound_mail_ids = fields.One2many("helpdesk.inbound.mail", "fetchmail_server_id", string="Inbound Emails")
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

    @api.constrains("active", "helpdesk_team_id")
    def _check_helpdesk_team_active(self):
        for server in self.filtered(lambda server: server.active and not server.helpdesk_team_id.active):
            if server.helpdesk_team_id:
                raise ValidationError(
                    self.env._(
                        "The team “%(team)s” of the mailbox “%(mailbox)s” is archived, so nobody would see its email. "
                        "Choose another team, or unarchive that one.",
                        team=server.helpdesk_team_id.name,
                        mailbox=server.name,
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
        """Whether it is an imported draft that was never opened: a corrected login does not make it another mailbox."""
        same_folder = vals.get("imap_folder", self.imap_folder) == self.imap_folder
        return self.state == "draft" and same_folder and self.imap_begin.startswith("after:")

    @api.onchange("helpdesk_team_id")
    def _onchange_helpdesk_team_id(self):
        if not self.helpdesk_team_id:
            return
        self.object_id = self._helpdesk_object()
        if not self.helpdesk_address_name or self.helpdesk_address_name == self._origin.helpdesk_team_id.name:
            self.helpdesk_address_name = self.helpdesk_team_id.name
        if not self._origin and not self.server:
            # The server is entered next: hardly one of today speaks without TLS.
            self.is_ssl = True
            self.onchange_server_type()

    @api.model
    def default_get(self, fields):
        """A mailbox that is set up from Helpdesk begins with what is known. :context helpdesk_mailbox: whether it is"""
        values = super().default_get(fields)
        if self.env.context.get("helpdesk_mailbox"):
            known = {name: value for name, value in self._helpdesk_defaults().items() if not values.get(name)}
            values.update({name: value for name, value in known.items() if name in fields})
        return values

    @api.model
    def _helpdesk_defaults(self):
        """The values of a new support mailbox: IMAP with TLS, and the team if there is only one."""
        values = {"server_type": "imap", "is_ssl": True, "port": TLS_PORT}
        teams = self.env["helpdesk.ticket.team"].search([], limit=2)
        if len(teams) == 1:
            team = {"helpdesk_team_id": teams.id, "object_id": self._helpdesk_object().id}
            values |= {**team, "name": teams.name, "helpdesk_address_name": teams.name}
        return values

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_helpdesk_object(vals) for vals in vals_list])

    def write(self, vals):
        same_as_login = self.browse()
        if "user" in vals and "helpdesk_address" not in vals:
            # An address that came from the login follows it; one that a person entered stays.
            same_as_login = self.filtered(lambda server: server.helpdesk_address == email_normalize(server.user or ""))
        if vals.keys() & PLACE and "imap_begin" not in vals:
            # A different folder has other UIDs, and emails that arrived there before now are not for the helpdesk.
            moved = self.filtered(
                lambda server: (
                    server.imap_begin
                    and any(vals[name] != server[name] for name in vals.keys() & PLACE)
                    and not server._is_corrected_draft(vals)
                )
            )
            super(FetchmailServer, moved).write({"imap_begin": f"since:{int(time.time())}"})
        result = super().write(self._with_helpdesk_object(vals))
        same_as_login.helpdesk_address = email_normalize(vals.get("user") or "")
        return result

    def _connect__(self, allow_archived=False):  # noqa: PLW3201 (Odoo's name)
        """Wrap the connection that Odoo, or an OAuth module, has logged in; the wrapper tracks each email's outcome."""
        run = inbound_context.current(self.env)
        patience = run.patience() if run and run.patience else Patience(self.helpdesk_opening_seconds)
        with self._with_server_password(), opened_with(patience):
            connection = super()._connect__(allow_archived=allow_archived)
        patience.opened()
        if not self.helpdesk_team_id:
            return connection
        if self._get_connection_type() != "imap":
            return MailboxConnection(connection, self, run, patience) if run else connection
        mailbox = ImapMailbox(connection, self, run, patience)
        if not run:
            # A connection test also tests the folder, and sets the start from which emails count as new.
            mailbox.open_folder()
        return mailbox

    def _imap_login__(self, connection):  # noqa: PLW3201 (Odoo's name)
        with self._with_server_password():
            return super()._imap_login__(connection)

    @contextmanager
    def _with_server_password(self):
        """Let Odoo log in with the password from the server if the form has none; it is never stored."""
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
        """The password of this mailbox: from the form, else from the server's environment.

        ``mailbox_password_support_acme_example`` is for one mailbox (its login, with underscores for everything but
        letters and digits), ``mailbox_password`` for all. It is only used for mailboxes of the main company on the
        host that the server names, because an Odoo administrator could otherwise send it to any host.
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
            self._helpdesk_confirmed()
            self.env["helpdesk.fetch.request"].sudo()._request(self.filtered("helpdesk_team_id"))
            self.env["ir.cron"]._bridge_wake(crons.FETCH)
        refused = self.filtered(lambda server: server.helpdesk_team_id and server.imap_keyword_refused)
        if not refused:
            return self._helpdesk_confirmation() or result
        return notification(
            "warning",
            self.env._("Connected, without keywords"),
            self.env._(
                "This mail server does not allow keywords, so unread emails count as new. Make sure that Odoo is the "
                "first to read the emails in this folder."
            ),
            then="reload",
        )

    def _helpdesk_confirmation(self):
        """What is said when support mailboxes were tested with success; None for other mailboxes."""
        teams = self.helpdesk_team_id
        if not teams:
            return None
        return notification(
            "success",
            self.env._("The mailbox works"),
            self.env._("Email that arrives from now on becomes tickets of %s.", ", ".join(teams.mapped("name"))),
            then="reload",
        )

    @api.model
    def _listened(self):
        """The mailboxes that `odoo-bin helpdesk_listen` watches."""
        confirmed = self.search([("helpdesk_team_id", "!=", False), ("state", "=", "done")])
        # OAuth mailboxes have their own server types.
        return confirmed.filtered(lambda mailbox: mailbox._get_connection_type() == "imap")

    @api.model
    def _with_helpdesk_object(self, vals):
        """The values with the ticket model for a mailbox with a team, and with a bare address."""
        if vals.get("helpdesk_address"):
            vals = {**vals, "helpdesk_address": email_normalize(vals["helpdesk_address"]) or vals["helpdesk_address"]}
        if not vals.get("helpdesk_team_id") or vals.get("object_id"):
            return vals
        return {**vals, "object_id": self._helpdesk_object().id}

    @api.model
    def _helpdesk_addresses(self):
        """Every address that leads back to us: of all support mailboxes, and of aliases that create tickets.

        :return: a frozenset of normalised addresses
        """
        mailboxes = self.with_context(active_test=False).search([("helpdesk_team_id", "!=", False)])
        aliases = self.env["mail.alias"].search(
            [("alias_model_id", "=", self._helpdesk_object().id), ("alias_full_name", "!=", False)]
        )
        # The login of a shared mailbox may be a person's address.
        logins = mailboxes.filtered(lambda mailbox: not mailbox.imap_recipient).mapped("user")
        found = [*mailboxes.mapped("helpdesk_address"), *logins, *aliases.mapped("alias_full_name")]
        return frozenset(filter(None, map(addresses.normalize, found)))

    @api.model
    def _helpdesk_object(self):
        return self.env["ir.model"].sudo()._get("helpdesk.ticket")
