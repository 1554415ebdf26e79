// Bundles core.js, and the scripts of every page that seals or opens, into portal/static/vendor.
// The same input gives the same bytes.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const STATIC = fileURLToPath(new URL("../static/", import.meta.url));
const TARGET = new URL("../static/vendor/", import.meta.url);
const MODULES = new URL("node_modules/", import.meta.url);
const CORE = "core.js";
const OLD = "argon2.js"; // for receipts of version 1 alone, so no page loads it at first
const MOST_GZIP_BYTES = { [CORE]: 52 * 1024, "intake.js": 52 * 1024, "argon2.js": 7 * 1024 };
const FORBIDDEN = /\beval\s*\(|\bnew Function\b|\bWebAssembly\b|sourceMappingURL|\bimport\s*\((?![\w$]+\.href\))|https?:\/\//;
// One file for each page, and one for a worker; the sources are in portal/static.
const PAGES = [
  "intake.js",
  "dialogue/enter.js",
  "dialogue/verify.js",
  "staff/case.js",
  "staff/enrol.js",
  "staff/members.js",
  "staff/sign.js",
  "receipt.js",
  "lib/lock-worker.js",
];

// What modules load from the bundles, for the type checker.
const TYPES = { "core.d.ts": "../../frontend/core.js", "enter.d.ts": "../dialogue/enter.js" };

/** A page takes of the core what it uses, and no more. */
const coreFromSource = {
  name: "core",
  setup(one) {
    one.onResolve({ filter: /\/vendor\/core\.js$/ }, () => ({ path: `${HERE}${CORE}`, sideEffects: false }));
  },
};

/** Lets what a page does not use be left out: these calls only make a value, which the package does not say. */
const unusedHybrids = {
  name: "hybrids",
  setup(one) {
    one.onLoad({ filter: /post-quantum\/hybrid\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const calls = /(?<== |, )(?=(?:QSF|ecdhKem|createKitchenSink)\()/g;
      return { contents: text.replace(calls, "/* @__PURE__ */ "), loader: "js" };
    });
  },
};

/** Names the packages that contributed a file to a bundle. */
function packagesOf(inputs) {
  const names = inputs
    .map((path) => /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
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

/** Bundles one entry and returns its name, its text, what went into it and the packages among that. */
async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: HERE,
    bundle: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
    plugins: [coreFromSource, unusedHybrids],
  });
  const inputs = Object.values(metafile.outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, share]) => share.bytesInOutput > 0)
    .map(([path]) => path);
  const packages = await Promise.all(packagesOf(inputs).map(describe));
  const titles = packages.map((one) => `${one.name} ${one.version} (${one.license})`);
  const code = `/* ${titles.join(", ")}. Full texts: LICENCES.txt */\n${outputFiles[0].text}`;
  return { name: entry.split("/").at(-1), code, packages, inputs };
}

/** Refuses a bundle that a strict content security policy would stop, or that grew too large. */
function check({ name, code }) {
  const found = FORBIDDEN.exec(code);
  if (found !== null) throw new Error(`${name} contains ${found[0]}`);
  const size = gzipSync(code, { level: 9 }).length;
  if (size > (MOST_GZIP_BYTES[name] ?? Infinity)) throw new Error(`${name} has ${size} bytes after gzip`);
  console.log(`${name}: ${code.length} bytes, ${size} after gzip`);
}

function licences(packages) {
  const parts = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`,
  );
  return `Licences of the packages in these files.\n\n${parts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Says of each bundle which of the portal's own modules it holds, so that a test sees a stale one. */
async function sources(bundles) {
  const found = {};
  for (const { name, inputs } of bundles) {
    const own = inputs.filter((path) => !path.includes("node_modules/")).sort();
    found[name] = {};
    for (const path of own) {
      const file = `${HERE}${path}`;
      found[name][relative(STATIC, file)] = digest(await readFile(file));
    }
  }
  return `${JSON.stringify(found, null, 2)}\n`;
}

function readme(bundles, packages) {
  const rows = packages.map((one) => `| ${one.name} | ${one.version} | ${one.license} |`);
  const files = bundles.map((one) => `| \`${one.name}\` | ${digest(one.code)} |`);
  return `# Bundles with third-party code, loaded by the pages

Each file is one ECMAScript module made from the packages below and, but for \`core.js\`, from the portal's
own modules in \`portal/static\`. None is ever edited by hand. Rebuild them with \`make vendor\` (Node 20 or
newer); the result has the same bytes everywhere. \`LICENCES.txt\` holds the full licence texts,
\`sources.json\` the SHA-256 of each own module that went in. The modules as they are written load \`core.js\`;
pages load the bundle of their own: one request instead of twenty.

| file | SHA-256 |
|---|---|
${files.join("\n")}

| package | version | licence |
|---|---|---|
${rows.join("\n")}

What of the packages is used stands in \`portal/frontend/core.js\`; exact versions and their hashes are in
\`portal/frontend/package-lock.json\`.
`;
}

const bundles = [];
for (const entry of [CORE, OLD, ...PAGES.map((page) => relative(HERE, `${STATIC}${page}`))]) {
  bundles.push(await bundle(entry));
}
const packages = [...new Map(bundles.flatMap((one) => one.packages).map((one) => [one.name, one])).values()];
packages.sort((one, other) => (one.name < other.name ? -1 : 1));
bundles.forEach(check);
await mkdir(TARGET, { recursive: true });
for (const old of await readdir(TARGET)) if (old.endsWith(".js")) await rm(new URL(old, TARGET));
for (const { name, code } of bundles) await writeFile(new URL(name, TARGET), code);
for (const [name, path] of Object.entries(TYPES)) {
  await writeFile(new URL(name, TARGET), `export * from "${path}";\n`);
}
await writeFile(new URL("sources.json", TARGET), await sources(bundles.slice(2)));
await writeFile(new URL("LICENCES.txt", TARGET), licences(packages));
await writeFile(new URL("README.md", TARGET), readme(bundles, packages));
