"""How a method of the Web API is declared."""

from dataclasses import dataclass

from ..errors import SlackError

METHODS = {}


@dataclass
class Method:
    """A method: its scope (a name, or one for each sort of conversation), its tier, whose tokens may call it."""

    function: object
    scope: object
    tier: int
    kinds: tuple

    def scope_for(self, space, arguments):
        """The scope that this call needs."""
        if not isinstance(self.scope, dict):
            return self.scope
        channel = space.channels.get(arguments.get("channel"))
        return self.scope.get(channel.type if channel else "channel")


HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


def method(name, scope=None, tier=3, kinds=("bot", "user")):
    """Register a function (slack, caller, arguments) → what the answer has beside `ok`."""

    def register(function):
        METHODS[name] = Method(function, scope, tier, kinds)
        return function

    return register


def true(value):
    """A flag, as JSON or as a form gives it."""
    return value in (True, 1, "1", "true", "True")


def whole(value, default, least=1, most=999):
    """A number within bounds."""
    try:
        return max(least, min(int(value or default), most))
    except (TypeError, ValueError):
        return default


def listed(value):
    """Names, in a list or with commas between."""
    return [one for one in (value.split(",") if isinstance(value, str) else value or ()) if one]


def member(space, caller, ref, by_name=False):
    """The channel of a call whose caller has to be in it."""
    channel = space.channel(ref, by_name)
    if caller.user not in channel.members:
        raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel
