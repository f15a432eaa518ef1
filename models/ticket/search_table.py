"""A table of PostgreSQL with what the search reads: a row for each ticket, and one for each message on it.

Triggers fill it, so that it is right whoever writes, in the same transaction. An index on expressions over Odoo's own
tables would need no table, but it can only find what is rare: whether one message holds a word would mean to read and
take apart its HTML again (0.1 ms and more). Here its words are stored, and one ticket is asked within microseconds.
`search_sources.py` says what follows from that.

A message costs one more row and what the index of its words costs anyway, no query of Odoo's; a change of a ticket
that changes none of its texts costs a comparison. No foreign key: it would lock the ticket against those who import
another email to it. A row that is not a ticket's is deleted with what it belongs to.

Where another server works on while the addon is updated, what it writes before the triggers are there is not in the
table. The comment of the table says since when that may be so, until `complete` has looked for it.
"""

from odoo.tools import SQL

from . import search_functions

TABLE = "helpdesk_bridge_search"
#: Short texts of a ticket. A line break between two of them, so that no term is found across.
SHORT = ("name", "number", "partner_name", "partner_email", "email_cc", "legacy_reference")
#: What is read of a message, and of the ticket's own row.
MESSAGE = ("model", "res_id", "message_type", "email_from", "subject", "body")
TICKET = (*SHORT, "description")
#: The customer and the company: a contact's `complete_name` begins with it.
PERSON = "helpdesk_bridge_folded(' ' || coalesce(complete_name, '') || ' ' || coalesce(email, ''))"
#: The same of one of its columns, quicker where nothing is to be folded.
PERSON_PART = """CASE WHEN octet_length({0}) = length({0}) THEN ' ' || lower({0} COLLATE "C")
    ELSE helpdesk_bridge_folded(' ' || {0}) END"""

_COLUMNS = "ticket_id integer NOT NULL, message_id integer NOT NULL, short text, words tsvector NOT NULL"
_ROW = "ticket_id, message_id, short, words"
_SHORT = r" || E'\n ' || ".join(f"coalesce({{0}}.{name}, '')" for name in SHORT)
#: The same of a ticket itself.
FOLDED = f"helpdesk_bridge_folded(' ' || {_SHORT.format('helpdesk_ticket')})"
#: The text of the form. An email's text is a message as well, all of it.
_OF_TICKET = f"""{{0}}.id, 0, helpdesk_bridge_folded(' ' || {_SHORT}),
    coalesce(helpdesk_bridge_words(left({{0}}.description, 20000)), ''::tsvector)"""
#: Messages that people wrote, without what Odoo and the automatic emails say.
_SPOKEN = """{0}.model = 'helpdesk.ticket' AND {0}.res_id IS NOT NULL
    AND {0}.message_type IN ('email', 'email_outgoing', 'comment')"""
#: Of an email also who wrote it, so that colleagues of the customer are found. What agents write has no such words.
_OF_MESSAGE = """{0}.res_id, {0}.id, NULL, helpdesk_bridge_words(
    CASE WHEN {0}.message_type = 'email' THEN translate(coalesce({0}.email_from, ''), '<>', '  ') ELSE '' END
    || ' ' || coalesce({0}.subject, '') || ' ' || coalesce({0}.body, ''))"""


def _differ(names):
    return "({}) IS DISTINCT FROM ({})".format(*(", ".join(f"{of}.{name}" for name in names) for of in ("OLD", "NEW")))


_FUNCTION = """
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NOT ({differ}) THEN RETURN NULL; END IF;
        END IF;
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM {table} WHERE {own};
        END IF;
        IF TG_OP <> 'DELETE' THEN
            {insert};
        END IF;
        RETURN NULL;
    END $$
"""
#: Of tickets and of messages: which rows are theirs, by what, what they hold, and of what.
_SOURCES = (
    ("message_id = 0", "ticket_id", _OF_TICKET.format("one"), "helpdesk_ticket one WHERE TRUE"),
    ("message_id <> 0", "message_id", _OF_MESSAGE.format("one"), f"mail_message one WHERE {_SPOKEN.format('one')}"),
)
_SAME = f"(now.ticket_id, now.short, now.words) IS NOT DISTINCT FROM ({TABLE}.ticket_id, {TABLE}.short, {TABLE}.words)"
#: No transaction of another server takes longer.
LONGEST = "1 day"
TICKET_TRIGGER, MESSAGE_TRIGGER = f"{TABLE}_ticket", f"{TABLE}_message"
_FUNCTIONS = {
    TICKET_TRIGGER: {
        "differ": _differ(TICKET),
        "own": "ticket_id = OLD.id AND (message_id = 0 OR TG_OP = 'DELETE')",
        "insert": f"INSERT INTO {TABLE} ({_ROW}) VALUES ({_OF_TICKET.format('NEW')})",
    },
    MESSAGE_TRIGGER: {
        "differ": _differ(MESSAGE),
        "own": "message_id = OLD.id AND message_id <> 0",
        "insert": f"""IF {_SPOKEN.format("NEW")} THEN
                INSERT INTO {TABLE} ({_ROW}) VALUES ({_OF_MESSAGE.format("NEW")});
            END IF""",
    },
}
_MINE = "{}.model = 'helpdesk.ticket'"
#: Trigger → when it fires, on which table, and the function it calls. Other messages than tickets' cost nothing.
_TRIGGERS = {
    TICKET_TRIGGER: ("INSERT OR UPDATE OR DELETE ON helpdesk_ticket FOR EACH ROW", TICKET_TRIGGER),
    f"{MESSAGE_TRIGGER}_insert": (
        f"INSERT ON mail_message FOR EACH ROW WHEN ({_MINE.format('NEW')})",
        MESSAGE_TRIGGER,
    ),
    f"{MESSAGE_TRIGGER}_update": (
        f"UPDATE ON mail_message FOR EACH ROW WHEN ({_MINE.format('OLD')} OR {_MINE.format('NEW')})",
        MESSAGE_TRIGGER,
    ),
    f"{MESSAGE_TRIGGER}_delete": (
        f"DELETE ON mail_message FOR EACH ROW WHEN ({_MINE.format('OLD')})",
        MESSAGE_TRIGGER,
    ),
}
#: What is not yet in the index of words is read by each search, so that little waits there.
INDEXES = {
    f"{TABLE}_row": f"ON {TABLE} (ticket_id, message_id)",
    f"{TABLE}_of_message": f"ON {TABLE} (message_id) WHERE message_id <> 0",
    f"{TABLE}_words": f"ON {TABLE} USING gin (words) WITH (gin_pending_list_limit = 256)",
}
#: Parts of words, where PostgreSQL has trigrams.
PARTS = {
    f"{TABLE}_short": f"ON {TABLE} USING gin (short gin_trgm_ops) WHERE short IS NOT NULL",
    f"{TABLE}_person": f"ON res_partner USING gin (({PERSON}) gin_trgm_ops)",
}


def ensure(cr, has_trigram):
    """Create what is missing, and fill the table if it is new."""
    search_functions.ensure(cr)
    for name, parts in _FUNCTIONS.items():
        cr.execute(_FUNCTION.format(name=name, table=TABLE, **parts))  # pylint: disable=sql-injection
    if not _exists(cr, "class", "relname", TABLE):
        cr.execute(SQL("CREATE TABLE %s (%s)", SQL.identifier(TABLE), SQL(_COLUMNS)))
        fill(cr)
        remember(cr)
    for name, definition in {**INDEXES, **(PARTS if has_trigram else {})}.items():
        if not _exists(cr, "class", "relname", name):
            cr.execute(f"CREATE INDEX {name} {definition}")  # pylint: disable=sql-injection
    for name, (when, function) in _TRIGGERS.items():
        if not _exists(cr, "trigger", "tgname", name):
            cr.execute(f"CREATE TRIGGER {name} AFTER {when} EXECUTE FUNCTION {function}()")  # pylint: disable=sql-injection


def fill(cr):
    """Write the rows of all tickets and messages there are into the empty table."""
    for _own, _key, columns, source in _SOURCES:
        cr.execute(f"INSERT INTO {TABLE} ({_ROW}) SELECT {columns} FROM {source}")  # pylint: disable=sql-injection
    # Whether a word is common is known from the first search on.
    cr.execute(SQL("ANALYZE %s", SQL.identifier(TABLE)))


def remember(cr):
    """Note that from now on, something may have been written without a trigger."""
    cr.execute("SELECT (now() AT TIME ZONE 'UTC')::text")
    cr.execute(SQL("COMMENT ON TABLE %s IS %s", SQL.identifier(TABLE), cr.fetchone()[0]))


def complete(cr):
    """Write anew what may have been written without a trigger, once after the table was made.

    :return: how many rows were written anew
    """
    cr.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE])
    [[made]] = cr.fetchall()
    if not made:
        return 0
    changed = 0
    for own, key, columns, source in _SOURCES:
        # Found before it is locked. A row is as it should be if its source is older than the table, or says the same.
        cr.execute(
            f"""
            SELECT {key} FROM {TABLE} WHERE {own} AND NOT EXISTS (
                SELECT FROM {source} AND one.id = {TABLE}.{key}
                   AND (coalesce(one.write_date, one.create_date) < %s::timestamp - interval '{LONGEST}'
                        OR EXISTS (SELECT FROM (SELECT {columns}) now ({_ROW}) WHERE {_SAME})))
             UNION
            SELECT one.id FROM {source} AND NOT EXISTS (SELECT FROM {TABLE} WHERE {own} AND {TABLE}.{key} = one.id)
            """,  # pylint: disable=sql-injection
            [made],
        )
        if ids := [number for (number,) in cr.fetchall()]:
            cr.execute(f"DELETE FROM {TABLE} WHERE {own} AND {key} = ANY(%s)", [ids])  # pylint: disable=sql-injection
            cr.execute(
                f"INSERT INTO {TABLE} ({_ROW}) SELECT {columns} FROM {source} AND one.id = ANY(%s)",  # pylint: disable=sql-injection
                [ids],
            )
        changed += len(ids)
    cr.execute(SQL("COMMENT ON TABLE %s IS NULL", SQL.identifier(TABLE)))
    return changed


def drop(cr):
    """Remove all of it."""
    for name in _FUNCTIONS:
        cr.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")  # pylint: disable=sql-injection
    cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
    search_functions.drop(cr)


def _exists(cr, catalog, column, name):
    table = SQL.identifier(f"pg_{catalog}")
    cr.execute(SQL("SELECT 1 FROM %s WHERE %s = %s", table, SQL.identifier(column), name))
    return bool(cr.rowcount)
