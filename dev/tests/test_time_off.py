"""With Odoo's Time Off app really installed: whoever is on leave gets no ticket."""

from datetime import date, timedelta

import pytest

from dev.acme import customer_mail
from dev.services import database
from dev.services.odoo_server import odoo_server
from dev.sightings import wait_for

NAME = database.of_this_run("test_", "time_off")


@pytest.fixture(scope="module")
def odoo():
    with database.database(NAME, database.BESIDE_APPS), odoo_server(NAME, name="time-off-odoo") as server:
        yield server


def agent(odoo, name):
    [[_model, group]] = [odoo.rpc("ir.model.data", "check_object_reference", "helpdesk_mgmt", "group_helpdesk_user")]
    values = {"name": name, "login": name, "email": f"{name}@acme.example", "group_ids": [(4, group)]}
    return odoo.rpc("res.users", "create", values)


def sends_on_leave(odoo, user):
    kind = {"name": "Holidays", "requires_allocation": False, "leave_validation_type": "no_validation"}
    leave = {
        "employee_id": odoo.rpc("hr.employee", "create", {"name": "Anna", "user_id": user}),
        "holiday_status_id": odoo.rpc("hr.leave.type", "create", kind),
        # Whatever day of the week it is, there is work in it.
        "request_date_from": f"{date.today() - timedelta(days=4)}",
        "request_date_to": f"{date.today() + timedelta(days=4)}",
    }
    number = odoo.rpc("hr.leave", "create", leave)
    [found] = odoo.rpc("hr.leave", "read", [number], ["state"])
    assert found["state"] == "validate"
    return number


def ticket_of_a_mail(odoo, subject, team):
    raw = customer_mail(subject).as_string()
    return odoo.rpc("mail.thread", "message_process", "helpdesk.ticket", raw, {"team_id": team})


def assignee(odoo, ticket):
    [found] = odoo.rpc("helpdesk.ticket", "read", [ticket], ["user_id"])
    return found["user_id"] and found["user_id"][1]


def test_who_is_on_leave_is_passed_over_and_is_back_afterwards(odoo):
    anna, ben = agent(odoo, "anna"), agent(odoo, "ben")
    values = {"name": "Support", "bridge_assignment": "least_loaded", "user_ids": [(6, 0, [anna, ben])]}
    team = odoo.rpc("helpdesk.ticket.team", "create", values)
    leave = sends_on_leave(odoo, anna)
    for number in range(2):
        ticket = ticket_of_a_mail(odoo, f"While Anna is away {number}", team)
        wait_for("Ben, who is here", lambda ticket=ticket: assignee(odoo, ticket), lambda name: name == "ben")
    odoo.rpc("hr.leave", "action_refuse", [leave])
    ticket = ticket_of_a_mail(odoo, "Anna is back", team)
    wait_for("Anna, who has none", lambda: assignee(odoo, ticket), lambda name: name == "anna")
