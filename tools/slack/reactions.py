"""Which reactions mean something: https://docs.slack.dev/reference/events/reaction_added has them by name."""

TAKE, CLOSE, TICKET = "take", "close", "ticket"
MEANINGS = {
    "eyes": TAKE,
    "white_check_mark": CLOSE,
    "heavy_check_mark": CLOSE,
    "ballot_box_with_check": CLOSE,
    "ticket": TICKET,
}


def meaning(name):
    """What a reaction means here; empty for most. :param name: may have a skin tone, as ``eyes::skin-tone-2``"""
    return MEANINGS.get(name.partition("::")[0], "") if isinstance(name, str) else ""
