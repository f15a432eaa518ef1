"""`make screenshots`: the pictures of the Apps page, taken of the running product.

A fresh database gets the demo data, a mailbox, a Slack double and an outgoing mail server; a mail's life is played in
it, and Chromium looks at what there is then. Run it again after the screens have changed, and look at the pictures.
"""

import re
import sys
from contextlib import ExitStack

from dev import sightings
from dev.acme import AGENTS, CONFIRMATION, CUSTOMER, MAILBOXES
from dev.paths import DEV, ROOT
from dev.scenario import set_up
from dev.services import database
from dev.services.browser import DESKTOP, browser
from dev.services.dovecot import dovecot
from dev.services.maildev import maildev
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet

FOLDER = ROOT / "static" / "description"
LOG = "screenshots"
ANNA = AGENTS[0]
SUBJECT, ANSWER = "Printer on fire", "Please unplug it and step back. I am on my way."
#: Width and height of what a picture shows.
WIDE, LIST, EMAIL = (DESKTOP, 860), (DESKTOP, 720), (760, 170)
SETTINGS = "/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
TICKETS = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"


def main():
    """Take all pictures; returns 0."""
    with ExitStack() as services:
        helpdesk = _start(services)
        ticket = _play(helpdesk)
        chromium = services.enter_context(browser())
        with chromium.visitor(helpdesk.odoo, "admin", DESKTOP) as admin:
            admin.open(SETTINGS)
            _keep(admin, "settings", (DESKTOP, _top_of(admin, "Slack")))
            admin.open(f"{TICKETS}?view_type=list")
            _keep(admin, "tickets", LIST)
            admin.open(f"{TICKETS}/{_late(helpdesk)}")
            admin.press("SLA")
            _keep(admin, "ticket", WIDE)
            admin.page.goto(_email_address(helpdesk, ticket), wait_until="networkidle")
            _keep(admin, "confirmation", EMAIL)
            _cover(admin)
    return 0


def _start(services):
    name = services.enter_context(database.installed(f"{LOG}_"))
    database.load_demo(name)
    mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
    inlet = services.enter_context(smtp_inlet(mailboxes))
    slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
    outgoing = services.enter_context(maildev(name=f"{LOG}-maildev"))
    odoo = services.enter_context(odoo_server(name, name=f"{LOG}-odoo"))
    return set_up(odoo, slack, mailboxes, inlet, outgoing)


def _play(helpdesk):
    helpdesk.customer_writes(SUBJECT)
    helpdesk.fetch()
    ticket = sightings.ticket(helpdesk, SUBJECT)
    sightings.told_once(helpdesk, ticket)
    helpdesk.agent_takes(ANNA, ticket)
    helpdesk.agent_answers(ANNA, ticket, ANSWER)
    sightings.letter(helpdesk, ticket, CONFIRMATION)
    helpdesk.agent_closes(ANNA, ticket)
    sightings.letter(helpdesk, ticket, "has been closed")
    return ticket


def _top_of(visitor, block):
    """Where a block of the Settings begins: a picture of that height ends with the block before."""
    title = visitor.page.locator("h2 >> visible=true").filter(has_text=re.compile(f"^{re.escape(block)}$"))
    return int(title.bounding_box()["y"])


def _keep(visitor, name, size):
    width, height = size
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.settle()
    path = FOLDER / f"screenshot_{name}.png"
    visitor.page.screenshot(path=path)
    print(f"screenshots: {path.relative_to(ROOT)}", flush=True)


def _cover(visitor):
    visitor.page.set_viewport_size({"width": 560, "height": 280})
    visitor.page.goto((DEV / "cover.html").as_uri())
    visitor.page.screenshot(path=FOLDER / "cover.png")
    print("screenshots: static/description/cover.png")


def _late(helpdesk):
    """The ticket of the demo data with the most to see of its SLA, among those with a breach."""
    late = helpdesk.odoo.rpc(
        "helpdesk.sla.clock", "search_read", [("breached_at", "!=", False)], ["ticket_id", "line_ids"]
    )
    return max(late, key=lambda clock: len(clock["line_ids"]))["ticket_id"][0]


def _email_address(helpdesk, ticket):
    [mail] = [
        mail
        for mail in helpdesk.outgoing.messages()
        if mail["envelope"]["to"][0]["address"] == CUSTOMER and CONFIRMATION in mail["text"]
    ]
    return f"{helpdesk.outgoing.url}/email/{mail['id']}/html"


if __name__ == "__main__":
    sys.exit(main())
