// Writes what a build stores in the browser as a fixture for later builds: tests/browser/fixtures/stored.json.
// Usage, with a build of the version that the fixture is to stand for: node stored-fixture.mjs --dist FOLDER
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchArguments, choose, databaseOf, find, fixtures, go, organization, seen, start, state, tarGz } from './lib.mjs';

const { dists: [folder] } = benchArguments();
/** Answers grow old, so the day is a part of the fixture. */
const at = '2026-11-16T12:00:00Z';

/** Rules that a person brought along: they are stored too, and facts are found with them. */
const rules = `schema: cairn-rules/1
title: Rules of Acme
rules:
  - id: acme.shop-image
    title: An image of the shop
    proves: Something of the shop is deployed.
    not: That it runs.
    references: [{title: Ours, url: "https://example.org/"}]
    any:
      - object: [{group: apps, kinds: [Deployment]}]
`;

const answers = [
  { practice: 'owners-named', word: 'met', note: 'The list hangs in the kitchen: "ours".' },
  { practice: 'state-in-git', word: 'partly', note: 'Zwei Dienste fehlen noch – März.' },
  { practice: 'protected-branch', word: 'not met', note: '' },
];

const site = await start({ folder });
const page = await site.profile({ before: (page) => page.clock.setFixedTime(at) });
await go(page, 'models');
await find.region(page, 'Bring along').locator('input[type=file]').setInputFiles({ name: 'acme.yaml', mimeType: 'text/plain', buffer: Buffer.from(rules) });
await find.region(page, 'Message').waitFor();
await go(page, 'start');
await choose(page, { name: 'acme.tar.gz', buffer: tarGz(organization()) });
await state(page, 'scored');
for (const { practice, word, note } of answers) {
  await go(page, `practices/${practice}`);
  await find.region(page, 'Evidence').waitFor();
  await find.answer(page, word).click();
  if (note) await page.locator('#answer-note').fill(note);
  await page.keyboard.press('Tab');
  await page.waitForTimeout(300);
}
await go(page, 'roadmap');
await page.locator('label.target select').first().selectOption({ index: 2 });
await page.waitForTimeout(500);

const expected = await seen(page, answers.map(({ practice }) => practice));
const database = await databaseOf(page);
writeFileSync(join(fixtures, 'stored.json'), `${JSON.stringify({ at, database, expected })}\n`);
console.log(`${Object.entries(database.stores).map(([name, entries]) => `${name}: ${entries.length}`).join(', ')}`);
await site.close();
