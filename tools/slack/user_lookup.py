"""Interprets the answer of ``users.lookupByEmail``."""

from dataclasses import dataclass

#: Days a result is kept. Members seldom change; a missing one may be invited tomorrow.
FOUND_DAYS, NOBODY_DAYS = 30, 1
#: Seconds until the next look-up after an answer that says nothing about the person.
TROUBLE_WAIT, NO_SCOPE_WAIT = 60, 3600
NOT_FOUND = frozenset({"users_not_found", "user_not_found", "invalid_arguments", "user_not_visible"})
NO_SCOPE = frozenset({"missing_scope", "no_permission", "not_allowed_token_type", "access_denied"})


@dataclass(frozen=True)
class Finding:
    """:param ref: the member's id, empty for none :param days: how long to keep it; 0: no result
    :param wait: seconds to leave this workspace alone with such questions
    :param may_ask: False when the app lacks the permission
    """

    ref: str = ""
    days: int = 0
    wait: float = 0
    may_ask: bool = True


def judge(answer):
    """What an `Answer` of ``users.lookupByEmail`` means."""
    member = answer.data.get("user") if answer.ok else None
    if isinstance(member, dict) and member.get("id") and not member.get("deleted"):
        return Finding(str(member["id"]), FOUND_DAYS)
    if answer.ok or answer.error in NOT_FOUND:
        return Finding(days=NOBODY_DAYS)
    if answer.error in NO_SCOPE:
        return Finding(wait=NO_SCOPE_WAIT, may_ask=False)
    return Finding(wait=max(answer.retry_after, TROUBLE_WAIT))
