/** Lines that are shown around what has changed. */
export const CONTEXT = 3;

const [DELETE, INSERT] = [-1, 1];

/**
 * Say what is different in two texts, line by line, and within lines that were changed.
 *
 * @param {Function} Differ `DiffMatchPatch` of Odoo's library
 * @param {string} left
 * @param {string} right
 * @returns {Object[]} rows, side by side: `kind` is `same`, `changed`, `deleted` or `inserted`;
 *  `left` and `right` are each `false` or an object with the `number` of the line and its `parts`:
 *  objects of `text` and `isMarked`
 */
export function diffLines(Differ, left, right) {
    const differ = new Differ();
    const { chars1, chars2, lineArray } = differ.diff_linesToChars_(withEnd(left), withEnd(right));
    const byLine = differ.diff_main(chars1, chars2, false);
    differ.diff_charsToLines_(byLine, lineArray);
    const diffs = byLine.map(asPair);
    const rows = [];
    let [leftNumber, rightNumber] = [1, 1];
    for (let index = 0; index < diffs.length; index++) {
        const [operation, text] = diffs[index];
        const lines = linesOf(text);
        const next = diffs[index + 1];
        if (operation === DELETE && next?.[0] === INSERT) {
            const added = linesOf(next[1]);
            index++;
            for (let line = 0; line < Math.max(lines.length, added.length); line++) {
                const isBoth = line < lines.length && line < added.length;
                const [before, after] = isBoth
                    ? diffWords(differ, lines[line], added[line])
                    : [whole(lines[line], true), whole(added[line], true)];
                rows.push({
                    kind: isBoth ? "changed" : line < lines.length ? "deleted" : "inserted",
                    left: line < lines.length && { number: leftNumber++, parts: before },
                    right: line < added.length && { number: rightNumber++, parts: after },
                });
            }
            continue;
        }
        for (const line of lines) {
            const parts = whole(line, operation !== 0);
            rows.push({
                kind: { [DELETE]: "deleted", 0: "same", [INSERT]: "inserted" }[operation],
                left: operation !== INSERT && { number: leftNumber++, parts },
                right: operation !== DELETE && { number: rightNumber++, parts },
            });
        }
    }
    return rows;
}

/** What the library tells looks like an array and is none. */
function asPair(diff) {
    return [diff[0], diff[1]];
}

/** A text is lines that end; so its last line is the same whether or not something follows. */
function withEnd(text) {
    return !text || text.endsWith("\n") ? text : `${text}\n`;
}

function linesOf(text) {
    return text.replace(/\n$/, "").split("\n");
}

function whole(line, isMarked) {
    return line ? [{ text: line, isMarked }] : [];
}

/** Words, blanks, and signs; of writings that do not part words, each sign. */
const TOKENS =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|\s+|[^]/gu;
/** So many different words one character each can stand for. */
const MOST_TOKENS = 50_000;

/** Mark the words that are different in a line. */
function diffWords(differ, left, right) {
    const codes = new Map();
    const words = [];
    const encode = (line) =>
        Array.from(line.match(TOKENS) || [], (token) => {
            if (!codes.has(token)) {
                codes.set(token, String.fromCharCode(words.length + 1));
                words.push(token);
            }
            return codes.get(token);
        }).join("");
    const [before, after] = [encode(left), encode(right)];
    if (words.length > MOST_TOKENS) {
        return [whole(left, true), whole(right, true)];
    }
    const byCode = new Map([...codes].map(([token, code]) => [code, token]));
    const byWord = differ.diff_main(before, after, false);
    differ.diff_cleanupSemantic(byWord);
    const diffs = byWord.map(asPair).map(([operation, text]) => ({
        operation,
        text: Array.from(text, (code) => byCode.get(code)).join(""),
    }));
    const side = (skipped) =>
        diffs
            .filter(({ operation }) => operation !== skipped)
            .map(({ operation, text }) => ({ text, isMarked: operation !== 0 }));
    return [side(INSERT), side(DELETE)];
}

/**
 * Leave out what is the same, but for some lines around what is not.
 *
 * @param {Object[]} rows of {@link diffLines}
 * @returns {Object[]} with rows of `kind` `gap` and a `count` for what is left out
 */
export function withoutTheSame(rows, context = CONTEXT) {
    const isKept = new Array(rows.length).fill(false);
    rows.forEach((row, index) => {
        if (row.kind !== "same") {
            isKept.fill(true, Math.max(0, index - context), index + context + 1);
        }
    });
    const kept = [];
    rows.forEach((row, index) => {
        if (isKept[index]) {
            kept.push(row);
        } else if (kept.at(-1)?.kind === "gap") {
            kept.at(-1).count++;
        } else {
            kept.push({ kind: "gap", count: 1 });
        }
    });
    return kept;
}
