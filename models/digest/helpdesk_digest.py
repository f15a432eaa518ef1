"""The morning digest: at risk today, waiting longest, snoozes that end; for a team in Slack, for an agent alone.

A row says that a team or an agent got the digest of a day. It is written in the transaction that enqueues the message:
a server that is killed leaves both or neither, and of two servers the second finds the row.
"""

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg2

from odoo import api, fields, models

from ...tools.common import crons
from ...tools.digest import schedule
from ..common import database_time
from ..common.retention import delete_batch, oldest
from ..common.transactions import retried

_logger = logging.getLogger(__name__)

#: Days for which rows are kept.
KEPT = 90
WEEKEND = 5


class HelpdeskDigest(models.Model):
    _name = "helpdesk.digest"
    _description = "Helpdesk Digest"
    _order = "sent_at desc, id desc"
    _rec_name = "day"

    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True, ondelete="cascade", index="btree_not_null")
    user_id = fields.Many2one("res.users", string="Agent", readonly=True, ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, required=True, ondelete="cascade")
    day = fields.Date(readonly=True, required=True)
    sent_at = fields.Datetime(readonly=True, required=True)
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    way = fields.Selection(
        [("channel", "Slack channel"), ("person", "To the agent"), ("empty", "Nothing to say")], readonly=True
    )

    _team_day = models.UniqueIndex("(team_id, day) WHERE team_id IS NOT NULL")
    _user_day = models.UniqueIndex("(user_id, day) WHERE user_id IS NOT NULL")

    # ------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send the digests that are due, each in a transaction of its own."""
        if self.env["helpdesk.bridge.database"]._is_silent():
            return
        for owner in self._owners():
            try:
                sent = retried(self.env.cr, self._send_if_due, owner)
            except Exception:
                # What is wrong with one keeps none of the others from theirs.
                _logger.exception("digest: %s %s", owner._name, owner.id)
                sent = False
            if sent and self.env["ir.cron"]._commit_progress(1) <= 0:
                # Odoo would come back minutes later.
                self.env["ir.cron"]._bridge_wake(crons.DIGEST)
                return

    @api.model
    def _owners(self):
        """The teams and agents who want a digest, one by one."""
        teams = self.env["helpdesk.ticket.team"].sudo().search([("digest", "=", True)], order="id")
        users = self.env["res.users"].sudo().search([("helpdesk_digest", "=", True)], order="id")
        return [*teams, *users._bridge_agents()]

    @api.model
    def _send_if_due(self, owner):
        """Send the digest of a team or an agent if it is due. :return: whether it was"""
        owner = owner.exists()
        wanted = owner._digest_wanted() if owner else None
        if not wanted:
            return False
        now = database_time.now(self.env)
        day = schedule.due_day(
            now,
            wanted.zone,
            wanted.hour,
            lambda day: self._is_working_day(wanted, day),
            last=self._last_sent(owner),
            since=wanted.since,
        )
        return bool(day) and self._send(owner, wanted, day, now)

    @api.model
    def _owner_field(self, owner):
        return "team_id" if owner._name == "helpdesk.ticket.team" else "user_id"

    @api.model
    def _last_sent(self, owner):
        theirs = [(self._owner_field(owner), "=", owner.id)]
        return self.sudo().search(theirs, limit=1).sent_at or None

    @api.model
    def _send(self, owner, wanted, day, now):
        """Note that this day's digest is sent, and enqueue it. :return: whether it was ours to send"""
        name = self._owner_field(owner)
        if self.sudo().search_count([(name, "=", owner.id), ("day", "=", day)], limit=1):
            return False
        vals = {name: owner.id, "company_id": wanted.company.id, "day": day, "sent_at": now}
        try:
            with self.env.cr.savepoint():
                digest = self.sudo().create(vals)
        except psycopg2.errors.UniqueViolation:
            return False  # another server has just been there
        _begin, end = schedule.bounds(day, wanted.zone)
        parts, count = digest._parts(wanted, end)
        digest.write({"ticket_count": count, "way": wanted.way if count else "empty"})
        if count:
            owner._digest_post(digest, wanted, parts)
        _logger.info("digest: %s %s of %s: %s tickets", owner._name, owner.id, day, count)
        return True

    # ------------------------------------------------------------
    # Working days
    # ------------------------------------------------------------

    @api.model
    def _is_working_day(self, wanted, day):
        """Whether somebody works on a day: by their calendar, the holidays of their company and their own leave."""
        calendar = wanted.calendar.sudo()
        begin, end = (moment.replace(tzinfo=ZoneInfo("UTC")) for moment in schedule.bounds(day, wanted.zone))
        theirs = [("time_type", "=", "leave"), ("company_id", "in", [wanted.company.id, False])]
        if not calendar or calendar.flexible_hours or not calendar.attendance_ids:
            # Which hours are worked is not known: weekdays without a leave at noon.
            return day.weekday() < WEEKEND and not self._is_away(wanted, begin + timedelta(hours=12))
        resources = wanted.resources.sudo()
        found = calendar._work_intervals_batch(begin, end, resources=resources, domain=theirs)
        return all(bool(list(found[resource.id])) for resource in resources or [resources])

    @api.model
    def _is_away(self, wanted, noon):
        """Whether there is a holiday of the company, or a leave of this person, at noon."""
        noon = noon.replace(tzinfo=None)
        leaves = self.env["resource.calendar.leaves"].sudo()
        of_whom = [("resource_id", "in", [False, *wanted.resources.ids])]
        of_whom += [
            ("calendar_id", "in", [False, wanted.calendar.id]),
            ("company_id", "in", [wanted.company.id, False]),
        ]
        now = [("time_type", "=", "leave"), ("date_from", "<=", noon), ("date_to", ">=", noon)]
        return bool(leaves.search_count([*of_whom, *now], limit=1))

    @api.autovacuum
    def _gc_old(self):
        """Delete rows and messages of digests that nobody asks about any more."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT)
        if old := oldest(self.sudo(), [("sent_at", "<", limit)]):
            # The messages follow when no row is left.
            return delete_batch(old)[0], 1
        settled = [("kind", "=", "digest"), ("state", "in", ("sent", "canceled")), ("create_date", "<", limit)]
        return delete_batch(oldest(self.env["helpdesk.slack.outbox"].sudo(), settled))
