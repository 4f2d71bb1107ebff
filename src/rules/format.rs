//! Detection rules: data files under `public/rules/*.yaml`. The format is documented in `docs/rules.md`.

use serde::Deserialize;

use crate::{
    facts::{PathClass, ThingKind},
    formats::{ci_steps::CiSystem, code::Prose, shell::Wrapper},
    model::Role,
    util::sorted::SortedMap,
};

/// One file of rules.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleFile {
    /// Format of the file, `cairn-rules/1`.
    pub schema: String,
    /// Family of rules, for people: "Argo CD".
    pub title: String,
    /// What rules of this and other files refine. Subjects are not counted themselves.
    #[serde(default)]
    pub subjects: Vec<Subject>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// Something that rules are about, such as an Application or an installed chart, in all its spellings.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Subject {
    /// Stable id without a dot, as rules name it under `of`.
    pub id: String,
    /// What it is, for authors of rules: which fields a refinement can name.
    pub means: String,
    /// Its spellings.
    pub any: Vec<Matcher>,
}

/// One thing to look for.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// Stable id, `family.name`.
    pub id: String,
    /// Short title.
    pub title: String,
    /// What a match proves.
    pub proves: String,
    /// What a match does not prove, and where it can go wrong.
    pub not: String,
    /// Public sources: titles with addresses.
    #[serde(default)]
    pub references: Vec<crate::model::Reference>,
    /// True where a person must mend each place: all places are kept, not the first 20.
    #[serde(default)]
    pub mend: bool,
    /// True where only files count that neither a chart nor a kustomization holds.
    #[serde(default)]
    pub loose: bool,
    /// True where a line counts only if the pattern that begins it fits a path of the repository.
    #[serde(default)]
    pub fits_path: bool,
    /// Classes besides `in-use` whose files count too: an agent's own install manifest is generated, and proves that the
    /// agent is installed.
    #[serde(default)]
    pub also_in: Vec<PathClass>,
    /// Any of these matchers.
    pub any: Vec<Matcher>,
}

/// A matcher: exactly one of the selectors `path`, `object`, `file`, `line`, `ci`, `hcl`, `credential`, `of` is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Matcher {
    /// Globs on paths: the existence of the file is the match. `{name}` captures one path segment.
    #[serde(default)]
    pub path: Vec<String>,
    /// Kubernetes-style objects by API group and kind.
    #[serde(default)]
    pub object: Vec<ObjectKind>,
    /// YAML or JSON files by glob; each document is one subject for `where`.
    #[serde(default)]
    pub file: Vec<String>,
    /// Text lines of the files that match a glob.
    #[serde(default)]
    pub line: Option<LineMatch>,
    /// Steps of CI pipelines, whichever the system.
    #[serde(default)]
    pub ci: Option<CiMatch>,
    /// Terraform / OpenTofu blocks.
    #[serde(default)]
    pub hcl: Option<HclMatch>,
    /// Literal credentials in objects and values.
    #[serde(default)]
    pub credential: Option<CredentialMatch>,
    /// Id of a rule or a subject: what that matches, in all its spellings.
    #[serde(default)]
    pub of: String,
    /// With `object`, `file` or `of`: paths of the lists whose elements are the subjects (else the document is).
    #[serde(default)]
    pub each: Vec<String>,
    /// With `object`, `file` or `hcl`: where the fields stand that refinements name. A prefix of their paths to what
    /// stands for it here; several are alternatives. Of a Terraform block it is a path of attributes.
    #[serde(default)]
    pub fields: SortedMap<String, Vec<String>>,
    /// Conditions on the subject; all must hold. In a Terraform block a field is a path of names of attributes and blocks,
    /// whose first stands at any depth.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// With `file`: literals, one of which the text must contain before it is parsed (speed).
    #[serde(default)]
    pub contains: Vec<String>,
    /// Names to capture: the match counts distinct names.
    #[serde(default)]
    pub capture: Option<Capture>,
    /// Only files whose path matches one of these globs.
    #[serde(default)]
    pub only: Vec<String>,
    /// Not files whose path matches one of these globs.
    #[serde(default)]
    pub except: Vec<String>,
}

impl Matcher {
    /// How many selectors are set.
    pub(crate) fn selectors(&self) -> usize {
        let lists = [!self.path.is_empty(), !self.object.is_empty(), !self.file.is_empty(), !self.of.is_empty()];
        let others = [self.line.is_some(), self.ci.is_some(), self.hcl.is_some(), self.credential.is_some()];
        lists.into_iter().chain(others).filter(|is_set| *is_set).count()
    }
}

/// API group and kinds. Group `""` is the core group; kinds empty means every kind of the group.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ObjectKind {
    /// Group without version; `*.suffix` matches every group with that suffix.
    pub group: String,
    /// Kinds.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// Text lines.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LineMatch {
    /// Globs on paths.
    pub files: Vec<String>,
    /// Literals, one of which a line must contain before `pattern` is tried (speed).
    pub contains: Vec<String>,
    /// Regular expression (regex-lite syntax) on the line without its comment; empty: the literal is enough.
    #[serde(default)]
    pub pattern: String,
    /// Comment marks for these files; text behind one does not count.
    #[serde(default)]
    pub comments: Vec<String>,
    /// At most one match a file.
    #[serde(default)]
    pub once: bool,
}

/// A CI step.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CiMatch {
    /// Actions, images, templates or includes, as a prefix before `@` or `:` ("azure/k8s-deploy").
    #[serde(default)]
    pub uses: Vec<String>,
    /// Regular expressions on a command: each must match from the name of the program on.
    #[serde(default)]
    pub run: Vec<String>,
    /// Regular expressions on a command that may match anywhere in it.
    #[serde(default)]
    pub anywhere: Vec<String>,
    /// Not a command that one of these regular expressions matches anywhere (a dry run).
    #[serde(default)]
    pub unless: Vec<String>,
    /// Not a command whose output goes into one that this fits.
    #[serde(default)]
    pub unless_into: Option<Reader>,
    /// Not where the same job uses or runs one of these (a throw-away cluster).
    #[serde(default)]
    pub unless_job: Vec<String>,
    /// Only where the same job has a step that one of these regular expressions matches, from the name of the program
    /// or action on (a push counts where the job edited an image). Empty: any job.
    #[serde(default)]
    pub if_job: Vec<String>,
    /// Only jobs of these systems; empty: all.
    #[serde(default)]
    pub systems: Vec<String>,
}

/// A command that reads what another prints.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reader {
    /// Regular expressions, one of which must match from the name of the program on.
    pub run: Vec<String>,
    /// Regular expressions, none of which may match anywhere.
    #[serde(default)]
    pub unless: Vec<String>,
}

/// A block of Terraform or OpenTofu, or of another tool's configuration in HCL.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HclMatch {
    /// Block type: `resource`, `module`, `terraform`, …; nested blocks count too.
    pub block: String,
    /// First label, `*` at the end as wildcard: alone, any label. Empty: any label or none.
    #[serde(default)]
    pub label: String,
    /// Regular expression that some line of the block's body must match; empty: any.
    #[serde(default)]
    pub body: String,
    /// Globs on paths of other files in HCL, `.hcl` and `.hcl.json`. Empty: what Terraform and OpenTofu load.
    #[serde(default)]
    pub files: Vec<String>,
}

/// Literal credentials.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CredentialMatch {
    /// Where to look: `secret-object`, `env`, `config-map`, `values`, `assignments`, `private-key`, `token`.
    pub places: Vec<String>,
    /// Regular expression on a key's name (case is ignored).
    pub keys: String,
    /// What a value under such a key must be.
    #[serde(default)]
    pub value: CredentialValue,
    /// Regular expression on names of members below which there are references only (`existingSecretMappings`).
    #[serde(default)]
    pub not_under: String,
    /// Regular expressions on a value that make it a placeholder or a reference, beside those of `credentials.yaml`.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// More of them, beside a list that several matchers share.
    #[serde(default)]
    pub also: Vec<String>,
    /// Regular expressions on a value that names something, beside those of `credentials.yaml`: where names may stand.
    #[serde(default)]
    pub names: Vec<String>,
}

/// What a value must be to count as a credential.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CredentialValue {
    /// Any literal, as people choose passwords.
    #[default]
    Any,
    /// What a machine may have made: four letters or more, and no number.
    Made,
    /// What a machine surely made: sixteen letters and digits or more that make no words. For keys such as `secret`, which
    /// mostly name something.
    Random,
    /// A connection string with a password in it, `scheme://user:password@host` or `Password=…;`. The password is judged.
    Connection,
}

/// `public/rules/credentials.yaml`: what tells a credential from what looks like one. All expressions ignore case.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CredentialFile {
    /// Format of the file, `cairn-credentials/1`.
    pub schema: String,
    /// Expressions on values that say where a credential is, compute it, or hold it encrypted.
    #[serde(default)]
    pub references: Vec<String>,
    /// Expressions on values that stand where a credential is to come.
    #[serde(default)]
    pub stand_ins: Vec<String>,
    /// Expressions on values of another kind: a switch, a time, a path, a public key.
    #[serde(default)]
    pub others: Vec<String>,
    /// Expressions on names of objects and keys, which may stand in values, ConfigMaps and Terraform.
    #[serde(default)]
    pub names: Vec<String>,
    /// Expressions on literals that nobody keeps secret: they count and say so.
    #[serde(default)]
    pub demo: Vec<String>,
    /// Forms by which issuers mark what they issue: they count under any key.
    #[serde(default)]
    pub tokens: Vec<TokenForm>,
    /// Forms that say why a value under the key of a credential counts.
    #[serde(default)]
    pub forms: Vec<TokenForm>,
    /// Texts by which a line tells scanners that it holds no credential.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Texts that tell it of the next line.
    #[serde(default)]
    pub marks_before: Vec<String>,
    /// Globs of files in a developer's own set-up.
    #[serde(default)]
    pub developers: Vec<String>,
    /// Globs of files that are none though `developers` has them.
    #[serde(default)]
    pub not_developers: Vec<String>,
    /// Objects that carry the values of a chart, for credentials under `values`.
    #[serde(default)]
    pub values: Vec<ValueFields>,
}

/// The form of a token.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TokenForm {
    /// What it is, for people: "GitHub token".
    pub title: String,
    /// Literals, one of which it contains (speed; case counts).
    pub contains: Vec<String>,
    /// Regular expression on the text.
    pub pattern: String,
}

/// Objects that carry the values of a chart.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ValueFields {
    /// API group and kinds.
    pub objects: Vec<ObjectKind>,
    /// Fields with values: members, a text of YAML, or a list of names and values.
    pub fields: Vec<String>,
}

/// A condition on a field of the subject.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Condition {
    /// Path: `spec.syncPolicy.automated`, `containers[].image`, `spec.*`, `metadata.labels["a/b"]`.
    #[serde(default)]
    pub field: String,
    /// `present` (a non-null value), `absent`, `true`, `false`, `not-false` (present or absent, but not `false`),
    /// `not-true`, `non-empty`.
    #[serde(default)]
    pub is: Option<Test>,
    /// The value as text equals one of these.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The value as text equals none of these (an absent field holds).
    #[serde(default)]
    pub none_of: Vec<String>,
    /// Regular expression on the value as text.
    #[serde(default)]
    pub matches: String,
    /// Any of these conditions holds (then the other members are left out).
    #[serde(default)]
    pub any: Vec<Condition>,
}

/// Tests on a field without an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Test {
    Present,
    Absent,
    True,
    False,
    NotFalse,
    NotTrue,
    NonEmpty,
}

/// Names to capture.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capture {
    /// A field of the subject; empty: the `{name}` of the path glob.
    #[serde(default)]
    pub field: String,
    /// Canonical name to the words that stand for it; a name not listed is dropped. Empty: every name as it is.
    /// A word matches whole segments split at `-`, `_` and `.`: `prod` matches `prod-eu`, not `product`.
    #[serde(default)]
    pub names: SortedMap<String, Vec<String>>,
    /// Names never to count; where `names` are listed, nor as part of a longer one: `load-balancer` also takes
    /// `allow-load-balancer` out.
    #[serde(default)]
    pub except: Vec<String>,
    /// True where a word must be the whole name, not a part of it.
    #[serde(default)]
    pub whole: bool,
}

/// `public/rules/paths.yaml`: what a path says about a file.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PathFile {
    /// Format of the file, `cairn-paths/1`.
    pub schema: String,
    /// Classes in the order in which they are tried.
    pub classes: Vec<PathRule>,
    /// Folder names that are environments where such neighbours stand beside them, whatever a class says.
    #[serde(default)]
    pub environments: SiblingFolders,
    /// Names of folders that are copied into new repositories where such files stand beside them, and those files.
    #[serde(default)]
    pub skeletons: SiblingFolders,
    /// When a repository that has nothing but examples is judged as if they were used.
    #[serde(default)]
    pub samples: Option<SampleRule>,
    /// Roles in the order in which they are tried; the last has no condition.
    pub roles: Vec<RoleRule>,
    /// Ends of code files (`rs`, `go`), for the measure `code`.
    pub code: Vec<String>,
    /// Ends of prose files, for the measure `prose`.
    pub prose: Vec<String>,
    /// Ends of pictures and the like, which no measure counts: a handbook with many pictures is a handbook.
    #[serde(default)]
    pub media: Vec<String>,
    /// Globs of Helm values files, for credentials under `values`.
    pub values: Vec<String>,
    /// Globs of files with `KEY=value` or `key = "value"` lines, for credentials under `assignments`.
    pub assignments: Vec<String>,
    /// Ends of configuration files, for the measure `config`.
    pub config: Vec<String>,
    /// Kinds of objects that hold containers, for credentials under `env`.
    pub workloads: Vec<String>,
    /// Globs of code owners files.
    pub code_owners: Vec<String>,
    /// Texts that speak of things and are no evidence of them.
    #[serde(default)]
    pub texts: Prose,
}

/// How paths get a class.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PathRule {
    /// The class.
    pub class: PathClass,
    /// Folder names that give it to everything below.
    #[serde(default)]
    pub folders: Vec<String>,
    /// … but not where one of these folders is the parent (an overlay named `test` is an environment).
    #[serde(default)]
    pub unless_under: Vec<String>,
    /// Globs that give it.
    #[serde(default)]
    pub globs: Vec<String>,
}

/// Folders whose meaning their neighbours tell: `test` is an environment where `production` stands beside it.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SiblingFolders {
    /// Names of the folders.
    #[serde(default)]
    pub names: Vec<String>,
    /// Names of neighbours; one is enough.
    #[serde(default)]
    pub beside: Vec<String>,
}

/// When examples are all that a repository has.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SampleRule {
    /// Classes of what is an example.
    pub classes: Vec<PathClass>,
    /// The share of all configuration files that these classes hold at least, 0 to 1.
    pub share: f64,
    /// Rules of which nothing in use may be found: objects, root modules, programs.
    pub unless: Vec<String>,
    /// What the reason of the role says of it.
    pub why: String,
}

/// A role and the conditions that give it; all must hold.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoleRule {
    /// The role.
    pub role: Role,
    /// Why, for people.
    pub why: String,
    /// Conditions.
    #[serde(default)]
    pub when: Vec<RoleCondition>,
}

/// A condition on a measure or on rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoleCondition {
    /// `files`, `code`, `prose`, `config` (in-use YAML, JSON, HCL): counts of files that are no copies, fixtures,
    /// skeletons or pictures; `code-share`, `prose-share`, `config-share`: their share of `files`, 0 to 1.
    #[serde(default)]
    pub measure: String,
    /// Rules whose matches in use are summed, instead of a measure.
    #[serde(default)]
    pub rules: Vec<String>,
    /// At least this.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// At most this.
    #[serde(default)]
    pub at_most: Option<f64>,
}

/// `public/rules/ci-systems.yaml`: where pipelines live.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CiFile {
    /// Format of the file, `cairn-ci/1`.
    pub schema: String,
    /// Systems.
    pub systems: Vec<CiSystem>,
    /// Globs of scripts that a step may call.
    pub scripts: Vec<String>,
    /// Script file name to the command that runs it.
    pub runners: SortedMap<String, String>,
    /// How commands are told from texts.
    #[serde(default)]
    pub shell: ShellRules,
}

/// How commands are told from texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShellRules {
    /// Programs that run the command in their arguments.
    #[serde(default)]
    pub wrappers: Vec<Wrapper>,
    /// Regular expressions on commands, from the name of the program on, that do nothing of what their words say: they print,
    /// install, look up, ask for help or a version.
    #[serde(default)]
    pub idle: Vec<String>,
    /// Regular expressions on commands, from the name of the program on, that read the scripts they name and do not run them.
    #[serde(default)]
    pub inspect: Vec<String>,
    /// Functions of other languages that run the text they are given.
    #[serde(default)]
    pub calls: Vec<String>,
}

/// `public/rules/sources.yaml`: objects that point at something, and the fields in which they say at what.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SourceFile {
    /// Format of the file, `cairn-sources/1`.
    pub schema: String,
    /// Objects by which agents are told what to deploy, and those that name a source for others.
    #[serde(default)]
    pub sources: Vec<SourceFields>,
    /// Objects that list files as a kustomization does.
    #[serde(default)]
    pub lists: Vec<ListFields>,
    /// Objects that name the owner of the folder in which they lie.
    #[serde(default)]
    pub owners: Vec<OwnerFields>,
}

/// `public/rules/estate.yaml`: what practices are counted over, and what covers it.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EstateFile {
    /// Format of the file, `cairn-estate/1`.
    pub schema: String,
    /// Rules that find things.
    #[serde(default)]
    pub things: Vec<ThingFields>,
    /// Namespaces of agents and add-ons, which hold nothing of the organization's own.
    #[serde(default)]
    pub foreign_namespaces: Vec<String>,
    /// Names of folders that say nothing of what is built in them.
    #[serde(default)]
    pub nameless_folders: Vec<String>,
}

/// What a rule finds, and where an object says more of it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ThingFields {
    /// Rule id. A thing that is a place (an environment, a cluster) takes the names that the rule captures.
    pub rule: String,
    /// What it finds.
    pub is: ThingKind,
    /// Mappings of labels: of the pods of a workload, or those by which workloads are selected.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Workflows of other repositories that a pipeline calls.
    #[serde(default)]
    pub calls: Vec<String>,
    /// Names of Secrets: all that a workload uses, or the one that this makes, which the first field with a text names.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Where an object names the namespace that counts for it; the first field with a text. Absent: where it stands.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// What a pipeline or an agent's object does, in words for people.
    #[serde(default)]
    pub says: Vec<String>,
}

/// API group and kinds of objects that point at something.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PointingKind {
    /// Group without version.
    pub group: String,
    /// Kinds; empty: every kind of the group.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// The field below which the others stand; empty: the object itself.
    #[serde(default)]
    pub root: String,
}

/// Where objects say what they point at. Fields are relative to `root`, and where `each` is set to what that finds, but for
/// `where` and `cluster`. Of several fields the first with a text counts.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SourceFields {
    /// The objects.
    pub objects: Vec<PointingKind>,
    /// Conditions on the root; all must hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// Members of a root that are roots again, up to four levels deep.
    #[serde(default)]
    pub nested: Vec<String>,
    /// What points at one source each; empty: the root does.
    #[serde(default)]
    pub each: Vec<String>,
    /// Address of the repository.
    #[serde(default)]
    pub repo: Vec<String>,
    /// Folder in the repository.
    #[serde(default)]
    pub path: Vec<String>,
    /// Folders in the repository, each of which is pointed at; where there is none, nothing is.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Files that are read with it, relative to `path` unless they begin with a slash or, as Argo CD writes it, with the name
    /// of another source.
    #[serde(default)]
    pub files: Vec<String>,
    /// Name of a Helm chart.
    #[serde(default)]
    pub chart: Vec<String>,
    /// Another object that says where the repository is, as a mapping of its `kind` and `name`.
    #[serde(default)]
    pub source: Vec<String>,
    /// Branch, tag, version or commit.
    #[serde(default)]
    pub revision: Vec<String>,
    /// Name or address of the cluster to which it is deployed, relative to the root.
    #[serde(default)]
    pub cluster: Vec<String>,
    /// Namespace to which it is deployed, relative to the root.
    #[serde(default)]
    pub namespace: Vec<String>,
}

/// Where objects list files.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListFields {
    /// The objects.
    pub objects: Vec<PointingKind>,
    /// The files, relative to the folder of the object.
    pub files: Vec<String>,
}

/// Where objects name an owner.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnerFields {
    /// The objects.
    pub objects: Vec<PointingKind>,
    /// The owner; of several fields the first with a text counts.
    pub owner: Vec<String>,
}
