"""Marks what a person has said in a ticket's thread: the thread is not told what it has just said."""

from typing import NamedTuple

#: In the context: a `SpokenIn`. A context that came over RPC cannot hold an instance.
SPOKEN_IN = "helpdesk_bridge_spoken_in"


class SpokenIn(NamedTuple):
    """:param channel_id: id of the channel in which it was said"""

    channel_id: int


def is_spoken_in(env, channel):
    """Whether what happens here was said in the thread of this channel."""
    spoken = env.context.get(SPOKEN_IN)
    return isinstance(spoken, SpokenIn) and spoken.channel_id == channel.id
