"""Whom the workspace begins with: every sort of person that Slack knows, and the channels."""

from .team import OTHER_TEAM

#: The agents, who have the tokens `xoxp-anna` and so on and are in every channel.
AGENTS = ("anna", "ben", "carla")
#: Everybody else, by name, with what makes them different. `mallory` has the address of a colleague.
OTHERS = {
    "gina": {"real_name": "Gina Guest", "email": "gina@partner.example", "is_restricted": True},
    "uma": {"real_name": "Uma Onechannel", "email": "uma@partner.example", "is_ultra_restricted": True},
    "mallory": {
        "real_name": "Mallory Globex",
        "email": "anna@acme.example",
        "team_id": OTHER_TEAM,
        "is_stranger": True,
    },
    "dora": {"real_name": "Dora Departed", "email": "dora@acme.example", "deleted": True},
    "otto": {"real_name": "Otto Unconfirmed", "email": "otto@acme.example", "unconfirmed": True},
    "zapbot": {"real_name": "Zap", "email": "", "is_bot": True},
}
#: name → (private, the bot is in it, shared with another workspace)
CHANNELS = {
    "support": (False, True, True),
    "support-eu": (False, True, False),
    "escalations": (True, True, False),
    "managers": (True, False, False),  # the bot is not in this one: Slack does not even say that it exists
    "random": (False, False, False),  # nor in this one, which everybody may see
}


def people():
    """What `Workspace.add_person` takes, one after the other."""
    for name in AGENTS:
        yield {"name": name, "real_name": f"{name.title()} Agent", "email": f"{name}@acme.example"}
    for name, more in OTHERS.items():
        yield {"name": name, **more}
