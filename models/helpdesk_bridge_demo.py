"""Two weeks in the life of a support team, for databases with demo data.

How data flows: `demo/helpdesk_demo.xml` makes the people and the promises, then calls `_load`. The steps of all tickets
in `demo/stories.json` are played one after another, each at its moment in the past, through the functions that follow
what agents do (`helpdesk_ticket_sla`): no number is written down that nobody has counted. Messages, mails and letters
are only written where people read of them; nothing is posted, owed or queued.
"""

import base64
import json

from odoo import api, fields, models
from odoo.tools import SQL, file_open, plaintext2html

from ..tools import demo_times, sla, sla_clock, sla_policy
from .helpdesk_letter import CLOSED, RECEIVED
from .resource_calendar import WorkingTimes

STORIES = "helpdesk_bridge/demo/stories.json"
#: As in an import of old tickets: nothing of it is news.
SILENT = {"tracking_disable": True, "import_file": True, "lang": "en_US"}


class HelpdeskBridgeDemo(models.AbstractModel):
    _name = "helpdesk.bridge.demo"
    _description = "Helpdesk Bridge Demo Data"

    @api.model
    def _load(self):
        """Play what `STORIES` tells, unless it is there already."""
        loaded = [("module", "=", "helpdesk_bridge"), ("name", "=like", "demo_ticket_%")]
        if self.env["ir.model.data"].sudo().search_count(loaded, limit=1):
            return
        with file_open(STORIES) as file:
            stories = json.load(file)
        demo, now = self.sudo().with_context(**SILENT), fields.Datetime.now()
        working, tickets = WorkingTimes(), {}
        for moment, number, what in demo._script(stories, now, working):
            if number is None:
                demo._keep(moment, **what)
            elif number not in tickets:
                tickets[number] = demo._open(number, what, moment, now)
            else:
                _after, name, verb, *words = what
                demo._pass_time(tickets[number], moment, working)
                getattr(demo, f"_{verb}")(tickets[number], demo._person(name), moment, *words)
        for ticket in tickets.values():
            demo._pass_time(ticket, now, working)

    @api.model
    def _script(self, stories, now, working):
        """Everything that happened until now, in order: (moment, number of the ticket or None, what)."""
        company, script = self._ref("team").company_id, []
        for mail in stories["mails"]:
            script.append((demo_times.beginning(mail.pop("when"), now, sla.around_the_clock), None, mail))
        for number, tale in enumerate(stories["tickets"], 1):
            rule = self._rule(tale, now)
            function = working.of(self.env["resource.calendar"].browse(rule.calendar_id if rule else ()), company)
            begun = demo_times.beginning(tale["when"], now, function)
            script.append((begun, number, tale))
            script += [(demo_times.later(step[0], begun, function), number, step) for step in tale["steps"]]
        return sorted((entry for entry in script if entry[0] <= now), key=lambda entry: entry[0])

    @api.model
    def _rule(self, tale, now):
        """What a ticket of today would be promised."""
        team, tags = self._ref("team"), frozenset(self._ref(f"tag_{name}").id for name in tale.get("tags", ()))
        ticket = sla_policy.Ticket(now, team.id, self._ref(f"category_{tale['category']}").id, tags)
        return self.env["helpdesk.sla.policy"]._rule_for(team.company_id, ticket)

    @api.model
    def _ref(self, name):
        return self.env.ref(f"helpdesk_bridge.demo_{name}")

    @api.model
    def _person(self, name):
        """The user who acts; none where it is the customer."""
        if name == "customer":
            return self.env["res.users"]
        return self.env.ref("base.user_root") if name == "robot" else self._ref(f"agent_{name}")

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    @api.model
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
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"helpdesk_bridge.demo_ticket_{number}", "record": ticket, "noupdate": True}]
        )
        if channel == "email":
            message = self._say(ticket, customer, moment, tale["says"], "email", "helpdesk_mgmt.hlp_tck_created")
            self._keep(moment, ticket, message, "created", "Names no ticket: new ticket")
            self._write_letter(ticket, moment, RECEIVED)
        return ticket

    @api.model
    def _takes(self, ticket, agent, moment):
        self._change(ticket, agent, moment, user_id=agent.id, stage_id=self._stage("in_progress"))

    @api.model
    def _gives(self, ticket, agent, moment, name):
        self._change(ticket, agent, moment, user_id=self._ref(f"agent_{name}").id)

    @api.model
    def _moves(self, ticket, agent, moment, stage):
        self._change(ticket, agent, moment, stage_id=self._stage(stage))
        if stage == "done":
            self._write_letter(ticket, moment, CLOSED)

    @api.model
    def _raises(self, ticket, agent, moment, priority):
        self._change(ticket, agent, moment, priority=priority)

    @api.model
    def _answers(self, ticket, agent, moment, words):
        self._say(ticket, agent.partner_id, moment, words)
        ticket._sla_answered(moment, quiet=True)

    @api.model
    def _notes(self, ticket, agent, moment, words):
        self._say(ticket, agent.partner_id, moment, words, subtype="mail.mt_note")

    @api.model
    def _writes(self, ticket, _nobody, moment, words):
        message = self._say(ticket, ticket.partner_id, moment, words, "email")
        self._keep(moment, ticket, message, "replied", "Reply by header, sender is the customer")

    @api.model
    def _pass_time(self, ticket, until, working):
        """The cron, at each moment at which it would have found something."""
        while running := ticket.sla_clock_ids.filtered(lambda clock: clock.state == "running"):
            next_ones = [(not clock.warned_at and clock.warn_at or clock.due_at, clock) for clock in running]
            moment, clock = min(next_ones, key=lambda pair: pair[0])
            if moment > until:
                break
            found = clock._record(*sla_clock.ticked(clock._clock(working), moment), quiet=True)
            clock._tell(found)
            for record, entry, _quiet in found:
                robot = self.env.ref("base.partner_root")
                self._say(ticket, robot, entry.at, record._headline(entry.kind), "notification", "mail.mt_note")
        ticket._sla_summarize()

    # ------------------------------------------------------------
    # What steps are made of
    # ------------------------------------------------------------

    @api.model
    def _stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id

    @api.model
    def _change(self, ticket, agent, moment, **vals):
        """Somebody changed a ticket: its clocks, its dates and its chatter as they were after that."""
        own = ticket.with_user(agent).sudo()
        before, former = ticket._sla_look(False), {name: ticket[name] for name in vals}
        ticket._sla_set(dict(vals))
        dates = {"assigned_date": "user_id", "last_stage_update": "stage_id"}
        ticket._sla_set({name: moment for name, field in dates.items() if field in vals})
        if ticket.closed:
            ticket._sla_set({"closed_date": moment})
        own._sla_happened(before, ticket._sla_look(False), moment, quiet=True)
        tracked = ticket.fields_get(vals.keys() & ticket._track_get_fields())
        values = own._mail_track(tracked, former)[1] if tracked else []
        if values:
            message = self._say(
                ticket, agent.partner_id, moment, "", "notification", "mail.mt_note", tracking_value_ids=values
            )
            self._date(message.tracking_value_ids, moment)

    @api.model
    def _say(self, ticket, author, moment, words, kind="comment", subtype="mail.mt_comment", **values):
        """Write a message down that nobody is told of."""
        message = self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "date": moment,
                "author_id": author.id,
                "email_from": author.email_formatted,
                "reply_to": author.email_formatted,
                "body": plaintext2html(words) if words else "",
                "subject": ticket.name if kind == "email" else False,
                "message_type": kind,
                "subtype_id": self.env.ref(subtype).id,
                **values,
            }
        )
        self._date(message, moment)
        return message

    @api.model
    def _write_letter(self, ticket, moment, kind):
        """An automatic letter, as the cron would have decided about it: written, or why not."""
        if not ticket._bridge_letter_wanted(kind):
            return
        letter = self.env["helpdesk.letter"].create({"ticket_id": ticket.id, "kind": kind, "state": "queued"})
        address = ticket._bridge_reachable()
        reason = letter._why_not(ticket, address)
        letter.write({"address": address, "reason": reason, "state": "skipped" if reason else "queued"})
        self._date(letter, moment)

    @api.model
    def _keep(self, moment, ticket=None, message=None, verdict=None, reason=None, **values):
        """A mail in the ledger. :param values: of one that came to no ticket"""
        if message:
            values = {"subject": message.subject, "email_from": message.email_from, "message_id": message.message_id}
        raw = values.pop("raw", None)
        entry = self.env["helpdesk.inbound.mail"].create(
            {
                "company_id": self._ref("team").company_id.id,
                "ticket_id": ticket and ticket.id,
                "verdict": verdict,
                "reason": reason,
                "attempts": 1,
                "raw": raw and base64.b64encode(raw.encode()),
                **values,
            }
        )
        self._date(entry, moment)

    @api.model
    def _date(self, records, moment):
        """When these were made: the one thing that nobody may write otherwise."""
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s, write_date = %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                moment,
                moment,
                records.ids,
            )
        )
        records.invalidate_recordset(["create_date", "write_date"], flush=False)
