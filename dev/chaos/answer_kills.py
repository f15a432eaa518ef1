"""kill -9 around the sending of a held answer: at each step between its hold and the email, and while it is held.

The scheduled action of one of two servers dies; the next one goes on. Some authors undo their answer right after that:
they are told the truth.
"""

from dev.chaos import answer_desk, answer_tally
from dev.chaos.faults import ANSWER_POINTS

#: At each step; answers under way each time.
KILLS, UNDER_WAY = 3, 2
#: How often a whole server dies while answers are held.
HELD_KILLS = 2
#: Nobody knows whether the email has left: it is sent again, with the same Message-ID.
REPEATING = "answer_taken"


def play(source, slack, say, kills=KILLS):
    """Kill at every step; returns a Tally."""
    with answer_desk.desk(source, "answer_kills", slack) as desk:
        plan = desk.play.plan
        tickets = iter(desk.open((len(ANSWER_POINTS) * kills + HELD_KILLS) * UNDER_WAY))
        desk.settle(say)
        for point, step in ANSWER_POINTS.items():
            for number in range(kills):
                _kill(desk, point, [next(tickets) for _one in range(UNDER_WAY)], number)
            desk.settle(say)
            say(f"{step.title}: {kills} kills")
        for number in range(HELD_KILLS):
            _kill_while_held(desk, [next(tickets) for _one in range(UNDER_WAY)], desk.play.servers[number % 2])
        say(f"held: {HELD_KILLS} servers killed")
        desk.settle(say)
        found = answer_tally.count(desk, "answer_kills", plan.deaths + HELD_KILLS)
        found.expect_kills(len(ANSWER_POINTS) * kills + HELD_KILLS)
        again = found.figures["copies"]
        if not 0 < again <= kills:
            found.complaints.append(f"{again} emails came again, after {kills} kills between SMTP and our record of it")
        say(f"{again} emails came again, with the same Message-ID")
    return found


def _kill(desk, point, tickets, number):
    """Who comes to a point with one of these answers dies there."""
    plan = desk.play.plan
    before = plan.deaths
    answers = [desk.write(ticket, ("anna", "ben")[place % 2]) for place, ticket in enumerate(tickets)]
    plan.doom(point)
    desk.wait(f"a death at {point}", lambda: plan.deaths > before)
    if point == REPEATING:
        for answer in answers:
            answer.repeats = 1  # one of them, whichever came first
    if number % 2:
        desk.undo(answers[0])
    desk.wait("all decided", lambda: all(desk.state(answer) != "held" for answer in answers), desk.hurry)


def _kill_while_held(desk, tickets, server):
    """A server dies with the timer that would have told of the end of the hold."""
    for place, ticket in enumerate(tickets):
        desk.write(ticket, ("anna", "ben")[place % 2])
    server.odoo.kill()
    server.start()
