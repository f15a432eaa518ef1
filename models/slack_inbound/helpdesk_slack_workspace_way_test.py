"""Tests the way back from Slack as far as Odoo can, and says the remedy for what does not work.

The app-level token is tried with ``apps.connections.open``; the Request URL with a signed question of our own to it, as
Slack asks when the URL is entered there. What only Slack can try, such as whether it reaches the URL, is said.
"""

import hashlib
import hmac
import json
import secrets
import time
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from odoo import models

from ...tools.common.notification import notification
from ...tools.slack import request_url, token_kind, urls
from ...tools.slack import response as slack_response
from ...tools.slack.way_back import Speed
from ..common import transactions
from ..slack.button_connection import ButtonConnection
from ..slack.slack_client import SlackConnection, fetch

#: Seconds for Odoo's request to itself.
TIMEOUT = 10
MOST = 100_000
OPEN = "apps.connections.open"


@dataclass
class Verdict:
    """What a test found. :ivar kind: of a notification"""

    kind: str
    words: str


class HelpdeskSlackWorkspace(models.Model):
    _inherit = "helpdesk.slack.workspace"

    def action_test_from_slack(self):
        """Test how what happens in Slack reaches Odoo."""
        self.ensure_one()
        self.check_access("write")
        return self._test_from_slack()

    def _test_from_slack(self, app_token="", is_new_secret=False):
        """:param app_token: one that is not stored yet; it is stored only if Slack accepts it
        :param is_new_secret: the signing secret was stored just now, which others do not see yet
        """
        app_token = (app_token or "").strip()
        if app_token:
            self._check_app_token_kind(app_token)
        if (result := self._test_connection())["params"]["type"] != "success":
            return result
        verdict = self._tested_socket(app_token) or self._tested_request_url(is_new_secret)
        way = self._way_back()
        if verdict is None:
            verdict = Verdict("info", self.env._("The bot token works."))
        kind = verdict.kind
        sentences = [verdict.words]
        if kind in ("success", "info"):
            sentences += self._way_in_words(way)
            kind = "success" if way.speed in (Speed.SECOND, Speed.MINUTE) and not way.trouble else "warning"
        sentences += self._lost_in_words(self._lost_beside(way))
        title = {
            "success": self.env._("It works"),
            "warning": self.env._("Not finished"),
            "danger": self.env._("It does not work"),
        }[kind]
        return notification(kind, title, " ".join(filter(None, sentences)))

    # ------------------------------------------------------------
    # Socket
    # ------------------------------------------------------------

    def _check_app_token_kind(self, token):
        """Raise, with the remedy, for what is no app-level token: it is shown to nobody."""
        self._with_clean_app_token({"app_token": token})

    def _tested_socket(self, typed):
        """The `Verdict` on the app-level token, which is stored if it was typed and works; None without one."""
        token = typed or self._stored_app_token()
        if not token:
            return None
        not_kept = " " + self.env._("The token you have typed is not stored.") if typed else ""
        if other := self._same_app(token):
            return Verdict("danger", self._explain_same_app(other) + not_kept)
        if foreign := self._is_of_another_app(token):
            return Verdict("danger", foreign + not_kept)
        answer = ButtonConnection(self.env, SlackConnection(self.sudo().api_url, token)).call(OPEN)
        if not answer.ok:
            return Verdict("danger", self._explain_socket(answer) + not_kept)
        if typed:
            self.app_token_entry = typed
            return Verdict("success", self.env._("Slack accepts the app-level token. It is stored."))
        return Verdict("success", self.env._("Slack accepts the app-level token."))

    def _is_of_another_app(self, token):
        """What is wrong, if the app-level token belongs to another app than the bot; empty if it does not."""
        theirs = token_kind.app_of(token)
        if not theirs or not self.bot_ref:
            return ""
        answer = self._button_connection().call("bots.info", bot=self.bot_ref)
        ours = slack_response.as_dict(answer.data.get("bot")).get("app_id")
        if not answer.ok or not isinstance(ours, str) or not ours or ours == theirs:
            return ""
        return self.env._(
            "This app-level token belongs to another Slack app (%(theirs)s) than the bot (%(ours)s). Take the one of "
            "the bot's app: api.slack.com/apps → your app → Basic Information → App-Level Tokens.",
            theirs=theirs,
            ours=ours,
        )

    def _explain_socket(self, answer):
        """Why Slack opens no socket, and the remedy."""
        is_unreached = answer.error in {*slack_response.NOT_REACHED, slack_response.BAD_ANSWER}
        if answer.status == 429 or is_unreached:
            return self._explain(answer)
        return self._socket_words(answer.error, answer.detail)

    # ------------------------------------------------------------
    # Request URL
    # ------------------------------------------------------------

    def _tested_request_url(self, is_new_secret):
        """The `Verdict` on the Request URL; None without a signing secret."""
        secret = self._stored_signing_secret()
        if not secret:
            return None
        url = self.request_url
        # A Slack on this machine, such as a gateway, reaches what is on this machine.
        is_near = urls.is_loopback(urlsplit(self.sudo().api_url).hostname)
        problem = "" if is_near else request_url.problem(url)
        if problem:
            return Verdict("danger", self._explain_address(url, problem))
        if is_new_secret:
            return Verdict("success", self.env._("The signing secret is stored."))
        challenge = request_url.OWN_CHALLENGE + secrets.token_urlsafe(16)
        transactions.release(self.env)
        try:
            status, headers, body = self._ask_ourselves(url, secret, challenge)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is about the network)
            detail = slack_response.from_exception(error).detail
            return Verdict(
                "warning",
                self.env._(
                    "Odoo itself does not reach %(url)s (%(detail)s). Slack may reach it nevertheless: enter it there "
                    "under Event Subscriptions, and Slack says at once whether it does. Its certificate must be one "
                    "that everybody knows.",
                    url=url,
                    detail=detail,
                ),
            )
        found = request_url.judge(status, body, challenge)
        if found:
            return Verdict("danger", self._explain_own_answer(url, found, status, headers))
        return Verdict("success", self.env._("The Request URL leads here, and the signature fits."))

    def _ask_ourselves(self, url, secret, challenge):
        """Ask the Request URL as Slack does when it is entered there. :return: (status, headers, body)"""
        raw = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
        moment = str(int(time.time()))
        signed = hmac.new(secret.encode(), f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": f"v0={signed}",
        }
        return fetch(url, urllib.request.Request(url, raw, headers, method="POST"), TIMEOUT, MOST)

    def _explain_address(self, url, problem):
        where = self.env._("It follows web.base.url (Settings → Technical → Parameters → System Parameters).")
        words = {
            request_url.NOT_HTTPS: self.env._(
                "Slack delivers to https only, but the Request URL is %(url)s. Serve Odoo over https, or use an "
                "app-level token, which needs no address.",
                url=url,
            ),
            request_url.LOCAL: self.env._(
                "Slack cannot reach %(url)s: this address is known in your network only. Use an app-level token, which "
                "needs no address.",
                url=url,
            ),
        }.get(problem, self.env._("The Request URL is not valid: %s", url))
        return f"{words} {where}"

    def _explain_own_answer(self, url, found, status, headers):
        if found == request_url.REDIRECTED:
            return self.env._(
                "%(url)s leads on to %(target)s. Slack would follow, but Odoo's web.base.url should be the final "
                "address: correct it (Settings → Technical → Parameters → System Parameters).",
                url=url,
                target=(headers.get("Location") or "?")[:200],
            )
        if found == request_url.NOT_FOUND:
            return self.env._(
                "There is no such page at %s: the address leads to another server or database, or several databases "
                "are served there (dbfilter).",
                url,
            )
        if found == request_url.REFUSED:
            return self.env._(
                "%s refuses a signed request. A proxy in between changes the request or asks for a password, or the "
                "address leads to another database.",
                url,
            )
        return self.env._("%(url)s answers something else than Odoo does (HTTP %(status)s).", url=url, status=status)
