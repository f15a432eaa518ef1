"""What the demo shows while somebody works in it by hand: emails in and out, and what is said in Slack."""

from dev.acme import CHANNEL


class Watch:
    """Shows what is new. Slack may be away or answer oddly: that is said once, and it is looked at again."""

    def __init__(self, helpdesk, screen):
        self.helpdesk, self.screen = helpdesk, screen
        self._taken, self._sent = helpdesk.inlet.taken, len(helpdesk.outgoing.messages())
        self._seen = {message["ts"] for message in self._messages()}
        self._told = self._count()
        self._trouble = ""

    def look(self, troubles):
        """Show what is new since the last time. :param troubles: exceptions that the demo goes on after"""
        try:
            self._look()
            self._trouble = ""
        except troubles as error:
            words = " ".join(str(error).split())[:200] or type(error).__name__
            if words != self._trouble:
                self.screen.note(f"not to be seen just now, it is looked at again: {words}")
            self._trouble = words

    def _look(self):
        if self.helpdesk.inlet.taken > self._taken:
            self._taken = self.helpdesk.inlet.taken
            self.screen.seen("SMTP", "took another mail")
        if (told := self._count()) != self._told:
            self._show_messages()
            self._told = told
        mails = self.helpdesk.outgoing.messages()
        for mail in mails[self._sent :]:
            to, sender = mail["envelope"]["to"][0]["address"], mail["from"][0]["name"]
            self.screen.seen("Customer", f"{to} has a mail from {sender}: “{mail['subject']}”")
        self._sent = len(mails)

    def _count(self):
        """Grows with whatever the app posts, and with whatever people say."""
        slack = self.helpdesk.slack
        posted = sum("status" in call for call in slack.calls("chat.postMessage"))
        return posted, len(slack.events("message"))

    def _messages(self):
        """What stands in the channel and below it, oldest first."""
        slack, found = self.helpdesk.slack, []
        for message in slack.messages(CHANNEL):
            found += slack.messages(CHANNEL, message["ts"]) if message.get("reply_count") else [message]
        return sorted(found, key=lambda message: float(message["ts"]))

    def _show_messages(self):
        for message in self._messages():
            if message["ts"] not in self._seen:
                self._seen.add(message["ts"])
                below = message.get("thread_ts", message["ts"]) != message["ts"]
                self.screen.seen("Slack", f"has a new {'line in a thread of' if below else 'message in'} #{CHANNEL}:")
                self.screen.message(message)
