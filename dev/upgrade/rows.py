"""The rows of a database that an upgrade of ours may change, and what has become of them."""

import json
import re

from dev.services import postgres
from dev.upgrade.expected import IGNORED, NEW_NAMES, is_expected

#: Tables that are compared whole: ours, and those of Odoo that a help desk fills.
TABLES = re.compile(
    r"^(.*helpdesk.*|fetchmail_server|mail_(message|mail|followers|activity|tracking_value|alias|template)|res_company"
    r"|res_users|resource_calendar(_.*)?|ir_config_parameter|ir_cron|ir_act_server)$"
)
ALL_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def read(name):
    """All rows: table -> key of the row -> column -> value."""
    found = {}
    for table in filter(TABLES.match, postgres.sql(ALL_TABLES, name)):
        lines = postgres.sql(f'SELECT row_to_json(one) FROM "{table}" one', name)
        stored = [json.loads(line) for line in lines if line]
        found[table] = {row.get("id") or json.dumps(row, sort_keys=True): row for row in stored}
    return found


def differences(before, after):
    """What the upgrade has changed, and was not expected to change: one line each."""
    found = []
    for table, stored in before.items():
        for key, row in stored.items():
            now = after.get(table, {}).get(key)
            if now is None:
                found.append(f"{table} {key} is gone: {_short(row)}")
            else:
                found += _differences_of_row(table, key, row, now)
    return found


def _differences_of_row(table, key, row, now):
    for column, value in row.items():
        name = NEW_NAMES.get((table, column), column)
        is_same = now[name] == value if name in now else value in (None, False, "")
        if not is_same and column not in IGNORED and not is_expected(table, column, row, now.get(name)):
            yield f"{table} {key}: {column} was {_short(value)}, is {_short(now.get(name, 'gone'))}"


def _short(value):
    return json.dumps(value)[:160]
