import { Component, useState } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { KudosDialog } from "../kudos/kudos_dialog";
import { KudosReactions } from "../kudos/kudos_reactions";

const MOODS = [
    { value: "good", icon: "fa-smile-o", label: _t("Good") },
    { value: "fair", icon: "fa-meh-o", label: _t("So-so") },
    { value: "low", icon: "fa-frown-o", label: _t("Low") },
];
/** What to try on the first seven days, a thing a day. */
const FIRST_WEEK = [
    _t("One tap a day is all it takes."),
    _t("Say what you plan for the day: a line is enough."),
    _t("Days off and leave never break a streak."),
    _t("See what else counts: Recognition, What Counts."),
    _t("Thank somebody who has helped you."),
    _t("Two missed days a month are forgiven."),
    _t("Once more, and your first badge is on its way."),
];
const PERIODS = { day: _t("today"), week: _t("this week"), month: _t("this month") };
/** Plans of the team that are shown at first. */
const FEW = 5;
/** The radius of the ring, of a box of 100, and its length. */
const RADIUS = 44;
const LENGTH = 2 * Math.PI * RADIUS;

/** Today's check-in, the week, and what the user says about their day. */
export class CheckinCard extends Component {
    static template = "collab_checkin.CheckinCard";
    static components = { KudosReactions };
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.mutex = new Mutex();
        this.asked = null;
        // what is typed and not sent: whatever renders the card meanwhile leaves it there
        this.draft = null;
        this.isTyped = false;
        this.state = useState({ isBusy: false, answer: null, isWhole: false });
        this.moods = MOODS;
        this.ring = { radius: RADIUS, length: LENGTH };
        useBus(this.env.bus, "COLLAB_CHECKIN:TAKEN", () => this.props.reload());
    }

    /**
     * What is known: before all is loaded anew, the answer to what the user did last. It goes with
     * the data that it is newer than, and not before: somebody may be writing where it shows.
     */
    get today() {
        const { data } = this.props;
        return this.asked === data ? { ...data, ...this.state.answer } : data;
    }

    get week() {
        const { day, checked } = this.today;
        return this.props.data.week.map((one) => {
            const isChecked = one.checked || (checked && one.day === day);
            const date = deserializeDate(one.day);
            return {
                ...one,
                isChecked,
                isToday: one.day === day,
                weekday: date.toFormat("ccc"),
                number: date.toFormat("d"),
                label: this.dayLabel(date, isChecked, one),
            };
        });
    }

    dayLabel(date, isChecked, { works, missed, forgiven }) {
        const day = date.toLocaleString(luxon.DateTime.DATE_FULL);
        if (isChecked) {
            return _t("%s: checked in", day);
        }
        if (forgiven) {
            return _t("%s: missed, and forgiven", day);
        }
        if (missed) {
            return _t("%s: missed", day);
        }
        return works ? _t("%s: working day", day) : _t("%s: day off", day);
    }

    /** What the ring shows: how much of the week's working days is done. */
    get done() {
        const working = this.week.filter(({ works }) => works);
        const number = working.filter(({ isChecked }) => isChecked).length;
        return {
            number,
            offset: LENGTH * (1 - number / working.length),
            label: working.length
                ? _t("Checked in on %(done)s of %(all)s working days of this week", {
                      done: number,
                      all: working.length,
                  })
                : _t("No working days this week"),
        };
    }

    get isDayOff() {
        const { day } = this.today;
        return !this.week.find((one) => one.day === day)?.works;
    }

    get title() {
        const { streak, checked } = this.today;
        if (!streak) {
            if (this.isDayOff) {
                return _t("A day off");
            }
            return checked ? _t("You are in") : _t("A new streak begins today");
        }
        return streak === 1 ? _t("1 day in a row") : _t("%s days in a row", streak);
    }

    get text() {
        const { longest, forgiven, streak } = this.today;
        if (this.isDayOff) {
            return streak
                ? _t("Today is a day off: your streak goes on without you.")
                : _t("A streak begins on a working day.");
        }
        const texts = [];
        if (longest > streak) {
            texts.push(_t("Longest: %s", longest));
        }
        texts.push(
            forgiven === 1
                ? _t("1 freeze left this month")
                : _t("%s freezes left this month", Math.max(0, forgiven))
        );
        return texts.join(" · ");
    }

    /** Which of the first seven days it is, and what to try on it. */
    get firstWeek() {
        const { checked, total } = this.today;
        const day = checked ? total : total + 1;
        return day >= 1 && day <= FIRST_WEEK.length && !this.isDayOff
            ? { label: _t("Day %s of 7", day), tip: FIRST_WEEK[day - 1] }
            : null;
    }

    get level() {
        const { name, next, left } = this.today.level;
        const texts = name ? [name] : [];
        if (next && left) {
            texts.push(_t("%(number)s more to %(rank)s", { number: left, rank: next }));
        }
        return texts.join(" · ");
    }

    get points() {
        const { points } = this.today;
        return points === 1 ? _t("1 point") : _t("%s points", points);
    }

    get goals() {
        return this.today.goals.map((goal) => ({
            ...goal,
            isReached: goal.done >= goal.number,
            share: Math.min(1, goal.done / goal.number),
            label: _t("%(done)s of %(number)s %(period)s", {
                done: Math.min(goal.done, goal.number),
                number: goal.number,
                period: PERIODS[goal.period],
            }),
        }));
    }

    get plan() {
        return this.draft ?? (this.today.plan || "");
    }

    get team() {
        const { plans } = this.today.team;
        const shown = this.state.isWhole ? plans : plans.slice(0, FEW);
        return shown.map((one) => ({ ...one, image: imageUrl("res.users", one.id, "avatar_128") }));
    }

    get moreText() {
        const more = this.today.team.plans.length - this.team.length;
        return more ? _t("%s more", more) : "";
    }

    /** What is newest on the praise wall. */
    get praise() {
        const { praise } = this.today;
        return praise && { ...praise, image: imageUrl("res.users", praise.receiver, "avatar_128") };
    }

    // -- acting ---------------------------------------------------------------

    checkIn() {
        return this.state.isBusy ? undefined : this.send({});
    }

    giveKudos() {
        this.dialog.add(KudosDialog, { onGiven: () => this.props.reload() });
    }

    openWall() {
        return this.action.doAction("collab_checkin.collab_kudos_action_wall");
    }

    openPoints() {
        return this.action.doAction("collab_checkin.collab_point_entry_action_mine");
    }

    setMood(mood) {
        return this.send({ mood: this.today.mood === mood ? "" : mood });
    }

    type(text) {
        this.draft = text;
        this.isTyped = true;
    }

    /** Browsers tell of no change once a text was rendered anew: Enter, and leaving, send it. */
    onPlanKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            return this.sendPlan();
        }
    }

    async sendPlan() {
        if (!this.isTyped) {
            return;
        }
        this.isTyped = false;
        const plan = this.draft;
        if (plan.trim() !== (this.today.plan || "")) {
            await this.send({ plan });
        }
        if (this.draft === plan) {
            this.draft = null;
        }
    }

    toggleShown() {
        const method = this.today.team.shows ? "hide_plan" : "show_plan";
        return this.mutex.exec(async () => {
            await this.orm.call("collab.checkin", method, []);
            await this.props.reload();
        });
    }

    /** What is said while something else is sent is sent after it. */
    send(said) {
        this.state.isBusy = true;
        return this.mutex.exec(async () => {
            try {
                const answer = await this.orm.call("collab.checkin", "check_in", [], said);
                this.asked = this.props.data;
                this.state.answer = answer;
            } finally {
                this.state.isBusy = false;
            }
            await this.props.reload();
        });
    }
}

registry.category("collab_cards").add("checkin_today", CheckinCard);
