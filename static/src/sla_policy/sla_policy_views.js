import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/**
 * A function that asks with what a change of policies does to open tickets. Without a ticket that moves, it does what
 * happens otherwise.
 */
function useTicketsQuestion() {
    const orm = useService("orm");
    const dialog = useService("dialog");
    return async ({ method, args, title, confirmLabel, confirm, otherwise }) => {
        const body = await orm.call("helpdesk.sla.policy", method, args);
        if (!body) {
            return otherwise();
        }
        return new Promise((done) => {
            const answer = async (action) => done(await action());
            dialog.add(ConfirmationDialog, {
                title,
                body,
                confirmLabel,
                confirm: () => answer(confirm),
                cancel: () => answer(() => {}),
            });
        });
    };
}

/** Archiving and unarchiving say first what they do to open tickets. */
const asksBeforeArchiving = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.askAboutTickets = useTicketsQuestion();
        }

        /** The policies of the form, or those that are selected. */
        async getPolicyIds() {
            const root = this.model.root;
            return root.resId ? [root.resId] : await root.getResIds(true);
        }

        getStaticActionMenuItems() {
            const items = super.getStaticActionMenuItems();
            const isSelection = !this.model.root.resId || undefined;
            const asking = (item, isActive, title, action) => {
                const otherwise = item.callback;
                item.callback = async () =>
                    this.askAboutTickets({
                        method: "bridge_preview_archiving",
                        args: [await this.getPolicyIds(), isActive],
                        title,
                        confirmLabel: title,
                        confirm: action,
                        otherwise,
                    });
            };
            asking(items.archive, false, _t("Archive"), () => this.model.root.archive(isSelection));
            asking(items.unarchive, true, _t("Unarchive"), () => this.model.root.unarchive(isSelection));
            return items;
        }
    };

/** Dragging a policy to another place says first what that does to open tickets. */
class SlaPolicyListRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.askAboutTickets = useTicketsQuestion();
    }

    async sortDrop(dataRowId, dataGroupId, params) {
        const drop = () => super.sortDrop(dataRowId, dataGroupId, params);
        if (dataGroupId) {
            return drop();
        }
        const records = this.props.list.records;
        const order = records.filter((record) => record.id !== dataRowId);
        const previous = order.findIndex((record) => record.id === params.previous?.dataset.id);
        order.splice(previous + 1, 0, ...records.filter((record) => record.id === dataRowId));
        return this.askAboutTickets({
            method: "bridge_preview_order",
            args: [order.map((record) => record.resId)],
            title: _t("Change the Order"),
            confirmLabel: _t("Change"),
            confirm: drop,
            otherwise: drop,
        });
    }
}

const views = registry.category("views");
views.add("helpdesk_sla_policy_form", { ...formView, Controller: asksBeforeArchiving(FormController) });
views.add("helpdesk_sla_policy_kanban", { ...kanbanView, Controller: asksBeforeArchiving(KanbanController) });
views.add("helpdesk_sla_policy_list", {
    ...listView,
    Controller: asksBeforeArchiving(ListController),
    Renderer: SlaPolicyListRenderer,
});
