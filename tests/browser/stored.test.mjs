// What is stored: facts come back after a reload, also those that earlier versions stored as texts, and after more archives
// than workers stay for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { find, numbers, start, state, tarGz } from './lib.mjs';

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

/** Turns what is stored of facts into what earlier versions stored, and says how many parts that were. */
const asTexts = (page) => page.evaluate(async () => {
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const name = (await indexedDB.databases()).map((d) => d.name).find((n) => n.startsWith('cairn'));
  const database = await done(indexedDB.open(name));
  const read = database.transaction('facts').objectStore('facts');
  const [keys, values] = await Promise.all([done(read.getAllKeys()), done(read.getAll())]);
  const write = database.transaction('facts', 'readwrite').objectStore('facts');
  let parts = 0;
  for (const [i, value] of values.entries()) {
    if (typeof value === 'string') continue;
    await done(write.put(new TextDecoder().decode(value), keys[i]));
    parts++;
  }
  database.close();
  return parts;
});

test('stored facts come back, and so do those of earlier versions', async () => {
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
  const first = await numbers(page);
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await numbers(page), first);
  assert.ok(await asTexts(page) > 0, 'facts are stored as bytes');
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await numbers(page), first);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('an organization of more than a hundred archives is listed in part, with a way to see it whole', async () => {
  const page = await site.profile();
  const archives = Array.from({ length: 120 }, (_, i) => ({
    name: `acme__r${String(i).padStart(3, '0')}.tar.gz`,
    mimeType: 'application/gzip',
    buffer: tarGz({ 'apps.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a${i}\n` }),
  }));
  // One that is damaged does not take the others with it.
  archives.splice(60, 0, { name: 'acme__cut.tar.gz', mimeType: 'application/gzip', buffer: archives[0].buffer.subarray(0, 40) });
  await find.input(page).setInputFiles(archives);
  await state(page, 'scored', 60_000);
  await page.getByText('One thing could not be read. The result is that of the rest.').waitFor();
  await page.getByText(/acme__cut\.tar\.gz: the archive ends/).waitFor();
  const list = find.region(page, 'Repositories').first();
  // The rows come part by part.
  await list.locator('tbody tr').nth(99).waitFor();
  assert.equal(await list.locator('tbody tr').count(), 100);
  await list.getByRole('button', { name: /The first 100 of 120 repositories/ }).click();
  assert.equal(await list.locator('tbody tr').count(), 120);
  // In a long list the roles come when one goes there.
  const role = list.getByLabel('Role of acme/r119', { exact: true });
  await role.focus();
  await role.selectOption('docs');
  await list.locator('tr', { hasText: 'acme/r119' }).getByText('given by you').waitFor();
  assert.deepEqual(page.errors, []);
  await page.context().close();
});
