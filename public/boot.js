// Loads the programs of the page and the files that they will ask for, and says plainly what is wrong where a program
// cannot start or has stopped.
//
// What is fetched ahead is kept here as a promise. Left to the cache of the browser, as with `rel="prefetch"`, it would
// come a second time from a host that sends no validators, or while the first is still on its way.
'use strict';
// A block, so that nothing of this becomes a name of the whole page.
{
const root = document.documentElement;
/** The word of the state before something went wrong. */
let before = root.dataset.cairn;
/** How many messages were shown. */
let messages = 0;

/** Says at the top of the window what is wrong, with buttons: pairs of words and what they do. */
function fail(title, lines, cause, actions = []) {
  if (root.dataset.cairn !== 'error') before = root.dataset.cairn;
  root.dataset.cairn = 'error';
  messages += 1;
  const box = document.getElementById('failure');
  const heading = document.createElement('h2');
  heading.textContent = title;
  const parts = lines.map((line) => Object.assign(document.createElement('p'), { textContent: line }));
  const buttons = [...actions, ['Reload the page', () => location.reload()]].map(([words, act]) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words });
    button.addEventListener('click', act);
    return button;
  });
  const row = Object.assign(document.createElement('div'), { className: 'row' });
  row.append(...buttons);
  box.replaceChildren(heading, ...parts, row);
  if (cause) {
    const details = document.createElement('details');
    const summary = Object.assign(document.createElement('summary'), { textContent: 'What the browser reported' });
    details.append(summary, Object.assign(document.createElement('pre'), { textContent: String(cause) }));
    box.append(details);
  }
  box.hidden = false;
  // It may come while a person is far down in a long list.
  document.body.prepend(box);
  box.tabIndex = -1;
  box.focus({ preventScroll: true });
  scrollTo(0, 0);
  document.querySelector('#shell .waiting')?.remove();
  document.querySelector('#shell .bones')?.remove();
}

/** Takes the message away again. */
function recovered() {
  document.getElementById('failure').hidden = true;
  if (root.dataset.cairn === 'error') root.dataset.cairn = before;
}

// A WebAssembly trap ends what the application was doing, and may leave it unable to do more.
addEventListener('error', (event) => {
  if (typeof WebAssembly === 'object' && event.error instanceof WebAssembly.RuntimeError) {
    const kept = root.dataset.stored === 'no'
      ? 'This browser stores nothing for this page: what you gave is lost when you reload. Try to go on, and save the assessment as a file under Share.'
      : 'What you gave until then is stored in this browser; the very last change may be missing. Reload the page to go on with it.';
    fail('Cairn has stopped', ['An error inside Cairn ended what it was doing.', kept, 'If it happens again, please report it with what the browser says below.'], event.error, [['Try to go on', recovered]]);
  }
});

/** Says that a program could not be loaded; `again` tries it once more. */
async function broken(cause, again) {
  await parsed;
  let hint = 'The connection may have broken off, or a new version was published while this page was open.';
  if (location.protocol === 'file:') hint = 'Pages opened straight from disk cannot load it. Serve the folder instead, for example with: python3 -m http.server';
  else if (navigator.onLine === false) hint = 'This computer is offline.';
  const tryAgain = () => { recovered(); again(); };
  fail('Cairn could not start', [hint, 'Nothing is lost. Try again once the connection is back.'], cause, [['Try again', tryAgain]]);
  // The network may come back before the person does.
  const shown = messages;
  addEventListener('online', () => { if (shown === messages && !document.getElementById('failure').hidden) tryAgain(); }, { once: true });
}

const script = document.querySelector('script[data-boot]');
const base = new URL('.', document.baseURI);
const address = (path) => new URL(path, base);
// Most names do not change between versions, so the build that a program belongs to is said in the query.
const build = encodeURIComponent(script.dataset.js.replace(/^.*start-|\.js$/g, ''));
const ofBuild = (name) => `${name}?v=${build}`;

/** Does a piece of work when it is first asked for, and again only where it failed. */
function once(work) {
  let result;
  return () => {
    result ??= work().catch((cause) => {
      result = undefined;
      throw cause;
    });
    return result;
  };
}

/** Whether work done ahead fails matters only to whoever asks for its result later. */
const ahead = (promise) => { promise.catch(() => {}); };

/** Bytes of modules that have come, and that will have, by path. */
const sizes = new Map();

/**
 * Counts the bytes of a module as they come. A copy is counted, for browsers keep compiled code with the response itself.
 * The build says how many there are: the length that a host gives is that of what it sends, which may be compressed.
 */
async function count(path, response, total) {
  const size = { received: 0, total };
  sizes.set(path, size);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) size.received += part.value.length;
}

/** Fetches and compiles a module. Streaming is refused where a host does not know the type, so the type decides. */
async function compile(path, size) {
  const response = await fetch(address(path));
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  if (size && response.body) ahead(count(path, response.clone(), Number(size)));
  return response.headers.get('Content-Type')?.toLowerCase() === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

let failures = 0;

/** Loads a program, its glue code and its module side by side; gives a function that starts it. */
async function program(js, wasm, size) {
  const glue = address(js);
  // A browser remembers that a module could not be imported, and does not ask for it again.
  if (failures > 0) glue.searchParams.set('retry', failures);
  try {
    const [{ default: init }, module] = await Promise.all([import(glue), compile(wasm, size)]);
    return () => init({ module_or_path: module });
  } catch (cause) {
    failures += 1;
    throw cause;
  }
}

/** Somebody waits for the application. */
let isAsked = false;

const firstScreen = once(() => program(script.dataset.js, script.dataset.wasm));
const application = once(() => program(ofBuild('app.js'), ofBuild('app_bg.wasm'), script.dataset.appSize));
const scanner = once(() => compile(ofBuild('scan_worker_bg.wasm'), script.dataset.workerSize));
const responses = new Map();
const rules = 'bundles/rules.json';

/** Fetches a file of this site that somebody will ask for. */
function fetchAhead(path) {
  if (responses.has(path)) return;
  const response = fetch(address(path));
  responses.set(path, response);
  response.catch(() => responses.delete(path));
}

/** Milliseconds that somebody waits without a word. */
const patience = 400;
const waitingFor = new Set();
let drawing;

/** Says how far it is while somebody waits for a part of the program, in view wherever the page is scrolled to. */
function showProgress(what, work) {
  const timer = setTimeout(() => {
    waitingFor.add(what);
    if (waitingFor.size === 1) drawProgress();
  }, patience);
  const end = () => {
    clearTimeout(timer);
    waitingFor.delete(what);
    const box = document.getElementById('loading');
    if (box && waitingFor.size === 0) box.hidden = true;
  };
  work.then(end, end);
  return work;
}

function drawProgress() {
  const [what] = waitingFor;
  const box = document.getElementById('loading');
  if (what === undefined || !box) return;
  const [words, bar, far] = box.children;
  // Set once, so that screen readers say it once.
  if (box.hidden || words.textContent !== what) words.textContent = what;
  box.hidden = false;
  let [received, total] = [0, 0];
  for (const size of sizes.values()) {
    received += size.received;
    total += size.total;
  }
  if (total > 0) {
    bar.value = received / total;
    far.textContent = `${Math.floor((100 * received) / total)} % of ${(total / 1e6).toFixed(1)} MB`;
  } else {
    bar.removeAttribute('value');
    far.textContent = '';
  }
  clearTimeout(drawing);
  drawing = setTimeout(drawProgress, 250);
}

/** Fetches what every scan takes. */
function prepareScan() {
  fetchAhead(rules);
  return scanner();
}

/** Loads the programs while a newcomer reads. Not for whoever asks sites to save data. */
function prefetch() {
  if (navigator.connection?.saveData) return;
  const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 200));
  whenIdle(() => {
    // Who has asked for something meanwhile gets that first, and by itself.
    if (!isAsked) ahead(application().then(prepareScan));
  });
}

// What the programs call; `src/ui/browser/loader.rs` is the other side.
window.cairnLoader = {
  fetchAhead,
  /** A response fetched ahead, for one reading of it; undefined where the file was not. */
  response: async (path) => (await responses.get(path))?.clone(),
  /** A new scanner worker. The module is compiled once and shared by all of them. */
  startScanner() {
    const worker = new Worker(address(ofBuild('worker.js')), { type: 'module' });
    showProgress('Loading the scanner', scanner()).then(
      (module) => worker.postMessage(module),
      (cause) => worker.dispatchEvent(new ErrorEvent('error', { message: String(cause) })),
    );
    return worker;
  },
  prepareScan: () => ahead(prepareScan()),
  prefetch,
};

let opening = false;

async function openApplication() {
  if (opening) return;
  opening = true;
  isAsked = true;
  dispatchEvent(new CustomEvent('cairn-opening'));
  let start;
  try {
    // Fetched while the document is still read.
    [start] = await Promise.all([showProgress('Loading Cairn', application()), parsed]);
  } catch (cause) {
    opening = false;
    dispatchEvent(new CustomEvent('cairn-open-failed'));
    return broken(cause, openApplication);
  }
  document.getElementById('failure').hidden = true;
  try {
    await start();
    document.getElementById('shell')?.remove();
  } catch (cause) {
    broken(cause, () => location.reload());
  }
}

// The first screen asks for the application when there is something to open; what that is stands in window.cairnHandoff.
addEventListener('cairn-open', openApplication);

/** Ends when the whole document stands. */
const parsed = new Promise((done) => {
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', done, { once: true });
  else done();
});

async function start() {
  if (typeof WebAssembly !== 'object') {
    await parsed;
    fail('WebAssembly is missing', ['This browser has no WebAssembly, or a policy switches it off.', 'Use a current Chrome, Edge, Firefox or Safari, ask for WebAssembly to be allowed on this site, or use the command line.']);
    return;
  }
  fetchAhead('models/index.yaml');
  // An address that names a place or carries a link leads past the first screen.
  if (!['', '#', '#start'].includes(location.hash)) return openApplication();
  try {
    const [start] = await Promise.all([firstScreen(), parsed]);
    const wasm = await start();
    dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm } }));
  } catch (cause) {
    broken(cause, start);
  }
}

start();
}
