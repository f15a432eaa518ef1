"""What somebody has locked holds up nobody else's: the crons of Odoo pass over it, and come back."""

from contextlib import contextmanager

import psycopg2
import pytest

from dev import scenario
from dev.acme import CHANNEL, SUPPORT
from dev.chaos.sla import CRON as SLA_CRON
from dev.chaos.stage import PREFIX, stage
from dev.services import database, postgres
from dev.sightings import wait_for

#: Seconds in which a cron that waits for nobody is done, on a machine with much to do.
IN_TIME = 30


@pytest.fixture(scope="module")
def play(_slack):
    with database.installed(PREFIX) as source, stage(source, "locked", _slack, [SUPPORT]) as play:
        yield play


@contextmanager
def locked(play, table, condition):
    """A block in which somebody else has these rows of a table locked."""
    there = {"host": postgres.socket_folder(), "port": postgres.PORT, "user": postgres.ROLE, "dbname": play.database}
    connection = psycopg2.connect(**there)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {table} WHERE {condition} FOR UPDATE")
            assert cursor.rowcount
        yield
    finally:
        connection.close()


def new_ticket(play, subject, team):
    values = {"name": subject, "description": "<p>x</p>", "team_id": team}
    return play.helpdesk.odoo.rpc("helpdesk.ticket", "create", values)


def states(play, tickets):
    """The state of each one's first message."""
    rows = play.ask(f"SELECT state FROM helpdesk_slack_outbox WHERE ticket_id IN {tuple(tickets)} ORDER BY ticket_id")
    return [state for [state] in rows]


def test_a_message_that_somebody_has_locked_holds_up_no_other(play):
    rpc = play.helpdesk.odoo.rpc
    channel = {"name": "#other", "channel_ref": play.slack.add_channel("other")}
    channel = rpc("helpdesk.slack.channel", "create", {**channel, "workspace_id": play.helpdesk.workspace_id})
    other = rpc("helpdesk.ticket.team", "create", {"name": "Other", "slack_channel_id": channel})
    play.sql("UPDATE helpdesk_slack_channel SET hold_until = now() AT TIME ZONE 'UTC' + interval '1 hour'")
    tickets = [new_ticket(play, "Locked", play.helpdesk.team_id), new_ticket(play, "Free", other)]
    with locked(play, "helpdesk_slack_outbox", f"ticket_id = {tickets[0]}"):
        play.sql("UPDATE helpdesk_slack_channel SET hold_until = NULL")
        play.start_cron(play.slack_cron)
        wait_for(
            "the other message", lambda: states(play, tickets), lambda found: found == ["pending", "sent"], IN_TIME
        )
        assert [message["text"] for message in play.slack.messages(CHANNEL)] == []

    def sent():
        play.start_cron(play.slack_cron)
        return states(play, tickets)

    wait_for("both messages", sent, lambda found: found == ["sent", "sent"], IN_TIME)


def test_a_ticket_that_somebody_has_locked_keeps_no_other_from_being_found_late(play):
    cron = scenario.record_id(play.helpdesk.odoo.rpc, SLA_CRON)
    tickets = [new_ticket(play, subject, play.helpdesk.team_id) for subject in ("Locked and late", "Late")]
    breached = f"SELECT sla_status = 'breached' FROM helpdesk_ticket WHERE id IN {tuple(tickets)} ORDER BY id"

    def late():
        play.start_cron(cron)
        return [is_late for [is_late] in play.ask(breached)]

    with locked(play, "helpdesk_ticket", f"id = {tickets[0]}"):
        play.sql(
            "UPDATE helpdesk_sla_clock SET due_at = now() AT TIME ZONE 'UTC' - interval '1 minute' "
            f"WHERE ticket_id IN {tuple(tickets)}"
        )
        wait_for("the other breach", late, lambda found: found == [False, True], IN_TIME)
    wait_for("both breaches", late, lambda found: found == [True, True], IN_TIME)
