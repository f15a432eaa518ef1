"""The Slack double's page in Chromium, as a person uses it: who they are, what they press, and what they see."""

from contextlib import contextmanager
from pathlib import Path

from dev.acme import CHANNEL
from dev.page_checks import TAGS
from dev.paths import Environment
from dev.services.browser import DESKTOP, Visitor

#: The page asks for news all the time.
NEWS = "/page/state"


class SlackPage(Visitor):
    """Somebody in Slack; `login` is their name there."""

    def __init__(self, page, slack, name, width, channel=CHANNEL):
        super().__init__(page, None, name, width)
        self._slack = slack
        self.go(channel)

    def _expect(self, request):
        if NEWS not in request.url:
            super()._expect(request)

    def go(self, channel=CHANNEL):
        """Open a channel."""
        self.page.goto(f"{self._slack.page(channel)}&as={self.login}")
        self.channel.get_by_role("log").wait_for()

    def become(self, name):
        """Be somebody else, at the same place."""
        self.page.get_by_label("You are").select_option(self._slack.people[name])
        self.login = name
        self.page.wait_for_function(
            "id => new URLSearchParams(location.search).get('as') === id", arg=self._slack.people[name]
        )

    @property
    def channel(self):
        """The pane with the channel, or with App Home."""
        return self.page.get_by_role("main")

    @property
    def thread(self):
        """The pane with the thread that is open."""
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def modal(self):
        """The form that lies above everything."""
        return self.page.get_by_role("dialog")

    @staticmethod
    def message(pane, words):
        """The last message in a pane with these words."""
        return pane.locator(".message").filter(has_text=words).last

    def open_thread(self, words):
        """Open the thread below a message of the channel; returns the pane."""
        message = self.message(self.channel, words)
        message.hover()
        message.get_by_title("Reply in thread").click()
        return self.thread

    def write(self, pane, words):
        """Type a message in a pane and send it with Enter."""
        field = pane.get_by_role("textbox", name="Message", exact=True)
        field.fill(words)
        field.press("Enter")

    def more(self, message, words):
        """Choose something from a message's menu."""
        message.hover()
        message.get_by_title("More actions").click()
        self.page.get_by_role("menuitem", name=words).click()


def faults(page):
    """What axe-core finds, and whether something is wider than the screen; nothing on a good page."""
    page.wait_for_timeout(200)  # the drawer of a phone takes that long to slide in
    page.evaluate(Path(Environment.load().node_modules, "axe-core", "axe.min.js").read_text())
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)["violations"]
    wrong = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    return wrong if page.evaluate("document.documentElement.scrollWidth <= innerWidth") else [*wrong, "sideways"]


@contextmanager
def slack_page(chromium, slack, name, width=DESKTOP, channel=CHANNEL):
    """Somebody at the double's page for a block. :param chromium: a `dev.services.browser.Browser`"""
    with chromium.page(width) as page:
        yield SlackPage(page, slack, name, width, channel)
