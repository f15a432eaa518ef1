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


def sends_on_leave(odoo, employee, time_type):
    kind = {"name": time_type, "requires_allocation": False, "leave_validation_type": "no_validation"}
    kind["time_type"] = time_type
    leave = {
        "employee_id": employee,
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
    employee = odoo.rpc("hr.employee", "create", {"name": "Anna", "user_id": anna})

    def gets(who, subject):
        ticket = ticket_of_a_mail(odoo, subject, team)
        wait_for(f"{who}: {subject}", lambda: assignee(odoo, ticket), lambda name: name == who)

    worked = sends_on_leave(odoo, employee, "other")
    gets("anna", "Anna works at home")
    odoo.rpc("hr.leave", "action_refuse", [worked])
    leave = sends_on_leave(odoo, employee, "leave")
    gets("ben", "While Anna is away")
    gets("ben", "While Anna is still away")
    odoo.rpc("hr.leave", "action_refuse", [leave])
    gets("anna", "Anna is back")
