"""What `make bench` and `make chaos` found last, kept as JSON for `make proof`."""

import json
import subprocess
from datetime import datetime, timezone

from dev.paths import ROOT, STATE, write_atomically

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
    circumstances = {"title": title, "measured_at": now, "commit": commit(), "machine": machine}
    results = {**load(kind), name: {**circumstances, **found}}
    write_atomically(_path(kind), json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def commit():
    """What is measured: the commit, with `-dirty` where anything but the page was changed since; empty outside git."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!docs/proof.md")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def _path(kind):
    return STATE / f"{kind}.json"
