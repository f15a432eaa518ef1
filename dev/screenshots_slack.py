"""The pictures of Slack: a ticket is worked in the double's page, and a picture is taken where there is much to see.

Anna takes a ticket, answers its customer with second thoughts, and looks at what else there is to do.
"""

from email.utils import formataddr

from dev import sightings
from dev.acme import AGENTS, CHANNEL, customer_mail
from dev.services import postgres
from dev.services.slack_page import slack_page
from dev.sightings import wait_for

ANNA, BEN = AGENTS
#: Names as people have them.
NAMES = {ANNA: "Anna Lind", BEN: "Ben Okafor"}
SUBJECT, REQUEST = "Printer on fire", "It burns, and smoke comes out of it. Please help!\n"
NOTE = "Same model as in the warehouse. The spare fuser is in cabinet 3."
ANSWER = "Hello Jane, please unplug the printer and step back. I am on my way with a spare part. Anna"
THANKS = "Unplugged. The smoke is gone, thank you!\n"
#: Who else has trouble: subject -> (name, mailbox, what they write)
OTHERS = {
    "Card reader refuses every second card": ("Tom Berger", "tom", "Since this morning. Cash is fine.\n\nTom\n"),
    "Invoice 2041 has our old address": (
        "Lucía Ortega",
        "lucia",
        "Could you send it again with the new one?\n\nLucía\n",
    ),
    "Till 3 prints no receipts": ("Petra Nováková", "petra", "The paper is new, the light is green.\n\nPetra\n"),
}
#: Width and height of Slack's window: with a thread, and without.
WIDE, NARROW = {"width": 1280, "height": 990}, {"width": 1000, "height": 640}


def connect(helpdesk):
    """Agents work from Slack, which delivers to Odoo, and have names."""
    rpc, slack, workspace = helpdesk.odoo.rpc, helpdesk.slack, helpdesk.workspace_id
    for login, name in NAMES.items():
        rpc("res.users", "write", rpc("res.users", "search", [("login", "=", login)]), {"name": name})
        slack.change_person(login, real_name=name)
    rpc("helpdesk.ticket.team", "write", helpdesk.team_id, {"slack_replies": "note_and_send", "reply_hold": 300})
    rpc("helpdesk.slack.workspace", "write", workspace, {"signing_secret_entry": slack.signing_secret})
    slack.install(request_url=f"{helpdesk.odoo.url}/helpdesk_bridge/slack/{workspace}")
    wait_for("buttons", lambda: rpc("helpdesk.slack.workspace", "read", [workspace], ["has_buttons"])[0]["has_buttons"])


def take(helpdesk, chromium, keep):
    """Work a ticket in Slack. :param keep: a function that keeps a picture: (visitor, name, part of the page)"""
    others = [_arrives(helpdesk, subject, *who) for subject, who in OTHERS.items()]
    ticket = _arrives(helpdesk, SUBJECT, words=REQUEST)
    with slack_page(chromium, helpdesk.slack, ANNA) as anna:
        anna.page.set_viewport_size(WIDE)
        card = anna.message(anna.channel, SUBJECT)
        card.get_by_role("button", name="Take").click()
        card.get_by_role("button", name="Hand over").wait_for()
        _note(helpdesk, ticket)
        thread = anna.open_thread(SUBJECT)
        thread.get_by_text(NOTE).wait_for()
        _answers(anna, card, keep)
        keep(anna, "thread", None)
        _second_thoughts(anna, card)
        _is_thanked(helpdesk, ticket)
        thread.get_by_text("The smoke is gone").wait_for()
        _looks_around(helpdesk, anna, others, keep)
    return ticket


def _arrives(helpdesk, subject, name="", mailbox="", words=""):
    mail = customer_mail(subject, *([words] if words else []))
    if name:
        mail.replace_header("From", formataddr((name, f"{mailbox}@customer.example")))
    helpdesk.inlet.send(mail)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, subject)
    sightings.told_once(helpdesk, ticket)
    return ticket


def _note(helpdesk, ticket):
    [thread] = helpdesk.threads(ticket)
    helpdesk.slack.person(BEN).post(CHANNEL, NOTE, thread["ts"])
    sightings.note(helpdesk, ticket, NOTE)


def _form(anna, card):
    card.get_by_role("button", name="Reply to customer").click()
    anna.modal.get_by_label("Reply", exact=True).wait_for()
    return anna.modal


def _answers(anna, card, keep):
    form = _form(anna, card)
    form.get_by_label("Reply", exact=True).fill(ANSWER)
    keep(anna, "reply", form)
    form.get_by_role("button", name="Send").click()
    anna.thread.get_by_role("button", name="Undo").wait_for()
    keep(anna, "held", anna.message(anna.thread, "is answering"))


def _second_thoughts(anna, card):
    anna.thread.get_by_role("button", name="Undo").click()
    anna.thread.get_by_text("Taken back").wait_for()
    form = _form(anna, card)
    form.get_by_role("button", name="Send").click()
    anna.thread.get_by_role("button", name="Send now").click()
    anna.message(anna.thread, "Anna Lind replied").wait_for()


def _is_thanked(helpdesk, ticket):
    helpdesk.customer_writes(f"Re: {SUBJECT} {ticket['mail_reference']}", body=THANKS)
    helpdesk.fetch()


def _looks_around(helpdesk, anna, others, keep):
    for ticket in others[:2]:
        helpdesk.agent_takes(ANNA, ticket)
    anna.page.get_by_title("Close thread").click()
    anna.page.set_viewport_size(NARROW)
    anna.write(anna.channel, "/helpdesk mine")
    listed = anna.message(anna.channel, "My open tickets")
    listed.wait_for()
    keep(anna, "list", listed)
    _is_late(helpdesk, others[0])
    anna.page.get_by_role("button", name="Helpdesk", exact=True).click()
    anna.channel.get_by_text("At risk or overdue").wait_for()
    keep(anna, "home", anna.channel)


def _is_late(helpdesk, ticket):
    """Its first response was due an hour ago."""
    past = "due_at = due_at - interval '5 hours', warn_at = warn_at - interval '5 hours'"
    past += ", started_at = started_at - interval '5 hours'"
    mine = f"ticket_id = {ticket['id']} AND metric = 'start'"
    postgres.sql(f"UPDATE helpdesk_sla_clock SET {past} WHERE {mine}", helpdesk.odoo.database)
    helpdesk.run("helpdesk_bridge.ir_cron_sla_tick")
