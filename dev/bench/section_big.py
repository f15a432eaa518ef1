"""What years of a large desk cost: emails, messages, monitoring, pages, reports and the daily clean-up in a big house.

Pages are compared with the same of helpdesk_mgmt alone where as many tickets are; a new email with one in an empty
database. The sides take turns, so that whatever else the machine does hits all alike.
"""

import statistics
from contextlib import ExitStack

from dev.bench.child import conversation
from dev.bench.figures import Figure, Measured
from dev.bench.house import Size, houses
from dev.bench.sizes import sizes
from dev.bench.stage import copy_of

ROUNDS, BLOCKS, BLOCK, ASKED = 5, 8, 10, 20
REPORTS = {(): "all time", (30,): "the last 30 days, as it opens"}
GOALS = {
    "email": 1.3,
    "claims": 5,
    "tick": 20,
    "health": 100,
    "metrics": 100,
    "page": 1.1,
    "report": 2,
    "lock": 100,
    "search": 200,
}
ALONE = {
    "claims": "claim of the next message to Slack",
    "tick": "check of all SLA clocks, nothing due",
    "health": "Health",
    "metrics": "metrics",
}


def measure(installed, say):
    """Ask the big house, an empty one, and helpdesk_mgmt alone in as big a one."""
    divisor = sizes().house
    size = Size() if divisor == 1 else Size.part(divisor)
    with houses(installed, size, say) as found, copy_of(installed, "big_empty") as empty, ExitStack() as sides:
        databases = {**found, "empty": empty}
        ask = {
            side: sides.enter_context(conversation("big_process", name, side, label=f"big-{side}"))
            for side, name in databases.items()
        }
        say(f"{size.tickets:,} tickets; pages")
        pages = _pages(ask)
        say("searches")
        searches = ask["ours"]("searches")
        say("emails")
        emails = _emails(ask)
        say("what runs in the background")
        alone = _alone(ask["ours"])
        say("report and clean-up")
        reports = {days: [ask["ours"]("report", *days) for _turn in range(3)] for days in ((), (30,))}
        portions = ask["ours"]("vacuum")
    where = f"{size.tickets:,} tickets"
    slowest = max(portions, key=lambda method: portions[method][0])
    say(f"the longest portion: {slowest}: {portions[slowest]}")
    hardest = max(searches, key=lambda kind: searches[kind][0])
    for kind, (cost, count) in searches.items():
        say(f"search for {kind}: {cost:.0f} ms, {count} found")
    return [
        *_email_figures(emails, where),
        *(
            Figure(f"{ALONE[what]}, {where}", Measured.of(costs), "ms", goal=GOALS[what])
            for what, costs in alone.items()
        ),
        *_page_figures(pages, where),
        *(
            Figure(f"SLA report by team and month, {REPORTS[days]}, {where}", statistics.median(costs) / 1000, "s",
                   goal=GOALS["report"])
            for days, costs in reports.items()
        ),
        Figure(f"slowest search over people and words, {where}", searches[hardest][0], "ms", goal=GOALS["search"]),
        Figure(f"daily clean-up: longest time a portion holds locks, {where}", portions[slowest][0], "ms",
               goal=GOALS["lock"]),
    ]  # fmt: skip


def _pages(ask):
    costs = {side: {} for side in ("ours", "plain")}
    for turn in range(ROUNDS + 1):
        for side in sorted(costs, reverse=turn % 2):
            for page, cost in ask[side]("pages").items():
                costs[side].setdefault(page, []).append(cost)
    # The first look fills caches.
    return {side: {page: samples[1:] for page, samples in pages.items()} for side, pages in costs.items()}


def _page_figures(pages, where):
    for page, samples in pages["ours"].items():
        ours, plain = ([cost[0] for cost in side[page]] for side in (pages["ours"], pages["plain"]))
        ratio = statistics.median(ours) / statistics.median(plain)
        yield Figure(f"{page}, {where}", Measured.of(ours), "ms", Measured.of(plain))
        yield Figure(f"SQL queries of {page}, {where}", samples[-1][1], plain=pages["plain"][page][-1][1])
        yield Figure(f"{page}, {where} ÷ helpdesk_mgmt alone", ratio, goal=GOALS["page"])


def _emails(ask):
    costs = {"ours": [], "empty": []}
    for turn in range(BLOCKS):
        for side in sorted(costs, reverse=turn % 2):
            costs[side].append(ask[side]("mails", BLOCK))
    return costs


def _email_figures(costs, where):
    ours, empty = ([cost["ms"] for cost in costs[side]] for side in ("ours", "empty"))
    ratio = statistics.median(mine / other for mine, other in zip(ours, empty, strict=True))
    queries = [statistics.median(cost["queries"] for cost in costs[side]) for side in ("ours", "empty")]
    return [
        Figure(f"a new email, {where}", Measured.of(ours), "ms"),
        Figure("a new email, empty database", Measured.of(empty), "ms"),
        Figure(f"SQL queries of a new email, {where} ÷ empty database", queries[0] / queries[1]),
        Figure(f"a new email, {where} ÷ empty database", ratio, goal=GOALS["email"]),
    ]


def _alone(ask):
    found = {"claims": ask("claims", ASKED)}
    for what in ("tick", "health", "metrics"):
        ask(what)
        found[what] = [ask(what) for _turn in range(ASKED)]
    return found
