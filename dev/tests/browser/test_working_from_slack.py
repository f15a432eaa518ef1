"""A ticket is worked in Slack by clicks alone, from the customer's email to the closing email; and who may not.

Everything is real but Slack: what the customer got is read from their mailbox, what became of the ticket from Odoo.
"""

import pytest

from dev import sightings
from dev.acme import AGENTS, CHANNEL, CUSTOMER, CUSTOMER_NAME, TEAM
from dev.scenario import hire, record_id
from dev.services.browser import DESKTOP, PHONE
from dev.services.slack_page import faults, slack_page
from dev.sightings import wait_for

ANNA, BEN = AGENTS
RED, BLUE = "Cut the red wire, please", "Cut the blue wire, please"


@pytest.fixture(scope="module")
def helpdesk(desk):
    """Agents reply to customers from Slack, which delivers by HTTP; nothing is sent by itself while a test runs."""
    helpdesk, rpc = desk.helpdesk, desk.rpc
    workspace, slack = helpdesk.workspace_id, helpdesk.slack
    ways = {"slack_replies": "note_and_send", "reply_hold": 300, "slack_reactions": True}
    rpc("helpdesk.ticket.team", "write", helpdesk.team_id, ways)
    rpc("helpdesk.slack.workspace", "write", workspace, {"signing_secret_entry": slack.signing_secret})
    slack.install(request_url=f"{helpdesk.odoo.url}/helpdesk_bridge/slack/{workspace}")
    look = lambda: rpc("helpdesk.slack.workspace", "read", [workspace], ["has_buttons"])[0]["has_buttons"]  # noqa: E731
    wait_for("buttons", look)
    company = rpc("helpdesk.ticket.team", "read", helpdesk.team_id, ["company_id"])[0]["company_id"][0]
    rpc("res.company", "write", company, {"helpdesk_letter_closed": True})
    clerk = {"name": "Carla Clerk", "login": "carla", "email": "carla@acme.example"}
    hire(helpdesk.odoo, [{**clerk, "group_ids": [(6, 0, [record_id(rpc, "base.group_user")])]}])
    yield helpdesk
    rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"slack_replies": "note", "reply_hold": 30})


@pytest.fixture
def slack(chromium, helpdesk):
    """A function: somebody in front of Slack, for a block."""
    return lambda name, width=DESKTOP: slack_page(chromium, helpdesk.slack, name, width)


def arrives(helpdesk, subject):
    """A customer's email; returns the ticket."""
    helpdesk.customer_writes(subject)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, subject)
    sightings.told_once(helpdesk, ticket)
    return ticket


def says(helpdesk, ticket, *names):
    [found] = helpdesk.odoo.rpc("helpdesk.ticket", "read", [ticket["id"]], [*names])
    return [found[name][1] if isinstance(found[name], list) else found[name] for name in names]


def letters(desk, ticket, words):
    """The emails in the customer's mailbox about a ticket with these words."""
    return [mail for mail in desk.mails(words) if ticket["mail_reference"] in mail["Subject"]]


def reply_form(page, card):
    card.get_by_role("button", name="Reply to customer").click()
    page.modal.get_by_label("Reply", exact=True).wait_for()
    return page.modal


def test_from_the_customers_email_to_the_closing_email(desk, helpdesk, slack):
    ticket = arrives(helpdesk, "Coffee machine leaks")
    with slack(ANNA) as anna:
        card = anna.message(anna.channel, "Coffee machine leaks")
        card.get_by_role("button", name=f"Take {ticket['mail_reference'][1:-1]}").click()
        card.get_by_role("button", name="Hand over").wait_for()
        assert says(helpdesk, ticket, "user_id") == ["Anna Agent"]
        thread = anna.open_thread("Coffee machine leaks")
        form = reply_form(anna, card)
        assert form.get_by_label(f"To: {CUSTOMER_NAME} <{CUSTOMER}>").is_checked()
        form.get_by_label("Reply", exact=True).fill(RED)
        assert faults(anna.page) == []
        form.get_by_role("button", name="Send").click()
        thread.get_by_role("button", name="Undo").click()
        thread.get_by_text("took the reply back").wait_for()
        thread.locator(".ephemeral blockquote").filter(has_text=RED).wait_for()
        assert not letters(desk, ticket, RED)

        form = reply_form(anna, card)
        typed = form.get_by_label("Reply", exact=True)
        assert typed.input_value() == RED, "what was taken back is not lost"
        typed.fill(BLUE)
        form.get_by_role("button", name="Send").click()
        thread.get_by_role("button", name="Send now").dblclick()
        anna.message(thread, "Anna Agent replied").wait_for()
        [mail] = wait_for("the email", lambda: letters(desk, ticket, BLUE))
        assert (mail["To"], mail["Cc"]) == (f"{CUSTOMER_NAME} <{CUSTOMER}>", None)
        assert mail["Subject"] == f"Re: {ticket['mail_reference']} Coffee machine leaks"
        assert helpdesk.message_id("Coffee machine leaks") in (mail["References"] or mail["In-Reply-To"])
        assert (TEAM in mail["From"], mail["Auto-Submitted"]) == (True, None), "a person writes"
        assert RED not in mail.as_string()

        card.get_by_role("button", name="Close").click()
        anna.page.get_by_role("alertdialog").get_by_role("button", name="Close").click()
        card.get_by_role("button", name="Reopen").wait_for()
        wait_for("the closing email", lambda: letters(desk, ticket, "has been closed"))
        assert says(helpdesk, ticket, "closed") == [True]
        thread.get_by_text("Closed by").wait_for()
        assert faults(anna.page) == []
        assert anna.problems() == []
    assert [len(letters(desk, ticket, words)) for words in (RED, BLUE, "has been closed")] == [0, 1, 1]


def test_who_may_not_is_told_at_the_button_and_nothing_happens(desk, helpdesk, slack):
    ticket = arrives(helpdesk, "Mixer is loud")
    before = len(desk.mails(""))
    with slack("carla") as page:
        for name, why in (("carla", "may not read"), ("gina", "a guest"), ("mallory", "another Slack workspace")):
            if page.login != name:
                page.become(name)
            card = page.message(page.channel, "Mixer is loud")
            card.get_by_role("button", name="Take").click()
            page.channel.locator(".ephemeral").filter(has_text=why).wait_for()
            card.get_by_role("button", name="Close").click()
            page.page.get_by_role("alertdialog").get_by_role("button", name="Close").click()
            told = page.channel.locator(".ephemeral").filter(has_text=why)
            wait_for("the second refusal", told.count, lambda count: count == 2)
            card.get_by_role("button", name="Reply to customer").click()
            page.modal.get_by_text(why).wait_for()
            page.page.keyboard.press("Escape")
            page.modal.wait_for(state="detached")
        assert page.problems() == []
    rows = helpdesk.odoo.rpc("helpdesk.slack.inbound", "search_read", [("ticket_id", "=", ticket["id"])], ["state"])
    assert [row["state"] for row in rows] == ["ignored"] * 9
    assert says(helpdesk, ticket, "user_id", "closed") == [False, False]
    assert len(desk.mails("")) == before


def test_notes_reactions_lists_and_tickets_from_messages(desk, helpdesk, slack, tmp_path):
    ticket = arrives(helpdesk, "Kettle stays cold")
    log = tmp_path / "kettle.log"
    log.write_text("20 degrees")
    notes = lambda: "".join(sorted(row["body"] for row in _messages(helpdesk, ticket) if "plug" in row["body"]))  # noqa: E731
    with slack(ANNA) as anna:
        thread = anna.open_thread("Kettle stays cold")
        thread.locator("input[type=file]").set_input_files(log)
        anna.write(thread, "Is the plug in?")
        sightings.note(helpdesk, ticket, "Is the plug in?")
        attached = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket["id"])]
        wait_for("the file", lambda: helpdesk.odoo.rpc("ir.attachment", "search", [*attached, ("name", "=", log.name)]))
        anna.more(anna.message(thread, "Is the plug in?"), "Edit message")
        thread.get_by_label("Edit message").fill("Is the *red* plug in?")
        thread.get_by_role("button", name="Save").click()
        wait_for("the correction", notes, lambda body: "red" in body)
        anna.more(anna.message(thread, "plug in?"), "Delete message")
        wait_for("it to be struck out", notes, lambda body: "<s>" in body or "<del>" in body or "deleted" in body)
        root = anna.message(anna.channel, "Kettle stays cold")
        root.hover()
        root.get_by_title(":eyes:").first.click()
        wait_for("Anna to have it", lambda: says(helpdesk, ticket, "user_id") == ["Anna Agent"])

        anna.write(anna.channel, f"/helpdesk {ticket['mail_reference'].strip('[]').rpartition('#')[2]}")
        listed = anna.channel.locator(".ephemeral").filter(has_text="Kettle stays cold").last
        listed.get_by_role("button", name="Close").click()
        anna.page.get_by_role("alertdialog").get_by_role("button", name="Close").click()
        listed.get_by_text("Closed via Slack.").wait_for()
        assert says(helpdesk, ticket, "closed") == [True]
        assert anna.problems() == []
    helpdesk.slack.person(BEN).post(CHANNEL, "The toaster is *broken*, too")
    with slack(ANNA, PHONE) as anna:
        message = anna.message(anna.channel, "The toaster is")
        anna.more(message, "Create ticket")
        anna.modal.get_by_label("Title").fill("Toaster is broken")
        anna.modal.get_by_label("Customer").fill("jane@")
        assert faults(anna.page) == []
        anna.modal.get_by_role("button", name="Create").click()
        anna.modal.get_by_text("This is not an email address").wait_for()
        anna.modal.get_by_label("Customer").fill(CUSTOMER)
        anna.modal.get_by_label("Customer").press("Enter")
        anna.modal.wait_for(state="detached")
        made = sightings.ticket(helpdesk, "Toaster is broken")
        assert made["partner_email"] == CUSTOMER
        anna.page.get_by_title("Channels").click()
        anna.page.get_by_role("button", name="Helpdesk", exact=True).click()
        home = anna.channel.locator(".home")
        home.get_by_text("Toaster is broken").wait_for()
        assert faults(anna.page) == []
        home.get_by_role("button", name=f"Close {made['mail_reference'][1:-1]} Toaster").click()
        anna.page.get_by_role("alertdialog").get_by_role("button", name="Close").click()
        home.get_by_text("Toaster is broken").wait_for(state="detached")
        assert says(helpdesk, made, "closed", "user_id") == [True, "Anna Agent"]
        assert anna.problems() == []


def _messages(helpdesk, ticket):
    mine = [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket["id"])]
    return helpdesk.odoo.rpc("mail.message", "search_read", mine, ["body"])
