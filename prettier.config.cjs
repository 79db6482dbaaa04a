// Odoo's own widths (4 columns, 100 wide for scripts), and XML left as meant: white space in
// a QWeb template or an Arch may be shown.
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 100,
    tabWidth: 4,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "preserve",
    overrides: [
        {
            files: ["*.json", "*.yaml", "*.yml"],
            options: { tabWidth: 2 },
        },
    ],
};
