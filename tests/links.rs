//! The vectors in `docs/links.md` are what the code reads and writes.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{fs, path::Path};

use cairn::{
    assess::{Applies, State},
    share::link::{self, LinkError, decode},
};

/// Blocks of the file between fences, with the word after the opening fence.
fn blocks() -> Vec<(String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/links.md")).unwrap();
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => found.push(block),
            (Some(word), None) => open = Some((word.to_owned(), String::new())),
            (None, Some((word, body))) => open = Some((word, body + line + "\n")),
            (None, None) => {}
        }
    }
    found
}

fn links() -> Vec<String> {
    blocks().into_iter().filter(|(word, _)| word == "link").map(|(_, body)| body.trim().to_owned()).collect()
}

#[test]
fn written_vectors_are_read_and_written_again() {
    let links = links();
    assert_eq!(links.len(), 2, "docs/links.md shows two links");
    let json: Vec<String> =
        blocks().into_iter().filter(|(word, _)| word == "json").map(|(_, body)| body.trim().to_owned()).collect();
    assert_eq!(json.len(), links.len());
    for (link, json) in links.iter().zip(&json) {
        let shared = decode(link).unwrap_or_else(|e| panic!("{link}: {e}"));
        // Deflate may pack the same text in another way; what it says must stay.
        assert_eq!(decode(&link::write_v1(&shared)), Ok(shared.clone()));
        let said: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(said["m"], shared.model.id);
        assert_eq!(said["v"], shared.model.version);
        assert_eq!(said["n"].as_str().unwrap_or_default(), shared.name);
        assert_eq!(said["p"].as_object().unwrap().len(), shared.values.len());
        for (id, level) in &shared.targets {
            assert_eq!(said["g"][id], *level);
        }
    }
}

#[test]
fn the_first_vector_says_what_the_file_says() {
    let shared = decode(&links()[0]).unwrap();
    assert_eq!(shared.applies, Applies::Yes);
    assert_eq!((shared.repositories, shared.date.as_str()), (3, "2026-05-04"));
    let value = |id: &str| shared.values[id].clone();
    let detected = |id: &str| value(id).detected.unwrap();
    assert_eq!((detected("auto-sync").ratio, detected("auto-sync").value), (Some((14, 20)), 0.7));
    assert_eq!((detected("safe-secrets").ratio, detected("safe-secrets").value), (Some((3, 4)), 0.5));
    assert_eq!(detected("prune").value, 1.0);
    assert_eq!(value("prune").answer.unwrap().state, State::NotMet);
    assert_eq!(value("runbooks").answer.unwrap().value, Some(0.4));
    assert_eq!(value("on-call").answer.unwrap().value, None);
    assert_eq!(value("fleet").answer.unwrap().state, State::NotApplicable);
    let exempt = value("signing").answer.unwrap();
    assert_eq!((exempt.state, exempt.until.as_str()), (State::Exempt, "2027-01-31"));
    assert_eq!(shared.targets["delivery"], 2);
    let spread = shared.spread["delivery"];
    assert_eq!((spread.min, spread.median, spread.max), (0.5, 1.333333, 2.0));
}

#[test]
fn vectors_that_are_refused() {
    let refused: Vec<(String, String)> = blocks()
        .into_iter()
        .filter(|(word, _)| word == "refused")
        .flat_map(|(_, body)| body.lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| line.split_once("  ").map(|(l, why)| (l.to_owned(), why.trim().to_owned())).unwrap())
        .collect();
    assert_eq!(refused.len(), 7);
    for (link, why) in refused {
        let error = decode(&link).unwrap_err();
        let word = match &error {
            LinkError::NotALink => "not-a-link",
            LinkError::Newer(_) => "newer",
            LinkError::TooLong => "too-long",
            LinkError::CutShort => "cut-short",
            LinkError::Letters => "letters",
            LinkError::Damaged => "damaged",
            LinkError::TooLarge => "too-large",
            LinkError::Content(_) => "content",
            LinkError::OtherModel(_) => "other-model",
        };
        assert_eq!(word, why, "{link}: {error}");
    }
}
