"""What Slack says when it refuses."""


class SlackError(Exception):
    """An answer with ``ok: false``; `more` goes into it beside the error."""

    def __init__(self, error, **more):
        super().__init__(error)
        self.error, self.more = error, more

    def answer(self):
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.more}
