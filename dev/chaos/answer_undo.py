"""Undo against the cron that sends: at random moments around the end of the hold, by two servers and from Slack.

Who comes first wins, and the other is told: what was undone is not sent, what was sent is one email.
"""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from dev.chaos import answer_desk, answer_tally, backlog

#: Answers of a round, one on each ticket.
ROUND = 50
#: Who does what about an answer, of a hundred.
SEND_AND_UNDO, SLACK = 10, 10
#: Seconds until the first hold ends, within which all do, and before and after the end of each that somebody acts.
LEAD, SPREAD, BEFORE, AFTER = 0.5, 1, 0.4, 1.6
PEOPLE = 6
#: Whose *Undo* was stored in time, and who were sent nevertheless. Both moments are whole seconds.
IN_TIME = """
SELECT reply.id FROM helpdesk_ticket_reply reply JOIN helpdesk_slack_inbound click ON click.kind = 'block_action'
   AND click.payload -> 'actions' -> 0 ->> 'action_id' = 'helpdesk_undo:' || reply.id
 WHERE reply.state = 'sent' AND click.create_date < reply.write_date - interval '2 s'
"""
#: Less often than this, of a hundred, either outcome shows that nobody was in a hurry.
RACED = 15


def play(source, slack, say, count=None):
    """Play rounds until so many answers were fought over; returns a Tally."""
    dice, count = random.Random(7), count or backlog.options().answers
    with answer_desk.desk(source, "answer_undo", slack) as desk:
        slack.two_way(request_url=_address(desk))
        tickets, clicks = desk.open(ROUND), {}
        desk.settle(say)
        while len(desk.answers) < count:
            _round(desk, tickets[: count - len(desk.answers)], dice, clicks)
            if len(desk.answers) % (5 * ROUND) == 0:
                say(f"{len(desk.answers)} answers")
        desk.settle(say)
        complaints = _hear(desk, clicks)
        found = answer_tally.count(desk, "answer_undo")
        states = Counter(one.state for one in answer_tally.became(desk).values())
    found.complaints += complaints
    say(f"{dict(states)}; {len(clicks)} clicks in Slack")
    for state in ("sent", "undone"):
        if 100 * states[state] < RACED * count:
            found.complaints.append(f"only {states[state]} of {count} are {state}: that was no race")
    return found


def _address(desk):
    """Slack tells the first server by HTTP; returns the address."""
    odoo = desk.play.servers[0].odoo
    secret = {"signing_secret_entry": desk.slack.signing_secret}
    odoo.rpc("helpdesk.slack.workspace", "write", desk.workspace, secret)
    return f"{odoo.url}/helpdesk_bridge/slack/{desk.workspace}"


def _round(desk, tickets, dice, clicks):
    """One answer on each ticket; somebody acts on each, at a moment of its own."""
    began, due = time.monotonic(), [LEAD + dice.uniform(0, SPREAD) for _ticket in tickets]
    answers = desk.put(tickets, due)
    buttons = {one.number: desk.button(f"undo:{one.reply}") for one in answers if dice.uniform(0, 100) < SLACK}
    jobs = []
    for answer, moment in zip(answers, due, strict=True):
        is_sent_too = dice.uniform(0, 100) < SEND_AND_UNDO
        acted = began + moment + dice.uniform(-BEFORE, AFTER)
        jobs.append((acted, answer, buttons.get(answer.number), is_sent_too, dice.randrange(2)))
    with desk.waking():
        with ThreadPoolExecutor(PEOPLE) as people:
            for job in [people.submit(_act, desk, clicks, *job) for job in sorted(jobs, key=lambda job: job[0])]:
                job.result()
        desk.wait("every answer, decided", lambda: not _held(desk, answers), lambda: None)


def _held(desk, answers):
    numbers = ", ".join(str(answer.reply) for answer in answers)
    where = f"state = 'held' AND id IN ({numbers})"
    return desk.play.ask(f"SELECT count(*) FROM helpdesk_ticket_reply WHERE {where}") != [[0]]


def _act(desk, clicks, moment, answer, button, is_sent_too, server):
    """Somebody undoes an answer; or presses *Send now* somewhere, and undoes it in the same moment elsewhere."""
    servers = [one.odoo for one in desk.play.servers]
    time.sleep(max(0, moment - time.monotonic()))
    if button:
        if desk.click("anna", f"undo:{answer.reply}", button):
            clicks[answer.reply] = answer
        else:
            answer.untold += 1
        return
    other = threading.Thread(target=desk.send_now, args=(answer, "anna", servers[1 - server])) if is_sent_too else None
    if other:
        other.start()
    desk.undo(answer, "anna", servers[server])
    if other:
        other.join()


def _hear(desk, clicks):
    """What those who have clicked in Slack were told; returns complaints."""
    outcomes = "SELECT payload->'actions'->0->>'action_id' AS act, state, reason FROM helpdesk_slack_inbound"
    rows = {act.partition(":")[2]: (state, reason) for act, state, reason in desk.play.ask(outcomes) if act}
    said = Counter(_verdict(one["text"]) for one in desk.slack.person("anna").told())
    for reply, answer in clicks.items():
        answer.told = rows.get(str(reply), ("lost",))[0] == "done"
    complaints = [f"answer {reply} was sent after its Undo was stored" for [reply] in desk.play.ask(IN_TIME)]
    for done in (True, False):
        expected = sum(answer.told is done for answer in clicks.values())
        if expected > said[done]:
            complaints.append(f"{said[done]} of {expected} were told {done}: {Counter(rows.values())}")
            next(iter(clicks.values())).untold += expected - said[done]
    return complaints


def _verdict(words):
    """Whether these words say that an answer is taken back, or that it is too late."""
    return True if "Taken back" in words else False if "too late" in words else None
