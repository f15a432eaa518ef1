"""Services that several end-to-end tests share; each test finds them as new."""

import pytest

from dev.acme import SUPPORT
from dev.services.dovecot import dovecot
from dev.services.slack_double import slack_double


@pytest.fixture(scope="session")
def _slack():
    with slack_double() as double:
        yield double


@pytest.fixture
def slack(_slack):
    """The Slack double, with nothing in it but the team."""
    _slack.reset()
    return _slack


@pytest.fixture(scope="session")
def mailboxes():
    """Dovecot with a mailbox for the support team and one for a customer."""
    with dovecot([SUPPORT, "customer@example.com"]) as server:
        yield server
