import { registry } from "@web/core/registry";

const CONFIGURATION = {
    content: "open Helpdesk → Configuration",
    trigger: "button[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_config_main_menu']",
    run: "click",
};
const FAILED_MAIL = [
    CONFIGURATION,
    {
        content: "→ Inbound Emails",
        trigger: ".dropdown-item[data-menu-xmlid='helpdesk_bridge.helpdesk_inbound_mail_menu']",
        run: "click",
    },
    {
        content: "open the filters",
        trigger: ".o_control_panel:contains('Inbound Emails') .o_searchview_dropdown_toggler",
        run: "click",
    },
    { content: "those that failed", trigger: ".o_menu_item:contains('Failed')", run: "click" },
    { content: "only those are left", trigger: ".o_facet_value:contains('Failed')" },
    {
        content: "the list says why",
        trigger: ".o_data_row [name=reason]:contains('The category is archived')",
    },
    {
        content: "open the row",
        trigger: ".o_data_row:has([name=verdict]:contains('Failed')) [name=subject]",
        run: "click",
    },
    {
        content: "the form says why",
        trigger: ".alert-danger:contains('The category is archived')",
    },
    {
        content: "and shows the error",
        trigger: "[name=error]:contains('ValidationError: The category is archived')",
    },
];

/** An email could not be processed; the cause is mended; it is replayed and is a ticket. */
registry.category("web_tour.tours").add("helpdesk_bridge_replay", {
    url: "/odoo/helpdesk-tickets",
    steps: () => [
        ...FAILED_MAIL,
        { content: "replay it", trigger: "button[name=action_replay]", run: "click" },
        { content: "it is a new ticket", trigger: "[name=verdict]:contains('New ticket')" },
        {
            content: "there is nothing to replay any more",
            trigger: ".o_form_view:not(:has(button[name=action_replay]))",
        },
        {
            content: "go to the ticket",
            trigger: "[name=ticket_id] a:contains('Printer is on fire')",
            run: "click",
        },
        {
            content: "its mails are one click away",
            trigger: "button:has([name=inbound_mail_count]:contains('1'))",
            run: "click",
        },
        {
            content: "and there it is",
            trigger: ".o_breadcrumb:contains('Emails')",
        },
        {
            content: "with its verdict",
            trigger: ".o_data_row [name=verdict]:contains('New ticket')",
        },
    ],
});

/** Nothing shall become of an email: asked first, then done for good. */
registry.category("web_tour.tours").add("helpdesk_bridge_discard", {
    url: "/odoo/helpdesk-tickets",
    steps: () => [
        ...FAILED_MAIL,
        { content: "discard it", trigger: "button[name=action_discard]", run: "click" },
        {
            content: "think better of it",
            trigger: ".modal:contains('its original will be deleted') button:contains('Keep it')",
            run: "click",
        },
        {
            content: "nothing has happened",
            trigger: "body:not(:has(.modal)) .alert-danger:contains('The category is archived')",
        },
        { content: "discard it after all", trigger: "button[name=action_discard]", run: "click" },
        {
            content: "yes",
            trigger: ".modal button:contains('Discard the email')",
            run: "click",
        },
        { content: "it is ignored", trigger: "[name=verdict]:contains('Ignored')" },
        { content: "by somebody with a name", trigger: "[name=reason]:contains('Discarded by')" },
        {
            content: "and can no more be replayed",
            trigger: ".o_form_view:not(:has(button[name=action_replay]))",
        },
    ],
});

/** A newsletter became a ticket: its sender's next email shall not, and who wonders can ask. */
registry.category("web_tour.tours").add("helpdesk_bridge_filter_sender", {
    url: "/odoo/helpdesk-inbound-mails",
    steps: () => [
        {
            content: "open the mail",
            trigger: ".o_data_row [name=subject]:contains('Our spring offers')",
            run: "click",
        },
        {
            content: "filter its sender",
            trigger: ".o_statusbar_buttons button:contains('Filter This Sender')",
            run: "click",
        },
        {
            content: "the sender is filled in, whatever stands behind the plus",
            trigger: ".modal [name=pattern] input:value('news+*@shop.example')",
        },
        {
            content: "and it is clear what the filter will do",
            trigger: ".modal [name=test_result]:contains('news+47@shop.example do not become tickets')",
        },
        {
            content: "a pattern that means somebody else",
            trigger: ".modal [name=pattern] input",
            run: "edit offers@* && press Tab",
        },
        {
            content: "is seen before it is saved",
            trigger: ".modal [name=test_result]:contains('No filter matches')",
        },
        {
            content: "everybody at the shop",
            trigger: ".modal [name=pattern] input",
            run: "edit *@shop.example && press Tab",
        },
        {
            content: "that one matches",
            trigger: ".modal [name=test_result]:contains('This filter matches')",
        },
        { content: "save", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "back at the mail", trigger: "body:not(:has(.modal)) .o_form_view" },
        CONFIGURATION,
        {
            content: "→ Email Filters",
            trigger: ".dropdown-item[data-menu-xmlid='helpdesk_bridge.helpdesk_mail_filter_menu']",
            run: "click",
        },
        {
            content: "which filter matches?",
            trigger: ".o_control_panel button:contains('Try an Address')",
            run: "click",
        },
        {
            content: "ask about a sender",
            trigger: ".modal [name=address] input",
            run: "edit Jane <jane@shop.example> && press Tab",
        },
        {
            content: "the answer is in plain words",
            trigger: ".modal [name=result]:contains('jane@shop.example do not become tickets')",
        },
        {
            content: "and leads to the filter",
            trigger: ".modal [name=filter_id] a:contains('*@shop.example')",
        },
        { content: "close", trigger: ".modal-footer button:contains('Dismiss')", run: "click" },
        { content: "back in the list", trigger: "body:not(:has(.modal)) .o_list_view" },
    ],
});
