// Builds web/dist/ (`make web`): launcher, panel, styles and pages.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";

const LAUNCHER_LIMIT = 10 * 1024; // bytes, gzipped
const out = new URL("./dist/", import.meta.url).pathname;
const source = (name) => new URL(`./src/${name}`, import.meta.url).pathname;

rmSync(out, { recursive: true, force: true });
mkdirSync(out);

const labels = parse(readFileSync(new URL("../content/widget.yml", import.meta.url), "utf8"));
const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"]; // as in assistant/content/widget.py
const launcherLabels = Object.fromEntries(
  Object.entries(labels).map(([language, { launcher, title = labels.en.title }]) => {
    const dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
    return [language, { ...labels.en.launcher, ...launcher, title, dir }];
  }),
);
const shared = { bundle: true, minify: true, target: "es2021", legalComments: "none", logLevel: "warning" };
await build({
  ...shared,
  format: "iife",
  entryPoints: { widget: source("launcher.ts"), panel: source("panel.ts") },
  outdir: out,
  loader: { ".css": "text" },
  define: { LAUNCHER_LABELS: JSON.stringify(launcherLabels) },
});
await build({ ...shared, entryPoints: [source("panel.css"), source("demo.css")], outdir: out });
for (const name of ["panel.html", "demo.html", "icon.svg"]) copyFileSync(source(name), `${out}${name}`);

const size = (name) => gzipSync(readFileSync(`${out}${name}`), { level: 9 }).length;
const launcher = size("widget.js");
console.log(`web/dist: widget.js ${launcher}, panel.js ${size("panel.js")}, panel.css ${size("panel.css")} bytes gzipped`);
if (launcher > LAUNCHER_LIMIT) {
  console.error(`widget.js is over ${LAUNCHER_LIMIT} bytes gzipped. Make it smaller: it loads on every page of a clinic.`);
  process.exit(1);
}
