"""What the pages show: people with different rights, and tickets with a banner each, made the way they happen."""

from dev import sightings
from dev.acme import AGENTS, CHANNEL, CUSTOMER, customer_mail
from dev.scenario import hire, record_id
from dev.services import postgres
from dev.sightings import wait_for

ADMIN, AGENT, LEADER, OUTSIDER, ELSEWHERE = "admin", AGENTS[0], "lena", "otto", "eliza"
#: Login -> name, the group of helpdesk_mgmt, whether of another company.
PEOPLE = {
    LEADER: ("Lena Leader", "group_helpdesk_manager", False),
    OUTSIDER: ("Otto Outsider", None, False),
    ELSEWHERE: ("Eliza Elsewhere", "group_helpdesk_manager", True),
}
ELSEWHERE_COMPANY = "Elsewhere"
#: What a colleague says in Slack that is not noted, and what becomes of all that is said there.
NOT_NOTED, OUTCOMES = "I have ordered another one.", ["done", "done", "ignored"]
#: The name of a translation, and of the language of Odoo.
LANGUAGES = {"cs": "base.lang_cs_CZ", "de": "base.lang_de", "es": "base.lang_es", "fr": "base.lang_fr"}


class Desk:
    """`tickets`: what is the matter with it -> the ticket."""

    def __init__(self, helpdesk):
        self.helpdesk, self.rpc, self.tickets = helpdesk, helpdesk.odoo.rpc, {}
        self._hire()
        self._filter()
        self.tickets["told"] = self._opens("Printer on fire")
        self.tickets["claimed"] = self._stranger_answers(self.tickets["told"])
        self.tickets["late"] = self._is_late(self._opens("Scanner is deaf"))
        self.tickets["unsent"] = self._comes_back(self._opens("Monitor is blind"))
        self.tickets["untold"] = self._is_refused_by_slack("Keyboard is mute")
        self.tickets["nobody"] = self._finds_nobody("Phone rings at night")
        self._fails_to_arrive()
        self._is_replied_to_in_slack(self.tickets["told"])

    def path(self, action, model=None, **domain):
        """The address of an action's view; with a model, of the form of its newest record like that."""
        found = ""
        if model:
            criteria = [(name, "=", value) for name, value in domain.items()]
            found = "/{}".format(*self.rpc(model, "search", criteria, limit=1, order="id desc"))
        return f"/odoo/action-{action}{found}"

    def reader_of(self, language):
        """The login of an administrator who reads this language; the first time, all languages are installed."""
        if self.rpc("res.users", "search", [("login", "=", language)]):
            return language
        lang = record_id(self.rpc, LANGUAGES[language])
        if not self.rpc("res.lang", "search", [("id", "=", lang)]):
            self._install_languages()
        [code] = self.rpc("res.lang", "read", lang, ["code"])
        groups = [record_id(self.rpc, name) for name in ("base.group_system", "helpdesk_mgmt.group_helpdesk_manager")]
        person = {"name": language, "login": language, "lang": code["code"]}
        person |= {"email": f"{language}@acme.example", "group_ids": [(6, 0, groups)]}
        hire(self.helpdesk.odoo, [person])
        return language

    def _install_languages(self):
        """All at once: Odoo goes through its addons once, not once for each."""
        langs = [record_id(self.rpc, name) for name in LANGUAGES.values()]
        wizard = self.rpc("base.language.install", "create", {"lang_ids": [(6, 0, langs)]})
        self.rpc("base.language.install", "lang_install", [wizard])

    def mails(self, words):
        """The emails in the customer's mailbox with these words."""
        return self.helpdesk.mailboxes.mails(CUSTOMER, words)

    def _hire(self):
        company = self.rpc("res.company", "create", {"name": ELSEWHERE_COMPANY, "email": "office@else.example"})
        people = []
        for login, (name, group, is_elsewhere) in PEOPLE.items():
            groups = [record_id(self.rpc, "base.group_user")]
            groups += [record_id(self.rpc, f"helpdesk_mgmt.{group}")] if group else []
            person = {"name": name, "login": login, "email": f"{login}@acme.example"}
            person |= {"group_ids": [(6, 0, groups)]}
            person |= {"company_id": company, "company_ids": [(6, 0, [company])]} if is_elsewhere else {}
            people.append(person)
        hire(self.helpdesk.odoo, people)

    def _filter(self):
        ignored = {"pattern": "news@*", "action": "ignore"}
        self.rpc("helpdesk.mail.filter", "create", ignored)
        mail = customer_mail("Our spring offers")
        mail.replace_header("From", "News <news@shop.example>")
        self.helpdesk.inlet.send(mail)

    def _opens(self, subject):
        """A customer's email becomes a ticket, which is told in Slack."""
        self.helpdesk.customer_writes(subject)
        self.helpdesk.fetch()
        ticket = sightings.ticket(self.helpdesk, subject)
        sightings.told_once(self.helpdesk, ticket)
        return ticket

    def _stranger_answers(self, ticket):
        mail = customer_mail(f"Re: {ticket['mail_reference']} Smoke everywhere")
        mail.replace_header("From", "Mallory <mallory@else.example>")
        self.helpdesk.inlet.send(mail)
        self.helpdesk.fetch()
        [title] = wait_for("the stranger's ticket", lambda: self._titles("mallory@else.example"))
        return sightings.ticket(self.helpdesk, title)

    def _titles(self, sender):
        found = self.rpc("helpdesk.ticket", "search_read", [("partner_email", "=", sender)], ["name"])
        return [ticket["name"] for ticket in found]

    def _is_late(self, ticket):
        """Its first response was due an hour ago."""
        now = "now() AT TIME ZONE 'UTC'"  # Odoo's columns know no zone
        past = f"due_at = {now} - interval '1 hour', warn_at = {now} - interval '2 hours'"
        # Also when it is counted anew.
        past += f", started_at = {now} - interval '1 hour' - target_minutes * interval '1 minute'"
        mine = f"ticket_id = {ticket['id']} AND metric = 'start'"
        postgres.sql(f"UPDATE helpdesk_sla_clock SET {past} WHERE {mine}", self.helpdesk.odoo.database)
        self.helpdesk.run("helpdesk_bridge.ir_cron_sla_tick")
        status = ["sla_status"]
        wait_for(
            "a breach",
            lambda: self.rpc("helpdesk.ticket", "read", ticket["id"], status),
            lambda there: there[0]["sla_status"] == "breached",
        )
        return ticket

    def _comes_back(self, ticket):
        """The customer's mail server refuses the answer for good."""
        self.helpdesk.outgoing.refuse(CUSTOMER, "550 5.1.1 no such user")
        self.helpdesk.agent_answers(AGENT, ticket, "Does it show a light?")
        wait_for("the refusal", lambda: self.helpdesk.unsent(ticket), lambda unsent: unsent[0] == "failed")
        return ticket

    def _is_refused_by_slack(self, subject):
        self.helpdesk.slack.fault("error", method="chat.postMessage", n=-1, error="msg_too_long")
        try:
            self.helpdesk.customer_writes(subject)
            self.helpdesk.fetch()
            ticket = sightings.ticket(self.helpdesk, subject)
            wait_for(
                "a failed message",
                lambda: self.helpdesk.outbox(ticket),
                lambda rows: [row["state"] for row in rows] == ["failed"],
            )
        finally:
            self.helpdesk.slack.heal()
        return ticket

    def _finds_nobody(self, subject):
        """It is reopened at night, when the only member wants none."""
        ben = self.rpc("res.users", "search", [("login", "=", AGENTS[1])])
        self.rpc("res.users", "write", ben, {"helpdesk_takes_none": True})
        team = {
            "name": "Night and Weekend Shift",
            "user_ids": [(6, 0, ben)],
            "bridge_assignment": "least_loaded",
        }
        stages = [record_id(self.rpc, f"helpdesk_mgmt.helpdesk_ticket_stage_{name}") for name in ("done", "new")]
        ticket = {"name": subject, "description": "It rings.", "stage_id": stages[0], "user_id": False}
        ticket["team_id"] = self.rpc("helpdesk.ticket.team", "create", team)
        number = self.rpc("helpdesk.ticket", "create", ticket)
        self.rpc("helpdesk.ticket", "write", number, {"stage_id": stages[1], "user_id": False})
        self.helpdesk.run("helpdesk_bridge.ir_cron_after_mail")
        wait_for(
            "that nobody is available",
            lambda: self.rpc("helpdesk.ticket", "read", number, ["assignment"])[0]["assignment"] == "nobody",
        )
        return sightings.ticket(self.helpdesk, subject)

    def _is_replied_to_in_slack(self, ticket):
        """An agent, a guest and a colleague reply in its thread: a note, nothing, and what could not be carried out."""
        [thread] = self.helpdesk.threads(ticket)
        for name, words in (("anna", "It is the fuser."), ("gina", "May I help?"), ("ben", NOT_NOTED)):
            self.helpdesk.slack.person(name).post(CHANNEL, words, thread["ts"])
        self.helpdesk.run("helpdesk_bridge.ir_cron_slack_catch_up")
        rows = lambda: self.rpc("helpdesk.slack.inbound", "search_read", [], ["state"], order="id")  # noqa: E731
        wait_for("what was said in Slack", rows, lambda there: sorted(row["state"] for row in there) == OUTCOMES)
        self.fails_to_be_noted()

    def fails_to_be_noted(self):
        """What the colleague said could not be carried out."""
        failed = "state = 'failed', reason = 'The category is archived', message_id = NULL, user_id = NULL"
        postgres.sql(
            f"UPDATE helpdesk_slack_inbound SET {failed} WHERE payload ->> 'text' = '{NOT_NOTED}'",
            self.helpdesk.odoo.database,
        )

    def _fails_to_arrive(self):
        """An email that could not be processed; what it died of is not what is looked at here."""
        failed = "verdict = 'failed', reason = 'The category is archived', error = 'ValidationError: archived'"
        [row] = self.rpc("helpdesk.inbound.mail", "search", [("subject", "=", "Our spring offers")])
        kept = {"name": "raw", "res_model": "helpdesk.inbound.mail", "res_field": "raw", "res_id": row}
        self.rpc("ir.attachment", "create", {**kept, "raw": "Subject: Our spring offers"})
        postgres.sql(
            f"UPDATE helpdesk_inbound_mail SET {failed} WHERE id = {row}",
            self.helpdesk.odoo.database,
        )
