"""Requests that nobody means well with, from a seed: bodies, headers and paths, signed or not, in valid framing.

What breaks HTTP itself (a request line that is none, a megabyte of headers) never reaches the addon: the server before
it answers.
"""

import copy
import hashlib
import hmac
import json
import random
import socket
import time
from urllib.parse import urlencode

#: Content types that lie, or are none.
TYPES = (
    *("application/json", "application/x-www-form-urlencoded", "text/plain", "", "application/json; charset=utf-16"),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300),
    *("multipart/form-data; boundary=x", "application/json-rpc", "application/xml", "x/y; charset=\x7f", "/", ";;;=,"),
    *("application/x-www-form-urlencoded; charset=none", "text/html; charset=utf-7", "message/http"),
)
#: What stands in place of any value.
ODD = (
    *(None, True, False, 0, -1, 2**63, 10**400, 1e308, "", " ", "\0", "\ud800", "x" * 10_000, "../../etc/passwd"),
    *([], {}, [[]], {"": ""}, ["x"] * 200, {"$ne": 1}, "1' OR '1'='1", "{{7*7}}", "%s%n", "\u202e", "<script>"),
    *("C" * 500, "U0ANNA0001", "1700000000.000100", "٣٣٣", "9" * 4000, {"type": {"type": {"type": []}}}),
)
#: Other paths; one with %00 is not among them: Odoo looks for any unknown path in its database, and fails.
PATHS = ("0", "-1", "999999999", "9" * 400, "1.5", "x", "%01", "1/", "1/2", "..%2f1", "%31", "1?x=1", "1;a", "")


class Hostile:
    """Makes requests, one after the other; the same seed makes the same ones."""

    def __init__(self, seed, path, secret, event):
        """:param path: of the route :param secret: the signing secret :param event: a body as Slack sends it"""
        self._dice, self._path, self._secret, self._event = random.Random(seed), path, secret, event

    def request(self):
        """The bytes of one request."""
        dice, body = self._dice, self._body()
        headers = [("Host", "127.0.0.1"), ("Connection", "close"), ("Content-Type", dice.choice(TYPES))]
        headers += self._signature(body) + self._noise()
        path = self._path if dice.random() < 0.9 else f"{self._path.rpartition('/')[0]}/{dice.choice(PATHS)}"
        framing, sent = self._framed(body)
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers + framing)]
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + sent

    # ------------------------------------------------------------

    def _body(self):
        dice = self._dice
        kind = dice.randrange(10)
        if kind == 0:
            return dice.randbytes(dice.choice((0, 1, 50, 5000)))
        if kind == 1:
            return dice.choice((b"[", b'{"a":', b'"', b"\xff\xfe", b"payload=", b"&=")) * dice.choice((1, 100, 60_000))
        if kind == 2:
            return b'{"a": "' + b"x" * dice.choice((10_000, 900_000, 1_000_100)) + b'"}'
        value = json.loads(json.dumps(self._event))
        for _time in range(dice.randrange(1, 6)):
            self._spoil(value)
        raw = json.dumps(value, default=str).replace("Infinity", "1e999").encode("utf-8", "replace")
        if kind == 3:
            cut = dice.randrange(len(raw))
            return raw[:cut] + dice.randbytes(3) + raw[cut + dice.randrange(5) :]
        if kind == 4:
            return urlencode({"payload": raw}).encode()
        if kind == 5:
            fields = {f"f{number}": "x" for number in range(dice.choice((1, 99, 3000)))}
            return urlencode(
                {**fields, "command": "/helpdesk", "text": str(dice.choice(ODD))[:5000]}, errors="replace"
            ).encode()
        return raw

    def _spoil(self, value):
        """Put something odd somewhere into nested values."""
        dice = self._dice
        while isinstance(value, dict | list) and value:
            key = dice.choice(sorted(value, key=str)) if isinstance(value, dict) else dice.randrange(len(value))
            if not isinstance(value[key], dict | list) or not value[key] or dice.random() < 0.3:
                # A copy: what is put into it later is put into this one.
                value[key] = copy.deepcopy(dice.choice(ODD))
                return
            value = value[key]

    def _signature(self, body):
        dice = self._dice
        moment = dice.choice((str(int(time.time())),) * 8 + ("0", "", "now", "9" * 4000, "-5", "٣٣", "1e9", "nan"))
        secret = self._secret if dice.random() < 0.6 else "other"
        digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
        signature = f"v0={digest}"
        if dice.random() < 0.2:
            signature = dice.choice(("", "v0=", "v1=" + digest, digest.upper(), "v0=\xe9\xe9", "x" * 5000, "v0=" * 99))
        headers = [("X-Slack-Request-Timestamp", moment), ("X-Slack-Signature", signature)]
        if dice.random() < 0.1:
            headers = dice.choice(([], headers[:1], headers[1:], headers * 2, [*headers, (headers[1][0], "v0=0")]))
        return headers

    def _noise(self):
        """Headers that are none of our business, and some of Slack's."""
        dice = self._dice
        noise = (
            ("X-Slack-Retry-Num", dice.choice(("1", "-1", "x", "9" * 50))),
            ("X-Slack-Retry-Reason", "http_timeout"),
            ("Content-Encoding", dice.choice(("gzip", "br", "identity"))),
            ("Cookie", dice.choice(("session_id=../../x", "session_id=" + "a" * 84, "a=b; ;;=", "\xff=\xfe"))),
            ("Accept-Language", dice.choice(("xx-YY", "*", "\xe9", "cs;q=9"))),
            ("X-Forwarded-For", dice.choice(("127.0.0.1", "', 1", "::1"))),
            ("X-HTTP-Method-Override", "DELETE"),
            ("Authorization", dice.choice(("Bearer x", "Basic !!", "\xff"))),
            ("X-Odoo-Database", "other"),
            ("Accept", "text/html;q=\xe9"),
            ("User-Agent", "x" * 4000),
        )
        return dice.sample(noise, dice.randrange(4))

    def _framed(self, body):
        """Headers that say how long the body is, more or less, and the body as it is sent."""
        dice = self._dice
        kind = dice.randrange(20)
        if kind == 0:
            return [("Content-Length", len(body) + 1000)], body  # the rest never comes
        if kind == 1:
            return [("Content-Length", max(len(body) - 5, 0))], body
        if kind == 2:
            return [("Content-Length", dice.choice(("x", "-1", "", "1e3")))], b""
        if kind == 3:
            chunks = [body[start : start + 5000] for start in range(0, len(body), 5000)]
            sent = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
            return [("Transfer-Encoding", "chunked")], sent + dice.choice((b"0\r\n\r\n", b"", b"zz\r\n"))
        return [("Content-Length", len(body))], body


def ask(port, raw, timeout=60):
    """Send bytes to a server on this machine. :return: the status, 0 when there was no answer"""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has answered before all was read
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except OSError:
            pass
    heads = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return int(heads[-1].split()[1]) if heads else 0
