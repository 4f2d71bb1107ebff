//! Kustomizations and what they build on: files of a repository one behind the other, each below a line `>>> PATH`.
#![no_main]

use cairn::{
    render::kustomize::{Builder, Texts},
    yaml::{MAX_DEPTH, Node},
};
use libfuzzer_sys::fuzz_target;

/// Depth, and whether each line belongs to a file.
fn measure(node: &Node, builder: &Builder<'_>) -> usize {
    assert!(builder.lines().place(node.line).is_some(), "line {} is nowhere", node.line);
    let values = node.items().iter().chain(node.members().iter().map(|(_, value)| value));
    let below = values.map(|value| measure(value, builder)).max();
    below.map_or(0, |below| below + 1)
}

fn built(texts: &Texts<'_>) -> String {
    let mut builder = Builder::new(texts);
    let mut all = String::new();
    for root in builder.roots() {
        for built in builder.build(&root) {
            assert!(measure(&built.settled(), &builder) <= MAX_DEPTH + 8, "too deep");
            all.push_str(&format!("{root} {:?}\n", built.settled()));
        }
    }
    assert!(builder.unknown().iter().all(|unknown| !unknown.why.is_empty()));
    all
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let files = text.split(">>> ").filter_map(|file| file.split_once('\n'));
    let texts: Texts<'_> = files.map(|(path, text)| (path.trim(), text)).collect();
    assert!(built(&texts) == built(&texts), "two builds differ");
});
