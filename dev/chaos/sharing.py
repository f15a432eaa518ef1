"""500 emails in four mailboxes, four hosts that fetch them, agents who make tickets by hand, five members who share.

Who has least to do gets the next one: at the end no member has more than one open ticket more than another.
"""

import random
import threading
import time
from contextlib import contextmanager, suppress

from dev import scenario
from dev.acme import SUPPORT
from dev.chaos import mails
from dev.chaos.run import Run
from dev.chaos.stage import AWAY, stage

MAILBOXES = [SUPPORT, "sales@acme.example", "returns@acme.example", "billing@acme.example"]
MAILS, MEMBERS = 500, 5
#: Seconds between two tickets by hand.
BY_HAND_EVERY = 0.4
PATIENCE = 120
CRON = "helpdesk_bridge.ir_cron_after_mail"

LOADS = """
SELECT member.login, count(ticket.id) AS load
  FROM res_users member
  JOIN helpdesk_ticket_team_res_users_rel joined ON joined.res_users_id = member.id
  LEFT JOIN helpdesk_ticket ticket ON ticket.user_id = member.id
   AND ticket.stage_id IN (SELECT id FROM helpdesk_ticket_stage WHERE NOT COALESCE(closed, FALSE))
 WHERE joined.helpdesk_ticket_team_id = {team}
 GROUP BY member.login ORDER BY member.login
"""


def share_out(source, slack, say):
    """Let them come, count what everybody has."""
    with stage(source, "sharing", slack, MAILBOXES, servers=len(MAILBOXES)) as play:
        members = _gather(play)
        run = Run(play, mails.write(MAILS, MAILBOXES, kinds={"new": 1}), say)
        buttons = list(zip(play.servers, MAILBOXES, strict=True))
        with run.pressing(buttons), _by_hand(play, members) as (made, stop):
            # Whom people choose evens out with the tickets that come after.
            run.play_out([(MAILS - 100, lambda _run: stop())])
        _wait_until_given(play)
        found = run.count("sharing")
        loads = dict(play.ask(LOADS.format(team=play.helpdesk.team_id)))
        [[left]] = play.ask("SELECT count(*) AS left FROM helpdesk_ticket WHERE user_id IS NULL")
    say(f"{made[0]} tickets by hand meanwhile; everybody has {loads}")
    if left:
        found.complaints.append(f"{left} tickets have nobody")
    if len(loads) != MEMBERS or max(loads.values()) - min(loads.values()) > 1:
        found.complaints.append(f"shared unevenly: {loads}")
    if sum(loads.values()) != MAILS + made[0]:
        found.complaints.append(f"{sum(loads.values())} tickets, not {MAILS + made[0]}")
    return found


def _gather(play):
    """Five members, and a team that shares; returns their ids."""
    odoo = play.servers[0].odoo
    group = scenario.record_id(odoo.rpc, "helpdesk_mgmt.group_helpdesk_user")
    values = [{"name": f"Member {n}", "login": f"member{n}", "group_ids": [(4, group)]} for n in range(MEMBERS)]
    members = odoo.rpc("res.users", "create", values)
    team = {"user_ids": [(6, 0, members)], "bridge_assignment": "least_loaded"}
    odoo.rpc("helpdesk.ticket.team", "write", play.helpdesk.team_id, team)
    return members


@contextmanager
def _by_hand(play, members):
    """Tickets that somebody makes and gives to whomever they like; yields how many, and what makes them stop."""
    over, made, dice = threading.Event(), [0], random.Random(7)

    def work():
        while not over.wait(BY_HAND_EVERY):
            odoo = dice.choice(play.servers).odoo
            values = {"name": "By hand", "description": "<p>x</p>", "team_id": play.helpdesk.team_id}
            with suppress(*AWAY):
                odoo.rpc("helpdesk.ticket", "create", {**values, "user_id": dice.choice(members)})
                made[0] += 1

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield made, over.set
    finally:
        over.set()
        thread.join()


def _wait_until_given(play):
    """Until nobody's ticket waits for a member."""
    cron = scenario.record_id(play.servers[0].odoo.rpc, CRON)
    deadline = time.monotonic() + PATIENCE
    while play.ask("SELECT 1 AS found FROM helpdesk_ticket WHERE assignment IS NOT NULL"):
        if time.monotonic() > deadline:
            return
        play.start_cron(cron)
        time.sleep(0.3)
