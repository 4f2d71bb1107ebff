// The worker beside the JavaScript baseline, on the same export, in the same browser.
// Usage: node bench.mjs [export.tar.gz ...]
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { choose, exportsFolder, here, root, serve, start, state } from './lib.mjs';

const runs = 5;
const baseline = process.env.CAIRN_BASELINE || join(root, '..', 'shared', 'bench', 'js-baseline.mjs');
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function largest() {
  if (!existsSync(exportsFolder)) return [];
  const files = readdirSync(exportsFolder).filter((file) => file.endsWith('.tar.gz')).map((file) => join(exportsFolder, file));
  return files.sort((a, b) => statSync(b).size - statSync(a).size).slice(0, 3);
}

const files = process.argv.length > 2 ? process.argv.slice(2) : largest();
if (files.length === 0 || !existsSync(baseline)) {
  console.log('No exports or no baseline on this machine; set CAIRN_EXPORTS and CAIRN_BASELINE. Nothing measured.');
  process.exit(0);
}

const site = await start();
const page = await site.profile({
  before: (page) => page.addInitScript(() => {
    // Keeps what the page tells its workers, so that the same messages can be sent again and timed alone.
    const send = Worker.prototype.postMessage;
    globalThis.told = {};
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message?.json?.startsWith('{"prepare"')) globalThis.told.prepare = message.json;
      return send.call(this, message, ...rest);
    };
  }),
});
const other = await serve({
  folders: [['/yaml/', join(here, 'node_modules', 'js-yaml', 'dist')], ['/baseline/', dirname(baseline)]],
  pages: {
    '/': ['text/html', '<!doctype html><title>Baseline</title><input type="file">'],
    '/worker.mjs': ['text/javascript', `import * as jsyaml from '/yaml/js-yaml.mjs'; import { scan } from '/baseline/${basename(baseline)}';
      onmessage = async ({ data }) => postMessage(await scan(new Uint8Array(await data.arrayBuffer()), jsyaml)); postMessage('ready');`],
  },
});
const plain = await (await site.browser.newContext()).newPage();
await plain.goto(`${other.origin}/`);

// One scan through the page gives the rules as its workers get them.
await choose(page, files[0]);
await state(page, 'scored', 300_000);

const rows = [];
for (const file of files) {
  const ours = await page.evaluate(async ({ runs, name, bytes }) => {
    const data = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    // Two warm workers, as the page has them on two cores: one unpacks, the other reads contents for it.
    const member = async () => {
      const worker = new Worker(new URL('scan_worker_loader.js', document.baseURI), { type: 'module' });
      const next = (kind) => new Promise((done, failed) => {
        worker.onerror = (event) => failed(new Error(event.message));
        worker.onmessage = ({ data }) => {
          const said = JSON.parse(new TextDecoder().decode(data));
          if (said.failed) failed(new Error(said.failed.message));
          if (said[kind]) done(said[kind]);
        };
      });
      await next('ready');
      // A worker that gets rules forgets what it remembers of files: each run reads the export for the first time.
      const prepare = async () => {
        const prepared = next('prepared');
        worker.postMessage({ json: globalThis.told.prepare });
        return (await prepared).elapsed;
      };
      return { worker, next, prepare };
    };
    const [one, two] = [await member(), await member()];
    const times = [];
    for (let run = 0; run < runs; run++) {
      const file = new File([data], name);
      const rules = await one.prepare();
      await two.prepare();
      const begin = performance.now();
      const { port1, port2 } = new MessageChannel();
      const done = one.next('done');
      two.worker.postMessage({ json: JSON.stringify({ assist: {} }), port: port2 }, [port2]);
      one.worker.postMessage({ json: JSON.stringify({ scan: { given: {}, names: [name] } }), files: [file], ports: [port1] }, [port1]);
      const { times: spent } = await done;
      times.push({ whole: performance.now() - begin, read: spent.read, scan: spent.scan, finish: spent.finish, rules });
    }
    one.worker.terminate();
    two.worker.terminate();
    return times;
  }, { runs, name: basename(file), bytes: readFileSync(file).toString('base64') });

  await plain.locator('input').setInputFiles(file);
  const theirs = await plain.evaluate(async (runs) => {
    const worker = new Worker('/worker.mjs', { type: 'module' });
    const next = () => new Promise((done, failed) => { worker.onmessage = ({ data }) => done(data); worker.onerror = (event) => failed(new Error(event.message)); });
    await next();
    const times = [];
    for (let run = 0; run < runs; run++) {
      worker.postMessage(document.querySelector('input').files[0]);
      times.push(await next());
    }
    worker.terminate();
    return times;
  }, runs);
  const of = (key) => median(ours.map((run) => run[key]));
  const [cairn, script] = [of('whole'), median(theirs.map((run) => run.totalMs))];
  rows.push({ export: basename(file), 'tar MB': (theirs[0].tarBytes / 1e6).toFixed(1), files: theirs[0].files, 'Cairn ms': cairn.toFixed(0), 'unpack ms': of('read').toFixed(0), 'scan ms': of('scan').toFixed(0), 'finish ms': of('finish').toFixed(0), 'rules ms': of('rules').toFixed(0), 'JavaScript ms': script.toFixed(0), 'its inflate ms': median(theirs.map((run) => run.inflateMs)).toFixed(0), ratio: (cairn / script).toFixed(3) });
}
console.table(rows);
console.log(`Medians of ${runs} runs. Cairn: from handing the file to two warm workers until the facts are back, all rules; what the rules cost is paid once, before.`);
for (const row of rows) console.log(`ratio ${row.ratio}  ${row.export}`);
await other.close();
await site.close();
