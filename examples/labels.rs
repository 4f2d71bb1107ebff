//! Predicts the labels of `../shared/truth/LABELS.md` from a scan: `cargo run --release --example labels -- ARCHIVE...`
//! prints JSON as `score.py` reads it. The mapping lies in `labels/map.rs`, apart from the product.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "labels/map.rs"]
mod map;

use std::path::PathBuf;

use cairn::facts::Facts;

fn main() {
    let archives: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let facts = common::scan_archives(&common::rules(), &archives);
    // What survives a facts file, and no more.
    let facts: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
    let labels = map::labels(&common::model("gitops/1.0.yaml"), &facts);
    println!("{}", serde_json::to_string_pretty(&labels).unwrap());
}
