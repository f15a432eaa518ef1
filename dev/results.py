"""What `make bench` and `make chaos` found last, kept as JSON for `make proof`.

Each checkout keeps its own. `make proof` publishes all of it in the repository, so that what another machine has
measured stays, until it is measured anew.
"""

import json
import subprocess
from datetime import datetime, timezone

from dev.paths import ROOT, STATE, write_atomically

BENCH, CHAOS = "bench", "chaos"
PAGE, PUBLISHED = ROOT / "docs" / "proof.md", ROOT / "dev" / "proof.json"


def load(kind):
    """All that is known of a kind, the latest of each: ``{name: {"title", "measured_at", "machine", …}}``."""
    known = _read(PUBLISHED).get(kind, {})
    for name, one in _read(_path(kind)).items():
        if name not in known or known[name]["measured_at"] <= one["measured_at"]:
            known[name] = one
    return known


def publish(bench, chaos):
    """Write what the page is made of into the repository."""
    text = json.dumps({BENCH: bench, CHAOS: chaos}, indent=1, ensure_ascii=False, sort_keys=True)
    write_atomically(PUBLISHED, text + "\n")


def _read(path):
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}


def keep(kind, name, title, machine, **found):
    """Keep what was found out about one thing; what is known of others stays."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    circumstances = {"title": title, "measured_at": now, "commit": commit(), "machine": machine}
    results = {**_read(_path(kind)), name: {**circumstances, **found}}
    write_atomically(_path(kind), json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def commit():
    """What is measured: the commit, with `-dirty` where anything but the proof was changed since; empty outside git."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!docs/proof.md", ":!dev/proof.json")
    return _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def _git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def _path(kind):
    return STATE / f"{kind}.json"
