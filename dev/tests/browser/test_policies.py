"""What archiving a policy, and another order, does to open tickets is said before it is done."""

import pytest

from dev.page_checks import wrong
from dev.services.browser import DESKTOP, PHONE
from dev.sightings import wait_for

from .desk import ADMIN

POLICIES, MODEL = "helpdesk_bridge.helpdesk_sla_policy_action", "helpdesk.sla.policy"
MOVES = "SLA moved:"


@pytest.fixture
def strict(desk):
    """A policy that comes first and has every open ticket of the team."""
    values = {"name": "Strict", "sequence": 1, "start_hours": 1, "resolution_hours": 2, "applies_from": "2020-01-01"}
    policy = desk.rpc(MODEL, "create", {**values, "team_ids": [(6, 0, [desk.helpdesk.team_id])]})
    desk.rpc("helpdesk.sla.apply", "action_apply", desk.rpc("helpdesk.sla.apply", "create", {}))
    desk.helpdesk.run("helpdesk_bridge.ir_cron_sla_tick")
    wait_for("the tickets to be counted anew", lambda: not desk.rpc("helpdesk.sla.recount", "search", []))
    yield policy
    desk.rpc(MODEL, "write", policy, {"active": False})
    desk.helpdesk.run("helpdesk_bridge.ir_cron_sla_tick")


def is_active(desk, policy):
    return desk.rpc(MODEL, "read", policy, ["active"])[0]["active"]


def asks(visitor, title):
    """The dialog that says how many tickets move."""
    dialog = visitor.page.locator(".modal", has_text=MOVES)
    dialog.wait_for()
    assert title in dialog.inner_text()
    return dialog


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_archiving_by_the_menu_says_first_what_it_does(desk, seat, strict, width):
    admin = seat(ADMIN, width)
    admin.open(desk.path(POLICIES, MODEL, name="Strict"))
    admin.page.locator(".o_cp_action_menus .dropdown-toggle, .o_cp_action_menus button.dropdown").first.click()
    admin.page.locator(".o-dropdown-item", has_text="Archive").first.click()
    dialog = asks(admin, "Archive")
    admin.screenshot("sla-policy-archive")
    assert wrong(admin) == []
    dialog.locator("button", has_text="Cancel").click()
    dialog.wait_for(state="detached")
    assert is_active(desk, strict)
    admin.page.locator(".o_cp_action_menus .dropdown-toggle, .o_cp_action_menus button.dropdown").first.click()
    admin.page.locator(".o-dropdown-item", has_text="Archive").first.click()
    asks(admin, "Archive").locator("button", has_text="Archive").click()
    admin.page.locator(".ribbon", has_text="Archived").wait_for()
    assert not is_active(desk, strict)


def test_another_order_by_hand_says_first_what_it_does(desk, seat, strict):
    admin = seat(ADMIN, DESKTOP)

    def drag():
        """The first row below the last one, as a hand does it."""
        admin.settle()
        admin.page.locator(".o_list_view .o_row_handle").first.hover()
        handle = admin.page.locator(".o_list_view .o_row_handle").first.bounding_box()
        row, mouse = admin.page.locator(".o_list_view .o_data_row").last.bounding_box(), admin.page.mouse
        x = handle["x"] + handle["width"] / 2
        mouse.move(x, handle["y"] + handle["height"] / 2)
        mouse.down()
        mouse.move(x, row["y"] + row["height"] - 2, steps=12)
        mouse.move(x, row["y"] + row["height"] + 4, steps=3)
        mouse.up()

    def sequences():
        [company] = {row["company_id"][0] for row in desk.rpc(MODEL, "read", [strict], ["company_id"])}
        return desk.rpc(MODEL, "search", [("company_id", "=", company)])

    admin.open(desk.path(POLICIES))
    before = sequences()
    assert before[0] == strict
    drag()
    dialog = asks(admin, "Change the Order")
    admin.screenshot("sla-policies-order")
    assert wrong(admin) == []
    dialog.locator("button", has_text="Cancel").click()
    dialog.wait_for(state="detached")
    assert sequences() == before
    drag()
    dialog = asks(admin, "Change the Order")
    dialog.locator("button", has_text="Change").last.click()
    dialog.wait_for(state="detached")
    wait_for("the other order", lambda: sequences()[-1] == strict)
