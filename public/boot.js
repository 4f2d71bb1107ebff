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

async function start() {
  if (typeof WebAssembly !== 'object') {
    fail('WebAssembly is missing', ['This browser has no WebAssembly, or a policy switches it off.', 'Use a current Chrome, Edge, Firefox or Safari, ask for WebAssembly to be allowed on this site, or use the command line.']);
    return;
  }
  const script = document.querySelector('script[data-boot]');
  const base = new URL('.', document.baseURI);
  try {
    const { default: init } = await import(new URL(script.dataset.js, base));
    const wasm = await init({ module_or_path: new URL(script.dataset.wasm, base) });
    document.getElementById('shell')?.remove();
    dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm } }));
  } catch (cause) {
    const hint = location.protocol === 'file:'
      ? 'Pages opened straight from disk cannot load it. Serve the folder instead, for example with: python3 -m http.server'
      : 'The connection may have broken off, or a new version was published while this page was open.';
    fail('Cairn could not start', [hint, 'Reload the page to try again.'], cause);
  }
}

start();
