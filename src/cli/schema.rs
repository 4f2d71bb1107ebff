//! JSON Schemas of the files that people and other programs write, made from the types that read them.

use schemars::{JsonSchema, generate::SchemaSettings};

use crate::{
    facts::Facts,
    model::{Model, Overlay, PracticeFile},
    rules::RuleFile,
    share::file::SavedFile,
};

/// Kinds of files that have a schema; `public/schemas/<kind>.schema.json` holds each.
pub const SCHEMAS: [&str; 6] = ["model", "practices", "overlay", "rules", "facts", "assessment"];

/// The JSON Schema (2020-12) of a kind of file; none for another word than those of [`SCHEMAS`].
#[must_use]
pub fn schema(kind: &str) -> Option<String> {
    match kind {
        "model" => Some(of::<Model>("Cairn model", "A maturity model: public/models/<id>/<version>.yaml.")),
        "practices" => Some(of::<PracticeFile>(
            "Cairn practices",
            "Practices that models use: public/models/practices/<group>.yaml.",
        )),
        "overlay" => Some(of::<Overlay>("Cairn overlay", "Changes to a model: practices added, changed, left out.")),
        "rules" => Some(of::<RuleFile>("Cairn rules", "Detection rules: public/rules/<name>.yaml.")),
        "facts" => Some(of::<Facts>("Cairn facts", "What a scan leaves behind: `cairn scan -o facts.json`.")),
        "assessment" => Some(of::<SavedFile>("Cairn assessment", "Answers with the facts they stand on, as saved.")),
        _ => None,
    }
}

fn of<T: JsonSchema>(title: &str, description: &str) -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.insert("description".into(), description.into());
    // A schema is text and numbers: writing it cannot fail.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}
