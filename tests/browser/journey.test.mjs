// The main way, end to end: drop, score, open evidence, change an answer, reload, copy the link, open it elsewhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { drop, find, go, numbers, organization, realExports, start, state, tarGz } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

async function journey(t, files) {
  const page = await site.profile();
  await drop(page, files);
  await state(page, 'scored', 120_000);
  const detected = await numbers(page);
  assert.match(detected.stage, /\d/);

  await go(page, 'practices');
  await find.practice(page).first().waitFor();
  const practices = [...new Set(await find.practice(page).evaluateAll((links) => links.map((link) => link.getAttribute('href').slice(1))))];
  t.diagnostic(`${practices.length} practices`);
  let seen = 0;
  for (const practice of practices) {
    await go(page, practice);
    const evidence = find.region(page, 'Evidence');
    await evidence.waitFor();
    if (/[\w.-]+ ?\/ ?[\w./-]+ ?: ?\d+/.test(await evidence.innerText())) { seen++; break; }
  }
  assert.ok(seen > 0, 'some practice shows its evidence as repository / path : line');

  // Answers that differ from what was found, so that the numbers must move.
  let current = detected;
  let answered;
  for (const practice of practices) {
    await go(page, practice);
    await find.region(page, 'Evidence').waitFor();
    await find.answer(page, 'met').click();
    answered = practice;
    await page.waitForTimeout(200);
    current = await numbers(page);
    if (JSON.stringify(current) !== JSON.stringify(detected)) break;
  }
  assert.notDeepEqual(current, detected, 'an answer changes the numbers');

  await page.waitForTimeout(400);
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await numbers(page), current, 'the answer is still there after a reload');
  await go(page, answered);
  await find.region(page, 'Evidence').waitFor();
  assert.match(await page.locator(find.pressed).allTextContents().then((texts) => texts.join(' ')), /met/i);

  await go(page, 'share');
  await find.copyLink(page).click();
  await page.waitForTimeout(300);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  t.diagnostic(`the link has ${link.length} characters`);
  assert.ok(link.startsWith(`${site.server.url}#v1.`), link.slice(0, 80));
  assert.ok(link.length <= 2000, `the link has ${link.length} characters`);

  const other = await site.profile({ path: link.slice(site.server.url.length), waitFor: 'scored' });
  assert.deepEqual(await numbers(other), current, 'the link opens at the same numbers');
  assert.ok(!site.server.requests.some(({ path }) => path.includes('v1.')), 'the link stays out of requests');
  await other.context().close();
  assert.deepEqual(site.foreign, []);
  assert.deepEqual(page.errors, []);
  await page.context().close();
}

test('the way through, with an organization of our own', (t) => journey(t, [{ name: 'acme.tar.gz', buffer: tarGz(organization()) }]));

const real = realExports('onedr0p__home-ops');
test('the way through, with a real export', { skip: real ? false : 'the exports are not on this machine' }, (t) =>
  journey(t, real.map((file) => ({ name: basename(file), buffer: readFileSync(file) }))));

test('a link never overwrites local work', async () => {
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
  const own = await numbers(page);
  await go(page, 'share');
  await find.copyLink(page).click();
  await page.waitForTimeout(300);
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const second = await site.profile();
  await drop(second, [{ name: 'acme.tar.gz', buffer: tarGz(organization()) }]);
  await state(second, 'scored');
  const theirs = await numbers(second);
  assert.notDeepEqual(theirs, own);
  await second.goto('about:blank');
  await second.goto(link);
  await state(second, 'scored');
  assert.match(await second.locator('body').innerText(), /shared/i, 'the page says that this is a shared assessment');
  await second.goto('about:blank');
  await second.goto(site.server.url);
  await state(second, 'scored');
  assert.deepEqual(await numbers(second), theirs, 'the local work is untouched');
});
