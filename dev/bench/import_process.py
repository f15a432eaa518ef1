"""One side of the import section: an Odoo process of its own, without HTTP and without cron.

Usage: python -m dev.bench.import_process DATABASE plain|off|on COUNT

Says "ready" when it is set up and warm. Then each line "FIRST LAST" it reads makes it import the emails of that range,
and it answers with one line of JSON. At the end of its input it checks that none of COUNT emails is missing.
"""

import json
import sys
from unittest.mock import patch

from dev.acme import SUPPORT
from dev.bench import corpus
from dev.bench.in_odoo import environment, measure, told_team

#: Emails imported before the clock starts: caches fill once per process, not once per email.
WARM_UP = 20


class Mailbox:
    """The four methods that Odoo's fetchmail asks of a connection, as in Odoo's own test of it."""

    def __init__(self, mails):
        self._mails = mails

    def check_unread_messages(self):
        return len(self._mails)

    def retrieve_unread_messages(self):
        yield from enumerate(self._mails)

    def handled_message(self, number):
        pass

    def disconnect(self):
        pass


def main(database, variant, count):
    """Set up, warm up and import what is asked for."""
    with environment(database) as env:
        env["res.partner"].create(corpus.partners(count))
        server = SET_UPS[variant](env)
        env.cr.commit()
        fetch(server, [corpus.mail(number) for number in range(count, count + WARM_UP)])
        print("ready", flush=True)
        for line in sys.stdin:
            mails = [corpus.mail(number) for number in range(*map(int, line.split()))]
            print(json.dumps(measure(lambda mails=mails: fetch(server, mails))), flush=True)
        check(env, variant, count + WARM_UP)


def fetch(server, mails):
    """Let Odoo fetch these emails: each in its own transaction, committed before the next."""
    # Odoo's own, so that the addon's wrapping of it (and its log) is measured too
    with patch("odoo.addons.mail.models.fetchmail.FetchmailServer._connect__", lambda *_a, **_k: Mailbox(mails)):
        error = server._fetch_mail(batch_limit=len(mails))
    server.env.cr.commit()  # as ir.cron does after a job
    if error:
        raise error


def check(env, variant, expected):
    """Emails that failed would have been quick."""
    env.invalidate_all()
    found = {"tickets": env["helpdesk.ticket"].search_count([("partner_email", "like", "customer")])}
    if variant != "plain":
        found["logged"] = env["helpdesk.inbound.mail"].search_count([("verdict", "=", "created")])
    if variant == "on":
        found["outbox"] = env["helpdesk.slack.outbox"].search_count([("kind", "=", "root")])
        found["letters"] = env["helpdesk.letter"].search_count([("state", "=", "owed")])
        found["with_sla"] = env["helpdesk.ticket"].search_count([("sla_policy_id", "!=", False)])
        found["to be assigned"] = env["helpdesk.ticket"].search_count([("assignment", "=", "due")])
        found["contacts"] = env["res.partner"].search_count([("email", "like", "customer")])
    if set(found.values()) != {expected}:
        raise SystemExit(f"Expected {expected} of each, found {found}")


def plain(env):
    """What helpdesk_mgmt alone offers: a mailbox whose emails become tickets."""
    return _mailbox(env, object_id=env["ir.model"]._get_id("helpdesk.ticket"))


def off(env):
    """A mailbox of a team, and whatever can be switched off is."""
    env.company.helpdesk_create_partner = False
    env.company.helpdesk_letter_received = False
    env["helpdesk.sla.policy"].search([]).active = False
    team = env["helpdesk.ticket.team"].create({"name": "Support"})
    return _mailbox(env, helpdesk_team_id=team.id)


def on(env):
    """A mailbox of a team that posts to Slack and assigns its tickets, with SLA, contacts and automatic emails.

    Nobody delivers, writes or assigns here: what is measured ends where all of that is queued.
    """
    team = told_team(env, bridge_assignment="least_loaded", user_ids=[(4, env.ref("base.user_admin").id)])
    return _mailbox(env, helpdesk_team_id=team.id)


SET_UPS = {"plain": plain, "off": off, "on": on}


def _mailbox(env, **values):
    common = {"name": "Support", "server_type": "pop", "server": "127.0.0.1", "user": SUPPORT, "state": "done"}
    return env["fetchmail.server"].create({**common, **values})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
