// What a version before stored opens unchanged: assessment, scores, answers, notes and facts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { databaseOf, fixtures, seen, start, state, writeDatabase } from './lib.mjs';

const fixture = JSON.parse(readFileSync(join(fixtures, 'stored.json'), 'utf8'));

/** The store with texts of JSON read, for their order of fields may differ; bytes are read the same way. */
function read(stores) {
  const text = (value) => (value.bytes === undefined ? value : Buffer.from(value.bytes, 'base64').toString());
  const parsed = (value) => { try { return JSON.parse(text(value)); } catch { return text(value); } };
  return Object.fromEntries(Object.entries(stores).map(([name, entries]) => [name, entries.map(([key, value]) => [key, parsed(value)])]));
}

test('a database of the version before opens unchanged', async (t) => {
  const site = await start();
  t.after(() => site.close());
  const page = await site.profile({ path: 'boot.js', waitFor: null, before: (page) => page.clock.setFixedTime(fixture.at) });
  await writeDatabase(page, fixture.database);
  // The model is a part of the fixture: what it says today is not what this test is about.
  const [, model] = fixture.database.stores.settings.find(([key]) => key.startsWith('text:'));
  await page.route('**/models/gitops/1.0.yaml', (route) => route.fulfill({ contentType: 'text/yaml', body: JSON.parse(model).text }));
  await page.goto(site.server.url);
  await state(page, 'scored');
  const practices = Object.keys(fixture.expected.answers);
  assert.ok(practices.length >= 3 && practices.some((id) => fixture.expected.answers[id].note), 'the fixture holds answers and notes');
  assert.ok(practices.some((id) => fixture.expected.answers[id].places.length > 0), 'the fixture holds evidence');
  assert.deepEqual(await seen(page, practices), fixture.expected);
  await page.waitForTimeout(500);
  const stored = await databaseOf(page);
  assert.equal(stored.version, fixture.database.version);
  assert.deepEqual(read(stored.stores), read(fixture.database.stores), 'nothing stored was changed by looking at it');
  assert.deepEqual(page.errors, []);
});
