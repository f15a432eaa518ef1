"""`odoo-bin helpdesk_import_legacy`: moves from the former bridge, a service written in Go, to this addon.

Odoo loads this file by itself, without its addon, and stays silent when an import fails: so what is not Odoo's is
imported late.
"""

import json
import sys
from pathlib import Path

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

NOT_INSTALLED = "The database %s has no Helpdesk Bridge: install it there first, under Apps."


class HelpdeskImportLegacy(Command):
    """Carry settings, open tickets and Slack threads over from the former bridge (see docs)"""

    name = "helpdesk_import_legacy"

    def run(self, args):
        """Do it, or say what would be done; the exit status is 1 when something could not be."""
        options, others = self._options(args)
        config.parse_config(["--no-http", "--log-level=warn", "-d", options.db_name, *others], setup_logging=True)
        from odoo.addons.helpdesk_bridge.legacy.config_yaml import Unreadable

        try:
            bridge, state, tasks = _read(options)
        except (OSError, Unreadable) as error:
            sys.exit(f"Nothing was changed: {error}")
        problems = [*bridge.problems, *state.problems]
        if problems:
            sys.exit("\n".join(["Nothing was changed. Fix this first:", *(f"  {line}" for line in problems)]))
        sys.exit(_move(options, bridge, state, tasks))

    def _options(self, args):
        parser = self.parser
        parser.add_argument(
            "bridge_config", metavar="config.yaml", help="the file that the former bridge was started with"
        )
        parser.add_argument(
            "-d", "--database", dest="db_name", required=True, help="the database to carry it over into"
        )
        parser.add_argument("-c", "--config", dest="config", help="Odoo's own configuration file")
        parser.add_argument(
            "--state", metavar="FILE", help="the state.db of the former bridge, which must not run any more"
        )
        parser.add_argument(
            "--tasks", metavar="FILE", help="tasks of another database, as legacy/export_tasks.py wrote them"
        )
        parser.add_argument("--team", metavar="NAME", help="the team whose tickets they become; made if there is none")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
        options, others = parser.parse_known_args(args)
        return options, [*(["-c", options.config] if options.config else []), *others]


def _read(options):
    """(Config, State, list of exported tasks or None) in the files."""
    from odoo.addons.helpdesk_bridge.legacy import config_yaml, state_db

    try:
        bridge = config_yaml.read(Path(options.bridge_config).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise config_yaml.Unreadable(f"{options.bridge_config} is not written in UTF-8") from None
    state = state_db.read(Path(options.state).read_bytes()) if options.state else state_db.State()
    return bridge, state, _tasks(options.tasks) if options.tasks else None


def _tasks(path):
    from odoo.addons.helpdesk_bridge.legacy import tasks_file
    from odoo.addons.helpdesk_bridge.legacy.config_yaml import Unreadable

    try:
        found = json.loads(Path(path).read_bytes())
        tasks = found["tasks"]
        for task in tasks:
            tasks_file.parsed(task)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{path} is not what legacy/export_tasks.py writes: {error}") from None
    return tasks


def _move(options, bridge, state, tasks):
    """Make the steps; returns the exit status."""
    from odoo.addons.helpdesk_bridge.legacy.move import CannotMove, Move
    from odoo.addons.helpdesk_bridge.legacy.report import Report

    try:
        registry = Registry(options.db_name)
    except psycopg2.OperationalError as error:
        sys.exit(f"Nothing was changed: the database {options.db_name} cannot be opened: {error}")
    if "helpdesk.slack.outbox" not in registry:
        sys.exit(NOT_INSTALLED % options.db_name)
    report = Report(print)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env = env(context={"lang": env.company.partner_id.lang or "en_US"})
        try:
            move = Move(env, bridge, state, tasks, options.team, numbered=not options.dry_run)
            move.run(report, commit=None if options.dry_run else lambda: _commit(cr, registry))
        except CannotMove as error:
            sys.exit(f"Nothing was changed: {error}")
        cr.rollback()
    return _conclude(options, bridge, report)


def _commit(cr, registry):
    cr.commit()
    registry.signal_changes()


def _conclude(options, bridge, report):
    from odoo.addons.helpdesk_bridge.legacy.report import ATTENTION, FAILED, LEFT, MADE

    if bridge.remarks:
        report.heading("Not carried over")
        for remark in bridge.remarks:
            report.attention(remark)
        report.tell()
    counts = report.counts
    report.heading(
        f"{'Dry run: nothing was changed' if options.dry_run else 'Done'}. Changes: {counts[MADE]}, "
        f"as they were: {counts[LEFT]}, to look at: {counts[ATTENTION]}, failed: {counts[FAILED]}."
    )
    return 1 if counts[FAILED] else 0
