"""A house is what its size says, and no index of it is missing."""

from contextlib import contextmanager

from dev.bench import house
from dev.paths import ADDON, Environment
from dev.services import database, postgres

SIZE = house.Size.part(250)
INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
COUNTS = """
SELECT (SELECT count(*) FROM helpdesk_ticket),
       (SELECT count(*) FROM helpdesk_ticket_team WHERE name->>'en_US' ~ '^Team')
"""
OURS = """
SELECT (SELECT count(*) FROM helpdesk_sla_clock WHERE metric <> 'next_response'),
       (SELECT count(*) FROM helpdesk_slack_outbox), (SELECT count(DISTINCT ticket_id) FROM helpdesk_slack_thread),
       (SELECT count(*) FROM helpdesk_inbound_mail) + (SELECT count(*) FROM helpdesk_slack_inbound),
       (SELECT count(*) FROM helpdesk_sla_clock WHERE state = 'running' AND due_at < now() AT TIME ZONE 'UTC'),
       (SELECT sum(value) FROM helpdesk_bridge_count WHERE name = 'clocks_over')
     = (SELECT count(*) FROM helpdesk_sla_clock WHERE is_counted),
       (SELECT count(*) FROM helpdesk_bridge_search WHERE message_id = 0),
       (SELECT count(*) FROM helpdesk_bridge_search WHERE message_id <> 0)
     = (SELECT count(*) FROM mail_message WHERE model = 'helpdesk.ticket')
"""


@contextmanager
def _built(addons, source, name):
    with postgres.postgres():
        database.copy(source, name)
        try:
            before = postgres.sql(INDEXES, name)
            house.build(name, SIZE, bool(addons))
            assert postgres.sql(INDEXES, name) == before
            yield name
        finally:
            database.drop(name)


def test_a_small_house_has_what_its_size_says():
    with postgres.postgres():
        source = database.template((ADDON,))
        with _built(house.ADDONS, source, database.of_this_run("test_house_")) as name:
            assert postgres.sql(COUNTS, name) == [f"{SIZE.tickets}|{SIZE.teams}"]
            rows = 2 * SIZE.tickets, 3 * SIZE.tickets, SIZE.tickets, SIZE.tickets
            assert postgres.sql(OURS, name) == ["|".join(map(str, rows)) + f"|0|t|{SIZE.tickets}|t"]


def test_the_same_house_of_helpdesk_mgmt_alone():
    with _built(house.PLAIN, Environment.load().template, database.of_this_run("test_house_")) as name:
        assert postgres.sql(COUNTS, name) == [f"{SIZE.tickets}|{SIZE.teams}"]
