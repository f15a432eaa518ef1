"""Tickets of customers of companies, one in twenty open, and their conversations, written by a few statements.

A language is imitated: each paragraph is made of words of which some are in nearly every message, some in one of ten
and most are rare; each message also has a word that no other has. Paragraphs are made once and put together anew for
each message: to draw each word of 500,000 messages would take minutes.
"""

import hashlib
import time

#: Messages on each ticket; words in a paragraph; of how many paragraphs they are put together; words of the language.
MESSAGES, LENGTH, PARAGRAPHS, WORDS = 5, 14, 4_000, 40_000
_WORD = "substr(md5(({})::int::text), 1, 7)"
#: The n-th word is in one paragraph of n or so.
_DRAWN = _WORD.format(f"power({WORDS}, random())")
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
    "messages": f"""
    INSERT INTO mail_message (model, res_id, message_type, subtype_id, email_from, subject, body, date, create_date)
    SELECT 'helpdesk.ticket', ticket.id, CASE WHEN line = 2 THEN 'comment' ELSE 'email' END, %(subtype)s,
           ticket.partner_email, 'Re: ' || ticket.name,
           '<p>Hello,</p><p>the printer of our <b>Büro</b>: ' || one.said || ' note' || row_number() OVER ()
           || '</p><p>' || two.said || '</p><p>Regards</p>', now(), now()
      FROM helpdesk_ticket ticket
     CROSS JOIN generate_series(1, {MESSAGES}) line
      JOIN paragraph one ON one.n = (ticket.id * 7919 + line * 104729) %% {PARAGRAPHS}
      JOIN paragraph two ON two.n = (ticket.id::bigint * 1299709 + line * 15485863) / 13 %% {PARAGRAPHS}
    """,
}


def word(number):
    """The n-th common word."""
    return hashlib.md5(str(number).encode()).hexdigest()[:7]


def fill(env, count):
    """Write all of it, then index it: that takes less time than to index each row."""
    # Odoo knows its addons only now.
    from odoo.addons.helpdesk_bridge.models.ticket import search_functions, search_table

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
    search_table.drop(env.cr)
    search_functions.ensure(env.cr)
    env.cr.execute("ALTER TABLE helpdesk_ticket DISABLE TRIGGER USER; SELECT setseed(0.5)")
    for what, statement in _BASE.items():
        began = time.monotonic()
        env.cr.execute(statement, values)
        print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)
    env.cr.execute("ALTER TABLE helpdesk_ticket ENABLE TRIGGER USER")
    began = time.monotonic()
    search_table.ensure(env.cr, env.registry.has_trigram)
    print(f"the table of the search: {time.monotonic() - began:.1f} s", flush=True)
    env.cr.commit()
    env.invalidate_all()
    # It runs in no transaction.
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False
