//! An assessment in the fragment of an address. The format is that of `docs/links.md`.
//!
//! A link carries what scores are made of, exactly: per practice what files said, what a person answered, the targets.
//! It carries no place, no note and no name of a repository. Version 1 is frozen: what changes becomes a new version.
//! Version 2 says the same by position instead of by id, for models whose links would grow too long in version 1.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};

use crate::{
    assess::{ASSESSMENT_SCHEMA, Answer, Applies, Assessment, Detected, Finding, Findings, ModelRef, State, resolve},
    model::{Model, digest},
    score::{Scorecard, Spread},
    util::{sort, sorted::SortedMap},
    yaml,
};

/// The newest version read and written here.
pub const VERSION: u32 = 2;
/// Length that a link stays under, fragment only: longer ones get cut by some mail and chat programs.
pub const LENGTH: usize = 2_000;
/// Longest text that is read.
const TEXT_CAP: usize = 64 * 1024;
/// Most that a link unpacks to.
const JSON_CAP: usize = 256 * 1024;
/// Most practices, axes; longest id and name.
const MANY: usize = 2_000;
const ID_CAP: usize = 120;
const NAME_CAP: usize = 120;
/// Highest score of an axis, for the spread.
const SCORE_CAP: f64 = 100.0;
/// Hardest setting of deflate: links are short, so time does not matter.
const LEVEL: u8 = 10;

/// What a link says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shared {
    /// The model it was made with.
    pub model: ModelRef,
    /// Name of the assessment.
    pub name: String,
    /// When it was last changed, ISO 8601 date.
    pub date: String,
    /// By practice id: what files said and what a person said.
    pub values: SortedMap<String, SharedValue>,
    /// Target level by axis id, where a person chose one.
    pub targets: SortedMap<String, u8>,
    /// Minimum, median and maximum over repositories, by axis id.
    pub spread: SortedMap<String, Spread>,
    /// Repositories assessed.
    pub repositories: u32,
    /// Whether the model's overall level applies.
    pub applies: Applies,
    /// What a link of version 2 says by position; [`Shared::bind`] puts it under ids.
    pub packed: Option<Packed>,
}

/// Values by position in a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packed {
    /// Digest of the ids that the positions stand for.
    ids: String,
    values: Vec<Option<SharedValue>>,
    targets: Vec<Option<u8>>,
    spread: Vec<Option<Spread>>,
}

/// What a link says of one practice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SharedValue {
    /// What files said.
    pub detected: Option<Detected>,
    /// What a person said: state, value and `until` only.
    pub answer: Option<Answer>,
}

/// Why a text is not a link that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as a link of this application does.
    NotALink,
    /// It was written by a newer version.
    Newer(String),
    /// It is longer than any link.
    TooLong,
    /// Its end is missing.
    CutShort,
    /// It has letters that no link has.
    Letters,
    /// It differs from what was written.
    Damaged,
    /// It unpacks to more than any assessment needs.
    TooLarge,
    /// It can be read and makes no sense; where and why.
    Content(String),
    /// It counts on other practices than the model at hand has.
    OtherModel(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALink => f.write_str("this is not a Cairn link; one begins with #v1. after the page's address"),
            Self::Newer(version) => write!(
                f,
                "a newer Cairn made this link (version {version}, this one reads version {VERSION}); open it where it \
                 was made, or update this site"
            ),
            Self::TooLong => write!(f, "the link is longer than {} kB, so no Cairn made it", TEXT_CAP / 1024),
            Self::CutShort => f.write_str("the end of the link is missing; copy the whole of it and try again"),
            Self::Letters => {
                f.write_str("the link has letters that do not belong there; copy it again from its source")
            }
            Self::Damaged => f.write_str("the link was changed on its way; copy it again from its source"),
            Self::TooLarge => {
                write!(f, "the link unpacks to more than {} kB, so no Cairn made it", JSON_CAP / 1024)
            }
            Self::Content(what) => write!(f, "the link says something that cannot be: {what}"),
            Self::OtherModel(model) => write!(
                f,
                "the link was made with {model} when it had other practices; open it where it was made, or load the \
                 model file it was made with"
            ),
        }
    }
}

impl std::error::Error for LinkError {}

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
    /// Applies: `y`, `n` or `e`.
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

/// Version 2 as JSON. Frozen, as version 1 is; see `docs/links.md`.
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
    /// Applies: `y`, `n` or `e`.
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
}

/// Writes the fragment of a link, `v1.…` or where that grows too long `v2.…`, without the `#`.
#[must_use]
pub fn encode(model: &Model, digest: &str, assessment: &Assessment, findings: &Findings, card: &Scorecard) -> String {
    let mut values = SortedMap::new();
    for practice in &model.practices {
        let value = SharedValue {
            detected: findings.get(&practice.id).and_then(|f| f.detected.clone()),
            answer: said(assessment, findings.get(&practice.id), &practice.id),
        };
        values.insert(practice.id.clone(), value);
    }
    let axes = model.axes_list();
    let known = |axis: &str| axes.iter().any(|(id, _)| *id == axis);
    let date = if assessment.modified.is_empty() { &assessment.created } else { &assessment.modified };
    let repositories = findings.repositories.iter().filter(|r| !r.left_out).count();
    let shared = Shared {
        model: ModelRef { id: model.id.clone(), version: model.version.clone(), digest: digest.to_owned() },
        name: assessment.name.clone(),
        date: date.clone(),
        values,
        targets: assessment.targets.iter().filter(|(id, _)| known(id)).map(|(id, l)| (id.clone(), *l)).collect(),
        spread: card.dimensions.iter().filter_map(|d| Some((d.id.clone(), d.spread?))).collect(),
        repositories: u32::try_from(repositories).unwrap_or(u32::MAX),
        applies: findings.applies,
        packed: None,
    };
    let text = write(&shared);
    if text.len() < LENGTH { text } else { write_packed(&shared, model) }
}

/// What people said of a practice, for the organization: where scopes answered, what their answers make together.
fn said(assessment: &Assessment, finding: Option<&Finding>, practice: &str) -> Option<Answer> {
    let own = finding.filter(|f| f.scopes.iter().any(|s| s.own));
    let answer = match own {
        Some(finding) => {
            let value = finding.value.filter(|v| *v > 0.0 && *v < 1.0);
            Some(Answer { state: finding.state, value, ..Answer::default() })
        }
        None => assessment.answers.get(practice).cloned(),
    };
    answer.filter(|a| a.state != State::Unknown)
}

/// Digest of the ids that positions stand for: practices in the order of their ids, then axes in the model's order.
fn ids_digest(practices: &[&str], model: &Model) -> String {
    let axes: Vec<&str> = model.axes_list().into_iter().map(|(id, _)| id).collect();
    let mut text = digest(&format!("{}\n\n{}", practices.join("\n"), axes.join("\n")));
    text.truncate(16);
    text
}

/// Ids of a model's practices in the order of positions.
fn positions(model: &Model) -> Vec<&str> {
    let mut ids: Vec<&str> = model.practices.iter().map(|p| p.id.as_str()).collect();
    sort::sort(&mut ids);
    ids
}

/// Writes what a link says in version 2, by position in the model; practices and axes that it does not have are left out.
#[must_use]
pub fn write_packed(shared: &Shared, model: &Model) -> String {
    let ids = positions(model);
    let axes = model.axes_list();
    let joined = |texts: Vec<String>| texts.join(";").trim_end_matches(';').to_owned();
    let share = ShareV2 {
        m: line(&shared.model.id, ID_CAP),
        v: line(&shared.model.version, ID_CAP),
        d: line(&shared.model.digest, ID_CAP),
        n: line(&shared.name, NAME_CAP),
        t: date(&shared.date),
        a: applies_word(shared.applies).into(),
        r: shared.repositories,
        i: ids_digest(&ids, model),
        p: joined(ids.iter().map(|id| shared.values.get(*id).map(value_text).unwrap_or_default()).collect()),
        g: joined(axes.iter().map(|(id, _)| shared.targets.get(*id).map(u8::to_string).unwrap_or_default()).collect()),
        s: joined(
            axes.iter()
                .map(|(id, _)| {
                    let three =
                        |s: &Spread| format!("{} {} {}", hundredth(s.min), hundredth(s.median), hundredth(s.max));
                    shared.spread.get(*id).map(three).unwrap_or_default()
                })
                .collect(),
        ),
    };
    // Text and numbers only: this cannot fail.
    pack(2, &serde_json::to_string(&share).unwrap_or_default())
}

/// Two decimals: what is shown.
fn hundredth(value: f64) -> String {
    short((value * 100.0).round() / 100.0)
}

fn applies_word(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "y",
        Applies::NotApplicable => "n",
        Applies::NoEvidence => "e",
    }
}

/// Writes what a link says as the fragment of a link.
#[must_use]
pub fn write(shared: &Shared) -> String {
    let share = ShareV1 {
        m: line(&shared.model.id, ID_CAP),
        v: line(&shared.model.version, ID_CAP),
        d: line(&shared.model.digest, ID_CAP),
        n: line(&shared.name, NAME_CAP),
        t: date(&shared.date),
        a: applies_word(shared.applies).into(),
        r: shared.repositories,
        p: shared
            .values
            .iter()
            .map(|(id, value)| (id.clone(), value_text(value)))
            .filter(|(id, text)| is_id(id) && !text.is_empty())
            .collect(),
        g: shared.targets.iter().filter(|(id, _)| is_id(id)).map(|(id, level)| (id.clone(), *level)).collect(),
        s: shared
            .spread
            .iter()
            .filter(|(id, _)| is_id(id))
            .map(|(id, s)| (id.clone(), format!("{} {} {}", short(s.min), short(s.median), short(s.max))))
            .collect(),
    };
    // Text and numbers only: this cannot fail.
    pack(1, &serde_json::to_string(&share).unwrap_or_default())
}

fn pack(version: u32, json: &str) -> String {
    let data = URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), LEVEL));
    format!("v{version}.{data}.{}", check(json))
}

/// The last eight digits of the digest: tells a slip from the whole, protects nothing.
fn check(json: &str) -> String {
    let digest = digest(json);
    digest.get(digest.len().saturating_sub(8)..).unwrap_or_default().to_owned()
}

/// Reads a link: the fragment, with or without `#`, or the whole address.
///
/// # Errors
/// What is wrong with the link, in words for the person who opened it.
pub fn decode(text: &str) -> Result<Shared, LinkError> {
    if text.len() > TEXT_CAP {
        return Err(LinkError::TooLong);
    }
    let text = text.trim();
    let text = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
    let (version, rest) = text.strip_prefix('v').and_then(|rest| rest.split_once('.')).ok_or(LinkError::NotALink)?;
    if version.is_empty() || version.len() > 6 || !version.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LinkError::NotALink);
    }
    let number = match version.parse::<u32>() {
        Ok(known @ 1..=VERSION) => known,
        Ok(newer) if newer > VERSION => return Err(LinkError::Newer(version.to_owned())),
        _ => return Err(LinkError::NotALink),
    };
    let (data, sum) = match rest.split_once('.') {
        Some((data, sum)) => (data, Some(sum)),
        None => (rest, None),
    };
    let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !data.bytes().all(letters) || !sum.unwrap_or_default().bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(LinkError::Letters);
    }
    let sum = sum.filter(|sum| sum.len() >= 8 && !data.is_empty()).ok_or(LinkError::CutShort)?;
    let packed = URL_SAFE_NO_PAD.decode(data).map_err(|_| LinkError::Damaged)?;
    let bytes = decompress_to_vec_with_limit(&packed, JSON_CAP).map_err(|error| match error.status {
        miniz_oxide::inflate::TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })?;
    let json = String::from_utf8(bytes).map_err(|_| LinkError::Damaged)?;
    if !sum.eq_ignore_ascii_case(&check(&json)) {
        return Err(LinkError::Damaged);
    }
    let content = |e: yaml::JsonError| LinkError::Content(line(&e.to_string(), 200));
    if number == 1 {
        read(yaml::from_json(json.as_bytes()).map_err(content)?)
    } else {
        read_packed(yaml::from_json(json.as_bytes()).map_err(content)?)
    }
}

/// Reads a link and puts what it says under the ids of the model it was made with.
///
/// # Errors
/// As [`decode`] and [`Shared::bind`].
pub fn decode_for(text: &str, model: &Model) -> Result<Shared, LinkError> {
    let mut shared = decode(text)?;
    shared.bind(model)?;
    Ok(shared)
}

/// Typed and bounded values of version 2.
fn read_packed(share: ShareV2) -> Result<Shared, LinkError> {
    let wrong = |what: String| LinkError::Content(line(&what, 200));
    let head = ShareV1 {
        m: share.m,
        v: share.v,
        d: share.d,
        n: share.n,
        t: share.t,
        a: share.a,
        r: share.r,
        ..ShareV1::default()
    };
    let parts = |text: &str| -> Result<Vec<String>, LinkError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let list: Vec<String> = text.split(';').map(str::to_owned).collect();
        if list.len() > MANY { Err(wrong(format!("more than {MANY} practices or dimensions"))) } else { Ok(list) }
    };
    let mut packed = Packed { ids: share.i, ..Packed::default() };
    for text in parts(&share.p)? {
        let value = value_of(&text);
        if value.is_none() && !text.is_empty() {
            return Err(wrong(format!("\"{text}\" as a value")));
        }
        packed.values.push(value);
    }
    for text in parts(&share.g)? {
        let target = text.parse::<u8>().ok();
        if target.is_none() && !text.is_empty() {
            return Err(wrong(format!("\"{text}\" as a target")));
        }
        packed.targets.push(target);
    }
    for text in parts(&share.s)? {
        packed.spread.push(if text.is_empty() {
            None
        } else {
            Some(spread_of(&text).ok_or_else(|| wrong(format!("\"{text}\" as a spread")))?)
        });
    }
    let mut shared = read(head)?;
    shared.packed = Some(packed);
    Ok(shared)
}

/// Minimum, median and maximum in rising order.
fn spread_of(text: &str) -> Option<Spread> {
    let numbers: Vec<f64> = text.split(' ').filter_map(number).filter(|n| *n <= SCORE_CAP).collect();
    let [min, median, max] = numbers[..] else { return None };
    (min <= median && median <= max).then_some(Spread { min, median, max })
}

/// Typed and bounded values of version 1.
fn read(share: ShareV1) -> Result<Shared, LinkError> {
    let wrong = |what: String| LinkError::Content(line(&what, 200));
    for (what, id) in [("model", &share.m), ("model version", &share.v)] {
        if !is_file_id(id) {
            return Err(wrong(format!("the {what} is \"{id}\"")));
        }
    }
    if !share.d.is_empty() && !is_id(&share.d) {
        return Err(wrong(format!("the model's digest is \"{}\"", share.d)));
    }
    if share.p.len() > MANY || share.g.len() > MANY || share.s.len() > MANY {
        return Err(wrong(format!("more than {MANY} practices or dimensions")));
    }
    if let Some(id) = share.p.keys().chain(share.g.keys()).chain(share.s.keys()).find(|id| !is_id(id)) {
        return Err(wrong(format!("\"{id}\" is no id")));
    }
    let mut values = SortedMap::new();
    for (id, text) in &share.p {
        let value = value_of(text).ok_or_else(|| wrong(format!("\"{text}\" for {id}")))?;
        values.insert(id.clone(), value);
    }
    let mut spread = SortedMap::new();
    for (id, text) in &share.s {
        spread.insert(id.clone(), spread_of(text).ok_or_else(|| wrong(format!("\"{text}\" as spread of {id}")))?);
    }
    Ok(Shared {
        model: ModelRef { id: share.m, version: share.v, digest: share.d },
        name: line(&share.n, NAME_CAP),
        date: date(&share.t),
        values,
        targets: share.g,
        spread,
        repositories: share.r,
        applies: match share.a.as_str() {
            "y" => Applies::Yes,
            "n" => Applies::NotApplicable,
            "e" => Applies::NoEvidence,
            other => return Err(wrong(format!("\"{other}\" for whether the model applies"))),
        },
        packed: None,
    })
}

/// The notation of one practice: what files said, then what a person said. Empty: nobody said anything.
fn value_text(value: &SharedValue) -> String {
    let mut text = String::new();
    if let Some(detected) = value.detected.as_ref().filter(|d| d.value.is_finite()) {
        let own = detected.value.clamp(0.0, 1.0);
        match detected.ratio {
            Some((n, d)) if d > 0 && n <= d => {
                text = format!("{n}/{d}");
                if share_of(n, d).to_bits() != own.to_bits() {
                    text.push_str(&format!("<{own}"));
                }
            }
            _ => text = own.to_string(),
        }
    }
    if let Some(answer) = &value.answer {
        match answer.state {
            State::Met => text.push('m'),
            State::Partly => {
                text.push('p');
                if let Some(v) = answer.share() {
                    text.push_str(&v.clamp(0.0, 1.0).to_string());
                }
            }
            State::NotMet => text.push('n'),
            State::NotApplicable => text.push('a'),
            State::Exempt => {
                text.push('e');
                text.push_str(&date(&answer.until));
            }
            State::Unknown => {}
        }
    }
    text
}

fn value_of(text: &str) -> Option<SharedValue> {
    let at = text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len());
    let (files, person) = text.split_at_checked(at)?;
    let detected = match files.split_once('/') {
        _ if files.is_empty() => None,
        None => Some(Detected { value: share(files)?, ratio: None }),
        Some((n, rest)) => {
            let (d, cap) = rest.split_once('<').map_or((rest, None), |(d, cap)| (d, Some(cap)));
            let (n, d) = (count(n)?, count(d)?);
            if d == 0 || n > d {
                return None;
            }
            let value = match cap {
                Some(cap) => share(cap)?,
                None => share_of(n, d),
            };
            Some(Detected { value, ratio: Some((n, d)) })
        }
    };
    let mut letters = person.chars();
    let answer = match letters.next() {
        None => None,
        Some(letter) => {
            let rest = letters.as_str();
            let (state, value, until) = match (letter, rest) {
                ('m', "") => (State::Met, None, ""),
                ('n', "") => (State::NotMet, None, ""),
                ('a', "") => (State::NotApplicable, None, ""),
                ('p', "") => (State::Partly, None, ""),
                ('p', _) => (State::Partly, Some(share(rest)?), ""),
                ('e', _) if date(rest) == rest => (State::Exempt, None, rest),
                _ => return None,
            };
            Some(Answer { state, value, until: until.to_owned(), ..Answer::default() })
        }
    };
    (detected.is_some() || answer.is_some()).then_some(SharedValue { detected, answer })
}

fn share_of(n: u32, d: u32) -> f64 {
    f64::from(n) / f64::from(d)
}

fn count(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// A number without sign or exponent.
fn number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.len() <= 400 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { text.parse().ok().filter(|v: &f64| v.is_finite()) } else { None }
}

fn share(text: &str) -> Option<f64> {
    number(text).filter(|v| (0.0..=1.0).contains(v))
}

/// Six decimals: the spread is shown, nothing is computed from it.
fn short(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(0.0, SCORE_CAP) };
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Ids of practices and axes: whatever a model file may use.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_CAP && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Id and version of a model name a file, so they take no way up and no folder.
fn is_file_id(text: &str) -> bool {
    is_id(text)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !text.contains("..")
}

/// An ISO 8601 date, month or year, without a time; empty where it is none.
fn date(text: &str) -> String {
    let day = text.get(..10).unwrap_or(text);
    let digits = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    let whole = matches!(day.len(), 4 | 7 | 10) && day.bytes().enumerate().all(digits);
    if whole { day.to_owned() } else { String::new() }
}

/// One line of at most so many characters, without control characters.
fn line(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

impl Shared {
    /// Puts what a link of version 2 says under the ids of the model it was made with; does nothing for version 1.
    ///
    /// # Errors
    /// [`LinkError::OtherModel`] where the model has other practices than the one the link was made with.
    pub fn bind(&mut self, model: &Model) -> Result<(), LinkError> {
        let Some(packed) = self.packed.take() else { return Ok(()) };
        let ids = positions(model);
        let axes = model.axes_list();
        let too_many =
            packed.values.len() > ids.len() || packed.targets.len() > axes.len() || packed.spread.len() > axes.len();
        if too_many || packed.ids != ids_digest(&ids, model) {
            return Err(LinkError::OtherModel(format!("{} {}", self.model.id, self.model.version)));
        }
        for (id, value) in ids.iter().zip(packed.values) {
            if let Some(value) = value {
                self.values.insert((*id).to_owned(), value);
            }
        }
        for ((id, _), target) in axes.iter().zip(packed.targets) {
            if let Some(target) = target {
                self.targets.insert((*id).to_owned(), target);
            }
        }
        for ((id, _), spread) in axes.iter().zip(packed.spread) {
            if let Some(spread) = spread {
                self.spread.insert((*id).to_owned(), spread);
            }
        }
        Ok(())
    }

    /// Findings and assessment as they were, without places; and what this model does not have.
    /// `today` is an ISO 8601 date: exemptions past their date no longer count.
    ///
    /// The findings name no repositories (a link has none), so a spread computed from them is empty: take [`Self::spread`].
    #[must_use]
    pub fn findings(&self, model: &Model, today: &str) -> (Findings, Assessment, Vec<String>) {
        let mut dropped = Vec::new();
        let mut assessment = Assessment {
            schema: ASSESSMENT_SCHEMA.into(),
            name: self.name.clone(),
            model: self.model.clone(),
            created: self.date.clone(),
            modified: self.date.clone(),
            ..Assessment::default()
        };
        for (id, value) in &self.values {
            if model.practice(id).is_none() {
                dropped.push(format!("practice {id}"));
            } else if let Some(answer) = &value.answer {
                assessment.answers.insert(id.clone(), answer.clone());
            }
        }
        let axes = model.axes_list();
        for (id, level) in &self.targets {
            if !axes.iter().any(|(axis, _)| axis == id) {
                dropped.push(format!("target of {id}"));
            } else if model.level(*level).is_none() {
                dropped.push(format!("target level {level} of {id}"));
            } else {
                assessment.targets.insert(id.clone(), *level);
            }
        }
        let practices = model
            .practices
            .iter()
            .map(|practice| {
                let value = self.values.get(&practice.id);
                let detected = value.and_then(|v| v.detected.clone());
                let claimed = value.and_then(|v| v.answer.clone());
                let (state, value, source) = resolve(detected.as_ref(), claimed.as_ref(), today);
                let arithmetic = match &detected {
                    Some(d) => match d.ratio {
                        Some((n, all)) => format!("{n} of {all}, as the link says; places are in the JSON file"),
                        None => "As the link says; places are in the JSON file.".into(),
                    },
                    None => "The link carries nothing from files for this.".into(),
                };
                Finding {
                    practice: practice.id.clone(),
                    state,
                    value,
                    source,
                    detected,
                    claimed,
                    arithmetic,
                    ..Finding::default()
                }
            })
            .collect();
        (Findings { practices, applies: self.applies, repositories: Vec::new() }, assessment, dropped)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        assess::Source,
        plan::plan,
        score::{Overall, Reason, score},
    };

    const TODAY: &str = "2026-06-01";

    fn model(ids: &[String]) -> Model {
        let practices: Vec<serde_json::Value> = ids
            .iter()
            .enumerate()
            .map(|(i, id)| {
                serde_json::json!({
                    "id": id, "dimension": format!("dimension-{}", i % 8), "level": i % 4, "title": id,
                    "statement": "", "question": "", "rubric": {"met": "", "partly": "", "not-met": ""},
                    "benefit": {"developers": "", "operations": "", "business": ""}, "steps": [], "effort": "S",
                    "references": [],
                })
            })
            .collect();
        let dimensions: Vec<serde_json::Value> =
            (0..8).map(|i| serde_json::json!({"id": format!("dimension-{i}"), "name": "D", "summary": ""})).collect();
        let levels: Vec<serde_json::Value> =
            (0..4).map(|i| serde_json::json!({"number": i, "name": "L", "summary": "", "scored": i > 0})).collect();
        serde_json::from_value(serde_json::json!({
            "schema": "cairn-model/1", "id": "gitops", "version": "1.0", "name": "", "short": "", "summary": "",
            "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "",
            "levels": levels, "dimensions": dimensions, "practices": practices,
        }))
        .unwrap()
    }

    /// Ids as long and as unlike each other as those of a real model.
    fn ids(count: usize) -> Vec<String> {
        const FIRST: [&str; 10] = [
            "secret",
            "policy",
            "cluster",
            "promotion",
            "rollback",
            "review",
            "tenant",
            "telemetry",
            "artifact",
            "drift",
        ];
        const SECOND: [&str; 10] = [
            "rotation-automated",
            "enforced-everywhere",
            "from-git",
            "staged",
            "tested",
            "by-owners",
            "bounded",
            "alerts-routed",
            "signed-verified",
            "corrected",
        ];
        (0..count).map(|i| format!("{}-{}", FIRST[i % 10], SECOND[(i / 10 + i * 3) % 10])).collect::<Vec<_>>()
    }

    fn noise(seed: &mut u64) -> u32 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(*seed >> 40).unwrap()
    }

    /// All practices found by files with a ratio or a share, all answered, all targets and spreads given.
    fn full(model: &Model, seed: u64) -> Shared {
        let mut seed = seed;
        let mut shared = Shared {
            model: ModelRef { id: "gitops".into(), version: "1.0".into(), digest: "0123456789abcdef".into() },
            name: "Northwind Traders, platform engineering".into(),
            date: "2026-05-04".into(),
            repositories: 42,
            applies: Applies::Yes,
            ..Shared::default()
        };
        for practice in &model.practices {
            let d = 1 + noise(&mut seed) % 60;
            let n = noise(&mut seed) % (d + 1);
            let detected = match noise(&mut seed) % 4 {
                0 => None,
                1 => Some(Detected { value: share_of(n, d), ratio: Some((n, d)) }),
                2 => Some(Detected { value: share_of(n, d), ratio: None }),
                _ => Some(Detected { value: f64::from(n % 2), ratio: None }),
            };
            let mut answer = Answer::default();
            match noise(&mut seed) % 6 {
                0 | 1 => answer.state = State::Met,
                2 => answer.state = State::NotMet,
                3 => {
                    answer.state = State::Partly;
                    answer.value = Some(f64::from(1 + noise(&mut seed) % 99) / 100.0);
                }
                4 => answer.state = State::NotApplicable,
                _ => {
                    answer.state = State::Exempt;
                    answer.until = format!("2027-{:02}-{:02}", 1 + noise(&mut seed) % 12, 1 + noise(&mut seed) % 28);
                }
            }
            shared.values.insert(practice.id.clone(), SharedValue { detected, answer: Some(answer) });
        }
        for (i, (axis, _)) in model.axes_list().into_iter().enumerate() {
            shared.targets.insert(axis.to_owned(), u8::try_from(i % 4).unwrap());
            let mut three: Vec<f64> = (0..3).map(|_| f64::from(noise(&mut seed) % 3_000_000) / 1_000_000.0).collect();
            three.sort_by(f64::total_cmp);
            shared.spread.insert(axis.to_owned(), Spread { min: three[0], median: three[1], max: three[2] });
        }
        shared
    }

    #[test]
    fn a_full_link_stays_short_and_comes_back() {
        for count in [52, 55, 90] {
            let model = model(&ids(count));
            for seed in 0..20 {
                let shared = full(&model, seed);
                let text = write(&shared);
                if seed == 0 {
                    println!("{count} practices, all found and all answered: {} characters", text.len());
                }
                assert!(text.len() < LENGTH, "{count} practices: {} characters", text.len());
                assert_eq!(decode(&text).unwrap(), shared);
            }
        }
    }

    #[test]
    fn a_large_model_is_told_by_position() {
        for count in [100, 250] {
            let names: Vec<String> = (0..count).map(|i| format!("practice-{}-{i}", ids(1)[0])).collect();
            let model = model(&names);
            for seed in 0..20 {
                let mut shared = full(&model, seed);
                let text = write_packed(&shared, &model);
                if seed == 0 {
                    println!("{count} practices by position: {} characters", text.len());
                }
                for spread in shared.spread.values_mut() {
                    let round = |v: f64| (v * 100.0).round() / 100.0;
                    *spread = Spread { min: round(spread.min), median: round(spread.median), max: round(spread.max) };
                }
                assert_eq!(decode_for(&text, &model), Ok(shared));
            }
            let mut other = model.clone();
            other.practices.pop();
            let text = write_packed(&full(&model, 1), &model);
            assert!(matches!(decode_for(&text, &other), Err(LinkError::OtherModel(_))));
            other = model.clone();
            other.practices.reverse();
            assert!(decode_for(&text, &other).is_ok(), "the order of the file means nothing");
        }
    }

    #[test]
    fn the_same_scores_come_back() {
        let model = model(&ids(60));
        for seed in 0..50 {
            let (findings, mut assessment, dropped) = full(&model, seed).findings(&model, TODAY);
            assert!(dropped.is_empty());
            assessment.answers.retain(|id, _| id.len() % 2 == 0);
            let (findings, card) = {
                let answers = &assessment.answers;
                let mut findings = findings;
                for f in &mut findings.practices {
                    f.claimed = answers.get(&f.practice).cloned();
                    (f.state, f.value, f.source) = resolve(f.detected.as_ref(), f.claimed.as_ref(), TODAY);
                }
                let card = score(&model, &findings);
                (findings, card)
            };
            let text = encode(&model, "0123456789abcdef", &assessment, &findings, &card);
            let shared = decode(&format!("https://example.org/some/path/#{text}")).unwrap();
            let (again, after, dropped) = shared.findings(&model, TODAY);
            assert!(dropped.is_empty(), "{dropped:?}");
            assert_eq!(after.answers, assessment.answers);
            assert_eq!(score(&model, &again), card);
            assert_eq!(plan(&model, &again, &after.targets), plan(&model, &findings, &assessment.targets));
        }
    }

    #[test]
    fn an_exemption_ends() {
        let model = model(&ids(1));
        let mut shared = full(&model, 1);
        let answer = Answer { state: State::Exempt, until: "2026-12-31".into(), ..Answer::default() };
        let detected = Detected { value: 0.5, ratio: Some((1, 2)) };
        let value = SharedValue { detected: Some(detected), answer: Some(answer) };
        shared.values.insert(model.practices[0].id.clone(), value);
        let shared = decode(&write(&shared)).unwrap();
        assert_eq!(shared.findings(&model, "2026-12-31").0.practices[0].state, State::Exempt);
        let later = &shared.findings(&model, "2027-01-01").0.practices[0];
        assert_eq!((later.state, later.value, later.source), (State::Partly, Some(0.5), Source::Detected));
    }

    #[test]
    fn another_model_drops_and_says_so() {
        let shared = full(&model(&ids(10)), 3);
        let mut smaller = model(&ids(10));
        let gone = smaller.practices.remove(0);
        smaller.practices.reverse();
        smaller.dimensions.pop();
        let (findings, assessment, dropped) = shared.findings(&smaller, TODAY);
        assert_eq!(dropped, [format!("practice {}", gone.id), "target of dimension-7".to_owned()]);
        assert!(!assessment.answers.contains_key(&gone.id));
        for finding in &findings.practices {
            assert_eq!(finding.claimed, shared.values[&finding.practice].answer);
        }
    }

    #[test]
    fn what_is_not_a_link_is_told() {
        let good = write(&full(&model(&ids(20)), 5));
        assert_eq!(decode(""), Err(LinkError::NotALink));
        assert_eq!(decode("#overview"), Err(LinkError::NotALink));
        assert_eq!(decode("v0.abc"), Err(LinkError::NotALink));
        assert_eq!(decode("v3.abc"), Err(LinkError::Newer("3".into())));
        assert_eq!(decode("v1."), Err(LinkError::CutShort));
        assert_eq!(decode(&good[..good.len() - 4]), Err(LinkError::CutShort));
        assert_eq!(decode(&good[..good.len() / 2]), Err(LinkError::CutShort));
        assert_eq!(decode("v1.%%%<script>"), Err(LinkError::Letters));
        assert_eq!(decode("v1.AAAAA.00000000"), Err(LinkError::Damaged));
        assert_eq!(decode(&format!("v1.{}", "QUJD".repeat(40_000))), Err(LinkError::TooLong));
        assert_eq!(decode(&pack(1, &" ".repeat(JSON_CAP * 4))), Err(LinkError::TooLarge));
        assert!(matches!(decode(&pack(1, "{}")), Err(LinkError::Content(_))));
        assert!(matches!(decode(&pack(1, &"[".repeat(10_000))), Err(LinkError::Content(_))));
    }

    #[test]
    fn a_changed_letter_is_noticed() {
        let written = full(&model(&ids(20)), 5);
        let good = write(&written);
        for at in 3..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
            // The last letter has bits beyond the end of the data; whatever is read is what was written.
            match decode(&String::from_utf8(bytes).unwrap()) {
                Err(error) => assert!(!error.to_string().is_empty()),
                Ok(shared) => assert_eq!(shared, written),
            }
        }
    }

    #[test]
    fn notation_is_strict() {
        for good in [
            "1",
            "0",
            "0.25",
            "14/20",
            "14/20<0.5",
            "m",
            "n",
            "a",
            "p",
            "p0.4",
            "e",
            "e2027-01-31",
            "3/4m",
            "0.5e2027-01-31",
        ] {
            assert_eq!(value_text(&value_of(good).unwrap()), good);
        }
        for bad in [
            "",
            "2",
            "-1",
            "+1",
            "NaN",
            "inf",
            "1e3",
            "3/2",
            "0/0",
            "1/",
            "/2",
            "1/2<",
            "1/2<2",
            "p2",
            "p-1",
            "mm",
            "m1",
            "etomorrow",
            "e2027-01-31T",
            "e2027-1",
            "x",
            "1 2",
            "4294967296/4294967297",
            ".",
            "1/2/3",
        ] {
            assert_eq!(value_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn content_is_bounded() {
        let with = |json: &str| decode(&pack(1, json));
        let ok = r#"{"m":"gitops","v":"1.0","a":"y","p":{"x":"1"}}"#;
        assert!(with(ok).is_ok());
        for bad in [
            r#"{"m":"../../x","v":"1.0","a":"y","p":{}}"#,
            r#"{"m":"a/b","v":"1.0","a":"y","p":{}}"#,
            r#"{"m":"gitops","v":"","a":"y","p":{}}"#,
            r#"{"m":"gitops","v":"1.0","a":"z","p":{}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{"x":"7"}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{"x y":"1"}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"g":{"x":300}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"3 2 1"}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"1 2"}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"s":{"x":"1 2 1000"}}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"r":-1}"#,
            r#"{"m":"gitops","v":"1.0","a":"y","p":{},"zz":1}"#,
        ] {
            assert!(matches!(with(bad), Err(LinkError::Content(_))), "{bad}");
        }
        let long = format!(r#"{{"m":"gitops","v":"1.0","a":"y","p":{{}},"n":"{}"}}"#, "x\\u0007".repeat(500));
        assert_eq!(with(&long).unwrap().name.chars().count(), NAME_CAP);
    }

    #[test]
    fn what_cannot_be_is_not_written() {
        let mut shared = full(&model(&ids(2)), 5);
        let nan = SharedValue { detected: Some(Detected { value: f64::NAN, ratio: None }), answer: None };
        shared.values.insert("nan".into(), nan);
        shared.values.insert("white space".into(), shared.values[&ids(1)[0]].clone());
        shared.targets.insert(String::new(), 1);
        shared.spread.insert("infinite".into(), Spread { min: f64::NAN, median: 1.0, max: f64::INFINITY });
        let again = decode(&write(&shared)).unwrap();
        assert_eq!(
            again.values.keys().cloned().collect::<Vec<_>>(),
            full(&model(&ids(2)), 5).values.into_keys().collect::<Vec<_>>()
        );
        assert_eq!(again.spread["infinite"], Spread { min: 0.0, median: 1.0, max: 100.0 });
    }

    #[test]
    fn nothing_known_is_a_link_too() {
        let model = model(&ids(3));
        let card = Scorecard {
            dimensions: Vec::new(),
            overall: Overall { level: None, reason: Reason::NotOneNumber, gates: Vec::new() },
            known: 0,
            applicable: 3,
        };
        let text = encode(&model, "", &Assessment::default(), &Findings::default(), &card);
        let (findings, _, _) = decode(&text).unwrap().findings(&model, TODAY);
        assert!(findings.practices.iter().all(|f| f.state == State::Unknown && f.value.is_none()));
        assert_eq!(findings.applies, Applies::NoEvidence);
    }

    fn any_value() -> impl Strategy<Value = SharedValue> {
        let detected = prop_oneof![
            Just(None),
            (0.0..=1.0f64).prop_map(|value| Some(Detected { value, ratio: None })),
            (1..=u32::MAX, 0.0..=1.0f64).prop_map(|(d, v)| {
                let n = d / 3;
                Some(Detected { value: share_of(n, d).min(v), ratio: Some((n, d)) })
            }),
        ];
        let answer = prop_oneof![
            Just(None),
            Just(Some(Answer { state: State::Met, ..Answer::default() })),
            (0.0..=1.0f64).prop_map(|v| Some(Answer { state: State::Partly, value: Some(v), ..Answer::default() })),
            "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(|until| Some(Answer {
                state: State::Exempt,
                until,
                ..Answer::default()
            })),
        ];
        (detected, answer).prop_map(|(detected, answer)| SharedValue { detected, answer })
    }

    proptest! {
        #[test]
        fn any_assessment_comes_back(
            name in "[^\\p{C}]{0,120}",
            values in proptest::collection::btree_map("[a-z][a-z-]{0,30}", any_value(), 0..40),
            targets in proptest::collection::btree_map("[a-z-]{1,9}", any::<u8>(), 0..9),
            repositories: u32,
        ) {
            let mut shared = full(&model(&[]), 1);
            shared.name = name;
            shared.values = values.into_iter().filter(|(_, v)| *v != SharedValue::default()).collect();
            shared.targets = targets.into_iter().collect();
            shared.repositories = repositories;
            prop_assert_eq!(decode(&write(&shared)), Ok(shared));
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,200}") {
            let _ = decode(&text);
            let _ = decode(&format!("v1.{text}"));
            let _ = decode(&pack(1, &text));
            let _ = decode(&pack(2, &text));
            let _ = value_of(&text);
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&format!("v1.{}.00000000", URL_SAFE_NO_PAD.encode(bytes)));
        }
    }
}
