"""The checks themselves can fail, and spare nothing but what Odoo gets wrong on pages of its own."""

import pytest

from dev.page_checks import CORE, excused, wrong
from dev.services.browser import DESKTOP, PHONE, browser
from dev.services.process import ServiceFailed

from .desk import ADMIN

FILTERS = "helpdesk_bridge.helpdesk_mail_filter_action"
#: Put into a page of ours -> the complaint that has to come.
FAULTS = {
    "<script>console.error('a deliberate error')</script>": "console: a deliberate error",
    "<img src='/helpdesk_bridge/no_such_picture.png' alt='nothing'>": "no_such_picture.png answered 404",
    "<p style='color: #ccc; background: #fff'>Can you read this?</p>": "color-contrast",
    "<input type='text' name='nameless'>": "label",
    "<button></button>": "button-name",
    "<div style='overflow-x: auto'><p style='width: 3000px'>Where does this end?</p></div>": "sideways",
    "<p style='width: 3000px; text-align: right'>Nobody sees this.</p>": "sideways",
    "<div style='width: 40px; overflow: hidden; white-space: nowrap'>This sentence is too long.</div>": "cut-off",
    "<input style='width: 40px' aria-label='Name' placeholder='This sentence is too long'>": "cut-off",
}
#: Pages of Odoo and helpdesk_mgmt where what is spared is found -> at which width, and what is pressed there.
NOT_OURS = {
    "base.action_partner_form": (PHONE, None),
    "base.action_partner_form/1": (PHONE, None),
    "base.ir_cron_act": (DESKTOP, None),
    "base.action_res_company_form/1": (PHONE, None),
    "base.action_res_users/2": (PHONE, None),
    "base_setup.action_general_configuration": (DESKTOP, None),
    "mail.action_email_server_tree": (PHONE, None),
    "base.action_ir_mail_server_list": (DESKTOP, None),
    "helpdesk_mgmt.helpdesk_ticket_action?view_type=kanban": (DESKTOP, None),
    "helpdesk_mgmt.helpdesk_ticket_action": (PHONE, None),
    "helpdesk_mgmt.helpdesk_ticket_reporting_action": (PHONE, ".o_pivot_flip_button"),
}


@pytest.mark.parametrize("html", FAULTS)
def test_a_deliberate_fault_is_noticed(seat, desk, html):
    admin = seat(ADMIN, PHONE)
    admin.open(desk.path(FILTERS))
    assert wrong(admin) == []
    admin.page.evaluate(
        "html => document.querySelector('.o_content').prepend(document.createRange().createContextualFragment(html))",
        html,
    )
    admin.settle()
    assert [complaint for complaint in wrong(admin) if FAULTS[html] in complaint]


def test_what_is_spared_is_wrong_on_pages_that_are_not_ours_too(seat):
    needed = set()
    for page, (width, pressed) in NOT_OURS.items():
        admin = seat(ADMIN, width)
        admin.open(f"/odoo/action-{page}")
        if pressed:
            admin.page.locator(pressed).click()
            admin.settle()
        needed |= excused(admin)
    assert {(rule, selector) for rule, selectors in CORE.items() for selector in selectors} - needed == set()


def test_without_a_browser_nothing_passes(monkeypatch):
    monkeypatch.setattr("dev.services.browser.chromium_binary", lambda: None)
    with pytest.raises(ServiceFailed, match="there is no Chromium"), browser():
        pass
