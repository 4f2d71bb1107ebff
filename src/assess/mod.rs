//! Facts and answers to findings: what is detected, claimed, in conflict or unknown, for each practice and repository.

mod answer;
mod assessment;
mod breadth;
mod carry;
mod change;
mod detect;
mod evidence;
mod findings;
mod groups;
mod included;
mod merge;
mod practice;
mod propose;
mod resolve;
mod scopes;
mod state;

pub use answer::{Answer, CountedShare};
pub use assessment::{ASSESSMENT_SCHEMA, AnswerScope, Assessment, LogEntry, ModelRef};
pub use carry::{Carried, carry};
pub use change::{Change, EntryChange, History, Step};
pub use detect::{MANY_REPOSITORIES, apply_answers, assess, detect, detect_in_turns, finding, inventory};
pub use findings::{
    Applies, Detected, EvidenceItem, EvidenceKind, EvidencePlace, ExcludedMatches, Finding, Findings, GroupFindings,
    RepositoryBrief, RepositoryFinding, ScopeFinding,
};
pub use propose::{Proposal, proposals};
pub use resolve::resolve;
pub use state::{Source, State};
