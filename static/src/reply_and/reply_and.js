import { Composer } from "@mail/core/common/composer";
import { patch } from "@web/core/utils/patch";

/** In the composer of a ticket: a reply that closes the ticket, or lets it wait for the customer. */
patch(Composer.prototype, {
    /** What may follow a reply here: "close", "wait". The server knows which stages the ticket's team has. */
    get helpdeskWaysOn() {
        const thread = this.thread;
        const isReply = this.props.type === "message" && !this.props.composer.message;
        return (isReply && thread?.model === "helpdesk.ticket" && thread.helpdesk_ways_on) || [];
    },

    get isHelpdeskNote() {
        return this.props.type === "note" && this.thread?.model === "helpdesk.ticket";
    },

    async onClickHelpdeskSend(way) {
        this.helpdeskWay = way;
        try {
            await this.sendMessage();
        } finally {
            this.helpdeskWay = undefined;
        }
    },

    get extraData() {
        return this.helpdeskWay ? { ...super.extraData, helpdesk_then: this.helpdeskWay } : super.extraData;
    },
});
