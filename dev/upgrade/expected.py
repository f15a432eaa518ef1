"""What an upgrade from the first release changes on purpose, with the reason."""

import hashlib
import json

#: Columns with another name: (table, former name) -> name of today.
NEW_NAMES = {
    ("fetchmail_server", "address"): "helpdesk_address",
    ("fetchmail_server", "address_name"): "helpdesk_address_name",
    ("fetchmail_server", "authserv_id"): "helpdesk_authserv_id",
    ("helpdesk_slack_rule", "told"): "posted",
    ("helpdesk_slack_rule", "called"): "mentions",
}
#: Columns that say nothing about people's data.
IGNORED = frozenset({"write_date", "write_uid"})
#: Keys of the messages that wait for Slack.
PAYLOAD = {"quiet": "silent", "call": "mention", "call_user": "mention_user", "rootless": "waited_for_root"}


def _renamed(row, was, now):
    return now == {PAYLOAD.get(name, name): value for name, value in json.loads(json.dumps(was or {})).items()}


def _paused(row, was, now):
    return (was, now) in (("on_track", "paused"), ("at_risk", "paused"))


def _warned(row, was, now):
    return row["event"] in ("sla_start_warned", "sla_resolution_warned") and row["told"] and now is True


def _hashed(row, was, now):
    return row["key"] == "helpdesk_bridge.watch_token" and now == hashlib.sha256(was.encode()).hexdigest()


def _followed(row, was, now):
    return row["code"] == "model._cron_after_mail()"


def _named(row, was, now):
    return any(word in json.dumps(was) for word in ("check promises", "write letters"))


#: (table, column) -> whether this change of a value is on purpose, by the former row and both values.
CHANGED = {
    ("helpdesk_slack_outbox", "payload"): _renamed,  # the keys have other names
    ("helpdesk_ticket", "sla_status"): _paused,  # a ticket that waits says so
    ("helpdesk_slack_rule", "called"): _warned,  # a warning reaches somebody
    ("helpdesk_slack_rule", "sequence"): lambda *_row: True,  # new events stand among the others
    ("ir_config_parameter", "value"): _hashed,  # a token is stored as a digest
    ("ir_act_server", "model_id"): _followed,  # the cron's method has another name
    ("ir_act_server", "code"): _followed,
    ("ir_act_server", "name"): _named,  # scheduled actions have the names of today
    ("ir_cron", "cron_name"): _named,
}


def is_expected(table, column, row, now):
    """Whether the change of a value is on purpose. :param now: the value afterwards"""
    check = CHANGED.get((table, column))
    return bool(check) and check(row, row[column], now)
