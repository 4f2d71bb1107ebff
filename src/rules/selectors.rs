//! Compiled matchers: what each kind of selector needs while files are scanned.

use std::sync::Arc;

use super::{captures::Capture, conditions::Check, credentials::Credentials, fields::FieldPath, regex::Pattern};
use crate::yaml::KeyFilter;

/// A matcher ready to run.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// The rule that it belongs to, by its place among all.
    pub(crate) rule: u32,
    /// Globs: the path must match one of each list.
    pub(crate) only: Vec<Vec<u32>>,
    /// Globs of which the path must match none.
    pub(crate) except: Vec<u32>,
    /// What it looks for.
    pub(crate) selector: Selector,
}

/// What a matcher looks for. Which files and objects come into question is kept in the indexes of
/// [`RuleSet`](super::RuleSet); here is what decides then.
#[derive(Debug)]
pub(crate) enum Selector {
    /// The path itself, by a glob.
    Path(Box<PathSelector>),
    /// Kubernetes-style objects of a kind.
    Object(Box<SubjectSelector>),
    /// Documents of the files that match a glob.
    File(Box<FileSelector>),
    /// Lines of the files that match a glob.
    Line(Box<LineSelector>),
    /// Steps of pipelines; what they run and use is indexed by [`Commands`](super::commands::Commands).
    Ci(Box<CiSelector>),
    /// Blocks of Terraform.
    Hcl(Box<HclSelector>),
    /// Literal credentials.
    Credential(Box<Credentials>),
}

/// The path itself.
#[derive(Debug)]
pub(crate) struct PathSelector {
    /// Names to take from it.
    pub(crate) capture: Option<Arc<Capture>>,
}

/// Parts of a document, with conditions on each.
#[derive(Debug, Default)]
pub(crate) struct SubjectSelector {
    /// From the document inwards: each is looked for in what the one before found.
    pub(crate) scopes: Vec<Scope>,
    /// Keys without which a document has no match.
    pub(crate) keys: RequiredKeys,
    /// Names to take from a subject.
    pub(crate) capture: Option<Arc<Capture>>,
}

/// Keys that a document must have for something to match.
#[derive(Debug, Default)]
pub(crate) struct RequiredKeys {
    all: KeyFilter,
    /// The keys of several paths, one of which it must have, for each condition on such.
    any: Vec<Vec<KeyFilter>>,
}

impl RequiredKeys {
    /// Asks for the keys of one of these paths, where there are any.
    pub(crate) fn add(&mut self, paths: &[&FieldPath]) {
        if let [path] = paths {
            return path.keys(&mut self.all);
        }
        let keys = |path: &&FieldPath| {
            let mut keys = KeyFilter::default();
            path.keys(&mut keys);
            keys
        };
        if !paths.is_empty() {
            self.any.push(paths.iter().map(keys).collect());
        }
    }

    /// Whether a document with these keys may have them.
    pub(crate) fn may_stand_in(&self, document: &KeyFilter) -> bool {
        document.may_have(&self.all) && self.any.iter().all(|keys| keys.iter().any(|keys| document.may_have(keys)))
    }
}

/// Parts of something, and what is asked of each.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Paths of the lists whose elements are the parts; empty: the whole is.
    pub(crate) each: Vec<FieldPath>,
    /// Conditions on a part, all of which must hold.
    pub(crate) checks: Vec<Arc<Check>>,
}

/// Documents of files.
#[derive(Debug)]
pub(crate) struct FileSelector {
    /// Literals of which the file must have one, where there are any.
    pub(crate) literals: Literals,
    /// What is looked for in each document.
    pub(crate) subject: SubjectSelector,
}

/// Lines of files.
#[derive(Debug)]
pub(crate) struct LineSelector {
    /// Literals of which a line has one.
    pub(crate) literals: Literals,
    /// The same as texts.
    pub(crate) contains: Vec<String>,
    /// Expression on the line without its comment; none: the literal is enough.
    pub(crate) pattern: Option<Arc<Pattern>>,
    /// Marks behind which a comment begins.
    pub(crate) comments: Vec<String>,
    /// At most one match a file.
    pub(crate) once: bool,
}

/// Steps of pipelines.
#[derive(Debug)]
pub(crate) struct CiSelector {
    /// Not where the same job runs or uses one of these.
    pub(crate) unless_job: Vec<String>,
    /// Only where the same job has a step that one of these matches from its beginning; empty: in any job.
    pub(crate) if_job: Vec<Arc<Pattern>>,
    /// Only in these systems; empty: in all.
    pub(crate) systems: Vec<String>,
    /// Not a command that one of these matches.
    pub(crate) unless: Vec<Arc<Pattern>>,
    /// Not a command whose output goes into one of these.
    pub(crate) unless_into: Option<Reader>,
}

/// A command that reads what another prints.
#[derive(Debug)]
pub(crate) struct Reader {
    /// One of these must match from the name of the program on.
    pub(crate) run: Vec<Arc<Pattern>>,
    /// None of these may match.
    pub(crate) unless: Vec<Arc<Pattern>>,
}

/// Blocks of Terraform.
#[derive(Debug)]
pub(crate) struct HclSelector {
    /// First label, with `*` at its end as wildcard; empty: any or none.
    pub(crate) label: String,
    /// Expression on a line of the body.
    pub(crate) body: Option<Arc<Pattern>>,
    /// Conditions on attributes, all of which must hold.
    pub(crate) checks: Vec<Arc<Check>>,
    /// It looks into other files than those of Terraform and OpenTofu.
    pub(crate) in_other_files: bool,
}

/// Literals that are looked for before anything is parsed.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    /// Those found in one pass over the text, by their numbers there.
    pub(crate) indexed: Vec<u32>,
    /// Those too short for that.
    pub(crate) short: Vec<String>,
}

impl Literals {
    /// Whether nothing is looked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.indexed.is_empty() && self.short.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_must_have_the_keys_of_one_path_of_each_condition() {
        let path = |text: &str| FieldPath::parse(text).unwrap();
        let mut required = RequiredKeys::default();
        required.add(&[&path("spec.kind")]);
        required.add(&[&path("alpha.first"), &path("beta[].second")]);
        required.add(&[]);
        let fits = |keys: &[&str]| {
            let mut document = KeyFilter::default();
            keys.iter().for_each(|key| document.add(key.as_bytes()));
            required.may_stand_in(&document)
        };
        assert!(fits(&["spec", "kind", "alpha", "first"]) && fits(&["spec", "kind", "beta", "second"]));
        assert!(!fits(&["spec", "kind", "alpha", "second"]) && !fits(&["alpha", "first"]));
    }
}
