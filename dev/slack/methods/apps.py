"""Who the caller is, and where the app may listen.

https://docs.slack.dev/reference/methods/auth.test, api.test, apps.connections.open, bots.info, team.info,
usergroups.list
"""

from ..errors import SlackError
from ..team import TEAM, TEAM_DOMAIN, TEAM_NAME
from .registry import method


@method("api.test", tier=4, kinds=("bot", "user", "app"))
def _api_test(slack, caller, arguments):
    if "error" in arguments:
        raise SlackError(arguments["error"], args=arguments)
    return {"args": arguments}


@method("auth.test", tier=0)
def _auth_test(slack, caller, arguments):
    """The workspace is at the double's own address, so that a link to a message leads to its page."""
    person, app = slack.space.person(caller.user), slack.space.app
    found = {"url": f"{slack.url}/", "team": TEAM_NAME, "user": person.name, "team_id": TEAM, "user_id": person.id}
    if caller.kind == "bot":
        found |= {"bot_id": app.bot_id, "app_id": app.app_id}
    return found | {"is_enterprise_install": False}


@method("auth.revoke", tier=3)
def _auth_revoke(slack, caller, arguments):
    if caller.kind == "bot":
        slack.revoke()
    return {"revoked": caller.kind == "bot"}


@method("apps.connections.open", scope="connections:write", tier=3, kinds=("app",))
def _connections_open(slack, caller, arguments):
    return {"url": slack.delivery.sockets.address(slack.port)}


@method("bots.info", scope="users:read")
def _bots_info(slack, caller, arguments):
    app = slack.space.app
    if arguments.get("bot") != app.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.app_id}
    return {"bot": {**bot, "user_id": app.bot_user, "icons": {}}}


@method("team.info", scope="team:read")
def _team_info(slack, caller, arguments):
    team = {"id": TEAM, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "url": f"https://{TEAM_DOMAIN}.slack.com/"}
    return {"team": {**team, "email_domain": "acme.example"}}


@method("usergroups.list", scope="usergroups:read", tier=2)
def _usergroups(slack, caller, arguments):
    return {"usergroups": []}
