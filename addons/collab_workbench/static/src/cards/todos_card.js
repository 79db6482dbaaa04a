import { Component, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

/** The user's tasks and to-dos: written down, opened and finished in place. */
export class TodosCard extends Component {
    static template = "collab_workbench.TodosCard";
    static props = { card: Object, data: Object, reload: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ name: "", isSaving: false });
    }

    isLate(todo) {
        return Boolean(todo.deadline) && deserializeDateTime(todo.deadline) < DateTime.now();
    }

    deadline(todo) {
        return deserializeDateTime(todo.deadline).toLocaleString({
            month: "short",
            day: "numeric",
        });
    }

    doneLabel(todo) {
        return _t("Mark as done: %s", todo.name);
    }

    async add() {
        const name = this.state.name.trim();
        if (!name || this.state.isSaving) {
            return;
        }
        this.state.isSaving = true;
        try {
            await this.orm.create("project.task", [{ name, user_ids: [[4, user.userId]] }]);
            this.state.name = "";
        } finally {
            this.state.isSaving = false;
        }
        await this.props.reload();
    }

    async finish(todo) {
        await this.setState(todo, "1_done");
        const close = this.notification.add(_t("Done: %s", todo.name), {
            type: "success",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        close();
                        return this.setState(todo, "01_in_progress");
                    },
                },
            ],
        });
    }

    async setState(todo, state) {
        await this.orm.write("project.task", [todo.id], { state });
        await this.props.reload();
    }

    open(todo) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "project.task",
            res_id: todo.id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.props.card.title,
            res_model: "project.task",
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [
                ["user_ids", "in", user.userId],
                ["is_closed", "=", false],
            ],
        });
    }
}

registry.category("collab_cards").add("collab_workbench.todos", TodosCard);
