"""While an answer is held, the customer writes, or somebody else answers, closes or archives: it stops and says why.

Half of it happens in the middle of the hold. The other half happens at its end, while the answer is sent: then either
of the two comes first, and never both.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

from dev.acme import CUSTOMER, SUPPORT
from dev.chaos import answer_desk, answer_tally
from dev.scenario import record_id

#: What happens, and the reason that its author reads.
EVENTS = {
    "an email of the customer": "The customer wrote meanwhile.",
    "another answer": "Ben Agent answered meanwhile.",
    "a close by somebody else": "The ticket was closed, merged or archived meanwhile.",
    "archived by somebody else": "The ticket was closed, merged or archived meanwhile.",
}
#: Of each, in the middle of the hold and at its end.
EACH = 10
#: Seconds: of the hold, and around its end.
CALM, HURRIED, BEFORE, AFTER = 300, 2, 0.6, 1.4
#: What was sent although the customer had written before, as the ticket shows it.
OVERTAKEN = """
SELECT reply.id FROM helpdesk_ticket_reply reply
  JOIN mail_message said ON said.model = 'helpdesk.ticket' AND said.res_id = reply.ticket_id
   AND said.message_type = 'email' AND said.id > reply.last_message_id AND said.id < reply.message_id
 WHERE reply.state = 'sent'
"""
NOTIFIED = """
SELECT count(*) FROM mail_message message JOIN mail_notification seen ON seen.mail_message_id = message.id
  JOIN res_users author ON author.partner_id = seen.res_partner_id AND author.login = 'anna'
 WHERE message.model = 'helpdesk.ticket' AND message.res_id = {} AND message.message_type = 'user_notification'
   AND message.body LIKE '%{}%'
"""


def play(source, slack, say, each=EACH):
    """Let it happen, count; returns a Tally."""
    dice = random.Random(23)
    with answer_desk.desk(source, "answer_stopped", slack) as desk:
        done = record_id(desk.as_("admin"), "helpdesk_mgmt.helpdesk_ticket_stage_done")
        tickets = desk.open(2 * each * len(EVENTS))
        desk.settle(say)
        complaints = _calm(desk, dict(zip(tickets, list(EVENTS) * each, strict=False)), done, say)
        _hurried(desk, dict(zip(tickets[each * len(EVENTS) :], list(EVENTS) * each, strict=True)), done, dice, say)
        desk.settle(say)
        complaints += [f"reply {reply} was sent after the customer had written" for [reply] in desk.play.ask(OVERTAKEN)]
        found = answer_tally.count(desk, "answer_stopped")
    found.complaints += complaints
    found.figures["wrong"] += len(complaints)
    return found


def _calm(desk, events, done, say):
    """Something happens in the middle of the hold; returns complaints."""
    desk.hold_for(CALM)
    answers = {desk.write(ticket).reply: ticket for ticket in events}
    for ticket, event in events.items():
        _happen(desk, ticket, event, done)
    desk.wait("every email, on its ticket", lambda: _is_fetched(desk))
    listed, complaints = ", ".join(map(str, answers)), []
    for reply, state, reason in desk.play.ask(
        f"SELECT id, state, reason FROM helpdesk_ticket_reply WHERE id IN ({listed})"
    ):
        ticket = answers[reply]
        if (state, reason) != ("stopped", EVENTS[events[ticket]]):
            complaints.append(f"{events[ticket]}: answer {reply} is {state}: {reason}")
        if desk.play.ask(NOTIFIED.format(ticket, EVENTS[events[ticket]])) != [[1]]:
            complaints.append(f"{events[ticket]}: the author of answer {reply} is not told once")
    desk.play.sql("UPDATE helpdesk_ticket_reply SET send_at = now() AT TIME ZONE 'UTC' - interval '1 s'")
    say(f"{len(events)} in the middle of the hold: {len(events) - len(complaints)} stopped, with their reasons")
    return complaints


def _hurried(desk, events, done, dice, say):
    """Something happens at the end of the hold."""
    desk.hold_for(HURRIED)
    desk.settle(say)
    began, pace = time.monotonic(), 0.25
    tickets = list(events)
    answers = desk.put(tickets, [HURRIED + pace * place for place in range(len(tickets))])

    def happen(place, after):
        time.sleep(max(0, began + HURRIED + pace * place + after - time.monotonic()))
        _happen(desk, tickets[place], events[tickets[place]], done)

    with desk.waking(), ThreadPoolExecutor(4) as people:
        jobs = [people.submit(happen, place, dice.uniform(-BEFORE, AFTER)) for place in range(len(tickets))]
        for job in jobs:
            job.result()
    desk.wait("every answer, decided", lambda: all(desk.state(answer) != "held" for answer in answers), desk.hurry)
    states = [desk.state(answer) for answer in answers]
    say(f"{len(events)} at the end of the hold: {states.count('stopped')} stopped, {states.count('sent')} sent")


def _happen(desk, ticket, event, done):
    if event == "an email of the customer":
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Jane Doe <{CUSTOMER}>", SUPPORT
        mail["Subject"], mail["Message-ID"] = f"Re: [ML-#{ticket}] Ticket", f"<stopped-{ticket}@customer.example>"
        mail.set_content("It works again!\n")
        desk.play.mailboxes.deliver(mail.as_bytes(), [SUPPORT])
        desk.play.start_cron(desk.play.fetch_cron)
    elif event == "another answer":
        said = {"body": "Let me see.", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        desk.as_("ben")("helpdesk.ticket", "message_post", ticket, **said)
    elif event == "a close by somebody else":
        desk.as_("ben")("helpdesk.ticket", "write", ticket, {"stage_id": done})
    else:
        desk.as_("admin")("helpdesk.ticket", "write", ticket, {"active": False})


def _is_fetched(desk):
    desk.play.start_cron(desk.play.fetch_cron)
    return not desk.play.unflagged()
