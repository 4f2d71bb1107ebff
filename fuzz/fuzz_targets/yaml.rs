//! YAML, and the data files written in it: models, overlays, what models share.
#![no_main]

use cairn::{
    model,
    yaml::{self, MAX_DEPTH, MAX_NODES, NodeRef},
};
use cairn_fuzz::MODELS;
use libfuzzer_sys::fuzz_target;

/// Depth and number of nodes.
fn measure(node: NodeRef<'_>, lines: u32) -> (usize, usize) {
    assert!(node.line() >= 1 && node.line() <= lines, "line {} of {lines}", node.line());
    let below = node.items().chain(node.members().flat_map(|(key, value)| [key, value]));
    let (depth, count) = below
        .map(|inner| measure(inner, lines))
        .fold((0, 0), |(deepest, all), (depth, count)| (deepest.max(depth), all + count));
    (depth + usize::from(!node.is_scalar()), count + 1)
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A lone carriage return ends a line too; a text that ends without a break may tell a null on the line behind it.
    let lines = 2 + text.matches(['\n', '\r']).count() as u32;
    match yaml::parse(text) {
        Ok(tree) => {
            for document in tree.documents() {
                let (depth, count) = measure(document, lines);
                assert!(depth <= MAX_DEPTH && count <= MAX_NODES, "{depth} deep, {count} nodes");
            }
        }
        Err(error) => assert!(error.line >= 1 && error.line <= lines && !error.message.is_empty()),
    }

    match model::load(text, "m.yaml") {
        Ok(model) => {
            let written = serde_json::to_string(&model).expect("a model is text and numbers");
            match model::load(&written, "m.json") {
                Ok(again) => assert!(again == model, "a model changes when it is written and read"),
                Err(problems) => panic!("a model that was read is refused once written: {problems}"),
            }
        }
        Err(problems) => assert!(!problems.0.is_empty() && problems.0.iter().all(|p| !p.message.is_empty())),
    }
    // As a catalogue, and as a model that refers to it.
    let files = [("c.yaml".to_owned(), text.to_owned())];
    if let Ok(catalogue) = model::read_catalogue(&files)
        && let Ok(written) = catalogue.write_out(text, "m.yaml")
    {
        for line in 0..=u32::try_from(written.text.lines().count()).unwrap_or(0) {
            let (_, from) = written.origin(line, &catalogue);
            assert!(from <= lines, "line {line} comes from line {from} of {lines}");
        }
    }
    match model::load_overlay(text, "o.yaml") {
        Ok(overlay) => {
            let written = serde_json::to_string(&overlay).expect("an overlay is text and numbers");
            let again = model::load_overlay(&written, "o.json").unwrap_or_else(|p| panic!("{p}"));
            assert!(again == overlay, "an overlay changes when it is written and read");
            for base in MODELS.iter() {
                if let Ok(model) = model::apply(base, &overlay, "o.yaml") {
                    let written = serde_json::to_string(&model).expect("a model is text and numbers");
                    let again = model::load(&written, "m.json").unwrap_or_else(|p| panic!("{p}"));
                    assert!(again == model, "what an overlay makes changes when it is written and read");
                }
            }
        }
        Err(problems) => assert!(!problems.0.is_empty()),
    }
    if let Ok(shared) = model::load_shared(text, "s.yaml") {
        let written = serde_json::to_string(&shared).expect("text only");
        assert!(model::load_shared(&written, "s.json").unwrap_or_else(|p| panic!("{p}")) == shared);
    }
});
