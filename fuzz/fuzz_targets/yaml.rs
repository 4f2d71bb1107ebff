//! YAML, and the data files written in it: models, overlays, what models share.
#![no_main]

use cairn::{
    model,
    yaml::{self, Kind, MAX_DEPTH, MAX_NODES, Node, Spare},
};
use cairn_fuzz::MODELS;
use libfuzzer_sys::fuzz_target;

/// Depth and number of nodes.
fn measure(node: &Node, lines: u32) -> (usize, usize) {
    assert!(node.line >= 1 && node.line <= lines, "line {} of {lines}", node.line);
    let below = |nodes: &mut dyn Iterator<Item = &Node>| {
        nodes.map(|n| measure(n, lines)).fold((0, 0), |(d, n), (depth, count)| (d.max(depth), n + count))
    };
    let (depth, count) = match &node.kind {
        Kind::Seq(items) => below(&mut items.iter()),
        Kind::Map(members) => below(&mut members.iter().flat_map(|(k, v)| [k, v])),
        _ => return (0, 1),
    };
    (depth + 1, count + 1)
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (documents, error) = yaml::parse(text);
    // A lone carriage return ends a line too.
    let lines = 2 + text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count() as u32;
    for document in &documents {
        let (depth, count) = measure(document, lines);
        // An alias hangs what was measured already below another node.
        assert!(depth <= 2 * MAX_DEPTH && count <= 2 * MAX_NODES, "{depth} deep, {count} nodes");
    }
    if let Some(error) = &error {
        assert!(error.line >= 1 && error.line <= lines && !error.message.is_empty());
    }
    // The reader of the scanner; what the two read alike, tests/yaml.rs compares.
    let (tree, refused) = yaml::parse_flat(text, Spare::default());
    match &refused {
        Some(refused) => assert!(refused.line >= 1 && refused.line <= lines && tree.documents().count() == 0),
        None => tree.documents().for_each(|document| assert!(document.line() >= 1 && document.line() <= lines)),
    }
    assert!(yaml::parse(text) == (documents, error), "the same text gives another tree");

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
