"""What a monitor costs where much is over: closed tickets, stopped SLA clocks, sent messages, processed emails."""

from dev.bench.child import measured
from dev.bench.figures import Figure, Measured
from dev.bench.stage import copy_of

FEW, MANY = 1_000, 100_000
PATIENCE = 560
GOAL = 1.5


def measure(installed, say):
    """Ask two databases in turn: one where little is over, and one where much is."""
    with copy_of(installed, "few") as few, copy_of(installed, "many") as many:
        found = measured("monitoring_process", few, FEW, many, MANY, patience=PATIENCE, say=say)
    pages, over = ("metrics", "health"), f"{MANY:,} finished tickets"
    few, many = ({page: found[page][side] for page in pages} for side in ("few", "many"))
    return [
        *(
            Figure(f"{page} of the monitoring endpoint, {over} ÷ {FEW:,}", many[page][0] / few[page][0], goal=GOAL)
            for page in pages
        ),
        *(Figure(f"{page} of the monitoring endpoint, {over}", Measured(*many[page]), "ms") for page in pages),
        Figure("counting a row that is over, in the daily vacuum", found["count_ms"], "ms"),
    ]
