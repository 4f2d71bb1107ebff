// Pictures of every screen, for looking at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { find, go, here, places, start, state } from './lib.mjs';

const folder = join(here, 'shots');
mkdirSync(folder, { recursive: true });
const site = await start();
const screens = [['wide', 1280, 800], ['phone', 390, 844], ['projected', 1920, 1080]];
for (const [screen, width, height] of screens) {
  for (const colorScheme of screen === 'projected' ? ['light'] : ['light', 'dark']) {
    const page = await site.profile({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    const shot = (name) => page.screenshot({ path: join(folder, `${screen}-${colorScheme}-${name}.png`), fullPage: name !== 'present' });
    if (screen === 'projected') await find.theme(page).selectOption('projected');
    await shot('start');
    await find.openSample(page).click();
    await state(page, 'scored');
    for (const place of places) {
      await go(page, place);
      await shot(place);
    }
    await go(page, 'practices');
    await find.practice(page).first().click();
    await page.waitForTimeout(200);
    await shot('practice');
    await page.context().close();
    console.log(`${screen} ${colorScheme}`);
  }
}
await site.close();
