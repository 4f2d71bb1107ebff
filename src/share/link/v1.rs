//! Version 1: values under the ids of practices. Frozen; see `docs/links.md`.

use serde::{Deserialize, Serialize};

use super::{
    envelope::seal,
    error::LinkError,
    limits::{MAX_ENTRIES, MAX_ID, MAX_NAME},
    notation::{self, is_id, parse_spread, parse_value, write_value},
    shared::Shared,
};
use crate::{
    score::Spread,
    util::{sorted::SortedMap, text::printable},
    yaml,
};

/// Version 1 as JSON. Frozen: keys, order and meaning stay for ever; see `docs/links.md`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ShareV1 {
    /// Model id.
    m: String,
    /// Model version.
    v: String,
    /// Digest of the model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    d: String,
    /// Name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    n: String,
    /// Date.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    t: String,
    /// Whether the model applies: `y`, `n` or `e`.
    a: String,
    /// Repositories.
    #[serde(default)]
    r: u32,
    /// Values by practice id.
    p: SortedMap<String, String>,
    /// Targets (goals) by axis id.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    g: SortedMap<String, u8>,
    /// Spread by axis id: `min median max`.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    s: SortedMap<String, String>,
}

/// Writes what a link says as the fragment of a link of version 1, without the `#`.
#[must_use]
pub fn write_v1(shared: &Shared) -> String {
    let written = |s: &Spread| [s.min, s.median, s.max].map(notation::write_score).join(" ");
    let share = ShareV1 {
        m: printable(&shared.model.id, MAX_ID),
        v: printable(&shared.model.version, MAX_ID),
        d: printable(&shared.model.digest, MAX_ID),
        n: printable(&shared.name, MAX_NAME),
        t: notation::date(&shared.date),
        a: notation::write_applies(shared.applies).into(),
        r: shared.repositories,
        p: shared
            .values
            .iter()
            .map(|(id, value)| (id.clone(), write_value(value)))
            .filter(|(id, text)| is_id(id) && !text.is_empty())
            .collect(),
        g: shared.targets.iter().filter(|(id, _)| is_id(id)).map(|(id, level)| (id.clone(), *level)).collect(),
        s: shared.spread.iter().filter(|(id, _)| is_id(id)).map(|(id, s)| (id.clone(), written(s))).collect(),
    };
    // Text and numbers only: this cannot fail.
    seal(1, &serde_json::to_string(&share).unwrap_or_default())
}

/// Reads the JSON of a link: typed and bounded values.
pub(super) fn read(json: &str) -> Result<Shared, LinkError> {
    let share: ShareV1 = yaml::from_json(json.as_bytes()).map_err(|error| LinkError::content(error.to_string()))?;
    let wrong = LinkError::content;
    if share.p.len() > MAX_ENTRIES || share.g.len() > MAX_ENTRIES || share.s.len() > MAX_ENTRIES {
        return Err(wrong(format!("more than {MAX_ENTRIES} practices or dimensions")));
    }
    if let Some(id) = share.p.keys().chain(share.g.keys()).chain(share.s.keys()).find(|id| !is_id(id)) {
        return Err(wrong(format!("\"{id}\" is no id")));
    }
    let mut shared = notation::read_head(&notation::Head {
        model: &share.m,
        version: &share.v,
        digest: &share.d,
        name: &share.n,
        date: &share.t,
        applies: &share.a,
        repositories: share.r,
    })?;
    for (id, text) in &share.p {
        let value = parse_value(text).ok_or_else(|| wrong(format!("\"{text}\" for {id}")))?;
        shared.values.insert(id.clone(), value);
    }
    for (id, text) in &share.s {
        let spread = parse_spread(text).ok_or_else(|| wrong(format!("\"{text}\" as spread of {id}")))?;
        shared.spread.insert(id.clone(), spread);
    }
    shared.targets = share.g;
    Ok(shared)
}
