"""The open tasks of the former bridge: how to ask an Odoo for them, and how they are written down.

How data flows: `open_ids` and `exported` ask through a function ``call(model, method, *args, **kwargs)``, which reaches
this very database or another Odoo over the network (`legacy/export_tasks.py`); what they find is plain data, the same
as in the exported file. `parsed` turns one of these into a `Task`, or says what is wrong with it.
"""

import re
from dataclasses import dataclass
from datetime import datetime

#: An agent's comment that begins so was emailed to the customer; the others were meant to stay inside.
PUBLIC = re.compile(r"((?:\s|<[^>]*>)*)\[public\]\s*", re.IGNORECASE)
#: The former bridge's own remark about an SLA breach; clocks record that now.
OWN_REMARK = re.compile(r"(?:\s|<[^>]*>)*\[SYSTEM\] SLA Label:")
#: How the former bridge recognized a finished task when its stages were not configured.
DONE_NAMES = ("done", "hotovo", "closed", "resolved")
DONE_STATES = ("1_done", "1_canceled")


@dataclass(frozen=True)
class Person:
    """A person. :param partner_id: in the Odoo that was asked"""

    name: str = ""
    email: str = ""
    partner_id: int = 0


@dataclass(frozen=True)
class Message:
    """:param by_agent: by an internal user, not by the customer
    :param public: whether the customer has read it
    """

    date: datetime
    author: Person
    body: str
    by_agent: bool
    public: bool


@dataclass(frozen=True)
class Task:
    """:param assignee: a login or an address
    :param files: list of (name, content in base64)
    """

    id: int
    name: str
    created: datetime
    description: str = ""
    stage_id: int = 0
    is_urgent: bool = False
    customer: Person = Person()
    assignee: str = ""
    messages: tuple = ()
    files: tuple = ()


# ------------------------------------------------------------
# Asking
# ------------------------------------------------------------


def open_ids(call, project_id, done_stages):
    """Ids of the tasks of a project that are not over, oldest first."""
    names = {"stage_id", "state"} & set(call("project.task", "fields_get", [], ["type"]))
    rows = call("project.task", "search_read", [("project_id", "=", project_id)], sorted(names), order="id")
    return [row["id"] for row in rows if not _is_over(row, done_stages)]


def _is_over(row, done_stages):
    stage_id, stage = row["stage_id"] or (0, "")
    if row.get("state") in DONE_STATES or stage_id in done_stages:
        return True
    return not done_stages and any(name in stage.lower() for name in DONE_NAMES)


def exported(call, task_id):
    """Everything about one task, as it is written into the file."""
    # Several assignees since Odoo 15, one before.
    known = set(call("project.task", "fields_get", [], ["type"]))
    names = ["name", "description", "stage_id", "partner_id", "create_date", "priority"]
    users = "user_ids" if "user_ids" in known else "user_id"
    [task] = call("project.task", "search_read", [("id", "=", task_id)], [*names, users])
    customer_id = task["partner_id"][0] if task["partner_id"] else 0
    user_ids = task[users] if users == "user_ids" else (task[users] or [])[:1]
    messages = _messages(call, task_id)
    everybody = _partners(call, {customer_id, *(row["author_id"][0] for row in messages if row["author_id"])} - {0})
    agents = _agents(call, list(everybody))
    users_found = call("res.users", "search_read", [("id", "in", list(user_ids)[:1])], ["login"])
    return {
        "id": task["id"],
        "name": task["name"],
        "description": str(task["description"] or ""),
        "stage_id": task["stage_id"][0] if task["stage_id"] else 0,
        "create_date": _date(task["create_date"]),
        "priority": task["priority"] or "0",
        "customer": everybody.get(customer_id),
        "assignee": users_found[0]["login"] if users_found else "",
        "messages": [_message(row, everybody, agents) for row in messages],
        "attachments": _files(call, task_id),
    }


def _messages(call, task_id):
    said = [("model", "=", "project.task"), ("res_id", "=", task_id), ("message_type", "in", ("comment", "email"))]
    names = ["date", "body", "author_id", "email_from"]
    rows = call("mail.message", "search_read", said, names, order="date, id")
    return [row for row in rows if row["body"] and not OWN_REMARK.match(str(row["body"]))]


def _partners(call, partner_ids):
    wanted = [("id", "in", sorted(partner_ids))]
    rows = call("res.partner", "search_read", wanted, ["name", "email"], context={"active_test": False})
    return {row["id"]: {"id": row["id"], "name": row["name"] or "", "email": row["email"] or ""} for row in rows}


def _agents(call, partner_ids):
    """Those of these people who are internal users, or have been."""
    wanted = [("partner_id", "in", partner_ids), ("share", "=", False)]
    rows = call("res.users", "search_read", wanted, ["partner_id"], context={"active_test": False})
    return {row["partner_id"][0] for row in rows}


def _message(row, everybody, agents):
    author_id, body = row["author_id"][0] if row["author_id"] else 0, str(row["body"])
    by_agent = author_id in agents
    return {
        "date": _date(row["date"]),
        "author": everybody.get(author_id) or {"id": 0, "name": "", "email": row["email_from"] or ""},
        "by_agent": by_agent,
        "public": not by_agent or bool(PUBLIC.match(body)),
        "body": PUBLIC.sub(r"\1", body, count=1) if by_agent and PUBLIC.match(body) else body,
    }


def _files(call, task_id):
    own = [("res_model", "=", "project.task"), ("res_id", "=", task_id), ("type", "=", "binary")]
    rows = call("ir.attachment", "search_read", own, ["name", "datas"], order="id")
    return [{"name": row["name"], "data": _ascii(row["datas"])} for row in rows if row["datas"]]


def _ascii(data):
    return data.decode("ascii") if isinstance(data, bytes) else data


def _date(value):
    """The network brings text, a database datetimes."""
    return value if isinstance(value, str) else value.strftime("%Y-%m-%d %H:%M:%S")


# ------------------------------------------------------------
# Reading
# ------------------------------------------------------------


def parsed(data):
    """The `Task` in what was exported; raises ValueError, which says what is wrong with it."""
    if not isinstance(data, dict) or not isinstance(data.get("id"), int) or not 0 < data["id"] < 2**31:
        raise ValueError("a task has no id")
    try:
        return Task(
            id=data["id"],
            name=str(data["name"]),
            created=_moment(data["create_date"]),
            description=data.get("description") or "",
            stage_id=int(data.get("stage_id") or 0),
            is_urgent=str(data.get("priority") or "0") != "0",
            customer=_person(data.get("customer")),
            assignee=data.get("assignee") or "",
            messages=tuple(_said(message) for message in data.get("messages") or ()),
            files=tuple((str(row["name"]), row["data"]) for row in data.get("attachments") or ()),
        )
    except KeyError as error:
        raise ValueError(f"task {data['id']}: {error.args[0]} is missing") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"task {data['id']}: {error}") from None


def _said(data):
    by_agent, author = bool(data.get("by_agent")), _person(data.get("author"))
    public = bool(data.get("public", not by_agent))
    return Message(_moment(data["date"]), author, str(data["body"]), by_agent, public)


def _person(data):
    if not data:
        return Person()
    return Person(data.get("name") or "", data.get("email") or "", int(data.get("id") or 0))


def _moment(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
