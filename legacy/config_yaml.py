"""Reads the ``config.yaml`` of the former bridge, a service written in Go.

How data flows: `read` takes the text of the file and answers with a `Config`: its values by their full names
(``app.sla.start_time_hours``), problems, because of which nothing may be imported, and remarks about what has no
counterpart. Each names the key and, where there is one, the line. No message repeats a value: it may be a password.
"""

import re
from dataclasses import dataclass

NO_YAML = "Reading config.yaml needs the Python package PyYAML where Odoo runs: pip install PyYAML"
INTEGER, TEXT, YES_NO, INTEGERS, TEXTS = (
    "a whole number",
    "text",
    "true or false",
    "a list of numbers",
    "a list of text",
)
KEYS = {
    "app.poll_seconds": INTEGER,
    "app.state_path": TEXT,
    "app.ticket_prefix": TEXT,
    "app.done_stage_ids": INTEGERS,
    "app.excluded_emails": TEXTS,
    "app.no_reply_emails": TEXTS,
    "app.operators": TEXTS,
    "app.sla.start_time_hours": INTEGER,
    "app.sla.resolution_time_hours": INTEGER,
    "app.debug": YES_NO,
    "odoo.url": TEXT,
    "odoo.db": TEXT,
    "odoo.username": TEXT,
    "odoo.password": TEXT,
    "odoo.project_id": INTEGER,
    "odoo.base_url": TEXT,
    "odoo.timeout_seconds": INTEGER,
    "odoo.stages.new": INTEGER,
    "odoo.stages.assigned": INTEGER,
    "odoo.stages.in_progress": INTEGER,
    "odoo.stages.done": INTEGER,
    "slack.webhook_url": TEXT,
    "slack.bot_token": TEXT,
    "slack.channel_id": TEXT,
    "imap.host": TEXT,
    "imap.port": INTEGER,
    "imap.username": TEXT,
    "imap.password": TEXT,
    "imap.folder": TEXT,
    "imap.search_to": TEXT,
    "imap.custom_processed_flag": TEXT,
    "smtp.host": TEXT,
    "smtp.port": INTEGER,
    "smtp.username": TEXT,
    "smtp.password": TEXT,
    "smtp.from_name": TEXT,
    "smtp.from_email": TEXT,
    "smtp.timeout_seconds": INTEGER,
}
SECTIONS = {name.rpartition(".")[0] for name in KEYS}
#: What the service took where a key was missing, empty or 0.
DEFAULTS = {
    "app.ticket_prefix": "TICKET",
    "app.sla.start_time_hours": 4,
    "app.sla.resolution_time_hours": 24,
    "imap.folder": "INBOX",
    "imap.port": 993,
    "smtp.port": 465,
}
#: What is not made when a key is missing, or how.
NEEDED = {
    "odoo.project_id": "no open tasks are carried over",
    "odoo.stages.new": "a task is new if no agent had replied and the state notes no first response",
    "slack.bot_token": "no Slack workspace is set up",
    "imap.host": "no mailbox is made",
    "smtp.host": "no outgoing mail server is made",
}
#: Keys without a counterpart, and why.
GONE = {
    "app.poll_seconds": "Odoo looks into mailboxes each minute, or at once with the listener (docs/listener.rst)",
    "app.state_path": "the database is the memory; give the file itself as --state",
    "app.debug": "Odoo's own --log-level says how much is logged",
    "odoo.url": "the bridge is part of Odoo now and logs in nowhere",
    "odoo.username": "that user is not needed any more: take its rights away",
    "odoo.password": "that user is not needed any more: take its rights away",
    "odoo.base_url": "links begin with Odoo's own web.base.url",
    "odoo.timeout_seconds": "nothing is called over the network any more",
    "smtp.timeout_seconds": "Odoo waits a minute for a mail server, and outside of everybody's work",
}
#: What a template engine or a shell should have replaced.
PLACEHOLDER = re.compile(r"\$\{\w+[^}]*\}|\{\{.*\}\}|<[A-Z_]+>")
#: The name in it.
NAME = re.compile(r"\$\{\w+\}?|\{\{[\s.]*[\w.]*(?:\s*\}\})?|<[A-Z_]+>")


class Unreadable(ValueError):
    """A file cannot be read at all; says why."""


@dataclass(frozen=True)
class Config:
    """What was read. `config["app.ticket_prefix"]` is its value, or what the service took without one."""

    values: dict
    problems: tuple = ()
    remarks: tuple = ()

    def __getitem__(self, name):
        return self.values.get(name) or DEFAULTS.get(name) or EMPTY[KEYS[name]]

    @property
    def done_stages(self):
        """Ids of the stages in which a task is over."""
        return sorted({*self["app.done_stage_ids"], self["odoo.stages.done"]} - {0})


EMPTY = {INTEGER: 0, TEXT: "", YES_NO: False, INTEGERS: [], TEXTS: []}


def read(text):
    """The `Config` in the text of a ``config.yaml``; raises `Unreadable` if that is no YAML."""
    try:
        import yaml
    except ImportError:
        raise Unreadable(NO_YAML) from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        # Not the error itself: it quotes the line.
        raise Unreadable(f"config.yaml is no YAML: {getattr(error, 'problem', None) or 'unreadable'}{where}") from None
    except RecursionError:
        raise Unreadable("config.yaml is nested too deeply to be read") from None
    if root is None or root.id != "mapping":
        raise Unreadable("config.yaml is empty, or no list of “key: value”")
    values, problems, remarks = {}, [], []
    _section(root, "", values, problems, remarks)
    remarks += [f"{name} is missing: {what}" for name, what in NEEDED.items() if not values.get(name)]
    remarks += [f"{name} has no counterpart: {why}" for name, why in GONE.items() if values.get(name)]
    return Config(values, tuple(problems), tuple(remarks))


def _section(node, path, values, problems, remarks):
    """Read the keys below `path` into `values`."""
    seen = set()
    for key, value in node.value:
        name, line = f"{path}{key.value}", f"line {key.start_mark.line + 1}"
        if name in seen:
            problems.append(f"{line}: {name} stands there twice")
        elif name in SECTIONS:
            if value.id == "mapping":
                _section(value, f"{name}.", values, problems, remarks)
            elif not _is_null(value):
                problems.append(f"{line}: {name} must have keys of its own below it")
        elif name not in KEYS:
            remarks.append(f"{line}: {name} is not known; nothing is made of it")
        else:
            values[name], problem = _value(value, KEYS[name])
            problems += [f"{line}: {name} {problem}"] if problem else []
        seen.add(name)


def _value(node, kind):
    """(value, what is wrong with it) of one key."""
    if _is_null(node):
        return None, None
    if kind in (INTEGERS, TEXTS):
        if node.id != "sequence":
            return None, f"must be {kind}"
        found = [_value(item, INTEGER if kind == INTEGERS else TEXT) for item in node.value]
        if any(_is_null(item) for item in node.value):
            return None, f"must be {kind}, without empty items"
        problem = next((f"must be {kind}" if "must" in wrong else wrong for _value, wrong in found if wrong), None)
        return [value for value, _wrong in found], problem
    if node.id != "scalar":
        return None, f"must be {kind}"
    text = node.value.strip()
    if PLACEHOLDER.fullmatch(text):
        return None, f"is still the placeholder {_named(text)}: put its value into the file, as the service got it"
    if kind == INTEGER:
        return (int(text), None) if re.fullmatch(r"\d{1,9}", text) and _is("int", node) else (None, f"must be {kind}")
    if kind == YES_NO:
        return (text.lower() == "true", None) if _is("bool", node) else (None, f"must be {kind}")
    # As Go does: 0123 is the password “0123”.
    return text, None


def _named(placeholder):
    """A placeholder without what stands in for a value that is missing: that may be a password."""
    shown = NAME.match(placeholder)[0]
    return shown if shown == placeholder else f"{shown}…"


def _is(kind, node):
    return node.tag == f"tag:yaml.org,2002:{kind}"


def _is_null(node):
    return node.id == "scalar" and _is("null", node)
