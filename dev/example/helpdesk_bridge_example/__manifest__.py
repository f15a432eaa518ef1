{
    "name": "Helpdesk Bridge Example",
    "summary": "An addon on top of Helpdesk Bridge: parcels of tickets are shown and posted in Slack",
    "version": "19.0.1.0.0",
    "category": "After-Sales",
    "author": "Helpdesk Bridge contributors",
    "license": "AGPL-3",
    "depends": ["helpdesk_bridge"],
}
