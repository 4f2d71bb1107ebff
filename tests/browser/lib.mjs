// What the browser tests share: a static server, a browser with a fresh profile, archives made in memory,
// and every selector, so that a change of the page is answered in one place.
import { createServer } from 'node:http';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
/** The build that is tested. */
export const dist = process.env.CAIRN_DIST ? resolve(process.env.CAIRN_DIST) : join(root, 'dist');
export const fixtures = join(here, 'fixtures');
export const exportsFolder = process.env.CAIRN_EXPORTS || join(root, '..', 'shared', 'exports');

/** Budgets of sizes in bytes, as `cargo xtask test budgets` holds them. */
export const budgets = JSON.parse(readFileSync(join(root, 'xtask', 'budgets.json'), 'utf8'));

export const places = ['overview', 'answer', 'practices', 'evidence', 'estate', 'roadmap', 'present', 'share', 'models'];

/** Everything that a test knows of the page. */
export const find = {
  input: (page) => page.locator('input[type=file]').and(page.getByLabel('Repository export', { exact: true })),
  dropZone: (page) => page.locator('.drop').first(),
  openSample: (page) => page.getByRole('button', { name: 'Open the sample' }),
  copyLink: (page) => page.getByRole('button', { name: 'Copy link' }),
  region: (page, name) => page.getByRole('region', { name, exact: true }),
  trouble: (page) => page.locator('[role="alert"], [role="alertdialog"]').filter({ hasText: /\S/, visible: true }),
  practice: (page) => page.locator('a[href^="#practices/"]'),
  /** A row of a list of practices or questions. */
  row: (page) => page.locator('.practice-row'),
  answer: (page, word) => page.getByRole('button', { name: new RegExp(`^[\\W\\d]*${word}[\\W\\d]*$`, 'i') })
    .or(page.getByRole('radio', { name: new RegExp(`^[\\W\\d]*${word}[\\W\\d]*$`, 'i') })).first(),
  pressed: '[aria-pressed="true"], [aria-checked="true"], input:checked',
  radarRows: (page) => find.region(page, 'Radar').locator('table').first().locator('tr'),
  asTable: (page) => find.region(page, 'Radar').getByRole('button', { name: 'Show as a table' }),
  asChart: (page) => find.region(page, 'Radar').getByRole('button', { name: 'Show the chart' }),
  theme: (page) => page.getByLabel('Theme'),
  navigation: (page) => page.getByRole('navigation', { name: 'Places' }),
  /** A repository of the sample, listed once it is scored. */
  ofSample: (page) => page.getByText('fleet-config').first(),
  stage: (page) => find.region(page, 'Stage').locator('.stage-now'),
};

const mediaTypes = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml',
  '.yaml': 'text/yaml; charset=utf-8', '.txt': 'text/plain; charset=utf-8', '.gz': 'application/gzip',
};

/** Files compressed as a host sends them, each once. */
const compressed = new Map();
function gzipped(file, body) {
  if (!compressed.has(file)) compressed.set(file, gzipSync(body));
  return compressed.get(file);
}

/**
 * A link of so many milliseconds each way there and back and so many bytes a second, shared by all that is under way.
 * It is shaped here because throttling in the browser does not reach workers.
 */
function shaped({ delay, rate }) {
  const waiting = [];
  let last = 0;
  let timer;
  const pump = () => {
    const now = performance.now();
    let budget = ((now - last) / 1000) * rate;
    if (budget < 1460) return;
    last = now;
    while (waiting.length > 0 && budget > 0) {
      const turn = waiting.shift();
      const end = Math.min(turn.at + 1460, turn.body.length);
      budget -= end - turn.at;
      turn.response.write(turn.body.subarray(turn.at, end));
      turn.at = end;
      if (end < turn.body.length) waiting.push(turn);
      else turn.response.end();
    }
    // What was sent too much now is paid back at the next turn.
    last -= (budget / rate) * 1000 * (budget < 0 ? 1 : 0);
    if (waiting.length === 0) { clearInterval(timer); timer = undefined; }
  };
  return (response, body) => setTimeout(() => {
    if (body.length === 0) return response.end();
    waiting.push({ response, body, at: 0 });
    if (!timer) { last = performance.now(); timer = setInterval(pump, 1); }
  }, delay);
}

/**
 * Serves folders below a deep path of 127.0.0.1 and counts every byte sent, headers included.
 * `link` is `{ delay, rate }` of a slow link; with `validators` files carry an ETag; `types` replaces media types by ending.
 */
export async function serve({ folders = [['/some/sub/path/', dist]], pages = {}, link, validators = false, types = {} } = {}) {
  const requests = [];
  const deliver = link ? shaped(link) : (response, body) => response.end(body);
  const server = createServer((request, response) => {
    request.socket.setNoDelay(true);
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const send = (status, headers, body) => {
      response.writeHead(status, { 'Content-Length': body.length, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding', ...headers });
      deliver(response, body);
      requests.push({ path, status, bytes: body.length + Buffer.byteLength(response._header ?? '') });
    };
    if (pages[path]) return send(200, { 'Content-Type': pages[path][0] }, Buffer.from(pages[path][1]));
    for (const [prefix, folder] of folders) {
      if (!path.startsWith(prefix)) continue;
      const relative = normalize(path.slice(prefix.length) || 'index.html');
      const file = join(folder, relative);
      if (relative.startsWith('..') || !file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) continue;
      const ending = extname(file);
      const type = types[ending] ?? mediaTypes[ending] ?? 'application/octet-stream';
      const body = readFileSync(file);
      const tag = validators ? { ETag: `"${crc32(body).toString(16)}"` } : {};
      if (validators && request.headers['if-none-match'] === tag.ETag) return send(304, tag, Buffer.alloc(0));
      const small = !['.gz', '.png'].includes(ending) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      return send(200, { 'Content-Type': type, ...tag, ...(small && { 'Content-Encoding': 'gzip' }) }, small ? gzipped(file, body) : body);
    }
    send(404, { 'Content-Type': 'text/plain' }, Buffer.from('Not found.\n'));
  });
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin, requests, url: origin + folders[0][0],
    transferred: () => requests.reduce((sum, request) => sum + request.bytes, 0),
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}

export const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

function browserPath() {
  if (process.env.CAIRN_BROWSER) return process.env.CAIRN_BROWSER;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
  for (const folder of (process.env.PATH ?? '').split(':')) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  throw new Error('No Chromium, Chrome or Edge found. Run `cargo xtask setup`, or set CAIRN_BROWSER.');
}

/** A server for dist/, or for another build, and one browser. `site.profile()` gives a page in a fresh profile. */
export async function start({ folder = dist, ...options } = {}) {
  assert.ok(existsSync(join(folder, 'index.html')), `${folder}/index.html is missing: run \`cargo xtask build\` first`);
  const server = await serve({ folders: [['/some/sub/path/', folder]], ...options });
  const browser = await chromium.launch({ executablePath: browserPath(), args: flags });
  const foreign = [];
  async function profile({ path = '', before, waitFor = 'ready', ...options } = {}) {
    const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 }, ...options });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
    context.setDefaultTimeout(20_000);
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(server.origin + '/') && !/^(data|blob):/.test(url)) foreign.push(url);
    });
    const page = await context.newPage();
    page.errors = [];
    page.on('pageerror', (error) => page.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy|panicked|RuntimeError/i.test(message.text())) page.errors.push(message.text());
    });
    await before?.(page);
    await page.goto(server.url + path);
    if (waitFor) await state(page, waitFor);
    return page;
  }
  return {
    server, browser, foreign, profile,
    close: async () => { await browser.close(); await server.close(); },
  };
}

/** Waits for one of these states; `error` ends the wait early, with what the page says. */
export async function state(page, wanted, timeout = 30_000) {
  const list = [wanted].flat();
  const all = [...new Set([...list, 'error'])].map((name) => `html[data-cairn="${name}"]`).join(', ');
  try {
    await page.locator(all).first().waitFor({ state: 'attached', timeout });
  } catch {
    const now = await page.locator('html').getAttribute('data-cairn').catch(() => 'gone');
    assert.fail(`the page is "${now}" after ${timeout / 1000} s, wanted ${list.join(' or ')}; it says: ${await said(page)}`);
  }
  const now = await page.locator('html').getAttribute('data-cairn');
  if (!list.includes(now)) assert.fail(`the page is "${now}", wanted ${list.join(' or ')}; it says: ${await said(page)}`);
  return now;
}

export const said = async (page) => (await page.locator('body').innerText().catch(() => '')).replace(/\s+/g, ' ').slice(0, 600);

/** Hands files to the input: paths, or `{ name, buffer }`. */
export async function choose(page, files) {
  const list = [files].flat().map((file) => (typeof file === 'string' ? file : { mimeType: 'application/gzip', ...file }));
  await find.input(page).first().setInputFiles(list);
}

/** Drops files on the page, as a person would. */
export async function drop(page, files) {
  const list = [files].flat().map(({ name, buffer }) => ({ name, text: buffer.toString('base64') }));
  const data = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, text } of list) {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name, { type: 'application/gzip' }));
    }
    return data;
  }, list);
  const zone = find.dropZone(page);
  for (const kind of ['dragenter', 'dragover', 'drop']) await zone.dispatchEvent(kind, { dataTransfer: data });
}

export async function go(page, place) {
  await page.evaluate((place) => { location.hash = place; }, `#${place}`);
  await page.waitForTimeout(150);
}

/** The numbers of the overview, for comparing two pages: the stage and the radar's table. */
export async function numbers(page) {
  await go(page, 'overview');
  await find.region(page, 'Radar').waitFor();
  if (await find.asTable(page).count()) await find.asTable(page).click();
  await find.radarRows(page).first().waitFor();
  const stage = await find.stage(page).innerText();
  const rows = await find.radarRows(page).allTextContents();
  await find.asChart(page).click();
  return { stage: stage.replace(/\s+/g, ' ').trim(), rows: rows.map((row) => row.replace(/\s+/g, ' ').trim()) };
}

/** What a person sees of an assessment: its numbers, and the answers to these practices with their notes and places. */
export async function seen(page, practices) {
  const answers = {};
  for (const practice of practices) {
    await go(page, `practices/${practice}`);
    const evidence = find.region(page, 'Evidence');
    await evidence.waitFor();
    answers[practice] = {
      pressed: (await page.locator(find.pressed).allTextContents()).map((text) => text.trim()),
      note: await page.locator('#answer-note').inputValue(),
      places: (await evidence.innerText()).replace(/\s+/g, ' ').match(/[\w.-]+ \/ [\w./-]+(?: : \d+)?/g) ?? [],
    };
  }
  return { ...await numbers(page), answers };
}

/**
 * The page's database as it can be written as JSON: for each store pairs of key and value, where bytes are `{ bytes }` in
 * base64.
 */
export const databaseOf = (page) => page.evaluate(async () => {
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const { name, version } = (await indexedDB.databases()).find(({ name }) => name.startsWith('cairn'));
  const database = await done(indexedDB.open(name));
  const plain = (value) => (value instanceof Uint8Array ? { bytes: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')) } : value);
  const stores = {};
  for (const table of database.objectStoreNames) {
    const store = database.transaction(table).objectStore(table);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    stores[table] = keys.map((key, index) => [key, plain(values[index])]);
  }
  database.close();
  return { name, version, stores };
});

/** Writes a database as {@link databaseOf} gives it. The page must not be open yet: any file of its origin will do. */
export const writeDatabase = (page, database) => page.evaluate(async ({ name, version, stores }) => {
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = () => { for (const table of Object.keys(stores)) opening.result.createObjectStore(table); };
  const opened = await done(opening);
  const value = (plain) => (plain.bytes === undefined ? plain : Uint8Array.from(atob(plain.bytes), (character) => character.charCodeAt(0)));
  for (const [table, entries] of Object.entries(stores)) {
    const store = opened.transaction(table, 'readwrite').objectStore(table);
    for (const [key, plain] of entries) await done(store.put(value(plain), key));
  }
  opened.close();
}, database);

const axeSource = () => readFileSync(join(here, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** Fails on serious and critical accessibility violations. A policy against inline scripts does not stop it. */
export async function accessible(page, where) {
  await page.evaluate(axeSource());
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 4).map((node) => node.html.slice(0, 160)) }));
  });
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave, [], `accessibility of ${where}: ${grave.map(({ id, help }) => `${id} (${help})`).join('; ')}`);
}

const octal = (number, width) => number.toString(8).padStart(width - 1, '0') + '\0';

/** A tar of `{ path: text or Buffer }`, with fixed times. */
export function tar(files) {
  const blocks = [];
  for (const [path, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    assert.ok(Buffer.byteLength(path) <= 100, `${path} is too long for this tar writer`);
    header.write(path, 0);
    header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(body.length, 12) + octal(1_794_816_000, 12), 100);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    header.write(octal(header.reduce((sum, byte) => sum + byte, 0), 7) + ' ', 148);
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const tarGz = (files) => gzipSync(tar(files));

/** A zip of `{ path: text or Buffer }`. */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const packed = deflateRawSync(body);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    [20, 0x800, 8, 0, 0x5d70].forEach((value, index) => common.writeUInt16LE(value, index * 2));
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    parts.push(Buffer.from('PK\x03\x04'), common, name, packed);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, name]));
    offset += 30 + name.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}

const application = (name, selfHeal) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: argocd
spec:
  project: shop
  source:
    repoURL: https://git.example/acme/fleet.git
    targetRevision: main
    path: workloads/${name}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${name}
  syncPolicy:
    automated:
      prune: true
${selfHeal ? '      selfHeal: true\n' : ''}`;

const workload = (name) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: ${name}
          image: registry.example/acme/${name}:1.4.2
`;

/** A small organization: an agent pulls, half of it mends drift. */
export function organization(extra = {}) {
  const files = { 'fleet/README.md': '# Fleet\n\nWhat runs where.\n' };
  for (const [index, name] of ['web', 'orders'].entries()) {
    files[`fleet/apps/${name}.yaml`] = application(name, index === 0);
    files[`fleet/workloads/${name}/deployment.yaml`] = workload(name);
    files[`fleet/workloads/${name}/kustomization.yaml`] = 'resources:\n  - deployment.yaml\n';
  }
  return { ...files, ...extra };
}

/** Arguments of a benchmark: `--dist FOLDER` once for each build to compare, in place of dist/ alone, and the rest. */
export function benchArguments(words = process.argv.slice(2)) {
  const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options: { dist: { type: 'string', multiple: true }, runs: { type: 'string' } } });
  return { dists: (values.dist ?? [dist]).map((folder) => resolve(folder)), runs: Number(values.runs ?? 5), rest: positionals };
}

/** A build in a table: its folder and the one around it. */
export const buildName = (folder, all) => (all.length === 1 ? 'this build' : `${basename(dirname(folder))}/${basename(folder)}`);

export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Paths of the exports of these repositories, or nothing where they are not at hand. */
export function realExports(...names) {
  if (!existsSync(exportsFolder)) return null;
  const have = readdirSync(exportsFolder);
  const files = names.map((name) => have.find((file) => file === `${name}.tar.gz`));
  return files.every(Boolean) ? files.map((file) => join(exportsFolder, file)) : null;
}
