//! The second pass over an export: contents that are wanted at the places of links.

use super::{links::WantedTargets, scanner::Scanner};
use crate::archive::{RepositoryMeta, Sink};

/// A sink for a second pass over an export: it takes the contents that are wanted at the places of links, and passes over
/// everything else.
#[derive(Debug)]
pub struct LinkTargets<'s, 'r> {
    scanner: &'s mut Scanner<'r>,
    wanted: WantedTargets,
}

impl<'s, 'r> LinkTargets<'s, 'r> {
    /// Follows the links of all that was scanned. `None` where no content is wanted for that.
    pub fn new(scanner: &'s mut Scanner<'r>) -> Option<Self> {
        let wanted = scanner.follow_links();
        (!wanted.0.is_empty()).then_some(Self { scanner, wanted })
    }
}

impl Sink for LinkTargets<'_, '_> {
    fn repository(&mut self, _: &str, _: &RepositoryMeta) {}

    fn wants(&mut self, repository: &str, path: &str, _: u64) -> bool {
        let wanted = &self.wanted.0;
        if repository.is_empty() {
            // Which folder is the repository is open still.
            return wanted.values().any(|files| files.contains_key(path));
        }
        wanted.get(repository).is_some_and(|files| files.contains_key(path))
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, _: u64) {
        let places = self.wanted.0.get(repository).and_then(|files| files.get(path));
        if let (Some(places), Some(bytes)) = (places, bytes) {
            places.iter().for_each(|(id, link)| self.scanner.scan_linked(*id, link, bytes));
        }
    }

    fn link(&mut self, _: &str, _: &str, _: &str) {}

    fn failed_export(&mut self, _: &str, _: &str) {}

    fn skipped(&mut self, _: &str, _: &str, _: &str) {}

    fn progress(&mut self, _: u64) -> bool {
        true
    }
}
