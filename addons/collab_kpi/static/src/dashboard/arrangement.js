const MAX_WIDTH = 4;

/** In which order the tiles are to stand, how wide, and which not at all; not yet saved. */
export class Arrangement {
    /**
     * @param {Object[]} tiles as the server sends them
     */
    constructor(tiles) {
        this.places = tiles.map(({ id, width, is_hidden: isHidden = false }) => ({
            id,
            width,
            isHidden,
        }));
    }

    get all() {
        return this.places.map(({ id, width }) => ({ id, width }));
    }

    /** Without those that the reader does not want to see. */
    get shown() {
        const isHidden = new Set(this.places.filter((one) => one.isHidden).map(({ id }) => id));
        return this.all.filter(({ id }) => !isHidden.has(id));
    }

    indexOf(id) {
        return this.places.findIndex((place) => place.id === id);
    }

    canMove(id, step) {
        const index = this.indexOf(id) + step;
        return index >= 0 && index < this.places.length;
    }

    move(id, step) {
        if (this.canMove(id, step)) {
            this.moveTo(id, this.indexOf(id) + step);
        }
    }

    moveTo(id, index) {
        const [place] = this.places.splice(this.indexOf(id), 1);
        this.places.splice(index, 0, place);
    }

    /**
     * @param {number} id
     * @param {number} [otherId] the first by default
     */
    moveAfter(id, otherId) {
        const [place] = this.places.splice(this.indexOf(id), 1);
        this.places.splice(otherId ? this.indexOf(otherId) + 1 : 0, 0, place);
    }

    canResize(id, step) {
        const width = this.places[this.indexOf(id)].width + step;
        return width >= 1 && width <= MAX_WIDTH;
    }

    resize(id, step) {
        if (this.canResize(id, step)) {
            this.places[this.indexOf(id)].width += step;
        }
    }

    toggle(id) {
        const place = this.places[this.indexOf(id)];
        place.isHidden = !place.isHidden;
    }
}
