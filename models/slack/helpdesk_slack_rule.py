"""Which events are posted for a team, which of them mention people, and which also appear in the channel itself.

A team's rule overrides its company's rule, which overrides `events.DEFAULT_RULES`. The rules are cached in the
registry, so that reading them costs no query.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.ticket import events
from ...tools.ticket.events import Rule
from ..common import caches


class HelpdeskSlackRule(models.Model):
    _name = "helpdesk.slack.rule"
    _inherit = ["helpdesk.bridge.cached", "helpdesk.bridge.shared"]
    _company_paths = ("company_id", "team_id.company_id")
    _description = "Slack Event"
    _order = "sequence, id"
    _rec_name = "event"

    team_id = fields.Many2one("helpdesk.ticket.team", ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", ondelete="cascade", index="btree_not_null")
    sequence = fields.Integer(compute="_compute_sequence", store=True)
    event = fields.Selection(lambda self: self._events(), required=True)
    posted = fields.Boolean(default=True, help="Posted in the ticket's thread.")
    mentions = fields.Boolean(
        string="Mention",
        help="Mentions people: for a new ticket, those chosen in the Settings or on the team; for everything "
        "else, the assignee or, if there is none, the same people as for a new ticket.",
    )
    broadcast = fields.Boolean(string="In Channel", help="Posted in the channel as well as in the thread.")

    _team_event_unique = models.Constraint("UNIQUE (team_id, event)", "This event is in the table already.")
    _company_event_unique = models.Constraint("UNIQUE (company_id, event)", "This event is in the table already.")
    _one_owner = models.Constraint(
        "CHECK ((team_id IS NULL) <> (company_id IS NULL))", "A rule belongs to either a team or a company."
    )

    @api.depends("event")
    def _compute_sequence(self):
        for rule in self:
            known = list(dict(self._events()))
            rule.sequence = known.index(rule.event) if rule.event in known else 0

    @api.model
    def _for(self, ticket, event):
        """The `Rule` for an event of a ticket."""
        return self._rules(ticket.team_id.id, ticket.company_id.id).get(event) or self._default(event)

    @api.model
    def _default_rules(self):
        """The `Rule` of each event where none is stored. An addon adds those of its events."""
        return events.DEFAULT_RULES

    @api.model
    def _default(self, event):
        """The `Rule` of an event where none is stored: it is posted, unless something else is known of it."""
        return self._default_rules().get(event, Rule())

    @api.model
    def _events(self):
        """All events of tickets as (key, label): in the order of a ticket's life, those of other addons last."""
        # Odoo translates no selection that comes from a method.
        return self.env["helpdesk.slack.outbox"]._fields["event"]._description_selection(self.env)

    @api.model
    @caches.kept("team_id", "company_id")
    def _rules(self, team_id, company_id):
        """The rules of a team, merged over those of its company: ``{event: Rule}``."""
        mine = Domain("company_id", "=", company_id)
        if team_id:
            mine |= Domain("team_id", "=", team_id)
        rules_sudo = self.sudo().search_fetch(mine, ["team_id", "event", "posted", "mentions", "broadcast"])
        return {
            rule.event: Rule(rule.posted, rule.mentions, rule.broadcast)
            for rule in rules_sudo.sorted(lambda rule: bool(rule.team_id))
        }

    @api.model
    def _complete(self, owner, decided):
        """Create a row for every event that has none yet, with the rule that applies now.

        :param owner: the values that name the team or the company
        :param decided: a function that returns the `Rule` of an event
        """
        rules, known = self.search([(name, "=", value) for name, value in owner.items()]), dict(self._events())
        # Another addon may have been uninstalled.
        rules.filtered(lambda rule: rule.event not in known).unlink()
        there = set(rules.exists().mapped("event"))
        self.create([{**owner, "event": event, **vars(decided(event))} for event in known if event not in there])
