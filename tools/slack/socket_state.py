"""What is known of a workspace's socket: how several listeners agree on it, and when it counts as deaf.

Pure: no clock, no database; the caller passes the time, naive UTC by PostgreSQL's clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .response import NOT_REACHED

OFF, CONNECTED, RECONNECTING = "off", "connected", "reconnecting"
REFUSED, DEAF = "refused", "deaf"

#: Seconds after which a listener says again that it is there, and after which a silent one counts as gone.
SEEN_EVERY, GONE_AFTER = 60, 180
#: Seconds between two notes of when Slack was last heard.
HEARD_EVERY = 60
#: Seconds within which what we post has to come back.
ECHO_WITHIN = 60
#: Seconds between two renewals of a deaf socket: at least, and at most. In between, as long as it has been deaf.
RENEW_LEAST, RENEW_MOST = 60, 3600

#: Reasons with which Slack ends a connection: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect
WARNING, REFRESH = "warning", "refresh_requested"
DISABLED, TOO_MANY = "link_disabled", "too_many_websockets"
#: After these a new connection is opened before the old one is closed.
RENEWS = frozenset({WARNING, REFRESH})
#: What only a person can mend.
DEAD_TOKEN = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission"),
        *("not_allowed_token_type", "missing_scope", "access_denied", "team_access_not_granted", "forbidden_team"),
        *("org_login_required", "app_access_restricted", "socket_mode_disabled", "bad_address", DISABLED),
    }
)


@dataclass(frozen=True)
class Stored:
    """What the database knows of a socket."""

    state: str = OFF
    error: str = ""
    owner: str = ""
    since: datetime | None = None
    seen_at: datetime | None = None
    heard_at: datetime | None = None


@dataclass(frozen=True)
class Report:
    """What one listener says of its own socket.

    :param error: in words, why it is not connected
    :param heard_at: when it last heard anything from Slack
    """

    owner: str
    state: str
    error: str = ""
    heard_at: datetime | None = None


def state_after(code):
    """The state of a socket that could not be opened, or was ended, for this reason."""
    return REFUSED if code in DEAD_TOKEN or code == TOO_MANY else RECONNECTING


def is_slow(code):
    """Whether the next attempt should be a long time away: nothing changes by itself, or we are one too many."""
    return state_after(code) == REFUSED


def is_outage(code):
    """Whether Slack, or the way to it, does not work."""
    return code in NOT_REACHED


def merged(stored, report, now):
    """What to write after a report; empty for nothing. Of several listeners, one that is connected speaks.

    :return: a dict of `Stored`'s names
    """
    values, is_others = {}, _is_anothers(stored, report.owner, now)
    if report.heard_at and _is_older(stored.heard_at, report.heard_at, HEARD_EVERY):
        values["heard_at"] = report.heard_at
    if report.state != CONNECTED and is_others:
        return values
    state = _state(stored, report)
    if state != stored.state or (state != DEAF and report.error != stored.error):
        values |= {"state": state, "error": report.error, "owner": report.owner, "seen_at": now}
        if state != stored.state:
            values["since"] = now
    elif not is_others and (report.owner != stored.owner or _is_older(stored.seen_at, now, SEEN_EVERY)):
        values |= {"owner": report.owner, "seen_at": now}
    return values


def _state(stored, report):
    if stored.state != DEAF or report.state in (OFF, REFUSED):
        return report.state
    # Only what comes in proves that it hears again.
    proved = report.state == CONNECTED and report.heard_at and stored.since and report.heard_at > stored.since
    return CONNECTED if proved else DEAF


def _is_anothers(stored, owner, now):
    """Whether another listener, which is still there, has said what is stored."""
    return bool(stored.owner) and stored.owner != owner and not _is_older(stored.seen_at, now, GONE_AFTER)


def _is_older(moment, than, seconds):
    return not moment or than - moment >= timedelta(seconds=seconds)


def is_gone(stored, now):
    """Whether no listener looks after a socket any more that one has spoken of."""
    return stored.state != OFF and _is_older(stored.seen_at, now, GONE_AFTER)


def may_renew(deaf_since, renewed_at, now):
    """Whether a deaf socket may be opened again now: less and less often, as long as that does not help."""
    if not renewed_at:
        return True
    deaf_for = (now - deaf_since).total_seconds() if deaf_since else 0
    return (now - renewed_at).total_seconds() >= min(max(RENEW_LEAST, deaf_for), RENEW_MOST)


def expected_since(state, since, renewed_at):
    """The moment from which on everything that we post has to come back; None while nothing has to."""
    if state not in (CONNECTED, DEAF) or not since:
        return None
    return max(since, renewed_at) if renewed_at else since
