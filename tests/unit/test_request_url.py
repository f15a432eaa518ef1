"""Whether Slack can reach the Request URL, and what Odoo's own request to it says."""

import pytest

from tools.slack import request_url as url

CHALLENGE = f"{url.OWN_CHALLENGE}abc"
RIGHT = f'{{"challenge": "{CHALLENGE}"}}'.encode()


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://odoo.acme.com/helpdesk_bridge/slack/1", ""),
        ("https://odoo.acme.com:8443/helpdesk_bridge/slack/1", ""),
        ("HTTPS://ODOO.ACME.COM/x", ""),
        ("https://8.8.8.8/x", ""),
        ("http://odoo.acme.com/helpdesk_bridge/slack/1", url.NOT_HTTPS),
        ("http://8.8.8.8/x", url.NOT_HTTPS),
        ("http://localhost:8069/x", url.LOCAL),
        ("https://localhost/x", url.LOCAL),
        ("https://odoo/x", url.LOCAL),
        ("https://odoo.local/x", url.LOCAL),
        ("https://odoo.local./x", url.LOCAL),
        ("https://erp.corp/x", url.LOCAL),
        ("https://127.0.0.1/x", url.LOCAL),
        ("https://10.1.2.3/x", url.LOCAL),
        ("https://192.168.1.5:8069/x", url.LOCAL),
        ("https://169.254.1.1/x", url.LOCAL),
        ("https://[::1]/x", url.LOCAL),
        ("https://[fd00::1]/x", url.LOCAL),
        ("", url.INVALID),
        (None, url.INVALID),
        ("/helpdesk_bridge/slack/1", url.INVALID),
        ("ftp://odoo.acme.com/x", url.INVALID),
        ("https://[::1/x", url.INVALID),
        ("https://odoo.acme.com:99999/x", url.INVALID),
    ],
)
def test_an_address_that_slack_cannot_use_is_noticed_by_its_text(address, problem):
    assert url.problem(address) == problem


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, RIGHT, ""),
        (200, b'{"challenge": "helpdesk_bridge-other"}', url.OTHER),
        (200, b"<html>Welcome</html>", url.OTHER),
        (200, b"", url.OTHER),
        (200, b"[" * 100_000, url.OTHER),
        (200, b"\xff\xfe", url.OTHER),
        (500, RIGHT, url.OTHER),
        (502, b"Bad gateway", url.OTHER),
        (301, b"", url.REDIRECTED),
        (308, RIGHT, url.REDIRECTED),
        (401, b"", url.REFUSED),
        (403, b"", url.REFUSED),
        (404, b"", url.NOT_FOUND),
        (413, b"", url.OTHER),
    ],
)
def test_what_came_back_from_our_own_request(status, body, found):
    assert url.judge(status, body, CHALLENGE) == found
