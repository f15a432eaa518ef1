import { registry } from "@web/core/registry";

/** Closes what the last button has said. */
let closeLast = () => {};

/** Say what became of a button; what the one before has said is over. `params`: those of Odoo's display_notification. */
function notify(env, action) {
    const { message, next, sticky, title, type } = action.params || {};
    closeLast();
    closeLast = env.services.notification.add(message, { sticky, title, type });
    return next;
}

registry.category("actions").add("helpdesk_bridge_notification", notify);
