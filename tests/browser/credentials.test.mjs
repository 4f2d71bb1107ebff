// Credentials among the evidence: why each counts, and dismissing one, all of a kind, or a folder, and taking that back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, choose, find, go, start, state, tarGz } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const compose = 'services: {db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: admin}}}\n';
const values = 'db: {password: otter-lantern-5}\n';
const files = {
  'shop/compose.yaml': compose,
  'shop/apps/one/values.yaml': values,
  'shop/apps/two/values.yaml': values,
  'shop/apps/two/more-values.yaml': values,
  'shop/clusters/prod/app.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec: {source: {repoURL: "https://git.acme.test/shop", path: apps/one}}\n',
};

async function opened() {
  const page = await site.profile();
  await choose(page, [{ name: 'acme.tar.gz', mimeType: 'application/gzip', buffer: tarGz(files) }]);
  await state(page, 'scored');
  await go(page, 'practices/credentials-scanned');
  await find.region(page, 'Evidence').waitFor();
  return page;
}

const places = (page) => find.region(page, 'Evidence').locator('.item').first().locator('.places > li');

test('each place says why it counts', async () => {
  const page = await opened();
  assert.equal(await places(page).count(), 4);
  const words = await find.region(page, 'Evidence').innerText();
  assert.match(words, /Counts as a literal under a key that says credential, in settings · looks like a demo value · for developers/);
  assert.match(words, /Counts as a literal under a key that says credential, in the values of a chart/);
  await accessible(page, 'a practice with credentials');
});

test('one click dismisses a place, and one takes that back', async () => {
  const page = await opened();
  await places(page).filter({ hasText: 'compose.yaml' }).getByRole('button', { name: /does not count$/ }).click();
  await page.waitForFunction(() => document.activeElement?.id === 'undo-dismissal');
  assert.equal(await places(page).count(), 3);
  await page.getByText(/dismissed: no reason given/).waitFor();
  await accessible(page, 'after a dismissal');
  await page.keyboard.press('Enter');
  await page.locator('#undo-dismissal').waitFor({ state: 'detached' });
  assert.equal(await places(page).count(), 4, 'it counts again');
  assert.deepEqual(page.errors, []);
});

test('a kind or a folder is dismissed with one place, for a reason, and stays so', async () => {
  const page = await opened();
  const place = (name) => places(page).filter({ hasText: name });
  const more = async (name, button) => {
    await place(name).getByText('Reason, or more …').click();
    await place(name).getByLabel('Reason', { exact: true }).fill('a database on a laptop');
    await place(name).getByRole('button', { name: button }).click();
    await page.locator('#undo-dismissal').waitFor();
  };
  await more('apps/two/values.yaml', 'All 2 in apps/two/');
  assert.equal(await places(page).count(), 2);
  await page.getByText(/2 matches · dismissed: a database on a laptop/).waitFor();
  await page.locator('#undo-dismissal').click();
  assert.equal(await places(page).count(), 4);
  await more('apps/one/values.yaml', 'All 3 of this kind');
  assert.equal(await places(page).count(), 1);
  await page.reload();
  await state(page, 'scored');
  await find.region(page, 'Evidence').waitFor();
  assert.equal(await places(page).count(), 1, 'it is kept');
  await page.getByRole('button', { name: 'Count it again' }).click();
  await page.waitForFunction(() => document.querySelectorAll('section.evidence .item:first-of-type .places > li').length === 4);
  assert.deepEqual(page.errors, []);
});
