// The worker beside the JavaScript baseline, on the same export, in the same browser; one build or several in turn.
// Usage: node bench.mjs [--dist FOLDER]... [--runs N] [export.tar.gz ...]
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { benchArguments, buildName, choose, exportsFolder, here, median, root, serve, start, state } from './lib.mjs';

const { dists, runs, rest } = benchArguments();
const baseline = process.env.CAIRN_BASELINE || join(root, '..', 'shared', 'bench', 'js-baseline.mjs');

function largest() {
  if (!existsSync(exportsFolder)) return [];
  const files = readdirSync(exportsFolder).filter((file) => file.endsWith('.tar.gz')).map((file) => join(exportsFolder, file));
  return files.sort((a, b) => statSync(b).size - statSync(a).size).slice(0, 3);
}

const files = rest.length > 0 ? rest : largest();
if (files.length === 0 || !existsSync(baseline)) {
  console.log('No exports or no baseline on this machine; set CAIRN_EXPORTS and CAIRN_BASELINE. Nothing measured.');
  process.exit(0);
}

/** Keeps how the page starts its workers and what it tells them, so that the same can be sent again and timed alone. */
const record = () => {
  const told = globalThis.told = {};
  globalThis.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      Object.assign(told, { url: String(url), options });
    }
  };
  const send = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message instanceof WebAssembly.Module) told.module = message;
    if (message?.json?.startsWith('{"prepare"')) told.prepare = message.json;
    return send.call(this, message, ...rest);
  };
};

/** Starts two warm workers, as the page has them on two cores: one unpacks, the other reads contents for it. */
const warmUp = async () => {
  const { url, options, module, prepare } = globalThis.told;
  const member = async () => {
    const worker = new Worker(url, options);
    const next = (kind) => new Promise((done, failed) => {
      worker.onerror = (event) => failed(new Error(event.message));
      worker.onmessage = ({ data }) => {
        const said = JSON.parse(new TextDecoder().decode(data));
        if (said.failed) failed(new Error(said.failed.message));
        if (said[kind]) done(said[kind]);
      };
    });
    const ready = next('ready');
    if (module) worker.postMessage(module);
    await ready;
    // A worker that gets rules forgets what it remembers of files: each run reads the export for the first time.
    return { worker, next, prepare: async () => {
      const prepared = next('prepared');
      worker.postMessage({ json: prepare });
      return (await prepared).elapsed;
    } };
  };
  globalThis.pair = [await member(), await member()];
};

const scanOnce = async ({ name, bytes }) => {
  const [one, two] = globalThis.pair;
  const data = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  const file = new File([data], name);
  const rules = await one.prepare();
  await two.prepare();
  const begin = performance.now();
  const { port1, port2 } = new MessageChannel();
  const done = one.next('done');
  two.worker.postMessage({ json: JSON.stringify({ assist: {} }), port: port2 }, [port2]);
  one.worker.postMessage({ json: JSON.stringify({ scan: { given: {}, names: [name] } }), files: [file], ports: [port1] }, [port1]);
  const { times: spent } = await done;
  return { whole: performance.now() - begin, read: spent.read, scan: spent.scan, finish: spent.finish, rules };
};

const builds = [];
for (const folder of dists) {
  const site = await start({ folder });
  const page = await site.profile({ before: (page) => page.addInitScript(record) });
  // One scan through the page tells how its workers are started and what they are told.
  await choose(page, files[0]);
  await state(page, 'scored', 300_000);
  await page.evaluate(warmUp);
  builds.push({ name: buildName(folder, dists), site, page });
}

const other = await serve({
  folders: [['/yaml/', join(here, 'node_modules', 'js-yaml', 'dist')], ['/baseline/', dirname(baseline)]],
  pages: {
    '/': ['text/html', '<!doctype html><title>Baseline</title><input type="file">'],
    '/worker.mjs': ['text/javascript', `import * as jsyaml from '/yaml/js-yaml.mjs'; import { scan } from '/baseline/${basename(baseline)}';
      onmessage = async ({ data }) => postMessage(await scan(new Uint8Array(await data.arrayBuffer()), jsyaml)); postMessage('ready');`],
  },
});
const plain = await (await builds[0].site.browser.newContext()).newPage();
await plain.goto(`${other.origin}/`);
await plain.evaluate(async () => {
  globalThis.worker = new Worker('/worker.mjs', { type: 'module' });
  globalThis.next = () => new Promise((done, failed) => { worker.onmessage = ({ data }) => done(data); worker.onerror = (event) => failed(new Error(event.message)); });
  await next();
});
const plainOnce = () => plain.evaluate(() => {
  worker.postMessage(document.querySelector('input').files[0]);
  return next();
});

const rows = [];
for (const file of files) {
  const argument = { name: basename(file), bytes: readFileSync(file).toString('base64') };
  await plain.locator('input').setInputFiles(file);
  const theirs = [];
  const ours = builds.map(() => []);
  // In turn, so that whatever else the machine does meets all of them alike.
  for (let run = 0; run < runs; run++) {
    for (const [index, { page }] of builds.entries()) ours[index].push(await page.evaluate(scanOnce, argument));
    theirs.push(await plainOnce());
  }
  const script = median(theirs.map((run) => run.totalMs));
  const first = median(ours[0].map((run) => run.whole));
  for (const [index, { name }] of builds.entries()) {
    const of = (key) => median(ours[index].map((run) => run[key]));
    rows.push({
      export: basename(file), ...(builds.length > 1 && { build: name }), 'tar MB': (theirs[0].tarBytes / 1e6).toFixed(1), files: theirs[0].files,
      'Cairn ms': of('whole').toFixed(0), 'unpack ms': of('read').toFixed(0), 'scan ms': of('scan').toFixed(0), 'finish ms': of('finish').toFixed(0), 'rules ms': of('rules').toFixed(0),
      'JavaScript ms': script.toFixed(0), 'its inflate ms': median(theirs.map((run) => run.inflateMs)).toFixed(0), ratio: (of('whole') / script).toFixed(3),
      ...(builds.length > 1 && { 'to the first build': (of('whole') / first).toFixed(3) }),
    });
  }
}
console.table(rows);
console.log(`Medians of ${runs} runs. Cairn: from handing the file to two warm workers until the facts are back, all rules; what the rules cost is paid once, before.`);
for (const row of rows) console.log(`ratio ${row.ratio}  ${row.export}${row.build ? `  ${row.build}` : ''}`);
await other.close();
for (const { site } of builds) await site.close();
