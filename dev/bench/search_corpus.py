"""Tickets of customers of companies, one in twenty open, and their conversations, written by a few statements.

A language is imitated: each paragraph is made of words of which some are in nearly every message, some in one of ten
and most are rare; each message also has a word that no other has. Paragraphs are made once and put together anew for
each message: to draw each word of 500,000 messages would take minutes.
"""

import hashlib
import time

TABLE, TABLES = "helpdesk_bridge_search", ("helpdesk_ticket", "mail_message")
HELLO, BYE = "Hello,</p><p>the printer of our <b>Büro</b>", "Regards"
#: Messages on each ticket; words in a paragraph; of how many paragraphs they are put together; words of the language.
MESSAGES, LENGTH, PARAGRAPHS, WORDS = 5, 14, 4_000, 40_000
#: Without digits: with an "e" among them they are a number to PostgreSQL.
_DIGITS, _LETTERS = "0123456789", "ghijklmnop"
_WORD = f"translate(substr(md5(({{}})::int::text), 1, 7), '{_DIGITS}', '{_LETTERS}')"
#: The n-th word is in one paragraph of n or so.
_DRAWN = _WORD.format(f"power({WORDS}, random())")
_TYPE = "CASE WHEN line = 2 THEN 'comment' ELSE 'email' END"
_BASE = {
    "persons": """
    INSERT INTO res_partner (name, complete_name, email, is_company, active, type)
    SELECT 'Company' || n, 'Company' || n || ' Küche Ltd', 'info@company' || n || '.example', TRUE, TRUE, 'contact'
      FROM generate_series(1, %(count)s / 20) n;
    INSERT INTO res_partner (name, complete_name, email, parent_id, commercial_partner_id, active, type)
    SELECT person.name, parent.complete_name || ', ' || person.name,
           lower(replace(person.name, ' ', '.')) || CASE WHEN n %% 2 = 0 THEN '@mail.example'
                                                         ELSE '@company' || n || '.example' END,
           parent.id, parent.id, TRUE, 'contact'
      FROM generate_series(1, %(count)s / 20) n
      JOIN res_partner parent ON parent.name = 'Company' || n,
           LATERAL (SELECT 'Given' || n %% 500 || ' Family' || n AS name) person
    """,
    "tickets": """
    INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, active, priority, sequence,
                                 partner_id, partner_name, partner_email, create_date, last_stage_update, sla_due,
                                 bridge_number)
    SELECT 'Problem with ' || substr(md5((n %% 3000)::text), 1, 7) || ' ' || n, 'HB' || n,
           '<p>Hello, the printer</p>', %(company)s, %(team)s,
           CASE WHEN n %% 20 = 0 THEN %(open)s ELSE %(done)s END, TRUE, '1', 10, person.id, person.name, person.email,
           now() - n * interval '1 minute', now(), CASE WHEN n %% 20 = 0 THEN now() + n * interval '1 minute' END,
           nextval('helpdesk_bridge_reference')
      FROM generate_series(1, %(count)s) n
      JOIN res_partner person ON person.name = 'Given' || (1 + n %% (%(count)s / 20)) %% 500
           || ' Family' || 1 + n %% (%(count)s / 20)
    """,
    "paragraphs": f"""
    CREATE TEMPORARY TABLE paragraph AS
    SELECT n, string_agg({_DRAWN}, ' ') AS said
      FROM generate_series(0, {PARAGRAPHS} - 1) n, generate_series(1, {LENGTH} + 0 * n) at
     GROUP BY n
    """,
    # The words of a message are those of its parts, one after the other: taken apart once for each part, not for each
    # message. `check` compares some with what the trigger writes.
    "parts": """
    ALTER TABLE paragraph ADD COLUMN words tsvector;
    UPDATE paragraph SET words = helpdesk_bridge_words(said)
    """,
    "drawn": f"""
    CREATE TEMPORARY TABLE drawn AS
    SELECT (SELECT max(id) FROM mail_message) + row_number() OVER () AS id, ticket.id AS ticket_id, line,
           'note' || row_number() OVER () AS note,
           (ticket.id * 7919 + line * 104729) %% {PARAGRAPHS} AS one,
           (ticket.id::bigint * 1299709 + line * 15485863) / 13 %% {PARAGRAPHS} AS two
      FROM helpdesk_ticket ticket
     CROSS JOIN generate_series(1, {MESSAGES}) line
    """,
    "messages": f"""
    INSERT INTO mail_message (id, model, res_id, message_type, subtype_id, email_from, subject, body, date, create_date)
    SELECT drawn.id, 'helpdesk.ticket', ticket.id, {_TYPE}, %(subtype)s, ticket.partner_email, 'Re: ' || ticket.name,
           '<p>{HELLO}: ' || one.said || ' ' || note || '</p><p>' || two.said || '</p><p>{BYE}</p>', now(), now()
      FROM drawn
      JOIN helpdesk_ticket ticket ON ticket.id = ticket_id
      JOIN paragraph one ON one.n = drawn.one
      JOIN paragraph two ON two.n = drawn.two;
    SELECT setval('mail_message_id_seq', (SELECT max(id) FROM mail_message))
    """,
    "what the search reads of tickets": f"""
    INSERT INTO {TABLE} (ticket_id, message_id, short, words)
    SELECT id, 0, helpdesk_bridge_folded(E' ' || name || E'\n ' || number || E'\n ' || partner_name || E'\n '
                                         || partner_email || E'\n \n '), helpdesk_bridge_words('Hello, the printer')
      FROM helpdesk_ticket
    """,
    "what it reads of messages": f"""
    INSERT INTO {TABLE} (ticket_id, message_id, words)
    SELECT ticket.id, drawn.id,
           CASE WHEN {_TYPE} = 'email' THEN from_words ELSE '' END || re_words || %(hello)s::tsvector || one.words
           || (quote_literal(note) || ':1')::tsvector || two.words || %(bye)s::tsvector
      FROM drawn
      JOIN (SELECT id, helpdesk_bridge_words(partner_email) AS from_words,
                   helpdesk_bridge_words('Re: ' || name) AS re_words
              FROM helpdesk_ticket) ticket ON ticket.id = ticket_id
      JOIN paragraph one ON one.n = drawn.one
      JOIN paragraph two ON two.n = drawn.two
    """,
}


def word(number):
    """The n-th common word."""
    return hashlib.md5(str(number).encode()).hexdigest()[:7].translate(str.maketrans(_DIGITS, _LETTERS))


def fill(env, count):
    """Write all of it, then index it: that takes less time than to index each row."""
    team = env["helpdesk.ticket.team"].create({"name": "Support"})
    values = {
        "company": env.company.id,
        "team": team.id,
        "open": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").id,
        "done": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
        "subtype": env.ref("mail.mt_comment").id,
        "count": count,
    }
    env.flush_all()
    env.cr.execute("SELECT helpdesk_bridge_words(%s)::text, helpdesk_bridge_words(%s)::text", [HELLO, BYE])
    values["hello"], values["bye"] = env.cr.fetchone()
    indexes = _drop_indexes(env.cr, "mail_message", TABLE)
    for table in TABLES:
        env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    env.cr.execute(f"TRUNCATE {TABLE}; SET LOCAL maintenance_work_mem = '512MB'; SELECT setseed(0.5)")
    for what, statement in (*_BASE.items(), ("indexes", indexes)):
        began = time.monotonic()
        env.cr.execute(statement, values)
        print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)
    for table in TABLES:
        env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    env.cr.commit()
    env.invalidate_all()
    # It runs in no transaction.
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
    check(env)


def _drop_indexes(cr, *tables):
    """Drop the indexes of tables, but those of their constraints. :return: SQL that creates them again"""
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
          FROM pg_index
         WHERE indrelid::regclass::text IN %s
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        [tuple(tables)],
    )
    found = cr.fetchall()
    for name, _definition in found:
        cr.execute(f"DROP INDEX {name}")
    # What follows is passed with values.
    return "; ".join(definition for _name, definition in found).replace("%", "%%")


def check(env):
    """Let the triggers write some of the rows anew: they have to be the same."""
    query = f"SELECT ticket_id, message_id, short, words::text FROM {TABLE} WHERE ticket_id %% 9973 = 1 ORDER BY 1, 2"
    env.cr.execute(query, [])
    written = env.cr.fetchall()
    for change in (
        "UPDATE mail_message SET subject = subject || ' ' WHERE model = 'helpdesk.ticket' AND res_id %% 9973 = 1",
        "UPDATE helpdesk_ticket SET email_cc = '' WHERE id %% 9973 = 1",
    ):
        env.cr.execute(change, [])
    env.cr.execute(query, [])
    found = env.cr.fetchall()
    env.cr.rollback()
    if not written or written != found:
        differing = next((pair for pair in zip(written, found, strict=True) if pair[0] != pair[1]), None)
        raise AssertionError(f"these rows are not what the search would read: {differing}")
