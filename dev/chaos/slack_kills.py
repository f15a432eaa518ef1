"""kill -9 of a server in the middle of its calls of Slack: a first message, a line and an edit, twice each, at once.

Dispatchers work side by side, one for each message. All of them are held at one moment of a message's life (by
`faulty_odoo`, or by the wire while Slack is asked), then the server dies under them. It is started again, the leases of
the dead are taken away (they would run out after 90 seconds), and what is queued goes out.
"""

import time
from functools import partial

from dev.acme import SUPPORT
from dev.chaos import slack_tally
from dev.chaos.slack_desk import Desk
from dev.chaos.stage import stage

#: In the order of a message's life: where a dispatcher is held (see `faults.SLACK_POINTS`), or what the wire does.
MOMENTS = {
    "before": "claimed",
    "during, not stored": {"mode": "hang"},
    "during, stored": {"mode": "slow", "delay": 60_000},
    "after, unrecorded": "answered",
    "after, uncommitted": "recorded",
}
KINDS = ("created", "noted", "edited")
CHANNELS = 6
#: Of each kind at each kill.
SIDE_BY_SIDE = CHANNELS // len(KINDS)
KILLS = 2


def play_all(source, slack, say):
    """Kill at every moment; returns a Tally."""
    started, kills = time.monotonic(), 0
    threads = f"--max-cron-threads={CHANNELS + 1}"
    with stage(source, "slack_kills", slack, [SUPPORT], args=[threads]) as play:
        desk = Desk(play, CHANNELS, dispatchers=CHANNELS)
        _open_all(desk)
        for moment in MOMENTS:
            for number in range(KILLS):
                _kill(desk, moment, number)
                kills += 1
            say(f"{moment}: {KILLS} kills, {CHANNELS} messages under way each time")
        held = slack_tally.Held(slack)
        founds = {key: held.compare(story) for key, story in desk.stories.items()}
        found = slack_tally.as_tally("slack_kills", play, founds.values(), kills, time.monotonic() - started)
    for line in _table(founds):
        say(line)
    return found


def _open_all(desk):
    """The tickets that have been told when a line or an edit of theirs is interrupted."""
    for moment in MOMENTS:
        for number in range(KILLS):
            desk.open({key: _title(key) for key in _keys(moment, number) if key[2] != "created"})
    desk.settle()


def _keys(moment, number):
    return [(moment, number, kind, place) for kind in KINDS for place in range(SIDE_BY_SIDE)]


def _title(key):
    """A title like no other, and the number of the channel: one for each message of a kill."""
    *_moment, kind, place = key
    return "{}, kill {}, {} {}.".format(*key), KINDS.index(kind) * SIDE_BY_SIDE + place


def _kill(desk, moment, number):
    """Interrupt one message of each kind, several times side by side."""
    play, keys = desk.play, _keys(moment, number)
    [server], under_way = play.servers, _hold(desk, moment, keys)
    for key in keys:
        if key[2] == "created":
            desk.open({key: _title(key)})
        else:
            desk.happen(key[2], desk.stories[key], f"{_title(key)[0]} again")
    desk.wait(f"{len(keys)} messages {moment}", lambda: under_way() == len(keys))
    server.odoo.kill()
    play.plan.let_go()
    desk.slack.heal()
    server.start()
    desk.bury()
    for key in keys:
        desk.happen("noted", desk.stories[key], "Did it arrive?")
    desk.settle(desk.hurry)


def _hold(desk, moment, keys):
    """Have messages held at a moment; returns a function that tells how many are."""
    how, plan = MOMENTS[moment], desk.play.plan
    if isinstance(how, str):
        plan.hold(how)
        return lambda: plan.held
    for key in keys:
        match = _title(key)[0] if key[2] == "created" else desk.stories[key].reference
        desk.slack.fault(**how, method="*", match=match)
    before = len(desk.slack.calls())
    return partial(_asked, desk.slack, before, how["mode"])


def _asked(slack, before, mode):
    """How many calls since then are in this trouble; a slow one has been stored before it is answered."""
    return sum(call.get("fault") == mode for call in slack.calls()[before:])


def _table(founds):
    """Moment by kind: messages held of those expected."""
    yield " ".join([f"{'':<19}", *(f"{kind:>8}" for kind in KINDS), "said twice", "missing", "out of order", "wrong"])
    for moment in MOMENTS:
        mine = {kind: [found for key, found in founds.items() if key[0] == moment and key[2] == kind] for kind in KINDS}
        sums = {kind: sum(some, slack_tally.Found()) for kind, some in mine.items()}
        total = sum(sums.values(), slack_tally.Found())
        cells = [f"{f'{one.held}/{one.expected}':>8}" for one in sums.values()]
        numbers = f"{total.twice:>10} {total.missing:>7} {total.disordered:>12} {total.wrong:>5}"
        yield " ".join([f"{moment:<19}", *cells, numbers])
