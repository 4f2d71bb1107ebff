//! Facts of several scans put together, and evidence from beside the exports given to the repositories it is about.

use std::{cmp::Ordering, collections::BTreeSet};

use super::names::{is_same, plain_name};
use super::types::{Facts, HOST_PATH, Imported, Place, RepositoryFacts, Skipped};
use crate::util::sort;

/// Names told of repositories that were not opened.
const TOLD: usize = 3;

impl Facts {
    /// Merges facts of other repositories; of two with one name the later wins. The result is ordered by name,
    /// so scanning apart and merging equals scanning together. Facts that other rules made are taken, and told among the
    /// problems: what they do not hold may never have been looked for.
    pub fn merge(&mut self, other: Self) {
        if self.schema.is_empty() {
            self.schema = other.schema;
        }
        if self.rules.is_empty() {
            self.rules = other.rules;
        } else if !other.rules.is_empty()
            && self.rules != other.rules
            && let Some(first) = other.repositories.first()
        {
            let why =
                "was scanned with other rules than the rest; scan it again, so that all are measured alike".into();
            self.problems.push(Skipped { path: first.name.clone(), why });
        }
        self.repositories.extend(other.repositories);
        crate::util::sort::sort_by(&mut self.repositories, |a, b| a.name.cmp(&b.name));
        // Sorting keeps the order of those with one name.
        self.repositories.dedup_by(|later, earlier| {
            let same = later.name == earlier.name;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        self.problems.extend(other.problems);
        self.beside.extend(other.beside);
        self.attach();
    }

    /// These facts with others merged in; what the others replace is not copied first.
    #[must_use]
    pub fn merged(&self, other: Self) -> Self {
        let mut names = BTreeSet::new();
        names.extend(other.repositories.iter().map(|r| r.name.as_str()));
        let kept = self.repositories.iter().filter(|r| !names.contains(r.name.as_str())).cloned().collect();
        let mut all = Self {
            schema: self.schema.clone(),
            rules: self.rules.clone(),
            repositories: kept,
            problems: self.problems.clone(),
            beside: self.beside.clone(),
        };
        all.merge(other);
        all
    }
}

impl Facts {
    /// Gives what was imported to the repositories it is about, again and again with the same result.
    pub(crate) fn attach(&mut self) {
        if self.beside.is_empty() {
            return;
        }
        // Of two reports of one kind on one repository the later one holds.
        let order = |a: &Imported, b: &Imported| (&a.repository, &a.file).cmp(&(&b.repository, &b.file));
        sort::sort_by(&mut self.beside, |a, b| order(b, a));
        self.beside.reverse();
        self.beside.dedup_by(|earlier, later| order(earlier, later).is_eq());
        let target = |import: &Imported| target(&self.repositories, &import.repository).unwrap_or(usize::MAX);
        let mut about: Vec<(usize, &Imported)> = self.beside.iter().map(|import| (target(import), import)).collect();
        sort::sort_by(&mut about, |(a, one), (b, other)| {
            a.cmp(b).then(if *a == usize::MAX { one.file.cmp(&other.file) } else { Ordering::Equal })
        });
        self.problems.retain(|p| !p.path.starts_with(".cairn/"));
        for imports in about.chunk_by(|(a, one), (b, other)| a == b && (*a < usize::MAX || one.file == other.file)) {
            let (index, Imported { file, .. }) = imports[0];
            if index < usize::MAX {
                self.repositories[index].take(imports);
                continue;
            }
            let names = imports.iter().map(|(_, import)| &import.repository);
            let first: Vec<String> = names.clone().take(TOLD).map(|n| format!("\"{n}\"")).collect();
            let more = match imports.len().saturating_sub(TOLD) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let why = if names.clone().all(|n| n.is_empty()) {
                "it does not say which repository it is about, and not exactly one is open; name the file owner__name.json, with the rest of its name behind the dot".to_owned()
            } else {
                format!(
                    "it is about {}{more}, and no repository of that name is open; what it says waits for it",
                    first.join(", ")
                )
            };
            self.problems.push(Skipped { path: file.clone(), why });
        }
    }
}

impl RepositoryFacts {
    fn take(&mut self, imports: &[(usize, &Imported)]) {
        let paths = std::mem::take(&mut self.paths);
        let imported = |place: &Place| paths.get(place.path as usize).is_some_and(|p| p.starts_with(".cairn/"));
        for found in self.matches.values_mut() {
            let before = found.places.len();
            found.places.retain(|p| !imported(p));
            found.count = found.count.saturating_sub(u32::try_from(before - found.places.len()).unwrap_or(u32::MAX));
        }
        self.matches.retain(|_, found| found.count > 0 || !found.left_out.is_empty());
        self.paths = paths;
        for (_, import) in imports {
            let at = self.paths.iter().position(|p| *p == import.file).unwrap_or(self.paths.len());
            if at == self.paths.len() {
                self.paths.push(import.file.clone());
            }
            let path = u32::try_from(at).unwrap_or(u32::MAX);
            for (rule, found) in &import.matches {
                let entry = self.matches.entry(rule.clone()).or_default();
                entry.count = entry.count.saturating_add(found.count);
                entry.places.extend(found.places.iter().map(|p| Place { path, ..p.clone() }));
                for (name, count) in &found.names {
                    entry.names.insert(name.clone(), *count);
                }
            }
            if import.file == HOST_PATH {
                self.host.clone_from(&import.values);
            }
        }
    }
}

/// The one repository that a name stands for: the same name, else one that ends so, else the only one where there is no name.
fn target(repositories: &[RepositoryFacts], name: &str) -> Option<usize> {
    if name.is_empty() {
        return (repositories.len() == 1).then_some(0);
    }
    if let Some(exact) = repositories.iter().position(|r| plain_name(&r.name).eq_ignore_ascii_case(name)) {
        return Some(exact);
    }
    let mut found = repositories.iter().enumerate().filter(|(_, r)| is_same(name, &r.name)).map(|(i, _)| i);
    found.next().filter(|_| found.next().is_none())
}
