// A smoke test in Firefox, where one is installed: the first screen comes up, and then asks for the application.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serve } from './lib.mjs';

const places = [...(process.env.PATH ?? '').split(':').flatMap((folder) => [join(folder, 'firefox'), join(folder, 'firefox-esr')]),
  '/Applications/Firefox.app/Contents/MacOS/firefox'];
const firefox = places.find((path) => existsSync(path));

test('the page starts in Firefox', { skip: firefox ? false : 'Firefox is not installed', timeout: 90_000 }, async () => {
  const server = await serve();
  const profile = mkdtempSync(join(tmpdir(), 'cairn-firefox-'));
  const child = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, server.url], { stdio: 'ignore' });
  try {
    const asked = () => server.requests.some(({ path }) => path.endsWith('/app_bg.wasm'));
    for (let waited = 0; waited < 60_000 && !asked(); waited += 250) await new Promise((done) => setTimeout(done, 250));
    assert.ok(asked(), `Firefox asked only for ${server.requests.map(({ path }) => path).join(', ')}`);
  } finally {
    child.kill('SIGKILL');
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
