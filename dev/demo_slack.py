"""The part of the demo that is played in Slack: what people do there, and what comes of it in Odoo and by email."""

from dev import sightings
from dev.acme import AGENTS, CHANNEL, CUSTOMER_NAME
from dev.demo_screen import plain
from dev.services.slack_double import NotAllowed
from dev.sightings import NotSeen, wait_for

ANNA, BEN = AGENTS
NOTE = "Same model as in the warehouse. The spare fuser is in cabinet 3."
HASTY, ANSWER = "Please pour water on it.", "Please unplug it and step back. I am on my way."


class SlackWork:
    """A ticket that is worked from Slack alone. What is pressed is a click that Slack delivers to Odoo."""

    def __init__(self, helpdesk, screen, ticket):
        self.helpdesk, self.screen, self.ticket = helpdesk, screen, ticket
        self.anna, self.ben = helpdesk.slack.person(ANNA), helpdesk.slack.person(BEN)
        self._anna_ref = helpdesk.slack.users[f"{ANNA}@acme.example"]
        self._told = []  # the lines of the thread so far

    def take(self):
        """Anna takes the ticket, Ben says what he knows."""
        self._press(self.anna, "Take", "helpdesk_take")
        self._line("Anna Agent took it")
        wait_for("the assignee", lambda: self._says("user_id"), lambda there: there and there[1] == "Anna Agent")
        self.screen.seen("Ticket", "is assigned to Anna Agent, who has not opened Odoo")
        [thread] = self.helpdesk.threads(self.ticket)
        self.screen.seen("Slack", "Ben replies in the thread")
        self.ben.post(CHANNEL, NOTE, thread["ts"])
        self._line(NOTE)
        author = sightings.note(self.helpdesk, self.ticket, NOTE)
        self.screen.seen("Ticket", f"has it as an internal note of {author}, which no customer gets")

    def answer(self):
        """Anna writes to the customer, takes it back, and sends something better."""
        self._write(HASTY)
        self._press(self.anna, "Undo", *self._button("helpdesk_undo"))
        self._line("Anna Agent took the reply back: the customer did not get it")
        if sightings.letters(self.helpdesk, self.ticket, HASTY):
            raise NotSeen(f"not seen: that the customer never got “{HASTY}”")
        self.screen.seen("Customer", f"has no mail with “{HASTY}”")
        self._write(ANSWER)
        self._press(self.anna, "Send now", *self._button("helpdesk_send_now"))
        self._line(f"Anna Agent replied: {ANSWER}")
        self._letter(ANSWER)

    def close(self):
        """Anna closes the ticket."""
        self._press(self.anna, "Close", "helpdesk_close")
        self._line("Closed by Anna Agent after …")
        self._letter("has been closed")
        wait_for("that it is closed", lambda: self._says("closed"))
        self.screen.seen("Ticket", "is closed, and says who did it: via Slack")

    def hear(self, sentence):
        """Something else was said in the thread. It mentions Anna, whose ticket it is."""
        self._line(f"<@{self._anna_ref}> {self.ticket['mail_reference']} {sentence}")

    def _write(self, words):
        """Open the form, fill it in, send it; it waits then."""
        self._press(self.anna, "Reply to customer", "helpdesk_reply")
        wait_for("the form", self.anna.modal, lambda view: view and view.get("callback_id") == "helpdesk_reply")
        self.screen.more(f"A form opens, which says who gets it: {CUSTOMER_NAME}. Anna writes:")
        self.screen.more(f"“{words}” [Send]")
        wait_for("the form to be taken", lambda: self.anna.submit(text=words).get("ok"))
        self._line(f"Anna Agent is answering …{words}")

    def _press(self, person, label, action, ts=None):
        """Press a button, as long as Slack says that nobody has heard it."""
        wait_for(f"an answer to [{label}]", lambda: self._is_heard(person, action, ts or self._root()))
        self.screen.seen("Slack", f"{person.name.title()} presses [{label}]")

    def _is_heard(self, person, action, ts):
        try:
            return person.click(action, CHANNEL, ts).get("ok")
        except NotAllowed:  # the message is being drawn anew
            return False

    def _root(self):
        [thread] = self.helpdesk.threads(self.ticket)
        return thread["ts"]

    def _button(self, name):
        """(action_id, ts) of a button in the thread, of the newest line that has it."""
        return wait_for(f"a button {name}", lambda: self._find_button(name))

    def _find_button(self, name):
        for line in reversed(self.helpdesk.slack.messages(CHANNEL, self._root())[1:]):
            for block in line.get("blocks") or ():
                for element in block.get("elements") or ():
                    if str(element.get("action_id", "")).startswith(f"{name}:"):
                        return element["action_id"], line["ts"]
        return None

    def _says(self, name):
        [found] = self.helpdesk.odoo.rpc("helpdesk.ticket", "read", self.ticket["id"], [name])
        return found[name]

    def _line(self, sentence):
        self._told.append(sentence)
        line = sightings.lines(self.helpdesk, self.ticket, *self._told)[-1]
        words = plain(line.replace(f"{self.ticket['mail_reference']} ", ""), {self._anna_ref: "Anna Agent"})
        buttons = " [Undo] [Send now]" if "is answering" in sentence else ""
        self.screen.seen("Thread", f"“{words}”{buttons}")

    def _letter(self, words):
        sender, subject = sightings.letter(self.helpdesk, self.ticket, words)
        self.screen.seen("Customer", f"has one mail from {sender}: “{subject}”")
