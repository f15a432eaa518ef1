"""Snoozed tickets: out of sight until a moment, or until the customer writes. The SLA clocks run on.

`snoozed_until` is empty for a ticket that nobody has snoozed, and again when the snooze is over: the follow-up cron
empties it, and reports that. What only says thanks wakes nothing.
"""

import logging
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.common import crons
from ...tools.ticket import events
from ...tools.ticket.events import Event
from ..common import database_time
from ..common.transactions import attempted
from ..common.xmlids import AGENTS

_logger = logging.getLogger(__name__)

#: Tickets of which the first that nobody has locked is woken.
CANDIDATES = 20
#: Of tickets that are not out of sight.
AWAKE = Domain("snoozed_until", "=", False)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    snoozed_until = fields.Datetime(
        copy=False,
        readonly=True,
        tracking=True,
        index="btree_not_null",
        groups=AGENTS,
        help="Until then, or until the customer writes, the ticket is out of sight.",
        saved_only=True,
    )

    def _bridge_snooze(self, moment):
        """Put these tickets out of sight. :param moment: naive UTC, in the future"""
        self.check_access("write")
        if not moment or moment <= database_time.now(self.env):
            raise UserError(self.env._("Choose a moment in the future."))
        for ticket in self.filtered("closed")[:1]:
            raise UserError(self.env._("%s is closed. Only open tickets can be snoozed.", ticket.mail_reference))
        self.write({"snoozed_until": moment})
        self.env["ir.cron"]._bridge_wake_at(crons.AFTER_MAIL, moment)

    def action_wake(self):
        """Put these tickets back in sight."""
        self.check_access("write")
        self.filtered("snoozed_until").write({"snoozed_until": False})

    @api.model
    def _bridge_zone_of(self, user):
        """Where a user is, for what nine o'clock means to them."""
        return ZoneInfo(user.tz or self.env.company.partner_id.tz or "UTC")

    @api.model
    def _bridge_wake_next(self):
        """End the snooze that has been over for longest, of tickets that nobody has locked.

        A ticket that another addon does not let change comes back all the same, or it would hold up all others.

        :return: whether there was one
        """
        over = Domain("snoozed_until", "<=", database_time.now(self.env))
        tickets = self.sudo().with_context(active_test=False)
        found = tickets.search(over, order="snoozed_until, id", limit=CANDIDATES)
        ticket = found.try_lock_for_update(allow_referencing=True, limit=1)
        if not ticket:
            return False
        if error := attempted(self.env.cr, ticket._bridge_end_snooze):
            _logger.error("the end of the snooze of ticket %s cannot be reported", ticket.id, exc_info=error)
            self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET snoozed_until = NULL WHERE id = %s", ticket.id))
            ticket.invalidate_recordset(["snoozed_until"], flush=False)
        return True

    def _bridge_end_snooze(self):
        """The snooze of this ticket is over: bring it back in sight, and say so."""
        said = [Event(events.SNOOZE_ENDED)] if self.active and not self.closed else []
        with self._bridge_changing(frozenset({"snoozed_until"}), said=said):
            self.snoozed_until = False

    # ------------------------------------------------------------
    # What ends a snooze
    # ------------------------------------------------------------

    def _bridge_on_work(self, before, keys):
        """A ticket that is closed or archived needs no snooze any more."""
        result = super()._bridge_on_work(before, keys)
        over = self.filtered(lambda ticket: ticket.snoozed_until and (ticket.closed or not ticket.active))
        over.snoozed_until = False
        return result

    def _bridge_on_customer_reply(self, message, is_asking=True):
        if is_asking and self.snoozed_until:
            self.snoozed_until = False
        return super()._bridge_on_customer_reply(message, is_asking)

    def _bridge_on_merged(self):
        """What nobody has answered brings the ticket that goes on back in sight, as a reply on it would."""
        is_waiting = not self.closed and (self.customer_replied or self.unattended)
        result = super()._bridge_on_merged()
        target = self._bridge_resolve_merged()
        if is_waiting and target != self and target.snoozed_until:
            target.snoozed_until = False
        return result

    def _bridge_snooze_changed(self):
        """When this ticket was snoozed, or its snooze ended, last; None for never."""
        field_id = self.env["ir.model.fields"]._get(self._name, "snoozed_until").id
        about = [("mail_message_id.model", "=", self._name), ("mail_message_id.res_id", "=", self.id)]
        values = self.env["mail.tracking.value"].sudo()
        return values.search([("field_id", "=", field_id), *about], order="id desc", limit=1).create_date or None


class HelpdeskFollowup(models.AbstractModel):
    _inherit = "helpdesk.followup"

    @api.model
    def _steps(self):
        return [*super()._steps(), self.env["helpdesk.ticket"]._bridge_wake_next]
