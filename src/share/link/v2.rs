//! Versions 2 and 3: values by position in the model, for models whose ids would fill a link; version 3 says what bounds the
//! overall level too. Frozen; see `docs/links.md`.

use serde::{Deserialize, Serialize};

use super::{
    envelope::seal,
    error::LinkError,
    limits::{MAX_ENTRIES, MAX_ID, MAX_NAME},
    notation::{self, parse_spread, parse_value, write_value},
    shared::{Positional, Shared},
};
use crate::{
    model::{Model, digest},
    score::Spread,
    util::{sort, text::printable},
    yaml,
};

/// Versions 2 and 3 as JSON. Frozen, as version 1 is; see `docs/links.md`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ShareV2 {
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
    /// Digest of the ids that positions stand for.
    i: String,
    /// Values in the order of practice ids, between `;`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    p: String,
    /// Targets in the order of axes, between `;`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    g: String,
    /// Spread in the order of axes, between `;`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    s: String,
    /// Of each condition of the gates whether the best group of repositories meets it: `1` or `0`. Version 3 alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    b: String,
}

/// Writes what a link says as the fragment of a link of version 2, without the `#`. Practices and axes that the model does
/// not have are left out.
#[must_use]
pub fn write_v2(shared: &Shared, model: &Model) -> String {
    write(shared, model, 2)
}

/// The same as version 3, with what bounds the overall level.
#[must_use]
pub fn write_v3(shared: &Shared, model: &Model) -> String {
    write(shared, model, 3)
}

fn write(shared: &Shared, model: &Model, version: u32) -> String {
    let flags = || shared.best_group.iter().map(|holds| if *holds { '1' } else { '0' }).collect();
    let ids = positions(model);
    let axes = model.axes_list();
    let join = |texts: Vec<String>| texts.join(";").trim_end_matches(';').to_owned();
    let spread = |s: &Spread| [s.min, s.median, s.max].map(write_hundredths).join(" ");
    let share = ShareV2 {
        m: printable(&shared.model.id, MAX_ID),
        v: printable(&shared.model.version, MAX_ID),
        d: printable(&shared.model.digest, MAX_ID),
        n: printable(&shared.name, MAX_NAME),
        t: notation::date(&shared.date),
        a: notation::write_applies(shared.applies).into(),
        r: shared.repositories,
        i: ids_digest(&ids, model),
        p: join(ids.iter().map(|id| shared.values.get(*id).map(write_value).unwrap_or_default()).collect()),
        g: join(axes.iter().map(|(id, _)| shared.targets.get(*id).map(u8::to_string).unwrap_or_default()).collect()),
        s: join(axes.iter().map(|(id, _)| shared.spread.get(*id).map(spread).unwrap_or_default()).collect()),
        b: if version == 2 { String::new() } else { flags() },
    };
    // Text and numbers only: this cannot fail.
    seal(version, &serde_json::to_string(&share).unwrap_or_default())
}

/// Two decimals, as many as are shown.
fn write_hundredths(value: f64) -> String {
    notation::write_score((value * 100.0).round() / 100.0)
}

/// Reads the JSON of a link: typed and bounded values; [`Shared::bind`] puts them under ids.
pub(super) fn read(json: &str, version: u32) -> Result<Shared, LinkError> {
    let share: ShareV2 = yaml::from_json(json.as_bytes()).map_err(|error| LinkError::content(error.to_string()))?;
    if !share.b.is_empty()
        && (version == 2 || share.b.len() > MAX_ENTRIES || share.b.contains(|c| !matches!(c, '0' | '1')))
    {
        return Err(LinkError::content("`b` is for version 3, and says 1 or 0 for each condition"));
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
    shared.best_group = share.b.bytes().map(|flag| flag == b'1').collect();
    shared.positional = Some(Positional {
        ids: share.i,
        values: parse_list(&share.p, "value", parse_value)?,
        targets: parse_list(&share.g, "target", |text| text.parse().ok())?,
        spread: parse_list(&share.s, "spread", parse_spread)?,
    });
    Ok(shared)
}

/// The entries between `;`; none for an empty one.
fn parse_list<T>(text: &str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<Option<T>>, LinkError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut list = Vec::new();
    for entry in text.split(';') {
        if list.len() >= MAX_ENTRIES {
            return Err(LinkError::content(format!("more than {MAX_ENTRIES} practices or dimensions")));
        }
        let parsed = parse(entry);
        if parsed.is_none() && !entry.is_empty() {
            return Err(LinkError::content(format!("\"{entry}\" as a {what}")));
        }
        list.push(parsed);
    }
    Ok(list)
}

/// Ids of a model's practices in the order of positions.
fn positions(model: &Model) -> Vec<&str> {
    let mut ids: Vec<&str> = model.practices.iter().map(|p| p.id.as_str()).collect();
    sort::sort(&mut ids);
    ids
}

/// Digest of the ids that positions stand for: practices in the order of their ids, then axes in the model's order.
fn ids_digest(practices: &[&str], model: &Model) -> String {
    let axes: Vec<&str> = model.axes_list().into_iter().map(|(id, _)| id).collect();
    digest(&format!("{}\n\n{}", practices.join("\n"), axes.join("\n")))
}

impl Shared {
    /// Puts what a link of version 2 says under the ids of the model it was made with; does nothing for version 1.
    ///
    /// # Errors
    /// [`LinkError::OtherModel`] where the model has other practices than the one the link was made with.
    pub fn bind(&mut self, model: &Model) -> Result<(), LinkError> {
        let Some(positional) = self.positional.take() else { return Ok(()) };
        let ids = positions(model);
        let axes = model.axes_list();
        let has_too_many = positional.values.len() > ids.len()
            || positional.targets.len() > axes.len()
            || positional.spread.len() > axes.len();
        if has_too_many || positional.ids != ids_digest(&ids, model) {
            return Err(LinkError::OtherModel(format!("{} {}", self.model.id, self.model.version)));
        }
        let values = ids.iter().zip(positional.values);
        self.values.extend(values.filter_map(|(id, value)| Some(((*id).to_owned(), value?))));
        let targets = axes.iter().zip(positional.targets);
        self.targets.extend(targets.filter_map(|((id, _), target)| Some(((*id).to_owned(), target?))));
        let spread = axes.iter().zip(positional.spread);
        self.spread.extend(spread.filter_map(|((id, _), spread)| Some(((*id).to_owned(), spread?))));
        Ok(())
    }
}
