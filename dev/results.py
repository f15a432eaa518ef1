"""What `make bench` and `make chaos` found last, kept as JSON for `make proof`."""

import json
from datetime import datetime, timezone

from dev.paths import STATE, write_atomically

BENCH, CHAOS = "bench", "chaos"


def load(kind):
    """All that is kept of a kind: ``{name: {"title", "measured_at", "machine", …}}``."""
    try:
        return json.loads(_path(kind).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def keep(kind, name, title, machine, **found):
    """Keep what was found out about one thing; what is known of others stays."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    results = {**load(kind), name: {"title": title, "measured_at": now, "machine": machine, **found}}
    write_atomically(_path(kind), json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def _path(kind):
    return STATE / f"{kind}.json"
