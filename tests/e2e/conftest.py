"""A real Chromium, one context for each person and language."""

import os
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import expect, sync_playwright

from tests.conftest import Server, Session

ROOT = Path(__file__).parents[2]
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = {"width": 1366, "height": 820}
PHONE = {"width": 390, "height": 844}
# What Odoo's own pages say on the console of a healthy client.
HARMLESS = ("favicon", "ServiceWorker", "manifest", "net::ERR_ABORTED")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=list(ARGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory, chromium):
    """The demo database after somebody came in by the form: it has what all pages load, bundled."""
    with (tmp_path_factory.mktemp("first") / "odoo.log").open("w") as log:
        first = Server(log)
        try:
            context = chromium.new_context(base_url=first.start().url, viewport=DESK)
            page = context.new_page()
            page.set_default_timeout(180_000)
            page.goto("/web/login")
            page.fill("input[name=login]", "manager")
            page.fill("input[name=password]", "manager")
            page.click("button[type=submit]")
            page.wait_for_selector(".o_web_client")
            page.wait_for_load_state()
            context.close()
            first.kill()
            yield first.db
        finally:
            first.stop()


class Person:
    """Somebody at a browser; without a login, somebody outside."""

    def __init__(self, browser, server, login=None, phone=False, locale=None):
        self.server = server
        self.login = login
        self.errors = []
        size = PHONE if phone else DESK
        self.context = browser.new_context(
            base_url=server.url, viewport=size, is_mobile=phone, has_touch=phone, locale=locale
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if login:
            self._log_in(login)

    def _log_in(self, login):
        """Have a session of one's own, as it keeps the language that its user had at first."""
        cookies = Session(self.server, login).http.cookies
        session = {"name": "session_id", "value": cookies["session_id"], "url": self.server.url}
        self.context.add_cookies([session])

    def _hear(self, message):
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            self.errors.append(message.text)

    def open(self, path):
        """Go to an address, by loading the page."""
        self.page.goto(path)
        self.page.wait_for_selector(".o_action_manager > *")
        return self.page

    def open_record(self, model, record_id):
        return self.open(f"/odoo/m-{model}/{record_id}")

    def point_away(self):
        """Take the pointer off everything: nothing moves under it."""
        self.page.mouse.move(0, 0)

    @staticmethod
    def folder():
        """Return where pictures are kept; those for the guide only when they are asked for."""
        folder = ROOT / (
            "docs/images" if os.environ.get("COLLAB_DOC_IMAGES") else ".local/screenshots"
        )
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def picture(self, name, of=None):
        """Keep a screenshot.

        :param of: locator of the part that it is of; all that can be seen by default
        """
        folder = self.folder()
        # those further down are loaded when one gets there
        self.page.wait_for_function(
            "[...document.images].every("
            "one => one.complete || one.getBoundingClientRect().top > innerHeight)"
        )
        (of or self.page).screenshot(path=folder / f"{name}.png", animations="disabled")

    def no_overflow(self):
        """The page does not scroll sideways."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"the page is {wide} px too wide"


@pytest.fixture
def person(chromium, server):
    """Return a function that seats somebody; nobody may see an error on the console."""
    people = []

    def seat(login=None, **browser):
        people.append(Person(chromium, server, login, **browser))
        return people[-1]

    yield seat
    for one in people:
        one.context.close()
    assert not [error for one in people for error in one.errors]


@pytest.fixture(scope="module", params=["en_US", "zh_CN"])
def language(request, server):
    """The language of everybody who takes part."""
    admin = server.rpc("admin")
    people = ["buyer", "manager", "director", "owner", "admin", "mara"]
    ids = admin.call("res.users", "search", [("login", "in", people)])
    admin.call("res.users", "write", ids, {"lang": request.param})
    yield request.param
    admin.call("res.users", "write", ids, {"lang": "en_US"})


@pytest.fixture(scope="module")
def say(language):
    """Return a function that says a text of our addons in the language of the people."""
    if language == "en_US":
        return str
    terms = {}
    for path in sorted((ROOT / "addons").glob(f"*/i18n/{language}.po")):
        with path.open("rb") as file:
            terms |= {term.id: term.string for term in read_po(file) if term.string}
    return terms.__getitem__


@pytest.fixture(scope="session", autouse=True)
def patient():
    expect.set_options(timeout=15_000)
