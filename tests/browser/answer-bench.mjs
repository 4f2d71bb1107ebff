// Interaction to next paint while answering in the longest list, for one build or several in turn.
// Usage: node answer-bench.mjs [--dist FOLDER]... [--runs N]
// Prints what the browser measured from each key to the paint after it; nothing here passes or fails.
import { benchArguments, buildName, find, median, start, state } from './lib.mjs';

const { dists, runs } = benchArguments();
const slowdown = 4;
const longestModel = /^CNCF Cloud Native Maturity Model 4/;
/** Answers by digit, to partly and back too, with the way on to the next question after each. */
const answers = ['1', '3', '1', '6', '3', '1', '1', '3'];

/** Keeps the longest event of each interaction, as `web-vitals` counts them. */
const watch = () => {
  const longest = globalThis.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
};

/** Presses keys, each after the page came to rest, and gives the duration of each interaction in milliseconds. */
async function timed(page, keys) {
  const times = [];
  for (const key of keys) {
    await page.evaluate(() => globalThis.interactions.clear());
    await page.keyboard.press(key);
    await page.waitForTimeout(500);
    // What is below the threshold is not reported.
    times.push(await page.evaluate(() => Math.max(16, ...globalThis.interactions.values())));
  }
  return times;
}

async function openList(site) {
  const page = await site.profile({ before: (page) => page.addInitScript(watch) });
  await page.getByRole('radio', { name: longestModel }).check();
  await page.getByRole('button', { name: 'Answer without an export' }).click();
  await state(page, 'scored', 60_000);
  await page.getByRole('button', { name: 'Answer in a list' }).click();
  await find.row(page).first().click();
  await page.locator('#practice-title').waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.waitForTimeout(1_000);
  return page;
}

const builds = [];
for (const folder of dists) builds.push({ name: buildName(folder, dists), site: await start({ folder }), digits: [], arrows: [] });
for (let run = 0; run < runs; run++) {
  // In turn, so that whatever else the machine does meets all builds alike.
  for (const build of builds) {
    const page = await openList(build.site);
    for (const digit of answers) {
      build.digits.push(...await timed(page, [digit]));
      build.arrows.push(...await timed(page, ['ArrowDown']));
    }
    await page.context().close();
  }
}
const rows = {};
for (const { name, digits, arrows } of builds) {
  const of = (times) => ({ median: median(times), worst: Math.max(...times), best: Math.min(...times) });
  rows[`${name}: an answer by digit`] = of(digits);
  rows[`${name}: on to the next question`] = of(arrows);
}
console.table(rows);
console.log(`Milliseconds from the key to the next paint, in steps of 8 as browsers report them; ${runs} runs of ${answers.length} answers each, processor of the page ${slowdown} times slowed.`);
for (const { site } of builds) await site.close();
