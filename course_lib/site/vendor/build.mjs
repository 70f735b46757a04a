// Bundles the editor into one file that says of what it is made and under which licence.
import { build } from "esbuild";
import { readFileSync } from "node:fs";

const { metafile } = await build({ entryPoints: ["entry.mjs"], bundle: true, metafile: true, write: false });
const folders = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []));
const licences = {};
for (const folder of [...folders].sort()) {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`));
  (licences[readFileSync(`${folder}/LICENSE`, "utf-8")] ??= []).push(`${name} ${version}`);
}
const banner = Object.entries(licences).map(([licence, names]) => `${names.join("\n")}\n\n${licence}`).join("\n");
await build({ entryPoints: ["entry.mjs"], bundle: true, format: "esm", minify: true, legalComments: "none", banner: { js: `/*!\n${banner}*/` }, outfile: "codemirror.js" });
