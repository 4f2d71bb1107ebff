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
        hash::{Map, Set, content_hash},
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
    let given = fields.namespaces.iter().find_map(|path| path.find(object).into_iter().find_map(NodeRef::text));
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
    let namespace = given.map_or_else(|| metadata("namespace"), known);
    ThingHit { name: metadata("name"), namespace, labels, secrets, calls }
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
    /// Where what several rules say of one thing is gathered, by what tells it from others.
    gathered: Map<u64, usize>,
}

impl ThingCollector {
    /// Adds what a rule found in a file.
    pub(super) fn add(&mut self, rules: &RuleSet, fields: &ThingFields, rule: &str, path: &str, hit: &Hit) {
        if self.things.len() >= MAX_THINGS {
            return;
        }
        let kind = fields.kind;
        let place = Thing { kind, rule: rule.to_owned(), path: path.to_owned(), line: hit.line, ..Thing::default() };
        let said = hit.thing.as_deref();
        match kind {
            ThingKind::Environment | ThingKind::Cluster => {
                let Some(name) = &hit.name else { return };
                if self.is_first(&[rule, name, folder(path)]) {
                    self.things.push(Thing { name: name.clone(), ..place });
                }
            }
            ThingKind::Service => {
                let name = said.map_or_else(|| rules.things.name_of(folder(path)), |said| said.name.as_str());
                if self.is_first(&[rule, name, folder(path)]) {
                    self.things.push(Thing { name: name.to_owned(), ..place });
                }
            }
            ThingKind::Stack | ThingKind::Chart => {
                if self.is_first(&[rule, "", folder(path)]) {
                    self.things.push(place);
                }
            }
            ThingKind::Pipeline | ThingKind::Delivery => self.gather(fields, place),
            ThingKind::AgentPolicy => {
                let Some(said) = said else { return };
                let foreign = rules.things.is_foreign(&said.namespace);
                self.gather(fields, Thing { name: said.name.clone(), foreign, ..place });
            }
            ThingKind::Workload
            | ThingKind::Namespace
            | ThingKind::Selects
            | ThingKind::Namespaced
            | ThingKind::Calls
            | ThingKind::MakesSecrets => {
                let Some(said) = said else { return };
                let foreign = rules.things.is_foreign(&said.namespace);
                let ThingHit { name, namespace, labels, secrets, calls } = said.clone();
                self.things.push(Thing { name, namespace, foreign, labels, secrets, calls, ..place });
            }
        }
    }

    fn is_first(&mut self, parts: &[&str]) -> bool {
        self.places.insert(content_hash(parts.join("\n").as_bytes()).0)
    }

    /// Adds what a rule says of a thing to what others say of it.
    fn gather(&mut self, fields: &ThingFields, thing: Thing) {
        let what = if thing.kind == ThingKind::AgentPolicy { "agent" } else { "pipeline" };
        let key = [what, thing.path.as_str(), thing.name.as_str()].join("\n");
        let next = self.things.len();
        let at = *self.gathered.entry(content_hash(key.as_bytes()).0).or_insert(next);
        let kind = thing.kind;
        if at == next {
            self.things.push(thing);
        }
        let Some(known) = self.things.get_mut(at) else { return };
        if kind == ThingKind::Delivery {
            known.kind = kind;
        }
        for words in &fields.says {
            if !known.labels.contains(words) {
                known.labels.push(words.clone());
            }
        }
    }

    /// The things in path order.
    pub(super) fn finish(mut self) -> Vec<Thing> {
        for index in self.gathered.into_values() {
            sort(&mut self.things[index].labels);
        }
        sort_by(&mut self.things, |a, b| {
            (&a.path, a.line, a.kind, &a.rule, &a.name).cmp(&(&b.path, b.line, b.kind, &b.rule, &b.name))
        });
        self.things
    }
}
