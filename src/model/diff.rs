//! What changed between two versions of a model, for those who answered the older one.

use super::format::Model;

/// Differences that matter to answers given before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Practices that are new: id and title.
    pub added: Vec<(String, String)>,
    /// Practices that are gone: id and title.
    pub gone: Vec<(String, String)>,
    /// Practices at another level: id, level before, level now.
    pub moved: Vec<(String, u8, u8)>,
    /// Practices whose statement or rubric says something else.
    pub reworded: Vec<String>,
}

impl Difference {
    /// Whether nothing differs that an answer depends on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.moved.is_empty() && self.reworded.is_empty()
    }
}

/// Compares two versions by practice id.
#[must_use]
pub fn difference(old: &Model, new: &Model) -> Difference {
    let mut found = Difference::default();
    for practice in &new.practices {
        match old.practice(&practice.id) {
            None => found.added.push((practice.id.clone(), practice.title.clone())),
            Some(before) => {
                if before.level != practice.level {
                    found.moved.push((practice.id.clone(), before.level, practice.level));
                }
                if before.statement != practice.statement || before.rubric != practice.rubric {
                    found.reworded.push(practice.id.clone());
                }
            }
        }
    }
    let gone = old.practices.iter().filter(|p| new.practice(&p.id).is_none());
    found.gone = gone.map(|p| (p.id.clone(), p.title.clone())).collect();
    found
}
