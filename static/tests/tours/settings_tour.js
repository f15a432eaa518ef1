import { registry } from "@web/core/registry";

const TOKEN = "[name=helpdesk_slack_bot_token] input[type=password]";
const TEST = "button[name=action_helpdesk_slack_test]";

/** What is typed is tested, what is saved is kept, and a secret is never shown again. */
registry.category("web_tour.tours").add("helpdesk_bridge_settings", {
    url: "/odoo/action-helpdesk_mgmt.action_helpdesk_mgmt_config_settings",
    steps: () => [
        {
            content: "nothing is connected yet",
            trigger: "[name=helpdesk_slack_status]:contains('Not connected')",
        },
        {
            content: "type a token that Slack does not know",
            trigger: TOKEN,
            run: "edit xoxb-wrong",
        },
        { content: "test it", trigger: TEST, run: "click" },
        {
            content: "the answer says what is wrong and how to mend it",
            trigger: ".o_notification:contains('does not accept this token')",
        },
        {
            content: "close the answer",
            trigger: ".o_notification_close",
            run: "click",
        },
        { content: "type the right token", trigger: TOKEN, run: "edit xoxb-right" },
        { content: "test that one", trigger: TEST, run: "click" },
        {
            content: "the answer says whose token it is",
            trigger: ".o_notification:contains('Connected to the workspace Acme as helpdesk. The token is stored')",
        },
        {
            content: "the form says so at once",
            trigger: "[name=helpdesk_slack_status]:contains('Acme, as helpdesk')",
        },
        {
            content: "and shows the token no more",
            trigger: `${TOKEN}:value()`,
        },
        {
            content: "paste the link of a channel",
            trigger: "[name=helpdesk_slack_channel_id] input",
            run: "edit https://acme.slack.example/archives/C0SUPPORT01",
        },
        {
            content: "create the channel from it",
            trigger: ".o-autocomplete--dropdown-item:contains('C0SUPPORT01') a",
            run: "click",
        },
        {
            content: "the channel is chosen, and has told its name",
            trigger: "[name=helpdesk_slack_channel_id] input:value('#support')",
        },
        {
            content: "send a test message with what is in the form",
            trigger: "button[name=action_helpdesk_slack_send_test]",
            run: "click",
        },
        { content: "it went out", trigger: ".o_notification:contains('See')" },
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the token is stored",
            trigger: "[name=helpdesk_slack_status]:contains('A token is stored')",
        },
        {
            content: "and is not shown again",
            trigger: TOKEN,
            run() {
                if (this.anchor.value) {
                    throw new Error("the token came back");
                }
            },
        },
    ],
});
