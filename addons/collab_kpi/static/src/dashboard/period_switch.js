import { Component } from "@odoo/owl";

/** Of which period the figures are: how long, and which. */
export class PeriodSwitch extends Component {
    static template = "collab_kpi.PeriodSwitch";
    static props = { board: Object, asked: Object, isBusy: Boolean, onChange: Function };

    setGrain(grain) {
        this.props.onChange({ grain, back: 0 });
    }

    /** By what was asked last: who presses three times goes back three periods. */
    move(step) {
        this.props.onChange({ back: this.props.asked.back + step });
    }
}
