// Answering: a quick round by keyboard alone, a reload in the middle, undo and redo, teams, exemptions, and a large model.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, choose, find, go, numbers, organization, start, state, tarGz } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const line = (page) => page.locator('.ask-progress').innerText();
const heading = (page) => page.locator('#practice-title');
const pressed = (page, word) => page.locator('.answers button[aria-pressed="true"]', { hasText: word });
const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? '');

/** Presses Tab until the focus is on something that says `words`. */
async function tabTo(page, words) {
  for (let i = 0; i < 40; i++) {
    if (words.test(await focused(page)) && await page.evaluate(() => document.activeElement.tagName) !== 'MAIN') return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no ${words} within 40 times Tab`);
}

async function at(page, number, of) {
  await page.locator('.ask-progress', { hasText: `${number} of ${of}, quick round` }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
}

async function empty(model) {
  const page = await site.profile();
  if (model) await page.getByRole('radio', { name: model }).check();
  await page.getByRole('button', { name: 'Answer without an export' }).focus();
  await page.keyboard.press('Enter');
  await state(page, 'scored');
  await page.getByRole('button', { name: /quick round/ }).first().waitFor();
  return page;
}

async function sample() {
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
  return page;
}

test('a quick round by keyboard alone, from nothing to a first picture, with a reload in the middle', async (t) => {
  const page = await empty();
  await accessible(page, 'the beginning of answering');
  await tabTo(page, /^Start the quick round/);
  await page.keyboard.press('Enter');
  await page.locator('.ask-progress').waitFor();
  const [, first, of] = (await line(page)).match(/^(\d+) of (\d+), quick round/);
  assert.equal(first, '1');
  assert.ok(of >= 20 && of <= 25, `${of} questions`);
  for (let n = 1; n <= of; n++) {
    await at(page, n, of);
    if (n === 12) {
      const before = await line(page);
      assert.match(before, /· 10 of \d+ known/, 'ten answers count, one leaves the sum');
      await page.waitForTimeout(300);
      await page.reload();
      await state(page, 'scored');
      await page.locator('.ask-progress', { hasText: 'quick round' }).waitFor();
      assert.equal(await line(page), before, 'a reload loses nothing');
    }
    if (n === 3) {
      await page.keyboard.press('2');
      await page.waitForFunction(() => document.activeElement?.id === 'answer-share');
      await page.keyboard.type('30');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
      await page.waitForTimeout(700);
      assert.match(await line(page), new RegExp(`^${n} of`), 'a share keeps the question');
      await page.keyboard.press('ArrowRight');
    } else if (n === 5) {
      await page.keyboard.press('4');
      await page.waitForFunction(() => document.activeElement?.id === 'answer-reason');
      assert.match(await page.locator('#answer-hint').innerText(), /reason is still wanted/);
      await page.keyboard.type('we have no clusters of our own');
      await page.keyboard.press('Enter');
      await page.locator('#answer-hint').waitFor({ state: 'hidden' });
      await page.keyboard.press('ArrowRight');
    } else {
      await page.keyboard.press(n % 2 ? '1' : '3');
    }
  }
  await page.getByRole('heading', { name: 'A first picture' }).waitFor();
  await find.region(page, 'Radar').locator('svg').first().waitFor();
  const words = await find.region(page, 'First picture').innerText();
  assert.match(words, /From \d+ of \d+ practices \(\d+ %\)\. \d+ practices are still unknown/);
  t.diagnostic(words.split('\n').find((text) => text.startsWith('From ') && /\d/.test(text)));
  await accessible(page, 'the first picture');
  await page.waitForTimeout(300);
  await page.reload();
  await state(page, 'scored');
  assert.equal(await find.region(page, 'First picture').innerText(), words, 'the picture is there after a reload');
  assert.deepEqual(page.errors, []);
});

test('undo, redo, notes and the log', async () => {
  const page = await empty();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await heading(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
  await page.keyboard.press('1');
  await pressed(page, 'met').waitFor();
  await page.keyboard.press('Control+z');
  await pressed(page, 'unknown').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await pressed(page, /^1?met/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await pressed(page, 'unknown').waitFor();
  await page.getByRole('button', { name: 'Redo' }).click();
  await pressed(page, /^1?met/).waitFor();
  // In a text field the keys are letters, and Ctrl+Z is the field's own.
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.activeElement?.id === 'answer-note');
  await page.keyboard.type('3 of us said so');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  await pressed(page, /^1?met/).waitFor();
  await page.keyboard.press('u');
  await pressed(page, 'unknown').waitFor();
  await page.getByText('Who changed what').click();
  const log = await page.locator('.log').innerText();
  assert.match(log, /\d{4}-\d\d-\d\d \d\d:\d\d Ada .*: unknown → met/);
  await page.waitForTimeout(300);
  await page.reload();
  await state(page, 'scored');
  await page.getByText('Who changed what').click();
  assert.match(await page.locator('.log').innerText(), /Ada/, 'the log is kept');
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ada', 'the name is kept');
  assert.deepEqual(page.errors, []);
});

test('evidence is accepted or disputed with one click; a count is an answer', async () => {
  const page = await sample();
  await go(page, 'answer');
  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await find.region(page, 'Evidence').waitFor();
  for (let i = 0; i < 60 && !(await page.getByRole('button', { name: 'Accept' }).count()); i++) {
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(50);
  }
  await accessible(page, 'a question with evidence');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('· accepted').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Dispute' }).click();
  await page.waitForFunction(() => document.activeElement?.id === 'answer-note');
  assert.match(await page.locator('#answer-hint').innerText(), /Say in a note why/);
  await page.keyboard.type('the files are old');
  await page.keyboard.press('Escape');
  await page.locator('#answer-hint').waitFor({ state: 'hidden' });
  await page.keyboard.press('2');
  await page.getByLabel('How many').fill('6');
  await page.getByLabel('of', { exact: true }).fill('20');
  await page.getByLabel('what', { exact: true }).fill('teams');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#answer-share')?.value === '30');
  await page.getByText('Who changed what').click();
  assert.match(await page.locator('.log').innerText(), /partly, 6 of 20 teams/);
  assert.deepEqual(page.errors, []);
});

test('an exemption that has ended comes back', async () => {
  const page = await empty();
  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await heading(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
  await page.keyboard.press('5');
  await page.waitForFunction(() => document.activeElement?.id === 'answer-reason');
  await page.keyboard.type('frozen for the audit');
  await page.getByLabel('Until').fill('2020-01-31');
  await page.keyboard.press('Escape');
  await page.getByText('The exemption ended on 2020-01-31: answer again.').waitFor();
  await page.getByText('Jump to a question').click();
  await page.getByRole('button', { name: 'Ended exemptions 1' }).click();
  assert.match(await page.locator('.practice-row:visible').innerText(), /exemption ended on 2020-01-31, answer again/);
  await go(page, 'practices');
  await page.getByRole('button', { name: 'Ended exemptions 1' }).click();
  assert.equal(await page.locator('.practice-row:visible').count(), 1);
  assert.deepEqual(page.errors, []);
});

test('a team with an own answer changes the number', async (t) => {
  const page = await sample();
  await go(page, 'answer');
  await page.getByText('Teams and groups of repositories').click();
  await page.getByRole('button', { name: /^Add the owners in code/ }).click();
  const teams = await page.locator('.team').count();
  t.diagnostic(`${teams} teams from owners files`);
  assert.ok(teams >= 2);
  await page.getByRole('button', { name: 'Add a team' }).click();
  assert.equal(await page.locator('.team').count(), teams + 1);
  await page.locator('.team').last().getByLabel('Name').fill('Payments');
  await page.keyboard.press('Enter');
  await accessible(page, 'teams');

  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await heading(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
  // The first level of this model adds nothing to the score.
  for (let i = 0; i < 60 && /· 0 /.test(await page.locator('.ask-main > .small').first().innerText()); i++) {
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(60);
  }
  const question = await page.evaluate(() => location.hash.slice(1));
  await page.keyboard.press('1');
  await page.waitForTimeout(200);
  const together = await numbers(page);
  await go(page, question);
  await page.getByLabel('Answer for').selectOption({ label: 'Payments' });
  await page.locator('.answers button', { hasText: 'not met' }).click();
  assert.match(await page.locator('.ask-main').innerText(), /Payments ○ not met \(its own answer\)/);
  await page.waitForTimeout(200);
  const apart = await numbers(page);
  assert.notDeepEqual(apart, together, 'the own answer of a team changes the numbers');
  await go(page, 'answer');
  if (!(await page.locator('.teams').count())) await page.getByText('Teams and groups of repositories').click();
  assert.match(await page.locator('.teams table').innerText(), /\d\.\d · \d\.\d · \d\.\d/, 'lowest, median and highest');
  await go(page, question);
  await page.keyboard.press('Control+z');
  await page.waitForTimeout(200);
  assert.deepEqual(await numbers(page), together, 'undo takes it back');
  assert.deepEqual(page.errors, []);
});

test('two hundred and fifty questions are not drawn anew, alone and as a list', async (t) => {
  const page = await empty(/^CNCF Cloud Native Maturity Model 4/);
  await page.getByRole('button', { name: 'Answer in a list' }).click();
  await page.locator('.practice-row').first().click();
  await heading(page).waitFor();
  await accessible(page, 'answering in a list');
  await page.evaluate(() => { document.querySelector('.practice-row').dataset.kept = 'yes'; });
  const times = [];
  for (const key of ['1', 'ArrowDown', '3', 'ArrowDown', '1', 'ArrowRight', '3']) {
    times.push(await page.evaluate(async (key) => {
      const begin = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
      return performance.now() - begin;
    }, key));
  }
  t.diagnostic(`${await page.locator('.practice-row').count()} rows; ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  assert.equal(await page.locator('.practice-row').first().getAttribute('data-kept'), 'yes', 'the list is not drawn anew');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  // The field gets the focus after the key is dealt with.
  await page.locator('input[type=search]:focus').waitFor();
  await page.keyboard.type('zzzz');
  await page.getByText('No practice matches').waitFor();
  assert.deepEqual(page.errors, []);
});

test('answering fits a phone', async () => {
  const page = await sample();
  await page.setViewportSize({ width: 390, height: 844 });
  const fits = async (what) => {
    const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= view + 1, `${what} is ${wide} wide in a window of ${view}`);
  };
  await go(page, 'answer');
  await fits('the beginning');
  await page.getByText('Teams and groups of repositories').click();
  await page.getByRole('button', { name: /^Add the owners in code/ }).click();
  await fits('teams');
  await page.getByRole('button', { name: /quick round/ }).first().click();
  await heading(page).waitFor();
  await page.keyboard.press('2');
  await page.waitForTimeout(100);
  await fits('a question');
  await page.getByText('Jump to a question').click();
  await fits('the list to jump in');
  await go(page, 'answer/first-picture');
  await fits('the first picture');
  assert.deepEqual(page.errors, []);
});

test('nothing went to another origin', () => assert.deepEqual(site.foreign, []));

test('an exemption that a repository declares is offered, and counts once a person takes it over', async () => {
  const page = await site.profile();
  const declared = 'exemptions:\n  - check: dependency_update_tool\n    reason: "Everything is vendored by hand"\n';
  await choose(page, [{ name: 'acme.tar.gz', mimeType: 'application/gzip', buffer: tarGz(organization({ 'fleet/.clomonitor.yml': declared })) }]);
  await state(page, 'scored');
  await go(page, 'practices/pinned-sources');
  await find.region(page, 'Evidence').waitFor();
  assert.equal(await pressed(page, 'exempt').count(), 0, 'it does not count by itself');
  await page.getByText('Everything is vendored by hand').waitFor();
  await accessible(page, 'a practice with a declared exemption');
  await page.getByRole('button', { name: 'Answer exempt, with this reason' }).click();
  await pressed(page, 'exempt').waitFor();
  assert.equal(await page.locator('#answer-reason').inputValue(), 'Everything is vendored by hand');
});
