"""The people and channels of the workspace Acme Support, in the shapes that Slack gives them.

https://docs.slack.dev/reference/objects/user-object, https://docs.slack.dev/reference/objects/conversation-object
"""

import time
from dataclasses import dataclass, field

TEAM, TEAM_NAME, TEAM_DOMAIN = "T0ACME001", "Acme Support", "acme-support"
#: A customer's workspace, whose people are in a channel that is shared with it (Slack Connect).
OTHER_TEAM = "T0GLOBEX1"
SLACKBOT = "USLACKBOT"
#: Flags that `Person` takes, all false for an ordinary member.
FLAGS = ("is_admin", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot", "unconfirmed")


@dataclass
class Person:
    """A user of Slack; `team_id` says whose."""

    id: str
    name: str
    real_name: str
    email: str
    team_id: str = TEAM
    locale: str = "en-US"
    tz: str = "Europe/Prague"
    is_admin: bool = False
    is_restricted: bool = False  # a guest in several channels
    is_ultra_restricted: bool = False  # a guest in one channel
    is_stranger: bool = False  # of another workspace, in a shared channel
    deleted: bool = False
    is_bot: bool = False
    unconfirmed: bool = False
    updated: int = field(default_factory=lambda: int(time.time()))

    @property
    def is_foreign(self):
        """Whether another workspace has them."""
        return self.team_id != TEAM

    def shape(self, with_email=True, with_locale=False):
        """As `users.info` shows them; the email address only to who has `users:read.email`."""
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": "" if self.is_bot else self.name,
            "display_name_normalized": "" if self.is_bot else self.name,
            "first_name": self.real_name.split(" ")[0],
            "last_name": self.real_name.partition(" ")[2],
            "title": "",
            "status_text": "",
            "status_emoji": "",
            "avatar_hash": self.id.lower(),
            "team": self.team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        shape = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if not self.deleted:
            shape |= {
                "is_admin": self.is_admin,
                "is_owner": False,
                "is_primary_owner": False,
                "is_restricted": self.is_restricted or self.is_ultra_restricted,
                "is_ultra_restricted": self.is_ultra_restricted,
                "is_email_confirmed": not self.unconfirmed,
            }
        if self.is_foreign:
            shape["is_stranger"] = self.is_stranger
        return shape | ({"locale": self.locale} if with_locale else {})


@dataclass
class Channel:
    """A conversation, with what is in it."""

    id: str
    name: str
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    members: set = field(default_factory=set)
    created: int = field(default_factory=lambda: int(time.time()))
    messages: dict = field(default_factory=dict)  # ts → message, oldest first
    threads: dict = field(default_factory=dict)  # the parent's ts → the ts of its replies, oldest first

    @property
    def type(self):
        """What events call it."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def shape(self, user=None):
        """As `conversations.info` shows it to a user."""
        shape = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_org_shared": False,
            "is_ext_shared": self.is_ext_shared,
            "is_shared": self.is_ext_shared,
            "context_team_id": TEAM,
        }
        if self.is_im:
            return shape | {"user": next((one for one in sorted(self.members) if one != user), user)}
        return shape | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_private": self.is_private,
            "is_mpim": False,
            "is_general": False,
            "is_member": user in self.members,
            "num_members": len(self.members),
            "creator": "U0FOUNDER",
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
