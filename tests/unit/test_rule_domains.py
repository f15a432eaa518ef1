import pytest

from tools.common.rule_domains import lets_everything_pass, user_paths

TEAM = "['|', ('team_id', 'in', user.helpdesk_team_ids.ids), ('team_id', '=', False)]"


@pytest.mark.parametrize(
    ("domain", "paths"),
    [
        ("[]", set()),
        ("", set()),
        ("[(1, '=', 1)]", set()),
        ("[('company_id', 'in', company_ids + [False])]", set()),
        ("[('user_id', '=', user.id)]", {("id",)}),
        (TEAM, {("helpdesk_team_ids", "ids")}),
        (
            "\n  ['|', ('partner_id', '=', user.partner_id.id), ('x', 'child_of', [user.commercial_partner_id.id])]\n",
            {("partner_id", "id"), ("commercial_partner_id", "id")},
        ),
        (
            "[('x', '=', user.partner_id.city), ('y', '=', user.partner_id.id)]",
            {("partner_id", "city"), ("partner_id", "id")},
        ),
        ("[('x', 'in', user.helpdesk_team_ids.filtered('active').ids)]", {("helpdesk_team_ids", "filtered")}),
        ("[('x', 'in', user.mapped('helpdesk_team_ids.id'))]", {("mapped",)}),
        ("[('x', '=', other_user.id), ('user.id', '=', 1)]", set()),
        ("[('x', '=', user)]", set()),
        ("[('x', '=', user.]", set()),
        ("[('x', '=', 1)]\x00", set()),
    ],
)
def test_what_a_rule_reads_of_the_user(domain, paths):
    assert user_paths(domain) == paths


@pytest.mark.parametrize("domain", ["", " ", "[]", "[(1, '=', 1)]", '[(1,"=",1)]', "[[1, '=', 1]]", "\n[(1,'=',1)]\n"])
def test_a_rule_that_limits_nothing(domain):
    assert lets_everything_pass(domain)


@pytest.mark.parametrize("domain", [TEAM, "[(0, '=', 1)]", "[('id', '=', 1)]", "[(1, '=', 1), ('id', '=', 1)]", "[("])
def test_a_rule_that_limits_something(domain):
    assert not lets_everything_pass(domain)
