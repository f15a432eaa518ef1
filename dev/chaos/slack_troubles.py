"""What people do in Slack while Slack is in trouble: late triggers, errors, limits, silence, a day without Slack.

Nothing is lost: they are told what to do, it works when they do it, and in the end the card shows how things are.
"""

import time
from collections import Counter

from dev.acme import CHANNEL
from dev.chaos import answer_desk, answer_tally
from dev.chaos.slack_clicks import listen
from dev.chaos.slack_mending import TIMEOUT

#: What happens to the call that opens a form, and that fills it. The person is told to click again, or sees the form.
OPENING = {
    "the trigger has expired": None,
    "views.open: 429": {"mode": "429", "retry_after": 1, "method": "views.open"},
    "views.open: HTTP 500": {"mode": "500", "method": "views.open"},
    "views.open: no answer": {"mode": "hang", "method": "views.open"},
    "views.open: answer dropped": {"mode": "drop_after", "method": "views.open"},
    "views.update: 429": {"mode": "429", "retry_after": 1, "method": "views.update"},
    "views.update: HTTP 500": {"mode": "500", "method": "views.update", "n": 2},
    "views.update: refused": {"mode": "error", "error": "internal_error", "method": "views.update", "n": -1},
}
#: What happens to the edit of a card.
EDITING = {
    "chat.update: 429": {"mode": "429", "retry_after": 2},
    "chat.update: HTTP 500": {"mode": "500", "n": 2},
    "chat.update: no answer": {"mode": "hang"},
    "chat.update: answer dropped": {"mode": "drop_after"},
}
#: What happens to what is said to a person alone.
SAYING = {"an answer: HTTP 500": {"mode": "500"}, "an answer: 429": {"mode": "429", "retry_after": 1}}
AGAIN = "click again"
HELD = "SELECT coalesce(max(id), 0) AS id FROM helpdesk_ticket_reply WHERE ticket_id = {}"
#: Nobody but this scenario lets the inbox go on.
HOLD = "UPDATE helpdesk_slack_workspace SET inbound_hold_until = now() AT TIME ZONE 'UTC' + interval '{}'"


def play(source, slack, say):
    """Let everything happen, one after the other; returns a Tally."""
    with answer_desk.desk(source, "slack_troubles", slack, slack_timeout=TIMEOUT) as desk:
        listen(desk)
        tickets, found, complaints = desk.open(len(OPENING) + len(EDITING) + len(SAYING) + 2), Counter(), []
        cards = desk.cards(tickets)
        desk.wait("the buttons", lambda: desk.all_show(cards.values(), "Take"))
        desk.settle(say)
        todo = iter(tickets)
        steps = [(name, _open_form, wire) for name, wire in OPENING.items()]
        steps += [(name, _edit_card, wire) for name, wire in EDITING.items()]
        steps += [(name, _say_something, wire) for name, wire in SAYING.items()]
        steps += [("Slack is away before the answer is held", _go_away, False)]
        steps += [("Slack is away while the answer is held", _go_away, True)]
        for name, step, wire in steps:
            ticket, began = next(todo), time.monotonic()
            wrong = +step(desk, ticket, cards[ticket], wire)
            slack.heal()
            found += wrong
            if wrong:
                complaints.append(f"{name}: {dict(wrong)}")
            say(f"{name}: {time.monotonic() - began:.1f} s{', ' + str(dict(wrong)) if wrong else ''}")
        desk.settle(say)
        tally = answer_tally.count(desk, "slack_troubles")
    for name, number in found.items():
        tally.figures[name] += number
    tally.complaints += complaints
    return tally


def _seen(look, patience=30):
    """Whether something is seen in time. What is never seen is a fault to count, not an end of the scenario."""
    deadline = time.monotonic() + patience
    while not (seen := look()):
        if time.monotonic() > deadline:
            return seen
        time.sleep(0.1)
    return seen


def _open_form(desk, ticket, card, wire):
    """*Reply to customer* is clicked in the trouble, and once more after it; what is written then is sent."""
    anna, found = desk.slack.person("anna"), Counter()
    anna.close(everything=True)
    told = len(anna.told())
    if wire:
        desk.slack.fault(**{"n": 1, **wire})
    else:
        desk.slack.app(trigger_life=0)
    desk.click("anna", "reply", card)

    def is_shown():
        return _form(anna, ticket)

    def is_told():
        return any(AGAIN in one["text"] for one in anna.told()[told:])

    found["untold"] = not _seen(lambda: is_shown() or is_told())
    desk.slack.heal()
    desk.slack.app(trigger_life=3)
    if not is_shown():
        anna.close(everything=True)
        desk.click("anna", "reply", card)
        found["lost"] = not _seen(is_shown)
    if not found["lost"]:
        found["lost"] = not _submit(desk, anna, ticket)
    return found


def _form(person, ticket):
    """Whether the person sees the form of this ticket."""
    view = person.modal()
    return bool(
        view and view.get("callback_id") == "helpdesk_reply" and f'"ticket":{ticket}' in view["private_metadata"]
    )


def _submit(desk, person, ticket):
    """The person writes an answer and sends it off; returns whether it came to be held."""
    number = desk._next()
    if not person.submit(text=answer_tally.WORDS.format(number)).get("ok"):
        return False
    if not _seen(lambda: desk.play.ask(HELD.format(ticket)) != [[0]]):
        return False
    desk.remember(number, ticket)
    return True


def _edit_card(desk, ticket, card, wire):
    """*Take* is clicked, and Slack does not take the edit of the card at once."""
    desk.slack.fault(**{"n": 1, **wire}, method="chat.update", match=f"ML-#{ticket}]")
    desk.click("ben", "take", card)
    shown = _seen(lambda: desk.hurry() or "Hand over" in desk.buttons()[card])
    [[logged]] = desk.play.ask(
        f"SELECT count(*) FROM mail_message WHERE res_id = {ticket} AND body LIKE '%Taken via Slack%'"
    )
    left = desk.slack.armed()
    return Counter(lost=int(not logged), doubled=max(logged - 1, 0), wrong=int(not shown) + len(left))


def _say_something(desk, ticket, card, wire):
    """Who comes second is told, although Slack refuses at first."""
    ben = desk.slack.person("ben")
    button = desk.button(f"take:{ticket}")
    desk.click("anna", f"take:{ticket}", button)
    _seen(lambda: "Hand over" in desk.buttons()[card])
    desk.slack.fault(**{"n": 1, **wire}, method="response_url")
    desk.click("ben", f"take:{ticket}", button)
    told = _seen(lambda: any(f"[ML-#{ticket}]" in one["text"] for one in ben.told()))
    return Counter(untold=int(not told), wrong=len(desk.slack.armed()))


def _go_away(desk, ticket, card, is_held):
    """Slack goes away between the submission and the hold, or while it is held, and comes back later."""
    ben, found = desk.slack.person("ben"), Counter()
    ben.close(everything=True)
    desk.click("ben", "reply", card)
    if not _seen(lambda: _form(ben, ticket)):
        return Counter(lost=1)
    if not is_held:
        desk.play.sql(HOLD.format("1 hour"))
    number = desk._next()
    if not ben.submit(text=answer_tally.WORDS.format(number)).get("ok"):
        return Counter(lost=1)
    if is_held and not _seen(lambda: desk.play.ask(HELD.format(ticket)) != [[0]]):
        return Counter(lost=1)
    desk.slack.fault("refuse", seconds=-1)
    desk.play.sql(HOLD.format("0 s"))
    desk.wake()
    time.sleep(3)
    desk.slack.heal()
    if not _seen(lambda: desk.hurry() or desk.play.ask(HELD.format(ticket)) != [[0]]):
        return Counter(lost=1)
    answer = desk.remember(number, ticket)
    _seen(lambda: desk.hurry() or desk.state(answer) == "sent")
    thread = lambda: " ".join(one["text"] for one in desk.slack.messages(CHANNEL, thread_ts=card))  # noqa: E731
    found["wrong"] = not _seen(lambda: desk.hurry() or f"replied: {answer_tally.WORDS.format(number)}" in thread())
    return found
