"""One Odoo, one Slack double and one browser for all pages; whoever logs in stays at their screen."""

from contextlib import ExitStack

import pytest

from dev.acme import MAILBOXES
from dev.scenario import set_up
from dev.services import database
from dev.services.browser import browser
from dev.services.dovecot import dovecot
from dev.services.odoo_server import odoo_server
from dev.services.slack_double import slack_double
from dev.services.smtp_inlet import smtp_inlet
from dev.services.smtp_outlet import smtp_outlet

from .desk import Desk

LOG = "browser"


@pytest.fixture(scope="package")
def desk():
    """Acme Support on a bad day: a ticket for each thing that can go wrong."""
    name = database.of_this_run("test_", LOG)
    with database.database(name, drawn=True), ExitStack() as services:
        mailboxes = services.enter_context(dovecot(MAILBOXES, name=f"{LOG}-dovecot"))
        inlet = services.enter_context(smtp_inlet(mailboxes))
        outlet = services.enter_context(smtp_outlet(mailboxes))
        slack = services.enter_context(slack_double(name=f"{LOG}-slack"))
        odoo = services.enter_context(odoo_server(name, name=f"{LOG}-odoo"))
        yield Desk(set_up(odoo, slack, mailboxes, inlet, outlet))


@pytest.fixture(scope="package")
def chromium():
    """The browser."""
    with browser() as running:
        yield running


@pytest.fixture(scope="package")
def seat(chromium, desk):
    """A function: the `Visitor` who is this user, at a screen of this width."""
    with ExitStack() as seats:
        taken = {}

        def take(login, width):
            if (login, width) not in taken:
                taken[login, width] = seats.enter_context(chromium.visitor(desk.helpdesk.odoo, login, width))
            visitor = taken[login, width]
            visitor.problems()  # of the test before
            return visitor

        yield take
