"""Asks Slack what people and channels are called, while no transaction is open."""

from ...tools.slack import member_profile, retry_policy
from ...tools.slack.response import as_dict

#: People, and channels, of one message whose names are asked for: half of what Slack answers in a minute.
MAX_NAMES = 50


def ask_names(work, needs):
    """Ask for the names that are not known yet, until Slack refuses all. What it does not say is done without.

    :param work: the `Work` that keeps them
    :param needs: `message_html.Mentioned`
    """
    for one in needs.people:
        if one in work.names:
            continue
        answer = work.connection.call("users.info", user=one)
        if answer.ok:
            work.names[one] = member_profile.profile(answer.data.get("user"), work.team_ref).name
        elif retry_policy.is_about_all(answer):
            break
    for one in needs.channels:
        if one in work.channels:
            continue
        answer = work.connection.call("conversations.info", channel=one)
        name = as_dict(answer.data.get("channel")).get("name") if answer.ok else None
        if isinstance(name, str) and name:
            work.channels[one] = name[:100]
        elif retry_policy.judge(answer, 1).action is retry_policy.Action.HOLD:
            break  # a scope that lacks is about private or public channels alone
