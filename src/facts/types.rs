//! Facts: what a scan leaves behind. Small, free of file contents, mergeable.

use serde::{Deserialize, Serialize};

use super::{kustomize_refs::KustomizeRefs, source_refs::SourceRefs, things::Thing};
use crate::{model::Role, util::sorted::SortedMap};

/// Name of the file that `export.sh` writes beside the archives.
pub const HOST_FILE: &str = "cairn-host.json";
/// The virtual file of a repository that holds what its host says of it.
pub(crate) const HOST_PATH: &str = ".cairn/host.json";
/// Format of facts files.
pub const FACTS_SCHEMA: &str = "cairn-facts/1";

/// Facts of one or many repositories.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Facts {
    /// [`FACTS_SCHEMA`].
    pub schema: String,
    /// Digest of the rules that made them.
    pub rules: String,
    /// Repositories, by name.
    pub repositories: Vec<RepositoryFacts>,
    /// What went wrong outside any repository (an unreadable archive member, say).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Skipped>,
    /// What files beside the exports say, given to the repositories they are about; kept for those still to come.
    #[serde(default, rename = "beside", skip_serializing_if = "Vec::is_empty")]
    pub external_reports: Vec<Imported>,
}

/// Facts of one repository.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RepositoryFacts {
    /// Name, from the archive's file name or folder.
    pub name: String,
    /// Commit, where the archive says (`git archive` writes it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Newest file time in seconds since 1970, where the archive says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// Role found.
    pub role: Role,
    /// Why that role, for people.
    pub role_why: String,
    /// Files seen.
    pub files: u32,
    /// Bytes seen.
    pub bytes: u64,
    /// Files read by a rule.
    pub read: u32,
    /// Files that could not be parsed and were read line by line.
    pub fallbacks: u32,
    /// Files by class.
    pub classes: SortedMap<PathClass, u32>,
    /// First folders or files of each class that is left out.
    #[serde(default)]
    pub left_out: SortedMap<PathClass, Vec<String>>,
    /// Files passed over, first 50.
    #[serde(default)]
    pub skipped: Vec<Skipped>,
    /// How many files were passed over.
    #[serde(default)]
    pub skipped_count: u32,
    /// Interned paths; [`Place::path`] is an index.
    pub paths: Vec<String>,
    /// Matches by rule id.
    pub matches: SortedMap<String, Match>,
    /// Settings from `.cairn.yml` in the repository, already applied to the classes.
    #[serde(default)]
    pub settings: Settings,
    /// True where placeholders for an installer stand all over: the repository is a template of repositories.
    #[serde(default, skip_serializing_if = "is_false")]
    pub template: bool,
    /// True where it holds nothing but examples, which are judged as if they were used. Beside a tool, a library or an
    /// application of the same export they are that product's examples.
    #[serde(default, skip_serializing_if = "is_false")]
    pub samples: bool,
    /// What the host says of the repository, by field; a field that is not there is not known.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub host: SortedMap<String, String>,
    /// What agents' objects point at, all of them.
    #[serde(default, rename = "points", skip_serializing_if = "SourceRefs::is_empty")]
    #[cfg_attr(feature = "cli", schemars(with = "super::source_refs::SourceRefsForm"))]
    pub source_refs: SourceRefs,
    /// What each kustomization lists, as written.
    #[serde(default, rename = "builds", skip_serializing_if = "KustomizeRefs::is_empty")]
    #[cfg_attr(feature = "cli", schemars(with = "SortedMap<String, Vec<String>>"))]
    pub kustomize_refs: KustomizeRefs,
    /// Who owns which path, from code owners, Prow and catalogue files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owned>,
    /// Things in use that practices are counted over, and what covers them, in path order. None: the facts are of a version
    /// that did not look for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub things: Option<Vec<Thing>>,
}

/// Matches of one rule in one repository.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Match {
    /// Matches in files in use.
    pub count: u32,
    /// Matches in copies: files of the same content that differ in their top folder only count once.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copies: u32,
    /// Distinct names, for rules that capture names, with how often each was seen.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub names: SortedMap<String, u32>,
    /// First places in path order (20, or all where a person must mend each).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Matches that do not count, by class.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub left_out: SortedMap<PathClass, u32>,
    /// First three paths of matches that do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out_paths: Vec<u32>,
}

/// Where a rule matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// Index into [`RepositoryFacts::paths`].
    pub path: u32,
    /// Line, from 1; 0 where the file itself is the match.
    pub line: u32,
    /// The line, masked and cut to 120 characters; never a secret's value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub excerpt: String,
    /// True where the file could not be parsed and was read line by line.
    #[serde(default, skip_serializing_if = "is_false")]
    pub templated: bool,
    /// What is known of a credential; none for other matches, and in facts of old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<CredentialPlace>>,
}

/// What is known of a credential beside its line; never its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct CredentialPlace {
    /// Why it counts, for people; all credentials with the same words are of one kind.
    pub why: String,
    /// True where it looks like a demo value: a literal that nobody keeps secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub demo: bool,
    /// True where the file is a developer's own set-up.
    #[serde(default, skip_serializing_if = "is_false")]
    pub developers: bool,
    /// Other lines of the file with credentials, at most twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(b: &bool) -> bool {
    !*b
}

/// A file passed over, and why.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Skipped {
    /// Path.
    pub path: String,
    /// Why, in plain words.
    pub why: String,
}

/// `.cairn.yml` in a repository, or the same given by a person.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// `cairn-repository/1`.
    #[serde(default)]
    pub schema: String,
    /// Role that a person gives the repository.
    #[serde(default)]
    pub role: Option<Role>,
    /// Folders with another class.
    #[serde(default)]
    pub folders: Vec<FolderClass>,
    /// Evidence that does not count.
    #[serde(default)]
    pub dismiss: Vec<Dismissal>,
}

/// A folder (or file) with a class given by a person.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FolderClass {
    /// Path of the folder or file, without a slash at its end.
    pub folder: String,
    /// Its class.
    pub class: PathClass,
    /// Why.
    pub reason: String,
}

/// A piece of evidence that a person dismisses.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dismissal {
    /// Rule id.
    pub rule: String,
    /// Path of a file; with a slash at its end of a folder, and all below it. Empty with a kind: wherever it is.
    #[serde(default)]
    pub path: String,
    /// Why.
    pub reason: String,
    /// Only credentials of this kind, as [`CredentialPlace::why`] says it; empty: whatever the rule found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

impl Dismissal {
    /// Whether it means a match of its rule.
    #[must_use]
    pub fn means(&self, path: &str, place: &Place) -> bool {
        let is_path = match self.path.as_str() {
            "" => !self.kind.is_empty(),
            folder if folder.ends_with('/') => path.starts_with(folder),
            file => path == file,
        };
        is_path && (self.kind.is_empty() || place.credential.as_ref().is_some_and(|known| known.why == self.kind))
    }
}

/// Class of a path. Only what is in use counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum PathClass {
    InUse,
    Example,
    Documentation,
    Fixture,
    Vendored,
    Generated,
    Skeleton,
    Unreached,
    Excepted,
}

impl PathClass {
    /// Every class that a path or a person can give.
    pub const ALL: [Self; 7] = [
        Self::InUse,
        Self::Example,
        Self::Documentation,
        Self::Fixture,
        Self::Vendored,
        Self::Generated,
        Self::Skeleton,
    ];

    /// Words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::InUse => "in use",
            Self::Example => "example",
            Self::Documentation => "documentation",
            Self::Fixture => "test fixture",
            Self::Vendored => "vendored",
            Self::Generated => "generated",
            Self::Skeleton => "template skeleton",
            Self::Unreached => "named in a comment of a kustomization only",
            Self::Excepted => "marked for other scanners as no credential",
        }
    }
}

/// Evidence about a repository from a file beside its export.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Imported {
    /// The repository as the report names it; empty where it names none.
    pub repository: String,
    /// The virtual file, `.cairn/host.json`.
    pub file: String,
    /// Matches by rule id; all their places are in that file.
    pub matches: SortedMap<String, Match>,
    /// What the host says, by field.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub values: SortedMap<String, String>,
}

/// Owners of a path. Of several patterns that fit, the last counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Owned {
    /// Pattern as in a code owners file; of an owners or catalogue file its folder.
    pub pattern: String,
    /// Who owns it.
    pub owners: Vec<String>,
}

impl Facts {
    /// An empty set of facts made by rules with this digest.
    #[must_use]
    pub fn new(rules: &str) -> Self {
        Self { schema: FACTS_SCHEMA.into(), rules: rules.into(), ..Self::default() }
    }

    /// Gives back what lists set aside for growing while they were read.
    pub fn trim(&mut self) {
        self.repositories.shrink_to_fit();
        for repository in &mut self.repositories {
            repository.paths.shrink_to_fit();
            repository.owners.shrink_to_fit();
            repository.skipped.shrink_to_fit();
            repository.things.iter_mut().for_each(Vec::shrink_to_fit);
            for found in repository.matches.values_mut() {
                found.places.shrink_to_fit();
                found.left_out_paths.shrink_to_fit();
            }
        }
    }
}

impl RepositoryFacts {
    /// Path of a place.
    #[must_use]
    pub fn path(&self, place: &Place) -> &str {
        self.paths.get(place.path as usize).map_or("", String::as_str)
    }
}
