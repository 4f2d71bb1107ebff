// The first screen: fast, self-contained, clear where something is missing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, find, start, state } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

test('the page is ready from a sub-path, without another origin', async () => {
  const page = await site.profile();
  const lost = site.server.requests.filter(({ status }) => status !== 200);
  assert.deepEqual(lost, [], 'every file that the page asks for is there');
  assert.deepEqual(site.foreign, [], 'no request leaves the origin');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('the policy is strict', async () => {
  const page = await site.profile();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  for (const part of ["default-src 'self'", "connect-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "object-src 'none'", "form-action 'none'"]) {
    assert.ok(policy.split(/;\s*/).includes(part), `${part} is in ${policy}`);
  }
  assert.ok(!policy.includes("'unsafe-inline'") && !policy.includes("'unsafe-eval'") && !policy.includes('*'));
  assert.equal(await page.locator('meta[name="referrer"]').getAttribute('content'), 'no-referrer');
  const blocked = await page.evaluate(() => fetch('https://example.invalid/').then(() => 'sent', () => 'blocked'));
  assert.equal(blocked, 'blocked');
  await page.context().close();
});

test('the first screen says what Cairn does, that nothing leaves, and how to begin', async () => {
  const page = await site.profile();
  await find.openSample(page).waitFor();
  assert.equal(await find.input(page).count(), 1, 'one input is labelled "Repository export"');
  const text = await page.locator('body').innerText();
  assert.match(text, /nothing leaves (this|your) (machine|computer|browser)/i);
  assert.match(text, /git archive/);
  await accessible(page, 'the first screen');
  await page.context().close();
});

test('the first screen is accessible in the dark and on a phone, and nothing is cut off', async () => {
  for (const options of [{ colorScheme: 'dark' }, { viewport: { width: 390, height: 844 } }]) {
    const page = await site.profile(options);
    await accessible(page, `the first screen, ${JSON.stringify(options)}`);
    const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= view + 1, `the page is ${wide} wide in a window of ${view}`);
    await page.context().close();
  }
});

test('the sample can be opened by keyboard alone', async () => {
  const page = await site.profile();
  await find.openSample(page).waitFor();
  let reached = false;
  for (let presses = 0; presses < 80 && !reached; presses++) {
    await page.keyboard.press('Tab');
    reached = await find.openSample(page).evaluate((element) => element === document.activeElement);
  }
  assert.ok(reached, 'Tab reaches "Open the sample"');
  await page.keyboard.press('Enter');
  await state(page, 'scored');
  await page.context().close();
});

test('without JavaScript the page says what is missing', async () => {
  const page = await site.profile({ javaScriptEnabled: false, waitFor: null });
  assert.match(await page.locator('body').innerText(), /JavaScript is switched off/);
  await page.context().close();
});

test('without WebAssembly the page says what is missing', async () => {
  const before = (page) => page.addInitScript(() => { delete globalThis.WebAssembly; });
  const page = await site.profile({ before, waitFor: null });
  await state(page, 'error');
  assert.match(await page.locator('#failure').innerText(), /WebAssembly is missing/);
  await accessible(page, 'the page without WebAssembly');
  await page.context().close();
});

test('a load that breaks off is said, with a way on', async () => {
  const before = (page) => page.route('**/*.wasm', (route) => route.abort());
  const page = await site.profile({ before, waitFor: null });
  await state(page, 'error');
  assert.match(await page.locator('#failure').innerText(), /could not start/);
  await page.unroute('**/*.wasm');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await state(page, 'ready');
  await page.context().close();
});
