"""Emails that are too large to be fetched: a ticket with their headers, and a button that fetches them all the same.

How data flows: the mail server says the size of an email before it is fetched. Of one over the limit only the headers
are read; it stays in the mailbox. An administrator may press *Fetch Anyway*: then the next fetch of that mailbox reads
it, one in each run, and attaches it to the ticket as it came.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.common import crons
from ...tools.inbound import sanitize
from ..common.transactions import retried
from ..common.translated import translate, with_company_lang
from ..common.xmlids import SYSTEM


class HelpdeskInboundMail(models.Model):
    _inherit = "helpdesk.inbound.mail"

    left_size = fields.Integer(
        string="Bytes Left in the Mailbox",
        readonly=True,
        copy=False,
        help="The size of an email that is too large to be fetched by itself. Only its headers were read.",
    )
    is_wanted = fields.Boolean(string="To Be Fetched Anyway", readonly=True, copy=False, groups=SYSTEM)
    can_fetch_left = fields.Boolean(compute="_compute_can_fetch_left", compute_sudo=True)

    _wanted_index = models.Index("(fetchmail_server_id) WHERE is_wanted")

    @api.depends("left_size", "is_wanted", "ticket_id", "place", "fetchmail_server_id")
    def _compute_can_fetch_left(self):
        for entry in self:
            # Without lasting ids (POP3) it could not be found again.
            has_place = bool(entry.fetchmail_server_id and entry.place)
            entry.can_fetch_left = bool(entry.left_size and has_place and entry.ticket_id and not entry.is_wanted)

    def action_fetch_left(self):
        """Fetch these emails although they are large: each is attached to its ticket by the next fetch."""
        self.check_access("write")
        if not all(self.mapped("can_fetch_left")):
            raise UserError(self.env._("There is nothing to fetch: the email is here, or no longer in its mailbox."))
        self.is_wanted = True
        self.env["helpdesk.fetch.request"].sudo()._request(self.fetchmail_server_id)
        self.env["ir.cron"]._bridge_wake(crons.FETCH)

    def _note_left(self, ticket, sender):
        """Note on a ticket that an email of this sender was not fetched, and who can fetch it."""
        if self.place:
            who = ticket.env._("An administrator can fetch it: %s.", self._get_html_link(title=self.subject or "…"))
        else:
            who = ticket.env._("Open it with an email program.")
        ticket._message_log(
            body=ticket.env._(
                "The next email from %(sender)s was not fetched, because %(why)s. It is still in the mailbox, and here "
                "are only its sender and subject. %(who)s",
                sender=sender,
                why=translate(ticket.env, sanitize.too_large(self.left_size)),
                who=who,
            )
        )

    @api.model
    def _wanted(self, mailbox):
        """An email of this mailbox that an administrator wants, or an empty recordset."""
        return self.search([("fetchmail_server_id", "=", mailbox.id), ("is_wanted", "=", True)], limit=1, order="id")

    @api.model
    def _store_wanted(self, entry, raw, why_not=""):
        """Attach an email to its ticket, in a transaction of its own.

        :param raw: its bytes; None: it is no longer there
        :param why_not: the error of the mail server
        """
        with self.env.registry.cursor() as cr:
            retried(cr, entry.with_env(self.env(cr=cr))._store_wanted_step, raw, why_not)

    def _store_wanted_step(self, raw, why_not):
        ticket = with_company_lang(self.company_id, self.ticket_id)
        vals = {"is_wanted": False}
        if why_not:
            body = ticket.env._(
                "The large email “%(subject)s” could not be fetched: %(error)s", subject=self.subject, error=why_not
            )
        elif raw is None:
            body = ticket.env._(
                "The large email “%s” could not be fetched: it is no longer in the mailbox.", self.subject
            )
        else:
            vals["left_size"] = 0
            body = ticket.env._("The large email “%s” is attached here as it came.", self.subject)
        self.write(vals)
        if not ticket:
            return
        attachments = self.env["ir.attachment"]
        if raw is not None:
            attachments = attachments.create(
                {
                    "name": "original.eml",
                    "raw": raw,
                    "mimetype": "message/rfc822",
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        ticket._message_log(body=body, attachment_ids=attachments.ids)
