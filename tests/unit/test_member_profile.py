"""Who may act: a full member of our own workspace with a confirmed address, and nobody else."""

import pytest

from tools.slack import link_code, member_profile
from tools.slack.response import Answer

TEAM = "T0ACME001"
USER = {
    "id": "U0ANNA0001",
    "team_id": TEAM,
    "name": "anna",
    "deleted": False,
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_email_confirmed": True,
    "profile": {"real_name": "Anna Agent", "display_name": "anna", "email": "anna@example.com"},
}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({}, ""),
        ({"team_id": "T0OTHER01"}, "stranger"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": None}, "stranger"),
        ({"team_id": "E0GRID0001", "enterprise_user": {"teams": ["T0OTHER01", TEAM]}}, ""),
        ({"team_id": "E0GRID0001", "enterprise_user": {"teams": ["T0OTHER01"]}}, "stranger"),
        ({"deleted": True}, "deleted"),
        ({"deleted": None}, "deleted"),
        ({"is_bot": True}, "program"),
        ({"is_app_user": True}, "program"),
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_email_confirmed": False}, "unconfirmed"),
        ({"is_email_confirmed": None}, "unconfirmed"),
        ({"is_email_confirmed": "yes"}, "unconfirmed"),
    ],
)
def test_who_is_refused(values, refusal):
    assert member_profile.profile({**USER, **values}, TEAM).refusal == refusal


@pytest.mark.parametrize("user", [None, [], "U1", {}, {"profile": []}])
def test_who_is_nobody_is_refused(user):
    assert member_profile.profile(user, TEAM).refusal == "stranger"


def test_nobody_is_ours_while_our_workspace_is_unknown():
    assert member_profile.profile({**USER, "team_id": ""}, "").refusal == "stranger"


def test_name_and_address():
    found = member_profile.profile(USER, TEAM)
    assert (found.ref, found.name, found.email) == ("U0ANNA0001", "Anna Agent", "anna@example.com")
    assert member_profile.profile({**USER, "profile": {"display_name": "anna"}}, TEAM).name == "anna"


@pytest.mark.parametrize(
    ("error", "refusal"),
    [("user_not_found", "unknown"), ("missing_scope", "not_allowed"), ("ratelimited", ""), ("no_answer", "")],
)
def test_an_outage_says_nothing_about_a_person(error, refusal):
    assert member_profile.refusal_of_answer(Answer(error=error)) == refusal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("link ABCDE-FGHJK", "ABCDE-FGHJK"),
        (" LINK abcdefghjk \n", "ABCDE-FGHJK"),
        ("link ABCDE-FGHJK please", ""),
        ("link ABCDE-FGHJ", ""),
        ("link ABCDE-FGHJ0", ""),
        ("please link this ticket", ""),
        ("", ""),
        (None, ""),
        (["link ABCDE-FGHJK"], ""),
    ],
)
def test_a_code_stands_alone(text, code):
    assert link_code.code_in(text) == code


def test_a_new_code_is_read_back():
    code = link_code.new(lambda letters: letters[-1])
    assert link_code.code_in(f"link {code}") == code
