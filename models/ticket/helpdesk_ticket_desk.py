"""An agent's desk: which tickets stand where, for the page *My Desk*, for App Home in Slack and for the digest.

A ticket stands in one place: the first whose condition it meets. Rooms that know more add conditions and places.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..common.xmlids import AGENTS
from .helpdesk_ticket_snooze import AWAKE

#: The places, in this order: it is my turn; mine; nobody's, in my teams; out of sight.
TURN, MINE, UNASSIGNED, SNOOZED = "turn", "mine", "unassigned", "snoozed"
#: What is due first, then what is more important.
ORDER = "sla_due, priority desc, id"
OPEN = Domain("closed", "=", False)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    desk_place = fields.Selection(
        [
            (TURN, "Waiting for me"),
            (MINE, "My other open tickets"),
            (UNASSIGNED, "Unassigned in my teams"),
            (SNOOZED, "Snoozed"),
        ],
        string="On My Desk",
        compute="_compute_desk_place",
        search="_search_desk_place",
        group_expand=True,
        groups=AGENTS,
        help="Where the ticket stands on the desk of who looks at it.",
    )

    # ------------------------------------------------------------
    # Which tickets stand where
    # ------------------------------------------------------------

    @api.model
    def _bridge_turn(self):
        """Hook: of an assigned ticket, that its customer waits for its agent, as a domain."""
        return Domain("customer_replied", "=", True) | Domain("unattended", "=", True)

    @api.model
    def _bridge_desk(self, user):
        """Hook: the condition of each place, for one agent, as domains."""
        mine = Domain("user_id", "=", user.id)
        nobodys = Domain("user_id", "=", False) & Domain("team_id", "in", user.sudo().helpdesk_team_ids.ids)
        return {
            TURN: OPEN & AWAKE & mine & self._bridge_turn(),
            MINE: OPEN & AWAKE & mine,
            UNASSIGNED: OPEN & AWAKE & nobodys,
            SNOOZED: OPEN & ~AWAKE & (mine | nobodys),
        }

    @api.model
    def _bridge_desk_order(self):
        """The places in the order in which they are shown."""
        return [key for key, _label in self._fields["desk_place"].selection]

    @api.model
    def _bridge_desk_places(self, user):
        """The places of an agent's desk with the tickets in each: ``{place: domain}``, none of them in two places."""
        conditions, found, before = self._bridge_desk(user), {}, Domain.FALSE
        for place in self._bridge_desk_order():
            found[place] = conditions[place] & ~before
            before |= conditions[place]
        return found

    # ------------------------------------------------------------
    # The field
    # ------------------------------------------------------------

    @api.depends("user_id", "team_id", "stage_id", "snoozed_until", "customer_replied")
    @api.depends_context("uid")
    def _compute_desk_place(self):
        self.desk_place = False
        for place, domain in self._bridge_desk_places(self.env.user).items():
            self.filtered_domain(domain).desk_place = place

    @api.model
    def _search_desk_place(self, operator, value):
        if operator != "in":
            return NotImplemented
        places = self._bridge_desk_places(self.env.user)
        found = Domain.OR([places[place] for place in value if place in places])
        return found | ~Domain.OR(places.values()) if False in value else found

    def _field_to_sql(self, alias, field_expr, query=None):
        """The place of a ticket in the database, so that Odoo can group by it."""
        if field_expr != "desk_place":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        conditions, cases = self._bridge_desk(self.env.user), []
        for place in self._bridge_desk_order():
            domain = conditions[place].optimize_full(self)
            cases.append(SQL("WHEN %s THEN %s", domain._to_sql(self, alias, query or self._as_query()), place))
        return SQL("(CASE %s END)", SQL(" ").join(cases))
