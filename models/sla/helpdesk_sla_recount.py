"""Calendars or policies have changed: the clocks of open tickets are counted anew by the cron, in portions.

How data flows: whoever saves a calendar, a holiday or a policy only adds a row here, and wakes the cron of the SLA
targets. The cron takes the oldest row and counts the tickets that it concerns by their numbers, some in each
transaction, which also notes how far it got: after a kill it goes on there. A row without tickets left is deleted.
"""

import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.common import crons
from ..common.transactions import attempted, retried
from ..common.translated import with_company_lang

_logger = logging.getLogger(__name__)

#: Tickets of one transaction.
BATCH = 50


class HelpdeskSlaRecount(models.Model):
    _name = "helpdesk.sla.recount"
    _description = "SLA Recount"
    _order = "id"
    _rec_name = "reason"

    reason = fields.Selection(
        [("hours", "Working hours changed"), ("holidays", "Public holidays changed"), ("policy", "Policy changed")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="cascade", index=True, help="Empty: the tickets of all companies."
    )
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", readonly=True, ondelete="cascade", index=True, help="Empty: all."
    )
    policy_id = fields.Many2one("helpdesk.sla.policy", readonly=True, ondelete="cascade", index=True)
    after_id = fields.Integer(string="Tickets Counted Until", readonly=True, help="The ID of the last ticket counted.")

    @api.model
    def _schedule(self, **scope):
        """Let the cron count tickets anew. :param scope: the fields of a row, as records or values"""
        vals = {name: value.id if isinstance(value, models.BaseModel) else value for name, value in scope.items()}
        recounts_sudo = self.sudo()
        # Not a row that is older than this transaction: the cron may be past the tickets that have changed just now.
        same = [(name, "=", vals.get(name, False)) for name in ("reason", "company_id", "calendar_id", "policy_id")]
        if not recounts_sudo.search_count([*same, ("create_date", "=", self.env.cr.now()), ("after_id", "=", 0)]):
            recounts_sudo.create(vals)
        self.env["ir.cron"]._bridge_wake(crons.SLA_TICK)

    def _tickets_domain(self):
        """The open tickets that a row concerns; a closed one keeps its history as it is."""
        self.ensure_one()
        domain = Domain([("sla_since", "!=", False), ("stage_id.closed", "=", False)])
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.reason != "policy":
            open_clocks = Domain([("satisfied_at", "=", False), ("state", "!=", "canceled")])
            calendar = ("calendar_id", "=", self.calendar_id.id) if self.calendar_id else ("calendar_id", "!=", False)
            domain &= Domain("sla_clock_ids", "any", open_clocks & Domain([calendar]))
        return domain

    @api.model
    def _recount_in_transaction(self, failed):
        """One portion of one row, in a transaction of its own; None when there is nothing to do, or not now."""
        try:
            return retried(self.env.cr, self._recount_next, BATCH, failed)
        except Exception:
            _logger.exception("sla: tickets cannot be counted anew")
            return None

    @api.model
    def _recount_next(self, limit=BATCH, failed=None):
        """One portion of the oldest row.

        :param failed: a set of ids, of rows that are left alone; one with which something goes wrong is added
        :return: how many tickets were looked at, or None when nothing is to be counted
        """
        failed = set() if failed is None else failed
        row = self.sudo().search([("id", "not in", list(failed))], limit=1)
        if not row:
            return None
        done, row_id = [], row.id
        error = attempted(self.env.cr, lambda: done.append(row._recount_portion(limit)))
        if error:
            _logger.error("sla: recount %s fails", row_id, exc_info=error)
            failed.add(row_id)
        return sum(done)

    def _recount_portion(self, limit):
        if self.reason == "policy" and not self.after_id:
            # What this process remembers of the policies may be older than what another one has stored.
            self.env.registry.clear_cache()
        domain = self._tickets_domain() & Domain("id", ">", self.after_id)
        tickets = self.env["helpdesk.ticket"].sudo().search(domain, order="id", limit=limit)
        for ticket in tickets:
            # A ticket that cannot be counted keeps none of the others from it.
            error = attempted(self.env.cr, ticket._sla_recount, self._why(ticket.company_id))
            if error:
                _logger.error("sla: the clocks of ticket %s cannot be counted anew", ticket.id, exc_info=error)
        if len(tickets) < limit:
            self.unlink()
        else:
            self.after_id = tickets[-1].id
        return len(tickets)

    def _why(self, company):
        """Why tickets are counted anew, as a company's people read it."""
        row = with_company_lang(company, self)
        if row.reason == "policy":
            return row.env._("the policy %s has changed", row.policy_id.name)
        if row.reason == "hours":
            return row.env._("the working hours %s have changed", row.calendar_id.name)
        return row.env._("the public holidays have changed")
