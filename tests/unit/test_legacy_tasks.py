"""How an Odoo is asked for the open tasks of the former bridge, and how what it says is read."""

import json
import unittest
from datetime import datetime
from pathlib import Path

from legacy import tasks_file
from legacy.tasks_file import Message, Person, parsed

EXAMPLE = Path(__file__, "../../fixtures/legacy/tasks.json").resolve()
FIELDS = {"project.task": ["stage_id", "state", "user_ids"]}


class OldOdoo:
    """Answers `search_read` from tables, as RPC does; of domains it knows what legacy_tasks asks.

    :param tables: model -> rows
    """

    def __init__(self, tables, fields=FIELDS):
        self.tables, self.fields, self.asked = tables, fields, []

    def __call__(self, model, method, *args, context=None, **kwargs):
        if method == "fields_get":
            return dict.fromkeys(self.fields[model], {})
        domain, names = args
        self.asked.append((model, tuple(names)))
        found = [row for row in self.tables.get(model, ()) if all(self._fits(row, *leaf) for leaf in domain)]
        return [{"id": row["id"], **{name: row.get(name, False) for name in names}} for row in found]

    @staticmethod
    def _fits(row, name, operator, value):
        if name not in row:
            return True
        mine = row[name][0] if isinstance(row[name], list) else row[name]
        return mine in value if operator == "in" else mine == value


def task(number, **values):
    return {"id": number, "project_id": [123, "Support"], "stage_id": [8, "New"], "name": f"Task {number}", **values}


class TestAsking(unittest.TestCase):
    def test_open_is_what_is_neither_done_nor_in_another_project(self):
        odoo = OldOdoo(
            {
                "project.task": [
                    task(1),
                    task(2, stage_id=[21, "Finished"]),
                    task(3, state="1_canceled"),
                    task(4, project_id=[9, "Private"]),
                    task(5, stage_id=False),
                    task(6, state="1_done"),
                    task(7, stage_id=[10, "In Progress"], state="01_in_progress"),
                ]
            }
        )
        self.assertEqual(tasks_file.open_ids(odoo, 123, [21, 34]), [1, 5, 7])

    def test_without_stages_the_names_say_what_is_done_as_they_did(self):
        names = ("New", "Hotovo", "DONE!", "Closed", "Resolved", "Probíhá")
        rows = [task(number, stage_id=[number, name]) for number, name in enumerate(names, start=1)]
        self.assertEqual(tasks_file.open_ids(OldOdoo({"project.task": rows}), 123, []), [1, 6])

    def test_an_older_odoo_is_asked_for_what_it_has(self):
        odoo = OldOdoo(
            {
                "project.task": [task(1, user_id=[3, "Anna"], partner_id=False, create_date="2020-01-01 00:00:00")],
                "res.users": [{"id": 3, "login": "anna", "partner_id": [9, "Anna"]}],
            },
            {"project.task": ["stage_id", "user_id"]},
        )
        self.assertEqual(tasks_file.open_ids(odoo, 123, []), [1])
        self.assertEqual(tasks_file.exported(odoo, 1)["assignee"], "anna")
        self.assertNotIn("state", [name for _model, names in odoo.asked for name in names])

    def test_a_task_is_written_down_with_all_that_was_said(self):
        said = {"model": "project.task", "res_id": 42, "message_type": "comment"}
        odoo = OldOdoo(
            {
                "project.task": [
                    task(
                        42,
                        description="<p>Smoke</p>",
                        partner_id=[7, "Jane"],
                        user_ids=[3, 4],
                        create_date=datetime(2026, 1, 1, 8),
                        priority="1",
                    )
                ],
                "mail.message": [
                    {**said, "id": 1, "date": "2026-01-01 09:00:00", "author_id": [7, "Jane"], "body": "<p>Hello?</p>"},
                    {
                        **said,
                        "id": 2,
                        "date": "2026-01-01 10:00:00",
                        "author_id": [9, "Anna"],
                        "body": "<p>[Public] We  are at it.</p>",
                    },
                    {**said, "id": 3, "date": "2026-01-01 11:00:00", "author_id": [9, "Anna"], "body": "<p>Toast.</p>"},
                    {
                        **said,
                        "id": 4,
                        "date": "2026-01-01 12:00:00",
                        "author_id": False,
                        "body": "<p>[SYSTEM] SLA Label: SLA_START_BREACH</p>",
                    },
                    {
                        **said,
                        "id": 5,
                        "date": "2026-01-01 13:00:00",
                        "author_id": False,
                        "email_from": "x@y.z",
                        "body": "<p>[public] is my name</p>",
                    },
                    {**said, "id": 6, "date": "2026-01-01 14:00:00", "author_id": [9, "Anna"], "body": ""},
                    {**said, "id": 7, "res_id": 43, "date": "2026-01-01 14:00:00", "author_id": False, "body": "other"},
                ],
                "res.partner": [
                    {"id": 7, "name": "Jane", "email": "jane@customer.example"},
                    {"id": 9, "name": "Anna", "email": "anna@acme.example"},
                ],
                "res.users": [{"id": 3, "login": "anna", "partner_id": [9, "Anna"], "share": False}],
                "ir.attachment": [
                    {"id": 1, "res_model": "project.task", "res_id": 42, "name": "a.txt", "datas": b"YQ=="},
                    {"id": 2, "res_model": "project.task", "res_id": 42, "name": "empty", "datas": False},
                ],
            }
        )
        found = tasks_file.exported(odoo, 42)
        self.assertEqual(json.loads(json.dumps(found)), found)
        self.assertEqual(found["attachments"], [{"name": "a.txt", "data": "YQ=="}])
        self.assertEqual(found["customer"], {"id": 7, "name": "Jane", "email": "jane@customer.example"})
        read = parsed(found)
        self.assertEqual((read.created, read.is_urgent, read.assignee), (datetime(2026, 1, 1, 8), True, "anna"))
        self.assertEqual(
            [(said.body, said.by_agent, said.public) for said in read.messages],
            [
                ("<p>Hello?</p>", False, True),
                ("<p>We  are at it.</p>", True, True),
                ("<p>Toast.</p>", True, False),
                ("<p>[public] is my name</p>", False, True),
            ],
        )
        self.assertEqual(read.messages[3].author, Person("", "x@y.z"))


class TestReading(unittest.TestCase):
    def test_the_example_of_the_guide_can_be_read(self):
        first, second, _third = [parsed(data) for data in json.loads(EXAMPLE.read_text())["tasks"]]
        self.assertEqual((first.id, first.stage_id, first.customer.email), (42, 9, "jane@customer.example"))
        jane = Person("Jane Doe", "jane@customer.example", 7)
        self.assertEqual(first.messages[1], Message(datetime(2026, 1, 1, 11), jane, "<p>The big one.</p>", False, True))
        self.assertEqual((second.messages, second.files, second.is_urgent), ((), (), False))

    def test_the_least_that_a_task_must_say(self):
        read = parsed({"id": 1, "name": "x", "create_date": "2026-01-01 00:00:00"})
        self.assertEqual((read.customer, read.messages, read.stage_id), (Person(), (), 0))

    def test_what_is_wrong_names_the_task(self):
        good = {"id": 1, "name": "x", "create_date": "2026-01-01 00:00:00"}
        for data, words in (
            ([], "has no id"),
            ({**good, "id": "1"}, "has no id"),
            ({**good, "id": 0}, "has no id"),
            ({"id": 1, "name": "x"}, "task 1: create_date is missing"),
            ({**good, "create_date": "yesterday"}, "task 1: time data 'yesterday'"),
            ({**good, "create_date": 7}, "task 1: "),
            ({**good, "customer": "Jane"}, "task 1: "),
            ({**good, "messages": [{"date": "2026-01-01 00:00:00"}]}, "task 1: body is missing"),
            ({**good, "attachments": [{"name": "a"}]}, "task 1: data is missing"),
        ):
            with self.subTest(data), self.assertRaisesRegex(ValueError, words):
                parsed(data)
