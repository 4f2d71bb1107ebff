//! `public/schemas/` is what the types say, and the files of this project keep to it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::fs;

use cairn::cli::{SCHEMAS, schema};
use serde_json::Value;

/// Names of members that a schema knows anywhere.
fn members(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|v| members(v, found));
        }
        Value::Array(list) => list.iter().for_each(|v| members(v, found)),
        _ => {}
    }
}

#[test]
fn schemas_are_current() {
    for kind in SCHEMAS {
        let path = common::public().join(format!("schemas/{kind}.schema.json"));
        let text = fs::read_to_string(&path).unwrap_or_default();
        let now = schema(kind).unwrap();
        if std::env::var_os("CAIRN_WRITE_SCHEMAS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &now).unwrap();
        } else {
            assert_eq!(text, now, "{kind} changed: CAIRN_WRITE_SCHEMAS=1 cargo test --test schemas writes it anew");
        }
    }
}

#[test]
fn schemas_describe_their_members() {
    for (kind, wanted) in [
        ("model", &["practices", "use", "as", "rubric", "asks", "not-met", "evidence", "at-least"][..]),
        ("practices", &["rubric", "steps", "evidence", "requires"]),
        ("overlay", &["ignore", "change", "add", "base"]),
        ("rules", &["proves", "where", "each"]),
        ("facts", &["matches", "left-out", "excerpt"]),
        ("assessment", &["answers", "scopes", "log", "until", "facts"]),
    ] {
        let schema: Value = serde_json::from_str(&schema(kind).unwrap()).unwrap();
        let mut found = Vec::new();
        members(&schema, &mut found);
        for name in wanted {
            assert!(found.iter().any(|f| f == name), "{kind} says what {name} is");
        }
        let described = schema["description"].as_str().is_some_and(|d| d.len() > 10);
        assert!(described && schema["$schema"].as_str().is_some_and(|s| s.contains("2020-12")));
    }
    assert!(schema("nothing").is_none());
}
