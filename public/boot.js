// Starts the application, and says plainly what is wrong where it cannot start or has stopped.
const root = document.documentElement;

function fail(title, lines, cause) {
  root.dataset.cairn = 'error';
  const box = document.getElementById('failure');
  const heading = document.createElement('h2');
  heading.textContent = title;
  const parts = lines.map((line) => Object.assign(document.createElement('p'), { textContent: line }));
  const reload = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Reload the page' });
  reload.addEventListener('click', () => location.reload());
  box.replaceChildren(heading, ...parts, reload);
  if (cause) {
    const details = document.createElement('details');
    const summary = Object.assign(document.createElement('summary'), { textContent: 'What the browser reported' });
    details.append(summary, Object.assign(document.createElement('pre'), { textContent: String(cause) }));
    box.append(details);
  }
  box.hidden = false;
  document.querySelector('#shell .waiting')?.remove();
  document.querySelector('#shell .bones')?.remove();
}

// A WebAssembly trap leaves the application dead; the answers are in the browser's database already.
addEventListener('error', (event) => {
  if (typeof WebAssembly === 'object' && event.error instanceof WebAssembly.RuntimeError) {
    fail('Cairn has stopped', ['An error inside Cairn ended it. Your answers were saved as you gave them.', 'Reload the page to go on. If it happens again with the same export, please report it.'], event.error);
  }
});

const script = document.querySelector('script[data-boot]');
const base = new URL('.', document.baseURI);

async function load(js, wasm) {
  const { default: init } = await import(new URL(js, base));
  return init({ module_or_path: new URL(wasm, base) });
}

function broken(cause) {
  const hint = location.protocol === 'file:'
    ? 'Pages opened straight from disk cannot load it. Serve the folder instead, for example with: python3 -m http.server'
    : 'The connection may have broken off, or a new version was published while this page was open.';
  fail('Cairn could not start', [hint, 'Reload the page to try again.'], cause);
}

// The first screen asks for the application when there is something to open; what that is stands in window.cairnHandoff.
// The names of these two files do not change between versions, so the build they belong to is said in the query.
const build = encodeURIComponent(script.dataset.js.replace(/^.*start-|\.js$/g, ''));
addEventListener('cairn-open', async () => {
  try {
    await load(`app.js?v=${build}`, `app_bg.wasm?v=${build}`);
    document.getElementById('shell')?.remove();
  } catch (cause) {
    broken(cause);
  }
}, { once: true });

async function start() {
  if (typeof WebAssembly !== 'object') {
    fail('WebAssembly is missing', ['This browser has no WebAssembly, or a policy switches it off.', 'Use a current Chrome, Edge, Firefox or Safari, ask for WebAssembly to be allowed on this site, or use the command line.']);
    return;
  }
  try {
    const wasm = await load(script.dataset.js, script.dataset.wasm);
    dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm } }));
    // While a newcomer reads, the application comes into the cache.
    setTimeout(() => {
      for (const href of [`app.js?v=${build}`, `app_bg.wasm?v=${build}`]) {
        document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: new URL(href, base) }));
      }
    }, 2000);
  } catch (cause) {
    broken(cause);
  }
}

start();
