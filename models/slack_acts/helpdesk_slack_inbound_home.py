"""App Home: a person's desk, with the same lists as *My Desk* in Odoo. It is renewed when opened and after an act."""

from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.slack import inbound_row, ticket_list
from ..common import database_time
from ..common.retention import delete_batch, expired
from ..slack.slack_client import PUBLISH_VIEW
from ..ticket import helpdesk_ticket_desk
from .slack_saying import insist

#: Days for which a home that was opened once is renewed after an act.
HOME_DAYS = 7


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    # For each portion of what is deleted, not all rows.
    _without_ticket_index = models.Index(
        "(create_date, id) WHERE ticket_id IS NULL AND kind IN ('app_home', 'command')"
    )

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.HOME: "_do_home"}

    def _do_home(self, work):
        work.answers = []
        self.person_id.home_opened_at = database_time.now(self.env)
        if not self._may_list(work):
            return
        work.answers = [self._publishing(work, self._home_view())]
        self._done(self._in_words().env._("App Home was shown."))

    def _publishing(self, work, view):
        return partial(insist, partial(work.connection.call, PUBLISH_VIEW, user_id=self._actor_ref(), view=view))

    def _home_view(self, notice=""):
        env = self._for_person().env
        parts, shown, at_risk = [], [], self._list_domain(ticket_list.AT_RISK)
        for title, domain, nothing in self._home_parts(env):
            entries, has_more = self._list_entries(domain, ticket_list.MAX_IN_PART)
            if not nothing:
                above = self._tickets_as_person().search_count(at_risk & Domain("id", "in", shown), limit=1)
                nothing = env._("Nothing else is at risk.") if above else env._("Nothing is at risk.")
            shown += [entry.ticket_id for entry in entries]
            more = env._("There are more in Odoo.") if has_more else ""
            parts.append(ticket_list.Part(title, entries, nothing, more))
        return ticket_list.home(env._("Helpdesk"), parts, notice)

    def _home_parts(self, env):
        """Title, tickets and what is said if there are none, for each place of the person's desk.

        Nothing is said of what is at risk: the places above may show that.
        """
        tickets = self._tickets_as_person()
        titles = dict(tickets._fields["desk_place"]._description_selection(tickets.env))
        nothing = {
            helpdesk_ticket_desk.TURN: env._("No customer waits for you."),
            helpdesk_ticket_desk.MINE: env._("You have no other open tickets."),
            helpdesk_ticket_desk.UNASSIGNED: env._("Every ticket of your teams has an assignee."),
            helpdesk_ticket_desk.SNOOZED: env._("Nothing is snoozed."),
        }
        return [
            (titles[place], domain, nothing.get(place))
            for place, domain in tickets._bridge_desk_places(self.user_id).items()
        ]

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    def _is_about_home(self):
        return self.kind == inbound_row.HOME or (
            self.kind == inbound_row.BLOCK_ACTION and ticket_list.is_in_home(self.payload)
        )

    def _saying(self, work, words, ticket):
        """What is said to who has clicked in App Home stands there."""
        if not self._is_about_home() or self._form_title(self.kind, self.payload):
            return super()._saying(work, words, ticket)
        if self.user_id and self.kind != inbound_row.HOME:
            return self._publishing(work, self._home_view(words))
        return self._publishing(work, ticket_list.home(self._for_person().env._("Helpdesk"), (), words))

    def _after_act(self, work, result):
        told = super()._after_act(work, result)
        since = database_time.now(self.env) - timedelta(days=HOME_DAYS)
        opened = self.person_id.home_opened_at
        if result.is_changed and opened and opened > since:
            work.answers.append(self._publishing(work, self._home_view()))
        return told

    @api.autovacuum
    def _gc_without_ticket(self):
        """Delete rows that led to no ticket, as commands and looks at App Home, after the days of the outbox."""
        without = [("ticket_id", "=", False), ("kind", "in", (inbound_row.HOME, inbound_row.COMMAND))]
        return delete_batch(expired(self, "helpdesk_outbox_days", [*without, ("state", "in", ("done", "ignored"))]))


class HelpdeskSlackPerson(models.Model):
    _inherit = "helpdesk.slack.person"

    home_opened_at = fields.Datetime(string="App Home Opened", readonly=True)
