"""What Slack says of one of its users (``users.info``), and whether that person may act in Odoo at all.

Source: https://docs.slack.dev/reference/objects/user-object. A guest of Slack Connect brings a profile that the
administrators of another workspace write: the address in it proves nothing.
"""

from dataclasses import dataclass

from .inbound_row import ref, text
from .response import as_dict

#: Why somebody may not act: the words for it are in `helpdesk.slack.person`.
STRANGER, GUEST, PROGRAM, DELETED, UNCONFIRMED = "stranger", "guest", "program", "deleted", "unconfirmed"
UNKNOWN, NOT_ALLOWED = "unknown", "not_allowed"
NOT_THERE = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
NO_SCOPE = frozenset({"missing_scope", "no_permission", "not_allowed_token_type", "access_denied"})


@dataclass(frozen=True)
class Profile:
    """:param ref: id of the user (U… or W…)
    :param refusal: why this person may not act, one of the words above; empty if nothing speaks against it
    """

    ref: str
    name: str = ""
    email: str = ""
    refusal: str = ""


def profile(user, team_ref):
    """The `Profile` of a user. :param user: of ``users.info`` :param team_ref: id of our workspace"""
    user = as_dict(user)
    about = as_dict(user.get("profile"))
    name = next(filter(None, (text(about.get("display_name")).strip(), _real_name(user, about))), "")
    return Profile(
        ref=ref(user.get("id")),
        name=(_real_name(user, about) or name or text(user.get("name")))[:200],
        email=text(about.get("email")).strip()[:320],
        refusal=_refusal(user, team_ref),
    )


def _real_name(user, about):
    return (text(about.get("real_name")) or text(user.get("real_name"))).strip()


def _refusal(user, team_ref):
    if not team_ref or user.get("is_stranger") or team_ref not in _teams(user):
        return STRANGER
    if user.get("deleted") is not False:
        return DELETED
    if user.get("is_bot") or user.get("is_app_user") or user.get("is_workflow_bot"):
        return PROGRAM
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return GUEST
    # Without a confirmation, whoever joined may have typed the address of another person.
    return "" if user.get("is_email_confirmed") is True else UNCONFIRMED


def _teams(user):
    """The workspaces that a user is a member of: several in an Enterprise organization."""
    teams = as_dict(user.get("enterprise_user")).get("teams")
    return {ref(user.get("team_id")), *map(ref, teams if isinstance(teams, list) else ())} - {""}


def refusal_of_answer(answer):
    """What a failed ``users.info`` says about the person: a word above; empty when it says nothing, as in an outage."""
    if answer.error in NOT_THERE:
        return UNKNOWN
    return NOT_ALLOWED if answer.error in NO_SCOPE else ""
