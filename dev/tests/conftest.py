"""Services that several end-to-end tests share; each test finds them as new."""

import os
from contextlib import ExitStack

import pytest

from dev.acme import SUPPORT
from dev.services.browser import browser, shown
from dev.services.dovecot import dovecot
from dev.services.slack_card import BLOCKS, install
from dev.services.slack_double import slack_double
from dev.services.slack_ears import socket_ear

#: Runs side by side have logs of their own.
RUN = os.environ.get("RUN", "e2e").replace(" ", "-")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A test that failed tells what the open pages showed at that moment."""
    report = yield
    if report.failed and (words := shown()):
        report.sections.append((f"pages open in {item.name}", words))
    return report


@pytest.fixture(scope="session")
def _slack():
    with slack_double(name=f"{RUN}-slack") as double:
        yield double


@pytest.fixture
def slack(_slack):
    """The Slack double, with nothing in it but the team."""
    _slack.reset()
    return _slack


@pytest.fixture
def ear(slack):
    """An app with buttons, menus and modals in the double, heard over Socket Mode."""
    install(slack)
    with socket_ear(slack, concurrency=4) as listening:
        yield listening


@pytest.fixture
def card(slack):
    """The ts of a message with a button and a menu."""
    return slack.client().chat_postMessage(channel=slack.channels["support"], text="x", blocks=BLOCKS)["ts"]


@pytest.fixture(scope="session")
def _chromium():
    with browser() as running:
        yield running


@pytest.fixture
def opened(_chromium, slack):
    """A function: the double's page of #support, as somebody, at a width; what goes wrong in it fails the test."""
    wrong = []
    with ExitStack() as pages:

        def open_page(name, width):
            page = pages.enter_context(_chromium.page(width))
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
            page.goto(f"{slack.page('support')}&as={name}")
            return page

        yield open_page
    assert not wrong


@pytest.fixture(scope="session")
def mailboxes():
    """Dovecot with a mailbox for the support team and one for a customer."""
    with dovecot([SUPPORT, "customer@example.com"], name=f"{RUN}-dovecot") as server:
        yield server
