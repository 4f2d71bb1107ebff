// What people open besides sound exports: each fault is told where they are, once, and costs the sound ones nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, find, go, organization, said, start, state, tar, tarGz, zip } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const sound = (name = 'acme__shop.tar.gz') => ({ name, buffer: tarGz(organization()) });
const word = () => zip({ '[Content_Types].xml': '<Types/>', '_rels/.rels': '<Relationships/>', 'word/document.xml': '<w:document/>' });

/** The same zip with every entry marked as encrypted. */
function encrypted(files) {
  const bytes = Buffer.from(zip(files));
  for (const [mark, flags] of [['PK\x03\x04', 6], ['PK\x01\x02', 8]]) {
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 4, 'latin1')) bytes[at + flags] |= 1;
  }
  return bytes;
}

/** The page with these files opened, once it says that they cannot be used. */
async function refused(files, ...words) {
  const page = await site.profile();
  await choose(page, files);
  await find.trouble(page).first().waitFor({ timeout: 60_000 });
  const text = (await find.trouble(page).allInnerTexts()).join('\n');
  for (const expected of words) assert.match(text, expected, text);
  assert.notEqual(await page.evaluate(() => document.documentElement.dataset.cairn), 'scored');
  assert.deepEqual(page.errors.filter((error) => /panicked|RuntimeError/.test(error)), []);
  await page.context().close();
}

test('several exports of which some are bad', { timeout: 120_000 }, async () => {
  const page = await site.profile();
  await choose(page, [
    { name: 'acme__gone.tar.gz', buffer: Buffer.from('{"message":"Not Found","status":"404"}') },
    sound(),
    { name: 'acme__new.tar.gz', buffer: Buffer.alloc(0) },
    { name: 'acme__old.tar.bz2', buffer: Buffer.from('BZh91AY&SY') },
    { name: 'failed.json', buffer: Buffer.from('{"message":"Bad credentials"}') },
  ]);
  await state(page, 'scored', 60_000);
  const message = find.region(page, 'Message');
  await message.waitFor();
  const lines = await message.locator('li').allInnerTexts();
  for (const [name, why] of [
    ['acme__gone.tar.gz', /error message of the host/], ['acme__new.tar.gz', /0 bytes/], ['acme__old.tar.bz2', /bzip2 -dc acme__old\.tar\.bz2/],
    ['failed.json', /error message of the host/],
  ]) {
    const own = lines.filter((line) => line.includes(name) && why.test(line));
    assert.equal(own.length, 1, `${name} is told once: ${lines.join(' | ')}`);
    assert.ok(own[0].indexOf(name) === own[0].lastIndexOf(`${name}:`) || !own[0].includes(`${name}: ${name}`), own[0]);
  }
  // It stays until it is closed, and the sound one gave its result.
  await page.waitForTimeout(1_000);
  assert.ok(await message.isVisible());
  await message.getByRole('button', { name: 'Close this message' }).click();
  await message.waitFor({ state: 'detached' });
  await go(page, 'evidence');
  await page.getByText('acme__gone.tar.gz').first().waitFor();
  assert.match(await said(page), /acme\/shop/);
  await page.context().close();
});

test('a Word document', () => refused({ name: 'letter.docx', buffer: word() }, /letter\.docx: this is a Word document, not an archive/, /git archive/));

test('a Word document dropped on the evidence joins no organization', { timeout: 120_000 }, async () => {
  const page = await site.profile();
  await choose(page, sound());
  await state(page, 'scored', 60_000);
  await go(page, 'evidence');
  const names = () => page.locator('section[aria-label="Evidence"] summary').allInnerTexts();
  const before = await names();
  await choose(page, { name: 'letter.docx', buffer: word() });
  await find.trouble(page).first().waitFor();
  assert.match((await find.trouble(page).allInnerTexts()).join(' '), /Word document/);
  assert.deepEqual(await names(), before);
  await page.context().close();
});

test('an encrypted zip', () => refused({ name: 'shop.zip', buffer: encrypted({ 'shop/README.md': '# Shop', 'shop/a.yaml': 'a: b' }) }, /shop\.zip: its files are encrypted/, /without a password/));

test('a page instead of the download', () => refused({ name: 'shop.zip', buffer: Buffer.from('<!doctype html><title>Sign in</title>') }, /shop\.zip: this is a web page/, /sign-in page/));

test('only bad exports are all told', () => refused([
  { name: 'one.tar.gz', buffer: Buffer.from('404: Not Found') }, { name: 'two.zip', buffer: Buffer.alloc(0) },
], /one\.tar\.gz: this is a text/, /two\.zip: the file is empty/));

test('what git and hosts keep', async () => {
  const git = { 'shop/.git/HEAD': 'ref: refs/heads/main', 'shop/.git/objects/0a/1b': 'x', 'shop/.git/refs/heads/main': '0a' };
  await refused({ name: 'shop.tar', buffer: tar(git) }, /only git's own data/, /git archive/);
  const gitlab = { VERSION: '0.2.4', 'project.bundle': '# v2 git bundle', 'tree/project.json': '{}', 'tree/project/labels.ndjson': '{}' };
  await refused({ name: '2026-export.tar.gz', buffer: gzipSync(tar(gitlab)) }, /GitLab project export/, /git clone project\.bundle/);
});
