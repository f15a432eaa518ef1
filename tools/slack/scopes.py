"""What a Slack app may do, and what does not work without a scope.

Slack tells the scopes of a token with every answer, in the header ``X-OAuth-Scopes``:
https://docs.slack.dev/apis/web-api/#responses. Beyond ``chat:write``, each scope can be left out.
"""

#: What is lost -> the scopes that it needs. The words for it are in `helpdesk.slack.workspace`.
NEEDED = {
    "posts": ("chat:write",),
    "people": ("users:read", "users:read.email"),
    "history": ("channels:history", "groups:history"),
    "channels": ("channels:read", "groups:read"),
    "files": ("files:read",),
    "commands": ("commands",),
    "reactions": ("reactions:read",),
}
#: Without these, nothing is taken from Slack at all.
VITAL = ("people",)


def scopes_of(header):
    """The scopes in a header, in order and once each."""
    return tuple(dict.fromkeys(filter(None, (scope.strip() for scope in (header or "").split(",")))))


def lost(header):
    """What does not work: pairs of a word of `NEEDED` and the scopes that are missing. Nothing if nothing is known.

    :param header: what Slack said last, or an empty text
    """
    granted = set(scopes_of(header))
    if not granted:
        return ()
    missing = ((what, tuple(one for one in needed if one not in granted)) for what, needed in NEEDED.items())
    return tuple((what, scopes) for what, scopes in missing if scopes)
