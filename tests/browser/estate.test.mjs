// The estate: what exists with its places, a map of what delivers what where, and corrections that people make to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { accessible, choose, find, go, start, state, tarGz } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const application = (name, cluster, path) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  source: {repoURL: "https://git.acme.test/fleet", path: ${path}}
  destination: {name: ${cluster}, namespace: ${name}}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
`;
const deployment = (name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec: {template: {spec: {containers: [{name: web, image: "registry.acme.test/${name}:1.4.2"}]}}}
`;
const files = {
  'fleet/clusters/east/shop.yaml': application('shop', 'east', 'apps/shop/prod'),
  'fleet/clusters/west/pay.yaml': application('pay', 'west', 'apps/pay/staging'),
  'fleet/clusters/west/vendor.yaml': application('vendor', 'west', 'apps/vendor').replace('git.acme.test/fleet', 'git.vendor.test/charts'),
  'fleet/apps/shop/prod/deployment.yaml': deployment('shop'),
  'fleet/apps/pay/staging/deployment.yaml': deployment('pay'),
  'fleet/apps/orders/k8s/deployment.yaml': deployment('orders'),
  'shop/Dockerfile': 'FROM registry.acme.test/base:1\nCOPY . /app\n',
  'shop/.github/workflows/build.yaml': 'name: Build\non: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build .\n      - run: kubectl apply -f k8s\n',
  'shop/infra/main.tf': 'terraform {\n  backend "s3" { bucket = "acme" }\n}\n',
};
const archive = () => ({ name: 'acme.tar.gz', buffer: tarGz(files) });

const kind = (page, title) => find.region(page, 'What exists').locator('details.fold', { has: page.locator('summary', { hasText: title }) });
const entry = (page, title, name) => kind(page, title).locator('li.entry').filter({ has: page.locator('strong', { hasText: name }) });
const corrections = (page) => find.region(page, 'Corrections');

/** Opens the entries of a kind, where they are closed. */
async function open(page, title) {
  if (await kind(page, title).getAttribute('open') === null) await kind(page, title).locator('summary').click();
  await kind(page, title).locator('li.entry').first().waitFor();
}

async function estate(options) {
  const page = await site.profile(options);
  await choose(page, archive());
  await state(page, 'scored');
  await go(page, 'estate');
  await find.region(page, 'What exists').waitFor();
  return page;
}

/** What the practice about several environments says that files show. */
async function environmentsWords(page) {
  await go(page, 'practices/several-environments');
  const evidence = find.region(page, 'Evidence');
  await evidence.waitFor();
  return (await evidence.innerText()).replace(/\s+/g, ' ');
}

test('what exists is listed by kind, each with its places', async () => {
  const page = await estate();
  await find.navigation(page).getByRole('link', { name: 'Estate', exact: true }).waitFor();
  for (const title of ['3 services', '3 workloads', '2 namespaces', '2 environments', '2 clusters', '3 agents’ objects', '1 pipeline', '1 stack of infrastructure']) {
    assert.equal(await kind(page, title.replace('’', "'")).count(), 1, `${title}: ${await find.region(page, 'What exists').innerText()}`);
  }
  await open(page, '3 services');
  assert.match(await entry(page, '3 services', 'orders').innerText(), /no file shows what delivers it[\s\S]*fleet \/ apps\/orders\/k8s\/deployment\.yaml : 4/);
  assert.match(await entry(page, '3 services', 'shop').innerText(), /an image is built here · 1 workload · delivered by shop/);
  await open(page, "3 agents' objects");
  assert.match(await entry(page, "3 agents' objects", 'pay').innerText(), /Application · .*reverts drift.* · deploys fleet\/apps\/pay\/staging · to west/);
  await accessible(page, 'the estate with open kinds');
  await find.region(page, 'What exists').getByLabel('Find').fill('payments-of-nobody');
  const entries = find.region(page, 'What exists').locator('li.entry');
  await entries.first().waitFor({ state: 'detached' });
  await find.region(page, 'What exists').getByLabel('Find').fill('infra/main.tf');
  await entries.first().waitFor();
  assert.equal(await entries.count(), 1, 'a path is found too');
  assert.deepEqual(page.errors, []);
});

test('the map says what delivers what where, as a drawing and as a table', async () => {
  const page = await estate();
  const map = find.region(page, 'Map');
  await map.getByRole('img', { name: /Map of deliveries/ }).waitFor();
  const drawn = await map.locator('svg').textContent();
  for (const word of ['fleet', 'Application', 'east', 'west', 'outside the export']) assert.ok(drawn.includes(word), `${word}: ${drawn}`);
  assert.match(await map.innerText(), /No agent reaches\s+1 service: orders/);
  assert.match(await map.innerText(), /Deployed from outside the export\s+.*vendor/);
  await map.getByRole('button', { name: 'Show as a table' }).click();
  const rows = (await map.locator('tbody tr').allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim());
  assert.ok(rows.includes('fleet Application east 1') && rows.includes('shop Pipelines that apply where their commands say 1'), rows.join('; '));
  await accessible(page, 'the map as a table');
  assert.deepEqual(page.errors, []);
});

test('a correction changes what is counted, is undone, and made again', async () => {
  const page = await estate();
  const before = await environmentsWords(page);
  await go(page, 'estate');
  await open(page, '2 environments');
  await entry(page, '2 environments', 'staging').getByRole('button', { name: 'Correct' }).click();
  await entry(page, '2 environments', 'staging').getByRole('button', { name: 'Leave it out' }).click();
  await kind(page, '1 environment').waitFor();
  await corrections(page).getByText('Environment staging is left out').waitFor();
  await accessible(page, 'the estate with a correction');
  const corrected = await environmentsWords(page);
  assert.notEqual(corrected, before, 'the practice counts one environment less');
  await go(page, 'estate');
  await corrections(page).getByRole('button', { name: 'Undo the last change' }).click();
  await kind(page, '2 environments').waitFor();
  assert.equal(await environmentsWords(page), before, 'undone');
  await go(page, 'estate');
  await corrections(page).getByRole('button', { name: 'Redo' }).click();
  await kind(page, '1 environment').waitFor();
  assert.equal(await environmentsWords(page), corrected, 'made again');
  await go(page, 'estate');
  await corrections(page).getByRole('button', { name: /^Take back/ }).click();
  await kind(page, '2 environments').waitFor();
  assert.equal(await environmentsWords(page), before, 'taken back');
  assert.deepEqual(page.errors, []);
});

test('entries are renamed, joined and retyped; that survives a reload and another scan, and travels in the saved file', async () => {
  const page = await estate();
  await open(page, '2 clusters');
  const form = entry(page, '2 clusters', 'east');
  await form.getByRole('button', { name: 'Correct' }).click();
  await form.getByLabel('Call it').fill('Frankfurt');
  await form.getByLabel('Call it').press('Tab');
  await entry(page, '2 clusters', 'Frankfurt').waitFor();
  await open(page, '2 environments');
  await entry(page, '2 environments', 'staging').getByRole('button', { name: 'Correct' }).click();
  await entry(page, '2 environments', 'staging').getByRole('button', { name: 'It is a cluster' }).click();
  await kind(page, '3 clusters').waitFor();
  await open(page, '3 services');
  await entry(page, '3 services', 'orders').getByRole('button', { name: 'Correct' }).click();
  await entry(page, '3 services', 'orders').getByLabel('It is one with').selectOption({ label: 'pay' });
  await kind(page, '2 services').waitFor();

  const words = async (page) => {
    await go(page, 'estate');
    await corrections(page).locator('li').first().waitFor();
    return (await corrections(page).locator('li > span').allInnerTexts()).sort();
  };
  const said = ['Cluster east is called Frankfurt', 'Environment staging is a cluster', 'Service fleet/orders is one with Service fleet/pay'];
  assert.deepEqual(await words(page), said);
  await page.waitForTimeout(700);
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await words(page), said, 'after a reload');
  await kind(page, '3 clusters').waitFor();

  await go(page, 'evidence');
  await choose(page, archive());
  await page.waitForTimeout(300);
  await state(page, 'scored');
  assert.deepEqual(await words(page), said, 'after another scan');
  await kind(page, '2 services').waitFor();

  await go(page, 'share');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
  const other = await site.profile();
  await choose(other, { name: 'acme.cairn.json', mimeType: 'application/json', buffer: readFileSync(await file.path()) });
  await state(other, 'scored');
  assert.deepEqual(await words(other), said, 'from the saved file');
  await kind(other, '3 clusters').waitFor();
  assert.deepEqual([...page.errors, ...other.errors], []);
});

test('the sample shows every kind once, and a phone can correct it', async () => {
  const page = await site.profile({ viewport: { width: 390, height: 844 } });
  await find.openSample(page).click();
  await state(page, 'scored');
  await go(page, 'estate');
  const all = find.region(page, 'What exists').locator('details.fold > summary strong');
  await all.first().waitFor();
  for (const title of await all.allInnerTexts()) assert.match(title, /^[1-9]\d* /, title);
  assert.equal(await all.count(), 8);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, 'nothing is wider than the phone');
  await all.first().click();
  await page.locator('li.entry').first().getByRole('button', { name: 'Correct' }).click();
  await page.getByLabel('Call it').first().waitFor();
  assert.ok(!await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), 'nor is the form');
  assert.deepEqual(page.errors, []);
});

test('a link carries no estate, and says what to do', async () => {
  const page = await estate();
  await go(page, 'share');
  await find.copyLink(page).click();
  const { hash } = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  const other = await site.profile({ path: hash, waitFor: 'scored' });
  await go(other, 'estate');
  await other.getByText('What exists does not travel in a link.', { exact: false }).waitFor();
  assert.deepEqual([...page.errors, ...other.errors], []);
});
