import { Component, onMounted, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The type of the messages on the bus (tools/ticket/live.py). */
const TYPE = "helpdesk_bridge.ticket";
/** Milliseconds. The server forgets a form that has not asked for 150 seconds. */
export const delays = {
    watch: 60_000,
    together: 200, // messages of one change that come one after the other
    tellWriting: 4_000,
    writing: 10_000,
};

/**
 * Tells the user of a ticket's form what others do to the ticket meanwhile. A form without unsaved changes loads the
 * ticket anew by itself; any other one shows a button for it.
 */
export class TicketLive extends Component {
    static template = "helpdesk_bridge.TicketLive";
    static props = standardWidgetProps;

    setup() {
        this.bus = useService("bus_service");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({ lines: [], staleAt: null, writers: {} });
        this.kinds = {};
        this.lastTold = 0;
        this.onBus = this.onBus.bind(this);
        onMounted(() => {
            this.bus.subscribe(TYPE, this.onBus);
            this.bus.start();
            this.guardAssignee();
        });
        onWillUnmount(() => {
            this.isGone = true;
            this.bus.unsubscribe(TYPE, this.onBus);
            browser.clearTimeout(this.timer);
            browser.clearTimeout(this.writersTimer);
        });
        useEffect(
            () => {
                this.forget();
                this.state.writers = {};
                this.watch();
                const interval = browser.setInterval(() => this.watch(), delays.watch);
                return () => browser.clearInterval(interval);
            },
            () => [this.ticketId]
        );
        useExternalListener(document, "input", (ev) => this.onInput(ev), { capture: true });
    }

    get ticketId() {
        return this.props.record.resId;
    }

    /** When the ticket on the screen was last written, as the server writes moments. */
    get seen() {
        const date = this.props.record.data.write_date;
        return date ? serializeDateTime(date) : false;
    }

    /** Whether the ticket on the screen is older than what was told; saving brings it up to date. */
    get isStale() {
        return this.state.staleAt !== null && this.state.staleAt === this.seen;
    }

    get lines() {
        return this.state.staleAt === null || this.isStale ? this.state.lines : [];
    }

    get writers() {
        return Object.keys(this.state.writers).map((name) => _t("%s is writing…", name));
    }

    forget() {
        this.state.lines = [];
        this.state.staleAt = null;
    }

    async watch() {
        const ticket = this.ticketId;
        if (ticket) {
            const news = await this.call("bridge_watch", { seen: this.seen });
            if (news && ticket === this.ticketId) {
                this.onBus(news);
            }
        }
    }

    /** Before a save, look whether somebody else has taken the ticket since the form was loaded. */
    guardAssignee() {
        const hooks = this.props.record.model.hooks;
        const onWillSaveRecord = hooks.onWillSaveRecord;
        hooks.onWillSaveRecord = async (record, changes) => {
            const isOurs = !this.isGone && record.resId && record.resId === this.ticketId;
            if (isOurs && "user_id" in changes && !(await this.mayAssign(record, changes))) {
                return false;
            }
            return onWillSaveRecord(record, changes);
        };
    }

    /** Whether to save; who has the ticket now stays in what is saved, if the user wants that. */
    async mayAssign(record, changes) {
        const holder = await this.readAssignee();
        const shown = record._values.user_id;
        if (!holder || [shown && shown.id, changes.user_id, user.userId].includes(holder[0])) {
            return true;
        }
        return new Promise((done) => {
            this.dialog.add(ConfirmationDialog, {
                title: _t("Take Over This Ticket?"),
                body: _t("%s took this ticket meanwhile. Do you want to change the assignee all the same?", holder[1]),
                confirmLabel: _t("Change the Assignee"),
                confirm: () => done(true),
                cancelLabel: _t("Save Without It"),
                cancel: () => {
                    delete changes.user_id;
                    done(true);
                },
                dismiss: () => done(false),
            });
        });
    }

    /** Who has the ticket now: [id, name], or false. */
    async readAssignee() {
        try {
            const [found] = await this.orm.silent.read("helpdesk.ticket", [this.ticketId], ["user_id"]);
            return found.user_id;
        } catch {
            return false;
        }
    }

    /** Call a method of the ticket. What goes wrong is said by the next thing that the user does. */
    async call(method, kwargs = {}) {
        try {
            return await this.orm.silent.call("helpdesk.ticket", method, [[this.ticketId]], kwargs);
        } catch {
            return false;
        }
    }

    onBus(news) {
        if (news.ticket !== this.ticketId) {
            return;
        }
        if (news.kinds.includes("writing")) {
            this.state.writers[news.by] = Date.now() + delays.writing;
            this.dropWriters();
            return;
        }
        if (news.kinds.every((kind) => kind === "answering")) {
            return; // held_replies.js shows it
        }
        delete this.state.writers[news.by];
        if (news.by_id === user.userId) {
            this.catchUp(news);
            return;
        }
        for (const kind of news.kinds) {
            this.kinds[kind] = news;
        }
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.tell(), delays.together);
    }

    /** Drop who has not been writing for a while. */
    dropWriters() {
        browser.clearTimeout(this.writersTimer);
        const now = Date.now();
        for (const [name, until] of Object.entries(this.state.writers)) {
            if (until <= now) {
                delete this.state.writers[name];
            }
        }
        const next = Math.min(...Object.values(this.state.writers));
        if (Number.isFinite(next)) {
            this.writersTimer = browser.setTimeout(() => this.dropWriters(), next - now + 1);
        }
    }

    /** What the user did themself, in another tab or by a message that moved the ticket, is shown without a word. */
    async catchUp(news) {
        await new Promise((done) => browser.setTimeout(done, delays.together)); // the answer to a save is on its way
        if (news.write_date !== this.seen && !(await this.props.record.isDirty()) && news.ticket === this.ticketId) {
            await this.load();
        }
    }

    async tell() {
        const ticket = this.ticketId;
        const kinds = this.kinds;
        this.kinds = {};
        const isDirty = await this.props.record.isDirty();
        if (ticket !== this.ticketId) {
            return;
        }
        const lines = this.words(kinds, isDirty);
        this.state.lines = [...this.lines.filter((line) => !lines.includes(line)), ...lines];
        if (isDirty) {
            this.state.staleAt = this.seen;
        } else {
            await this.load();
        }
    }

    /** What is said about what happened; a program's change of a ticket that is loaded anew goes without saying. */
    words(kinds, isDirty) {
        const lines = [];
        if (kinds.customer_replied) {
            lines.push(_t("The customer replied."));
        }
        if (kinds.taken) {
            lines.push(this.wordsOfTaking(kinds.taken));
        }
        if (kinds.message && !lines.length) {
            lines.push(_t("%s wrote on this ticket.", kinds.message.by));
        }
        if (kinds.changed && !lines.length) {
            if (kinds.changed.by) {
                lines.push(_t("%s changed this ticket.", kinds.changed.by));
            } else if (isDirty) {
                lines.push(_t("This ticket has changed."));
            }
        }
        return lines;
    }

    wordsOfTaking({ by, assignee, assignee_id }) {
        if (by === assignee) {
            return _t("%s took this ticket.", by);
        }
        if (assignee_id === user.userId) {
            return by ? _t("%s assigned this ticket to you.", by) : _t("This ticket was assigned to you.");
        }
        return _t("This ticket is now assigned to %s.", assignee);
    }

    async load() {
        if (this.isGone) {
            return; // the form was closed while something was waited for
        }
        try {
            await this.props.record.load();
        } catch (error) {
            if (!this.isGone) {
                throw error;
            }
        }
    }

    async onClickReload() {
        await this.props.record.discard();
        await this.load();
        this.forget();
    }

    /** Tell the others that the user is writing to this ticket, in the form or in the dialog above it. */
    onInput(ev) {
        const form = this.root.el?.closest(".o_form_view");
        const chatter = ev.target.closest?.(".o-mail-Chatter .o-mail-Composer");
        const isHere = chatter ? form?.contains(chatter) : ev.target.closest?.(".o_mail_composer_form_view");
        if (isHere && this.ticketId && Date.now() - this.lastTold > delays.tellWriting) {
            this.lastTold = Date.now();
            this.call("bridge_is_writing");
        }
    }
}

registry.category("view_widgets").add("helpdesk_ticket_live", {
    component: TicketLive,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
