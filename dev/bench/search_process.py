"""What a search for tickets takes, in an Odoo process of its own.

Usage: python -m dev.bench.search_process DATABASE COUNT: a database, and how many tickets are put into it. Prints what
it does; its last line is JSON.
"""

import hashlib
import json
import random
import statistics
import sys

from dev.bench.figures import percentile
from dev.bench.in_odoo import environment, measure

ROUNDS = 3
#: Of each kind of question, how many different ones.
QUESTIONS = 6
#: Messages on each ticket, and how many words a message has, of how many in the language. Some words are in nearly
#: every message, most are rare, as in any language.
MESSAGES, WORDS, LANGUAGE = 2, 40, 40_000
POSTS = 60
WORD = "substr(md5((power(random(), 4) * {language})::int::text), 1, 7)"
FILL = (
    "SELECT setseed(0.5)",
    """
    INSERT INTO res_partner (name, complete_name, email, is_company, active, type)
    SELECT 'Company' || n, 'Company' || n || ' Ltd', 'info@company' || n || '.example', TRUE, TRUE, 'contact'
      FROM generate_series(1, %(count)s / 20) n
    """,
    """
    INSERT INTO res_partner (name, complete_name, email, parent_id, commercial_partner_id, active, type)
    SELECT person.name, parent.complete_name || ', ' || person.name,
           lower(replace(person.name, ' ', '.')) || n || '@company' || n || '.example', parent.id, parent.id, TRUE,
           'contact'
      FROM generate_series(1, %(count)s / 20) n
      JOIN res_partner parent ON parent.name = 'Company' || n,
           LATERAL (SELECT 'Given' || n %% 500 || ' Family' || n AS name) person
    """,
    """
    INSERT INTO helpdesk_ticket (name, number, description, company_id, team_id, stage_id, active, priority, sequence,
                                 partner_id, partner_name, partner_email, create_date, last_stage_update, sla_due,
                                 bridge_number)
    SELECT 'Problem with ' || substr(md5((n %% 3000)::text), 1, 7) || ' ' || n, 'HB' || n,
           '<p>' || substr(md5(n::text), 1, 8) || '</p>', %(company)s, %(team)s,
           CASE WHEN n %% 20 = 0 THEN %(open)s ELSE %(done)s END, TRUE, '1', 10, person.id, person.name, person.email,
           now() - n * interval '1 minute', now(), CASE WHEN n %% 20 = 0 THEN now() + n * interval '1 minute' END,
           nextval('helpdesk_bridge_reference')
      FROM generate_series(1, %(count)s) n
      JOIN res_partner person ON person.name = 'Given' || (1 + n %% (%(count)s / 20)) %% 500
           || ' Family' || 1 + n %% (%(count)s / 20)
    """,
    """
    INSERT INTO mail_message (model, res_id, message_type, subtype_id, email_from, subject, body, date, create_date)
    SELECT 'helpdesk.ticket', ticket.id, CASE WHEN line = 2 THEN 'comment' ELSE 'email' END, %(subtype)s,
           ticket.partner_email, 'Re: ' || ticket.name, '<p>' || words || '</p>', now(), now()
      FROM helpdesk_ticket ticket, generate_series(1, %(messages)s) line,
           LATERAL (SELECT string_agg({word}, CASE WHEN at %% 12 = 0 THEN '</p><p>' ELSE ' ' END) AS words
                      FROM generate_series(1, %(words)s + 0 * ticket.id + 0 * line) at) said
    """.replace("{word}", WORD.format(language=LANGUAGE)),
)
#: What a message costs.
INDEXES = ("mail_message_helpdesk_words_index",)


def main(database, count):
    """Fill the database, then search."""
    count = int(count)
    with environment(database) as env:
        fill(env, count)
        say(env, "filled", "helpdesk_ticket", "mail_message")
        agent = env["res.users"].create(
            {
                "name": "Agent",
                "login": "bench-agent",
                "group_ids": [(6, 0, [env.ref("helpdesk_mgmt.group_helpdesk_user").id])],
            }
        )
        env.cr.commit()
        costs = {kind: [] for kind in QUESTION}
        chance = random.Random(42)
        asked = {kind: [ask(chance, count) for _ in range(QUESTIONS)] for kind, ask in QUESTION.items()}
        for turn in range(ROUNDS):
            for kind, texts in asked.items():
                for text in texts:
                    cost = measure(lambda text=text, turn=turn: search(env, agent, text, is_open=turn % 2 == 0))
                    costs[kind] += [cost["ms"]] if turn else []
            print(f"round {turn + 1} of {ROUNDS}: all kinds were asked", flush=True)
        found = {
            "p95": percentile([one for samples in costs.values() for one in samples], 95),
            "kinds": {kind: percentile(samples, 95) for kind, samples in costs.items()},
            "post": post(env),
        }
    print(json.dumps(found))


QUESTION = {
    "a person": lambda chance, count: f"Family{chance.randint(1, count // 20)}",
    "a given name": lambda chance, count: f"Given{chance.randint(1, 499)}",
    "an address": lambda chance, count: f"info@company{chance.randint(1, count // 20)}.example",
    "a company": lambda chance, count: f"company{chance.randint(1, count // 20)}",
    "part of a subject": lambda chance, count: "problem with " + _word(chance.randint(1, 2999)),
    "a rare word": lambda chance, count: _word(chance.randint(LANGUAGE // 2, LANGUAGE)),
    "a common word": lambda chance, count: _word(chance.randint(1, 40)),
    "a person and a word": lambda chance, count: f"given{chance.randint(1, 499)} {_word(chance.randint(1, 40))}",
    "a reference": lambda chance, count: f"#{chance.randint(1, count)}",
    "what nobody said": lambda chance, count: f"qqq{chance.randint(1, count)}zzz",
}


def _word(number):
    return hashlib.md5(str(number).encode()).hexdigest()[:7]


def fill(env, count):
    """Tickets of customers of companies, one in twenty open, and their conversations."""
    team = env["helpdesk.ticket.team"].create({"name": "Support"})
    values = {
        "company": env.company.id,
        "team": team.id,
        "open": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").id,
        "done": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").id,
        "subtype": env.ref("mail.mt_comment").id,
        "count": count,
        "messages": MESSAGES,
        "words": WORDS,
    }
    env.flush_all()
    # To index all at once takes less time.
    env.cr.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname IN %s", [INDEXES])
    definitions = env.cr.fetchall()
    for name, _definition in definitions:
        env.cr.execute(f"DROP INDEX {name}")
    for statement in FILL:
        env.cr.execute(statement, values)
    for _name, definition in definitions:
        env.cr.execute(definition)
    env.cr.commit()
    env.invalidate_all()
    # It runs in no transaction.
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False


def say(env, what, *tables):
    sizes = []
    for table in tables:
        env.cr.execute("SELECT count(*), pg_total_relation_size(%s) FROM " + table, [table])
        [rows, size] = env.cr.fetchone()
        sizes.append(f"{table}: {rows:,} rows, {size / 2**20:.0f} MB")
    env.cr.execute("SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname ~ '_(words|search)_index$'")
    sizes += [f"{name}: {size / 2**20:.0f} MB" for name, size in env.cr.fetchall()]
    print(f"{what}; {'; '.join(sizes)}", flush=True)


def search(env, agent, text, is_open):
    """As the list does when somebody presses Enter, without HTTP; the open ones, or all."""
    env.invalidate_all()
    domain = [("bridge_search", "ilike", text), *([("closed", "=", False)] if is_open else [])]
    specification = {"name": {}, "mail_reference": {}, "partner_name": {}, "sla_due": {}}
    found = (
        env["helpdesk.ticket"]
        .with_user(agent)
        .web_search_read(domain, specification, limit=80, count_limit=10001, order="sla_due")
    )
    env.cr.rollback()
    return found["length"]


def post(env):
    """What a message costs with the index of its words ÷ without."""
    costs = {True: [], False: []}
    ticket = env["helpdesk.ticket"].search([], limit=1)
    [words] = env["mail.message"].search([("model", "=", ticket._name)], limit=1).mapped("body")
    for is_indexed in (True, False):
        if not is_indexed:
            for name in INDEXES:
                env.cr.execute(f"DROP INDEX {name}")
        for _ in range(POSTS):
            env.cr.execute("SAVEPOINT bench")

            def work():
                ticket.message_post(body=words, message_type="comment", subtype_xmlid="mail.mt_note")
                env.flush_all()

            costs[is_indexed].append(measure(work)["ms"])
            env.cr.execute("ROLLBACK TO SAVEPOINT bench")
            env.invalidate_all()
    env.cr.rollback()
    return statistics.median(costs[True]) / statistics.median(costs[False])


if __name__ == "__main__":
    main(*sys.argv[1:])
