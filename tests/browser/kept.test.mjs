// What a person gave is kept: text as it is typed, answers of several tabs, and what cannot be stored is said with a way out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { choose, databaseOf, find, go, organization, start, state, tarGz } from './lib.mjs';

let site;
before(async () => {
  site = await start();
});
after(() => site?.close());

const note = (page) => page.locator('#answer-note');
const share = (page) => page.locator('#answer-share');
const organizationName = (page) => page.getByLabel('Name of the organization');
const message = (page) => find.region(page, 'Message');
const saved = (page) => find.region(page, 'On this computer').getByRole('listitem');
const failure = (page) => page.locator('#failure');
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** A page with a small organization, scanned, at a place. */
async function scored(path = '') {
  const page = await site.profile();
  await choose(page, { name: 'acme.tar.gz', buffer: tarGz(organization()) });
  await state(page, 'scored');
  if (path) await open(page, path);
  return page;
}

/** Another tab of the same browser. */
async function another(page, path = '#overview') {
  const other = await page.context().newPage();
  other.errors = [];
  other.on('pageerror', (error) => other.errors.push(String(error)));
  await other.goto(site.server.url + path);
  await state(other, ['scored', 'ready']);
  return other;
}

async function open(page, path) {
  await go(page, path);
  await find.region(page, 'Evidence').or(page.getByRole('heading', { level: 1 })).first().waitFor();
}

const answerOf = async (page, practice) => {
  await open(page, `practices/${practice}`);
  return (await page.locator('.answers [aria-pressed="true"]').innerText()).replace(/^\d\s*/, '').trim().toLowerCase();
};

/** Waits until something holds. */
async function until(what, holds) {
  for (let i = 0; i < 100; i++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`not within 5 s: ${what}`);
}

// --- what is typed ------------------------------------------------------------------------------------------------------

for (const [way, leave] of [
  ['Back', (page) => page.goBack()],
  ['another place', (page) => go(page, 'roadmap')],
  ['a reload', async (page) => { await page.reload(); await state(page, 'scored'); }],
]) {
  test(`a note that is being typed outlives ${way}`, async () => {
    const page = await scored('overview');
    await open(page, 'practices/owners-named');
    await find.answer(page, 'partly').click();
    await note(page).click();
    await page.keyboard.type('Two teams are missing');
    await leave(page);
    await page.waitForTimeout(200);
    await open(page, 'practices/owners-named');
    assert.equal(await note(page).inputValue(), 'Two teams are missing');
    assert.ok(['scored', 'ready'].includes(await page.locator('html').getAttribute('data-cairn')));
    assert.deepEqual(page.errors, [], 'nothing panics');
    await page.context().close();
  });
}

test('a share and a name that are being typed outlive Back', async () => {
  const page = await scored('overview');
  await organizationName(page).fill('Acme of the North');
  await open(page, 'practices/owners-named');
  await find.answer(page, 'partly').click();
  await share(page).click();
  await page.keyboard.type('35');
  await page.goBack();
  await page.waitForTimeout(200);
  assert.equal(await organizationName(page).inputValue(), 'Acme of the North');
  await open(page, 'practices/owners-named');
  assert.equal(await share(page).inputValue(), '35');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('what is typed when the tab is closed is there in the next one', async () => {
  const page = await scored('practices/owners-named');
  const blank = await page.context().newPage();
  await page.bringToFront();
  await note(page).click();
  await page.keyboard.type('Closed too early');
  await page.close({ runBeforeUnload: true });
  const next = await another(blank);
  await open(next, 'practices/owners-named');
  assert.equal(await note(next).inputValue(), 'Closed too early');
  assert.deepEqual(await next.evaluate(() => Object.keys(localStorage)), [], 'nothing is kept aside any more');
  await next.context().close();
});

test('a model that is being edited outlives a reload', async () => {
  const page = await site.profile({ path: '#models' });
  const text = page.locator('#model-text');
  await page.getByRole('button', { name: /^(Edit|Copy|Edit a copy)/ }).first().click();
  await text.waitFor();
  await text.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# half a thought');
  await page.reload();
  await state(page, 'ready');
  await go(page, 'models');
  assert.match(await text.inputValue(), /# half a thought$/);
  await button(page, 'Cancel').click();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  await page.context().close();
});

// --- several tabs -------------------------------------------------------------------------------------------------------

test('tabs show each other what is answered, and lose nothing', async () => {
  const one = await scored('practices/owners-named');
  const two = await another(one, '#practices/state-in-git');
  await find.answer(one, 'met').click();
  await find.answer(two, 'not met').click();
  await open(one, 'practices/protected-branch');
  await find.answer(one, 'partly').click();
  await note(one).click();
  await one.keyboard.type('since May');
  const expected = [['owners-named', 'met'], ['state-in-git', 'not met'], ['protected-branch', 'partly']];
  for (const page of [one, two]) {
    for (const [practice, word] of expected) {
      await until(`${practice} is ${word}`, async () => (await answerOf(page, practice)) === word);
    }
    assert.equal(await note(page).inputValue(), 'since May');
  }
  for (const page of [one, two]) {
    await page.reload();
    await state(page, 'scored');
    for (const [practice, word] of expected) assert.equal(await answerOf(page, practice), word);
  }
  assert.deepEqual([...one.errors, ...two.errors], []);
  await one.context().close();
});

test('many answers at the same time in two tabs are all kept', async () => {
  const one = await scored('answer');
  const two = await another(one, '#answer');
  for (const page of [one, two]) await page.getByRole('button', { name: 'As a list', exact: true }).or(page.getByRole('button', { name: /list/i })).first().click();
  const links = async (page) => [...new Set(await page.locator('a[href^="#answer/"], a[href^="#practices/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href').split('/')[1])))];
  const practices = (await links(one)).slice(0, 12);
  assert.ok(practices.length >= 8, `${practices.length} practices are listed`);
  await Promise.all([one, two].map(async (page, which) => {
    for (const practice of practices.filter((_, i) => i % 2 === which)) {
      await page.evaluate((hash) => { location.hash = hash; }, `#practices/${practice}`);
      await page.locator('.answers').waitFor();
      await page.waitForTimeout(60);
      await find.answer(page, 'not met').click();
    }
  }));
  await one.waitForTimeout(500);
  await two.reload();
  await state(two, 'scored');
  for (const practice of practices) assert.equal(await answerOf(two, practice), 'not met', practice);
  await one.context().close();
});

test('a role and a target that are given in one tab come to the other', async () => {
  const one = await scored('roadmap');
  const two = await another(one, '#roadmap');
  const target = (page) => page.locator('label.target select').first();
  await target(one).selectOption({ index: 2 });
  const chosen = await target(one).inputValue();
  await until('the target comes', async () => (await target(two).inputValue()) === chosen);
  await one.context().close();
});

test('what is deleted or erased in one tab stays so', async () => {
  const one = await scored('overview');
  const two = await another(one, '#practices/owners-named');
  one.on('dialog', (dialog) => dialog.accept());
  await go(one, 'start');
  await button(one, 'Delete acme').click();
  await message(two).getByText('deleted in another tab').waitFor();
  await until('the list is empty', async () => (await saved(two).count()) === 0);
  // And with the other tab in the middle of a note.
  await go(one, 'start');
  await choose(one, { name: 'acme.tar.gz', buffer: tarGz(organization()) });
  await state(one, 'scored');
  await two.reload();
  await state(two, 'scored');
  await open(two, 'practices/owners-named');
  await note(two).click();
  await two.keyboard.type('still typing');
  await go(one, 'start');
  await button(one, 'Erase everything on this computer').click();
  await message(two).getByText('erased in another tab').waitFor();
  await two.waitForTimeout(1_000);
  const { stores } = await databaseOf(one);
  assert.deepEqual([stores.assessments, stores.facts], [[], []]);
  assert.deepEqual(await one.evaluate(() => Object.keys(localStorage)), []);
  assert.deepEqual([...one.errors, ...two.errors], []);
  await one.context().close();
});

test('a tab that hears of nothing finds out when it stores', async () => {
  const one = await scored('practices/owners-named');
  const silent = await one.context().newPage();
  await silent.addInitScript(() => { delete window.BroadcastChannel; });
  await silent.goto(`${site.server.url}#practices/state-in-git`);
  await state(silent, 'scored');
  await find.answer(one, 'met').click();
  await one.waitForTimeout(300);
  await find.answer(silent, 'not met').click();
  await until('it has both', async () => (await answerOf(silent, 'owners-named')) === 'met');
  one.on('dialog', (dialog) => dialog.accept());
  await go(one, 'start');
  await button(one, 'Delete acme').click();
  await until('it is deleted', async () => (await databaseOf(one)).stores.assessments.length === 0);
  await open(silent, 'practices/owners-named');
  await find.answer(silent, 'not met').click();
  await message(silent).getByText('deleted in another tab').waitFor();
  assert.deepEqual((await databaseOf(one)).stores.assessments, []);
  await one.context().close();
});

// --- the database -------------------------------------------------------------------------------------------------------

test('a newer Cairn in another tab: this one says so, and what it was given last is kept', async () => {
  const page = await scored('practices/owners-named');
  const other = await page.context().newPage();
  await other.goto(`${site.server.url}boot.js`);
  await note(page).click();
  await page.keyboard.type('before the upgrade');
  await other.evaluate(async () => {
    const { name, version } = (await indexedDB.databases()).find((database) => database.name.startsWith('cairn'));
    await new Promise((done, failed) => {
      const opening = indexedDB.open(name, version + 1);
      opening.onsuccess = () => { opening.result.close(); done(); };
      opening.onblocked = () => failed(new Error('blocked'));
    });
  });
  await find.trouble(page).getByText('A newer version of Cairn is open in another tab').waitFor();
  assert.ok(await button(page, 'Reload the page').first().isVisible());
  assert.match(await page.evaluate(() => JSON.stringify(localStorage)), /before the upgrade/);
  // The site is rolled back: the database is newer than the page.
  await page.reload();
  await message(page).getByText('A newer version of Cairn stored work in this browser').waitFor();
  assert.match(await page.evaluate(() => JSON.stringify(localStorage)), /before the upgrade/, 'nothing is lost');
  assert.equal((await databaseOf(page)).stores.assessments.length, 1, 'and nothing is changed');
  await page.goto(site.server.url);
  await message(page).getByText('A newer version of Cairn stored work in this browser').waitFor();
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

for (const path of ['', '#overview']) {
  test(`an older Cairn in another tab: ${path || 'the first screen'} waits, says why, and goes on`, async () => {
    const old = await site.profile({ path: 'boot.js', waitFor: null });
    await old.evaluate(() => new Promise((done) => {
      const path = new URL('.', location.href).pathname;
      const opening = indexedDB.open(`cairn ${path}`, 1);
      opening.onupgradeneeded = () => { for (const table of ['assessments', 'facts', 'settings']) opening.result.createObjectStore(table); };
      opening.onsuccess = () => { window.held = opening.result; done(); };
    }));
    const page = await old.context().newPage();
    await page.goto(site.server.url + path);
    await page.getByText('An older version of Cairn is open in another tab').waitFor();
    await old.evaluate(() => window.held.close());
    await state(page, 'ready');
    assert.equal((await databaseOf(page)).version, 2);
    await old.context().close();
  });
}

test('where the space is used up, the file is saved right there, and lost evidence is told after a reload', async () => {
  const page = await site.profile({
    before: (page) => page.addInitScript(() => {
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value, key) {
        if (window.full?.(this.name)) {
          this.transaction.abort();
          throw new DOMException('full', 'QuotaExceededError');
        }
        return put.call(this, value, key);
      };
    }),
  });
  await page.evaluate(() => { window.full = (table) => table === 'facts'; });
  await choose(page, { name: 'acme.tar.gz', buffer: tarGz(organization()) });
  const box = find.trouble(page).filter({ hasText: 'could not store what the scan found' });
  await box.waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), box.getByRole('button', { name: 'Save the assessment as a file' }).click()]);
  assert.match(readFileSync(await file.path(), 'utf8'), /"repositories"/);
  await box.getByRole('button', { name: 'Close this message' }).click();
  await page.evaluate(() => { window.full = () => true; });
  await open(page, 'practices/owners-named');
  await find.answer(page, 'met').click();
  await find.trouble(page).getByText('could not store the last change').waitFor();
  await page.reload();
  await message(page).getByText('The evidence of 1 repository could not be stored').waitFor();
  assert.equal(await answerOf(page, 'owners-named'), 'met', 'and the answer was kept aside');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

// --- the failure box ----------------------------------------------------------------------------------------------------

test('where the application cannot be loaded, the box is in view, has the focus, and another try works', async () => {
  const page = await site.profile({ before: (page) => page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } })) });
  await page.evaluate(() => scrollTo(0, 400));
  await page.route(/app(_bg)?\.(js|wasm)/, (route) => route.abort());
  await find.openSample(page).click();
  await failure(page).getByText('Cairn could not start').waitFor();
  const box = await failure(page).boundingBox();
  assert.ok(box.y >= 0 && box.y < 200, `the box is at ${box.y}`);
  assert.ok(await page.evaluate(() => document.activeElement.id === 'failure'));
  assert.equal(await page.getByText('One moment …').count(), 0, 'nobody waits for what does not come');
  await page.unroute(/app(_bg)?\.(js|wasm)/);
  await failure(page).getByRole('button', { name: 'Try again' }).click();
  await state(page, 'scored');
  assert.ok(await failure(page).isHidden());
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('a trap is told truly, and lets a person go on', async () => {
  const page = await scored('answer');
  await page.evaluate(() => dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable') })));
  await failure(page).getByText('stored in this browser').waitFor();
  assert.ok((await failure(page).boundingBox()).y < 200);
  await failure(page).getByRole('button', { name: 'Try to go on' }).click();
  assert.ok(await failure(page).isHidden());
  await state(page, 'scored');
  await page.context().close();
});

// --- files --------------------------------------------------------------------------------------------------------------

const latin1 = (text) => Buffer.from(text, 'latin1');

test('answers of a German Excel are read with their letters, and taken back at once', async () => {
  const page = await scored('share');
  const input = page.getByLabel('Load a saved file, or answers as CSV');
  const rows = 'practice;state;note;scope\r\nowners-named;partly;Überprüfung fehlt;\r\nstate-in-git;not met;;Plattform\r\nprotected-branch;met;;\r\n';
  await input.setInputFiles({ name: 'antworten.csv', mimeType: 'text/csv', buffer: latin1(rows) });
  await message(page).getByText('3 answers were changed').waitFor();
  assert.match(await message(page).innerText(), /Windows-1252/);
  await open(page, 'practices/owners-named');
  assert.equal(await note(page).inputValue(), 'Überprüfung fehlt');
  await page.locator('h2').first().click();
  await page.keyboard.press('Control+z');
  await page.getByText('Taken back: 3 answers').waitFor();
  assert.equal(await answerOf(page, 'owners-named'), 'unknown');
  assert.equal(await answerOf(page, 'protected-branch'), 'unknown');
  assert.equal(await page.getByText('Plattform').count(), 0, 'the team went too');
  const utf16 = Buffer.from(`\ufeff${rows}`, 'utf16le');
  await open(page, 'share');
  await input.setInputFiles({ name: 'antworten.csv', mimeType: 'text/csv', buffer: utf16 });
  await message(page).getByText('3 answers were changed').waitFor();
  await open(page, 'practices/owners-named');
  assert.equal(await note(page).inputValue(), 'Überprüfung fehlt');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('answers that are brought to the first screen begin an assessment', async () => {
  const page = await site.profile();
  await choose(page, { name: 'answers.csv', mimeType: 'text/csv', buffer: Buffer.from('practice,state\nowners-named,met\n') });
  await message(page).getByText('1 answer was changed').waitFor();
  await state(page, 'scored');
  assert.equal(await answerOf(page, 'owners-named'), 'met');
  assert.equal(await message(page).locator('code').first().innerText(), 'answers.csv', 'names are set as names');
  assert.ok(!(await message(page).innerText()).includes('`'));
  await page.context().close();
});

// --- the list of assessments --------------------------------------------------------------------------------------------

test('stored assessments can be told apart, renamed and duplicated', async () => {
  const page = await scored('practices/owners-named');
  await find.answer(page, 'met').click();
  await go(page, 'start');
  await choose(page, { name: 'acme.tar.gz', buffer: tarGz(organization()) });
  await state(page, 'scored');
  await go(page, 'start');
  await until('both are listed', async () => (await saved(page).count()) === 2);
  const names = async () => (await saved(page).locator('strong, .strong').allTextContents()).sort();
  assert.deepEqual(await names(), ['acme', 'acme 2']);
  const words = await saved(page).filter({ has: button(page, 'Open acme') }).innerText();
  assert.match(words, /changed \d{4}-\d\d-\d\d \d\d:\d\d/);
  assert.match(words, /1 repository · 1 answer/);
  await button(page, 'Rename acme 2').click();
  await page.getByLabel('New name').fill('Acme, autumn');
  await page.keyboard.press('Enter');
  await button(page, 'Open Acme, autumn').waitFor();
  await button(page, 'Duplicate acme').click();
  await button(page, 'Open acme 2').waitFor();
  await page.reload();
  await state(page, 'scored');
  await go(page, 'start');
  await until('all three are there', async () => (await names()).join() === 'Acme, autumn,acme,acme 2');
  await button(page, 'Open acme 2').click();
  // The one that was open is scored too: what is opened shows its overview.
  await find.region(page, 'Repositories').first().waitFor();
  await state(page, 'scored');
  assert.equal(await answerOf(page, 'owners-named'), 'met');
  await open(page, 'overview');
  await find.region(page, 'Repositories').first().getByText('fleet').first().waitFor();
  assert.deepEqual(page.errors, []);
  await page.context().close();
});
