// Hostile input ends in a clear message and a page that still works.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import { choose, find, organization, said, start, state, tar, tarGz } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** Gzips this many bytes, made one block at a time. */
async function gzipOf(parts) {
  const gzip = createGzip({ level: 9 });
  const chunks = [];
  gzip.on('data', (chunk) => chunks.push(chunk));
  for (const part of parts) if (!gzip.write(part)) await new Promise((done) => gzip.once('drain', done));
  gzip.end();
  await new Promise((done) => gzip.once('end', done));
  return Buffer.concat(chunks);
}

function* zeros(bytes) {
  const block = Buffer.alloc(1 << 20);
  for (let done = 0; done < bytes; done += block.length) yield block;
}

async function stillWorks(page) {
  await page.goto('about:blank');
  await page.goto(`${site.server.url}#start`);
  await state(page, ['ready', 'scored', 'error']);
  await find.openSample(page).click();
  await find.ofSample(page).waitFor({ state: 'attached', timeout: 60_000 });
  await state(page, 'scored');
  const crashes = page.errors.filter((error) => /panicked|RuntimeError|unreachable/.test(error));
  assert.deepEqual(crashes, []);
}

/** The page refuses the file with a message. */
async function refused(page, files, message) {
  await choose(page, files);
  await find.trouble(page).first().waitFor({ timeout: 120_000 });
  const text = (await find.trouble(page).allInnerTexts()).join(' ');
  assert.match(text, message, `the message: ${text}`);
  assert.ok(text.length > 30, `the message says what to do: ${text}`);
}

/** The page scores what is sound and lists what is not. */
async function survived(page, files, mention) {
  await choose(page, files);
  await state(page, 'scored', 120_000);
  if (mention) {
    await page.evaluate(() => { location.hash = '#evidence'; });
    await page.getByText(mention).first().waitFor({ state: 'attached' });
  }
}

const whole = () => tarGz(organization({ 'fleet/noise.bin': Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 2654435761) >>> 13 & 255)) }));

const cases = {
  'a file that is not an archive': (page) => refused(page, { name: 'notes.tar.gz', buffer: Buffer.from('These are my notes.\n') }, /notes\.tar\.gz/),
  'an empty file': (page) => refused(page, { name: 'empty.tar.gz', buffer: Buffer.alloc(0) }, /empty/i),
  'an archive with nothing in it': (page) => refused(page, { name: 'void.tar.gz', buffer: gzipSync(tar({})) }, /void\.tar\.gz/),
  'an archive cut off in its first block': (page) => refused(page, { name: 'cut.tar.gz', buffer: tarGz(organization()).subarray(0, 60) }, /cut\.tar\.gz/),
  'an archive cut off near its end': async (page) => {
    const bytes = whole();
    await choose(page, { name: 'cut.tar.gz', buffer: bytes.subarray(0, bytes.length - 2000) });
    await page.locator('html[data-cairn="scored"], html[data-cairn="error"]').first().waitFor({ state: 'attached', timeout: 60_000 });
    await page.evaluate(() => { location.hash = '#evidence'; });
    await page.waitForTimeout(300);
    assert.match(await page.locator('body').innerText(), /ends early|truncated|cut off|incomplete/i, await said(page));
  },
  'a gzip of a gigabyte of zeros': async (page) => refused(page, { name: 'bomb.tar.gz', buffer: await gzipOf(zeros(1 << 30)) }, /bomb\.tar\.gz/),
  'a manifest nested 10,000 deep': (page) => {
    const deep = { 'fleet/deep-block.yaml': Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''), 'fleet/deep-flow.yaml': `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n` };
    return survived(page, { name: 'deep.tar.gz', buffer: tarGz(organization(deep)) });
  },
  'an alias bomb': (page) => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++) lines.push(`a${level}: &a${level} [${Array(9).fill(`*a${level - 1}`).join(', ')}]`);
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: laughs }\ndata:\n  ${lines.join('\n  ')}\n`;
    return survived(page, { name: 'laughs.tar.gz', buffer: tarGz(organization({ 'fleet/laughs.yaml': text })) });
  },
  'a single line of 100 MB': async (page) => {
    const size = 100 * 1024 * 1024;
    const small = tar(organization());
    const header = tar({ 'fleet/long.yaml': '' }).subarray(0, 512);
    header.write((size).toString(8).padStart(11, '0'), 124);
    header.write('        ', 148);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
    function* parts() {
      yield small.subarray(0, small.length - 1024);
      yield header;
      const block = Buffer.alloc(1 << 20, 'x');
      for (let done = 0; done < size; done += block.length) yield block;
      yield Buffer.alloc(1024);
    }
    await survived(page, { name: 'long.tar.gz', buffer: await gzipOf(parts()) }, /long\.yaml/);
  },
};

for (const [name, run] of Object.entries(cases)) {
  test(name, { timeout: 240_000 }, async () => {
    const page = await site.profile();
    await run(page);
    await stillWorks(page);
    await page.context().close();
  });
}

for (const [name, fragment] of Object.entries({
  'a link with nothing in it': 'v1.', 'a link of noise': 'v1.AAAA', 'a link that is not base64': 'v1.%%%<script>', 'a link of a later version': 'v99.AAAA',
  'a very long link': `v1.${'QUJD'.repeat(40_000)}`,
})) {
  test(name, async () => {
    const page = await site.profile({ path: `#${fragment}`, waitFor: ['ready', 'error'] });
    await find.trouble(page).first().waitFor();
    assert.match((await find.trouble(page).allInnerTexts()).join(' '), /link/i);
    await stillWorks(page);
    await page.context().close();
  });
}

test('a model with a typo', async () => {
  const before = (page) => page.route('**/models/gitops/*.yaml', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/^dimensions:/m, 'dimensoins:') });
  });
  const page = await site.profile({ before, waitFor: null });
  await page.locator('html[data-cairn="ready"], html[data-cairn="error"]').first().waitFor({ state: 'attached' });
  await find.openSample(page).click({ timeout: 5_000 }).catch(() => {});
  await find.trouble(page).first().waitFor();
  const text = (await find.trouble(page).allInnerTexts()).join(' ');
  assert.match(text, /gitops/);
  assert.match(text, /dimensions|dimensoins/, `the message names the field: ${text}`);
  await page.context().close();
});

test('storage denied', async () => {
  const before = (page) => page.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError'); } });
  });
  const page = await site.profile({ before });
  await find.openSample(page).click();
  await state(page, 'scored');
  assert.match(await page.locator('body').innerText(), /(not|cannot|could not|no).{0,60}(stor|save|keep)|until you close/i, 'the page says that it cannot store');
  assert.deepEqual(page.errors.filter((error) => /panicked|RuntimeError/.test(error)), []);
  await page.context().close();
});
