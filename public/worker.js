// Starts a scanner worker: the page sends the compiled module first, and the scanner itself hears every message after it.
const glue = import(`./scan_worker.js${new URL(import.meta.url).search}`);

addEventListener('message', async ({ data: module }) => {
  try {
    const { default: init } = await glue;
    await init({ module_or_path: module });
  } catch (cause) {
    // Outside the promise, so that the page hears of it as an error of this worker.
    setTimeout(() => { throw cause; });
  }
}, { once: true });
