// Bundles core.js into portal/static/vendor. The same input gives the same bytes.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const TARGET = new URL("../static/vendor/", import.meta.url);
const MODULES = new URL("node_modules/", import.meta.url);
const MOST_GZIP_BYTES = 48 * 1024;
const FORBIDDEN = /\beval\s*\(|\bnew Function\b|\bWebAssembly\b|sourceMappingURL|\bimport\s*\(|https?:\/\//;

/** Names the packages that contributed a file to the bundle. */
function packagesOf(metafile) {
  const names = Object.values(metafile.outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, share]) => share.bytesInOutput > 0)
    .map(([path]) => /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

/** Reads version, licence name and licence text of one installed package. */
async function describe(name) {
  const folder = new URL(`${name}/`, MODULES);
  const { version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = (await readFile(new URL(file, folder), "utf8")).trim();
  return { name, version, license, text };
}

/** Bundles the entry and returns its text and the packages in it. */
async function bundle() {
  const options = {
    entryPoints: ["core.js"],
    absWorkingDir: new URL(".", import.meta.url).pathname,
    bundle: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  };
  const { outputFiles, metafile } = await build(options);
  const packages = await Promise.all(packagesOf(metafile).map(describe));
  return { code: outputFiles[0].text, packages };
}

/** Refuses a bundle that a strict content security policy would stop, or that grew too large. */
function check(code) {
  const found = FORBIDDEN.exec(code);
  if (found !== null) throw new Error(`the bundle contains ${found[0]}`);
  const size = gzipSync(code, { level: 9 }).length;
  if (size > MOST_GZIP_BYTES) throw new Error(`the bundle has ${size} bytes after gzip`);
  return size;
}

function licences(packages) {
  const parts = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`,
  );
  return `Licences of the packages bundled in core.js.\n\n${parts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

function readme(code, packages) {
  const hash = createHash("sha256").update(code).digest("hex");
  const rows = packages.map((one) => `| ${one.name} | ${one.version} | ${one.license} |`);
  return `# Third-party code loaded by the pages

\`core.js\` is one ECMAScript module made from the packages below. It is never edited by hand.
Rebuild it with \`make vendor\` (Node 20 or newer); the result has the same bytes everywhere.
\`LICENCES.txt\` holds the full licence texts.

SHA-256 of \`core.js\`:

    ${hash}

| package | version | licence |
|---|---|---|
${rows.join("\n")}

The source of the bundle is \`portal/frontend/core.js\`; exact versions and their hashes are in
\`portal/frontend/package-lock.json\`.
`;
}

const { code, packages } = await bundle();
const titles = packages.map((one) => `${one.name} ${one.version} (${one.license})`);
const file = `/* ${titles.join(", ")}. Full texts: LICENCES.txt */\n${code}`;
const size = check(file);
await mkdir(TARGET, { recursive: true });
await writeFile(new URL("core.js", TARGET), file);
await writeFile(new URL("LICENCES.txt", TARGET), licences(packages));
await writeFile(new URL("README.md", TARGET), readme(file, packages));
console.log(`core.js: ${file.length} bytes, ${size} after gzip`);
