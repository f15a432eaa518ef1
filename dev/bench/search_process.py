"""What a search for tickets takes, in an Odoo process of its own.

Usage: python -m dev.bench.search_process DATABASE COUNT: a database, and how many tickets are put into it. Prints what
it does; its last line is JSON.
"""

import functools
import json
import random
import statistics
import sys
import time
from pathlib import Path

from lxml import etree

from dev.bench.figures import percentile
from dev.bench.in_odoo import environment, measure
from dev.bench.search_corpus import MESSAGES, fill, word

ROUNDS = 3
#: Of each kind of question, how many different ones, if there are so many.
QUESTIONS = 2
POSTS = 60


def _person(chance, count):
    return f"Given{chance.randint(1, 499)} Family{chance.randint(1, count // 20)}"


def _company(chance, count):
    return f"company{chance.randint(1, count // 20)}"


QUESTION = {
    "a rare word": lambda chance, count: f"note{chance.randint(1, count * MESSAGES)}",
    "a word in a few hundred messages": lambda chance, count: word(chance.randint(2000, 4000)),
    "a word in one message of a hundred": lambda chance, count: word(chance.randint(280, 320)),
    "a word in one message of ten": lambda chance, count: word(chance.randint(26, 30)),
    "a word in one message of four": lambda chance, count: word(chance.randint(9, 12)),
    "a word in every second message": lambda chance, count: word(chance.randint(3, 5)),
    "a word in nearly every message": lambda chance, count: chance.choice(("hello", "Printer", "regards")),
    "a word in every subject": lambda chance, count: chance.choice(("problem", "with", "problem with")),
    "two common words": lambda chance, count: chance.choice(("hello printer", "regards hello", "printer problem")),
    "a common and a rare word": lambda chance, count: f"hello {word(chance.randint(2000, 4000))}",
    "a common word that few have too": lambda chance, count: f"hello {word(chance.randint(26, 30))}",
    "a name": lambda chance, count: f"Family{chance.randint(1, count // 20)}",
    "a given name": lambda chance, count: f"Given{chance.randint(1, 499)}",
    "a whole name": _person,
    "a name and a common word": lambda chance, count: f"{_person(chance, count)} hello",
    "a company": _company,
    "an address": lambda chance, count: f"info@{_company(chance, count)}.example",
    "part of an address": lambda chance, count: f"@{_company(chance, count)}",
    "the end of most addresses": lambda chance, count: chance.choice((".example", "@mail.example", "example")),
    "a reference": lambda chance, count: f"[ML-#{chance.randint(1, count)}]",
    "a number": lambda chance, count: str(chance.randint(1, count)),
    "three letters": lambda chance, count: chance.choice(("pro", "hel", "giv", "xyz")),
    "one letter": lambda chance, count: chance.choice(("p", "g", "x")),
    "accents": lambda chance, count: chance.choice(("Tiskárna", "büro", "děkuji Küche")),
    "upper case": lambda chance, count: chance.choice(("HELLO", "PROBLEM WITH", "INFO@COMPANY7.EXAMPLE")),
    "quotes": lambda chance, count: chance.choice(('"hello printer"', "o'brien", '"problem with"')),
    "%, _ and \\": lambda chance, count: chance.choice(("100%", "a_b", "\\", "%%%", "___")),
    "what nobody said": lambda chance, count: f"qqq{chance.randint(1, count)}zzz",
    "a whole sentence": lambda chance, count: f"hello printer with {word(20)} and {word(500)} and regards from us",
    "1,000 characters": lambda chance, count: " ".join(word(number) for number in range(1, 130))[:1000],
}


def main(database, count):
    """Fill the database, then search."""
    count = int(count)
    with environment(database) as env:
        began = time.monotonic()
        fill(env, count)
        print(f"filled in {time.monotonic() - began:.0f} s; {_sizes(env)}", flush=True)
        users = {who: _user(env, who, group) for who, group in WHO.items()}
        _own_some(env, users["agent of some tickets"])
        env.cr.commit()
        chance = random.Random(42)
        asked = {kind: sorted({ask(chance, count) for _ in range(QUESTIONS)}) for kind, ask in QUESTION.items()}
        costs = {kind: _ask(env, users, kind, texts) for kind, texts in asked.items()}
        found = {
            "p95": percentile([one for cost in costs.values() for one in cost["all"]], 95),
            "computed": percentile([one for cost in costs.values() for one in cost["computed"]], 95),
            "kinds": {kind: cost["median"] for kind, cost in costs.items()},
            "queries": max(cost["queries"] for cost in costs.values()),
            "post": post(env),
        }
    print(json.dumps(found))


WHO = {
    "manager": "helpdesk_mgmt.group_helpdesk_manager",
    "agent of a team": "helpdesk_mgmt.group_helpdesk_user_team",
    "agent of some tickets": "helpdesk_mgmt.group_helpdesk_user_own",
}


def _user(env, name, group):
    values = {"name": name, "login": f"bench-{name}", "group_ids": [(6, 0, [env.ref(group).id])]}
    user = env["res.users"].create(values)
    if group.endswith("_team"):
        env["helpdesk.ticket.team"].search([("name", "=", "Support")]).user_ids += user
    return user


def _own_some(env, user):
    env.flush_all()
    env.cr.execute("UPDATE helpdesk_ticket SET user_id = %s WHERE id %% 100 = 0", [user.id])


def _ask(env, users, kind, texts):
    """What one kind of question costs: the median of the slowest question, as the slowest user, with all samples."""
    slowest, everything, queries, words = 0, [], 0, ""
    cpu = Cpu(env)
    for text in texts:
        for who, user in users.items():
            asked = asked_by_the_list(env, user)
            for is_open in (True, False):
                done = []
                for _ in range(ROUNDS):
                    before = cpu.ms()
                    cost = measure(functools.partial(search, env, user, text, is_open, asked))
                    done.append({**cost, "computed": cpu.ms() - before})
                median = statistics.median(cost["ms"] for cost in done[1:])
                everything += done[1:]
                queries = max(queries, *(cost["queries"] for cost in done))
                if median > slowest:
                    slowest, words = median, f"{text[:40]!r}, {who}, {'open' if is_open else 'all'}"
    computed = [cost["computed"] for cost in everything]
    typical = statistics.median(cost["ms"] for cost in everything)
    print(
        f"{kind}: at most {slowest:.0f} ms ({words}), median {typical:.0f}; "
        f"computed: at most {max(computed):.0f}, median {statistics.median(computed):.0f}",
        flush=True,
    )
    return {
        "median": slowest,
        "all": [cost["ms"] for cost in everything],
        "computed": computed,
        "queries": queries,
    }


class Cpu:
    """Milliseconds of CPU that this process and its PostgreSQL have used: the same on a busy machine."""

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        [number] = env.cr.fetchone()
        self._path = Path("/proc", str(number), "schedstat")

    def ms(self):
        """Until now."""
        return time.process_time() * 1000 + int(self._path.read_text().split()[0]) / 1e6


def _sizes(env):
    sizes = []
    for table in ("helpdesk_ticket", "mail_message", "helpdesk_bridge_search"):
        env.cr.execute("SELECT count(*), pg_table_size(%s) FROM " + table, [table])
        [rows, size] = env.cr.fetchone()
        sizes.append(f"{table}: {rows:,} rows, {size / 2**20:.0f} MB")
    env.cr.execute("SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname ~ 'bridge_search_'")
    return "; ".join([*sizes, *(f"{name}: {size / 2**20:.0f} MB" for name, size in env.cr.fetchall())])


def asked_by_the_list(env, user):
    """What the web client asks for the list: `web_search_read` with the fields and the order of the view."""
    tickets = env["helpdesk.ticket"].with_user(user)
    arch = etree.fromstring(tickets.get_view(view_type="list")["arch"])
    names = {node.get("name") for node in arch.findall("field")}
    relations = {name for name in names if tickets._fields[name].relational}
    return {
        "specification": {name: {"fields": {"display_name": {}}} if name in relations else {} for name in names},
        "limit": 80,
        # One more than is shown tells the client that there are more.
        "count_limit": int(arch.get("count_limit")) + 1,
        "order": arch.get("default_order"),
    }


def search(env, user, text, is_open, asked):
    """As the list does when somebody presses Enter: the first page and the count, of open tickets or of all."""
    env.invalidate_all()
    domain = [("bridge_search", "ilike", text), *([("closed", "=", False)] if is_open else [])]
    found = env["helpdesk.ticket"].with_user(user).web_search_read(domain, **asked)
    env.cr.rollback()
    return found["length"]


def post(env):
    """What a message costs with the triggers of the search ÷ without."""
    costs = {True: [], False: []}
    ticket = env["helpdesk.ticket"].search([], limit=1)
    [words] = env["mail.message"].search([("model", "=", ticket._name)], limit=1).mapped("body")
    for is_searched in (True, False):
        if not is_searched:
            env.cr.execute("ALTER TABLE mail_message DISABLE TRIGGER USER")
            env.cr.execute("ALTER TABLE helpdesk_ticket DISABLE TRIGGER USER")
        for _ in range(POSTS):
            env.cr.execute("SAVEPOINT bench")

            def work():
                ticket.message_post(body=words, message_type="comment", subtype_xmlid="mail.mt_note")
                env.flush_all()

            costs[is_searched].append(measure(work)["ms"])
            env.cr.execute("ROLLBACK TO SAVEPOINT bench")
            env.invalidate_all()
    env.cr.rollback()
    return statistics.median(costs[True]) / statistics.median(costs[False])


if __name__ == "__main__":
    main(*sys.argv[1:])
