/**
 * The files of a drop, those in folders with the names of the folders.
 *
 * @param {DataTransfer} dataTransfer
 * @returns {Promise<{ file: File, path: string[] }[]>}
 */
export async function filesOf(dataTransfer) {
    // entries have to be taken before anything is waited for
    const entries = [...(dataTransfer.items || [])]
        .map((item) => item.webkitGetAsEntry?.())
        .filter(Boolean);
    if (!entries.length) {
        return [...dataTransfer.files].map((file) => ({ file, path: [] }));
    }
    const found = await Promise.all(entries.map((entry) => read(entry, [])));
    return found.flat();
}

async function read(entry, path) {
    if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        return [{ file, path }];
    }
    const reader = entry.createReader();
    const found = [];
    // a reader gives some at a time
    for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) {
            return found;
        }
        for (const inner of some) {
            found.push(...(await read(inner, [...path, entry.name])));
        }
    }
}
