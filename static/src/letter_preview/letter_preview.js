import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Shows an email as the form would send it. The form is neither saved nor read anew, so nothing that was typed is lost,
 * and the page stays where it is.
 */
export class LetterPreview extends Component {
    static template = "helpdesk_bridge.LetterPreview";
    static props = {
        ...standardWidgetProps,
        kind: { type: String },
        templateField: { type: String },
        ofTeam: { type: Boolean },
        canTest: { type: Boolean },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get chosen() {
        const { data, resId } = this.props.record;
        const template = data[this.props.templateField];
        return [
            this.props.kind,
            (data.company_id && data.company_id.id) || false,
            (this.props.ofTeam && resId) || false,
            (template && template.id) || false,
        ];
    }

    async preview() {
        await this.action.doAction(await this.orm.call("helpdesk.letter.preview", "action_open", this.chosen));
    }

    async test() {
        await this.action.doAction(await this.orm.call("helpdesk.letter.preview", "action_test", this.chosen));
    }
}

registry.category("view_widgets").add("helpdesk_letter_preview", {
    component: LetterPreview,
    extractProps: ({ attrs }) => ({
        kind: attrs.kind,
        templateField: attrs.template_field,
        ofTeam: Boolean(attrs.of_team),
        canTest: Boolean(attrs.test),
    }),
    fieldDependencies: [{ name: "company_id", type: "many2one" }],
});
