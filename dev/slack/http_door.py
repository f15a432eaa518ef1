"""Deliveries by HTTP, signed.

https://docs.slack.dev/authentication/verifying-requests-from-slack: `v0=` HMAC-SHA256 of `v0:timestamp:body`.
https://docs.slack.dev/apis/events-api/using-http-request-urls: the challenge; at most two redirects; why a retry comes.
Slack insists on TLS for events; the double also delivers to plain HTTP.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import ssl
import time
from dataclasses import dataclass

import aiohttp

REDIRECTS = 2


@dataclass
class Answer:
    """What the app answered."""

    status: int
    headers: dict
    text: str


class HttpDoor:
    """Posts to the app."""

    def __init__(self, slack):
        self._slack, self._session = slack, None

    async def close(self):
        """End it."""
        if self._session:
            await self._session.close()

    def signed(self, body, now=None):
        """The headers that prove a body to be Slack's."""
        stamp = str(int(time.time() if now is None else now))
        words = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._slack.space.app.signing_secret.encode(), words, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def send(self, url, body, content_type, more=None):
        """Post a body; returns (why it failed or '', the Answer or None)."""
        self._session = self._session or aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0)
        )
        agent = "Slackbot 1.0 (+https://api.slack.com/robots)"
        headers = {"Content-Type": content_type, "User-Agent": agent, **self.signed(body), **(more or {})}
        window = aiohttp.ClientTimeout(total=self._slack.space.app.ack_window)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=window, max_redirects=REDIRECTS + 1
            ) as got:
                answer = Answer(got.status, dict(got.headers.items()), await got.text(errors="replace"))
        except asyncio.TimeoutError:
            return "http_timeout", None
        except aiohttp.TooManyRedirects:
            return "too_many_redirects", None
        except (ssl.SSLError, aiohttp.ClientSSLError):
            return "ssl_error", None
        except (aiohttp.ClientConnectionError, aiohttp.InvalidURL):
            return "connection_failed", None
        except aiohttp.ClientError:
            return "unknown_error", None
        answer.headers = {name.lower(): value for name, value in answer.headers.items()}
        return ("" if 200 <= answer.status < 300 else "http_error"), answer

    async def verify(self, url):
        """Ask a new address for the challenge; returns what is wrong with it, '' when nothing is."""
        challenge = secrets.token_urlsafe(32)
        token = self._slack.space.app.verification_token
        asked = {"token": token, "challenge": challenge, "type": "url_verification"}
        failed, answer = await self.send(url, json.dumps(asked).encode(), "application/json")
        if failed:
            return f"{failed} {answer.status}" if answer else failed
        said = answer.text.strip()
        try:
            decoded = json.loads(said)
            said = decoded.get("challenge") if isinstance(decoded, dict) else decoded
        except ValueError:
            pass
        return "" if said == challenge else "challenge_failed"
