"""A helpdesk told in several channels of Slack, and the people who keep it busy: what Slack's scenarios play on.

Events happen as in real life, over the wire. Two things are not waited for but moved by SQL: the SLA clocks,
and whatever Odoo waits for after a failure (`hurry`), which in real life takes up to an hour.
"""

import time

from dev.acme import AGENTS
from dev.chaos.slack_tally import Story
from dev.scenario import record_id
from dev.services.process import ServiceFailed

ANNA, BEN = AGENTS
LOOK_EVERY = 0.1
#: Seconds without any progress after which a scenario is counted as it is.
PATIENCE = 30

#: Which clock of a ticket is moved into the past, and what is then said.
SLA_EVENTS = {
    "sla_start_warned": ("start", "warn_at", "The first response is due soon: …"),
    "sla_start_breached": ("start", "due_at", "The first response is overdue: it was due …"),
    "sla_resolution_warned": ("resolution", "warn_at", "The resolution is due soon: …"),
    "sla_resolution_breached": ("resolution", "due_at", "The resolution is overdue: it was due …"),
}
NOW = "now() AT TIME ZONE 'UTC'"
HURRY = f"""
UPDATE helpdesk_slack_workspace SET hold_until = NULL, edit_hold_until = NULL, search_hold_until = NULL
 WHERE coalesce(hold_until, edit_hold_until, search_hold_until) IS NOT NULL;
UPDATE helpdesk_slack_channel SET hold_until = NULL WHERE hold_until IS NOT NULL;
UPDATE helpdesk_slack_outbox SET next_attempt_at = {NOW}
 WHERE state = 'pending' AND leased_until IS NULL AND next_attempt_at > {NOW}
"""
#: Everybody who held a lease is dead.
BURY = f"""
UPDATE helpdesk_slack_outbox SET leased_until = NULL, next_attempt_at = {NOW}
 WHERE state = 'pending' AND leased_until IS NOT NULL
"""


class Desk:
    """Teams, each told in a channel of its own.

    :ivar stories: what has to stand in Slack, by key
    :ivar mended: how often somebody has mended the token
    """

    def __init__(self, play, channels, dispatchers=1):
        self.play, self.slack, self.stories = play, play.slack, {}
        self._callers, self._turn, self.mended = {}, 0, 0
        self.channels = [self.slack.add_channel(f"chaos-{number}") for number in range(channels)]
        admin = self.as_("admin")
        self._teams = [self._gather(admin, channel) for channel in self.channels]
        partner = {"name": "Jane Doe", "email": "jane@customer.example"}
        self._jane = admin("res.partner", "create", partner)
        stages = ("new", "in_progress", "done")
        self._stages = {name: record_id(admin, f"helpdesk_mgmt.helpdesk_ticket_stage_{name}") for name in stages}
        self._sla_cron = record_id(admin, "helpdesk_bridge.ir_cron_sla_tick")
        self._crons = self._dispatchers(admin, dispatchers)

    def _gather(self, admin, channel):
        """A team told in one channel, notes included; returns its id."""
        values = {"name": f"#{channel}", "channel_ref": channel, "workspace_id": self.play.helpdesk.workspace_id}
        route = admin("helpdesk.slack.channel", "create", values)
        agents = admin("res.users", "search", [("login", "in", AGENTS)])
        values = {"name": f"Team {channel}", "user_ids": [(6, 0, agents)], "slack_channel_id": route}
        team = admin("helpdesk.ticket.team", "create", values)
        admin("helpdesk.slack.rule", "create", {"team_id": team, "event": "noted", "posted": True})
        return team

    def _dispatchers(self, admin, number):
        """As many crons that send to Slack side by side; returns their ids."""
        settings = admin("res.config.settings", "create", {"helpdesk_slack_dispatchers": number})
        admin("res.config.settings", "execute", [settings])
        return admin("ir.cron", "search", [("code", "like", "_cron_deliver(")])

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def as_(self, login):
        """A function that calls a living server as somebody; with several servers, each in turn."""
        living = [server.odoo for server in self.play.servers if server.odoo and server.odoo.is_running()]
        self._turn += 1
        odoo = living[self._turn % len(living)]
        if (odoo.pid, login) not in self._callers:
            self._callers[odoo.pid, login] = odoo.rpc_as(login, login)
        return self._callers[odoo.pid, login]

    def open(self, titles, closed=False):
        """Make a ticket for each title, all in one transaction; returns their stories.

        :param titles: {key of the thread: (title, number of the channel)}
        """
        values = [
            {
                "name": title,
                "description": "<p>It burns.</p>",
                "team_id": self._teams[channel],
                "partner_id": self._jane,
                "user_id": False,
                "stage_id": self._stages["done" if closed else "new"],
            }
            for title, channel in titles.values()
        ]
        tickets = self.as_("admin")("helpdesk.ticket", "create", values)
        named = self.as_("admin")("helpdesk.ticket", "read", tickets, ["mail_reference"])
        for ticket, (key, (title, channel)) in zip(named, titles.items(), strict=True):
            reference = ticket["mail_reference"]
            story = Story(ticket["id"], self.channels[channel], title, reference, is_closed=closed)
            story.shows = ("Done" if closed else "New", "Unassigned")
            self.stories[key] = story
        return [self.stories[key] for key in titles]

    def happen(self, event, story, words="It still burns."):
        """Let something happen to a ticket, and add it to what has to stand in Slack."""
        if event in SLA_EVENTS:
            self._fall_due(event, story)
        elif event == "edited":
            story.title = words
            self.as_("admin")("helpdesk.ticket", "write", story.ticket, {"name": words})
        else:
            story.lines.append(getattr(self, f"_{event}")(story, words))

    def _assigned(self, story, _words):
        story.holder = BEN if story.holder == ANNA else ANNA
        # Not by the button, which asks before it takes a ticket from a colleague.
        [user] = self.as_("admin")("res.users", "search", [("login", "=", story.holder)])
        self.as_(story.holder)("helpdesk.ticket", "write", story.ticket, {"user_id": user})
        name, member = f"{story.holder.title()} Agent", self.slack.users[f"{story.holder}@acme.example"]
        # By name while Slack cannot be asked who that is.
        story.shows = (story.shows[0], f"<@{member}>|{name}")
        return f"{name} took it"

    def _customer_replied(self, story, words):
        self._post(story, "admin", words, "mail.mt_comment", author_id=self._jane)
        return f"Customer replied (Jane Doe): {words}"

    def _agent_replied(self, story, words):
        self._post(story, ANNA, words, "mail.mt_comment")
        if story.is_closed:
            return f"Anna Agent replied: {words}"
        # Who replies to a new ticket has it, and works on it.
        stage, holder = story.shows
        if holder == "Unassigned":
            story.holder = ANNA
            holder = f"<@{self.slack.users['anna@acme.example']}>|Anna Agent"
        story.shows = ("In Progress" if stage == "New" else stage, holder)
        return f"Anna Agent replied: {words}"

    def _noted(self, story, words):
        self._post(story, BEN, words, "mail.mt_note")
        return f"Internal note of Ben Agent: {words}"

    def _closed(self, story, _words):
        self._move(story, "done", "Done")
        return "Closed by Ben Agent after …"

    def _reopened(self, story, _words):
        self._move(story, "in_progress", "In Progress")
        return "Reopened by Ben Agent"

    def _post(self, story, login, words, subtype, **values):
        said = {"body": words, "message_type": "comment", "subtype_xmlid": subtype, **values}
        self.as_(login)("helpdesk.ticket", "message_post", story.ticket, **said)

    def _move(self, story, stage, name):
        self.as_(BEN)("helpdesk.ticket", "write", story.ticket, {"stage_id": self._stages[stage]})
        story.is_closed = stage == "done"
        story.shows = (name, story.shows[1])

    def _fall_due(self, event, story):
        metric, moment, sentence = SLA_EVENTS[event]
        self.play.sql(
            f"UPDATE helpdesk_sla_clock SET {moment} = {NOW} - interval '1 minute' "
            f"WHERE ticket_id = {story.ticket} AND metric = '{metric}'"
        )
        story.lines.append(sentence)
        self.play.start_cron(self._sla_cron)

    # ------------------------------------------------------------
    # Waiting
    # ------------------------------------------------------------

    def wake(self):
        """Have everything sent now that can be."""
        for cron in self._crons:
            self.play.start_cron(cron)

    def hurry(self):
        """Let everything that is waited for after a failure be over now."""
        self.play.sql(HURRY)

    def bury(self):
        """Take their leases from the dead. Only when everybody is."""
        self.play.sql(BURY)

    def owed(self):
        """How many messages are still to be sent, SLA events that the cron has to notice included."""
        [[owed]] = self.play.ask(
            "SELECT (SELECT count(*) FROM helpdesk_slack_outbox WHERE state = 'pending') "
            f"     + (SELECT count(*) FROM helpdesk_sla_clock WHERE state = 'running' AND (due_at <= {NOW} "
            f"         OR warn_at <= {NOW} AND warned_at IS NULL)) AS owed"
        )
        return owed

    def settle(self, help_along=lambda: None, is_done=lambda: True, say=print):
        """Wait until nothing is queued any more. :param help_along: called again and again, for what needs mending"""
        last, moved = None, time.monotonic()
        while True:
            help_along()
            self.wake()
            self.play.start_cron(self._sla_cron)
            owed = self.owed()
            if not owed and is_done():
                return
            if owed != last:
                last, moved = owed, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                say(f"nothing moves any more: {owed} messages are owed")
                return
            time.sleep(LOOK_EVERY)

    def wait(self, what, is_so, patience=PATIENCE):
        """Wait until something is so, the dispatchers awake."""
        deadline = time.monotonic() + patience
        while not is_so():
            if time.monotonic() > deadline:
                raise ServiceFailed(f"not seen within {patience} s: {what}")
            self.wake()
            time.sleep(LOOK_EVERY)

    def press(self, model, button, records):
        """An administrator presses a button."""
        return self.as_("admin")(model, button, records)
