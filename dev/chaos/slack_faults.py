"""Every way in which Slack refuses or loses a message, times every kind of message that a thread can carry.

A round is one fault. Each of its tickets suffers it with one kind of message, and each has something to say behind
that. Then it is mended, see `slack_mending`. Odoo listens to Slack for a second instead of ten.
"""

import time

from dev.acme import SUPPORT
from dev.chaos import slack_tally
from dev.chaos.slack_desk import SLA_EVENTS, Desk
from dev.chaos.slack_mending import FAULTS, RETRY_AFTER, TIMEOUT
from dev.chaos.stage import stage

POST, EDIT = "chat.postMessage", "chat.update"
LINES = ("assigned", "customer_replied", "agent_replied", "noted", "closed", "reopened", *SLA_EVENTS)
KINDS = ("created", *LINES, "edited")
HARMED = 5
#: The channel that nothing happens to; what is said there may take so long while the others are in trouble.
CALM, PROMPT = HARMED, 2
#: Seconds after a 429 in which others may still arrive that were under way.
UNDER_WAY = 0.3
#: Several, as each waits in its run for a failure to pass that `Desk.hurry` lets pass at once.
DISPATCHERS = 8


def play_all(source, slack, say):
    """Every fault; returns a Tally."""
    started, seconds = time.monotonic(), {}
    threads = f"--max-cron-threads={DISPATCHERS + 1}"
    with stage(source, "slack_faults", slack, [SUPPORT], args=[threads], slack_timeout=TIMEOUT) as play:
        desk, complaints = Desk(play, HARMED + 1, DISPATCHERS), []
        _open_all(desk)
        for name in FAULTS:
            began = time.monotonic()
            complaints += [f"{name}: {words}" for words in _round(desk, name, say)]
            seconds[name] = time.monotonic() - began
            say(f"{name}: {seconds[name]:.1f} s")
        held = slack_tally.Held(slack)
        founds = {key: held.compare(story) for key, story in desk.stories.items()}
        found = slack_tally.as_tally("slack_faults", play, founds.values(), 0, time.monotonic() - started)
    for line in _table(founds, seconds):
        say(line)
    found.complaints += complaints
    return found


def _open_all(desk):
    """The tickets that exist before anything goes wrong: their first messages have arrived."""
    for closed in (False, True):
        kinds = [kind for kind in KINDS if kind != "created" and closed == (kind == "reopened")]
        desk.open({(name, kind): _title(name, kind) for name in FAULTS for kind in kinds}, closed)
    desk.open({(name, "beside"): (f"{name} beside it", CALM) for name in FAULTS if FAULTS[name].is_local})
    desk.settle()


def _title(name, kind):
    return f"{name} {kind}.", KINDS.index(kind) % HARMED


def _round(desk, name, say):
    """Let one fault happen to every kind of message, mend it, wait for quiet; returns complaints."""
    fault, complaints = FAULTS[name], []
    asked = len(desk.slack.calls())
    _arm(desk, name, fault)
    _happen(desk, name)
    if fault.is_local:
        complaints += _beside(desk, name)
    if fault.wire["mode"] == "refuse":
        desk.wait("an attempt for each message", lambda: _refused(desk, name) == len(KINDS))
        desk.slack.heal()
    desk.settle(lambda: fault.mend(desk), say=say)
    left = desk.slack.armed()
    desk.slack.heal()
    if left:
        complaints.append(f"{len(left)} of {len(KINDS)} faults did not happen")
    return complaints + _too_early(desk.slack.calls()[asked:])


def _arm(desk, name, fault):
    """Tell the wire whose next message is harmed."""
    if fault.wire["mode"] == "refuse":
        desk.slack.fault("refuse", seconds=-1)
        return
    for kind in KINDS:
        told = {**(kind == "edited" and fault.edit or fault.wire), "method": EDIT if kind == "edited" else POST}
        match = _title(name, kind)[0] if kind == "created" else desk.stories[name, kind].reference
        desk.slack.fault(**told, match=match)


def _happen(desk, name):
    """One message of each kind, and one behind it."""
    for kind in KINDS:
        if kind == "created":
            desk.open({(name, kind): _title(name, kind)})
        else:
            desk.happen(kind, desk.stories[name, kind], f"{name} {kind} again" if kind == "edited" else "It burns.")
        if FAULTS[name].plain:
            story = desk.stories[name, kind]
            story.plain.add(story.lines[-1] if story.lines else story.title)
    noticed = "SELECT count(*) FROM helpdesk_sla_clock_line WHERE kind IN ('warned', 'breached') AND clock_id IN "
    mine = ", ".join(str(desk.stories[name, kind].ticket) for kind in SLA_EVENTS)
    noticed += f"(SELECT id FROM helpdesk_sla_clock WHERE ticket_id IN ({mine}))"
    desk.wait("the SLA targets that are due", lambda: desk.play.ask(noticed) == [[len(SLA_EVENTS)]])
    for kind in KINDS:
        desk.happen("noted", desk.stories[name, kind], "And then?")


def _beside(desk, name):
    """A channel in trouble holds up no other; returns complaints."""
    story = desk.stories[name, "beside"]
    desk.happen("noted", story, "All is well here.")
    said, sent = time.monotonic(), f"SELECT state FROM helpdesk_slack_outbox WHERE ticket_id = {story.ticket}"
    desk.wait("what is said in another channel", lambda: {state for [state] in desk.play.ask(sent)} == {"sent"})
    seconds = time.monotonic() - said
    return [f"another channel waited for {seconds:.1f} s"] if seconds > PROMPT else []


def _refused(desk, name):
    """For how many of the tickets Slack was called in vain; the next may try."""
    desk.hurry()
    tickets = ", ".join(str(desk.stories[name, kind].ticket) for kind in KINDS)
    [[number]] = desk.play.ask(
        f"SELECT count(DISTINCT ticket_id) FROM helpdesk_slack_outbox WHERE state = 'pending' AND attempts > 0 "
        f"AND ticket_id IN ({tickets}) AND (kind <> 'update' OR ticket_id = {desk.stories[name, 'edited'].ticket})"
    )
    return number


def _too_early(calls):
    """What was sent although Slack had asked to wait: to this channel, or edits at all."""
    early = 0
    for refusal in (call for call in calls if call.get("status") == 429):
        until = refusal["at"] + RETRY_AFTER
        scope = "method" if refusal["method"] == EDIT else "channel"
        after = (call for call in calls if call["method"] == refusal["method"] and call[scope] == refusal[scope])
        early += any(refusal["at"] + UNDER_WAY < call["at"] < until for call in after)
    return [f"{early} of the waits that Slack asked for were cut short"] if early else []


def _table(founds, seconds):
    """Fault by kind: messages held of those expected, and what is wrong."""
    shorts = (
        "root",
        "taken",
        "custom",
        "agent",
        "noted",
        "closed",
        "reopen",
        "s.warn",
        "s.late",
        "r.warn",
        "r.late",
        "edit",
    )
    titles = ("said twice", "missing", "out of order", "wrong", "seconds")
    yield " ".join([f"{'':<17}", *(f"{short:>6}" for short in shorts), *titles])
    for name in FAULTS:
        mine = {kind: founds[name, kind] for kind in KINDS}
        total = sum((found for key, found in founds.items() if key[0] == name), slack_tally.Found())
        cells = (f"{found.held}/{found.expected}" for found in mine.values())
        figures = (total.twice, total.missing, total.disordered, total.wrong, round(seconds[name]))
        numbers = (f"{figure:>{len(title)}}" for figure, title in zip(figures, titles, strict=True))
        yield " ".join([f"{name:<17}", *(f"{cell:>6}" for cell in cells), *numbers])
