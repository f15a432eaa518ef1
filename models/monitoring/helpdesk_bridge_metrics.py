"""Metrics for Prometheus, computed on request from what the database stores.

The dispatchers run in other processes and count their calls to Slack in `helpdesk.bridge.count`. Rows that are over are
counted there as well (`helpdesk.bridge.counted`), all others with partial indexes: a scrape costs the same, however
much is over. The metrics contain no names and no addresses.
"""

import hashlib
import hmac

from odoo import api, models

from ...tools.common import health_checks
from ...tools.slack import call_histogram
from ...tools.slack.retry_policy import Action
from ...tools.slack.way_back import Speed
from ..common.helpdesk_bridge_counter import BREACHES, CALLS, CLOCKS, MAILS, SECONDS
from ..common.server_secrets import server_secret

try:
    import prometheus_client
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
except ImportError:
    prometheus_client = None

TOKEN = "helpdesk_bridge.watch_token"
#: Outcomes of calls whose message is stored in Slack.
STORED = (Action.SENT.value, Action.ADOPT.value)


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


class HelpdeskBridgeMetrics(models.AbstractModel):
    _name = "helpdesk.bridge.metrics"
    _description = "Helpdesk Bridge Metrics"

    @api.model
    def _is_open(self):
        """Whether monitoring has a token; without one, its pages do not exist."""
        return bool(self._expected())

    @api.model
    def _is_token(self, given):
        """Whether a text is the token that a monitor must send."""
        expected = self._expected()
        return bool(expected) and hmac.compare_digest(_digest(given), expected)

    @api.model
    def _expected(self):
        """The digest of the token, from the server or stored; empty: there is none."""
        token = server_secret(self.env, "watch_token")
        return _digest(token) if token else self.env["ir.config_parameter"].sudo().get_param(TOKEN) or ""

    @api.model
    def _store_token(self, token):
        """Store a token as a digest, which nobody can send. :param token: False removes the stored one"""
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, token and _digest(token))

    @api.model
    def _exposition(self):
        """:return: (text, its content type, HTTP status)"""
        if not prometheus_client:
            text = "The Python package prometheus_client is not installed. Install it into Odoo's environment.\n"
            return text, "text/plain; charset=utf-8", 501
        registry = prometheus_client.CollectorRegistry(auto_describe=False)
        registry.register(_Collector(list(self._families())))
        return prometheus_client.generate_latest(registry), prometheus_client.CONTENT_TYPE_LATEST, 200

    @api.model
    def _families(self):
        facts = self.env["helpdesk.bridge.health"].sudo()._facts()
        yield self._health(facts)
        yield self._mails()
        yield from self._messages(facts)
        yield self._calls()
        yield from self._from_slack(facts)
        yield from self._sla()
        yield _gauge("mailboxes", "Confirmed support mailboxes.", facts.mailboxes)
        yield _gauge("mailboxes_failing", "Mailboxes whose latest check failed.", facts.mailboxes_failing)
        if facts.last_fetch is not None:
            yield _gauge("last_fetch_seconds", "Seconds since the latest successful mailbox check.", facts.last_fetch)
        yield _gauge(
            "crons_not_running",
            "Scheduled actions that are off, missing or late.",
            len(facts.crons_off) + len(facts.crons_late),
        )
        yield _gauge("slack_workspaces_paused", "Workspaces that wait for a token.", facts.workspaces_paused)
        yield _gauge("slack_channels_paused", "Channels that refuse the bot.", facts.channels_paused)
        yield _gauge("letters_failed", "Emails about tickets that have failed.", facts.letters_failed)
        yield _gauge("letters_retried", "Emails about tickets that are being retried.", facts.letters_retried)
        yield _gauge(
            "letters_oldest_waiting_seconds",
            "Age of the oldest unsent email, in seconds.",
            max(facts.letters_waiting, facts.letters_unreached),
        )

    @api.model
    def _health(self, facts):
        """The state of each part, as Health in the Settings shows it."""
        parts = GaugeMetricFamily("helpdesk_bridge_health", "0 OK, 1 needs attention, 2 stopped.", labels=["part"])
        for finding in health_checks.findings(facts):
            parts.add_metric([finding.part], finding.state)
        return parts

    @api.model
    def _mails(self):
        counts = self.env["helpdesk.inbound.mail"].sudo()._totals()[MAILS]
        # A gauge, because replaying a failed email changes its outcome.
        mails = GaugeMetricFamily("helpdesk_bridge_mails", "Inbound emails by outcome.", labels=["verdict"])
        for labels, count in sorted(counts.items()):
            mails.add_metric(labels, count)
        return mails

    @api.model
    def _messages(self, facts):
        unsent = GaugeMetricFamily(
            "helpdesk_bridge_outbox", "Messages in the Slack outbox, by state.", labels=["state"]
        )
        unsent.add_metric(["pending"], facts.waiting)
        unsent.add_metric(["failed"], facts.failed)
        yield unsent
        yield _gauge(
            "outbox_oldest_pending_seconds", "Age of the oldest message that is due, in seconds.", facts.oldest_unsent
        )
        # Not the outbox rows: they are deleted after a while and with their tickets, but a counter must never fall.
        calls = self.env["helpdesk.bridge.count"]._sums(CALLS)
        sent = sum(number for (_method, outcome, _bound), number in calls.items() if outcome in STORED)
        yield CounterMetricFamily("helpdesk_bridge_messages_sent", "Messages posted to Slack.", value=sent)

    @api.model
    def _from_slack(self, facts):
        left = GaugeMetricFamily(
            "helpdesk_bridge_slack_inbox", "Rows of the Slack inbox that are not over, by state.", labels=["state"]
        )
        left.add_metric(["pending"], facts.inbox_waiting)
        left.add_metric(["failed"], facts.inbox_failed)
        yield left
        yield _gauge(
            "slack_inbox_oldest_pending_seconds", "Age of the oldest row that is due, in seconds.", facts.inbox_oldest
        )
        speeds = GaugeMetricFamily(
            "helpdesk_bridge_slack_replies",
            "Workspaces by how soon a reply in Slack arrives: off, never, within a minute or a second.",
            labels=["arrive"],
        )
        found = [way.speed for way in facts.ways_back]
        for speed in Speed:
            speeds.add_metric([speed.word], found.count(speed))
        yield speeds
        sockets = GaugeMetricFamily(
            "helpdesk_bridge_slack_sockets",
            "Workspaces with an app-level token, by the socket's state.",
            labels=["state"],
        )
        states = [way.socket if way.is_listened else "not_listened" for way in facts.ways_back if way.has_app_token]
        for state in ("connected", "reconnecting", "refused", "deaf", "off", "not_listened"):
            sockets.add_metric([state], states.count(state))
        yield sockets
        heard = GaugeMetricFamily(
            "helpdesk_bridge_slack_last_heard_seconds", "Seconds since a socket last delivered anything.", labels=[]
        )
        ages = [way.heard for way in facts.ways_back if way.has_app_token and way.heard is not None]
        if ages:
            heard.add_metric([], max(ages))
        yield heard

    @api.model
    def _calls(self):
        counted = self.env["helpdesk.bridge.count"]
        calls = HistogramMetricFamily(
            "helpdesk_bridge_slack_call_seconds", "Calls to Slack by outcome.", labels=["method", "outcome"]
        )
        for method, outcome, buckets, seconds in call_histogram.histograms(
            counted._sums(CALLS), counted._sums(SECONDS)
        ):
            calls.add_metric([method, outcome], buckets, seconds)
        return calls

    @api.model
    def _sla(self):
        totals = self.env["helpdesk.sla.clock"].sudo()._totals()
        states = GaugeMetricFamily("helpdesk_bridge_sla_clocks", "SLA clocks by state.", labels=["metric", "state"])
        for labels, count in sorted(totals[CLOCKS].items()):
            states.add_metric(labels, count)
        yield states
        breaches = CounterMetricFamily("helpdesk_bridge_sla_breaches", "SLA breaches.", labels=["metric"])
        for labels, count in sorted(totals[BREACHES].items()):
            breaches.add_metric(labels, count)
        yield breaches


class _Collector:
    """Metric families that were read already, as a collector for prometheus_client."""

    def __init__(self, families):
        self._families = families

    def collect(self):
        return self._families


def _gauge(name, description, value):
    return GaugeMetricFamily(f"helpdesk_bridge_{name}", description, value=value)
