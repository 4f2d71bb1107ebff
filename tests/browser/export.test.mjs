// Archives of every kind, and real exports where they are at hand.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, drop, numbers, organization, realExports, start, state, tar, tarGz, zip } from './lib.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const archives = {
  'acme.tar.gz': () => tarGz(organization()),
  'acme.tgz': () => tarGz(organization()),
  'acme.tar': () => tar(organization()),
  'acme.zip': () => zip(organization()),
  'archives-inside.tar': () => tar({ 'acme__fleet.tar.gz': gzipSync(tar(organization())) }),
};

let first;
for (const [name, make] of Object.entries(archives)) {
  test(`${name} is scored, and says the same as the others`, async () => {
    const page = await site.profile();
    await choose(page, { name, buffer: make() });
    await state(page, 'scored');
    const found = await numbers(page);
    first ??= found;
    assert.match(found.stage, /\d/);
    assert.deepEqual(found, first);
    assert.deepEqual(page.errors, []);
    await page.context().close();
  });
}

test('two archives at once are one organization', async () => {
  const page = await site.profile();
  const docs = tarGz({ 'handbook/README.md': '# Handbook\n', 'handbook/onboarding.md': 'Welcome.\n' });
  await drop(page, [{ name: 'acme.tar.gz', buffer: archives['acme.tar.gz']() }, { name: 'handbook.tar.gz', buffer: docs }]);
  await state(page, 'scored');
  assert.match(await page.locator('body').innerText(), /handbook/);
  await page.context().close();
});

const fluxcd = realExports('controlplaneio-fluxcd__d2-fleet', 'controlplaneio-fluxcd__d2-infra', 'controlplaneio-fluxcd__d2-apps');
test('three real repositories of one organization reach stage 2', { skip: fluxcd ? false : 'the exports are not on this machine' }, async (t) => {
  const page = await site.profile();
  await choose(page, fluxcd);
  await state(page, 'scored', 120_000);
  const { stage, rows } = await numbers(page);
  t.diagnostic(stage);
  assert.match(stage, /Stage 2/, JSON.stringify(rows));
  assert.deepEqual(site.foreign, []);
  await page.context().close();
});
