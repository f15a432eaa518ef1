"""Two weeks in the life of a support team, for databases with demo data.

How data flows: `demo/helpdesk_demo.xml` makes the team and its SLA policies, then calls `load_demo`. The steps of all
tickets in `demo/stories.json` are played one after another, each at its date in the past, through the methods that run
when agents work: every figure is computed, none is written by hand. Messages and emails are records that people can
read; nothing is posted, enqueued or sent.
"""

import json

from odoo import fields
from odoo.fields import Domain
from odoo.tools import file_open, plaintext2html

from ..models.common.silent import SILENT
from ..models.outbound.helpdesk_letter import CLOSED, RECEIVED
from ..models.sla.resource_calendar import WorkingTimes
from ..tools.outbound import email_threading
from ..tools.sla import clock as sla_clock
from ..tools.sla import policy as sla_policy
from ..tools.sla import working_time
from . import demo_times
from .demo_records import DemoRecords

STORIES = "helpdesk_bridge/demo/stories.json"


class Demo(DemoRecords):
    """Plays the stories. Acts as superuser, in English, and reports nothing to Slack or by email."""

    def __init__(self, env):
        super().__init__(env(su=True, context={**env.context, **SILENT, "lang": "en_US"}))

    def load(self):
        """Play the stories once: a deleted ticket does not come back."""
        played = Domain("name", "=like", "demo_agent_%") | Domain("name", "=like", "demo_ticket_%")
        if self.env["ir.model.data"].sudo().search_count(Domain("module", "=", "helpdesk_bridge") & played, limit=1):
            return
        with file_open(STORIES) as file:
            stories = json.load(file)
        now = fields.Datetime.now()
        working, tickets = WorkingTimes(), {}
        self._hire(stories["agents"], stories["lead"])
        for moment, number, what in self._script(stories, now, working):
            if number is None:
                self._keep(moment, **what)
            elif number not in tickets:
                tickets[number] = self._open(number, what, moment, now)
            else:
                _after, name, verb, *words = what
                self._pass_time(tickets[number], moment, working)
                getattr(self, f"_{verb}")(tickets[number], self._person(name), moment, *words)
        for ticket in tickets.values():
            self._pass_time(ticket, now, working)

    def _script(self, stories, now, working):
        """Everything that happened until now, in order: (moment, number of the ticket or None, what)."""
        company, script = self._ref("team").company_id, []
        for mail in stories["mails"]:
            script.append((demo_times.beginning(mail.pop("when"), now, working_time.around_the_clock), None, mail))
        for number, tale in enumerate(stories["tickets"], 1):
            rule = self._rule(tale, now)
            function = working.of(self.env["resource.calendar"].browse(rule.calendar_id if rule else ()), company)
            begun = demo_times.beginning(tale["when"], now, function)
            script.append((begun, number, tale))
            script += [(demo_times.later(step[0], begun, function), number, step) for step in tale["steps"]]
        return sorted((entry for entry in script if entry[0] <= now), key=lambda entry: entry[0])

    def _hire(self, agents, lead):
        """The agents of the team, without passwords, and the administrator as another member."""
        team, users = self._ref("team"), self.env["res.users"].with_context(no_reset_password=True)
        for name, full_name in agents.items():
            address = f"{full_name.lower().replace(' ', '.')}@support.example.com"
            groups = ("base.group_user", f"helpdesk_mgmt.group_helpdesk_{'manager' if name == lead else 'user'}")
            vals = {
                "name": full_name,
                "login": address,
                "email": address,
                "company_id": team.company_id.id,
                "company_ids": team.company_id.ids,
                "group_ids": [self.env.ref(group).id for group in groups],
            }
            self._remember(f"agent_{name}", users.create(vals))
        members = self.env.ref("base.user_admin").union(*(self._ref(f"agent_{name}") for name in agents))
        team.write({"user_id": self._ref(f"agent_{lead}").id, "user_ids": members.ids})

    def _rule(self, tale, now):
        """The SLA rule for a ticket that is created today."""
        team, tags = self._ref("team"), frozenset(self._ref(f"tag_{name}").id for name in tale.get("tags", ()))
        ticket = sla_policy.Ticket(now, team.id, self._ref(f"category_{tale['category']}").id, tags)
        return self.env["helpdesk.sla.policy"]._rule_for(team.company_id, ticket)

    def _ref(self, name):
        return self.env.ref(f"helpdesk_bridge.demo_{name}")

    def _remember(self, name, record):
        """As if it stood in the file: it goes when the addon goes."""
        xmlid = f"helpdesk_bridge.demo_{name}"
        self.env["ir.model.data"]._update_xmlids([{"xml_id": xmlid, "record": record, "noupdate": True}])

    def _person(self, name):
        """The user who acts; none where it is the customer."""
        if name == "customer":
            return self.env["res.users"]
        return self.env.ref("base.user_root") if name == "robot" else self._ref(f"agent_{name}")

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    def _open(self, number, tale, moment, now):
        customer, team = self._ref(f"customer_{tale['from']}"), self._ref("team")
        channel = tale.get("channel", "email")
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": tale["name"],
                "description": plaintext2html(tale["says"]),
                "team_id": team.id,
                "user_id": False,
                "priority": tale.get("priority", "1"),
                "category_id": self._ref(f"category_{tale['category']}").id,
                "tag_ids": [self._ref(f"tag_{name}").id for name in tale.get("tags", ())],
                "channel_id": self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}").id,
                "partner_id": customer.id,
                "partner_name": customer.name,
                "partner_email": customer.email,
                "last_stage_update": moment,
            }
        )
        # Those of today: a database that is running already begins them by itself.
        ticket.sla_clock_ids.unlink()
        self._date(ticket, moment)
        rule, clocks = self._rule(tale, now), self.env["helpdesk.sla.clock"]
        ticket._sla_set({"sla_policy_id": rule.policy_id if rule else False, "sla_since": now})
        if rule:
            clocks._begin([(ticket, rule, ticket._sla_phase(rule))], moment)
        ticket._sla_summarize()
        self._remember(f"ticket_{number}", ticket)
        if channel == "email":
            message = self._say(ticket, customer, moment, tale["says"], "email", "helpdesk_mgmt.hlp_tck_created")
            self._keep(moment, ticket, message, "created", "Refers to no ticket: new ticket")
            self._write_auto_email(ticket, moment, RECEIVED)
        return ticket

    def _takes(self, ticket, agent, moment):
        self._change(ticket, agent, moment, user_id=agent.id, stage_id=self._stage("in_progress"))

    def _gives(self, ticket, agent, moment, name):
        self._change(ticket, agent, moment, user_id=self._ref(f"agent_{name}").id)

    def _moves(self, ticket, agent, moment, stage):
        self._change(ticket, agent, moment, stage_id=self._stage(stage))
        if ticket.closed:
            self._write_auto_email(ticket, moment, CLOSED)

    def _raises(self, ticket, agent, moment, priority):
        self._change(ticket, agent, moment, priority=priority)

    def _answers(self, ticket, agent, moment, words):
        self._say(ticket, agent.partner_id, moment, words)
        ticket._sla_on_response(moment, silent=True)

    def _notes(self, ticket, agent, moment, words):
        self._say(ticket, agent.partner_id, moment, words, subtype="mail.mt_note")

    def _writes(self, ticket, _nobody, moment, words):
        subject = email_threading.subject(ticket.mail_reference, ticket.name, is_reply=True)
        message = self._say(ticket, ticket.partner_id, moment, words, "email", subject=subject)
        self._keep(moment, ticket, message, "replied", "Reply by header, sender is the customer")

    def _pass_time(self, ticket, until, working):
        """Run the SLA cron at each moment at which it would have recorded something."""
        while running := ticket.sla_clock_ids.filtered(lambda clock: clock.state == "running"):
            next_ones = [(not clock.warned_at and clock.warn_at or clock.due_at, clock) for clock in running]
            moment, clock = min(next_ones, key=lambda pair: pair[0])
            if moment > until:
                break
            found = clock._record(*sla_clock.ticked(clock._clock(working), moment), silent=True)
            clock._notify(found)
            for record, entry, _quiet in found:
                robot = self.env.ref("base.partner_root")
                self._say(ticket, robot, entry.at, record._headline(entry.kind), "notification", "mail.mt_note")
        ticket._sla_summarize()

    def _stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id

    def _change(self, ticket, agent, moment, **vals):
        """Change a ticket as an agent did, with its clocks, dates and chatter as they were after that."""
        own = ticket.with_user(agent).sudo()
        before, former = ticket._sla_snapshot(False), {name: ticket[name] for name in vals}
        ticket._sla_set_past(dict(vals))
        dates = {"assigned_date": "user_id", "last_stage_update": "stage_id"}
        ticket._sla_set_past({name: moment for name, field in dates.items() if field in vals})
        if ticket.closed:
            ticket._sla_set_past({"closed_date": moment})
        own._sla_apply_changes(before, ticket._sla_snapshot(False), moment, silent=True)
        tracked = ticket.fields_get(vals.keys() & ticket._track_get_fields())
        values = own._mail_track(tracked, former)[1] if tracked else []
        if values:
            message = self._say(
                ticket, agent.partner_id, moment, "", "notification", "mail.mt_note", tracking_value_ids=values
            )
            self._date(message.tracking_value_ids, moment)
