import { Component, markup, onMounted, onWillUnmount, useEffect, useState } from "@odoo/owl";

import { Chatter } from "@mail/chatter/web_portal/chatter";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { isHtmlEmpty } from "@web/core/utils/html";
import { useService } from "@web/core/utils/hooks";

/** The type of the messages on the bus (tools/ticket/live.py), and those of them that may change what is held. */
const TYPE = "helpdesk_bridge.ticket";
const KINDS = ["answering", "changed", "customer_replied", "message"];
/** Milliseconds. */
export const delays = {
    tick: 500,
    overdue: 3_000, // between two questions whether a reply that is due was sent
};

/**
 * Shows above the composer which replies to the customer are held: to their author with Undo and Send Now, to others
 * for information. Also says who else is answering.
 */
export class HeldReplies extends Component {
    static template = "helpdesk_bridge.HeldReplies";
    static props = { thread: Object, toggleComposer: Function };

    setup() {
        this.bus = useService("bus_service");
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.store = useService("mail.store");
        this.state = useState({ replies: [], answering: [], now: Date.now(), isBusy: false });
        this.onBus = this.onBus.bind(this);
        onMounted(() => {
            this.bus.subscribe(TYPE, this.onBus);
            this.timer = browser.setInterval(() => this.tick(), delays.tick);
        });
        onWillUnmount(() => {
            this.isGone = true;
            this.bus.unsubscribe(TYPE, this.onBus);
            browser.clearInterval(this.timer);
        });
        useEffect(
            () => {
                Object.assign(this.state, { replies: [], answering: [] });
                this.load();
            },
            () => [this.props.thread.id]
        );
    }

    onBus(news) {
        if (news.ticket === this.props.thread.id && news.kinds.some((kind) => KINDS.includes(kind))) {
            this.load();
        }
    }

    async load() {
        const ticket = this.props.thread.id;
        const found = await this.call("bridge_replies");
        if (this.isGone || !found || ticket !== this.props.thread.id) {
            return;
        }
        const now = Date.now();
        const replies = found.replies.map((reply) => ({ ...reply, due: now + reply.seconds * 1000 }));
        const isOver = this.state.replies.some((old) => !replies.some((reply) => reply.id === old.id));
        Object.assign(this.state, { replies, answering: found.answering, now });
        this.asked = now;
        if (isOver) {
            this.props.thread.fetchNewMessages();
        }
    }

    /** Call a method of the ticket. Who may not read the ticket any more is not told so by this panel. */
    async call(method, args = []) {
        try {
            return await this.orm.silent.call("helpdesk.ticket", method, [[this.props.thread.id], ...args]);
        } catch {
            return false;
        }
    }

    tick() {
        const held = this.state.replies.filter((reply) => reply.state === "held");
        if (held.length) {
            this.state.now = Date.now();
            if (held.some((reply) => reply.due <= this.state.now) && this.state.now - this.asked > delays.overdue) {
                this.load();
            }
        }
    }

    secondsLeft(reply) {
        return Math.max(0, Math.ceil((reply.due - this.state.now) / 1000));
    }

    title(reply) {
        if (reply.state === "stopped") {
            return _t("Your reply was not sent.");
        }
        return reply.is_mine ? _t("Your reply waits.") : _t("%s is answering.", reply.author);
    }

    countdown(reply) {
        const seconds = this.secondsLeft(reply);
        return seconds ? _t("It is sent in %s s.", seconds) : _t("It is being sent…");
    }

    get answering() {
        return this.state.answering.map((name) => _t("%s is answering.", name));
    }

    /** Do something with a reply, once at a time. */
    async act(doIt) {
        if (!this.state.isBusy) {
            this.state.isBusy = true;
            try {
                await doIt();
            } finally {
                this.state.isBusy = false;
                await this.load();
            }
        }
    }

    /** Take a reply back. :param toEdit: whether its text returns to the composer */
    onClickUndo(reply, toEdit) {
        return this.act(async () => {
            const undone = await this.orm.call("helpdesk.ticket", "bridge_undo_reply", [
                [this.props.thread.id],
                reply.id,
            ]);
            if (!undone.done) {
                this.notification.add(_t("It is too late to undo: the reply was sent."), { type: "warning" });
            } else if (toEdit) {
                this.edit(undone);
            }
        });
    }

    onClickSend(reply) {
        return this.act(async () => {
            const isSent = await this.orm.call("helpdesk.ticket", "bridge_send_reply", [
                [this.props.thread.id],
                reply.id,
                reply.state === "stopped",
            ]);
            if (!isSent) {
                this.notification.add(_t("The reply was not sent: something has happened meanwhile."), {
                    type: "warning",
                });
            }
        });
    }

    /** Put a reply back into the composer, above what is being written there. */
    edit({ body, files }) {
        const composer = this.props.thread.composer;
        const written = isHtmlEmpty(composer.composerHtml) ? "" : composer.composerHtml.toString();
        composer.composerHtml = markup(body + written);
        for (const file of files) {
            composer.attachments.add(this.store["ir.attachment"].insert(file));
        }
        this.props.toggleComposer("message", { force: true });
    }
}

Object.assign(Chatter.components, { HelpdeskHeldReplies: HeldReplies });
