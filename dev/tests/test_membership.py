"""Two Odoo servers on one database: who joins or leaves a team or a company on one sees the difference on the other."""

import pytest

from dev.acme import AGENTS
from dev.scenario import hire, record_id
from dev.services import database
from dev.services.odoo_server import RpcError, odoo_server

LOG = "membership"
AGENT = AGENTS[0]


@pytest.fixture(scope="module")
def servers():
    """The server on which the administrator works, and the one on which the agent does."""
    name = database.of_this_run("test_", LOG)
    with (
        database.database(name),
        odoo_server(name, name=f"{LOG}-odoo-1") as first,
        odoo_server(name, name=f"{LOG}-odoo-2") as second,
    ):
        yield first, second


@pytest.fixture(scope="module")
def place(servers):
    """A team, a ticket of it, and an agent of another company with the tickets of their teams."""
    rpc = servers[0].rpc
    home = rpc("res.company", "search", [], limit=1)[0]
    other = rpc("res.company", "create", {"name": "Elsewhere"})
    groups = [(6, 0, [record_id(rpc, "helpdesk_mgmt.group_helpdesk_user_team")])]
    person = {"name": AGENT, "login": AGENT, "email": "a@acme.example", "group_ids": groups}
    person |= {"company_id": other, "company_ids": [(6, 0, [home, other])]}
    [user] = hire(servers[0], [person])
    team = rpc("helpdesk.ticket.team", "create", {"name": "Support", "company_id": home})
    values = {"name": "Printer on fire", "description": "x", "team_id": team, "user_id": False}
    return {"home": home, "user": user, "team": team, "ticket": rpc("helpdesk.ticket", "create", values)}


def seen(servers, place, **context):
    """Whether the agent, whose session stays open, finds the ticket on the other server."""
    call = servers[1].rpc_as(AGENT, AGENT)
    return bool(call("helpdesk.ticket", "search", [("id", "=", place["ticket"])], context=context))


@pytest.mark.parametrize("side", ["team", "user"])
def test_who_joins_and_leaves_a_team_sees_so_in_the_open_session(servers, place, side):
    model, key, field, other = {
        "team": ("helpdesk.ticket.team", "team", "user_ids", "user"),
        "user": ("res.users", "user", "helpdesk_team_ids", "team"),
    }[side]
    assert not seen(servers, place)
    for command, found in ((4, True), (3, False), (4, True), (3, False)):
        servers[0].rpc(model, "write", place[key], {field: [(command, place[other])]})
        assert seen(servers, place) is found


@pytest.mark.parametrize("side", ["company", "user"])
def test_who_joins_and_leaves_a_company_sees_so_in_the_open_session(servers, place, side):
    model, key, field, other = {
        "company": ("res.company", "home", "user_ids", "user"),
        "user": ("res.users", "user", "company_ids", "home"),
    }[side]
    servers[0].rpc("helpdesk.ticket.team", "write", place["team"], {"user_ids": [(4, place["user"])]})
    assert seen(servers, place)
    for command, found in ((3, False), (4, True), (3, False), (4, True)):
        servers[0].rpc(model, "write", place[key], {field: [(command, place[other])]})
        assert seen(servers, place) is found
        chosen = {"allowed_company_ids": [place["home"]]}
        if found:
            assert seen(servers, place, **chosen)
        else:
            with pytest.raises(RpcError, match="unauthorized or invalid companies"):
                seen(servers, place, **chosen)
    servers[0].rpc("helpdesk.ticket.team", "write", place["team"], {"user_ids": [(3, place["user"])]})
