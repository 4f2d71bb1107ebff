//! What an object that a rule found says of itself, where it is a thing that practices are counted over.

use super::{
    content::Content,
    matches::{ContentMatches, Hit, ThingHit},
};
use crate::{
    facts::{Thing, ThingKind},
    formats::templates::ACTION,
    rules::{RuleSet, things::ThingFields},
    util::{
        hash::{Set, content_hash},
        path::folder,
        sort::{sort, sort_by},
    },
    yaml::NodeRef,
};

/// Most labels, and most Secrets, of one thing that are kept.
const MAX_LIST: usize = 40;
/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 200;

/// Has the match that was added last for a rule say what the object is, where the rule finds things. `before` is how many
/// matches there were before it.
pub(super) fn describe(
    content: &Content<'_>,
    rule: u32,
    object: NodeRef<'_>,
    before: usize,
    matches: &mut ContentMatches,
) {
    if matches.hits.len() == before {
        return;
    }
    let Some(fields) = content.rules.things.of(rule) else { return };
    let thing = read(fields, object);
    for hit in &mut matches.hits[before..] {
        hit.thing = Some(Box::new(thing.clone()));
    }
}

fn read(fields: &ThingFields, object: NodeRef<'_>) -> ThingHit {
    let metadata = |key| known(object.at(&["metadata", key]).and_then(NodeRef::text).unwrap_or_default());
    let labels = fields.labels.iter().flat_map(|path| path.find(object)).flat_map(NodeRef::members);
    let labels = labels.filter_map(|(key, value)| {
        let (key, value) = (known(key.text()?), known(value.text()?));
        (!key.is_empty() && !value.is_empty()).then(|| format!("{key}={value}"))
    });
    let mut by_field = fields.secrets.iter().map(|path| {
        let texts = path.find(object).into_iter().filter_map(NodeRef::text);
        texts.map(known).filter(|text| !text.is_empty()).collect::<Vec<_>>()
    });
    let mut secrets = match fields.kind {
        // What is made has one name, and several fields of which the first that is there gives it.
        ThingKind::MakesSecrets => by_field.find(|names| !names.is_empty()).unwrap_or_default(),
        _ => by_field.flatten().collect(),
    };
    sort(&mut secrets);
    secrets.dedup();
    secrets.truncate(MAX_LIST);
    let mut labels: Vec<String> = labels.take(MAX_LIST).collect();
    sort(&mut labels);
    let calls = fields.calls.iter().flat_map(|path| path.find(object)).filter_map(NodeRef::text).map(known);
    let mut calls: Vec<String> = calls.filter(|text| !text.is_empty()).take(MAX_LIST).collect();
    sort(&mut calls);
    calls.dedup();
    ThingHit { name: metadata("name"), namespace: metadata("namespace"), labels, secrets, calls }
}

/// A text that is written out; empty where an action of a template fills it in.
fn known(text: &str) -> String {
    if text.contains(ACTION) || text.contains("${") {
        return String::new();
    }
    text.chars().take(MAX_TEXT).collect()
}

/// Most things of one repository that are kept.
const MAX_THINGS: usize = 20_000;

/// Things of one repository.
#[derive(Debug, Default)]
pub(super) struct ThingCollector {
    things: Vec<Thing>,
    /// Places by name and folder: of an environment with a hundred files in a folder one is kept.
    places: Set<u64>,
}

impl ThingCollector {
    /// Adds what a rule found in a file.
    pub(super) fn add(&mut self, rules: &RuleSet, kind: ThingKind, rule: &str, path: &str, hit: &Hit) {
        if self.things.len() >= MAX_THINGS {
            return;
        }
        let place = Thing { kind, rule: rule.to_owned(), path: path.to_owned(), line: hit.line, ..Thing::default() };
        if matches!(kind, ThingKind::Environment | ThingKind::Cluster) {
            let Some(name) = &hit.name else { return };
            let key = content_hash(format!("{rule}\n{name}\n{}", folder(path)).as_bytes()).0;
            if self.places.insert(key) {
                self.things.push(Thing { name: name.clone(), ..place });
            }
        } else if let Some(thing) = hit.thing.as_deref() {
            let foreign = rules.things.is_foreign(&thing.namespace);
            let ThingHit { name, namespace, labels, secrets, calls } = thing.clone();
            self.things.push(Thing { name, namespace, foreign, labels, secrets, calls, ..place });
        }
    }

    /// The things in path order.
    pub(super) fn finish(mut self) -> Vec<Thing> {
        sort_by(&mut self.things, |a, b| {
            (&a.path, a.line, a.kind, &a.rule, &a.name).cmp(&(&b.path, b.line, b.kind, &b.rule, &b.name))
        });
        self.things
    }
}
