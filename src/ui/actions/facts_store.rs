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

/// What stands under the id of an assessment; its parts stand under `<id>/<number>`.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
struct Head {
    schema: String,
    rules: String,
    problems: Vec<Skipped>,
    parts: usize,
}

/// Stores the facts of an assessment. `on_progress` hears how many repositories are stored.
///
/// The head is written last, so that all the parts it counts are there.
///
/// # Errors
/// Why the browser did not store them.
pub async fn save(id: &str, facts: &Facts, on_progress: impl Fn(usize)) -> Result<(), String> {
    let parts_before = head(id).await.map_or(0, |h| h.parts);
    let mut parts = 0;
    let mut text = Vec::new();
    let mut repositories = facts.repositories.iter().enumerate().peekable();
    while let Some((number, repository)) = repositories.next() {
        text.push(if text.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut text, repository).map_err(|e| e.to_string())?;
        if text.len() >= PART_SIZE || repositories.peek().is_none() {
            text.push(b']');
            storage::put_bytes(TABLE, &format!("{id}/{parts}"), &text).await?;
            text.clear();
            parts += 1;
            on_progress(number + 1);
        }
    }
    let head =
        Head { schema: FACTS_SCHEMA.into(), rules: facts.rules.clone(), problems: facts.problems.clone(), parts };
    let head = serde_json::to_string(&head).map_err(|e| e.to_string())?;
    storage::put(TABLE, id, &head).await?;
    for gone in parts..parts_before {
        storage::delete(TABLE, &format!("{id}/{gone}")).await?;
    }
    Ok(())
}

async fn head(id: &str) -> Option<Head> {
    let text = storage::get(TABLE, id).await.ok()??;
    yaml::from_json(text.as_bytes()).ok()
}

/// Loads the facts of an assessment; none where there are none or a part is missing.
pub async fn load(id: &str) -> Option<Facts> {
    let text = storage::get(TABLE, id).await.ok()??;
    // Earlier versions stored facts whole.
    if let Ok(facts) = yaml::from_json::<Facts>(text.as_bytes()) {
        return Some(facts);
    }
    let head: Head = crate::yaml::from_json(text.as_bytes()).ok()?;
    let mut facts = Facts::new(&head.rules);
    facts.problems = head.problems;
    for part in 0..head.parts {
        let bytes = storage::get_bytes(TABLE, &format!("{id}/{part}")).await.ok()??;
        let mut more: Vec<RepositoryFacts> = yaml::from_json(&bytes).ok()?;
        facts.repositories.append(&mut more);
    }
    facts.trim();
    Some(facts)
}

/// Removes the facts of an assessment.
///
/// # Errors
/// Why the browser did not remove them.
pub async fn remove(id: &str) -> Result<(), String> {
    let parts = head(id).await.map_or(0, |h| h.parts);
    storage::delete(TABLE, id).await?;
    for part in 0..parts {
        storage::delete(TABLE, &format!("{id}/{part}")).await?;
    }
    Ok(())
}
