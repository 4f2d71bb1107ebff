// How the page loads: each file once, also from hosts that send no validators or do not know WebAssembly, the first screen
// alone within its budget, and only what an address asks for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgets, find, go, start, state, tarGz, organization, choose } from './lib.mjs';

/** Each worker loads its own script: the policy allows no other source of it. */
const perWorker = ['worker.js', 'scan_worker.js'];

/** A server and a browser that end with the test, however it ends. */
async function served(t, options) {
  const site = await start(options);
  t.after(() => site.close());
  return site;
}

/** Requests by the name of the file below the page. */
function counts(site) {
  const found = {};
  for (const { path } of site.server.requests) {
    const name = path.replace('/some/sub/path/', '');
    // The browser fetches the icon by itself, and again whenever the title changes.
    if (name.startsWith('icon')) continue;
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

function assertOnce(site, workers = 0) {
  const twice = Object.entries(counts(site)).filter(([name, count]) => count > (perWorker.includes(name) ? workers : 1));
  assert.deepEqual(twice, [], 'every file is asked for once');
  const lost = site.server.requests.filter(({ status }) => ![200, 304].includes(status));
  assert.deepEqual(lost, [], 'every file that is asked for is there');
}

/** Waits until no request came for a while. */
async function quiet(site) {
  for (let before = -1; before !== site.server.requests.length;) {
    before = site.server.requests.length;
    await new Promise((done) => setTimeout(done, 700));
  }
}

const cores = (page) => page.evaluate(() => navigator.hardwareConcurrency);
const savingData = (page) => page.addInitScript(() => {
  Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
});

for (const validators of [false, true]) {
  const host = validators ? 'a host with validators' : 'a host without validators';

  test(`${host}: nothing comes twice when the sample is opened at once`, async (t) => {
    const site = await served(t, { validators });
    const page = await site.profile();
    await find.openSample(page).click();
    await state(page, 'scored');
    await quiet(site);
    assertOnce(site, Math.min(await cores(page), 4));
    assert.deepEqual(page.errors, []);
  });

  test(`${host}: nothing comes twice when the sample is opened after a while`, async (t) => {
    const site = await served(t, { validators });
    const page = await site.profile();
    await quiet(site);
    const ahead = counts(site);
    for (const name of ['app.js', 'app_bg.wasm', 'scan_worker_bg.wasm', 'bundles/rules.json']) {
      assert.equal(ahead[name], 1, `${name} comes while nothing else is to be done`);
    }
    await find.openSample(page).click();
    await state(page, 'scored');
    await quiet(site);
    assertOnce(site, Math.min(await cores(page), 4));
  });

  test(`${host}: a link leads past the first screen, and nothing comes twice`, async (t) => {
    const site = await served(t, { validators });
    const page = await site.profile();
    await find.openSample(page).click();
    await state(page, 'scored');
    await go(page, 'share');
    await find.copyLink(page).click();
    const { hash } = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    await page.context().close();
    await quiet(site);
    site.server.requests.length = 0;
    const other = await site.profile({ path: hash, waitFor: 'scored' });
    await quiet(site);
    assertOnce(site);
    const names = Object.keys(counts(site));
    assert.ok(names.includes('app_bg.wasm'), names.join(', '));
    const needless = names.filter((name) => /^start-|worker|rules/.test(name));
    assert.deepEqual(needless, [], 'a link takes neither the first screen nor the scanner');
    assert.deepEqual(other.errors, []);
  });
}

test('the first screen comes alone and within its budget', async (t) => {
  const site = await served(t);
  const { limit } = budgets['first-load'];
  const page = await site.profile({ before: savingData });
  await quiet(site);
  t.diagnostic(`first load: ${site.server.transferred()} bytes of ${limit}`);
  assert.ok(site.server.transferred() <= limit, `first load takes ${site.server.transferred()} bytes, more than ${limit}`);
  const names = Object.keys(counts(site));
  const needless = names.filter((name) => /^app|worker|^bundles|^rules|^sample/.test(name));
  assert.deepEqual(needless, [], 'nothing is loaded ahead for whoever saves data');
  await find.openSample(page).click();
  await state(page, 'scored');
  await quiet(site);
  assertOnce(site, Math.min(await cores(page), 4));
});

test('a host that does not know WebAssembly serves a page that works', async (t) => {
  const site = await served(t, { types: { '.wasm': 'application/octet-stream' } });
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
  assert.deepEqual(page.errors, []);
});

/** The digest of the rules that the stored facts were found with. */
const digestOfRules = (page) => page.evaluate(async () => {
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const name = (await indexedDB.databases()).map((d) => d.name).find((n) => n.startsWith('cairn'));
  const database = await done(indexedDB.open(name));
  const parts = await done(database.transaction('facts').objectStore('facts').getAll());
  database.close();
  const texts = parts.map((part) => (typeof part === 'string' ? part : new TextDecoder().decode(part)));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/"rules":"([0-9a-f]+)"/g)].map(([, digest]) => digest)))];
});

test('without the bundle the rules come one by one, and they are the same', async (t) => {
  const site = await served(t);
  const export_ = { name: 'acme.tar.gz', buffer: tarGz(organization()) };
  const found = [];
  for (const bundled of [true, false]) {
    site.server.requests.length = 0;
    const before = (page) => (bundled ? undefined : page.route('**/bundles/rules.json', (route) => route.fulfill({ status: 404 })));
    const page = await site.profile({ before });
    await choose(page, export_);
    await state(page, 'scored');
    await page.waitForTimeout(500);
    const single = site.server.requests.filter(({ path }) => /\/rules\/[\w-]+\.yaml$/.test(path)).length;
    assert.ok(bundled ? single === 0 : single > 20, `${single} single files`);
    found.push(await digestOfRules(page));
    await page.context().close();
  }
  assert.equal(found[0].length, 1, 'facts name their rules');
  assert.deepEqual(found[1], found[0]);
});

test('a prefetch that breaks off is made good when the application is asked for', async (t) => {
  const site = await served(t);
  let broken = 0;
  const before = (page) => page.route('**/app_bg.wasm*', (route) => (broken++ === 0 ? route.abort() : route.continue()));
  const page = await site.profile({ before });
  await page.waitForTimeout(2_000);
  assert.equal(broken, 1);
  await find.openSample(page).click();
  await state(page, 'scored');
});
