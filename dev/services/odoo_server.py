"""Odoo as a server of its own: its own process, its own cron, its own log."""

import json
import os
import signal
import urllib.request
from contextlib import contextmanager

from dev.services import ports
from dev.services.odoo import odoo_command, odoo_environ
from dev.services.postgres import postgres
from dev.services.process import background, tail, wait_until

#: Our own looking around is no news in a server's log.
QUIET = ("--log-handler=werkzeug:WARNING",)


class RpcError(Exception):
    """Odoo answered a call with an error; the message ends with its traceback."""


class OdooServer:
    """A running server."""

    def __init__(self, database, port, child, log):
        self.database = database
        self.url = f"http://127.0.0.1:{port}"
        self.pid = child.pid
        self.log = log
        self._child = child
        self._cookies = {}

    def rpc(self, model, method, *args, **kwargs):
        """Call a method of a model as admin, over the wire like any other client."""
        return self.rpc_as("admin", "admin")(model, method, *args, **kwargs)

    def rpc_as(self, login, password):
        """Log in as somebody, the first time; returns a function like `rpc`.

        A session, as a browser has it: Odoo takes half a second of work to check a password, and does so again and
        again for a client that sends it with each call.
        """
        cookie = self.cookie(login, password)

        def call(model, method, *args, **kwargs):
            params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
            return self._post(f"/web/dataset/call_kw/{model}/{method}", params, Cookie=cookie)[0]

        return call

    def cookie(self, login, password):
        """The cookie of this person's session, as `name=value`; they log in the first time that somebody asks."""
        if login not in self._cookies:
            credentials = {"db": self.database, "login": login, "password": password}
            _session, headers = self._post("/web/session/authenticate", credentials)
            self._cookies[login] = headers["Set-Cookie"].partition(";")[0]
        return self._cookies[login]

    def _post(self, path, params, **headers):
        """Ask a JSON-RPC route; returns the result and the answer's headers."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.url}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            error = answer["error"]
            raise RpcError(error.get("data", {}).get("debug") or error.get("message"))
        return answer.get("result"), response.headers  # no result: the method returned None

    def is_running(self):
        """False once it has ended, however it did."""
        return self._child.poll() is None

    def kill(self):
        """kill -9, the whole group: what a test does to see what survives."""
        os.killpg(self.pid, signal.SIGKILL)

    def log_text(self):
        """Everything it logged so far."""
        return self.log.read_text(errors="replace")

    def log_tail(self, lines=25):
        """The end of its log."""
        return tail(self.log, lines)


@contextmanager
def odoo_server(database, workers=0, port=None, args=(), env=None, name=None, boot=()):
    """Run an Odoo server on a database for a block; it answers when this yields.

    Several servers on one database need different names: the name is the log's. `boot`: see `odoo_command`.
    """
    port = port or ports.free()
    command = odoo_command(
        "-d",
        database,
        f"--db-filter=^{database}$",
        f"--workers={workers}",
        f"--http-port={port}",
        f"--gevent-port={ports.free()}",
        *QUIET,
        *args,
        boot=boot,
    )
    environ = odoo_environ(**(env or {}))
    with postgres(), background(name or f"odoo-{database}", command, environ) as (child, log):
        server = OdooServer(database, port, child, log)
        wait_until(lambda: _answers(server.url), child, log, "Odoo", timeout=120)
        yield server


def _answers(url):
    """True once a page of the database comes, that is, once the registry is loaded."""
    try:
        with urllib.request.urlopen(f"{url}/web/health", timeout=60) as response:
            return response.status == 200
    except OSError:
        return False
