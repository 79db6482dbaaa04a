import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useSortable } from "@web/core/utils/sortable_owl";
import { Tile } from "./tile";
import { TileTools } from "./tile_tools";

const ACTIONS = {
    earlier: (arrangement, id) => arrangement.move(id, -1),
    later: (arrangement, id) => arrangement.move(id, 1),
    narrower: (arrangement, id) => arrangement.resize(id, -1),
    wider: (arrangement, id) => arrangement.resize(id, 1),
    toggle: (arrangement, id) => arrangement.toggle(id),
};

/** The tiles of a dashboard; with an arrangement, as they are put there. */
export class TileGrid extends Component {
    static template = "collab_kpi.TileGrid";
    static components = { Tile, TileTools };
    static props = {
        board: Object,
        isBusy: Boolean,
        arrangement: { type: Object, optional: true },
        canHide: { type: Boolean, optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ said: "" });
        this.acted = null;
        useSortable({
            enable: () => Boolean(this.props.arrangement),
            ref: this.root,
            elements: ".o_collab_cell",
            handle: ".o_collab_handle",
            cursor: "grabbing",
            onDrop: ({ element, previous }) => this.onDrop(element, previous),
        });
        useEffect(() => this.keepFocus());
    }

    // -- what is shown ------------------------------------------------------

    get cells() {
        const { board, arrangement } = this.props;
        if (!arrangement) {
            return board.tiles.filter((tile) => !tile.is_hidden).map((tile) => ({ tile }));
        }
        const byId = new Map(board.tiles.map((tile) => [tile.id, tile]));
        return arrangement.places
            .filter(({ id }) => byId.has(id))
            .map((place) => ({ tile: byId.get(place.id), place, can: this.can(place.id) }));
    }

    width({ tile, place }) {
        return (place || tile).width;
    }

    can(id) {
        const { arrangement } = this.props;
        return {
            earlier: arrangement.canMove(id, -1),
            later: arrangement.canMove(id, 1),
            narrower: arrangement.canResize(id, -1),
            wider: arrangement.canResize(id, 1),
        };
    }

    // -- arranging ----------------------------------------------------------

    act(tile, key) {
        const { arrangement } = this.props;
        ACTIONS[key](arrangement, tile.id);
        this.acted = { id: tile.id, key };
        const { width, isHidden } = arrangement.places[arrangement.indexOf(tile.id)];
        this.state.said = isHidden
            ? _t("%s is hidden.", tile.title)
            : _t("%(title)s: place %(place)s of %(count)s, width %(width)s of 4.", {
                  title: tile.title,
                  place: arrangement.indexOf(tile.id) + 1,
                  count: arrangement.places.length,
                  width,
              });
    }

    /** A tile that is moved in the page loses the focus. */
    keepFocus() {
        if (this.acted) {
            const { id, key } = this.acted;
            this.acted = null;
            const tool = `.o_collab_cell[data-id="${id}"] [data-tool="${key}"]`;
            this.root.el.querySelector(tool)?.focus();
        }
    }

    onDrop(element, previous) {
        const other = previous ? Number(previous.dataset.id) : null;
        this.props.arrangement.moveAfter(Number(element.dataset.id), other);
    }
}
