"""What is asked for in a big house, or in an empty one, in an Odoo process of its own.

Usage: python -m dev.bench.big_process DATABASE ours|plain|empty. Says "ready"; then each line names something to do,
and its answer is a line of JSON.
"""

import functools
import hashlib
import json
import re
import statistics
import sys
import time
from contextlib import contextmanager

from odoo import sql_db

from dev.bench import corpus, import_process
from dev.bench.house_process import AGENT, MANAGER
from dev.bench.in_odoo import environment, measure
from dev.bench.monitoring_process import asks_health, asks_metrics
from dev.bench.pages import Pages
from dev.bench.search_process import asked_by_the_list, search

WARM_UP, PORTIONS, SEARCHES = 10, 3, 3
#: What is searched for: people, and words of the house's messages and subjects.
SOUGHT = {
    "a whole name": "Given7 Family7",
    "a name": "Family7",
    "a given name": "Given7",
    "an address": "family7@customer7.example",
    "part of an address": "@customer7",
    "a word of a few hundred messages": hashlib.md5(b"77").hexdigest()[:7],
    "a word of a few hundred subjects": hashlib.md5(b"7").hexdigest()[:7],
    "a word of every subject": "problem",
    "a common and a rare word": f"problem {hashlib.md5(b'77').hexdigest()[:7]}",
    "a name and a common word": "Family7 problem",
    "a number": "HT0000077",
    "what nobody said": "qqqzzz",
}
WRITES = re.compile(r"\b(UPDATE|DELETE|INSERT)\b", re.IGNORECASE)


class Bench:
    """What can be asked for: each public method is the first word of a line, the rest its arguments."""

    def __init__(self, env, side):
        self._env, self._side, self._mails = env, side, 0
        if side != "plain":
            self._server = self._mailbox()
        if side != "empty":
            logins = {"agent": AGENT, "manager": MANAGER}
            users = {who: env["res.users"].search([("login", "=", login)]) for who, login in logins.items()}
            self._pages = {who: Pages(env(user=user)).all() for who, user in users.items()}

    def _mailbox(self):
        if self._side == "empty":
            return import_process.on(self._env)
        return self._env["fetchmail.server"].search([("helpdesk_team_id", "!=", False)], limit=1, order="id desc")

    def pages(self):
        """Milliseconds and queries of each page of each user, opened once."""
        found = {}
        for who, pages in self._pages.items():
            for page, opens in pages.items():
                self._env.invalidate_all()
                cost = measure(opens)
                found[f"{page}, {who}"] = [cost["ms"], cost["queries"]]
                self._env.cr.rollback()
        return found

    def searches(self):
        """What each kind of search takes: the slower user's median, and how many tickets each user has found."""
        found = {}
        for who in self._pages:
            user = self._env["res.users"].search([("login", "=", {"agent": AGENT, "manager": MANAGER}[who])])
            asked = asked_by_the_list(self._env, user)
            for kind, words in SOUGHT.items():
                for is_open in (True, False):
                    ask = functools.partial(search, self._env, user, words, is_open, asked)
                    count, costs = ask(), [measure(ask)["ms"] for _turn in range(SEARCHES)]
                    scope = "open" if is_open else "all"
                    found[f"{kind}, {who}, {scope}"] = [statistics.median(costs), count]
        return found

    def mails(self, count):
        """What each of so many new emails costs."""
        first, self._mails = self._mails, self._mails + int(count)
        cost = measure(
            lambda: import_process.fetch(self._server, [corpus.mail(one) for one in range(first, self._mails)])
        )
        return {"ms": cost["ms"] / int(count), "queries": cost["queries"] / int(count)}

    def claims(self, count):
        """What each claim of a message to Slack costs, while others are queued."""
        team = self._server.helpdesk_team_id
        values = {"name": "Claim", "description": "x", "team_id": team.id}
        dispatcher, costs = self._env["helpdesk.slack.dispatcher"], []
        self._env["helpdesk.ticket"].create([values] * int(count))
        self._env.cr.commit()
        for _turn in range(int(count)):
            claimed = []
            costs.append(measure(lambda claimed=claimed: claimed.append(dispatcher._retried(dispatcher._claim)))["ms"])
            if not claimed[0]:
                raise SystemExit("nothing was claimed")
        self._env.cr.execute("UPDATE helpdesk_slack_outbox SET state = 'sent' WHERE leased_until IS NOT NULL")
        self._env.cr.commit()
        return costs

    def tick(self):
        """A run of the SLA cron that finds nothing due."""
        return measure(lambda: (self._env["helpdesk.sla.clock"]._cron_tick(), self._env.cr.commit()))["ms"]

    def health(self):
        """Health, as a monitor asks for it."""
        return measure(lambda: asks_health(self._env))["ms"]

    def metrics(self):
        """The metrics, as a monitor asks for them."""
        return measure(lambda: asks_metrics(self._env))["ms"]

    def report(self, days=None):
        """The SLA report by team and month, with subtotals, as its table shows it; of so many days, or of all time."""
        self._env.invalidate_all()
        user = self._env["res.users"].search([("login", "=", MANAGER)])
        report = self._env(user=user)["helpdesk.sla.clock.report"]
        period = [("started_at", ">=", f"today -{days}d"), ("state", "!=", "canceled")] if days else []
        sets = [[], ["team_id"], ["started_at:month"], ["team_id", "started_at:month"]]
        sets = [[*one, *more] for one in sets for more in ([], ["metric"])]
        figures = ["met_percent:avg", "median_hours:avg", "p90_hours:avg", "__count"]
        return measure(lambda: report.formatted_read_grouping_sets(period, sets, figures))["ms"]

    def vacuum(self):
        """Of the daily clean-up: for how many milliseconds at most the locks of one portion are held, by method."""
        found = {}
        for name in self._env:
            model = self._env[name]
            for method in dir(type(model)) if name.startswith("helpdesk.") and not model._transient else ():
                if getattr(getattr(type(model), method), "_autovacuum", False):
                    found[f"{name}.{method}"] = self._portions(getattr(model, method))
        return found

    def _portions(self, clean):
        longest, count = 0, 0
        for _portion in range(PORTIONS):
            began = time.perf_counter()
            with locked() as held:
                count += (clean() or (0, 0))[0]
                self._env.cr.commit()
            longest = max(longest, held())
            took = time.perf_counter() - began
            self._env.invalidate_all()
        return [longest, count, took * 1000]


@contextmanager
def locked():
    """Notes when a block writes first; yields a function that tells for how many milliseconds its locks were held."""
    execute, first, ended = sql_db.Cursor.execute, [], []

    def watched(cr, query, *args, **kwargs):
        if not first and WRITES.search(str(getattr(query, "code", query))):
            first.append(time.perf_counter())
        return execute(cr, query, *args, **kwargs)

    sql_db.Cursor.execute = watched
    try:
        yield lambda: (ended[0] - first[0]) * 1000 if first else 0
    finally:
        ended.append(time.perf_counter())
        sql_db.Cursor.execute = execute


def main(database, side):
    """Set up, warm up, answer."""
    with environment(database) as env:
        env["res.partner"].create(corpus.partners(1000))
        bench = Bench(env, side)
        env.cr.commit()
        if side != "plain":
            bench.mails(WARM_UP)
        print("ready", flush=True)
        for line in sys.stdin:
            what, *arguments = line.split()
            print(json.dumps(getattr(bench, what)(*arguments)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
