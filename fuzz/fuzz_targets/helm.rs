//! Templates and values of a chart: evaluation ends within its bounds, and each line it gives has one of the template.
#![no_main]

use cairn::render::helm::{Context, Memo, Templates, render, values};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // Files of the chart stand one behind the other: values, then helpers, then templates.
    let mut files = text.split("\n=====\n");
    let given = files.next().and_then(values).or_else(|| values("")).expect("an empty text is an empty mapping");
    let mut templates = Templates::default();
    let texts: Vec<&str> = files.take(8).collect();
    let numbers: Vec<usize> = texts.iter().map(|text| templates.add(text)).collect();
    let context = Context::new("name: fuzz\nversion: 1.0.0\nappVersion: 2.0.0\n", given);
    let mut memo = Memo::default();
    let mut steps = 20_000;
    for (number, text) in numbers.into_iter().zip(&texts) {
        let Some(rendered) = render(&templates, number, &context, &mut memo, &mut steps) else { continue };
        let last = u32::try_from(text.split('\n').count()).expect("few lines");
        assert!(rendered.text.split('\n').count() <= rendered.lines.len().max(1), "a line is missing");
        assert!(rendered.lines.iter().all(|line| (1..=last).contains(line)), "a line that the template has not");
    }
});
