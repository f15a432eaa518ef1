"""From an Odoo with helpdesk_mgmt alone to a working bridge, as somebody clicks who does it for the first time.

What is counted: clicks (a field that is typed into is one), and forms that are filled in. Not counted is what no
newcomer does: where the double of Slack is, and that the mail servers of these tests speak without TLS.
"""

import re
from contextlib import ExitStack, contextmanager

import pytest

from dev import sightings
from dev.acme import CHANNEL, COMPANY, CUSTOMER, MAILBOXES, SUPPORT, TEAM
from dev.page_checks import wrong
from dev.scenario import Helpdesk
from dev.services import database
from dev.services.browser import DESKTOP
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet
from dev.sightings import wait_for

LOG, SUBJECT = "newcomer", "Printer on fire"
MOST_CLICKS, MOST_FORMS = 35, 6
#: Milliseconds in which the addon is installed, and the scripts of the web client put together anew.
INSTALLING = 300_000


class Newcomer:
    """Counts what a visitor does. :ivar forms: what was filled in"""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.clicks, self.keys, self.forms = 0, 0, []

    def press(self, words):
        """Click a button or link with these words."""
        self.visitor.press(words)
        self.clicks += 1

    def click(self, selector):
        self.page.locator(selector).first.click()
        self.visitor.settle()
        self.clicks += 1

    def type(self, field, words):
        """Click into a field and type."""
        box = self.page.locator(f".o_form_view [name={field}] input").first
        box.click()
        box.fill(words)
        self.clicks, self.keys = self.clicks + 1, self.keys + len(words)

    def fills_in(self, form):
        if form not in self.forms:
            self.forms.append(form)

    @contextmanager
    def uncounted(self):
        """The block does what no newcomer would have to."""
        before = self.clicks, self.keys
        yield
        self.clicks, self.keys = before

    def back(self):
        """Go back to the Settings by the breadcrumb, which saves the form."""
        self.click(".o_breadcrumb a:has-text('Settings'), .o_back_button:visible")
        self.page.locator("#helpdesk_steps").first.wait_for()
        self.visitor.settle()

    def minutes(self):
        """How long a person takes for it, by the keystroke-level model (Card, Moran, Newell 1980), and to read a form.

        To point takes 1.1 s, to press 0.2, to decide 1.35, a key 0.28; a form is read for 15 s.
        """
        return (self.clicks * (1.1 + 0.2 + 1.35) + self.keys * 0.28 + len(self.forms) * 15) / 60

    def steps_done(self):
        return self.page.locator("[name=helpdesk_steps_done]").inner_text()

    def next_step(self):
        """The words of the one primary button, or link, in Getting started."""
        [button] = self.page.locator("#helpdesk_steps .btn-primary >> visible=true").all()
        return button.inner_text().strip()


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


def test_a_newcomer_is_led_from_activate_to_the_first_ticket_in_slack(newcomer, around):
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
    forms = ", ".join(newcomer.forms)
    counted = f"{newcomer.clicks} clicks, {newcomer.keys} characters, {newcomer.minutes():.1f} minutes; forms: {forms}"
    print(counted)
    assert newcomer.clicks <= MOST_CLICKS, counted
    assert len(newcomer.forms) <= MOST_FORMS, counted
    assert newcomer.visitor.problems() == []


def _mails(around, address):
    with around.mailboxes.imap(address) as imap:
        return imap.search(None, "ALL")[1][0]


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
    newcomer.type("email", "admin@acme.example")
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
