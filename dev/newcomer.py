"""Somebody who sets the addon up for the first time: what they do is counted."""

from contextlib import contextmanager


class Newcomer:
    """Counts what a visitor does. :ivar forms: what was filled in"""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.clicks, self.keys, self.forms = 0, 0, []

    def press(self, words):
        """Click a button or link with these words."""
        self.visitor.press(words)
        self.clicks += 1

    def click(self, selector):
        self.page.locator(selector).first.click()
        self.visitor.settle()
        self.clicks += 1

    def type(self, field, words):
        """Click into a field and type."""
        box = self.page.locator(f".o_form_view [name={field}] input").first
        box.click()
        box.fill(words)
        self.clicks, self.keys = self.clicks + 1, self.keys + len(words)

    def fills_in(self, form):
        if form not in self.forms:
            self.forms.append(form)

    @contextmanager
    def uncounted(self):
        """The block does what no newcomer would have to."""
        before = self.clicks, self.keys
        yield
        self.clicks, self.keys = before

    def back(self):
        """Go back to the Settings by the breadcrumb, which saves the form."""
        self.click(".o_breadcrumb a:has-text('Settings'), .o_back_button:visible")
        self.page.locator("#helpdesk_steps").first.wait_for()
        self.visitor.settle()

    def minutes(self):
        """How long a person takes for it, by the keystroke-level model (Card, Moran, Newell 1980), and to read a form.

        To point takes 1.1 s, to press 0.2, to decide 1.35, a key 0.28; a form is read for 15 s.
        """
        return (self.clicks * (1.1 + 0.2 + 1.35) + self.keys * 0.28 + len(self.forms) * 15) / 60

    def counted(self):
        forms = ", ".join(self.forms)
        return f"{self.clicks} clicks, {self.keys} characters, {self.minutes():.1f} minutes; forms: {forms}"

    def steps_done(self):
        return self.page.locator("[name=helpdesk_steps_done]").inner_text()

    def next_step(self):
        """The words of the one primary button, or link, in Getting started."""
        [button] = self.page.locator("#helpdesk_steps .btn-primary >> visible=true").all()
        return button.inner_text().strip()
