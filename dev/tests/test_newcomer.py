"""From an Odoo with helpdesk_mgmt alone to a ticket worked entirely from Slack, as somebody clicks for the first time.

What is counted: clicks (a field that is typed into is one), and forms that are filled in. Not counted is what no
newcomer does: where the double of Slack is, and that the mail servers of these tests speak without TLS.
"""

import re
from contextlib import ExitStack

import pytest

from dev import sightings
from dev.acme import AGENTS, CHANNEL, COMPANY, CUSTOMER, MAILBOXES, SUPPORT, TEAM
from dev.newcomer import Newcomer
from dev.page_checks import wrong
from dev.scenario import Helpdesk
from dev.services import database
from dev.services.browser import DESKTOP, PATIENCE
from dev.services.dovecot import dovecot, text_of
from dev.services.listener import WITHOUT_IMAPCLIENT, listener
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.slack_page import slack_page
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import wait_for

LOG, SUBJECT = "newcomer", "Printer on fire"
HASTY, ANSWER = "Please pour water on it.", "Please unplug it and step back."
#: Until the first ticket is in Slack, and until one has been worked there.
MOST_CLICKS, MOST_FORMS = 35, 6
MOST_CLICKS_IN_ALL = 50
#: Milliseconds in which the addon is installed, and the scripts of the web client put together anew.
INSTALLING = 300_000


@pytest.fixture(scope="module")
def around():
    """An Odoo without the addon, and everything that it will talk to."""
    name = database.of_this_run("test_", LOG)
    with database.database(name, addons=("helpdesk_mgmt",), drawn=True), ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        outlet = services.enter_context(smtp_outlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(name, name=f"{LOG}-odoo"))
        yield Helpdesk(odoo, slack, mailboxes, inlet, outlet)


@pytest.fixture
def newcomer(around, _chromium):
    with _chromium.visitor(around.odoo, "admin", DESKTOP) as visitor:
        visitor.page.set_default_timeout(INSTALLING)
        yield Newcomer(visitor)


def test_a_newcomer_is_led_from_activate_to_a_ticket_worked_in_slack(newcomer, around, _chromium):
    around.slack.install()  # the manifest is pasted in Slack
    _activates(newcomer)
    assert (newcomer.steps_done(), newcomer.next_step()) == ("0 of 7", "Bot Token")
    around.odoo.rpc("helpdesk.slack.workspace", "create", {"name": "Slack", "api_url": around.slack.api_url})

    _connects_slack(newcomer, around)
    _gathers_a_team(newcomer)
    _opens_the_mailbox(newcomer, around)
    _sends_email(newcomer, around)
    assert (newcomer.steps_done(), newcomer.next_step()) == ("6 of 7", "Inbound Emails")
    assert wrong(newcomer.visitor) == []

    around.customer_writes(SUBJECT)
    around.fetch()
    ticket = sightings.ticket(around, SUBJECT)
    assert ticket["team_id"][1] == TEAM
    sightings.told_once(around, ticket)
    wait_for("the confirmation", lambda: around.outgoing and around.mailboxes and _mails(around, CUSTOMER))
    newcomer.page.reload()
    newcomer.page.locator("[name=helpdesk_slack_status]").wait_for()
    newcomer.visitor.settle()
    assert not newcomer.page.locator("#helpdesk_steps").count(), "gone for good"
    counted = newcomer.counted()
    print(counted)
    assert newcomer.clicks <= MOST_CLICKS, counted
    assert len(newcomer.forms) <= MOST_FORMS, counted

    _lets_agents_reply_from_slack(newcomer, around)
    assert newcomer.visitor.problems() == []
    # README has no IMAPClient installed: the listener hears Slack alone.
    with listener(around.odoo.database, name=f"{LOG}-listener", boot=WITHOUT_IMAPCLIENT):
        _sees_that_it_works(newcomer)
        with slack_page(_chromium, around.slack, AGENTS[0]) as slack:
            _works_in_slack(newcomer, around, slack, ticket)
            assert slack.problems() == []
    print(newcomer.counted())
    assert newcomer.clicks <= MOST_CLICKS_IN_ALL, newcomer.counted()


def _mails(around, address):
    """The texts of the emails in a mailbox, oldest first."""
    return [text_of(mail) for mail in around.mailboxes.mails(address)]


def _activates(newcomer):
    newcomer.visitor.open("/odoo/apps?debug=1")
    newcomer.press("Update Apps List")
    newcomer.press("Update")
    newcomer.page.locator(".o_kanban_view").wait_for()
    newcomer.visitor.open("/odoo/apps?debug=0")
    search = newcomer.page.locator(".o_searchview_input")
    search.fill("Helpdesk Bridge")
    search.press("Enter")
    newcomer.clicks += 1
    newcomer.visitor.settle()
    card = newcomer.page.locator(".o_kanban_record", has_text="Helpdesk Bridge")
    with newcomer.visitor.reloading():
        card.get_by_role("button", name=re.compile("Activate|Install")).click()
        newcomer.clicks += 1
    newcomer.page.locator("#helpdesk_steps").wait_for()
    newcomer.visitor.settle()
    assert newcomer.page.locator(".o_main_navbar", has_text="Helpdesk").count(), "with the menus of Helpdesk"
    newcomer.page.set_default_timeout(PATIENCE)
    newcomer.visitor.problems()  # of what was under way while Odoo installed


def _connects_slack(newcomer, around):
    newcomer.fills_in("Settings")
    newcomer.press("Bot Token")
    newcomer.type("helpdesk_slack_bot_token", "xoxb-wrong")
    newcomer.press("Test connection")
    refused = newcomer.page.locator(".o_notification", has_text="does not accept this token")
    refused.wait_for()
    newcomer.type("helpdesk_slack_bot_token", around.slack.token)
    newcomer.press("Test connection")
    newcomer.page.locator(".o_notification", has_text="The token is stored.").wait_for()
    assert not refused.count(), "an error that is over goes away"
    assert (newcomer.steps_done(), newcomer.next_step()) == ("1 of 7", "Default Channel")
    newcomer.click("[name=helpdesk_slack_channel_id] input")
    offered = newcomer.page.locator(".o-autocomplete--dropdown-item")
    offered.get_by_text(f"#{CHANNEL}", exact=True).wait_for()
    names = {words.strip() for words in offered.all_inner_texts()}
    assert {"#support", "#support-eu", "#escalations"} <= names
    assert not {"#managers", "#random"} & names, "the bot is not there"
    offered.get_by_text(f"#{CHANNEL}", exact=True).click()
    newcomer.visitor.settle()
    newcomer.clicks += 1


def _gathers_a_team(newcomer):
    assert (newcomer.steps_done(), newcomer.next_step()) == ("2 of 7", "Teams")
    newcomer.press("Teams")
    newcomer.fills_in("Team")
    newcomer.type("name", TEAM)
    members = newcomer.page.locator("[name=user_ids] .o_kanban_record main").all_inner_texts()
    assert members == ["Administrator"], "who sets it up is a member"
    newcomer.visitor.screenshot("newcomer-team")
    newcomer.back()
    if newcomer.steps_done() == "3 of 7":
        newcomer.type("helpdesk_company_email", "office@acme.example")
        newcomer.page.keyboard.press("Tab")
        newcomer.visitor.settle()
    if newcomer.next_step() == "Users":
        _enters_own_address(newcomer)
    assert (newcomer.steps_done(), newcomer.next_step()) == ("4 of 7", "Mailboxes")


def _enters_own_address(newcomer):
    """The only user without an address is whoever sets this up: their form opens at once."""
    newcomer.press("Users")
    newcomer.fills_in("User")
    newcomer.type("email", f"{AGENTS[0]}@acme.example")  # as README says: the one that they have in Slack
    newcomer.back()


def _opens_the_mailbox(newcomer, around):
    newcomer.press("Mailboxes")
    newcomer.fills_in("Mailbox")
    value = lambda name: newcomer.page.locator(f".o_form_view [name={name}] input").first.input_value()  # noqa: E731
    assert (value("helpdesk_team_id"), value("port"), value("helpdesk_address_name")) == (TEAM, "993", TEAM)
    newcomer.type("server", around.mailboxes.host)
    newcomer.type("user", SUPPORT)
    newcomer.type("password", around.mailboxes.users[SUPPORT])
    with newcomer.uncounted():
        newcomer.click("[name=is_ssl] input")
        newcomer.type("port", str(around.mailboxes.port))
    newcomer.press("Test & Confirm")
    newcomer.page.locator(".o_notification", has_text="becomes tickets of").wait_for()
    newcomer.visitor.screenshot("newcomer-mailbox")
    newcomer.back()
    assert (newcomer.steps_done(), newcomer.next_step()) == ("5 of 7", "Outgoing servers")


def _sends_email(newcomer, around):
    newcomer.press("Outgoing servers")
    newcomer.fills_in("Outgoing server")
    newcomer.type("name", COMPANY)
    newcomer.type("smtp_host", "127.0.0.1")
    newcomer.type("smtp_port", str(around.outgoing.smtp_port))
    newcomer.back()
    newcomer.press("Send me a test")
    newcomer.page.locator(".o_notification", has_text="A test email was sent").wait_for()
    newcomer.page.reload()
    newcomer.page.locator("#helpdesk_steps").wait_for()
    newcomer.visitor.settle()


def _lets_agents_reply_from_slack(newcomer, around):
    """README, *Work tickets in Slack*: all of it stands in one place of the Settings."""
    newcomer.click("[name=helpdesk_slack_replies] input")
    newcomer.page.locator(".o_select_menu_item", has_text="replies by button").click()
    newcomer.clicks += 1
    newcomer.type("helpdesk_slack_app_token", around.slack.app_token)
    newcomer.click("button[name=action_helpdesk_slack_test_from_slack]")
    newcomer.page.locator(".o_notification", has_text="It is stored.").wait_for()
    newcomer.visitor.screenshot("newcomer-from-slack")
    with newcomer.visitor.reloading():
        newcomer.visitor.button("Save").click()
        newcomer.clicks += 1


def _sees_that_it_works(newcomer):
    says = newcomer.page.locator("[name=helpdesk_slack_from_slack]")

    def look():
        newcomer.page.reload()
        says.wait_for()
        newcomer.visitor.settle()
        return says.inner_text()

    wait_for("that buttons work", look, lambda words: "buttons work" in words)
    newcomer.visitor.screenshot("newcomer-listening")


def _works_in_slack(newcomer, around, slack, ticket):
    """Take, reply, undo, reply, close: and what the customer has of it."""

    def press(where, words):
        where.get_by_role("button", name=words).first.click()
        newcomer.clicks += 1

    def write(words):
        newcomer.fills_in("Reply to customer")
        press(card, "Reply to customer")
        slack.modal.get_by_label("Reply", exact=True).fill(words)
        newcomer.keys += len(words)
        slack.screenshot("newcomer-form")
        press(slack.modal, "Send")

    card = slack.message(slack.channel, SUBJECT)
    press(card, f"Take {ticket['mail_reference'][1:-1]}")
    card.get_by_role("button", name="Hand over").wait_for()
    slack.screenshot("newcomer-taken")
    thread = slack.open_thread(SUBJECT)
    newcomer.clicks += 1
    write(HASTY)
    press(thread, "Undo")
    thread.get_by_text("took the reply back").wait_for()
    write(ANSWER)
    slack.screenshot("newcomer-held")
    press(thread, "Send now")
    slack.message(thread, "replied").wait_for()
    wait_for("the reply", lambda: [mail for mail in _mails(around, CUSTOMER) if ANSWER in mail])
    press(card, "Close")
    press(slack.page.get_by_role("alertdialog"), "Close")
    card.get_by_role("button", name="Reopen").wait_for()
    wait_for("the closing email", lambda: len(_mails(around, CUSTOMER)) == 3)
    slack.screenshot("newcomer-closed")
    received, replied, closed = _mails(around, CUSTOMER)
    assert "We have received your message" in received
    assert ANSWER in replied and HASTY not in replied
    assert "has been closed" in closed
