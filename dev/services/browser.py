"""Chromium, as a person uses it: somebody logs in, opens pages at a width, clicks and types.

`browser()` runs one process; each `visitor` in it has cookies and a cache of their own and one page, which notes
whatever goes wrong in it: errors in the console, requests that fail. What a page looks like is judged in
`dev.page_checks`.
"""

import os
import re
import time
from contextlib import contextmanager

from playwright.sync_api import Error, sync_playwright

from dev.paths import SCREENSHOTS
from dev.services.process import ServiceFailed
from dev.setup.system import chromium_binary

PHONE, DESKTOP = 390, 1280
HEIGHTS = {PHONE: 844, DESKTOP: 900}
#: Milliseconds that anything on a page may take; who passes waits for nothing.
PATIENCE = 30_000
#: Odoo's worker for the bus lives beside the pages: none of them is told that it has come.
WORKER = "/bus/websocket_worker_bundle"
#: Asked a frame after the last answer was drawn: has all come that was asked for?
STILL = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
    document.fonts.status === "loaded" && !document.querySelector(".o_blockUI, .o_loading_indicator")
))))"""

#: A page is looked at for a second: what V8 would compile to run it faster for hours costs more than it saves.
FLAGS = ["--js-flags=--no-opt --no-maglev --single-threaded-gc"]

#: The pages that are open, for whoever has to explain what went wrong.
_open = []
#: Characters of a page that are told.
MOST_WORDS = 2_000

#: More than any page has stops.
MOST_TABS = 200
ACTION = ".o_action_manager > .o_action"
#: Follow a link inside the web client, as a person does: quicker than to load it all anew. False where nobody could.
FOLLOW = """path => {
    const left = document.querySelector(".o_action_manager > .o_action");
    const open = ".modal, .o-dropdown--menu, .o_popover, .o_bottom_sheet";
    if (!left || document.querySelector(open) || path.includes("?")) {
        return false;
    }
    left.setAttribute("data-left", "");
    const link = Object.assign(document.createElement("a"), { href: path });
    document.body.append(link);
    link.click();
    link.remove();
    return true;
}"""
PRESSABLE = "button, a, [role=tab], [role=menuitem]"
THREE_DOTS = ".o_action_manager button:has(.oi-ellipsis-v)"
#: Odoo scrolls inside the page, or inside the dialog above it: how many pixels of that are below the window.
HIDDEN = """Math.max(0, ...[...(document.querySelector(".modal") ?? document.body).querySelectorAll("*")]
    .filter(element => ["auto", "scroll"].includes(getComputedStyle(element).overflowY))
    .map(element => element.scrollHeight - element.clientHeight))"""


class Visitor:
    """Somebody in front of a screen; `page` is Playwright's own, for everything a person can do."""

    def __init__(self, page, odoo, login, width):
        self.page, self.odoo, self.login, self.width = page, odoo, login, width
        self._problems, self._under_way = [], set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._problems.append(f"uncaught: {error}"))
        page.on("request", self._expect)
        page.on("requestfinished", lambda request: self._under_way.discard(request))
        page.on("requestfailed", self._miss)
        page.on("response", self._judge)

    def _hear(self, message):
        if message.type == "error":
            self._problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _expect(self, request):
        if WORKER not in request.url:
            self._under_way.add(request)

    def _miss(self, request):
        self._under_way.discard(request)
        # Who leaves a page ends what it was still asking for.
        if request.failure != "net::ERR_ABORTED":
            self._problems.append(f"request: {request.url} {request.failure}")

    def _judge(self, response):
        if response.status >= 400:
            self._problems.append(f"request: {response.url} answered {response.status}")

    def problems(self):
        """What went wrong since the last time somebody asked."""
        found, self._problems = self._problems, []
        return found

    def open(self, path, shows=ACTION):
        """Open a page of Odoo; it is drawn, with everything it asks for, when this returns.

        :param shows: a selector of what must be there then
        """
        if self.page.url.startswith(self.odoo.url) and self.page.evaluate(FOLLOW, path):
            self.page.locator(f"{shows} >> :scope:not([data-left])").first.wait_for()
        else:
            self._under_way.clear()
            self.page.goto(f"{self.odoo.url}{path}", wait_until="load")
            self.page.locator(shows).first.wait_for()
        self.settle()

    @contextmanager
    def reloading(self):
        """The block makes the page load itself anew."""
        self.page.evaluate("window.isLeft = true")
        yield
        self.page.wait_for_function("!window.isLeft")
        self._under_way.clear()
        self.page.locator(ACTION).first.wait_for()
        self.settle()

    def settle(self):
        """Wait until the page asks for nothing more and has drawn what it got."""
        deadline = time.monotonic() + PATIENCE / 1000
        calm = 0
        while calm < 2:
            is_still = self.page.evaluate(STILL)
            calm = calm + 1 if is_still and not self._under_way else 0
            if time.monotonic() > deadline:
                waited = [request.url for request in self._under_way]
                raise ServiceFailed(f"{self.page.url} did not come to rest; it waits for {waited}")

    def button(self, words):
        """The first button, tab or link with exactly these words that is seen."""
        # Not by its accessible name: the drawing of an icon is part of that.
        exactly = re.compile(rf"^\s*{re.escape(words)}\s*$")
        return self.page.locator(f"{PRESSABLE} >> visible=true").filter(has_text=exactly).first

    def press(self, words):
        """Press it; returns when what it does is drawn. On a phone it may have to be looked for behind three dots."""
        if not self.button(words).count() and self.page.locator(THREE_DOTS).count():
            self.page.locator(THREE_DOTS).first.click()
        self.button(words).click()
        self.settle()

    def stops(self):
        """Press Tab again and again; yields the words of each thing that gets the focus."""
        for _press in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            yield self.page.evaluate("(document.activeElement.innerText || '').trim()")

    def tab_to(self, words):
        """Press Tab until this button has the focus; ServiceFailed when Tab does not get there."""
        self.button(words).wait_for()
        if not any(stop == words for stop in self.stops()):
            raise ServiceFailed(f"Tab never gets to “{words}”")

    def screenshot(self, name):
        """Keep a picture, named by page, user and width, of the whole page at once; only when PICTURES is set."""
        if not os.environ.get("PICTURES"):
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}-{self.login}-{self.width}.png"
        self.page.set_viewport_size({"width": self.width, "height": HEIGHTS[self.width] + self.page.evaluate(HIDDEN)})
        self.settle()
        self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": self.width, "height": HEIGHTS[self.width]})


class Browser:
    """A running Chromium."""

    def __init__(self, chromium):
        self._chromium = chromium

    @contextmanager
    def visitor(self, odoo, login, width):
        """Somebody logged in to an Odoo for a block, at a screen of this width; passwords are the logins."""
        with self._context(width) as context:
            _log_in(context, odoo, login)
            yield Visitor(context.new_page(), odoo, login, width)

    @contextmanager
    def page(self, width):
        """An empty page for a block, of nobody in particular."""
        with self._context(width) as context:
            yield context.new_page()

    @contextmanager
    def _context(self, width):
        context = self._chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width == PHONE,
            is_mobile=width == PHONE,
            locale="en-US",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.on("page", lambda page: _open.append(page))
        try:
            yield context
        finally:
            _open[:] = [page for page in _open if page.context != context]
            context.close()


def shown():
    """What the open pages show now, in words, for a test that failed."""
    return "\n\n".join(f"{page.url}\n{_words(page)}" for page in _open)


def _words(page):
    try:
        return page.evaluate("document.body.innerText")[:MOST_WORDS]
    except Error as error:  # it is on its way to another page
        return str(error)


def _log_in(context, odoo, login):
    """Give the browser the session that this person has: to check a password takes Odoo half a second of work."""
    name, _equals, value = odoo.cookie(login, login).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": odoo.url}])


@contextmanager
def browser():
    """Run a browser for a block: the system's Chromium, nothing is downloaded."""
    program = chromium_binary()
    if not program:
        raise ServiceFailed("there is no Chromium: run `make setup`, or `apt-get install chromium`")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
