#!/usr/bin/env python3
"""Writes the open tasks of the former bridge's project into a file, for `odoo-bin helpdesk_import_legacy --tasks`.

Asks the old Odoo (11 to 19) over XML-RPC and changes nothing there. Needs nothing but Python and this checkout; the
password, or an API key, is asked for, or taken from ODOO_PASSWORD.

    python3 legacy/export_tasks.py --url https://odoo.example.com --db old --user admin@example.com --project 123 \\
        --done 21 34 > tasks.json
"""

import argparse
import getpass
import json
import os
import sys
import xmlrpc.client
from pathlib import Path

# Run as a script, on a machine that need not have Odoo: its neighbour is imported by itself.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import tasks_file  # noqa: E402


def main():
    """Ask, write, and say on stderr how many there are."""
    options = _options()
    call = _connected(options)
    tasks = []
    for task_id in tasks_file.open_ids(call, options.project, options.done):
        tasks.append(tasks_file.exported(call, task_id))
        sys.stderr.write(f"task {task_id}\n")
    json.dump({"project": options.project, "tasks": tasks}, sys.stdout, indent=1, ensure_ascii=False)
    sys.stderr.write(f"Open tasks: {len(tasks)}\n")


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="odoo.url of config.yaml")
    parser.add_argument("--db", required=True, help="odoo.db")
    parser.add_argument("--user", required=True, help="odoo.username")
    parser.add_argument("--project", required=True, type=int, help="odoo.project_id")
    parser.add_argument("--done", nargs="*", type=int, default=[], help="app.done_stage_ids and odoo.stages.done")
    return parser.parse_args()


def _connected(options):
    """A function that calls methods of models in the old Odoo."""
    url, password = options.url.rstrip("/"), os.environ.get("ODOO_PASSWORD") or getpass.getpass()
    uid = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common").authenticate(options.db, options.user, password, {})
    if not uid:
        sys.exit(f"{options.user} may not log in to {options.db}")
    models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def call(model, method, *args, **kwargs):
        return models.execute_kw(options.db, uid, password, model, method, list(args), kwargs)

    return call


if __name__ == "__main__":
    main()
