import { SuggestionService } from "@mail/core/common/suggestion_service";
import { toRaw } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";

/**
 * On a ticket, `::` also offers the canned replies of its team, with the placeholders filled for this ticket.
 * They are records of Odoo's own kind in the browser, with negative ids: none is in the table of Odoo's responses.
 */
patch(SuggestionService.prototype, {
    async fetchSuggestions({ delimiter }, { thread, abortSignal } = {}) {
        const result = super.fetchSuggestions(...arguments);
        if (delimiter === "::" && thread?.model === "helpdesk.ticket" && thread.id) {
            await this.fetchHelpdeskCanned(thread, { abortSignal });
        }
        return result;
    },

    async fetchHelpdeskCanned(thread, options) {
        const args = [[thread.id]];
        const method = "bridge_canned_suggestions";
        const found = await this.makeOrmCall("helpdesk.ticket", method, args, {}, options);
        for (const { id, source, substitution } of found) {
            this.store["mail.canned.response"].insert({ id: -id, source, substitution });
        }
        this.helpdeskCanned = { ticket: thread.id, ids: new Set(found.map(({ id }) => -id)) };
    },

    searchSuggestions({ delimiter }, { thread } = {}) {
        const result = super.searchSuggestions(...arguments);
        if (delimiter === "::") {
            thread = toRaw(thread);
            const isHere =
                thread?.model === "helpdesk.ticket" && thread.id === this.helpdeskCanned?.ticket;
            result.suggestions = result.suggestions.filter(
                ({ id }) => id > 0 || (isHere && this.helpdeskCanned.ids.has(id))
            );
        }
        return result;
    },
});
