// The way through the page: what is in view after each step, what the address says, what a projector shows, and how the list
// of practices is narrowed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, find, go, start, state } from './lib.mjs';

let site;
/** A link of the sample, made once. */
let link;
before(async () => {
  site = await start();
  const page = await sample();
  link = await linkOf(page);
  await page.context().close();
});
after(() => site?.close());

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const hash = (page) => page.evaluate(() => location.hash);
const historyLength = (page) => page.evaluate(() => history.length);

async function sample(options) {
  const page = await site.profile(options);
  await find.openSample(page).click();
  await state(page, 'scored');
  await find.ofSample(page).waitFor();
  return page;
}

/** The link of the assessment that is open. */
async function linkOf(page) {
  await go(page, 'share');
  await find.copyLink(page).click();
  return new URL(await page.evaluate(() => navigator.clipboard.readText())).hash;
}

/** Whether an element is in the window as a whole, at least across. */
async function inView(locator) {
  return locator.evaluate((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  });
}

async function seesTheWay(page, where) {
  await page.waitForTimeout(80);
  assert.ok(await inView(find.navigation(page)), `the navigation is in view ${where}`);
}

const scroll = (page, y) => page.evaluate((y) => { scrollTo(0, y); return new Promise((done) => requestAnimationFrame(() => done(scrollY))); }, y);

for (const [name, viewport] of Object.entries(sizes)) {
  test(`the navigation is in view after every step, ${name}`, async () => {
    const page = await sample({ viewport });
    await seesTheWay(page, 'once the sample is open');
    for (const place of ['Practices', 'Evidence', 'Estate', 'Roadmap', 'Share', 'Models', 'Answer', 'Overview']) {
      await scroll(page, 600);
      if (!await inView(find.navigation(page))) await scroll(page, 0);
      await find.navigation(page).getByRole('link', { name: place }).click();
      await seesTheWay(page, `on ${place}`);
      await scroll(page, 900);
    }
    await page.goBack();
    await seesTheWay(page, 'after Back');
    await scroll(page, 900);
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await seesTheWay(page, 'after a key');
    await go(page, 'answer');
    await page.getByRole('button', { name: 'Answer one by one' }).click();
    await page.locator('#practice-title').waitFor();
    await seesTheWay(page, 'at a question');
    await scroll(page, 900);
    await page.getByRole('button', { name: 'Next →' }).click();
    await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
    await seesTheWay(page, 'at the next question');
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });

  test(`a shared assessment says so in view, ${name}`, async () => {
    const page = await site.profile({ path: link, waitFor: 'scored', viewport });
    const banner = find.region(page, 'Shared assessment');
    await banner.waitFor();
    await seesTheWay(page, 'on a link');
    assert.ok(await inView(banner), 'the banner is in view');
    assert.match(await banner.innerText(), /You are looking at a shared assessment/);
    assert.equal(await page.getByRole('button', { name: 'Back to mine' }).count(), 0, 'nothing here is mine');
    await find.navigation(page).getByRole('link', { name: 'Roadmap' }).click();
    await seesTheWay(page, 'on a place of it');
    assert.ok(await inView(banner), 'the banner is in view on the next page too');
    await accessible(page, `a shared assessment, ${name}`);
    await page.context().close();
  });
}

test('a link keeps its data and a place, through clicks, reload and Back', async () => {
  const page = await site.profile({ path: link, waitFor: 'scored' });
  await find.region(page, 'Radar').waitFor();
  await find.navigation(page).getByRole('link', { name: 'Roadmap' }).click();
  await page.locator('.steps').waitFor();
  assert.equal(await hash(page), `${link}/roadmap`);
  await page.reload();
  await state(page, 'scored');
  await page.locator('.steps').waitFor();
  assert.equal(await hash(page), `${link}/roadmap`, 'a reload stays');
  await find.navigation(page).getByRole('link', { name: 'Practices' }).click();
  await find.practice(page).first().click();
  await page.locator('#practice-title').waitFor();
  assert.match(await hash(page), /^#v\d\.[\w-]+\.[0-9a-f]{8}\/practices\/[\w-]+$/);
  const bookmark = await hash(page);
  const title = await page.locator('#practice-title').innerText();
  await page.goBack();
  await page.goBack();
  await page.locator('.steps').waitFor();
  assert.equal(await hash(page), `${link}/roadmap`, 'Back is another place of the same link');
  await page.context().close();

  const other = await site.profile({ path: bookmark, waitFor: 'scored' });
  assert.equal(await other.locator('#practice-title').innerText(), title, 'a bookmark opens the practice');
  assert.deepEqual(other.errors, []);
  await other.context().close();
});

test('Back from a link that was opened over the first screen is the first screen', async () => {
  const page = await site.profile();
  await page.evaluate((link) => { location.hash = link; }, link);
  await find.region(page, 'Shared assessment').waitFor();
  await page.goBack();
  await find.openSample(page).waitFor();
  await find.region(page, 'Shared assessment').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a link beside own work: Back is the own work, and so is “Back to mine”', async () => {
  const page = await site.profile();
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await go(page, 'overview');
  const name = page.getByLabel('Name of the organization');
  await name.fill('Mine alone');
  await name.press('Enter');
  await page.waitForTimeout(400);
  await page.evaluate((link) => { location.hash = link; }, link);
  await find.region(page, 'Shared assessment').waitFor();
  await find.navigation(page).getByRole('link', { name: 'Evidence' }).click();
  await page.waitForFunction((link) => location.hash === `${link}/evidence`, link);
  await page.goBack();
  await page.waitForFunction((link) => location.hash === link, link);
  await find.region(page, 'Shared assessment').waitFor();
  await page.goBack();
  await find.region(page, 'Shared assessment').waitFor({ state: 'detached' });
  assert.equal(await hash(page), '#overview');
  assert.equal(await name.inputValue(), 'Mine alone');
  await page.goForward();
  await find.region(page, 'Shared assessment').waitFor();
  await page.getByRole('button', { name: 'Back to mine' }).click();
  await find.region(page, 'Shared assessment').waitFor({ state: 'detached' });
  assert.equal(await name.inputValue(), 'Mine alone');
  assert.equal(await hash(page), '#overview');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('a link is read with what mail programs put around and into it', async () => {
  const page = await site.profile();
  const middle = Math.floor(link.length / 2);
  const changed = [
    `${link})`, `${link}.`, `${link}>`, `${link}&utm_source=mail&utm_medium=x`, `${link}).`, link.replace('#v', '#V'),
    `${link.slice(0, middle)}%20${link.slice(middle)}`, `${link.slice(0, middle)}%0A${link.slice(middle)}`,
    link.replaceAll('.', '%2E'), `${link}/roadmap).`,
  ];
  for (const text of changed) {
    await page.goto(`${site.server.url}${text}`);
    await page.reload();
    await state(page, 'scored');
    await find.region(page, 'Shared assessment').waitFor();
    assert.equal(await hash(page), text.includes('/roadmap') ? `${link}/roadmap` : link, `${text.slice(-40)}: the address is the link again`);
  }
  await page.goto(`${site.server.url}${link.slice(0, -3)}`);
  await page.reload();
  await find.trouble(page).first().waitFor();
  assert.match(await find.trouble(page).first().innerText(), /end of the link is missing/);
  await page.context().close();
});

test('nothing of the application lies on a slide, which has an address', async () => {
  const page = await site.profile({ viewport: { width: 1280, height: 800 } });
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await go(page, 'answer');
  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await page.locator('#practice-title').waitFor();
  await page.keyboard.press('1');
  await page.waitForTimeout(200);
  // A message that stays until it is closed.
  await go(page, 'overview');
  await page.getByLabel('Model', { exact: true }).selectOption({ index: 1 });
  await find.region(page, 'Message').waitFor();
  await go(page, 'present/3');
  await page.locator('.slide h1').waitFor();
  const third = await page.locator('.slide').innerText();
  assert.match(await page.locator('.present-bar').innerText(), /3 \/ \d+/);
  for (const [what, gone] of [['messages', find.region(page, 'Message')], ['navigation', find.navigation(page)], ['toasts', page.locator('.toasts')]]) {
    assert.equal(await gone.count(), 0, `no ${what} on a slide`);
  }
  const fits = await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight + 1);
  assert.ok(fits, 'the slide fits the window');
  await page.reload();
  await state(page, 'scored');
  await page.locator('.slide h1').waitFor();
  assert.equal(await page.locator('.slide').innerText(), third, 'a reload keeps the slide');

  const before = await historyLength(page);
  const at = async (key, wanted) => {
    await page.keyboard.press(key);
    await page.locator('.present-bar', { hasText: wanted }).waitFor();
  };
  await at('Home', /^\D*1 \//);
  assert.equal(await hash(page), '#present');
  await at('ArrowRight', /\D2 \//);
  assert.equal(await hash(page), '#present/2');
  await at('End', /(\d+) \/ \1/);
  await at('4', /\D4 \//);
  await page.waitForTimeout(1_600);
  await at('1', /^\D*1 \//);
  await at('2', /\D12 \//);
  assert.equal(await historyLength(page), before, 'slides do not fill the history');
  await page.keyboard.press('Escape');
  await find.navigation(page).waitFor();
  await page.goBack();
  await page.locator('.present-bar', { hasText: /\D12 \// }).waitFor();
  await page.goBack();
  await find.navigation(page).waitFor();
  assert.equal(await hash(page), '#overview', 'the way back leads to where one came from');
  await page.context().close();
});

test('a change of the model without any answer says nothing that stays', async () => {
  const page = await site.profile();
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await go(page, 'overview');
  await page.getByLabel('Model', { exact: true }).selectOption({ index: 1 });
  await page.locator('.toast', { hasText: 'Measured with' }).waitFor();
  assert.equal(await find.region(page, 'Message').count(), 0);
  await page.context().close();
});

test('a model that cannot be loaded leaves the choice on the one in use', async () => {
  const page = await sample();
  const select = page.getByLabel('Model', { exact: true });
  const used = await select.inputValue();
  await page.route('**/models/**/*.yaml', (route) => route.abort());
  await select.selectOption({ index: 1 });
  await find.trouble(page).first().waitFor();
  assert.equal(await select.inputValue(), used);
  await page.unroute('**/models/**/*.yaml');
  await select.selectOption({ index: 1 });
  await find.region(page, 'Message').or(page.locator('.toast')).first().waitFor();
  assert.notEqual(await page.getByLabel('Model', { exact: true }).inputValue(), used);
  await page.context().close();
});

test('arrows go through practices and questions without filling the history', async () => {
  const page = await sample();
  await go(page, 'practices');
  await find.practice(page).first().click();
  await page.locator('#practice-title').waitFor();
  const title = page.locator('#practice-title');
  const before = await historyLength(page);
  for (let i = 0; i < 5; i++) {
    const old = await title.innerText();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((old) => document.querySelector('#practice-title').innerText !== old, old);
  }
  assert.equal(await historyLength(page), before);
  await page.goBack();
  await title.waitFor({ state: 'detached' });
  assert.equal(await hash(page), '#practices', 'Back closes the practice');
  await page.context().close();
});

test('on a phone a practice opens at its top, and closes where it was', async () => {
  const page = await sample({ viewport: sizes.phone });
  await go(page, 'practices');
  const row = page.locator('.practice-row').nth(20);
  await row.scrollIntoViewIfNeeded();
  const id = await row.getAttribute('id');
  await row.click();
  const title = page.locator('#practice-title');
  await title.waitFor();
  await page.waitForTimeout(100);
  assert.ok(await inView(title), 'its title is in view');
  assert.ok(await inView(page.getByRole('link', { name: 'Close the practice' })), 'and so is the way out');
  await seesTheWay(page, 'beside a practice on a phone');
  await page.getByRole('link', { name: 'Close the practice' }).click();
  await title.waitFor({ state: 'detached' });
  await page.waitForFunction((id) => document.activeElement?.id === id, id);
  assert.ok(await inView(page.locator(`#${id}`)), 'the row is in view again');
  await page.context().close();
});

test('beside a practice its row stays in view, and the panel begins at its top', async () => {
  const page = await sample({ viewport: sizes.wide });
  await go(page, 'practices');
  const row = page.locator('.practice-row').nth(30);
  await row.scrollIntoViewIfNeeded();
  await row.click();
  await page.locator('#practice-title').waitFor();
  await page.waitForTimeout(100);
  const current = page.locator('.practice-row[aria-current]');
  assert.ok(await inView(current), 'the row is in view');
  assert.ok(await inView(page.locator('#practice-title')), 'the title is in view');
  await seesTheWay(page, 'beside an open practice');
  await page.locator('#practice-panel').evaluate((panel) => { panel.scrollTop = panel.scrollHeight; });
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(150);
  assert.ok(await inView(page.locator('#practice-title')), 'the next one begins at its top');
  assert.ok(await inView(current), 'and its row is in view');
  await page.context().close();
});

test('practices are narrowed by state, level, dimension, source and words; the address keeps it', async () => {
  const page = await sample();
  // Files leave nothing that is not met: two answers do.
  for (const practice of [3, 9]) {
    await go(page, 'practices');
    await find.practice(page).nth(practice).click();
    await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
    await page.keyboard.press('3');
    await page.locator('.answers [aria-pressed=true]', { hasText: 'not met' }).waitFor();
  }
  await go(page, 'practices');
  const rows = page.locator('.practice-row:visible');
  const shown = page.locator('.shown [role=status]');
  const all = await rows.count();
  assert.match(await shown.innerText(), new RegExp(`^${all} practices, all shown`));

  const chip = page.locator('.filters').getByRole('button', { name: /^Not met \d+/ });
  const notMet = Number((await chip.innerText()).match(/\d+/)[0]);
  await chip.click();
  assert.ok(notMet > 0 && notMet < all);
  assert.equal(await rows.count(), notMet);
  assert.match(await shown.innerText(), new RegExp(`^${notMet} of ${all} practices shown`));
  for (const text of await rows.locator('.practice-state').allInnerTexts()) assert.match(text, /^not met/);
  const level = await rows.first().locator('.practice-level').innerText();
  await page.getByLabel('Level', { exact: true }).selectOption({ label: level });
  assert.deepEqual([...new Set(await rows.locator('.practice-level').allInnerTexts())], [level], 'one level');
  await page.waitForFunction(() => /^#practices\?state=not-met&level=\d$/.test(location.hash));
  const both = await rows.count();
  await page.reload();
  await state(page, 'scored');
  await page.locator('.filters').waitFor();
  assert.equal(await rows.count(), both, 'a reload keeps the filters');
  await rows.first().click();
  await page.locator('#practice-title').waitFor();
  assert.match(await hash(page), /^#practices\/[\w-]+\?state=not-met&level=\d$/, 'an open practice keeps them');
  await page.keyboard.press('Escape');
  await page.locator('#practice-title').waitFor({ state: 'detached' });
  assert.equal(await rows.count(), both);
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  assert.equal(await rows.count(), all);
  assert.equal(await hash(page), '#practices');
  assert.equal(await page.getByRole('button', { name: 'Clear the filters' }).count(), 0);

  await page.getByLabel('Source', { exact: true }).selectOption({ label: 'Found in files' });
  for (const text of await rows.locator('.practice-state').allInnerTexts()) assert.match(text, /found in files/);
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByLabel('Dimension', { exact: true }).selectOption({ index: 1 });
  assert.equal(await page.locator('.dimension:visible').count(), 1);
  await page.getByRole('button', { name: 'Clear the filters' }).click();

  const search = page.locator('#search');
  for (const words of ['fleet-config', 'argocd', 'not met', '2 enterprise']) {
    await search.fill(words);
    await page.waitForTimeout(100);
    const found = await rows.count();
    assert.ok(found > 0 && found < all, `${words}: ${found} of ${all}`);
  }
  await search.fill('nothing is called so');
  await page.getByText('No practice matches').waitFor();
  await accessible(page, 'practices, narrowed to none');
  await page.setViewportSize(sizes.phone);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 391, `the filters are ${wide} wide on a phone`);
  await search.fill('');
  await accessible(page, 'practices on a phone');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('the practices of a dimension stay narrowed to it while one is open', async () => {
  const page = await sample();
  const first = page.locator('.dims a').first();
  const href = await first.getAttribute('href');
  await first.click();
  await page.locator('.filters').waitFor();
  assert.equal(await page.locator('.dimension:visible').count(), 1);
  assert.equal(await hash(page), href);
  await page.locator('.practice-row:visible').first().click();
  await page.locator('#practice-title').waitFor();
  assert.equal(await page.locator('.dimension:visible').count(), 1);
  await page.goBack();
  await page.locator('#practice-title').waitFor({ state: 'detached' });
  assert.equal(await hash(page), href);
  await page.context().close();
});

test('a share that is none is said, and the last one stays', async () => {
  const page = await site.profile();
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await page.getByRole('button', { name: 'Answer one by one' }).click();
  await page.locator('#practice-title').waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
  await page.keyboard.press('2');
  await page.waitForFunction(() => document.activeElement?.id === 'answer-share');
  const share = page.locator('#answer-share');
  const hint = page.locator('#answer-hint');
  await share.fill('40');
  await share.press('Enter');
  await hint.waitFor({ state: 'hidden' });
  for (const none of ['150', '-5', '0', '100']) {
    await share.fill(none);
    await share.press('Enter');
    await hint.filter({ hasText: 'from 1 to 99 %' }).waitFor();
    assert.equal(await share.inputValue(), none, 'what was typed is not changed');
  }
  await share.fill('60');
  await share.press('Enter');
  await hint.waitFor({ state: 'hidden' });
  await page.waitForTimeout(300);
  await page.reload();
  await state(page, 'scored');
  await share.waitFor();
  assert.equal(await share.inputValue(), '60');
  await page.context().close();
});

test('a digit at the end of the questions answers nothing', async () => {
  const page = await sample();
  await go(page, 'answer/first-picture');
  await page.getByRole('heading', { name: 'That is all that is asked here' }).waitFor();
  await page.keyboard.press('1');
  await page.waitForTimeout(200);
  await page.getByText('Who changed what').click();
  assert.equal(await page.locator('.log li').count(), 0);
  assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled());
  await page.context().close();
});

/** A model of one's own with names in German and Arabic. */
const longNames = () => {
  const names = ['Bereitstellungsgeschwindigkeitsmessung', 'Sicherheitsverantwortlichkeitszuordnung', 'المراقبة والتنبيه'];
  const levels = ['Grundlagenvereinheitlichung', 'Standardisierungsanforderungen'];
  return ['schema: cairn-model/1', 'id: amt', 'version: "1"', 'name: Amt', 'short: Amt', 'summary: So weit sind wir.',
    'source: {title: Unser, url: "https://example.org/", licence: ours, attribution: us}', 'disclaimer: Keiner.', 'levels:',
    ...levels.map((name, i) => `  - {number: ${i + 1}, name: ${name}, summary: Stufe.}`), 'dimensions:',
    ...names.map((name, i) => `  - {id: dim-${i}, name: "${name}", summary: Dimension.}`), 'practices:',
    ...names.flatMap((_, i) => [1, 2].flatMap((level) => [`  - id: p-${i}-${level}`, `    dimension: dim-${i}`, `    level: ${level}`,
      `    title: "Praxis ${i} ${level}"`, '    statement: Gilt.', '    question: Gilt es?', '    rubric: {met: "ja", partly: "halb", not-met: "nein"}',
      '    benefit: {developers: a, operations: b, business: c}', '    steps: [Anfangen]', '    effort: S', '    references: []']))].join('\n') + '\n';
};

test('long names are hyphenated in tables, and names from right to left stand by themselves', async () => {
  const page = await site.profile();
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await go(page, 'models');
  const file = { name: 'amt.yaml', mimeType: 'text/plain', buffer: Buffer.from(longNames()) };
  await find.region(page, 'Bring along').locator('input[type=file]').setInputFiles(file);
  const use = page.locator('.model').filter({ has: page.getByRole('heading', { name: 'Amt' }) }).getByRole('button', { name: /^Use/ });
  await use.click();
  // The model is in use once it is read.
  await use.waitFor({ state: 'hidden' });
  await go(page, 'practices/p-0-1');
  await page.waitForFunction(() => document.activeElement?.id === 'practice-title');
  await page.keyboard.press('1');
  await page.waitForTimeout(150);
  await go(page, 'overview');
  const table = find.region(page, 'By dimension').locator('.scroll');
  for (const viewport of Object.values(sizes)) {
    await page.setViewportSize(viewport);
    await table.waitFor();
    const [wide, view] = await table.evaluate((box) => [box.scrollWidth, box.clientWidth]);
    assert.ok(wide <= view + 1, `the table is ${wide} wide in ${view} at ${viewport.width}`);
  }
  assert.equal(await table.locator('th bdi').count(), 3);
  await page.context().close();
});

test('a slow line shows how far loading is, where the person is, and fetches each file once', async (t) => {
  const slow = await start({ link: { delay: 100, rate: 150_000 } });
  t.after(() => slow.close());
  const page = await slow.profile({ viewport: sizes.phone });
  await find.openSample(page).click();
  const box = page.locator('#loading');
  await box.waitFor({ timeout: 5_000 });
  assert.ok(await inView(box), 'it is in view');
  assert.ok(await page.getByRole('button', { name: 'One moment …' }).isDisabled());
  await page.waitForFunction(() => Number(document.querySelector('#loading progress').value) > 0.2);
  const far = await box.innerText();
  assert.match(far, /\d+ % of \d\.\d MB/);
  await accessible(page, 'the page while it loads');
  await state(page, 'scored', 120_000);
  await box.waitFor({ state: 'hidden' });
  for (const name of ['app.js', 'app_bg.wasm', 'scan_worker_bg.wasm', 'bundles/rules.json']) {
    const requests = slow.server.requests.filter(({ path }) => path.endsWith(name));
    assert.equal(requests.length, 1, `${name} comes once`);
  }
  assert.deepEqual(page.errors, []);
});
