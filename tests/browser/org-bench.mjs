// An organization of five hundred repositories, one archive each: memory, progress, a click while it scans, cancel.
// Made by repeating the given exports under other names. Prints numbers; nothing here passes or fails.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, linkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { exportsFolder, find, start, state } from './lib.mjs';

const wanted = Number(process.argv[2] || 500);
if (!existsSync(exportsFolder)) {
  console.log('No exports on this machine; set CAIRN_EXPORTS. Nothing measured.');
  process.exit(0);
}
const sources = readdirSync(exportsFolder).filter((file) => file.endsWith('.tar.gz')).map((file) => join(exportsFolder, file));
const folder = mkdtempSync(join(tmpdir(), 'cairn-organization-'));
const sizes = sources.map((file) => gunzipSync(readFileSync(file)).length);
const files = [];
let tar = 0;
for (let i = 0; i < wanted; i++) {
  const source = sources[i % sources.length];
  const copy = join(folder, `org__${basename(source, '.tar.gz').split('__').pop()}-${i}.tar.gz`);
  try { linkSync(source, copy); } catch { writeFileSync(copy, readFileSync(source)); }
  files.push(copy);
  tar += sizes[i % sources.length];
}

/** Peak resident size of the renderer that runs the page and its workers, in MB. */
function peak(pids) {
  return Math.max(0, ...pids.map((pid) => {
    try { return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] || 0) / 1024; } catch { return 0; }
  }));
}
function renderers() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'); } catch { return false; }
  });
}

const before = new Set(renderers());
const site = await start();
const page = await site.profile();
const mine = () => renderers().filter((pid) => !before.has(pid));
const idle = peak(mine());

await page.evaluate(() => {
  const seen = { gaps: [], told: [] };
  globalThis.seen = seen;
  let last = performance.now();
  const frame = (now) => { seen.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new MutationObserver(() => {
    const value = document.querySelector('progress')?.value;
    if (value !== undefined && value !== seen.value) { seen.value = value; seen.told.push(performance.now()); }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
});

// Cancel first, on a scan that has just begun.
await find.input(page).setInputFiles(files);
await page.getByRole('button', { name: 'Cancel' }).waitFor();
await page.waitForTimeout(1500);
const cancelled = await page.evaluate(async () => {
  const begin = performance.now();
  [...document.querySelectorAll('button')].find((b) => b.textContent === 'Cancel').click();
  while (document.querySelector('section.scan')) await new Promise((done) => setTimeout(done, 5));
  return performance.now() - begin;
});

await page.reload();
await state(page, 'ready');
await page.evaluate(() => {
  const seen = { gaps: [], told: [] };
  globalThis.seen = seen;
  let last = performance.now();
  const frame = (now) => { seen.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  setInterval(() => {
    const text = document.querySelector('section.scan .tabular')?.textContent;
    if (text && text !== seen.text) { seen.text = text; seen.told.push(performance.now()); }
  }, 20);
});
const begin = Date.now();
await find.input(page).setInputFiles(files);
await page.getByRole('button', { name: 'Cancel' }).waitFor();
const clicks = [];
while ((await page.locator('section.scan').count()) > 0) {
  const took = await page.evaluate(async () => {
    const select = document.querySelector('select');
    if (!select) return null;
    const begin = performance.now();
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    return performance.now() - begin;
  });
  if (took !== null) clicks.push(took);
  await page.waitForTimeout(200);
}
await state(page, 'scored', 300_000).catch(async () => console.log((await page.locator('body').innerText()).slice(0, 400)));
const whole = (Date.now() - begin) / 1000;
const { gaps, told } = await page.evaluate(() => ({ gaps: globalThis.seen.gaps, told: globalThis.seen.told }));
const pauses = told.slice(1).map((at, i) => at - told[i]);
console.log(`${files.length} archives, ${(tar / 1e6).toFixed(0)} MB of tar, ${whole.toFixed(1)} s, ${(tar / 1e6 / whole).toFixed(0)} MB/s`);
console.log(`peak resident size of the renderer ${peak(mine()).toFixed(0)} MB (idle ${idle.toFixed(0)} MB)`);
console.log(`progress told ${told.length} times, longest pause ${Math.max(...pauses, 0).toFixed(0)} ms`);
console.log(`a change answered within ${Math.max(...clicks, 0).toFixed(0)} ms at most (${clicks.length} tried); longest frame ${Math.max(...gaps).toFixed(0)} ms`);
console.log(`cancel took ${cancelled.toFixed(0)} ms`);
await site.close();
rmSync(folder, { recursive: true, force: true });
