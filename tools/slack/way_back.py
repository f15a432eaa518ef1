"""How what happens in Slack reaches Odoo: the facts about one workspace in, what works now out.

There are three ways: a socket, requests of Slack's (HTTP), and asking once a minute (catch-up). The first two bring
everything at once; the last one needs nothing but the bot's token, and knows no clicks.
"""

from dataclasses import dataclass
from enum import IntEnum

from .socket_state import CONNECTED, DEAF, GONE_AFTER, RECONNECTING, REFUSED

#: Seconds after which catch-up counts as late; it asks every minute.
CATCH_UP_LATE = 600


class Speed(IntEnum):
    """How soon a reply in Slack is in Odoo."""

    OFF = 0  #: nobody wants them
    NEVER = 1  #: they are wanted, and do not arrive
    MINUTE = 2
    SECOND = 3  #: and clicks arrive, too

    @property
    def word(self):
        return self.name.lower()


@dataclass(frozen=True)
class WayBack:
    """The facts about one workspace. Ages are in seconds; None: it never happened.

    :param is_wanted: whether a team or company takes replies
    :param has_token: whether there is a bot token that Slack accepts
    :param lost: what does not work for want of scopes, as `scopes.lost` says it
    :param has_app_token: whether there is an app-level token; `socket`: the state of the socket, as in `socket_state`;
        `listener_seen`: age of the listener's last sign of life; `heard`: of what it heard last
    :param has_secret: whether there is a signing secret; `is_verified`: whether Slack has verified the Request URL;
        `is_unheard`: whether it delivers nothing there any more
    :param caught_up: how long ago catch-up had asked for everything; `may_not_ask`: whether Slack refused it last time
    """

    is_wanted: bool = False
    has_token: bool = False
    lost: tuple = ()
    has_app_token: bool = False
    socket: str = "off"
    listener_seen: float | None = None
    heard: float | None = None
    has_secret: bool = False
    is_verified: bool = False
    is_unheard: bool = False
    caught_up: float | None = None
    may_not_ask: bool = False

    @property
    def lost_words(self):
        return {what for what, _scopes in self.lost}

    @property
    def is_listened(self):
        """Whether a listener looks after the workspace."""
        return self.listener_seen is not None and self.listener_seen <= GONE_AFTER

    @property
    def has_socket(self):
        return self.has_app_token and self.socket == CONNECTED and self.is_listened

    @property
    def has_http(self):
        """Whether clicks come by HTTP. With an app-level token the app is in Socket Mode, and they do not."""
        return self.has_secret and self.is_verified and not self.has_app_token

    @property
    def speed(self):
        if not self.is_wanted:
            return Speed.OFF
        if not self.has_token or "people" in self.lost_words:
            return Speed.NEVER
        if self.has_socket or (self.has_http and not self.is_unheard):
            return Speed.SECOND
        return Speed.NEVER if "history" in self.lost_words else Speed.MINUTE

    @property
    def trouble(self):
        """What is wrong with the way that somebody has set up, in a word; empty if nothing is.

        ``no_token``, ``people``, ``refused``, ``deaf``, ``not_listened``, ``reconnecting``, ``not_verified``,
        ``not_delivered``,
        ``history``, ``may_not_ask``, ``late``
        """
        if not self.is_wanted:
            return ""
        if not self.has_token:
            return "no_token"
        if "people" in self.lost_words:
            return "people"
        return self._trouble_of_listening() or self._trouble_of_asking()

    def _trouble_of_listening(self):
        if self.has_app_token:
            if self.socket in (REFUSED, DEAF) and self.is_listened:
                return self.socket
            if not self.is_listened:
                return "not_listened"
            return "" if self.socket == CONNECTED else RECONNECTING
        if self.has_secret and not self.is_verified:
            return "not_verified"
        return "not_delivered" if self.has_http and self.is_unheard else ""

    def _trouble_of_asking(self):
        if "history" in self.lost_words:
            return "history"
        if self.may_not_ask:
            return "may_not_ask"
        return "late" if self.is_late else ""

    @property
    def is_late(self):
        return self.caught_up is not None and self.caught_up > CATCH_UP_LATE


#: Troubles that pass by themselves, or are about something that is not finished.
MINOR = frozenset({RECONNECTING})


def is_broken(way):
    """Whether what is wanted does not arrive at all."""
    if way.speed is Speed.NEVER:
        # Without a token nothing is posted either: that is said elsewhere, and there are no threads.
        return way.has_token
    return way.speed is Speed.MINUTE and way.is_late


def needs_attention(way):
    """Whether something that was set up does not work as it should."""
    return way.speed is not Speed.OFF and way.has_token and way.trouble not in {"", *MINOR}
