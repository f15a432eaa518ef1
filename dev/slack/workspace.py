"""What the workspace holds: people, channels, files and views, found by id or by name."""

import itertools
import secrets

from . import seed
from .app import App
from .clock import Clock
from .errors import SlackError
from .team import SLACKBOT, Channel, Person


class Workspace:
    """The whole state of the double; a reset makes a new one."""

    def __init__(self):
        self.app, self.clock = App(), Clock()
        self.people, self.channels = {}, {}
        self.files, self.views, self.homes, self.modals = {}, {}, {}, {}
        self.ephemeral = []
        #: Ids differ from one workspace to the next: what belongs to the last one is not found in this one.
        self._serial, self._count = secrets.token_hex(2).upper(), itertools.count(1)
        self._seed()

    def _seed(self):
        bot = Person(self.app.bot_user, "helpdesk", self.app.name, "", is_bot=True)
        slackbot = Person(SLACKBOT, "slackbot", "Slackbot", "", is_bot=False)
        self.people = {bot.id: bot, slackbot.id: slackbot}
        for person in seed.people():
            self.add_person(**person)
        agents = {self.person(name).id for name in seed.AGENTS}
        others = {self.person(name).id for name in seed.OTHERS}
        for name, (private, with_bot, shared) in seed.CHANNELS.items():
            channel = self.add_channel(name, private, with_bot)
            channel.is_ext_shared = shared
            channel.members |= agents | (others if shared else set())

    def new_id(self, letter):
        """An id of Slack's form that nothing else has."""
        return f"{letter}0{self._serial}{next(self._count):05d}"

    def add_person(self, name, real_name=None, email=None, **more):
        """One more person."""
        person = Person(self.new_id("U"), name, real_name or name.title(), email or "", **more)
        self.people[person.id] = person
        return person

    def add_channel(self, name, private=False, with_bot=True, creator=None):
        """One more channel, with the agents in it."""
        if any(channel.name == name for channel in self.channels.values()):
            raise SlackError("name_taken")
        channel = Channel(self.new_id("C"), name, is_private=private)
        channel.members = {self.person(agent).id for agent in seed.AGENTS}
        channel.members |= ({self.app.bot_user} if with_bot else set()) | ({creator} if creator else set())
        self.channels[channel.id] = channel
        return channel

    def person(self, who):
        """The person of an id or a name; SlackError when there is none."""
        found = self.people.get(who) or next((one for one in self.people.values() if one.name == who), None)
        if not found:
            raise SlackError("user_not_found")
        return found

    def channel(self, ref, by_name=True):
        """The channel of an id or, where Slack takes one, of a name."""
        found = self.channels.get(ref)
        if not found and by_name:
            name = str(ref or "").removeprefix("#")
            found = next((one for one in self.channels.values() if one.name == name and not one.is_im), None)
        if not found:
            raise SlackError("channel_not_found")
        return found

    def direct(self, one, other):
        """The direct conversation of two people; it is opened when there is none."""
        both = {one, other}
        for channel in self.channels.values():
            if channel.is_im and channel.members == both:
                return channel
        channel = Channel(self.new_id("D"), "", is_private=True, is_im=True, members=both)
        self.channels[channel.id] = channel
        return channel
