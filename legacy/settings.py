"""The settings of the former bridge as those of a team: Slack, prefix, operators, SLA, senders, mail servers."""

from odoo.tools import email_normalize

from ..models.sla.helpdesk_sla_policy import RESOLUTION_HOURS, START_HOURS
from ..tools.email import reference
from ..tools.inbound import mail_filters
from ..tools.slack import urls

KEYWORD = "X-HELPDESK"
NO_PREFIX = "TASK"
#: What the former bridge spoke at this port; TLS from the first byte at any other.
SUBMISSION = 587


def slack(env, team, config, report):
    """Workspace, channel and webhook."""
    if not config["slack.bot_token"] and not config["slack.webhook_url"]:
        return
    company = team.company_id or env.company
    if not company._slack_workspace():
        report.made("Slack workspace")
    workspace = company._ensure_slack_workspace()
    report.set("Slack workspace", workspace, {"bot_token": (config["slack.bot_token"], "bot token")})
    ref = urls.channel_id(config["slack.channel_id"])
    if not ref:
        report.attention("slack.channel_id holds no channel ID: choose the team's channel by hand")
        return
    channel = slack_channel(workspace, ref, report)
    report.set(f"Channel {channel.name}", channel, {"webhook_url": (config["slack.webhook_url"], "webhook")})
    report.set(f"Team {team.name}", team, {"slack_channel_id": (channel.id, f"Slack channel {channel.name}")})


def slack_channel(workspace, ref, report):
    """The channel with this ID; it learns its name when the connection is tested."""
    channels = workspace.env["helpdesk.slack.channel"].with_context(active_test=False)
    channel = channels.search([("workspace_id", "=", workspace.id), ("channel_ref", "=", ref)])
    if not channel:
        report.made(f"Channel {ref}")
        channel = channels.create({"name": ref, "channel_ref": ref, "workspace_id": workspace.id})
    return channel


def known_prefix(config):
    """The prefix of the tasks, or one by which they are at least known when everything is repeated."""
    word = config["app.ticket_prefix"].upper()
    return word if reference.is_prefix(word) else NO_PREFIX


def prefix(team, config, report):
    """New tickets are called as the tasks were, and so stay the old references known."""
    word = config["app.ticket_prefix"]
    if not reference.is_prefix(word):
        report.attention(
            f"app.ticket_prefix “{word}” cannot be a prefix here (1 to 10 letters, digits or dashes, a letter first): "
            f"new tickets have the prefix of the Settings, task 42 is [{NO_PREFIX}-#42], and old subjects are not known"
        )
        return
    if (team.ticket_prefix or "").upper() in ("", word.upper()):
        report.set(f"Team {team.name}", team, {"ticket_prefix": (word, f"prefix {word}")})
    elif word.upper() in (team.former_prefixes or "").upper().split():
        report.left(f"Team {team.name}: former prefix {word}")
    else:
        team.former_prefixes = reference.former_prefixes(team.former_prefixes, word, team.ticket_prefix)
        report.made(f"Team {team.name}: former prefix {word}, because it has another one")


def operators(env, team, config, report):
    """Whom new tickets were given to, the one with the fewest first: members of the team, and its way to assign."""
    for login in config["app.operators"]:
        user = agent(env, login)
        if not user:
            report.attention(f"app.operators: nobody logs in as {login}")
        elif user in team.user_ids:
            report.left(f"Team {team.name}: member {user.name}")
        else:
            team.user_ids += user
            report.made(f"Team {team.name}: member {user.name}")
        if user and not user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            report.attention(f"{user.name} may not use Helpdesk yet: give them the right in Settings → Users")
    if config["app.operators"]:
        how = {"bridge_assignment": ("least_loaded", "new tickets go to the member with the fewest")}
        report.set(f"Team {team.name}", team, how)


def agent(env, login):
    """The agent who logs in like this, or has this address; may be empty."""
    users = env["res.users"]
    found = users.search([("login", "=", login)])
    email = email_normalize(login or "")
    if not found and email:
        found = users.search([("partner_id.email_normalized", "=", email)])
    return found._bridge_agents()[:1]


def sla(env, team, config, report):
    """The hours of the default policy, unless they were changed."""
    policy = env["helpdesk.sla.policy"]._ensure_default(team.company_id or env.company)
    for name, key, untouched in (
        ("start_hours", "app.sla.start_time_hours", START_HOURS),
        ("resolution_hours", "app.sla.resolution_time_hours", RESOLUTION_HOURS),
    ):
        label = f"SLA policy {policy.name}: {policy._fields[name].string.lower()} {config[key]} hours"
        if policy[name] == config[key]:
            report.left(label)
        elif policy[name] == untouched:
            policy[name] = config[key]
            report.made(label)
        else:
            report.attention(f"{label}: in Odoo it is {policy[name]:g}; it stays")


def senders(env, team, config, report):
    """Senders whose email made no task, and those who got no automatic email."""
    company = team.company_id or env.company
    filters = env["helpdesk.mail.filter"]
    for key, action in (("app.excluded_emails", "ignore"), ("app.no_reply_emails", "silent")):
        for address in config[key]:
            pattern = mail_filters.clean(address)
            label = f"Mail filter {pattern}: {action}"
            if filters.with_context(active_test=False).search_count(
                [("pattern", "=", pattern), ("company_id", "in", [company.id, False])], limit=1
            ):
                report.left(label)
            elif mail_filters.matches_nothing(pattern):
                report.attention(f"{key}: “{address}” is no address")
            else:
                filters.create({"pattern": pattern, "action": action, "company_id": company.id})
                report.made(label)


def outgoing(env, config, report):
    """The outgoing mail server."""
    host, user = config["smtp.host"], config["smtp.username"]
    if not host:
        return
    label = f"Outgoing mail server {host}"
    servers = env["ir.mail_server"].with_context(active_test=False)
    wanted = {
        "smtp_port": config["smtp.port"],
        "smtp_user": user or False,
        "from_filter": email_normalize(config["smtp.from_email"]) or False,
    }
    there = servers.search([("smtp_host", "=", host), ("smtp_user", "in", [user, False])])
    if there:
        differs = min((_differences(server, wanted) for server in there), key=len)
        if differs:
            report.attention(f"{label} is there with {', '.join(differs)}; it stays")
        else:
            report.left(label)
        return
    servers.create(
        {
            **wanted,
            "name": host,
            "smtp_host": host,
            "smtp_encryption": "starttls" if config["smtp.port"] == SUBMISSION else "ssl",
            "smtp_pass": config["smtp.password"] or False,
        }
    )
    report.made(f"{label}, for mail from {config['smtp.from_email'] or 'any address'}")


def _differences(server, wanted):
    """What of an outgoing mail server is not as wanted, in words."""
    called = {"smtp_port": "port", "smtp_user": "login", "from_filter": "sender"}
    return [
        f"{called[name]} {server[name] or 'none'} instead of {value or 'none'}"
        for name, value in wanted.items()
        if (server[name] or False) != value
    ]
