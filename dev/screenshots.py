"""`make screenshots`: the pictures of the Apps page and of the guides, taken of the running product.

A fresh database gets the demo data, a mailbox, a Slack double and an outgoing mail server. A ticket is worked in Slack
(`screenshots_slack`), and Chromium looks at what there is then. Run it again after the screens have changed, and look
at the pictures.
"""

import re
import sys
from contextlib import ExitStack

from PIL import Image

from dev import screenshots_slack, sightings
from dev.acme import CONFIRMATION, CUSTOMER, MAILBOXES
from dev.paths import DEV, ROOT
from dev.scenario import set_up
from dev.services import database, postgres
from dev.services.browser import DESKTOP, browser
from dev.services.dovecot import dovecot
from dev.services.maildev import maildev
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet

FOLDER = ROOT / "static" / "description"
LOG = "screenshots"
#: So many colours are enough, and make a file a third as large.
COLOURS = 200
#: Width and height of what a picture shows.
WIDE, LIST, EMAIL = (DESKTOP, 1240), (1480, 720), (760, 170)
#: High enough for the longest block of the Settings.
TALL = 1400
#: Milliseconds for a page of Odoo on a busy machine.
PATIENCE = 180_000
#: Wide enough for the conversation beside the form.
BESIDE = (1600, 900)
SETTINGS = "/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings"
TICKETS = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"


def main():
    """Take all pictures; returns 0."""
    with postgres.postgres(), ExitStack() as services:
        helpdesk = _start(services)
        chromium = services.enter_context(browser())
        ticket = screenshots_slack.take(helpdesk, chromium, _keep_part)
        sightings.letter(helpdesk, ticket, CONFIRMATION)
        with chromium.visitor(helpdesk.odoo, "admin", DESKTOP) as admin:
            admin.page.set_default_timeout(PATIENCE)
            admin.open(SETTINGS)
            _keep_block(admin, "health", "Health")
            admin.open(f"{TICKETS}?view_type=list")
            _keep(admin, "tickets", LIST)
            admin.open(f"{TICKETS}/{ticket['id']}")
            _keep(admin, "ticket", BESIDE)
            admin.open(f"{TICKETS}/{_late(helpdesk)}")
            admin.press("SLA")
            admin.page.locator("summary", has_text="History").click()
            _keep(admin, "sla", WIDE)
            admin.page.goto(_email_address(helpdesk, ticket), wait_until="networkidle")
            _keep(admin, "confirmation", EMAIL)
            _cover(admin)
    return 0


def _start(services):
    database.drop_leftovers(f"{LOG}_")
    name = services.enter_context(database.database(database.of_this_run(f"{LOG}_"), drawn=True))
    database.load_demo(name)
    mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
    inlet = services.enter_context(smtp_inlet(mailboxes))
    slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
    outgoing = services.enter_context(maildev(name=f"{LOG}-maildev"))
    odoo = services.enter_context(odoo_server(name, name=f"{LOG}-odoo"))
    helpdesk = set_up(odoo, slack, mailboxes, inlet, outgoing)
    screenshots_slack.connect(helpdesk)
    return helpdesk


def _keep_block(visitor, name, block):
    """Keep a picture of one block of the Settings, with its title."""
    page, margin = visitor.page, 16
    page.set_viewport_size({"width": DESKTOP, "height": TALL})
    title = page.locator("h2 >> visible=true").filter(has_text=re.compile(f"^{re.escape(block)}$"))
    title.scroll_into_view_if_needed()
    visitor.settle()
    top = title.bounding_box()
    rows = title.locator("xpath=following-sibling::*[1]").bounding_box()
    bottom = rows["y"] + rows["height"]
    left, height = top["x"] - margin, bottom - top["y"] + 2 * margin
    clip = {"x": left, "y": top["y"] - margin, "width": DESKTOP - left, "height": height}
    _save(page, f"screenshot_{name}", clip=clip)


def _keep(visitor, name, size):
    width, height = size
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.settle()
    _save(visitor.page, f"screenshot_{name}")


def _keep_part(visitor, name, part):
    """Keep a picture of a part of Slack's page, of all of it if there is none."""
    visitor.page.mouse.move(0, 0)
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.settle()
    _save(part or visitor.page, f"screenshot_slack_{name}")


def _save(shown, name, **options):
    """Keep a picture with few colours. :param shown: a page, or a part of one"""
    path = FOLDER / f"{name}.png"
    shown.screenshot(path=path, **options)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"screenshots: {path.relative_to(ROOT)}, {path.stat().st_size // 1000} kB", flush=True)


def _cover(visitor):
    visitor.page.set_viewport_size({"width": 560, "height": 280})
    visitor.page.goto((DEV / "cover.html").as_uri())
    _save(visitor.page, "cover")


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
