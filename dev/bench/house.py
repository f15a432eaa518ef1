"""A big house: a database in which years of a large desk are over, and a few thousand tickets are open.

It is filled by SQL within minutes and kept as a template of its own, beside the same house of helpdesk_mgmt alone. Both
are built anew when a column or what is built changes, not for each change of the code: a copy is brought up to date
where it is used.

Of a thousand tickets about five are open, all of them young. Each has a customer, an agent who follows it, an email,
maybe an answer, a thread in Slack with three messages, two SLA clocks and their lines. What is over is counted, but for
what happened today.
"""

import json
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dev.bench import house_sql
from dev.bench.child import measured
from dev.bench.stage import copy_of
from dev.paths import ADDON, LOGS, Environment
from dev.services import database, postgres
from dev.services.odoo import run_odoo

#: Seconds for teams, policies, channels and mailboxes; for what the search reads of tickets and messages.
PATIENCE, SEARCH_PATIENCE = 600, 1800
STATE = "helpdesk_bridge.bench_state"
ADDONS, PLAIN = (ADDON,), ()


@dataclass(frozen=True)
class Size:
    """How much there is in a house: of one ticket's rows three messages to Slack, two clocks, one row that came in."""

    tickets: int = 1_000_000
    teams: int = 300
    policies: int = 500
    channels: int = 200
    mailboxes: int = 200
    agents: int = 60

    @classmethod
    def part(cls, divisor):
        """The same, so many times smaller; a handful of each remains."""
        return cls(*(max(6, number // divisor) for number in asdict(cls()).values()))


@contextmanager
def houses(installed, size, say):
    """A copy of the big house for a block, and one of the same house of helpdesk_mgmt alone.

    :param installed: a database with the addon as it is
    """
    sources = {"ours": (ADDONS, installed), "plain": (PLAIN, Environment.load().template)}
    with ExitStack() as copies:
        found = {}
        for side, (addons, source) in sources.items():
            kept = template(addons, source, size, say)
            found[side] = copies.enter_context(copy_of(kept, f"big_{side}"))
        _bring_up_to_date(found["ours"], say)
        yield found


def template(addons, source, size, say=lambda words: None):
    """The name of the template of a house, built if there is none like it."""
    kind = f"big_{'ours' if addons else 'plain'}_{size.tickets}"
    with copy_of(source, "schema") as looked_at:
        found = schema(looked_at)
    inputs = [found, size, *(Path(one).read_text() for one in (__file__, house_sql.__file__))]

    def make(part):
        say(f"building {kind} …")
        log = LOGS / f"{kind}.log"
        log.write_text(build(part, size, bool(addons), say))
        return log

    return database.kept(kind, source, make, inputs, number=1)


def schema(name):
    """The columns of a database's tables. Other indexes are made when it is brought up to date."""
    return postgres.sql(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " ORDER BY 1, 2",
        name,
    )


def build(name, size, has_addon, say=lambda words: None):
    """Fill a database. :return: what it has become, in words"""
    values = measured("house_process", name, *asdict(size).values(), patience=PATIENCE, say=say)
    statements = house_sql.statements(size, values, has_addon)
    tables = house_sql.TABLES if has_addon else house_sql.PLAIN_TABLES
    [found] = postgres.sql(house_sql.INDEXES.format(tables=", ".join(f"'{table}'" for table in tables)), name)
    definitions = json.loads(found)
    # One after the other takes less time than with each row.
    postgres.sql("; ".join(f'DROP INDEX "{index}"' for index in definitions), name)
    for what, statement in statements.items():
        say(f"{what} …")
        postgres.sql(f"{house_sql.MODEST}; {statement}", name)
    if has_addon:
        # No trigger of the search has fired.
        say("what the search reads …")
        measured("house_search_process", name, patience=SEARCH_PATIENCE, say=say)
    say(f"{len(definitions)} indexes …")
    for definition in definitions.values():
        postgres.sql(f"{house_sql.MODEST}; {definition}", name)
    postgres.sql("VACUUM ANALYZE", name)
    if has_addon:
        _stamp(name)
    return "\n".join(postgres.sql(house_sql.SUMMARY, name))


def _stamp(name):
    postgres.sql(
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('{STATE}', '{database.state()}')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        name,
    )


def _bring_up_to_date(name, say):
    """Views and rules as they are in the checkout, where it has changed since."""
    if postgres.sql(f"SELECT value FROM ir_config_parameter WHERE key = '{STATE}'", name) == [database.state()]:
        return
    say("the house is brought up to date")
    run_odoo("-d", name, "-u", ADDON, "--stop-after-init", "--no-http", log=LOGS / "big-update.log")
