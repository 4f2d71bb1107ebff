// The sample: opened like any archive, and every place it leads to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, find, go, numbers, places, start, state } from './lib.mjs';

let site;
let page;
before(async () => {
  site = await start();
  page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
});
after(() => site?.close());

test('the sample is scored', async (t) => {
  const { stage, rows } = await numbers(page);
  t.diagnostic(`${stage}; ${rows.length} rows`);
  assert.match(stage, /\d/);
  assert.ok(rows.length >= 9, 'a row for each dimension and a head');
  assert.ok(rows.filter((row) => /\d/.test(row)).length >= 6, `numbers in ${JSON.stringify(rows)}`);
  assert.ok(rows.some((row) => /\d ?%/.test(row)), 'coverage stands beside the score');
});

test('the radar and the roadmap are there', async () => {
  await go(page, 'overview');
  await find.region(page, 'Radar').waitFor();
  assert.ok(await find.region(page, 'Radar').locator('svg').count() > 0);
  await go(page, 'roadmap');
  await find.region(page, 'Roadmap').waitFor();
  assert.match(await find.region(page, 'Roadmap').innerText(), /[\w.-]+\/[\w./-]+/, 'a step names a place to begin');
});

test('the fixture folder does not count, and the credential is not shown', async () => {
  await go(page, 'evidence');
  await page.getByText('charts-library', { exact: true }).first().click();
  // The list is drawn when it is opened: wait for what it says.
  await page.getByText(/testdata/).filter({ visible: true }).first().waitFor();
  for (const place of places) {
    await go(page, place);
    assert.ok(!(await page.content()).includes('northwind-demo-password'), `no secret in ${place}`);
  }
});

for (const place of places) {
  test(`${place} is accessible`, async () => {
    await go(page, place);
    await accessible(page, place);
  });
}

test('a practice is accessible, opens by keyboard and closes again', async () => {
  await go(page, 'practices');
  await find.practice(page).first().focus();
  await page.keyboard.press('Enter');
  await find.region(page, 'Evidence').waitFor();
  await accessible(page, 'an opened practice');
  await page.keyboard.press('Escape');
  await find.region(page, 'Evidence').waitFor({ state: 'detached' });
});

test('every place fits a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of places) {
    await go(page, place);
    const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= view + 1, `${place} is ${wide} wide in a window of ${view}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('nothing went to another origin, nothing broke', () => {
  assert.deepEqual(site.foreign, []);
  assert.deepEqual(page.errors, []);
});
