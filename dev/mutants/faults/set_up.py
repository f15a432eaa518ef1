"""A set-up that leads astray, or managers who set what is not theirs."""

from dev.mutants.fault import Fault

MANAGERS = "tests/test_manager_settings.py::TestManagerSettings"
LISTED = "tests/test_slack_channel_list.py::TestSlackChannelList"
STEPS = "tests/test_settings_steps.py::TestSettingsSteps"
PREVIEW = "tests/test_outbound_preview.py::TestOutboundPreview"
SETTINGS = "models/settings/helpdesk_manager_settings.py"
COMPANY = f"{MANAGERS}::test_another_company_is_neither_written_nor_read"
CHOICE = f"{MANAGERS}::test_what_cannot_be_read_or_does_not_fit_cannot_be_chosen"

FAULTS = (
    Fault(
        name="managers-set-another-company",
        file=SETTINGS,
        find='        if vals["company_id"] not in self.env.user.company_ids.ids:\n',
        put="        if False:\n",
        tests=COMPANY,
        why="a manager of one company sets, and reads, the settings of another",
    ),
    Fault(
        name="the-form-of-another-manager-is-open",
        file="security/helpdesk_manager_settings_rules.xml",
        find="[('create_uid', '=', user.id), ('company_id', 'in', company_ids)]",
        put="[(1, '=', 1)]",
        tests=COMPANY,
        why="a manager reads the settings of another company in a form that somebody has opened there",
    ),
    Fault(
        name="managers-choose-what-they-cannot-read",
        file=SETTINGS,
        find='        record.check_access("read")\n',
        put="",
        tests=CHOICE,
        why="tickets are posted with the token of a workspace that the manager may not see",
    ),
    Fault(
        name="a-template-of-anything-is-chosen",
        file=SETTINGS,
        find='        if record._name == "mail.template" and record.sudo().model != "helpdesk.ticket":\n',
        put="        if False:\n",
        tests=CHOICE,
        why="a template of another model is rendered with a ticket",
    ),
    Fault(
        name="managers-get-the-buttons-of-administrators",
        file=SETTINGS,
        find='            return is_place or not hasattr(type(self), node.get("name"))\n',
        put="            return is_place\n",
        tests=f"{MANAGERS}::test_the_form_is_odoos_less_what_is_not_theirs",
        why="the form has buttons that end in an error",
    ),
    Fault(
        name="two-menus-named-settings",
        file="models/settings/ir_ui_menu.py",
        find="        if menu and self.env.user.has_group(SYSTEM):\n",
        put="        if False:\n",
        tests=f"{MANAGERS}::test_everybody_finds_one_menu_named_settings",
        why="an administrator who is a manager does not know which Settings are meant",
    ),
    Fault(
        name="getting-started-comes-back",
        file="models/settings/res_config_settings_steps.py",
        find="                company.helpdesk_set_up_date = self.env.cr.now()\n",
        put="                pass\n",
        tests=f"{STEPS}::test_what_was_done_once_is_gone_for_good",
        why="a token that expires makes a beginner of everybody",
    ),
    Fault(
        name="an-installation-by-a-command-leaves-something-to-do",
        file="hooks.py",
        find="    if request:\n",
        put="    if True:\n",
        tests=f"{STEPS}::test_only_who_presses_activate_is_led_to_the_settings",
        why="whoever activates another app later lands in the Helpdesk settings",
    ),
    Fault(
        name="the-beginning-of-a-list-takes-channels-away",
        file="models/slack/helpdesk_slack_workspace_channels.py",
        find="        if is_whole:\n",
        put="        if True:\n",
        tests=f"{LISTED}::test_the_end_of_a_list_that_was_not_read_takes_nothing_away",
        why="a bot in more channels than are read loses some of them from the list",
    ),
    Fault(
        name="a-list-that-is-refused-takes-channels-away",
        file="models/slack/helpdesk_slack_workspace_channels.py",
        find="        if answer.ok:\n            self._store_channels",
        put="        if True:\n            self._store_channels",
        tests=f"{LISTED}::test_a_list_that_slack_refuses_takes_nothing_away_and_says_why",
        why="Slack is slow for a moment, and the channels are gone from the list",
    ),
)
