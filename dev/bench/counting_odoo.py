"""An Odoo that counts its queries and is otherwise Odoo: `python -m dev.bench.counting_odoo ARGUMENTS`.

Counted are those of each thread, and of each run of a scheduled action, which lie in a file that is written anew twice
a second. `COUNTS` in the environment names it.
"""

import json
import os
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import odoo.cli
from odoo import sql_db
from odoo.modules import loading

from dev.paths import ADDON, write_atomically

COUNTS = "BENCH_COUNTS"
BOOT = ("-m", "dev.bench.counting_odoo")


def main():
    """Odoo's own command line, counting."""
    by_thread, runs, execute = Counter(), defaultdict(list), sql_db.Cursor.execute

    def counting(cr, *args, **kwargs):
        by_thread[threading.current_thread().name] += 1
        return execute(cr, *args, **kwargs)

    sql_db.Cursor.execute = counting
    load, counted = loading.load_openerp_module, []

    def load_and_count(name):
        load(name)
        if name == ADDON and not counted:
            counted.append(name)
            _count_runs(by_thread, runs)

    loading.load_openerp_module = load_and_count
    threading.Thread(target=_write, args=(by_thread, runs), daemon=True).start()
    odoo.cli.main()


def _count_runs(by_thread, runs):
    """Note the queries of each run of a scheduled action, without those of Odoo's own that begin and end it."""
    from odoo.addons.base.models.ir_actions import IrActionsServer

    run = IrActionsServer.run

    def counted(actions):
        name, thread = actions[:1].name, threading.current_thread().name
        before = by_thread[thread]
        try:
            return run(actions)
        finally:
            runs[name].append({"at": time.time(), "queries": by_thread[thread] - before})

    IrActionsServer.run = counted


def _write(by_thread, runs):
    while True:
        write_atomically(Path(os.environ[COUNTS]), json.dumps({"threads": dict(by_thread), "runs": dict(runs)}))
        time.sleep(0.5)


def counts(path):
    """What was counted: ``{"threads": {name: queries}, "runs": {action: [{"at", "queries"}]}}``."""
    return json.loads(Path(path).read_text())


if __name__ == "__main__":
    main()
