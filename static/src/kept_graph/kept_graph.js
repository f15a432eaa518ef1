import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/**
 * A graph in which a group without a value is empty. Odoo draws 0 for it: of an average, that is wrong.
 */
export class KeptGraphModel extends GraphModel {
    _getData(dataPoints, forceUseAllDataPoints) {
        const data = super._getData(dataPoints, forceUseAllDataPoints);
        const { fields, measure, mode } = this.metaData;
        if (mode === "pie" || fields[measure]?.aggregator !== "avg") {
            return data;
        }
        for (const dataset of data.datasets) {
            const values = new Map();
            for (const point of dataPoints) {
                if (typeof point.value === "number" && this._getDatasetLabel(point) === dataset.label) {
                    values.set(point.labelIndex, point.value);
                }
            }
            dataset.data = dataset.data.map((_value, index) => values.get(index) ?? null);
        }
        return data;
    }

    /** A sum of averages says nothing. */
    _getLineOverlayDataset() {
        const { fields, measure } = this.metaData;
        return fields[measure]?.aggregator === "avg" ? null : super._getLineOverlayDataset();
    }
}

registry.category("views").add("helpdesk_kept_graph", { ...graphView, Model: KeptGraphModel });
