"""Open tasks of the former bridge become tickets: with their history, their thread in Slack and their SLA clocks.

Nothing is reported: the context keeps Slack, tracking and assignment emails silent, messages are written as what they
were, and SLA clocks are counted from the past without mentions.
"""

from markupsafe import Markup

from odoo.tools import SQL, email_normalize
from odoo.tools.mail import formataddr

from ..models.common.silent import SILENT
from ..models.inbound.helpdesk_ticket import CARRIED_OVER, CARRIED_OVER_KEY
from ..tools.email import reference
from ..tools.sla.clock import RESOLUTION, START, Phase
from ..tools.sla.policy import FROM_CREATION
from ..tools.slack import urls
from .settings import agent, known_prefix, slack_channel

IMPORTING = {
    **SILENT,
    "mail_notrack": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "attachments_mime_plainxml": True,
    CARRIED_OVER_KEY: CARRIED_OVER,
}
MAX_TITLE = 250
URGENT = "2"


class Tickets:
    """Makes tickets of one team out of tasks.

    :param config: `legacy_bridge.Config`
    :param state: `legacy_state.State`
    :param here: whether the tasks are of this very database, and so are the ids of people
    :param numbered: whether tickets get numbers; a number that was taken cannot be given back
    """

    def __init__(self, env, team, config, state, here=False, numbered=True):
        company = team.company_id or env.company
        self.env = env(context={**env.context, **IMPORTING, "allowed_company_ids": company.ids})
        self.team, self.company = team.with_env(self.env), company.with_env(self.env)
        self.config, self.state, self.here, self.numbered = config, state, here, numbered

    def carry_over(self, task, report):
        """Make the ticket of a task, unless it is there; its thread in any case."""
        name = reference.reference(known_prefix(self.config), task.id)
        ticket = self._find(name)
        if ticket:
            report.left(f"{name} {task.name} is {ticket.number}")
        else:
            noted = self.state.times.get(task.id)
            new, working = self._stages()
            is_new = self._is_new(task, noted) or not working
            # SLA clocks are computed from the beginning, before an agent responded.
            ticket = self._make(task, name, new if is_new or noted else working, report)
            # Before the SLA clocks, which depend on whether an agent replied.
            self._write_history(ticket, task)
            self._start_clocks(ticket, task, noted)
            if not is_new and ticket.stage_id != working:
                # No agent does this now: it is no first response.
                ticket._sla_set_past({"stage_id": working.id})
            report.made(self._summary(ticket, task, name))
        self._keep_thread(ticket, task, report)

    def _find(self, name):
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search([("legacy_reference", "=", name), ("company_id", "=", self.company.id)], limit=1)

    def _summary(self, ticket, task, name):
        parts = [f"messages: {len(task.messages)}", f"files: {len(task.files)}", ticket.user_id.name or "nobody"]
        parts += ["overdue"] if ticket.sla_status == "breached" else []
        return f"{name} {task.name} ({', '.join(parts)})"

    # ------------------------------------------------------------
    # The ticket
    # ------------------------------------------------------------

    def _make(self, task, name, stage, report):
        customer, user = self._partner(task.customer), agent(self.env, task.assignee)
        if task.assignee and not user:
            report.attention(f"{name}: nobody logs in as {task.assignee}; the ticket stays unassigned")
        email = task.customer.email or customer.email or ""
        ticket = self.env["helpdesk.ticket"].create(
            {
                **({} if self.numbered else {"number": name}),
                "name": " ".join(task.name.split())[:MAX_TITLE] or name,
                "description": task.description or Markup("<p></p>"),
                "team_id": self.team.id,
                "company_id": self.company.id,
                "partner_id": customer.id,
                "partner_name": customer.name or task.customer.name or False,
                "partner_email": email_normalize(email) or email or False,
                "user_id": user.id,
                "stage_id": stage.id,
                "channel_id": self._id_of("helpdesk_mgmt.helpdesk_ticket_channel_email"),
                "legacy_reference": name,
                "mail_silent": self._is_silent(email),
                **({"priority": URGENT} if task.is_urgent else {}),
            }
        )
        ticket.message_subscribe(user.partner_id.ids)
        return ticket

    def _is_new(self, task, noted):
        """Whether a task was not started; if no stage shows it, by what the former bridge noted."""
        stage = self.config["odoo.stages.new"]
        if stage:
            return task.stage_id == stage
        return not (noted and noted.started) and not any(one.by_agent and one.public for one in task.messages)

    def _stages(self):
        """The stages for tasks that were not started, and for started ones."""
        stages = self.team.with_company(self.company)._get_applicable_stages().filtered(lambda stage: not stage.closed)
        return (stages.filtered("unattended") or stages)[:1], stages.filtered(lambda stage: not stage.unattended)[:1]

    def _id_of(self, xmlid):
        """The id of a record that may have been deleted."""
        return self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=False)

    def _is_silent(self, email):
        return self.env["helpdesk.mail.filter"]._first_match(email, self.company).action == "silent"

    def _partner(self, person):
        """The contact of a person; unknown people become contacts if the Settings want that for unknown senders."""
        partners = self.env["res.partner"]
        if self.here:
            return partners.browse(person.partner_id).exists()
        email = email_normalize(person.email)
        if not email:
            return partners
        allowed = [("email_normalized", "=", email), ("company_id", "in", [self.company.id, False])]
        found = partners.search(allowed, order="id", limit=1)
        if found or not self.company.helpdesk_create_partner:
            return found
        company = self.company.partner_id
        return partners.create({"name": person.name or email, "email": email, "lang": company.lang or self.env.lang})

    def _backdate(self, ticket, moment):
        """The ORM says itself when a record was made."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET create_date = %(at)s, last_stage_update = %(at)s WHERE id = %(id)s",
                at=moment,
                id=ticket.id,
            )
        )
        ticket.invalidate_recordset(["create_date", "last_stage_update"], flush=False)

    # ------------------------------------------------------------
    # Its history
    # ------------------------------------------------------------

    def _write_history(self, ticket, task):
        """What was said, as notes where the customer had not read it."""
        comment, note = self.env.ref("mail.mt_comment"), self.env.ref("mail.mt_note")
        rows = []
        for message in task.messages:
            author = self._author(message)
            named = formataddr((message.author.name or author.name or "", message.author.email or author.email or ""))
            rows.append(
                {
                    "model": ticket._name,
                    "res_id": ticket.id,
                    "date": message.date,
                    "body": message.body,
                    "author_id": author.id,
                    "email_from": named if message.author.email or author.email else message.author.name or False,
                    # A customer has written an email, whatever the former bridge made of it.
                    "message_type": "comment" if message.by_agent else "email",
                    "subtype_id": (comment if message.public else note).id,
                }
            )
        self.env["mail.message"].create(rows)
        ticket.invalidate_recordset(["message_ids"])
        self.env["ir.attachment"].create(
            [{"name": name, "datas": data, "res_model": ticket._name, "res_id": ticket.id} for name, data in task.files]
        )
        ticket._message_log(body=self.env._("Migrated from the former bridge, where it was task %s.", task.id))

    def _author(self, message):
        if message.by_agent and not self.here:
            return agent(self.env, message.author.email).partner_id
        return self._partner(message.author)

    # ------------------------------------------------------------
    # Its thread
    # ------------------------------------------------------------

    def _keep_thread(self, ticket, task, report):
        """The next messages continue in the thread of the former bridge."""
        ref, ts = self.state.threads.get(task.id, ("", ""))
        # Slack's answer names the channel beside the message, where the former bridge did not look.
        ref = urls.channel_id(ref or self.config["slack.channel_id"])
        workspace = self.company._slack_workspace()
        if not ts or not ref or not workspace or ticket.slack_thread_ids:
            return
        threads = self.env["helpdesk.slack.thread"]
        if threads.search_count([("channel_ref", "=", ref), ("ts", "=", ts)], limit=1):
            return
        channel = slack_channel(workspace, ref, report)
        threads.create({"ticket_id": ticket.id, "channel_id": channel.id, "channel_ref": ref, "ts": ts})
        report.made(f"{ticket.legacy_reference} goes on in its thread in {channel.name}")

    # ------------------------------------------------------------
    # SLA clocks
    # ------------------------------------------------------------

    def _start_clocks(self, ticket, task, noted):
        """Clocks from the day of the task, in place of those that creating the ticket has started today.

        :param noted: what the former bridge had noted; None: what the ticket itself shows
        """
        ticket.sla_clock_ids.unlink()
        # The former bridge counted from when it first saw a task that was created by hand.
        self._backdate(ticket, noted and noted.created or task.created)
        if noted:
            self._set_clocks_as_noted(ticket, noted)
        else:
            ticket._sla_start_clocks(silent=True)
        self._backdate(ticket, task.created)

    def _set_clocks_as_noted(self, ticket, noted):
        now, clocks = ticket.sla_since or self.env.cr.now(), self.env["helpdesk.sla.clock"]
        rule = self.env["helpdesk.sla.policy"]._rule_for(self.company, ticket._sla_matter(now))
        if not rule:
            return
        found, rest = [], FROM_CREATION
        started = noted.started and max(noted.started, ticket.create_date)
        if started:
            # Begun, whatever its history shows; it is silent all the same.
            start, late = clocks._begin([(ticket, rule, Phase.OPEN)], started, metrics=(START,))
            found = [(clock, entry, True) for clock, entry, _silent in late]
            found += start._move(Phase.OPEN, started, responded=True, silent=True)
            rest = (RESOLUTION,)
        found += clocks._begin([(ticket, rule, Phase.OPEN)], now, silent=True, metrics=rest)[1]
        ticket._sla_set({"sla_policy_id": rule.policy_id})
        clocks._notify(found)
        ticket._sla_summarize()
