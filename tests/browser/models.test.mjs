// Models: bring along, edit, use, overlay, carry answers, and radars of other shapes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, find, go, here, numbers, start, state } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const pictures = process.env.CAIRN_PICTURES && join(here, 'shots');
if (pictures) mkdirSync(pictures, { recursive: true });
const picture = (page, name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });

const names = ['Bereitstellungsgeschwindigkeit', 'Sicherheitsverantwortlichkeiten', 'Nachvollziehbarkeit der Änderungen',
  'Wiederherstellbarkeit nach Störungen', 'Überwachung und Benachrichtigung', 'Geschäftsprozessautomatisierung',
  'Zusammenarbeitsvereinbarungen', 'Kostenverantwortung und Abrechnung', 'Datenschutzfolgenabschätzung',
  'Berechtigungsverwaltung', 'Schwachstellenbehandlung', 'Plattformbereitstellungsverfahren'];

/** A small model, as a person would write one. */
function model({ id = 'bakery', version = '1', name = 'Bakery', dimensions = 3, levels = 3, practices = {} } = {}) {
  const lines = ['schema: cairn-model/1', `id: ${id}`, `version: "${version}"`, `name: "${name}"`, `short: "${name}"`,
    'summary: How far the bakery has come.', 'source: {title: Ours, url: "https://example.org/", licence: ours, attribution: us}',
    'disclaimer: None.', 'levels:'];
  for (let level = 1; level <= levels; level++) lines.push(`  - {number: ${level}, name: Stufe ${level}, summary: Level ${level}.}`);
  lines.push('dimensions:');
  for (let i = 0; i < dimensions; i++) lines.push(`  - {id: dim-${i}, name: "${names[i]}", summary: About ${i}.}`);
  lines.push('practices:');
  for (let i = 0; i < dimensions; i++) {
    for (let level = 1; level <= levels; level++) lines.push(...practice(`p-${i}-${level}`, `dim-${i}`, level, practices[`p-${i}-${level}`]));
  }
  return lines.join('\n') + '\n';
}

function practice(id, dimension, level, title = `Practice ${id}`) {
  return [`  - id: ${id}`, `    dimension: ${dimension}`, `    level: ${level}`, `    title: "${title}"`, `    statement: "${title} holds."`,
    `    question: "Does ${title} hold?"`, '    rubric: {met: "yes", partly: "half", not-met: "no"}',
    '    benefit: {developers: a, operations: b, business: c}', '    steps: [Begin]', '    effort: S', '    references: []'];
}

const section = (page, name) => page.getByRole('region', { name, exact: true });
const message = (page) => section(page, 'Message');
const area = (page) => page.locator('#model-text');

/**
 * The text in the editor, once it has words of the one that was opened, and the cursor: it is put there a moment later, and
 * what is filled in at that moment would be put before the text instead of in its place.
 */
async function edited(page, words) {
  await page.waitForFunction((words) => {
    const area = document.querySelector('#model-text');
    return area?.value.includes(words) && area === document.activeElement;
  }, words);
  return area(page).inputValue();
}
const row = (page, name) => page.locator('.model').filter({ has: page.getByRole('heading', { name }) });
const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

async function bring(page, name, text) {
  await section(page, 'Bring along').locator('input[type=file]').setInputFiles(file(name, text));
}

/** Says what a person answers to a practice. */
async function answer(page, practice, word) {
  await go(page, `practices/${practice}`);
  await section(page, 'Evidence').waitFor();
  await find.answer(page, word).click();
  await page.waitForTimeout(250);
}

const pressed = async (page, practice) => {
  await go(page, `practices/${practice}`);
  await section(page, 'Evidence').waitFor();
  return (await page.locator(find.pressed).allTextContents()).join(' ');
};

async function sideways(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where} scrolls sideways by ${over}`);
}

test('an own model is brought along, edited, saved, used, and survives a reload', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  await section(page, 'Models here').waitFor();
  await bring(page, 'bakery.yaml', model());
  await message(page).getByText('is a model: Bakery 1').waitFor();
  await row(page, /^Bakery 1/).getByRole('button', { name: 'Edit' }).click();
  await area(page).waitFor();
  const editor = section(page, 'Editor');
  await editor.getByText('Nothing is wrong.').waitFor();
  assert.equal(await editor.locator('svg').count(), 1, 'the radar is previewed');

  // A mistake is told with its line, and the button leads there.
  const text = await edited(page, 'level: 2');
  await area(page).fill(text.replace('level: 2\n', 'level: 7\n'));
  const problem = editor.locator('.problems li').first();
  await problem.getByText('there is no level 7').waitFor();
  assert.ok(await editor.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await problem.getByRole('button').click();
  const at = await area(page).evaluate((area) => area.value.slice(0, area.selectionStart).split('\n').length);
  const wanted = text.split('\n').findIndex((line) => line.includes('id: p-0-2')) + 1;
  assert.ok(Math.abs(at - wanted) <= 2, `the cursor is on line ${at}, the practice on ${wanted}`);
  await picture(page, 'models-editor-problem');

  await area(page).fill(text.replace('version: "1"', 'version: "2"').replace('name: "Bakery"', 'name: "Bakery of ours"'));
  await editor.getByText('Nothing is wrong.').waitFor();
  await editor.getByRole('button', { name: 'Save and use' }).click();
  await state(page, 'scored');
  await go(page, 'models');
  await row(page, /Bakery of ours 2/).getByText('in use').waitFor();
  await answer(page, 'p-0-1', 'met');
  await page.waitForTimeout(300);
  const before = await numbers(page);
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await numbers(page), before);
  assert.match(await page.getByLabel('Model', { exact: true }).locator('option:checked').innerText(), /Bakery of ours 2/);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('a newer text of a model in use says what changed and keeps every answer', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  await bring(page, 'bakery.yaml', model());
  await row(page, /^Bakery 1/).getByRole('button', { name: 'Use it' }).click();
  await state(page, 'scored');
  await answer(page, 'p-0-1', 'met');
  await answer(page, 'p-1-1', 'met');
  await go(page, 'models');
  await row(page, /^Bakery 1/).getByRole('button', { name: 'Edit' }).click();
  const text = await edited(page, 'Practice p-0-1 holds');
  const gone = practice('p-1-1', 'dim-1', 1).join('\n');
  await area(page).fill(text.replace(gone, practice('p-1-9', 'dim-1', 1, 'A new habit').join('\n')).replace('Practice p-0-1 holds', 'Practice p-0-1 holds well'));
  await section(page, 'Editor').getByText('Nothing is wrong.').waitFor();
  await section(page, 'Editor').getByRole('button', { name: 'Save', exact: true }).click();
  const said = message(page);
  await said.getByText('New (1): A new habit.').waitFor();
  assert.match(await said.innerText(), /Gone, answers kept \(1\): Practice p-1-1/);
  assert.match(await said.innerText(), /Reworded.*\(1\): Practice p-0-1/);
  assert.match(await pressed(page, 'p-0-1'), /met/i);
  await page.context().close();
});

test('an overlay leaves out and adds a practice, and the number changes', async () => {
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored', 60_000);
  const before = await numbers(page);
  await go(page, 'models');
  await row(page, /^GitOps Maturity Model 1\.0/).getByRole('button', { name: 'Make an overlay' }).click();
  await area(page).waitFor();
  let text = await edited(page, 'ignore: {}');
  await area(page).fill(text.replace('ignore: {}', 'ignore:\n  no-such-practice: for a test'));
  const editor = section(page, 'Editor');
  await editor.getByText('the base has no such practice').waitFor();
  const dimension = 'observe';
  const axis = await page.evaluate(async () => (await (await fetch('models/gitops/1.0.yaml')).text()).match(/\n {2}- id: auto-sync\n {4}dimension: (\S+)/)[1]);
  text = text.replace('ignore: {}', 'ignore:\n  auto-sync: Ours apply at night').replace('add: []', 'add:\n' + practice('night-sync', axis || dimension, 1, 'Changes apply at night').join('\n'));
  await area(page).fill(text);
  await editor.getByText('Nothing is wrong.').waitFor();
  await editor.getByRole('button', { name: 'Save and use' }).click();
  await message(page).getByText('Measured with').waitFor();
  const changed = await numbers(page);
  assert.notDeepEqual(changed.rows, before.rows);
  await answer(page, 'night-sync', 'met');
  await page.waitForTimeout(300);
  const answered = await numbers(page);
  assert.notDeepEqual(answered.rows, changed.rows);
  await page.reload();
  await state(page, 'scored');
  assert.deepEqual(await numbers(page), answered, 'the overlay survives a reload');
  const download = page.waitForEvent('download');
  await go(page, 'models');
  await row(page, /our way/).getByRole('button', { name: 'Download' }).click();
  assert.equal(readFileSync(await (await download).path(), 'utf8'), text);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('a link made with an own model asks for its file and opens with it', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  await bring(page, 'bakery.yaml', model());
  await row(page, /^Bakery 1/).getByRole('button', { name: 'Use it' }).click();
  await state(page, 'scored');
  await answer(page, 'p-0-1', 'met');
  const before = await numbers(page);
  await go(page, 'share');
  await find.copyLink(page).click();
  await page.waitForTimeout(300);
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const other = await site.profile({ path: link.slice(site.server.url.length), waitFor: 'ready' });
  await message(other).getByText('was made with the model bakery 1').waitFor();
  await picture(other, 'models-link-asks');
  await accessible(other, 'a link that asks for its model');
  await message(other).locator('input[type=file]').setInputFiles(file('wrong.yaml', model({ id: 'butcher' })));
  await message(other).getByText('Still needed: bakery 1').waitFor();
  await message(other).locator('input[type=file]').setInputFiles(file('bakery.yaml', model()));
  await state(other, 'scored');
  assert.deepEqual(await numbers(other), before);
  assert.equal(await message(other).count(), 0);
  assert.deepEqual([...page.errors, ...other.errors], []);
  await other.context().close();
  await page.context().close();
});

test('answers go out as CSV and come back', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  await bring(page, 'bakery.yaml', model({ practices: { 'p-0-1': '=cmd|calc' } }));
  await row(page, /^Bakery 1/).getByRole('button', { name: 'Use it' }).click();
  await state(page, 'scored');
  await answer(page, 'p-0-1', 'met');
  await answer(page, 'p-1-2', 'not met');
  const before = await numbers(page);
  await go(page, 'share');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Answers as CSV', exact: true }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  assert.match(csv, /^practice,title,level,/);
  assert.ok(csv.includes("'=cmd|calc"), 'no cell begins a formula');

  const other = await site.profile({ path: '#models', waitFor: 'ready' });
  await bring(other, 'answers.csv', csv);
  await message(other).getByText('no assessment is open').waitFor();
  await bring(other, 'bakery.yaml', model({ practices: { 'p-0-1': '=cmd|calc' } }));
  await row(other, /^Bakery 1/).getByRole('button', { name: 'Use it' }).click();
  await state(other, 'scored');
  await go(other, 'models');
  await bring(other, 'answers.csv', csv + 'nothing,,,,,met,,,,,,\r\n');
  await message(other).getByText(/2 answers were changed\..* 1 line was left out/).waitFor();
  assert.match(await message(other).innerText(), /the model has no practice "nothing"/);
  assert.deepEqual(await numbers(other), before);
  await other.context().close();
  await page.context().close();
});

test('GitOps, CNCF and back keeps the answers and counts what both ask', async () => {
  const page = await site.profile({ path: '#start' });
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored');
  await answer(page, 'auto-sync', 'met');
  await answer(page, 'prune-drift', 'not met');
  await answer(page, 'version-by-commit', 'met');
  const before = await numbers(page);
  await go(page, 'overview');
  const choice = page.getByLabel('Model', { exact: true });
  await choice.selectOption('cncf/4.0-beta');
  await message(page).getByText('Measured with').waitFor();
  const said = await message(page).innerText();
  assert.match(said, /2 answers came along/, said);
  assert.match(await pressed(page, 'rel-agent'), /met/i);
  await answer(page, 'rel-agent', 'partly');
  await go(page, 'overview');
  await choice.selectOption('gitops/1.0');
  await page.waitForTimeout(600);
  assert.match(await pressed(page, 'auto-sync'), /partly/i, 'the newest answer counts in both');
  assert.match(await pressed(page, 'prune-drift'), /not met/i);
  await answer(page, 'auto-sync', 'met');
  assert.deepEqual(await numbers(page), before);
  await go(page, 'start');
  assert.equal(await page.locator('.saved li').count(), 1, 'it stays one assessment');
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('files of other tools are told by their content', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  const dsomm = 'meta:\n  version: 1.2.3\n---\nHabits:\n  Baking:\n    Weigh the flour:\n      uuid: u-1\n      level: 1\n      measure: A scale stands on each table.\n';
  await bring(page, 'progress.yaml', 'progress:\n  u-1:\n    Team A:\n      Fully implemented: 2026-01-02\n');
  await message(page).getByText('no assessment is open').waitFor();
  await bring(page, 'model.yaml', dsomm);
  await message(page).getByText('is a DSOMM model').waitFor();
  await row(page, /DevSecOps/).getByRole('button', { name: 'Use it' }).click();
  await state(page, 'scored');
  await go(page, 'models');
  await bring(page, 'progress.yaml', 'progress:\n  u-1:\n    Team A:\n      Fully implemented: 2026-01-02\n');
  await message(page).getByText('1 answer of 1 team').waitFor();
  await bring(page, 'questions.yaml', 'metadata: {title: Bakery}\ncategories:\n  - id: flour\n    name: Flour\n    questions:\n      - text: Who mills?\n        field_name: flour_1\n        options:\n          - {value: 1, level: Nobody, description: We buy it}\n          - {value: 2, level: We do, description: We mill}\n');
  await message(page).getByText('is a file of platform questions').waitFor();
  await bring(page, 'mine.yaml', 'schema: cairn-rules/1\ntitle: Ours\nrules: []\n');
  await message(page).getByText('holds rules').waitFor();
  await section(page, 'Your rules').getByText('mine.yaml').waitFor();
  await bring(page, 'letter.yaml', 'dear: you\n');
  await message(page).getByText('none of the files').waitFor();
  await bring(page, 'broken.yaml', model().replace('  - id: p-1-1\n', '  - id: p-1-1\n    colour: red\n'));
  await message(page).getByText('The editor shows where').waitFor();
  await section(page, 'Editor').locator('.problems').getByText('colour').first().waitFor();
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test('a model comes from an address of this site, and another origin only opens in a tab', async () => {
  const page = await site.profile({ path: '#models', waitFor: 'ready' });
  const bar = section(page, 'Bring along');
  await bar.getByLabel('Or its address').fill('https://elsewhere.example/model.yaml');
  await bar.getByRole('button', { name: 'Load' }).click();
  assert.equal(await bar.getByRole('link', { name: 'Open it in a new tab' }).getAttribute('href'), 'https://elsewhere.example/model.yaml');
  await bar.getByLabel('Or its address').fill('models/gitops/1.0.yaml');
  await bar.getByRole('button', { name: 'Load' }).click();
  await message(page).getByText('is a model of this site').waitFor();
  assert.deepEqual(site.foreign, []);
  await page.context().close();
});

for (const dimensions of [3, 6, 9, 12]) {
  for (const width of [390, 1920]) {
    test(`the radar of ${dimensions} dimensions with long labels fits at ${width} pixels`, async () => {
      const page = await site.profile({ path: '#models', waitFor: 'ready', viewport: { width, height: width === 390 ? 844 : 1080 } });
      await bring(page, 'wide.yaml', model({ id: `wide-${dimensions}`, name: 'Reifegradmodell', dimensions, levels: 4 }));
      await row(page, /^Reifegradmodell/).getByRole('button', { name: 'Use it' }).click();
      await state(page, 'scored');
      await answer(page, 'p-0-1', 'met');
      await answer(page, 'p-1-1', 'met');
      await answer(page, 'p-1-2', 'met');
      await go(page, 'overview');
      const radar = find.region(page, 'Radar').locator('svg').first();
      await radar.waitFor();
      const out = await radar.evaluate((svg) => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()])
          .filter(([, r]) => r.left < box.left - 0.5 || r.right > box.right + 0.5 || r.top < box.top - 0.5 || r.bottom > box.bottom + 0.5)
          .map(([text]) => text);
      });
      assert.deepEqual(out, [], 'every label is inside the drawing');
      const labels = await radar.evaluate((svg) => [...svg.querySelectorAll('text')].map((t) => t.textContent).join(' '));
      for (const name of names.slice(0, dimensions)) assert.ok(labels.replace(/[\s\u00ad-]/g, '').includes(name.replace(/[\s-]/g, '').slice(0, 8)), `${name} is there: ${labels}`);
      await sideways(page, 'the overview');
      await picture(page, `radar-${dimensions}-${width}`);
      await page.context().close();
    });
  }
}

test('the page fits a phone and can be used by everyone', async () => {
  for (const [width, height] of [[390, 844], [1280, 800], [1920, 1080]]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await site.profile({ path: '#models', waitFor: 'ready', viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      await section(page, 'Models here').waitFor();
      await page.waitForTimeout(1500);
      await picture(page, `models-${width}-${colorScheme}`);
      await sideways(page, 'Models');
      await accessible(page, `Models at ${width} ${colorScheme}`);
      await page.getByRole('button', { name: /^Look at it/ }).first().click();
      await row(page, /^GitOps Maturity Model 1\.0/).getByRole('button', { name: 'Edit a copy' }).click();
      await section(page, 'Editor').getByText('Nothing is wrong.').waitFor();
      await sideways(page, 'the editor');
      await accessible(page, 'the editor');
      await picture(page, `models-editor-${width}-${colorScheme}`);
      await page.context().close();
    }
  }
});
