"""Since when a customer waits for an answer."""


def waiting_since(created, said):
    """Since when the customer of a ticket waits: since their first word after the team's last one.

    :param created: when the ticket was
    :param said: (moment, whether the team said it), the oldest first
    """
    since = created
    for moment, is_team in said:
        if is_team:
            since = None
        elif since is None:
            since = moment
    return since or max((moment for moment, _is_team in said), default=created)
