"""The whole move: the settings in one transaction, then a transaction for each open task, then the emails."""

import logging
from functools import partial

from . import mailbox, settings, tasks_file
from .tickets import Tickets

_logger = logging.getLogger(__name__)


class CannotMove(Exception):
    """Something has to be mended or decided first; says what. Nothing was changed."""


class Move:
    """What is to be carried over into one team.

    :param config: `legacy_bridge.Config`
    :param state: `legacy_state.State`
    :param tasks: what was exported, a list of dicts; None: ask this database
    :param numbered: see `Tickets`
    """

    def __init__(self, env, config, state, tasks=None, team_name=None, numbered=True):
        self.env, self.config, self.state, self.tasks = env, config, state, tasks
        self._team_name, self._numbered = team_name, numbered
        self._server = env["fetchmail.server"]
        self.team = self._find_team()

    def run(self, report, commit=None):
        """Make all steps. A ticket that cannot be made leaves nothing behind and stops no other one.

        :param commit: what ends the transaction of a step; None: nothing does, the caller rolls all of it back
        """
        report.heading("Settings")
        try:
            with self.env.cr.savepoint():
                self._settings(report)
        except Exception as error:
            _logger.info("the settings could not be carried over", exc_info=True)
            raise CannotMove(f"the settings could not be carried over: {error}") from error
        self._told(report, commit)
        report.heading("Tickets")
        steps = list(self._ticket_steps(report))
        if not steps:
            report.left("No open tasks here")
        for words, step in steps:
            self._step(words, step, report, commit)
        report.tell()
        report.heading("Mails")
        note = partial(mailbox.note_handled, self._server, self.config, self.state)
        self._step("the mails handled lately", note, report, commit)

    def _step(self, words, step, report, commit):
        try:
            with self.env.cr.savepoint():
                step(report)
        except Exception as error:  # an unexpected problem of one task
            _logger.warning("%s could not be carried over", words, exc_info=True)
            report.failed(f"{words}: {type(error).__name__}: {error}")
        else:
            self._told(report, commit)

    def _told(self, report, commit):
        if commit:
            commit()
        report.tell()

    # ------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------

    def _find_team(self):
        """The team; empty when it is to be made. Raises `CannotMove` where it would be a guess."""
        teams = self.env["helpdesk.ticket.team"].search([])
        if self._team_name:
            return teams.filtered(lambda team: team.name == self._team_name)[:1]
        if len(teams) > 1:
            names = ", ".join(teams.mapped("name"))
            raise CannotMove(f"there are several teams ({names}): say which one with --team NAME")
        return teams

    def _settings(self, report):
        env, config = self.env, self.config
        if self.team:
            report.left(f"Team {self.team.name}")
        else:
            self.team = self.team.create({"name": self._team_name or "Support"})
            report.made(f"Team {self.team.name}")
        settings.slack(env, self.team, config, report)
        settings.prefix(self.team, config, report)
        settings.operators(env, self.team, config, report)
        settings.sla(env, self.team, config, report)
        settings.senders(env, self.team, config, report)
        settings.outgoing(env, config, report)
        self._server = mailbox.mailbox(env, self.team, config, self.state, report)

    # ------------------------------------------------------------
    # Tasks
    # ------------------------------------------------------------

    def _ticket_steps(self, report):
        """(words, function of a `Report`) for each task, which is read when its turn comes."""
        here = self.tasks is None and self._is_here()
        tickets = Tickets(self.env, self.team, self.config, self.state, here, self._numbered)
        if here:
            project = self.config["odoo.project_id"]
            for task_id in tasks_file.open_ids(self._call, project, self.config.done_stages):
                yield f"task {task_id}", partial(self._carry_over_from_here, tickets, task_id)
        elif self.tasks is not None:
            for data in self.tasks:
                yield f"task {data.get('id')}", partial(tickets.carry_over, tasks_file.parsed(data))
        elif self.config["odoo.project_id"]:
            report.attention(
                "The tasks are in another database: export them with legacy/export_tasks.py, and give them as --tasks"
            )

    def _is_here(self):
        """Whether the tasks are in this very database: another one may well have a project of the same id."""
        return (
            self.config["odoo.db"] == self.env.cr.dbname
            and "project.task" in self.env
            and bool(self.env["project.project"].browse(self.config["odoo.project_id"]).exists())
        )

    def _carry_over_from_here(self, tickets, task_id, report):
        tickets.carry_over(tasks_file.parsed(tasks_file.exported(self._call, task_id)), report)

    def _call(self, model, method, *args, context=None, **kwargs):
        """As `legacy/export_tasks.py` asks over the network."""
        records = self.env[model].sudo().with_context(**(context or {}))
        return getattr(records, method)(*args, **kwargs)
