import { Component, onWillStart, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { imageUrl } from "@web/core/utils/urls";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const SPANS = [
    { value: "week", label: _t("Week") },
    { value: "month", label: _t("Month") },
    { value: "quarter", label: _t("Quarter") },
];
/** How many spans back one can look. */
const BACK = 12;
const PODIUM = 3;

/** What the address says was shown before the page was loaded anew. */
function shownBefore() {
    const { span, back, kind = "people" } = router.current;
    // an address has nothing for 0
    return SPANS.some(({ value }) => value === span) ? { span, back: back || 0, kind } : {};
}

/** Who has received most points in a span of time, and what is missing to be among them. */
export class Leaderboard extends Component {
    static template = "collab_checkin.Leaderboard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.spans = SPANS;
        this.state = useState({
            span: "week",
            back: 0,
            kind: "people",
            board: null,
            ...shownBefore(),
            ...this.props.state,
        });
        useSetupAction({
            getLocalState: () => {
                const { span, back, kind } = this.state;
                return { span, back, kind };
            },
        });
        onWillStart(() => this.load({}));
    }

    async load(change) {
        const { span, back, kind } = { ...this.state, ...change };
        const board = await this.keepLast.add(
            this.orm.call("collab.leaderboard", "top", [], { span, back, kind })
        );
        Object.assign(this.state, { span, back, kind, board });
        this.props.updateActionState?.({ span, back, kind });
    }

    // -- what is shown ----------------------------------------------------------

    get isFirst() {
        return this.state.back >= BACK;
    }

    get days() {
        const first = deserializeDate(this.state.board.first);
        const last = deserializeDate(this.state.board.last);
        if (this.state.span === "month") {
            return first.toLocaleString({ year: "numeric", month: "long" });
        }
        const { DATE_MED } = luxon.DateTime;
        return `${first.toLocaleString(DATE_MED)} – ${last.toLocaleString(DATE_MED)}`;
    }

    get kinds() {
        return Object.entries(this.state.board.kinds).map(([value, label]) => ({ value, label }));
    }

    get rows() {
        const most = this.state.board.rows[0]?.points;
        return this.state.board.rows.map((row) => ({
            ...row,
            isMe: this.state.kind === "people" && row.id === user.userId,
            share: row.points / most,
            text: this.pointsText(row.points),
            image: this.state.kind === "people" && imageUrl("res.users", row.id, "avatar_128"),
        }));
    }

    pointsText(points) {
        if (this.state.kind === "departments") {
            return _t("%s points a head", formatFloat(points, { digits: [16, 1] }));
        }
        return points === 1 ? _t("1 point") : _t("%s points", points);
    }

    get emptyText() {
        const { kind, board } = this.state;
        return kind === "departments"
            ? _t("Departments are compared from %s people on.", board.minimum)
            : _t("Whoever gets the first is on the board.");
    }

    /** Those on it share their place with nobody in the list below. */
    get podium() {
        const { rows } = this;
        return rows.slice(0, PODIUM).filter(({ place }) => place !== rows[PODIUM]?.place);
    }

    get others() {
        return this.rows.slice(this.podium.length);
    }

    /** What the board says to its reader; nobody is told a place beyond the top. */
    get mine() {
        const { is_off, points, more } = this.state.board;
        if (is_off) {
            return _t("You have left the leaderboards. Nobody sees you here.");
        }
        if (this.state.kind !== "people") {
            return this.rows.length ? this.emptyText : "";
        }
        const said = points === 1 ? _t("You: 1 point.") : _t("You: %s points.", points);
        if (!more || this.state.back) {
            return said;
        }
        const missing =
            more === 1
                ? _t("One more and you are on the board.")
                : _t("%s more and you are on the board.", more);
        return `${said} ${missing}`;
    }

    // -- acting -----------------------------------------------------------------

    async toggle() {
        const method = this.state.board.is_off ? "join" : "leave";
        await this.orm.call("collab.leaderboard", method, []);
        await this.load({});
    }
}

registry.category("actions").add("collab_leaderboard", Leaderboard);
