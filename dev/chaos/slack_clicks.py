"""People click the same button at once, and twice; each click comes by socket and by HTTP, on two servers.

What they want is done once. Who was second is told how things are, and the card shows it.
"""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from dev.acme import CHANNEL
from dev.chaos import answer_desk, answer_tally
from dev.chaos.slack_inbound import Ear
from dev.slack_replies import Replies

#: Tickets that are fought over in each way.
TICKETS = 8
PEOPLE = ("anna", "ben")
NAMES = {"anna": "Anna Agent", "ben": "Ben Agent"}
#: What is clicked, what the chatter says of it once, what others are told, and the buttons of the card afterwards.
CLICKS = {
    "take": ("Taken via Slack", "has [ML-#{}]|have [ML-#{}] already", ["Reply to customer", "Hand over", "Close"]),
    "close": ("Closed via Slack", "[ML-#{}] is closed already", ["Reply to customer", "Reopen"]),
    "reopen": ("Reopened via Slack", "[ML-#{}] is open already", ["Reply to customer", "Hand over", "Close"]),
}
LOGGED = """
SELECT res_id AS ticket, count(*) FROM mail_message
 WHERE model = 'helpdesk.ticket' AND body LIKE '%{words}%' GROUP BY res_id
"""


def play(source, slack, say, count=TICKETS):
    """Click, count; returns a Tally."""
    with answer_desk.desk(source, "slack_clicks", slack) as desk:
        ear = Ear(f"chaos-listener-{desk.play.database}", desk.play.database)
        try:
            return _play(desk, ear, count, say)
        finally:
            ear.stop()


def _play(desk, ear, count, say):
    listen(desk, ear)
    desk.slack.fault("twice", method="interaction", n=-1)
    tickets, complaints, faults = desk.open(count), [], Counter()
    cards = desk.cards(tickets)
    for name in CLICKS:
        desk.wait(f"cards to {name}", lambda name=name: desk.all_show(cards.values(), name.title()))
        clicks = []
        for ticket in tickets:
            button = desk.button(f"{name}:{ticket}")
            clicks += [(person, f"helpdesk_{name}:{ticket}", button) for person in (*PEOPLE, *PEOPLE)]
        told = _told(desk)
        _click_all(desk, clicks)
        desk.settle(say)
        faults += _compare(desk, name, cards, told, complaints)
        say(f"{name}: {len(clicks)} clicks")
    faults += _fight_over_answers(desk, tickets, cards, complaints, say)
    found = answer_tally.count(desk, "slack_clicks")
    rows = desk.play.ask("SELECT kind, state, count(*) FROM helpdesk_slack_inbound GROUP BY kind, state")
    say(", ".join(f"{number} {kind} {state}" for kind, state, number in rows))
    for name, number in faults.items():
        found.figures[name] += number
    found.complaints += complaints
    return found


def listen(desk, ear=None):
    """Slack tells by HTTP, and by socket if there is an ear for it."""
    play, odoo = desk.play, desk.play.servers[0].odoo
    replies = Replies(odoo, desk.slack, play.database, desk.workspace, desk.team)
    replies.hear(socket=bool(ear), http=odoo.url)
    if ear:
        ear.start()
        replies.wait_for_state("connected")
    there = "SELECT count(*) FROM helpdesk_slack_workspace WHERE has_buttons"
    desk.wait("the buttons, switched on", lambda: play.ask(there) == [[1]])


def _click_all(desk, clicks):
    """Everything at once. :param clicks: (person, action_id, ts) of each"""
    people = {name: desk.slack.person(name) for name in PEOPLE}
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda click: people[click[0]].click(click[1], CHANNEL, click[2]), clicks):
            if not answer["acknowledged"]:
                raise AssertionError(f"a click was not acknowledged: {answer}")


def _told(desk):
    """{person: what was said to them alone so far}"""
    return {name: [one["text"] for one in desk.slack.person(name).told()] for name in PEOPLE}


def _news(desk, before):
    return {name: texts[len(before[name]) :] for name, texts in _told(desk).items()}


def _compare(desk, name, cards, told, complaints):
    """What is wrong after everybody has clicked: acts lost or doubled, people untold, cards that are wrong."""
    logged, answers, buttons = CLICKS[name]
    found, news, shown = Counter(), _news(desk, told), desk.buttons()
    done = dict(desk.play.ask(LOGGED.format(words=logged)))
    for ticket, card in cards.items():
        times = done.get(ticket, 0)
        said = sum(_is_about(text, answers, ticket) for texts in news.values() for text in texts)
        wrong = Counter(
            lost=int(not times),
            doubled=max(times - 1, 0),
            # Of four clicks one has done it, and shows by the card that it has.
            untold=max(3 - said, 0),
            wrong=int([one for one in shown[card] if one != "Open in Odoo"] != buttons) + max(said - 3, 0),
        )
        found += wrong
        if +wrong:
            complaints.append(f"{name} of ticket {ticket}: {dict(+wrong)}; card {shown[card]}")
    return found


def _is_about(text, answers, ticket):
    return any(words.format(ticket) in text for words in answers.split("|"))


# ------------------------------------------------------------
# Answers
# ------------------------------------------------------------


def _fight_over_answers(desk, tickets, cards, complaints, say):
    """The buttons of held answers: *Send now* and *Undo* at once, twice, and a colleague who clicks as well."""
    desk.hold_for(300)
    answers = [desk.write(ticket) for ticket in tickets]
    desk.wait(
        "the buttons of the answers",
        lambda: all(desk.lines(cards[answer.ticket], answer.reply) for answer in answers),
    )
    told, clicks = _told(desk), []
    for place, answer in enumerate(answers):
        mine = [("anna", "send_now"), ("anna", "undo")] * 2
        mine = [*mine[place % 2 :], ("ben", "undo"), ("ben", "send_now")]
        line = desk.button(f"undo:{answer.reply}", f"send_now:{answer.reply}")
        clicks += [(person, f"helpdesk_{name}:{answer.reply}", line) for person, name in mine]
    _click_all(desk, clicks)
    desk.settle(say)
    news, states = _news(desk, told), Counter(desk.state(answer) for answer in answers)
    say(f"Undo and Send now: {len(clicks)} clicks, {dict(states)}")
    found = Counter()
    refused = sum("Only Anna Agent decides" in text for text in news["ben"])
    found["untold"] = max(2 * len(answers) - refused, 0)
    heard = sum(bool(re.search("Taken back|too late|was not sent|sent to the customer", text)) for text in news["anna"])
    # One click of an answer that is sent shows in the thread; every other one is told.
    if heard < len(answers):
        found["untold"] += len(answers) - heard
    if +found:
        complaints.append(f"answers: {dict(+found)}; {news}"[:600])
    still = [answer.reply for answer in answers if desk.lines(cards[answer.ticket], answer.reply)]
    if still:
        complaints.append(f"answers {still} still have buttons")
    return found
