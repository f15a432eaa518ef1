import { Component, onWillUnmount, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;
/** Milliseconds after which the time that is left is told anew. */
const EVERY = 60_000;
const COLORS = { breached: "text-danger fw-bold", at_risk: "text-warning-emphasis fw-bold", paused: "text-muted" };

/** When an SLA target is due, from now on: "in 2 hours". Its colour is that of the SLA status, grey when done. */
export class DueField extends Component {
    static template = "helpdesk_bridge.DueField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ now: DateTime.now() });
        const timer = browser.setInterval(() => (this.state.now = DateTime.now()), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    get due() {
        return this.props.record.data[this.props.name];
    }

    get words() {
        return this.due ? this.due.toRelative({ base: this.state.now, style: "short" }) : "";
    }

    get title() {
        return this.due ? _t("Due: %s", formatDateTime(this.due)) : "";
    }

    get color() {
        const { closed, sla_status: status } = this.props.record.data;
        if (closed) {
            return "text-muted";
        }
        return this.due && this.due < this.state.now ? COLORS.breached : COLORS[status] || "";
    }
}

registry.category("fields").add("helpdesk_due", {
    component: DueField,
    displayName: _t("Due, from now on"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "closed", type: "boolean" },
        { name: "sla_status", type: "selection" },
    ],
});
