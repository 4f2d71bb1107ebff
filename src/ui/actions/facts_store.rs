//! Facts in the browser's database, in parts: as one text, those of a large organization would need several times their
//! size in memory at once.

use serde::{Deserialize, Serialize};

use crate::{
    facts::{FACTS_SCHEMA, Facts, RepositoryFacts, Skipped},
    ui::browser::storage,
    yaml,
};

const TABLE: &str = "facts";
/// Bytes after which a part is full.
const PART_SIZE: usize = 1 << 19;

/// What stands under the id of an assessment; its parts stand under `<id>/<scan>/<number>`, or under `<id>/<number>`
/// where an earlier version stored them.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
struct Head {
    schema: String,
    rules: String,
    problems: Vec<Skipped>,
    parts: usize,
    /// Id of the scan.
    #[serde(skip_serializing_if = "String::is_empty")]
    scan: String,
}

fn part_key(id: &str, scan: &str, part: usize) -> String {
    if scan.is_empty() { format!("{id}/{part}") } else { format!("{id}/{scan}/{part}") }
}

async fn remove_parts(id: &str, scan: &str, parts: usize) -> Result<(), String> {
    for part in 0..parts {
        storage::delete(TABLE, &part_key(id, scan, part)).await?;
    }
    Ok(())
}

/// Stores the facts of an assessment. `on_progress` hears how many repositories are stored.
///
/// The head is written last, so that all the parts it counts are there. Where they cannot all be stored, what the scan
/// before found stays.
///
/// # Errors
/// Why the browser did not store them.
pub async fn save(id: &str, scan: &str, facts: &Facts, on_progress: impl Fn(usize)) -> Result<(), String> {
    let before = head(id).await;
    let mut parts = 0;
    let saved = save_all(id, scan, facts, &mut parts, on_progress).await;
    if saved.is_err() {
        // They take up space that is short.
        let _ = remove_parts(id, scan, parts).await;
    } else if let Some(before) = before {
        remove_parts(id, &before.scan, before.parts).await?;
    }
    saved
}

async fn save_all(
    id: &str,
    scan: &str,
    facts: &Facts,
    parts: &mut usize,
    on_progress: impl Fn(usize),
) -> Result<(), String> {
    let mut text = Vec::new();
    let mut repositories = facts.repositories.iter().enumerate().peekable();
    while let Some((number, repository)) = repositories.next() {
        text.push(if text.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut text, repository).map_err(|e| e.to_string())?;
        if text.len() >= PART_SIZE || repositories.peek().is_none() {
            text.push(b']');
            storage::put_bytes(TABLE, &part_key(id, scan, *parts), &text).await?;
            text.clear();
            *parts += 1;
            on_progress(number + 1);
        }
    }
    let head = Head {
        schema: FACTS_SCHEMA.into(),
        rules: facts.rules.clone(),
        problems: facts.problems.clone(),
        parts: *parts,
        scan: scan.to_owned(),
    };
    let head = serde_json::to_string(&head).map_err(|e| e.to_string())?;
    storage::put(TABLE, id, &head).await
}

async fn head(id: &str) -> Option<Head> {
    let text = storage::get(TABLE, id).await.ok()??;
    yaml::from_json(text.as_bytes()).ok()
}

/// Loads the facts of an assessment, with the id of the scan they come from; none where there are none or a part is
/// missing.
pub async fn load(id: &str) -> Option<(Facts, String)> {
    let text = storage::get(TABLE, id).await.ok()??;
    // Earlier versions stored facts whole.
    if let Ok(facts) = yaml::from_json::<Facts>(text.as_bytes()) {
        return Some((facts, String::new()));
    }
    let head: Head = crate::yaml::from_json(text.as_bytes()).ok()?;
    let mut facts = Facts::new(&head.rules);
    facts.problems = head.problems;
    for part in 0..head.parts {
        let bytes = storage::get_bytes(TABLE, &part_key(id, &head.scan, part)).await.ok()??;
        let mut more: Vec<RepositoryFacts> = yaml::from_json(&bytes).ok()?;
        facts.repositories.append(&mut more);
    }
    facts.trim();
    Some((facts, head.scan))
}

/// Removes the facts of an assessment.
///
/// # Errors
/// Why the browser did not remove them.
pub async fn remove(id: &str) -> Result<(), String> {
    let head = head(id).await.unwrap_or_default();
    storage::delete(TABLE, id).await?;
    remove_parts(id, &head.scan, head.parts).await
}
