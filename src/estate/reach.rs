//! Which agents' objects deploy a file.

use super::AgentObject;
use crate::{
    facts::joins::{self, Resolved},
    util::{path::folder, sort::sort, sorted::SortedMap},
};

/// How many objects may deploy one another in a row.
const MAX_DEPTH: usize = 6;

/// Which objects of agents read which folders.
pub(super) struct Reach<'a> {
    by_folder: SortedMap<(String, String), Vec<&'a AgentObject>>,
    globs: Vec<(String, String, &'a AgentObject)>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(resolved: &[Resolved<'_>], objects: &'a [AgentObject]) -> Self {
        let by_place: SortedMap<(&str, &str, u32), &AgentObject> =
            objects.iter().map(|o| ((o.repository.as_str(), o.path.as_str(), o.line), o)).collect();
        let mut pairs: Vec<((String, String), &AgentObject)> = Vec::new();
        let mut globs = Vec::new();
        for reached in joins::reached_of(resolved) {
            let Some(object) = by_place.get(&(reached.by.as_str(), reached.from.as_str(), reached.line)) else {
                continue;
            };
            // A source beside a chart gives it values: nothing else of that repository is deployed.
            if reached.path.is_empty() && object.chart {
                continue;
            }
            if reached.path.contains(['*', '?', '{', '[']) {
                globs.push((reached.repository, reached.path, *object));
            } else {
                pairs.push(((reached.repository, reached.path), *object));
            }
        }
        crate::util::sort::sort_by(&mut pairs, |a, b| a.0.cmp(&b.0));
        let mut grouped: Vec<((String, String), Vec<&AgentObject>)> = Vec::new();
        for (key, object) in pairs {
            match grouped.last_mut().filter(|(known, _)| *known == key) {
                Some((_, list)) => list.push(object),
                None => grouped.push((key, vec![object])),
            }
        }
        Self { by_folder: grouped.into_iter().collect(), globs }
    }

    /// Objects that read the folder of a file: those of the deepest folder that any reads, and those whose globs fit.
    pub(super) fn of_file<'s>(
        &'s self,
        repository: &'s str,
        path: &'s str,
    ) -> impl Iterator<Item = &'a AgentObject> + 's {
        let mut at = path;
        let mut deepest: &[&AgentObject] = &[];
        loop {
            // An agent that reads the root of a repository reads what lies there, not all that others are told to read.
            if let Some(list) = self.by_folder.get(&(repository.to_owned(), at.to_owned())) {
                deepest = list;
                break;
            }
            if at.is_empty() {
                break;
            }
            at = folder(at);
        }
        let globs = self.globs.iter().filter(move |(of, glob, _)| of == repository && joins::inside(path, glob));
        deepest.iter().copied().chain(globs.map(|(_, _, object)| *object))
    }
}

/// Has objects that name no cluster deploy to those of the objects that deploy them.
pub(super) fn inherit_clusters(objects: &mut [AgentObject], resolved: &[Resolved<'_>]) {
    for _ in 0..MAX_DEPTH {
        let reach = Reach::of(resolved, objects);
        let open = objects.iter().enumerate().filter(|(_, object)| object.clusters.is_empty() && !object.chosen);
        let given: Vec<(usize, Vec<String>)> = open
            .map(|(at, object)| {
                let above = reach.of_file(&object.repository, &object.path);
                let mut clusters: Vec<String> = above.flat_map(|above| above.clusters.iter().cloned()).collect();
                sort(&mut clusters);
                clusters.dedup();
                (at, clusters)
            })
            .filter(|(_, clusters)| !clusters.is_empty())
            .collect();
        if given.is_empty() {
            return;
        }
        for (at, clusters) in given {
            objects[at].clusters = clusters;
        }
    }
}
