// How long loading takes on a slow machine with a slow link, for one build or several in turn.
// Usage: node load-bench.mjs [--dist FOLDER]... [--runs N]
// Prints medians and the best of all runs, which says more where the machine has other work; nothing here passes or fails.
import { benchArguments, buildName, find, go, median, start, state } from './lib.mjs';

const { dists, runs } = benchArguments();
/** 10 Mbit/s with 40 ms there and back; the page's processor four times slower. */
const link = { delay: 40, rate: 1_250_000 };
const slowdown = 4;

/** Keeps when the page came into each of its states, and when something was clicked. */
const watch = () => {
  const seen = globalThis.seen = { states: [] };
  addEventListener('click', () => { seen.click = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    const now = document.documentElement?.dataset.cairn;
    if (now && now !== seen.states.at(-1)?.[0]) seen.states.push([now, performance.now()]);
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-cairn'] });
};

/** A page in a fresh profile, slowed before anything is loaded. */
async function slowPage(site, path = '') {
  const before = async (page) => {
    await page.addInitScript(watch);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  };
  return site.profile({ path, before, waitFor: null });
}

/** When the page came into a state, in milliseconds of its clock. */
async function reached(page, wanted) {
  await state(page, wanted, 60_000);
  return page.evaluate((wanted) => globalThis.seen.states.findLast(([name]) => name === wanted)[1], wanted);
}

async function fromClick(site, pause) {
  const page = await slowPage(site);
  await state(page, 'ready', 60_000);
  await page.waitForTimeout(pause);
  await find.openSample(page).click();
  const scored = await reached(page, 'scored');
  const click = await page.evaluate(() => globalThis.seen.click);
  await page.context().close();
  return scored - click;
}

async function fromAddress(site, path, wanted) {
  const page = await slowPage(site, path);
  const time = await reached(page, wanted);
  await page.context().close();
  return time;
}

/** The link of the sample, made by the build that opens it. */
async function linkOf(folder) {
  const site = await start({ folder });
  const page = await site.profile();
  await find.openSample(page).click();
  await state(page, 'scored');
  await go(page, 'share');
  await find.copyLink(page).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  await site.close();
  return new URL(text).hash;
}

const lines = {
  'ready': (build) => fromAddress(build.site, '', 'ready'),
  'sample clicked at once, to scored': (build) => fromClick(build.site, 0),
  'sample after 7 s, to scored': (build) => fromClick(build.site, 7_000),
  'link in a fresh profile, to scored': (build) => fromAddress(build.site, build.hash, 'scored'),
};

const builds = [];
for (const folder of dists) {
  const hash = await linkOf(folder);
  builds.push({ name: buildName(folder, dists), hash, site: await start({ folder, link }) });
}
const rows = {};
for (const [line, measure] of Object.entries(lines)) {
  const times = builds.map(() => []);
  // In turn, so that whatever else the machine does meets all builds alike.
  for (let run = 0; run < runs; run++) {
    for (const [index, build] of builds.entries()) times[index].push(await measure(build));
  }
  const medians = times.map(median);
  const row = rows[line] = {};
  for (const [index, { name }] of builds.entries()) {
    Object.assign(row, { [name]: Math.round(medians[index]), [`${name}, best`]: Math.round(Math.min(...times[index])) });
    if (index > 0) row[`${name}, ratio`] = (medians[index] / medians[0]).toFixed(3);
  }
}
console.table(rows);
console.log(`Medians and best of ${runs} runs in milliseconds, ratios of medians to the first build; processor of the page ${slowdown} times slowed, ${(link.rate * 8) / 1e6} Mbit/s, ${link.delay} ms.`);
for (const { site } of builds) await site.close();
